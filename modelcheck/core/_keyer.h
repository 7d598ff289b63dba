/* Rows of ids of packed states, and their keys (_keyed.h), made by what makes them for rows (`make_key` of _walk_parts.h).
 *
 * The ids of the variables' values are remembered by the words that hold them. Several threads have a keyer each: the first
 * one's, and others with clones of its program, which make keys at the same time between `keyer_meet` and `keyer_part`.
 */
#ifndef MODELCHECK_KEYER_H
#define MODELCHECK_KEYER_H
#include "_fill.h"
#include "_walk_parts.h"

enum { KEYER_BITS = 12 };
typedef struct {
    int32_t n;            /* words that hold something of the variable */
    int32_t *word;
    uint64_t *mask;
    uint64_t *slots;      /* each: 1 + the id (0: none), the masked words */
} Holder;

typedef struct Keyer {
    Fill *g;              /* its parts are common to all */
    Prog *p;
    Walk *w;              /* NULL where only rows are asked for */
    Holder *held;
    Vid *row;
    uint64_t *bits;
    uint64_t version;     /* of the layout that `held` is for */
    int vars;
    int32_t words;        /* of a key */
    struct Keyer **twins; /* of the first one */
    Prog **clones;        /* theirs */
    int32_t n_twins;      /* -1: there can be none */
} Keyer;

static void held_free(Keyer *k) { /* `g` may be gone */
    for (int v = 0; k->held && v < k->vars; v++) { free(k->held[v].word); free(k->held[v].mask); free(k->held[v].slots); }
    free(k->held);
    k->held = NULL;
}
WALK_EXPORT void keyer_free(Keyer *k) {
    if (!k) return;
    for (int32_t i = 0; i < k->n_twins; i++) {
        twin_free(k->twins[i]->w);
        keyer_free(k->twins[i]);
        native_clone_free(k->clones[i]);
    }
    free(k->twins);
    free(k->clones);
    held_free(k);
    free(k->row);
    free(k->bits);
    free(k);
}
static Keyer *keyer_of(Fill *g, Prog *p, Walk *w) {
    Keyer *k = calloc(1, sizeof(Keyer));
    if (!k) return NULL;
    k->g = g;
    k->p = p;
    k->w = w;
    k->words = w ? index_of(w)->width : 0;
    k->vars = g->p->width;
    k->row = calloc((size_t)g->p->width + 2, sizeof(Vid)); /* an even number of them is looked at */
    if (!k->row) { keyer_free(k); return NULL; }
    return k;
}
WALK_EXPORT Keyer *keyer_new(Fill *g, Walk *w) { return keyer_of(g, g->p, w); }

/* So many others; -1 where the program cannot be copied, or without memory. */
static int more_twins(Keyer *k, int32_t n) {
    if (k->n_twins) return k->n_twins < n ? -1 : 0;
    k->n_twins = -1;
    k->twins = calloc((size_t)n, sizeof(Keyer *));
    k->clones = calloc((size_t)n, sizeof(Prog *));
    if (!k->twins || !k->clones) return -1;
    int32_t made = 0;
    for (; made < n; made++) {
        Prog *p = native_clone(k->p);
        Walk *w = p ? twin_new(k->w, p) : NULL;
        Keyer *twin = w ? keyer_of(k->g, p, w) : NULL;
        if (!twin) {
            twin_free(w);
            native_clone_free(p);
            break;
        }
        twin->words = k->words; /* its walk has no index */
        k->twins[made] = twin;
        k->clones[made] = p;
    }
    if (!made) return -1;
    k->n_twins = made;
    return made < n ? -1 : 0;
}

/* From now on `n` threads may make keys at the same time, each with its own of `keyers`, up to `keyer_part`: 0; -1 where
 * that cannot be. The thread that asks has the first one. */
WALK_EXPORT int keyer_meet(void *with, int32_t n, void **keyers) {
    Keyer *k = with;
    if (more_twins(k, n - 1) || native_join(k->p, k->clones, k->n_twins)) return -1;
    keyers[0] = k;
    for (int32_t i = 1; i < n; i++) keyers[i] = k->twins[i - 1];
    return 0;
}
WALK_EXPORT void keyer_part(void *with) {
    Keyer *k = with;
    native_part(k->p, k->clones, k->n_twins);
}

static void mark_bits(const Fill *g, int32_t part, uint64_t *bits) {
    const Part *q = &g->parts[part];
    if (q->kind == PART_LEAF) bits[q->word] |= q->bits;
    else
        for (int32_t i = 0; i < q->n; i++) {
            if (q->kind == PART_FN) mark_bits(g, q->parts[i], bits);
            else bits[q->at[i] >> 6] |= 1ULL << (q->at[i] & 63);
        }
}

