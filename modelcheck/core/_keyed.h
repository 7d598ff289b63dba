/* States told apart by keys: under SYMMETRY the least of the rows that permutations make of a state, under VIEW the view's
 * value. A function from elsewhere (_keyer.h) makes the key of packed words; it may not know one.
 *
 * The store then has no index; `keys` has one key for each state. Words met of late are remembered with the number of
 * the state that they stand for: most successors are met again and again. Workers share these rows: the upper half of a
 * row's first word counts its changes, and is odd during one, so that nobody takes a row for whole that is not (a
 * sequence lock). What is found in a round of several workers is met at once, with its block in place of the number it does
 * not have yet: from there on it need not be found again. Should the block be lost, or a state of it be put off, it is
 * forgotten. Each worker has its own of what makes keys (`keys_meet`); where there is but one, one worker explores.
 */
#ifndef MODELCHECK_KEYED_H
#define MODELCHECK_KEYED_H
#include "_order.h"

enum { KEYED_NEW = -1, KEYED_MEMORY = -2, KEYED_UNKNOWN = -3, MET_BITS_LEAST = 16, MET_BITS_MOST = 20, MET_BYTES = 32 << 20 };
enum { WORKERS_MAX = 256, ROUND_BITS = 24, MET_BLOCK_BITS = 31 - ROUND_BITS };
#define MET_FOUND ((uint32_t)1 << 31) /* with the round, and the block in it: for 1 + a number */
_Static_assert(BLOCKS <= 1 << MET_BLOCK_BITS, "a block's place must fit");

struct Keyed {
    KeyOf key;
    void *with;
    MeetOf meet;
    PartOf part;
    Store keys;
    uint64_t *met;        /* each: changes, and 1 + the number or what MET_FOUND says (0: none); the words */
    uint32_t round;       /* of several workers, modulo 2^ROUND_BITS */
    size_t met_bytes;
    int bits;             /* 2^bits of them */
    int32_t row;          /* words each, so that one of up to 8 lies on one cache line */
};

static void keyed_free(Keyed *k) {
    if (!k) return;
    store_free(&k->keys);
    big_free(k->met, k->met_bytes);
    free(k);
}

static size_t met_bytes(const Core *c) { return c->keyed ? c->keyed->met_bytes : 0; }

static void met_free(Keyed *k) {
    big_free(k->met, k->met_bytes);
    k->met = NULL;
    k->met_bytes = 0;
}

/* After a new layout words mean something else. */
static void forget_met(Core *c) {
    if (c->keyed) met_free(c->keyed);
}

static int32_t met_row(int32_t width) {
    int32_t row = width + 1;
    while (row < 8 && row & (row - 1)) row++;
    return row;
}

static inline uint64_t *met_place(const Core *c, uint64_t hash) {
    return c->keyed->met + (hash >> (64 - c->keyed->bits)) * (uint64_t)c->keyed->row;
}

/* Those of a table of half the size have two places each to go to. */
static void met_move(const Core *c, const uint64_t *from, int bits) {
    const Keyed *k = c->keyed;
    for (uint64_t i = 0; i < (uint64_t)1 << bits; i++) {
        const uint64_t *place = from + i * (uint64_t)k->row;
        if ((uint32_t)*place && !(*place >> 32 & 1))
            memcpy(met_place(c, hash_state(&c->store, place + 1)), place, sizeof(uint64_t) * (size_t)(c->store.width + 1));
    }
}

/* Room for as many as there are states, within bounds; without memory nothing is remembered. Workers do not look now. */
static void met_room(Core *c) {
    Keyed *k = c->keyed;
    int more = c->store.n >> k->bits && k->bits < MET_BITS_MOST && met_bytes(c) <= MET_BYTES / 2;
    if (k->met && !more) return;
    uint64_t *old = k->met;
    size_t bytes = k->met_bytes;
    k->bits += more;
    k->row = met_row(c->store.width);
    k->met_bytes = sizeof(uint64_t) * (size_t)k->row << k->bits;
    if (!(k->met = big_alloc(k->met_bytes))) k->met_bytes = 0;
    else if (old) met_move(c, old, k->bits - more);
    big_free(old, bytes);
}

/* What is known of some words if they were met of late: 1 + the number, or what MET_FOUND says; 0. */
static inline uint32_t met_mark(const Core *c, const uint64_t *words, uint64_t hash) {
    if (!c->keyed->met) return 0;
    const uint64_t *place = met_place(c, hash);
    uint64_t head = __atomic_load_n(place, __ATOMIC_ACQUIRE);
    if (!(uint32_t)head || head >> 32 & 1) return 0;
    for (int32_t i = 0; i < c->store.width; i++) if (__atomic_load_n(place + 1 + i, __ATOMIC_ACQUIRE) != words[i]) return 0;
    return __atomic_load_n(place, __ATOMIC_RELAXED) == head ? (uint32_t)head : 0;
}

/* The number of the state that some words stand for, or some number if it was found in a round: then there are no edges,
 * and nobody asks which. KEYED_NEW where they were not met of late. */
static inline int64_t met_number(const Core *c, const uint64_t *words, uint64_t hash) { return (int64_t)met_mark(c, words, hash) - 1; }

