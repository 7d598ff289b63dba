/* Values of the native interpreter: tagged words, composites with a header, the arena, order, equality.
 *
 * A word: low bits 00 a pointer to a composite (0: no value), 01 an integer of 62 bits, 10 an atom (string or model
 * value, with its rank in the order of names, so that comparing atoms is comparing words), 11 a boolean. Composites are
 * sets (sorted in TLC's order, which `modelcheck/values/order.py` describes), sequences, functions (their sorted domain,
 * then the values in its order) and what is not written out (`_interp_sets.h`). Temporary ones live in an arena that is
 * given back after each call; those that a state holds are interned (`_intern.h`): one object for each value, with a Vid.
 *
 * `unknown(p)` leaves the whole evaluation: the value is not told here. Every comparison of values of different kinds
 * comes there, because it is an error in TLA+ that only the closures tell.
 */
#ifndef MODELCHECK_VALUES_H
#define MODELCHECK_VALUES_H
#include "_native.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

typedef uint64_t val;

#define V_UNSET ((val)0)
#define V_FALSE ((val)3)
#define V_TRUE ((val)7)
#define INT_LIMIT ((int64_t)1 << 61)
#define BOOL(x) ((x) ? V_TRUE : V_FALSE)
#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)

enum {
    O_SET, O_SEQ, O_FN, /* what states hold */
    O_INTERVAL, O_NAMED, O_POWER, O_KSUBSETS, O_FNSET, O_RECSET, O_CROSS, O_SEQSET, O_BSEQ, O_LCUP, O_LCAP, O_LDIFF, O_RULESET,
    O_RULE, O_OPERATOR, O_THUNK, O_LOOP, O_BACK,
    O_FNVIEW, O_SETVIEW, O_FNOVER, O_SETOVER, O_PENDING /* _interp_views.h */
};
enum { NAMED_NAT, NAMED_INT, NAMED_REAL, NAMED_STRING, NAMED_ANY };
enum { PERSISTENT = 1 };

typedef struct Obj {
    uint8_t kind, flags;
    uint16_t extra;
    uint32_t n;    /* elements, values */
    uint32_t hash; /* 0: not computed */
    Vid id;        /* of an interned value that is the same; VID_NONE: not known */
    val e[];       /* a function: its domain first */
} Obj;

typedef struct Chunk { struct Chunk *next; size_t size; char data[]; } Chunk;
typedef struct { Chunk *chunk; char *at; } Mark;
typedef struct Node Node;
typedef struct { Node *root; int32_t size; int32_t is_init; } Root;
typedef struct { val *from, *to; uint32_t n; Vid *known; uint32_t known_n; } Permutation;
/* What a part of a program reads, in order; what was read around it, for afterwards (_interp_arms.h). */
enum { NOTED_MAX = 128 };
typedef struct Recording {
    struct Recording *outer;
    uint64_t reads, kept, vars; /* of all that is read here, the variables */
    uint64_t number;
    uint32_t log_at;
    int fine, many;             /* elements of functions are noted (_interp_seen.h); more was read than is in order */
    int32_t n;
    int32_t order[NOTED_MAX];
} Recording;

typedef union { struct { Vid id; uint32_t hash; }; uint64_t both; } Slot;

/* Where several programs intern at once: ids given (which may end beyond the limit), and how many there may be; before:
 * how many there were, and how many came the last time. */
typedef struct { uint32_t n, limit, before, last; } Common;

struct Vals {
    val *word;      /* of each id */
    uint32_t n, cap;
    Slot *slots;    /* open addressing */
    uint32_t mask;
    Chunk *chunks;  /* persistent composites */
    char *at, *end;
    size_t bytes;
    Common *common, own; /* NULL: no other program is at it */
    Vid spare;      /* an id that was given for nothing; VID_NONE: none */
    Vid small[4096 + 256]; /* ids of integers from -256 on */
};

