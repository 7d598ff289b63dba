/* Tables: what an instance does in every state that agrees on a mask, found by the masked bits.
 *
 * A key of few bits indexes an array (direct); one of up to 64 bits is a word in an open-addressing table (narrow); others
 * are several words (wide). A value is 0: not known, 1: nothing or false, else 2 more than the row's place.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define DIRECT_BITS 8    /* direct from the beginning */
#define DIRECT_MAX 18    /* direct when an eighth of the keys are there */
#define VALUE_NO 1
#define VALUE_ROW 2

enum { FORM_DIRECT = 0, FORM_NARROW = 1, FORM_WIDE = 2 };

typedef struct { uint64_t key; uint32_t value, unused; } Entry;

typedef struct {
    int32_t n;            /* words in the key */
    int32_t bits;         /* in all */
    int32_t form;
    int32_t first_bits, both_bits; /* of the first word, of the first two */
    int32_t word0, word1;
    uint64_t mask0, mask1;
    uint32_t *direct;
    Entry *entries;       /* narrow */
    int shift;            /* 64 - log2 of the capacity */
    uint64_t used;
    int32_t *word;
    uint64_t *mask;
    uint64_t *keys;       /* wide: capacity * n */
    uint32_t *values;
} Table;

static int have_pext;

static uint64_t pext_loop(uint64_t x, uint64_t mask) {
    uint64_t out = 0;
    int at = 0;
    while (mask) {
        int low = __builtin_ctzll(mask);
        uint64_t run = ~(mask >> low);
        int bits = run ? __builtin_ctzll(run) : 64;
        if (bits >= 64) return x;
        out |= ((x >> low) & ((1ULL << bits) - 1)) << at;
        at += bits;
        mask &= ~(((1ULL << bits) - 1) << low);
    }
    return out;
}

static inline uint64_t pext(uint64_t x, uint64_t mask) {
#if defined(__x86_64__)
    if (have_pext) {
        uint64_t out;
        __asm__("pextq %2, %1, %0" : "=r"(out) : "r"(x), "r"(mask));
        return out;
    }
#endif
    return pext_loop(x, mask);
}

static void detect(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    /* the first two generations of Zen have the instruction, but slow */
    have_pext = __builtin_cpu_supports("bmi2") && !__builtin_cpu_is("znver1") && !__builtin_cpu_is("znver2");
#endif
}

static inline uint64_t key_hash(uint64_t key) {
    key *= 0x9E3779B97F4A7C15ULL;
    return (key ^ (key >> 32)) * 0xD6E8FEB86659FD93ULL;
}

static inline uint64_t narrow_key(const Table *t, const uint64_t *s) {
    uint64_t key = pext(s[t->word0], t->mask0);
    if (t->n > 1) {
        key |= pext(s[t->word1], t->mask1) << t->first_bits;
        int at = t->both_bits;
        for (int32_t i = 2; i < t->n; i++) {
            key |= pext(s[t->word[i]], t->mask[i]) << at;
            at += __builtin_popcountll(t->mask[i]);
        }
    }
    return key;
}

static inline uint64_t wide_hash(const uint64_t *key, int32_t n) {
    uint64_t h = 0x8F1BBCDCBFA53E0BULL;
    for (int32_t i = 0; i < n; i++) { h = (h ^ key[i]) * 0x9E3779B97F4A7C15ULL; h ^= h >> 29; }
    return h * 0xBF58476D1CE4E5B9ULL;
}

static uint32_t wide_lookup(const Table *t, const uint64_t *s) {
    uint64_t h = 0x8F1BBCDCBFA53E0BULL;
    int32_t n = t->n;
    for (int32_t i = 0; i < n; i++) { h = (h ^ (s[t->word[i]] & t->mask[i])) * 0x9E3779B97F4A7C15ULL; h ^= h >> 29; }
    h *= 0xBF58476D1CE4E5B9ULL;
    uint64_t mask = ((uint64_t)1 << (64 - t->shift)) - 1;
    for (uint64_t at = h >> t->shift; t->values[at]; at = (at + 1) & mask) {
        const uint64_t *k = t->keys + at * (uint64_t)n;
        int32_t i = 0;
        while (i < n && k[i] == (s[t->word[i]] & t->mask[i])) i++;
        if (i == n) return t->values[at];
    }
    return 0;
}

static inline __attribute__((always_inline)) uint32_t table_lookup(const Table *t, const uint64_t *s) {
    if (t->form == FORM_WIDE) return wide_lookup(t, s);
    uint64_t key = narrow_key(t, s);
    if (t->form == FORM_DIRECT) return t->direct[key];
    uint64_t mask = ((uint64_t)1 << (64 - t->shift)) - 1;
    for (uint64_t at = key_hash(key) >> t->shift;; at = (at + 1) & mask) {
        const Entry *e = &t->entries[at];
        if (!e->value) return 0;
        if (e->key == key) return e->value;
    }
}

static void table_free(Table *t) {
    free(t->word); free(t->mask); free(t->keys); free(t->values); free(t->entries); free(t->direct);
}

