/* Rows of tables learnt natively: the layout of packed states, the instances, and what a miss is answered by.
 *
 * The core (_core.c) calls `fill_row` where it misses a row. The instance is evaluated over views (_interp_views.h); what
 * was read becomes the row's mask, what came out its words, and `put` hands it back. Whatever is unknown here (an error, a
 * value for which there is no room, a set's new element) is left to Python, which makes the layout grow. Rows put from here
 * are not kept: where a new layout or a grown universe drops them, they are learnt again.
 */
#ifndef MODELCHECK_FILL_H
#define MODELCHECK_FILL_H
#include "_interp_views.h"
#include <time.h>

#define FILL_UNLOOKED_S 0.02 /* so long may misses take until somebody looks at the time */
enum { FILL_LEFT = 0, FILL_PUT = 1, FILL_PAUSE = 2 };
enum { FILL_ACTION, FILL_STATE, FILL_STEP };
enum { FILL_SAMPLE = 16, FILL_SLICE = 1024, FILL_UNKNOWN_MAX = 50, FILL_KEY_WORDS = 128 };
enum { ASKED = -2 }; /* the number of a value that Python has been told of, and that has no number yet */

typedef int (*PutRow)(void *core, int kind, int32_t instance, int32_t n, const int32_t *word, const uint64_t *mask,
                      const uint64_t *s, const uint64_t *row, int64_t row_n);
typedef int (*PutPiece)(void *tables, int32_t piece, int32_t n, const int32_t *word, const uint64_t *mask, const uint64_t *s,
                        const uint64_t *row, int64_t row_n);

/* ---- the layout ---- */

static void part_free(Part *q) { free(q->parts); free(q->values); free(q->at); free(q->order); free(q->ids); free(q->numbers); }

EXPORT void fill_free(Fill *g) {
    if (!g) return;
    for (int32_t i = 0; i < g->n_parts; i++) part_free(&g->parts[i]);
    for (int k = 0; k < 3; k++) {
        for (int32_t i = 0; i < g->n[k]; i++) { free(g->list[k][i].data); free(g->list[k][i].spoken); }
        free(g->list[k]);
    }
    free(g->parts); free(g->roots); free(g->mask); free(g->pins); free(g->spoken); free(g->row); free(g->clear); free(g->put);
    free(g->pair); free(g->key_words); free(g->key_bits); free(g->taken); free(g->given);
    for (int v = 0; g->met && v < g->met_n; v++) free(g->met[v]);
    free(g->met);
    free(g);
}

EXPORT Fill *fill_new(Prog *p, int32_t n_parts, const int32_t *roots, int32_t n_pins, int32_t n_actions) {
    Fill *g = calloc(1, sizeof(Fill));
    if (!g) return NULL;
    g->p = p;
    g->n_parts = n_parts;
    g->n_pins = n_pins;
    g->n_actions = n_actions;
    g->parts = calloc((size_t)n_parts + 1, sizeof(Part));
    g->roots = calloc((size_t)p->width + 1, sizeof(int32_t));
    g->pins = calloc((size_t)n_pins + 1, sizeof(Pin));
    g->spoken = calloc((size_t)n_parts / 64 + 1, sizeof(uint64_t));
    g->taken = calloc((size_t)n_actions + 1, sizeof(uint64_t));
    if (!g->parts || !g->roots || !g->pins || !g->spoken || !g->taken) { fill_free(g); return NULL; }
    memcpy(g->roots, roots, sizeof(int32_t) * (size_t)p->width);
    return g;
}

/* What a part is; `domain` (a set's word, 0: 1..n) and its `n` parts, if it is a function. */
EXPORT int fill_part(Fill *g, int32_t part, int kind, int32_t n, const int32_t *parts, val domain) {
    Part *q = &g->parts[part];
    q->kind = kind;
    q->uniform = q->is_ordered = 1;
    if (kind != PART_FN) return 0;
    q->n = n;
    q->domain = domain;
    q->parts = malloc(sizeof(int32_t) * (size_t)(n ? n : 1));
    if (!q->parts) return N_MEMORY;
    memcpy(q->parts, parts, sizeof(int32_t) * (size_t)n);
    return 0;
}

