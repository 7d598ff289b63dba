/* Packed states: an append-only array in chunks, a parent for each, and the seen set, an index of 32-bit slots.
 *
 * A slot holds the number of a state + 1 in its low `bits` bits and bits of the state's hash above them, so that a state's
 * words are touched only when they are very likely equal. States are compared word by word, unless `prints` is there:
 * then by a 64-bit fingerprint each. Full chunks can be moved to a file (`store_spill`), mapped when they are asked for.
 * Memory per state: 8 * width + 4 (parent) + 5.3 to 10.7 (slots) bytes.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define CHUNK_BITS 15
#define CHUNK ((int64_t)1 << CHUNK_BITS)
#define CHUNK_MASK (CHUNK - 1)
#define CHUNKS_MAX ((int64_t)1 << (32 - CHUNK_BITS))
#define NO_PARENT UINT32_MAX

typedef struct {
    int32_t width;
    int64_t n;
    uint64_t **states;   /* chunks; those below `spilled` are mapped from the file */
    uint32_t **parents;
    uint64_t **prints;   /* fingerprints in chunks, or NULL: exact */
    int64_t chunks, chunks_room;
    int64_t spilled, parents_spilled;
    char *slab;          /* where the next chunk of states begins … */
    size_t slab_left;    /* … if there is room */
    uint32_t *slots;
    int bits;            /* 2^bits slots */
    uint64_t *salts;     /* for the hash, one a word */
    int file;            /* -1: none */
    int64_t file_end;
    int unindexed;       /* states are found elsewhere (_keyed.h) */
} Store;

static inline uint64_t *state_at(const Store *s, int64_t i) {
    return s->states[i >> CHUNK_BITS] + (i & CHUNK_MASK) * s->width;
}

static inline uint32_t *parent_at(const Store *s, int64_t i) { return &s->parents[i >> CHUNK_BITS][i & CHUNK_MASK]; }

/* ---- hashing: the sum of one-to-one mixings of the words, so that a changed word is a changed summand ---- */

static inline uint64_t mix_word(uint64_t w, uint64_t salt) {
    w = (w ^ salt) * 0x9E3779B97F4A7C15ULL;
    w ^= w >> 32;
    w *= 0xD6E8FEB86659FD93ULL;
    return w ^ (w >> 29);
}

static inline uint64_t finish(uint64_t sum) {
    sum ^= sum >> 31;
    sum *= 0xBF58476D1CE4E5B9ULL;
    return sum ^ (sum >> 32);
}

static inline uint64_t hash_state(const Store *s, const uint64_t *w) {
    uint64_t sum = 0;
    for (int32_t i = 0; i < s->width; i++) sum += mix_word(w[i], s->salts[i]);
    return finish(sum);
}

static int new_salts(Store *s) {
    uint64_t *salts = realloc(s->salts, sizeof(uint64_t) * (size_t)s->width);
    if (!salts) return -1;
    s->salts = salts;
    uint64_t x = 0x243F6A8885A308D3ULL;
    for (int32_t i = 0; i < s->width; i++) {
        x += 0x9E3779B97F4A7C15ULL;
        uint64_t z = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
        salts[i] = z ^ (z >> 31);
    }
    return 0;
}

/* ---- memory ---- */

/* Append to a list of numbers; -1 without memory. */
static inline int add_number(int64_t **list, int64_t *n, int64_t *room, int64_t number) {
    if (*n == *room) {
        int64_t more = *room ? *room * 2 : 1024;
        int64_t *grown = realloc(*list, sizeof(int64_t) * (size_t)more);
        if (!grown) return -1;
        *list = grown;
        *room = more;
    }
    (*list)[(*n)++] = number;
    return 0;
}

/* Zeroed pages where it is large; large pages are asked for, as the seen set is probed at random. */
static void *big_alloc(size_t bytes) {
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) return NULL;
#ifdef MADV_HUGEPAGE
    if (bytes >= (size_t)8 << 20) madvise(p, bytes, MADV_HUGEPAGE);