struct Prog {
    Vals v;
    Chunk *first, *chunk; /* the arena */
    char *at, *end;
    size_t arena_bytes;
    jmp_buf *leave;
    size_t stack_room;
    char *stack_end; /* the C stack may reach down to here */
    uint64_t fuel, fuel_left; /* elements that may be met before somebody is asked, and after that */
    int (*ask)(void *);       /* asked between: nonzero to stop */
    void *ask_ctx;
    int width;
    Emit emit;
    void *emit_ctx;
    const Vid *state_ids;
    val *state;
    Vid *ids;
    Root *trees, *formulas;
    int n_trees, n_formulas;
    Permutation *perms;
    int n_perms;
    Node **nodes;
    size_t n_nodes, cap_nodes;
    val empty_set, empty_seq;
    uint64_t between; /* states met inside A \cdot B, which TLC counts as generated */
    struct Vec *collected;
    void *fill; /* the tables whose rows are being learnt (_fill.h) */
    uint64_t escapes; /* how often something new was put where it outlives an iteration of the loop around it */
    Recording *recording; /* NULL: none */
    uint64_t reads;       /* a bit a variable read in this recording; without one all of them, so that none is noted */
    uint64_t kept_vars;   /* variables that have the next value they have now */
    uint32_t *log, log_n, log_cap; /* steps found in recordings */
    struct Trie *tries;
    size_t trie_bytes;
    void *places; /* _interp_fn.h */
    struct Spots *spots; /* _interp_seen.h */
    uint64_t run;         /* which run of a tree this is */
    int has_typed;    /* typed model values exist: their kinds need a closer look */
    const char *why;  /* what was last not told: a place in this code, or an op's name */
    int why_line;
};

enum { LEFT_UNKNOWN = 1, LEFT_MEMORY = 2, LEFT_STOPPED = 3 };

_Noreturn static void unknown_at(Prog *p, const char *why, int line) {
    p->why = why;
    p->why_line = line;
    longjmp(*p->leave, LEFT_UNKNOWN);
}
#define unknown(p) unknown_at(p, __func__, __LINE__)
_Noreturn static inline void no_memory(Prog *p) { longjmp(*p->leave, LEFT_MEMORY); }

/* There is nothing left for `n` elements more: ask whether to go on. */
enum { FUEL_SLICE = 1 << 16 };
static void refuel(Prog *p, uint64_t n) {
    if (p->fuel_left < n + FUEL_SLICE) unknown(p);
    p->fuel_left -= n + FUEL_SLICE;
    p->fuel += n + FUEL_SLICE;
    if (p->ask && p->ask(p->ask_ctx)) longjmp(*p->leave, LEFT_STOPPED);
}

static inline int is_int(val v) { return (v & 3) == 1; }
static inline int is_bool(val v) { return (v & 3) == 3; }
static inline int is_atom(val v) { return (v & 3) == 2; }
static inline int is_obj(val v) { return (v & 3) == 0; }
static inline int is_string(val v) { return (v & 7) == 2; }
static inline int is_model(val v) { return (v & 7) == 6; }
static inline uint32_t type_of(val v) { return (uint32_t)(v >> 3) & 0xFFFF; } /* of a model value; 0: untyped */
static inline uint64_t rank_of(val v) { return v >> 19; }
static inline int is_untyped(val v) { return is_model(v) && !type_of(v); }
static inline int64_t int_of(val v) { return (int64_t)v >> 2; }
static inline val raw_int(int64_t x) { return ((val)x << 2) | 1; }
static inline Obj *obj(val v) { return (Obj *)(uintptr_t)v; }
static inline val ref(const void *o) { return (val)(uintptr_t)o; }
static inline val new_int(Prog *p, int64_t x) {
    if (UNLIKELY(x >= INT_LIMIT || x < -INT_LIMIT)) unknown(p);
    return raw_int(x);
}
static inline int is_kind(val v, int kind) { return is_obj(v) && obj(v)->kind == kind; }
static inline int is_set(val v) { return is_obj(v) && (obj(v)->kind == O_SET || (obj(v)->kind >= O_INTERVAL && obj(v)->kind <= O_RULESET)); }
static inline int is_fn(val v) { return is_obj(v) && (obj(v)->kind == O_SEQ || obj(v)->kind == O_FN); }
static inline val *values(Obj *o) { return o->kind == O_FN ? o->e + 1 : o->e; } /* of a function */