/* Where things stand: words in a state; for each of `n` leaves its part, word, shift, width. */
EXPORT int fill_places(Fill *g, int32_t width, int32_t n, const int32_t *places) {
    size_t words = (size_t)width * 2;
    uint64_t *mask = calloc(words, sizeof(uint64_t)), *clear = calloc(words, sizeof(uint64_t)), *pair = calloc(words, sizeof(uint64_t));
    uint64_t *put = calloc(words, sizeof(uint64_t)), *bits = calloc(words, sizeof(uint64_t));
    int32_t *at = calloc(words, sizeof(int32_t));
    if (!mask || !clear || !pair || !put || !bits || !at) {
        free(mask); free(clear); free(pair); free(put); free(bits); free(at);
        return N_MEMORY;
    }
    free(g->mask); free(g->clear); free(g->put); free(g->pair); free(g->key_bits); free(g->key_words);
    g->mask = mask; g->clear = clear; g->put = put; g->pair = pair; g->key_bits = bits; g->key_words = at;
    g->width = width;
    g->version++;
    for (int32_t i = 0; i < n; i++) {
        const int32_t *place = places + 4 * i;
        Part *q = &g->parts[place[0]];
        q->word = place[1];
        q->shift = place[2];
        q->bits = (place[3] >= 64 ? ~0ULL : (1ULL << place[3]) - 1) << place[2];
    }
    for (int k = 0; k < 3; k++) /* all rows are dropped */
        for (int32_t i = 0; i < g->n[k]; i++) { free(g->list[k][i].spoken); g->list[k][i].spoken = NULL; }
    return 0;
}

static int more_ids(Part *q, uint32_t size) {
    Vid *ids = malloc(sizeof(Vid) * size);
    int32_t *numbers = malloc(sizeof(int32_t) * size);
    if (!ids || !numbers) { free(ids); free(numbers); return -1; }
    memset(ids, 0xFF, sizeof(Vid) * size);
    for (uint32_t i = 0; q->ids && i <= q->mask; i++) {
        if (q->ids[i] == VID_NONE) continue;
        uint32_t at = (q->ids[i] * 0x9E3779B9u) & (size - 1);
        while (ids[at] != VID_NONE) at = (at + 1) & (size - 1);
        ids[at] = q->ids[i];
        numbers[at] = q->numbers[i];
    }
    free(q->ids);
    free(q->numbers);
    q->ids = ids;
    q->numbers = numbers;
    q->mask = size - 1;
    return 0;
}

#include "_given.h"

static int set_in_order(Prog *p, Part *q, int32_t from) { /* put elements from a number on where they belong */
    Call c;
    ENTER(p, c);
    for (int32_t i = from; i < q->n; i++) {
        int32_t at = i;
        if (!q->values[i]) unknown(p);
        for (; at > 0 && cmp(p, q->values[q->order[at - 1]], q->values[i]) > 0; at--) q->order[at] = q->order[at - 1];
        q->order[at] = i;
    }
    return left(p, &c, 0);
}

/* More values of a leaf, or elements of a set (`at`: where their bits are: all of them, not only the new ones). Words of 0
 * stand for values that the interpreter cannot hold. */
EXPORT int fill_values(Fill *g, int32_t part, int32_t more, const val *words, const int32_t *at, int uniform) {
    Part *q = &g->parts[part];
    int32_t n = q->n + more, from = q->n;
    if (values_more(q, n)) return N_MEMORY;
    for (int32_t i = 0; i < more; i++) {
        q->values[from + i] = words[i];
        Vid id;
        if (words[i] && !native_id(g->p, words[i], &id)) number_value(q, id, from + i);
        else { q->values[from + i] = V_UNSET; q->strange = 1; }
    }
    q->n = n;
    if (q->kind != PART_SET) return 0;
    g->version++;
    if (n) memcpy(q->at, at, sizeof(int32_t) * (size_t)n);
    q->uniform = uniform;
    if (q->is_ordered && set_in_order(g->p, q, from)) q->is_ordered = 0;
    return 0;
}