static int hold(Keyer *k) { /* after a new layout */
    const Fill *g = k->g;
    int width = g->p->width;
    held_free(k);
    free(k->bits);
    k->bits = calloc((size_t)g->width + 1, sizeof(uint64_t));
    k->held = calloc((size_t)width + 1, sizeof(Holder));
    if (!k->held || !k->bits) return N_MEMORY;
    for (int v = 0; v < width; v++) {
        Holder *h = &k->held[v];
        memset(k->bits, 0, sizeof(uint64_t) * (size_t)g->width);
        mark_bits(g, g->roots[v], k->bits);
        for (int32_t w = 0; w < g->width; w++) h->n += k->bits[w] != 0;
        h->word = malloc(sizeof(int32_t) * (size_t)(h->n + 1));
        h->mask = malloc(sizeof(uint64_t) * (size_t)(h->n + 1));
        h->slots = calloc((size_t)(h->n + 1) << KEYER_BITS, sizeof(uint64_t));
        if (!h->word || !h->mask || !h->slots) return N_MEMORY;
        h->n = 0;
        for (int32_t w = 0; w < g->width; w++)
            if (k->bits[w]) { h->word[h->n] = w; h->mask[h->n++] = k->bits[w]; }
    }
    k->version = g->version;
    return 0;
}

static val value_in(Prog *p, Fill *g, int32_t part, const uint64_t *words) {
    Part *q = &g->parts[part];
    if (q->kind == PART_LEAF) {
        uint64_t number = (words[q->word] & q->bits) >> q->shift;
        if (number >= (uint64_t)q->n || !q->values[number]) unknown(p);
        return q->values[number];
    }
    if (q->kind == PART_FN) {
        deep(p);
        Obj *f = q->domain ? new_fn(p, q->domain, (uint32_t)q->n) : new_seq(p, (uint32_t)q->n);
        for (int32_t i = 0; i < q->n; i++) values(f)[i] = value_in(p, g, q->parts[i], words);
        return ref(f);
    }
    if (!q->is_ordered) unknown(p);
    Obj *o = new_set(p, (uint32_t)q->n);
    o->n = 0;
    for (int32_t i = 0; i < q->n; i++) {
        int32_t e = q->order[i];
        if (!(words[q->at[e] >> 6] >> (q->at[e] & 63) & 1)) continue;
        if (!(o->e[o->n++] = q->values[e])) unknown(p);
    }
    return o->n ? ref(o) : p->empty_set;
}

static int id_in(Keyer *k, int32_t part, const uint64_t *words, Vid *id) {
    Prog *p = k->p;
    Call c;
    ENTER(p, c);
    *id = intern(p, value_in(p, k->g, part, words));
    return left(p, &c, 0);
}

/* The ids of all variables' values in packed words, in `k->row`. */
static int ids_in(Keyer *k, const uint64_t *words) {
    Fill *g = k->g;
    if ((!k->held || k->version != g->version) && hold(k)) return N_MEMORY;
    for (int v = 0; v < g->p->width; v++) {
        Holder *h = &k->held[v];
        uint64_t hash = 0;
        for (int32_t i = 0; i < h->n; i++) hash = (hash ^ (words[h->word[i]] & h->mask[i])) * 0x9E3779B97F4A7C15ULL;
        uint64_t *slot = h->slots + (hash >> (64 - KEYER_BITS)) * (uint64_t)(h->n + 1);
        int32_t i = 0;
        while (*slot && i < h->n && slot[i + 1] == (words[h->word[i]] & h->mask[i])) i++;
        if (!*slot || i < h->n) {
            Vid id;
            int code = id_in(k, g->roots[v], words, &id);
            if (code) return code;
            *slot = (uint64_t)id + 1;
            for (i = 0; i < h->n; i++) slot[i + 1] = words[h->word[i]] & h->mask[i];
        }
        k->row[v] = (Vid)(*slot - 1);
    }
    return 0;
}

/* The key of packed words, in `out`: 0, N_UNKNOWN, N_MEMORY. */
WALK_EXPORT int keyer_key(void *with, const uint64_t *words, uint64_t *out) {
    Keyer *k = with;
    int code = ids_in(k, words);
    if (code < 0 || (code = make_key(k->w, k->row)) < 0) return code;
    memcpy(out, k->w->key, sizeof(uint64_t) * (size_t)k->words);
    return 0;
}

/* The rows of ids of `n` states from number `at` on, one after the other: 0, N_UNKNOWN, N_MEMORY. `fetch` gives the words
 * of a state of `core`; `words` has room for one. */
WALK_EXPORT int keyer_rows(Keyer *k, const void *core, void (*fetch)(const void *, int64_t, uint64_t *), uint64_t *words, int64_t at,
                           int64_t n, Vid *out) {
    int width = k->g->p->width;
    for (int64_t i = 0; i < n; i++) {
        fetch(core, at + i, words);
        int code = ids_in(k, words);
        if (code) return code;
        memcpy(out + i * width, k->row, sizeof(Vid) * (size_t)width);
    }
    return 0;
}
#endif