#endif
    return p;
}

static void big_free(void *p, size_t bytes) { if (p) munmap(p, bytes); }

enum { SLAB = 8 << 20, LARGE_PAGE = 2 << 20, SMALL_CHUNKS = 4 };

/* Zeroed memory for a chunk of states: after the first few, several lie together on large pages, as they are looked at at
 * random, too. Given back by `big_free`. */
static void *chunk_alloc(Store *s, size_t bytes) {
#ifdef MADV_HUGEPAGE
    if (s->chunks >= SMALL_CHUNKS && bytes <= SLAB / 2) {
        if (s->slab_left < bytes) {
            char *p = mmap(NULL, SLAB + LARGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
            if (p == MAP_FAILED) return NULL;
            size_t before = (size_t)(-(intptr_t)p & (LARGE_PAGE - 1));
            if (before) munmap(p, before);
            if (before < LARGE_PAGE) munmap(p + before + SLAB, LARGE_PAGE - before);
            big_free(s->slab_left ? s->slab : NULL, s->slab_left);
            s->slab = p + before;
            s->slab_left = SLAB;
            madvise(s->slab, SLAB, MADV_HUGEPAGE);
        }
        char *chunk = s->slab;
        s->slab += bytes;
        s->slab_left -= bytes;
        return chunk;
    }
#endif
    return big_alloc(bytes);
}

static size_t chunk_bytes(const Store *s) { return sizeof(uint64_t) * (size_t)CHUNK * (size_t)s->width; }
#define PARENTS_BYTES (sizeof(uint32_t) * (size_t)CHUNK)
#define PRINTS_BYTES (sizeof(uint64_t) * (size_t)CHUNK)
#define SLOTS_BYTES(bits) (sizeof(uint32_t) << (bits))

static int store_init(Store *s, int32_t width) {
    s->width = width;
    s->file = -1;
    s->bits = 12;
    s->slots = big_alloc(SLOTS_BYTES(s->bits));
    return s->slots && !new_salts(s) ? 0 : -1;
}

static void store_free(Store *s) {
    for (int64_t k = 0; k < s->chunks; k++) {
        big_free(s->states[k], chunk_bytes(s));
        big_free(s->parents[k], PARENTS_BYTES);
        if (s->prints) big_free(s->prints[k], PRINTS_BYTES);
    }
    big_free(s->slab_left ? s->slab : NULL, s->slab_left);
    free(s->states); free(s->parents); free(s->prints); free(s->salts);
    big_free(s->slots, SLOTS_BYTES(s->bits));
}

/* Room for states up to number n - 1. */
static int store_reserve(Store *s, int64_t n) {
    while (s->chunks << CHUNK_BITS < n) {
        if (s->chunks == CHUNKS_MAX) return -1;
        if (s->chunks == s->chunks_room) {
            int64_t room = s->chunks_room ? s->chunks_room * 2 : 16;
            uint64_t **states = realloc(s->states, sizeof(void *) * (size_t)room);
            if (!states) return -1;
            s->states = states;
            uint32_t **parents = realloc(s->parents, sizeof(void *) * (size_t)room);
            if (!parents) return -1;
            s->parents = parents;
            if (s->prints) {
                uint64_t **prints = realloc(s->prints, sizeof(void *) * (size_t)room);
                if (!prints) return -1;
                s->prints = prints;
            }
            s->chunks_room = room;
        }
        uint64_t *states = chunk_alloc(s, chunk_bytes(s));
        uint32_t *parents = big_alloc(PARENTS_BYTES);
        uint64_t *prints = s->prints ? big_alloc(PRINTS_BYTES) : NULL;
        if (!states || !parents || (s->prints && !prints)) {
            big_free(states, chunk_bytes(s)); big_free(parents, PARENTS_BYTES); big_free(prints, PRINTS_BYTES);
            return -1;
        }
        s->states[s->chunks] = states;
        s->parents[s->chunks] = parents;
        if (s->prints) s->prints[s->chunks] = prints;
        s->chunks++;
    }
    return 0;
}

/* ---- the seen set ---- */

static inline uint64_t slot_of(const Store *s, uint64_t hash) { return hash >> (64 - s->bits); }

/* What a slot holds for state number i. */
static inline uint32_t slot_value(const Store *s, uint64_t hash, uint64_t i) {
    return (uint32_t)(hash << s->bits) | (uint32_t)(i + 1);
}

static inline int64_t slot_number(const Store *s, uint32_t value) {
    return (int64_t)(value & (uint32_t)(((uint64_t)1 << s->bits) - 1)) - 1;
}

static inline int same_words(const uint64_t *a, const uint64_t *b, int32_t n) {
    for (int32_t i = 0; i < n; i++) if (a[i] != b[i]) return 0;
    return 1;
}

static inline int same_state(const Store *s, int64_t i, const uint64_t *w, uint64_t hash) {
    if (s->prints) return s->prints[i >> CHUNK_BITS][i & CHUNK_MASK] == hash;
    return same_words(state_at(s, i), w, s->width);
}

/* The first slot from `at` on that is empty or has the hash's tag. */
static inline uint64_t store_probe(const Store *s, uint64_t hash, uint64_t at) {
    uint64_t mask = ((uint64_t)1 << s->bits) - 1;
    uint32_t like = slot_value(s, hash, UINT64_MAX), low = (uint32_t)mask; /* only the tag */
    for (;; at = (at + 1) & mask) {
        uint32_t v = s->slots[at];
        if (!v || !((v ^ like) & ~low)) return at;
    }
}

/* The number of a state whose probing begins at slot `at`, or -1; `where` gets its slot, or the empty one for it. */
static inline int64_t store_find_from(const Store *s, const uint64_t *w, uint64_t hash, uint64_t at, uint64_t *where) {
    uint64_t mask = ((uint64_t)1 << s->bits) - 1;
    for (;; at = (at + 1) & mask) {
        at = store_probe(s, hash, at);
        int64_t i = slot_number(s, s->slots[at]);
        if (i < 0 || same_state(s, i, w, hash)) { *where = at; return i; }
    }
}

static inline int64_t store_find(const Store *s, const uint64_t *w, uint64_t hash, uint64_t *where) {
    return store_find_from(s, w, hash, slot_of(s, hash), where);
}

static inline uint64_t stored_hash(const Store *s, int64_t i) {
    return s->prints ? s->prints[i >> CHUNK_BITS][i & CHUNK_MASK] : hash_state(s, state_at(s, i));
}

/* Put states into empty slots. `shared`: others do so, too. */
static inline void store_index_part(Store *s, int64_t first, int64_t last, const int shared) {
    enum { AHEAD = 32 };
    uint64_t hashes[AHEAD], mask = ((uint64_t)1 << s->bits) - 1;
    for (int64_t i = first; i < last + AHEAD; i++) {
        uint64_t *hash = &hashes[i & (AHEAD - 1)];
        if (i >= first + AHEAD) {
            uint64_t at = slot_of(s, *hash);
            uint32_t value = slot_value(s, *hash, (uint64_t)(i - AHEAD)), none = 0;
            while (shared && !__atomic_compare_exchange_n(&s->slots[at], &none, value, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
                at = (at + 1) & mask;
                none = 0;
            }
            while (!shared && s->slots[at]) at = (at + 1) & mask;
            if (!shared) s->slots[at] = value;
        }
        if (i >= last) continue;
        *hash = stored_hash(s, i);
        __builtin_prefetch(&s->slots[slot_of(s, *hash)], 1);
    }
}

static void store_index(Store *s) { if (!s->unindexed) store_index_part(s, 0, s->n, 0); }

/* So many bits has an index that has room for n states with numbers below `top`. */
static int store_bits(const Store *s, int64_t n, int64_t top) {
    int bits = s->bits;
    while (n * 4 > ((int64_t)3 << bits) || top + 1 >= (int64_t)1 << bits) bits += bits < 20 ? 2 : 1;
    return bits;
}

/* An empty index. The old one is given back first: it can be made from the states. */
static int store_new_index(Store *s, int bits) {
    if (bits > 31) return -1;
    uint32_t *slots = big_alloc(SLOTS_BYTES(bits));
    if (!slots) return -1;
    big_free(s->slots, SLOTS_BYTES(s->bits));
    s->slots = slots;
    s->bits = bits;
    return 0;
}

/* Room in the index for n states with numbers below `top`. */
static int store_room(Store *s, int64_t n, int64_t top) {
    int bits = store_bits(s, n, top);
    if (bits == s->bits) return 0;
    if (store_new_index(s, bits)) return -1;
    store_index(s);
    return 0;
}

/* Insert a state that is not there, whose empty slot is `at`. */
static int64_t store_insert_at(Store *s, const uint64_t *w, uint64_t hash, int64_t parent, uint64_t at) {
    int bits = s->bits;
    if (store_reserve(s, s->n + 1) || store_room(s, s->n + 1, s->n + 1)) return -1;
    if (s->bits != bits) store_find(s, w, hash, &at);
    int64_t i = s->n;
    memcpy(state_at(s, i), w, sizeof(uint64_t) * (size_t)s->width);
    *parent_at(s, i) = parent < 0 ? NO_PARENT : (uint32_t)parent;
    if (s->prints) s->prints[i >> CHUNK_BITS][i & CHUNK_MASK] = hash;
    s->slots[at] = slot_value(s, hash, (uint64_t)i);
    s->n++;
    return i;
}

static int64_t store_insert(Store *s, const uint64_t *w, uint64_t hash, int64_t parent) {
    uint64_t at;
    store_find(s, w, hash, &at);
    return store_insert_at(s, w, hash, parent, at);
}

/* ---- less memory ---- */

static int write_all(int file, const void *from, size_t bytes, int64_t at) {
    const char *p = from;
    while (bytes) {
        ssize_t done = pwrite(file, p, bytes, (off_t)at);
        if (done <= 0) return -1;
        p += done; at += done; bytes -= (size_t)done;
    }
    return 0;
}

/* Write a chunk to the file and map it from there. */
static void *to_file(Store *s, void *chunk, size_t bytes) {
    int64_t at = (s->file_end + 65535) & ~(int64_t)65535;
    if (write_all(s->file, chunk, bytes, at)) return NULL;
    void *p = mmap(NULL, bytes, PROT_READ, MAP_SHARED, s->file, (off_t)at);
    if (p == MAP_FAILED) return NULL;
    s->file_end = at + (int64_t)bytes;
    big_free(chunk, bytes);
    return p;
}

/* Move full chunks of states and parents to the file. */
static int store_spill(Store *s) {
    if (s->file < 0) return -1;
    int64_t full = s->n >> CHUNK_BITS;
    for (; s->spilled < full; s->spilled++) {
        void *p = to_file(s, s->states[s->spilled], chunk_bytes(s));
        if (!p) return -1;
        s->states[s->spilled] = p;
    }
    for (; s->parents_spilled < full; s->parents_spilled++) {
        void *p = to_file(s, s->parents[s->parents_spilled], PARENTS_BYTES);
        if (!p) return -1;
        s->parents[s->parents_spilled] = p;
    }
    for (int64_t k = 0; k < full; k++) { /* what was read of them meanwhile may go, too */
        madvise(s->states[k], chunk_bytes(s), MADV_DONTNEED);
        madvise(s->parents[k], PARENTS_BYTES, MADV_DONTNEED);
    }
    return 0;
}

/* Compare states by fingerprints from now on. */
static int store_fingerprint(Store *s) {
    if (s->prints) return 0;
    uint64_t **prints = calloc((size_t)(s->chunks_room ? s->chunks_room : 1), sizeof(void *));
    if (!prints) return -1;
    for (int64_t k = 0; k < s->chunks; k++) {
        prints[k] = big_alloc(PRINTS_BYTES);
        if (!prints[k]) {
            while (k--) big_free(prints[k], PRINTS_BYTES);
            free(prints);
            return -1;
        }
        int64_t m = s->n - (k << CHUNK_BITS) < CHUNK ? s->n - (k << CHUNK_BITS) : CHUNK;
        for (int64_t i = 0; i < m; i++) prints[k][i] = hash_state(s, s->states[k] + i * s->width);
    }
    s->prints = prints;
    return 0;
}

/* Bytes in memory: what is in the file does not count. */
static int64_t store_bytes(const Store *s) {
    int64_t bytes = (int64_t)SLOTS_BYTES(s->bits);
    bytes += (s->chunks - s->spilled) * (int64_t)chunk_bytes(s) + (s->chunks - s->parents_spilled) * (int64_t)PARENTS_BYTES;
    return bytes + (s->prints ? s->chunks * (int64_t)PRINTS_BYTES : 0);
}

/* ---- a new layout ---- */

/* One field of the old layout and where it stands in the new one. */
typedef struct { int32_t from_word, from_shift, to_word, to_shift, bits; } Move;

static void move_words(const uint64_t *old, uint64_t *moved, int32_t width, const Move *moves, int32_t n) {
    memset(moved, 0, sizeof(uint64_t) * (size_t)width);
    for (int32_t i = 0; i < n; i++) {
        uint64_t bits = moves[i].bits == 64 ? ~0ULL : ((1ULL << moves[i].bits) - 1);
        uint64_t v = (old[moves[i].from_word] >> moves[i].from_shift) & bits;
        moved[moves[i].to_word] |= v << moves[i].to_shift;
    }
}

/* Moves that keep their distance and follow each other become one. Returns how many are left. */
static int32_t join_moves(Move *moves, int32_t n) {
    int32_t k = 0;
    for (int32_t i = 0; i < n; i++) {
        Move m = moves[i];
        Move *p = k ? &moves[k - 1] : NULL;
        if (p && p->from_word == m.from_word && p->to_word == m.to_word && p->from_shift + p->bits == m.from_shift &&
            p->to_shift + p->bits == m.to_shift) p->bits += m.bits;
        else moves[k++] = m;
    }
    return k;
}

/* Move every state, chunk by chunk. */
static int store_relayout(Store *s, int32_t width, const Move *moves, int32_t n) {
    size_t before = chunk_bytes(s), after = sizeof(uint64_t) * (size_t)CHUNK * (size_t)width;
    for (int64_t k = 0; k < s->chunks; k++) {
        uint64_t *moved = chunk_alloc(s, after), *old = s->states[k];
        if (!moved) return -1;
        int64_t m = s->n - (k << CHUNK_BITS) < CHUNK ? s->n - (k << CHUNK_BITS) : CHUNK;
        for (int64_t i = 0; i < m; i++) move_words(old + i * s->width, moved + i * width, width, moves, n);
        big_free(old, before);
        s->states[k] = moved;
        if (k < s->spilled) {
            s->states[k] = to_file(s, moved, after);
            if (!s->states[k]) return -1;
        }
    }
    s->width = width;
    if (new_salts(s)) return -1;
    for (int64_t k = 0; s->prints && k < s->chunks; k++) {
        int64_t m = s->n - (k << CHUNK_BITS) < CHUNK ? s->n - (k << CHUNK_BITS) : CHUNK;
        for (int64_t i = 0; i < m; i++) s->prints[k][i] = hash_state(s, s->states[k] + i * width);
    }
    memset(s->slots, 0, SLOTS_BYTES(s->bits));
    store_index(s);
    return 0;
}