/* ---- instances ----
 *
 * Data: a tree (actions) or a formula; whether it is a gate; after how many misses Python wants to take it apart (0: never); how many slots, each with its word; how many pins, each: which,
 * how, an argument, how many values, each with whether it must be asked for in its set. No data: Python evaluates it.
 */
EXPORT int fill_instance(Fill *g, int kind, int32_t number, const int64_t *data, int32_t n) {
    if (number >= g->n[kind]) {
        Filled *list = realloc(g->list[kind], sizeof(Filled) * (size_t)(number + 1) * 2);
        if (!list) return N_MEMORY;
        memset(list + g->n[kind], 0, sizeof(Filled) * (size_t)(number + 1 - g->n[kind]));
        g->list[kind] = list;
        g->n[kind] = number + 1;
    }
    Filled *in = &g->list[kind][number];
    free(in->data);
    in->data = NULL;
    if (!n) return 0;
    in->data = malloc(sizeof(int64_t) * (size_t)n);
    if (!in->data) return N_MEMORY;
    memcpy(in->data, data, sizeof(int64_t) * (size_t)n);
    return 0;
}

/* Of one instance: misses answered, the nanoseconds that took, the bits of its widest key, 1 + the action it took last. */
EXPORT void fill_statistics(const Fill *g, int kind, int32_t number, uint64_t *out) {
    Filled in = {0};
    if (number < g->n[kind]) in = g->list[kind][number];
    out[0] = in.misses;
    out[1] = (uint64_t)(in.seconds * 1e9);
    out[2] = in.bits;
    out[3] = in.action;
}
/* Of all: misses answered, nanoseconds; then in how many rows each action was taken. */
EXPORT void fill_totals(const Fill *g, uint64_t *out) {
    out[0] = g->misses;
    out[1] = (uint64_t)(g->seconds * 1e9);
    memcpy(out + 2, g->taken, sizeof(uint64_t) * (size_t)g->n_actions);
}
/* Whether rows of an instance speak of a set whose universe has grown; they must be dropped then. */
EXPORT int fill_speaks(Fill *g, int kind, int32_t number, int32_t part) {
    if (number >= g->n[kind]) return 0;
    const uint64_t *spoken = g->list[kind][number].spoken;
    return spoken && spoken[part >> 6] >> (part & 63) & 1;
}
/* Whether misses of an instance are answered here, as far as they can be. */
EXPORT int fill_answers(const Fill *g, int kind, int32_t number) { return number < g->n[kind] && g->list[kind][number].data; }
EXPORT void fill_dropped(Fill *g, int kind, int32_t number) {
    if (number >= g->n[kind]) return;
    free(g->list[kind][number].spoken);
    g->list[kind][number].spoken = NULL;
}

/* ---- a miss ---- */

static const int64_t *bind_slots(const int64_t *d, val *f) {
    int64_t slots = *d++;
    for (; slots > 0; slots--, d += 2) f[d[0]] = (val)d[1];
    return d;
}
static void set_pins(Fill *g, const int64_t *d) {
    for (int64_t n = *d++; n > 0; n--) {
        g->pins[d[0]] = (Pin){(int)d[1], (int)d[2], d + 4};
        d += 4 + 2 * d[3];
    }
}
static void clear_pins(Fill *g, const int64_t *d) {
    d += 3;
    d += 1 + 2 * d[0];
    for (int64_t n = *d++; n > 0; n--) {
        g->pins[d[0]].how = PIN_NONE;
        d += 4 + 2 * d[3];
    }
}

