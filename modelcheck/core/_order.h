/* Which places of the order of action instances are probed in a state: those whose guard is there, without those that a key
 * of few bits rules out (gates).
 */
#ifndef MODELCHECK_ORDER_H
#define MODELCHECK_ORDER_H
#include "_model.h"

static void gate_free(Gate *g) { table_free(&g->key); free(g->off); memset(g, 0, sizeof(*g)); }

static int has_no(const Table *t) {
    uint64_t cap = t->form == FORM_DIRECT ? (uint64_t)1 << t->bits : (uint64_t)1 << (64 - t->shift);
    for (uint64_t i = 0; i < cap; i++)
        if ((t->form == FORM_DIRECT ? t->direct[i] : t->entries[i].value) == VALUE_NO) return 1;
    return 0;
}

static int bits_of(const uint64_t *mask, int32_t width) {
    int bits = 0;
    for (int32_t w = 0; w < width; w++) bits += __builtin_popcountll(mask[w]);
    return bits;
}

/* The bits of key `key` put where a mask has its own. */
static void deposit(uint64_t key, const Table *t, uint64_t *words) {
    int at = 0;
    for (int32_t i = 0; i < t->n; i++) {
        uint64_t word = 0;
        for (uint64_t m = t->mask[i]; m; m &= m - 1, at++) word |= (key >> at & 1) << __builtin_ctzll(m);
        words[t->word[i]] = word;
    }
}

typedef struct { int32_t place, table, at, bits; } Closer;

static int by_place_in_state(const void *a, const void *b) {
    const Closer *x = a, *y = b;
    return x->at != y->at ? (x->at < y->at ? -1 : 1) : x->bits != y->bits ? x->bits - y->bits : x->place - y->place;
}

/* A gate over the union of some tables' masks. */
static int add_gate(Core *c, const Closer *list, int32_t n, const uint64_t *mask, uint64_t *words) {
    int32_t width = c->store.width, used = 0, low = INT32_MAX, high = 0;
    int32_t *word = malloc(sizeof(int32_t) * (size_t)width);
    uint64_t *bits = malloc(sizeof(uint64_t) * (size_t)width);
    if (!word || !bits) { free(word); free(bits); return -1; }
    for (int32_t w = 0; w < width; w++) if (mask[w]) { word[used] = w; bits[used++] = mask[w]; }
    Gate *g = &c->gates[c->n_gates];
    memset(g, 0, sizeof(*g));
    int failed = table_init(&g->key, used, word, bits);
    free(word); free(bits);
    for (int32_t i = 0; i < n; i++) {
        int32_t at = list[i].place >> 6;
        if (at < low) low = at;
        if (at >= high) high = at + 1;
    }
    g->low = low;
    g->high = high;
    size_t span = (size_t)(high - low);
    if (failed || !(g->off = calloc(span << g->key.bits, sizeof(uint64_t)))) { gate_free(g); return -1; }
    for (uint64_t key = 0; key < (uint64_t)1 << g->key.bits; key++) {
        deposit(key, &g->key, words);
        for (int32_t i = 0; i < n; i++) {
            const Table *t = &c->instances[ACTIONS][c->order[list[i].place]].tables[list[i].table];
            if (table_lookup(t, words) != VALUE_NO) continue;
            g->off[key * span + (size_t)((list[i].place >> 6) - low)] |= 1ULL << (list[i].place & 63);
        }
    }
    c->n_gates++;
    return 0;
}

/* Tables that say no for narrow keys, put together where their masks are near each other. */
static int make_gates(Core *c) {
    for (int32_t i = 0; i < c->n_gates; i++) gate_free(&c->gates[i]);
    c->n_gates = 0;
    int32_t width = c->store.width, n = 0, room = 0;
    Closer *list = NULL;
    for (int32_t p = 0; p < c->n_order; p++) {
        const Instance *in = &c->instances[ACTIONS][c->order[p]];
        if (in->skip) continue;
        for (int32_t j = 0; j < in->n; j++) {
            const Table *t = &in->tables[j];
            if (t->bits > GATE_BITS || t->bits == 0 || !has_no(t)) continue;
            if (n == room) {
                Closer *grown = realloc(list, sizeof(Closer) * (size_t)(room = room ? room * 2 : 64));
                if (!grown) { free(list); return -1; }
                list = grown;
            }
            list[n++] = (Closer){p, j, t->word0 * 64 + __builtin_ctzll(t->mask0), t->bits};
        }
    }
    if (!n) return 0;
    qsort(list, (size_t)n, sizeof(Closer), by_place_in_state);
    uint64_t *mask = calloc((size_t)width * 3, sizeof(uint64_t)), *both = mask + width, *words = mask + 2 * width;
    int failed = !mask;
    for (int32_t begin = 0, i = 0; !failed && (i < n || begin < n); i++) {
        int fits = i < n;
        if (fits) {
            const Table *t = &c->instances[ACTIONS][c->order[list[i].place]].tables[list[i].table];
            memcpy(both, mask, sizeof(uint64_t) * (size_t)width);
            for (int32_t k = 0; k < t->n; k++) both[t->word[k]] |= t->mask[k];
            int bits = bits_of(both, width);
            int32_t span = 1 + (i > begin ? c->order_words - 1 : 0);
            fits = bits <= GATE_BITS && ((size_t)span * 8) << bits <= GATE_BYTES;
            if (fits) { memcpy(mask, both, sizeof(uint64_t) * (size_t)width); continue; }
        }
        if (i > begin && c->n_gates < GATES) failed = add_gate(c, list + begin, i - begin, mask, words);
        memset(mask, 0, sizeof(uint64_t) * (size_t)width);
        if (i > begin) begin = i--; /* this one begins the next gate */
        else begin = i + 1;         /* too large by itself */
    }
    free(list);
    free(mask);
    return failed ? -1 : 0;
}