/* ---- the arena ---- */

/* Under AddressSanitizer, what was given back is poisoned, and a gap is left behind each piece. */
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#define GAP 8
#else
#define GAP 0
#define ASAN_POISON_MEMORY_REGION(at, bytes) ((void)(at), (void)(bytes))
#define ASAN_UNPOISON_MEMORY_REGION(at, bytes) ((void)(at), (void)(bytes))
#endif

#define ARENA_CHUNK ((size_t)1 << 20)
#define ARENA_MAX ((size_t)512 << 20)

static void *room_slow(Prog *p, size_t bytes) {
    Chunk *next = p->chunk ? p->chunk->next : p->first;
    while (next && next->size < bytes) { /* too small for this: leave it out */
        Chunk *gone = next;
        next = gone->next;
        if (p->chunk) p->chunk->next = next; else p->first = next;
        p->arena_bytes -= gone->size;
        ASAN_UNPOISON_MEMORY_REGION(gone->data, gone->size);
        free(gone);
    }
    if (!next) {
        size_t size = bytes > ARENA_CHUNK ? bytes : ARENA_CHUNK;
        if (p->arena_bytes + size > ARENA_MAX) unknown(p);
        next = malloc(sizeof(Chunk) + size);
        if (!next) no_memory(p);
        next->size = size;
        next->next = NULL;
        p->arena_bytes += size;
        if (p->chunk) p->chunk->next = next; else p->first = next;
    }
    p->chunk = next;
    p->at = next->data + bytes;
    p->end = next->data + next->size;
    ASAN_POISON_MEMORY_REGION(next->data, next->size);
    ASAN_UNPOISON_MEMORY_REGION(next->data, bytes - GAP);
    return next->data;
}
static inline void *room(Prog *p, size_t bytes) {
    char *at = p->at;
    bytes = ((bytes + 7) & ~(size_t)7) + GAP;
    if (UNLIKELY((size_t)(p->end - at) < bytes)) return room_slow(p, bytes);
    p->at = at + bytes;
    ASAN_UNPOISON_MEMORY_REGION(at, bytes - GAP);
    return at;
}
static inline Mark mark(Prog *p) { return (Mark){p->chunk, p->at}; }
static inline void back_to(Prog *p, Mark m) {
    p->chunk = m.chunk;
    p->at = m.at;
    p->end = m.chunk ? m.chunk->data + m.chunk->size : NULL;
    if (GAP) {
        if (m.chunk) ASAN_POISON_MEMORY_REGION(p->at, (size_t)(p->end - p->at));
        for (Chunk *c = m.chunk ? m.chunk->next : p->first; c; c = c->next) ASAN_POISON_MEMORY_REGION(c->data, c->size);
    }
}
/* Give chunks behind the one in use back when there are many. */
static void trim(Prog *p, size_t most) {
    if (p->arena_bytes <= most) return;
    Chunk *c = p->chunk ? p->chunk->next : p->first;
    if (p->chunk) p->chunk->next = NULL; else p->first = NULL;
    while (c) {
        Chunk *gone = c;
        c = c->next;
        p->arena_bytes -= gone->size;
        ASAN_UNPOISON_MEMORY_REGION(gone->data, gone->size);
        free(gone);
    }
}