/* Whether some words need not be found in a block of this round: an earlier round did, or an earlier block of this one, or,
 * unless some of its states are explored `again`, the block itself. */
static inline int met_before(const Core *c, const uint64_t *words, uint64_t hash, int64_t block, int again) {
    uint32_t mark = met_mark(c, words, hash), within = ((uint32_t)1 << MET_BLOCK_BITS) - 1;
    if (!(mark & MET_FOUND) || (mark & ~MET_FOUND) >> MET_BLOCK_BITS != c->keyed->round) return mark != 0;
    return (int64_t)(mark & within) < block + !again;
}

/* Put a mark, or with `only` take it away from these words; if another worker is at it, it is left to that one. */
static void met_put(const Core *c, const uint64_t *words, uint64_t hash, uint32_t mark, int only) {
    if (!c->keyed->met) return;
    uint64_t *place = met_place(c, hash), head = __atomic_load_n(place, __ATOMIC_RELAXED), change = (head >> 32 | 1) << 32;
    if (head >> 32 & 1 || !__atomic_compare_exchange_n(place, &head, change, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) return;
    for (int32_t i = 0; i < c->store.width && only; i++) if (place[1 + i] != words[i]) mark = (uint32_t)head;
    for (int32_t i = 0; i < c->store.width && !only; i++) __atomic_store_n(place + 1 + i, words[i], __ATOMIC_RELEASE);
    __atomic_store_n(place, change + ((uint64_t)1 << 32) + mark, __ATOMIC_RELEASE);
}

static inline void met_remember(const Core *c, const uint64_t *words, uint64_t hash, int64_t number) {
    if (number < MET_FOUND - 1) met_put(c, words, hash, (uint32_t)number + 1, 0);
}

/* A block of this round has found some words. */
static inline void met_find(const Core *c, const uint64_t *words, uint64_t hash, int64_t block) {
    met_put(c, words, hash, MET_FOUND | c->keyed->round << MET_BLOCK_BITS | (uint32_t)block, 0);
}

/* What a block has found from `first` on will be found again, or never was. */
static void met_forget(const Core *c, const Block *k, int64_t first) {
    for (int64_t i = first; i < k->n; i++) {
        const uint64_t *words = k->words + i * k->width;
        met_put(c, words, hash_state(&c->store, words), 0, 1);
    }
}

/* A new round: marks of another one with its number are not kept. */
static void met_round(Core *c) {
    Keyed *k = c->keyed;
    k->round = (k->round + 1) & (((uint32_t)1 << ROUND_BITS) - 1);
    if (!k->round) met_free(k);
}

static Keyed *keyed_new(Core *c, KeyOf key, void *with, int32_t words, MeetOf meet, PartOf part) {
    Keyed *k = calloc(1, sizeof(Keyed));
    if (!k) return NULL;
    k->key = key;
    k->with = with;
    k->meet = meet;
    k->part = part;
    k->bits = MET_BITS_LEAST;
    int failed = store_init(&k->keys, words);
    for (int32_t i = 0; i < c->n_workers; i++) {
        Worker *w = &c->workers[i];
        failed |= !(w->key = own_room(w->key, sizeof(uint64_t) * (size_t)words));
        w->keyer = i ? NULL : with;
    }
    if (!failed) return k;
    keyed_free(k);
    return NULL;
}

static inline int64_t keyed_find(const Keyed *k, const uint64_t *key) {
    uint64_t where;
    return store_find(&k->keys, key, hash_state(&k->keys, key), &where);
}

/* Whether all workers can make keys from now on, up to `keys_part`. */
static int keys_meet(Core *c) {
    Keyed *k = c->keyed;
    void *with[WORKERS_MAX];
    if (!k->meet || c->n_workers > WORKERS_MAX || k->meet(k->with, c->n_workers, with)) return 0;
    for (int32_t i = 0; i < c->n_workers; i++) c->workers[i].keyer = with[i];
    return 1;
}

static void keys_part(Core *c) {
    c->keyed->part(c->keyed->with);
}

/* Put a state whose key is new: its number, or KEYED_MEMORY. Workers do not look now. */
static int64_t keyed_append(Core *c, const uint64_t *words, const uint64_t *key, int64_t parent) {
    Keyed *k = c->keyed;
    Store *s = &c->store;
    if (store_insert(&k->keys, key, hash_state(&k->keys, key), -1) < 0 || store_reserve(s, s->n + 1)) return KEYED_MEMORY;
    memcpy(state_at(s, s->n), words, sizeof(uint64_t) * (size_t)s->width);
    *parent_at(s, s->n) = parent < 0 ? NO_PARENT : (uint32_t)parent;
    met_room(c);
    return s->n++;
}

/* The number of the state that words which were not met of late stand for; KEYED_NEW: their key is in `w->key`. */
static int64_t keyed_look(Core *c, Worker *w, const uint64_t *words, uint64_t hash) {
    int code = c->keyed->key(w->keyer, words, w->key);
    if (code) return code == -2 ? KEYED_MEMORY : KEYED_UNKNOWN;
    w->key_hash = hash_state(&c->keyed->keys, w->key);
    int64_t number = store_find(&c->keyed->keys, w->key, w->key_hash, &w->key_where);
    if (number >= 0) met_remember(c, words, hash, number);
    return number >= 0 ? number : KEYED_NEW;
}
#endif
