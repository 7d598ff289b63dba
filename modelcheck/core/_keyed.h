/* States told apart by keys: under SYMMETRY the least of the rows that permutations make of a state, under VIEW the view's
 * value. A function from elsewhere (_keyer.h) makes the key of packed words; it may not know one.
 *
 * The store then has no index; `keys` has one key for each state. Words met of late are remembered with the number of
 * the state that they stand for: most successors are met again and again.
 */
#ifndef MODELCHECK_KEYED_H
#define MODELCHECK_KEYED_H
#include "_model.h"

enum { KEYED_NEW = -1, KEYED_MEMORY = -2, KEYED_UNKNOWN = -3, MET_BITS_LEAST = 16, MET_BITS_MOST = 20, MET_BYTES = 32 << 20 };

struct Keyed {
    KeyOf key;
    void *with;
    Store keys;
    uint64_t *own;
    uint64_t *met;        /* each: 1 + the number (0: none), the words */
    int32_t width;        /* of the words that `met` has room for … */
    int bits;             /* … 2^bits times */
};

static void keyed_free(Keyed *k) {
    if (!k) return;
    store_free(&k->keys);
    free(k->own);
    free(k->met);
    free(k);
}

/* After a new layout: words mean something else. */
static int keyed_forget(Keyed *k, int32_t width) {
    free(k->met);
    k->met = calloc((size_t)(width + 1) << k->bits, sizeof(uint64_t));
    k->width = width;
    return k->met ? 0 : -1;
}

static size_t met_bytes(const Keyed *k) { return sizeof(uint64_t) * (size_t)(k->width + 1) << k->bits; }

static Keyed *keyed_new(KeyOf key, void *with, int32_t words, int32_t width) {
    Keyed *k = calloc(1, sizeof(Keyed));
    if (!k) return NULL;
    k->key = key;
    k->with = with;
    k->own = calloc((size_t)words, sizeof(uint64_t));
    k->bits = MET_BITS_LEAST;
    if (store_init(&k->keys, words) || !k->own || keyed_forget(k, width)) { keyed_free(k); return NULL; }
    return k;
}

static inline uint64_t *keyed_place(const Keyed *k, uint64_t hash) {
    return k->met + (hash >> (64 - k->bits)) * (uint64_t)(k->width + 1);
}

/* The number of the state that some words stand for, if they were met of late; KEYED_NEW. */
static inline int64_t keyed_met(const Keyed *k, const uint64_t *words, uint64_t hash) {
    const uint64_t *place = keyed_place(k, hash);
    return *place && same_words(place + 1, words, k->width) ? (int64_t)*place - 1 : KEYED_NEW;
}

static inline void keyed_remember(Keyed *k, const uint64_t *words, uint64_t hash, int64_t number) {
    uint64_t *place = keyed_place(k, hash);
    *place = (uint64_t)number + 1;
    memcpy(place + 1, words, sizeof(uint64_t) * (size_t)k->width);
}

/* Put a state whose key is new. */
static int64_t keyed_append(Core *c, const uint64_t *words, const uint64_t *key, int64_t parent) {
    Keyed *k = c->keyed;
    Store *s = &c->store;
    if (store_insert(&k->keys, key, hash_state(&k->keys, key), -1) < 0 || store_reserve(s, s->n + 1)) return KEYED_MEMORY;
    memcpy(state_at(s, s->n), words, sizeof(uint64_t) * (size_t)s->width);
    *parent_at(s, s->n) = parent < 0 ? NO_PARENT : (uint32_t)parent;
    if (s->n >> k->bits && k->bits < MET_BITS_MOST && met_bytes(k) <= MET_BYTES / 2) { /* as many as there are states */
        k->bits++;
        if (keyed_forget(k, k->width)) return KEYED_MEMORY;
    }
    return s->n++;
}

static inline int64_t keyed_find(const Keyed *k, const uint64_t *key) {
    uint64_t where;
    return store_find(&k->keys, key, hash_state(&k->keys, key), &where);
}

/* The number of the state that words which were not met of late stand for; KEYED_NEW: its key is at hand in `own`. */
static int64_t keyed_look(Keyed *k, const uint64_t *words, uint64_t hash) {
    int code = k->key(k->with, words, k->own);
    if (code) return code == -2 ? KEYED_MEMORY : KEYED_UNKNOWN;
    int64_t number = keyed_find(k, k->own);
    if (number >= 0) keyed_remember(k, words, hash, number);
    return number >= 0 ? number : KEYED_NEW;
}
#endif