static inline Obj *new_obj(Prog *p, int kind, uint32_t n, uint32_t words) {
    Obj *o = room(p, sizeof(Obj) + sizeof(val) * (size_t)words);
    *o = (Obj){.kind = (uint8_t)kind, .n = n, .id = VID_NONE};
    return o;
}
static inline Obj *new_set(Prog *p, uint32_t n) { return new_obj(p, O_SET, n, n); }
static inline Obj *new_seq(Prog *p, uint32_t n) { return new_obj(p, O_SEQ, n, n); }
static inline Obj *new_fn(Prog *p, val domain, uint32_t n) {
    Obj *o = new_obj(p, O_FN, n, n + 1);
    o->e[0] = domain;
    return o;
}

/* A list that grows in the arena. */
typedef struct Vec { val *e; uint32_t n, cap; } Vec;
static void vec_grow(Prog *p, Vec *v) {
    if (v->cap >= (1u << 29)) unknown(p);
    uint32_t cap = v->cap ? v->cap * 2 : 8;
    val *e = room(p, sizeof(val) * cap);
    if (v->n) memcpy(e, v->e, sizeof(val) * v->n);
    v->e = e;
    v->cap = cap;
}
static inline void vec_add(Prog *p, Vec *v, val x) {
    if (UNLIKELY(v->n == v->cap)) vec_grow(p, v);
    v->e[v->n++] = x;
}

/* ---- C stack ---- */

static inline void deep(Prog *p) {
    char here;
    if (UNLIKELY(&here < p->stack_end)) unknown(p);
}

/* ---- hash and exact sameness; never unknown ---- */

static inline uint64_t mix(uint64_t h, uint64_t x) {
    h = (h ^ x) * 0x9E3779B97F4A7C15ull;
    return h ^ (h >> 29);
}
static uint32_t obj_hash(Obj *o);
static inline uint32_t home_of(uint32_t hash) { return hash >> 1; } /* the lowest bit is always set */
static inline uint32_t hash_of(val v) {
    if (is_obj(v)) {
        uint32_t h = obj(v)->hash;
        return LIKELY(h) ? h : obj_hash(obj(v));
    }
    uint64_t h = mix(0x51ED270B, v);
    return (uint32_t)(h >> 32 ^ h) | 1;
}
static uint32_t obj_hash(Obj *o) {
    uint64_t h = mix(o->kind + 1, o->n);
    uint32_t words = o->kind == O_FN ? o->n + 1 : o->n;
    for (uint32_t i = 0; i < words; i++) h = mix(h, hash_of(o->e[i]));
    return o->hash = (uint32_t)(h >> 32 ^ h) | 1;
}
static int same(val a, val b) {
    if (a == b) return 1;
    if (!is_obj(a) || !is_obj(b)) return 0;
    Obj *x = obj(a), *y = obj(b);
    if (x->kind != y->kind || x->n != y->n) return 0;
    if (x->id != VID_NONE && y->id != VID_NONE) return x->id == y->id;
    if (x->hash && y->hash && x->hash != y->hash) return 0;
    uint32_t words = x->kind == O_FN ? x->n + 1 : x->n;
    for (uint32_t i = 0; i < words; i++)
        if (!same(x->e[i], y->e[i])) return 0;
    return 1;
}

/* ---- order: TLC's; `unknown` where two values are of kinds that cannot be compared ---- */

static val written(Prog *p, val v); /* what is not written out, written out: _interp_sets.h */

static int cmp_rows(Prog *p, const val *a, const val *b, uint32_t n);
static int cmp(Prog *p, val a, val b);

static int cmp_fns(Prog *p, Obj *x, Obj *y) {
    if (x->n != y->n) return x->n < y->n ? -1 : 1;
    if (x->kind == O_SEQ && y->kind == O_SEQ) return cmp_rows(p, x->e, y->e, x->n);
    if (x->kind == O_FN && y->kind == O_FN) {
        if (x->e[0] != y->e[0]) {
            int d = cmp_rows(p, obj(x->e[0])->e, obj(y->e[0])->e, x->n);
            if (d) return d;
        }
        return cmp_rows(p, x->e + 1, y->e + 1, x->n);
    }
    Obj *seq = x->kind == O_SEQ ? x : y, *keys = obj(x->kind == O_SEQ ? y->e[0] : x->e[0]);
    for (uint32_t i = 0; i < seq->n; i++) {
        int d = cmp(p, raw_int(i + 1), keys->e[i]);
        if (d) return seq == x ? d : -d;
    }
    return 0; /* not reached: a function on 1..n is a sequence */
}

