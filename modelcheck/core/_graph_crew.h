/* Several workers for loops over a graph: nodes are handed out in blocks, and no answer depends on who takes which.
 *
 * Two blocks may share a byte of a set of edges, at their borders; only there are bits set by atomic operations.
 */
#include "_team.h"
#include <unistd.h>

enum { CREW_STACK = 1 << 20, CREW_SPIN = 2000, BLOCKS_EACH = 16, BLOCK_LEAST = 64 };

typedef struct {
    Team team;
    int32_t n;
    int64_t least; /* so many nodes are for several */
} Crew;

EXPORT void graph_crew_free(Crew *c) {
    if (!c) return;
    team_stop(&c->team);
    free(c);
}

/* `n` workers, for loops over `least` nodes or more. NULL: they cannot be had. */
EXPORT Crew *graph_crew(int32_t n, int64_t least) {
    Crew *c = calloc(1, sizeof(Crew));
    if (!c) return NULL;
    c->n = n;
    c->least = least;
    if (!team_start(&c->team, n, CREW_STACK, n <= sysconf(_SC_NPROCESSORS_ONLN) ? CREW_SPIN : 0)) return c;
    free(c);
    return NULL;
}

/* How many jobs they have done. */
EXPORT int64_t graph_crew_jobs(const Crew *c) { return (int64_t)c->team.round; }

static inline int is_shared(const Crew *c, int64_t nodes) { return c && c->n > 1 && nodes >= c->least; }

/* The nodes from `first` to `end`, of which the next to be taken is `next`. */
typedef struct { int64_t first, end, size, next; } Blocks;

static Blocks blocks_of(const Crew *c, int64_t first, int64_t end) {
    int64_t each = (end - first) / ((int64_t)c->n * BLOCKS_EACH) + 1, least = c->least < BLOCK_LEAST ? 1 : BLOCK_LEAST;
    return (Blocks){first, end, each > least ? each : least, 0};
}
static inline int64_t n_blocks(const Blocks *b) { return (b->end - b->first + b->size - 1) / b->size; }
static inline int64_t block_begin(const Blocks *b, int64_t i) { return b->first + i * b->size; }
static inline int64_t block_end(const Blocks *b, int64_t i) {
    int64_t end = b->first + (i + 1) * b->size;
    return end < b->end ? end : b->end;
}
/* The number of a block that nobody has; -1: there is none. */
static inline int64_t take_block(Blocks *b) {
    int64_t i = __atomic_fetch_add(&b->next, 1, __ATOMIC_RELAXED);
    return i < n_blocks(b) ? i : -1;
}

/* A set of edges, and the bytes of it that others may write, too. */
typedef struct { uint8_t *bits; int64_t low, high; } Edges;

static inline Edges edges_between(uint8_t *bits, const int64_t *offsets, int64_t first, int64_t end) {
    return (Edges){bits, offsets[first] >> 3, (offsets[end] - (offsets[end] > offsets[first])) >> 3};
}
static inline void add_edge(const Edges *of, int64_t e) {
    uint8_t one = (uint8_t)(1 << (e & 7));
    if (e >> 3 == of->low || e >> 3 == of->high) __atomic_fetch_or(&of->bits[e >> 3], one, __ATOMIC_RELAXED);
    else of->bits[e >> 3] |= one;
}
static inline int has_edge(const Edges *of, int64_t e) {
    return __atomic_load_n(&of->bits[e >> 3], __ATOMIC_RELAXED) >> (e & 7) & 1;
}