static int table_init(Table *t, int32_t n, const int32_t *word, const uint64_t *mask) {
    memset(t, 0, sizeof(Table));
    size_t m = (size_t)(n ? n : 1);
    t->n = n;
    t->word = calloc(m, sizeof(int32_t));
    t->mask = calloc(m, sizeof(uint64_t));
    if (!t->word || !t->mask) return -1;
    for (int32_t i = 0; i < n; i++) {
        t->word[i] = word[i];
        t->mask[i] = mask[i];
        t->bits += __builtin_popcountll(mask[i]);
    }
    t->word0 = t->word[0]; t->mask0 = t->mask[0];
    if (n > 1) { t->word1 = word[1]; t->mask1 = mask[1]; }
    t->first_bits = __builtin_popcountll(t->mask0);
    t->both_bits = t->first_bits + __builtin_popcountll(t->mask1);
    t->shift = 64 - 4;
    if (t->bits <= DIRECT_BITS) {
        t->form = FORM_DIRECT;
        t->direct = calloc((size_t)1 << t->bits, sizeof(uint32_t));
        return t->direct ? 0 : -1;
    }
    if (t->bits <= 64) {
        t->form = FORM_NARROW;
        t->entries = calloc(16, sizeof(Entry));
        return t->entries ? 0 : -1;
    }
    t->form = FORM_WIDE;
    t->keys = calloc(16 * m, sizeof(uint64_t));
    t->values = calloc(16, sizeof(uint32_t));
    return t->keys && t->values ? 0 : -1;
}

static void put_entry(Table *t, uint64_t key, uint32_t value) {
    uint64_t mask = ((uint64_t)1 << (64 - t->shift)) - 1, at = key_hash(key) >> t->shift;
    while (t->entries[at].value && t->entries[at].key != key) at = (at + 1) & mask;
    t->used += !t->entries[at].value;
    t->entries[at].key = key;
    t->entries[at].value = value;
}

static void put_wide(Table *t, const uint64_t *key, uint32_t value) {
    uint64_t mask = ((uint64_t)1 << (64 - t->shift)) - 1, at = wide_hash(key, t->n) >> t->shift;
    size_t bytes = sizeof(uint64_t) * (size_t)t->n;
    while (t->values[at] && memcmp(t->keys + at * (uint64_t)t->n, key, bytes)) at = (at + 1) & mask;
    t->used += !t->values[at];
    memcpy(t->keys + at * (uint64_t)t->n, key, bytes);
    t->values[at] = value;
}

/* Twice the capacity, or direct where that is little more. */
static int table_grow(Table *t) {
    uint64_t cap = (uint64_t)1 << (64 - t->shift);
    if (t->form == FORM_NARROW && t->bits <= DIRECT_MAX && cap * 8 >= (uint64_t)1 << t->bits) {
        t->direct = calloc((size_t)1 << t->bits, sizeof(uint32_t));
        if (!t->direct) return -1;
        for (uint64_t i = 0; i < cap; i++) if (t->entries[i].value) t->direct[t->entries[i].key] = t->entries[i].value;
        free(t->entries);
        t->entries = NULL;
        t->form = FORM_DIRECT;
        return 0;
    }
    Table old = *t;
    t->shift--;
    t->used = 0;
    if (t->form == FORM_NARROW) {
        t->entries = calloc(cap * 2, sizeof(Entry));
        if (!t->entries) { *t = old; return -1; }
        for (uint64_t i = 0; i < cap; i++) if (old.entries[i].value) put_entry(t, old.entries[i].key, old.entries[i].value);
        free(old.entries);
        return 0;
    }
    t->keys = calloc(cap * 2 * (size_t)t->n, sizeof(uint64_t));
    t->values = calloc(cap * 2, sizeof(uint32_t));
    if (!t->keys || !t->values) { free(t->keys); free(t->values); *t = old; return -1; }
    for (uint64_t i = 0; i < cap; i++) if (old.values[i]) put_wide(t, old.keys + i * (uint64_t)t->n, old.values[i]);
    free(old.keys);
    free(old.values);
    return 0;
}

/* The value for all states that agree with `s` on the mask. */
static int table_put(Table *t, const uint64_t *s, uint32_t value) {
    if (t->form != FORM_DIRECT && (t->used + 1) * 2 > (uint64_t)1 << (64 - t->shift) && table_grow(t)) return -1;
    if (t->form == FORM_DIRECT) {
        uint64_t key = narrow_key(t, s);
        t->used += !t->direct[key];
        t->direct[key] = value;
        return 0;
    }
    if (t->form == FORM_NARROW) {
        put_entry(t, narrow_key(t, s), value);
        return 0;
    }
    uint64_t *key = malloc(sizeof(uint64_t) * (size_t)t->n);
    if (!key) return -1;
    for (int32_t i = 0; i < t->n; i++) key[i] = s[t->word[i]] & t->mask[i];
    put_wide(t, key, value);
    free(key);
    return 0;
}