static int cmp(Prog *p, val a, val b) {
    if (a == b) return 0;
    if (is_int(a) && is_int(b)) return (int64_t)a < (int64_t)b ? -1 : 1;
    if (is_model(a) || is_model(b)) {
        if (is_model(a) && is_model(b)) {
            if (type_of(a) && type_of(b) && type_of(a) != type_of(b)) unknown(p);
            return rank_of(a) < rank_of(b) ? -1 : 1;
        }
        if (is_untyped(a)) return -1;
        if (is_untyped(b)) return 1;
        unknown(p);
    }
    if (is_obj(a) && is_obj(b)) {
        if (obj(a)->kind > O_FN) a = written(p, a);
        if (obj(b)->kind > O_FN) b = written(p, b);
        Obj *x = obj(a), *y = obj(b);
        if (x->kind == O_SET && y->kind == O_SET) {
            if (x->n != y->n) return x->n < y->n ? -1 : 1;
            return cmp_rows(p, x->e, y->e, x->n);
        }
        if (x->kind != O_SET && y->kind != O_SET) return cmp_fns(p, x, y);
        unknown(p);
    }
    if ((is_string(a) && is_string(b)) || (is_bool(a) && is_bool(b))) return a < b ? -1 : 1;
    unknown(p);
}

static int cmp_rows(Prog *p, const val *a, const val *b, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        val x = a[i], y = b[i];
        if (x == y) continue;
        if (is_int(x) && is_int(y)) return (int64_t)x < (int64_t)y ? -1 : 1;
        int d = cmp(p, x, y);
        if (d) return d;
    }
    return 0;
}

/* The order of kinds for `native_compare`, where nothing is unknown. */
static int cmp_any(val a, val b) {
    if (a == b) return 0;
    if ((a & 3) != (b & 3)) return (a & 3) < (b & 3) ? -1 : 1;
    if (is_int(a)) return (int64_t)a < (int64_t)b ? -1 : 1;
    if (!is_obj(a)) return a < b ? -1 : 1;
    Obj *x = obj(a), *y = obj(b);
    if (x->kind != y->kind) return x->kind < y->kind ? -1 : 1;
    if (x->n != y->n) return x->n < y->n ? -1 : 1;
    uint32_t words = x->kind == O_FN ? x->n + 1 : x->n;
    for (uint32_t i = 0; i < words; i++) {
        int d = cmp_any(x->e[i], y->e[i]);
        if (d) return d;
    }
    return 0;
}

/* Where `v` is in a written set, or -1; by binary search as TLC does, and unknown where that meets another kind. */
static int64_t find_in(Prog *p, Obj *s, val v) {
    uint32_t n = s->n;
    if (!n) return -1;
    const val *e = s->e;
    if ((is_int(v) && is_int(e[0])) || (is_string(v) && is_string(e[0]))) { /* then all are: words in order */
        if (is_int(v)) {
            int64_t guess = int_of(v) - int_of(e[0]);
            if (guess >= 0 && guess < (int64_t)n && e[guess] == v) return guess;
        }
        uint32_t low = 0, high = n;
        while (low < high) {
            uint32_t mid = (low + high) / 2;
            if ((int64_t)e[mid] < (int64_t)v) low = mid + 1; else high = mid;
        }
        return low < n && e[low] == v ? (int64_t)low : -1;
    }
    if (n <= 8)
        for (uint32_t i = 0; i < n; i++)
            if (e[i] == v) return i;
    uint32_t low = 1, high = n + 1; /* the list that Python bisects begins with the size: the same places are met */
    while (low < high) {
        uint32_t mid = (low + high) / 2;
        int d = cmp(p, e[mid - 1], v);
        if (d == 0) return mid - 1;
        if (d < 0) low = mid + 1; else high = mid;
    }
    return -1;
}