/* A gate with a guard closes the places up to where it skips to; those with another guard must not be found by it. */
static int closes_others(const Core *c, int32_t place) {
    const Instance *gate = &c->instances[ACTIONS][c->order[place]];
    for (int32_t p = place + 1; p < gate->skip - 1 && p < c->n_order; p++) {
        const Instance *in = &c->instances[ACTIONS][c->order[p]];
        if (in->guard_word != gate->guard_word || in->guard_bit != gate->guard_bit) return 1;
    }
    return 0;
}

/* After a change of order, guards or layout. */
static int make_order(Core *c) {
    int32_t bits = c->store.width * 64;
    c->order_words = (c->n_order + 63) / 64;
    size_t words = (size_t)(c->order_words ? c->order_words : 1);
    free(c->always); free(c->bit_begin); free(c->bit_places); free(c->guarded);
    c->always = calloc(words, sizeof(uint64_t));
    c->bit_begin = calloc((size_t)bits + 2, sizeof(int32_t));
    c->bit_places = calloc((size_t)c->n_order + 1, sizeof(int32_t));
    c->guarded = calloc((size_t)c->store.width, sizeof(uint64_t));
    if (!c->always || !c->bit_begin || !c->bit_places || !c->guarded) return -1;
    for (int pass = 0; pass < 2; pass++) {
        for (int32_t p = 0; p < c->n_order; p++) {
            const Instance *in = &c->instances[ACTIONS][c->order[p]];
            if (in->guard_word < 0 || in->guard_word >= c->store.width || (in->skip && closes_others(c, p))) {
                c->always[p >> 6] |= 1ULL << (p & 63);
                continue;
            }
            int32_t bit = in->guard_word * 64 + __builtin_ctzll(in->guard_bit);
            c->guarded[in->guard_word] |= in->guard_bit;
            if (pass) c->bit_places[c->bit_begin[bit + 1]++] = p;
            else c->bit_begin[bit + 2]++;
        }
        if (!pass) for (int32_t b = 2; b <= bits + 1; b++) c->bit_begin[b] += c->bit_begin[b - 1];
    }
    for (int32_t i = 0; i < c->n_workers; i++) {
        if (!(c->workers[i].enabled = own_room(c->workers[i].enabled, sizeof(uint64_t) * words))) return -1;
    }
    return make_gates(c) || make_segments(c) ? -1 : 0;
}

/* The places to probe in a state, as bits. */
static inline void enabled_places(const Core *c, const uint64_t *s, uint64_t *on) {
    int32_t n = c->order_words;
    for (int32_t i = 0; i < n; i++) on[i] = c->always[i];
    for (int32_t w = 0; w < c->store.width; w++) {
        for (uint64_t set = s[w] & c->guarded[w]; set; set &= set - 1) {
            int32_t bit = w * 64 + __builtin_ctzll(set);
            for (int32_t k = c->bit_begin[bit]; k < c->bit_begin[bit + 1]; k++) {
                int32_t p = c->bit_places[k];
                on[p >> 6] |= 1ULL << (p & 63);
            }
        }
    }
    for (int32_t g = 0; g < c->n_gates; g++) {
        const Gate *gate = &c->gates[g];
        uint64_t span = (uint64_t)(gate->high - gate->low);
        const uint64_t *off = gate->off + narrow_key(&gate->key, s) * span;
        uint64_t *to = on + gate->low;
        for (uint64_t i = 0; i < span; i++) to[i] &= ~off[i];
    }
}

static inline int32_t next_place(const Core *c, const uint64_t *on, int32_t p) {
    if (p >= c->n_order) return c->n_order;
    int32_t i = p >> 6;
    uint64_t bits = on[i] >> (p & 63) << (p & 63);
    while (!bits) {
        if (++i >= c->order_words) return c->n_order;
        bits = on[i];
    }
    return i * 64 + __builtin_ctzll(bits);
}
#endif