/* Evaluate an instance: 0, N_UNKNOWN or N_MEMORY. The row and the mask are left in `g`. */
static int evaluate(Fill *g, int kind, const int64_t *data) {
    Prog *p = g->p;
    Call c;
    ENTER(p, c);
    const int64_t *d = data;
    Root root = kind == FILL_ACTION ? p->trees[d[0]] : p->formulas[d[0]];
    int gate = (int)d[1];
    val *f = new_frame(p, (size_t)root.size);
    d = bind_slots(d + 3, f);
    if (kind != FILL_ACTION) {
        if (kind == FILL_STEP) f[F_TARGET] = ref(g);
        more_row(p, 1);
        g->row[0] = (uint64_t)TEST(root.root, f);
        g->row_n = 1;
        return left(p, &c, 0);
    }
    f[F_TARGET] = ref(unset_state(p));
    set_pins(g, d);
    more_row(p, 1);
    g->row[0] = 0;
    g->row_n = 1;
    g->last = 0;
    g->stopped = 0;
    RUN(root.root, f);
    if (gate) { g->row[0] = (uint64_t)g->stopped; g->row_n = 1; }
    return left(p, &c, 0);
}

/* Evaluate an instance by its data in a state or over a step: the row's key is `n` words; -1: it is not known here. */
static int32_t answered(Fill *g, int kind, const int64_t *data, const uint64_t *s, const uint64_t *t) {
    g->s[0] = s;
    g->s[1] = t;
    memset(g->mask, 0, sizeof(uint64_t) * (size_t)g->width * 2);
    memset(g->spoken, 0, sizeof(uint64_t) * ((size_t)g->n_parts / 64 + 1));
    g->p->fill = g;
    int code = evaluate(g, kind, data);
    if (kind == FILL_ACTION) clear_pins(g, data);
    if (code) return -1;
    int32_t n = 0;
    g->bits = 0;
    for (int32_t w = 0; w < 2 * g->width; w++) {
        if (!g->mask[w]) continue;
        g->bits += (uint32_t)__builtin_popcountll(g->mask[w]);
        g->key_words[n] = w;
        g->key_bits[n++] = g->mask[w];
    }
    return n > FILL_KEY_WORDS ? -1 : n;
}

/* The words that the key is of: the state's, or those of both. */
static const uint64_t *whole_of(Fill *g, int kind, const uint64_t *s, const uint64_t *t) {
    if (kind != FILL_STEP) return s;
    memcpy(g->pair, s, sizeof(uint64_t) * (size_t)g->width);
    memcpy(g->pair + g->width, t, sizeof(uint64_t) * (size_t)g->width);
    return g->pair;
}

static int note_spoken(Fill *g, Filled *in) {
    size_t words = (size_t)g->n_parts / 64 + 1;
    for (size_t i = 0; i < words; i++) {
        if (!g->spoken[i]) continue;
        if (!in->spoken && !(in->spoken = calloc(words, sizeof(uint64_t)))) return -1;
        in->spoken[i] |= g->spoken[i];
    }
    return 0;
}

static double thread_seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Answer a miss: FILL_PUT, FILL_LEFT (Python has to), FILL_PAUSE now and then, so that it can look at the time. */
EXPORT int fill_row(Fill *g, int kind, int32_t number, const uint64_t *s, const uint64_t *t, PutRow put, void *core) {
    if (number >= g->n[kind]) return FILL_LEFT;
    Filled *in = &g->list[kind][number];
    if (!in->data || (in->data[2] && in->misses >= (uint64_t)in->data[2])) return FILL_LEFT;
    if (!g->left--) { g->left = FILL_SLICE; return FILL_PAUSE; }
    int sampled = !(g->misses % FILL_SAMPLE);
    double began = sampled ? thread_seconds() : 0;
    g->gives = 1;
    int32_t n = answered(g, kind, in->data, s, t);
    g->gives = 0;
    if (n < 0) {
        if (++in->unknown > FILL_UNKNOWN_MAX && in->unknown > in->misses) { free(in->data); in->data = NULL; }
        return FILL_LEFT;
    }
    if (g->bits > in->bits) in->bits = g->bits;
    const uint64_t *whole = whole_of(g, kind, s, t);
    if (note_spoken(g, in) || put(core, kind, number, n, g->key_words, g->key_bits, whole, g->row, g->row_n)) return FILL_LEFT;
    if (kind == FILL_ACTION && !in->data[1])
        for (int64_t i = 1; i < g->row_n; i += 3 + 3 * (int64_t)g->row[i + 2]) {
            g->taken[g->row[i]]++;
            in->action = (uint32_t)g->row[i] + 1;
        }
    in->misses++;
    g->misses++;
    if (sampled) {
        double took = (thread_seconds() - began) * FILL_SAMPLE;
        in->seconds += took;
        g->seconds += took;
        if ((g->unlooked += took) > FILL_UNLOOKED_S) { g->left = 0; g->unlooked = 0; }
    }
    return FILL_PUT;
}