static int by_word(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}
/* The same for integers only, or strings only: their words are in order. */
static uint32_t sort_words(val *e, uint32_t n) {
    if (n <= 24) {
        for (uint32_t i = 1; i < n; i++) {
            int64_t x = (int64_t)e[i];
            uint32_t j = i;
            for (; j > 0 && (int64_t)e[j - 1] > x; j--) e[j] = e[j - 1];
            e[j] = (val)x;
        }
    } else qsort(e, n, sizeof(val), by_word);
    uint32_t kept = n ? 1 : 0;
    for (uint32_t k = 1; k < n; k++)
        if (e[k] != e[kept - 1]) e[kept++] = e[k];
    return kept;
}

/* Sorts in place and leaves out repeats; the new number. */
static uint32_t sort_vals(Prog *p, val *e, uint32_t n) {
    uint32_t i = 1;
    if (n > 1 && (is_int(e[0]) || is_string(e[0]))) {
        while (i < n && (e[i] & (is_int(e[0]) ? 3 : 7)) == (e[0] & (is_int(e[0]) ? 3 : 7))) i++;
        if (i == n) return sort_words(e, n);
        i = 1;
    }
    for (; i < n; i++)
        if (cmp(p, e[i - 1], e[i]) >= 0) break;
    if (i >= n) return n;
    if (n <= 12) {
        for (; i < n; i++) {
            val x = e[i];
            uint32_t j = i;
            while (j > 0 && cmp(p, e[j - 1], x) > 0) { e[j] = e[j - 1]; j--; }
            e[j] = x;
        }
    } else {
        val *from = e, *to = room(p, sizeof(val) * n);
        for (uint32_t width = 1; width < n; width *= 2) {
            for (uint32_t lo = 0; lo < n; lo += 2 * width) {
                uint32_t mid = lo + width < n ? lo + width : n, hi = lo + 2 * width < n ? lo + 2 * width : n;
                uint32_t a = lo, b = mid, out = lo;
                while (a < mid && b < hi) to[out++] = cmp(p, from[a], from[b]) <= 0 ? from[a++] : from[b++];
                while (a < mid) to[out++] = from[a++];
                while (b < hi) to[out++] = from[b++];
            }
            val *other = from;
            from = to;
            to = other;
        }
        if (from != e) memcpy(e, from, sizeof(val) * n);
    }
    uint32_t kept = n ? 1 : 0;
    for (uint32_t k = 1; k < n; k++)
        if (cmp(p, e[kept - 1], e[k]) != 0) e[kept++] = e[k];
    return kept;
}

/* Unknown where a typed model value is among elements of another kind, which sorting need not meet. */
static void check_types(Prog *p, const val *a, uint32_t n, const val *b, uint32_t m) {
    uint32_t type = 0, other = 0;
    for (uint32_t i = 0; i < n + m; i++) {
        val v = i < n ? a[i] : b[i - n];
        if (!is_model(v)) other = 1;
        else if (type_of(v)) {
            if (type && type != type_of(v)) unknown(p);
            type = type_of(v);
        }
    }
    if (type && other) unknown(p);
}

/* The set of these values; the list is sorted in place. */
static val set_of(Prog *p, val *e, uint32_t n) {
    for (uint32_t i = 0; i < n; i++)
        if (is_obj(e[i]) && obj(e[i])->kind > O_FN) e[i] = written(p, e[i]);
    if (UNLIKELY(p->has_typed)) check_types(p, e, n, NULL, 0);
    n = sort_vals(p, e, n);
    if (!n) return p->empty_set;
    Obj *o = new_set(p, n);
    memcpy(o->e, e, sizeof(val) * n);
    return ref(o);
}
#endif