/* The same for a piece of other tables (_graph.c), whose data is given: FILL_PUT or FILL_LEFT. */
EXPORT int fill_piece(Fill *g, int kind, const int64_t *data, const uint64_t *s, const uint64_t *t, PutPiece put, void *tables,
                      int32_t piece) {
    int32_t n = answered(g, kind, data, s, t);
    if (n < 0) return FILL_LEFT;
    return put(tables, piece, n, g->key_words, g->key_bits, whole_of(g, kind, s, t), g->row, g->row_n) ? FILL_LEFT : FILL_PUT;
}

/* Room for more pins. */
EXPORT int fill_pins(Fill *g, int32_t n) {
    if (n <= g->n_pins) return 0;
    Pin *pins = realloc(g->pins, sizeof(Pin) * (size_t)n);
    if (!pins) return N_MEMORY;
    memset(pins + g->n_pins, 0, sizeof(Pin) * (size_t)(n - g->n_pins));
    g->pins = pins;
    g->n_pins = n;
    return 0;
}

/* ---- many states at once ---- */

typedef int64_t (*InsertState)(void *core, const uint64_t *words, int64_t parent);

static inline Vid known_id(Fill *g, val v) { /* of a value that is interned; VID_NONE where it is not */
    if (is_obj(v)) return obj(v)->id;
    if (is_int(v) && int_of(v) >= -256 && int_of(v) < 4096) return g->p->v.small[int_of(v) + 256];
    Vid id;
    return native_id(g->p, v, &id) ? VID_NONE : id;
}
static int pack_part(Fill *g, int32_t part, val v, uint64_t *words) { /* -1: there is no room for the value yet */
    Part *q = &g->parts[part];
    Obj *o = is_obj(v) ? obj(v) : NULL;
    if (q->kind == PART_FN) {
        if (!o || o->n != (uint32_t)q->n || o->kind != (q->domain ? O_FN : O_SEQ) || (q->domain && !same(o->e[0], q->domain))) return -1;
        for (int32_t i = 0; i < q->n; i++)
            if (pack_part(g, q->parts[i], values(o)[i], words)) return -1;
        return 0;
    }
    if (q->kind == PART_LEAF) {
        int32_t number = value_number(q, known_id(g, v));
        if (number < 0 || ((uint64_t)number << q->shift & ~q->bits)) return -1;
        words[q->word] |= (uint64_t)number << q->shift;
        return 0;
    }
    if (!o || o->kind != O_SET) return -1;
    for (uint32_t i = 0; i < o->n; i++) {
        int32_t number = value_number(q, known_id(g, o->e[i]));
        if (number < 0) return -1;
        words[q->at[number] >> 6] |= 1ULL << (q->at[number] & 63);
    }
    return 0;
}

/* Put states (rows of ids) into a core by `insert`, which has to number them from `first` on: how many, up to the first
 * that does not fit the layout; N_MEMORY, or N_UNKNOWN where one has another number. */
EXPORT int64_t fill_states(Fill *g, const Vid *rows, const int64_t *parents, int64_t n, int64_t first, InsertState insert, void *core) {
    int width = g->p->width;
    for (int64_t k = 0; k < n; k++) {
        memset(g->put, 0, sizeof(uint64_t) * (size_t)g->width);
        for (int v = 0; v < width; v++)
            if (pack_part(g, g->roots[v], g->p->v.word[rows[k * width + v]], g->put)) return k;
        int64_t number = insert(core, g->put, parents[k]);
        if (number == -3) return k; /* its key is not known here */
        if (number != first + k) return number < 0 ? N_MEMORY : N_UNKNOWN;
    }
    return n;
}

/* ---- states to come ---- */

static int more_met(Fill *g) {
    int width = g->p->width;
    uint32_t room = g->p->v.cap > g->met_room ? g->p->v.cap : g->met_room;
    if (!g->met && !(g->met = calloc((size_t)width + 1, sizeof(uint64_t *)))) return -1;
    g->met_n = width;
    size_t had = g->met_room ? (size_t)g->met_room / 64 + 1 : 0, words = (size_t)room / 64 + 1;
    if (words == had) return 0;
    for (int v = 0; v < width; v++) {
        uint64_t *met = realloc(g->met[v], sizeof(uint64_t) * words);
        if (!met) return -1;
        memset(met + had, 0, sizeof(uint64_t) * (words - had));
        g->met[v] = met;
    }
    g->met_room = room;
    return 0;
}

typedef struct { uint32_t *out; int64_t n, most; } Missing;

static int missing(Missing *m, int32_t part, Vid id) {
    if (m->n == m->most) return -1;
    m->out[2 * m->n] = (uint32_t)part;
    m->out[2 * m->n++ + 1] = id;
    return 0;
}
/* Tell of a value without a number, and remember that: its number is ASKED until it gets one. */
static int missing_value(Fill *g, int32_t part, val v, Missing *m) {
    Part *q = &g->parts[part];
    Vid id = known_id(g, v);
    if (id == VID_NONE && native_id(g->p, v, &id)) return 0;
    if ((!q->ids || (uint32_t)(q->n + q->asked + 1) * 2 > q->mask) && more_ids(q, q->ids ? 2 * (q->mask + 1) : 16)) return N_MEMORY;
    uint32_t slot = (id * 0x9E3779B9u) & q->mask;
    for (; q->ids[slot] != VID_NONE; slot = (slot + 1) & q->mask)
        if (q->ids[slot] == id) return 0;
    if (missing(m, part, id)) return -1;
    q->ids[slot] = id;
    q->numbers[slot] = ASKED;
    q->asked++;
    return 0;
}
static int missing_of(Fill *g, int32_t part, val v, Missing *m) {
    Part *q = &g->parts[part];
    if (q->kind == PART_LEAF) return missing_value(g, part, v, m);
    if (!is_obj(v) || !v) return missing(m, part, VID_NONE);
    Obj *o = obj(v);
    int code = 0;
    if (q->kind == PART_SET) {
        if (o->kind != O_SET) return is_set(v) ? 0 : missing(m, part, VID_NONE);
        for (uint32_t i = 0; i < o->n && !code; i++) code = missing_value(g, part, o->e[i], m);
        return code;
    }
    if (o->n != (uint32_t)q->n || o->kind != (q->domain ? O_FN : O_SEQ) || (q->domain && !same(o->e[0], q->domain)))
        return missing(m, part, VID_NONE);
    for (int32_t i = 0; i < q->n && !code; i++) code = missing_of(g, q->parts[i], values(o)[i], m);
    return code;
}

/* What states to come (`n` rows of ids, from `*at` on) have and the layout has not: pairs of a part and the id of a value
 * without a number, or of an element; VID_NONE where the part has another shape. Each is told once, `most` at most: how
 * many, and in `*at` the first row that was not looked at. N_MEMORY. */
EXPORT int64_t fill_misfits(Fill *g, const Vid *rows, int64_t n, int64_t *at, int64_t most, uint32_t *out) {
    int width = g->p->width;
    Missing m = {out, 0, most};
    for (; *at < n; ++*at)
        for (int v = 0; v < width; v++) {
            Vid id = rows[*at * width + v];
            if (id >= g->met_room && more_met(g)) return N_MEMORY;
            uint64_t bit = 1ULL << (id & 63), *met = &g->met[v][id >> 6];
            if (*met & bit) continue;
            int code = missing_of(g, g->roots[v], g->p->v.word[id], &m);
            if (code) return code == N_MEMORY ? N_MEMORY : m.n;
            *met |= bit;
        }
    return m.n;
}
#endif
