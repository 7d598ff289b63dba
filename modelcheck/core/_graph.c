/* Loops over graphs in compressed arrays, for the liveness check. It knows nothing of specs.
 *
 * The edges out of node v are targets[offsets[v] .. offsets[v + 1] - 1]. A set of edges is one bit an edge, least bit
 * first; a set of nodes is one byte a node, 0 or 1. `core/graph.py` has the same functions in Python, and says what they
 * mean. Plain C99, no Python API but the module's initialisation: called through ctypes. -1 is: out of memory.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))
#define DONE INT32_MAX
#define BIT(bits, i) ((bits)[(i) >> 3] >> ((i) & 7) & 1)

/* ---- strongly connected components ---- */

typedef struct {
    int32_t node, born;
    int64_t edge;
} Frame;

typedef struct {
    const int64_t *offsets;
    const int32_t *targets;
    const int32_t *nodes; /* where to start; NULL: at every node */
    int64_t n;            /* how many of them */
    int32_t *lowest;      /* 0: not visited; then the lowest index known to be reached; DONE */
    const uint8_t *cut;   /* edges that do not count; NULL: all count */
    int loops;
    int64_t root;
    int32_t count;
    int walking;
    Frame at;
    Frame *path;
    int64_t path_n, path_cap;
    int32_t *waiting;
    int64_t waiting_n, waiting_cap;
    int32_t *members;
    int64_t members_cap;
} Walk;

EXPORT Walk *graph_walk(const int64_t *offsets, const int32_t *targets, const int32_t *nodes, int64_t n, int32_t *lowest,
                        const uint8_t *cut, int loops) {
    Walk *w = calloc(1, sizeof(Walk));
    if (!w) return NULL;
    w->offsets = offsets; w->targets = targets; w->nodes = nodes; w->n = n;
    w->lowest = lowest; w->cut = cut; w->loops = loops; w->count = 1;
    if (nodes) for (int64_t i = 0; i < n; i++) lowest[nodes[i]] = 0;
    return w;
}

EXPORT void graph_walk_free(Walk *w) {
    if (!w) return;
    free(w->path); free(w->waiting); free(w->members); free(w);
}

EXPORT const int32_t *graph_walk_members(const Walk *w) { return w->members; }

static int push_frame(Walk *w, Frame f) {
    if (w->path_n == w->path_cap) {
        int64_t cap = w->path_cap ? w->path_cap + w->path_cap / 2 : 1024;
        Frame *path = realloc(w->path, sizeof(Frame) * (size_t)cap);
        if (!path) return -1;
        w->path = path;
        w->path_cap = cap;
    }
    w->path[w->path_n++] = f;
    return 0;
}

static int push(int32_t **list, int64_t *n, int64_t *cap, int32_t v) {
    if (*n == *cap) {
        int64_t more = *cap ? *cap + *cap / 2 : 1024;
        int32_t *grown = realloc(*list, sizeof(int32_t) * (size_t)more);
        if (!grown) return -1;
        *list = grown;
        *cap = more;
    }
    (*list)[(*n)++] = v;
    return 0;
}

static int has_loop(const Walk *w, int32_t v) {
    for (int64_t e = w->offsets[v]; e < w->offsets[v + 1]; e++)
        if (w->targets[e] == v && !(w->cut && BIT(w->cut, e))) return 1;
    return 0;
}

/* The node at hand has no more edges: give up to `count` members of its component if it is a root, else 0. */
static int64_t close_node(Walk *w) {
    int32_t v = w->at.node, born = w->at.born;
    if (w->lowest[v] < born) return push(&w->waiting, &w->waiting_n, &w->waiting_cap, v) ? -1 : 0;
    int64_t n = 0;
    if (push(&w->members, &n, &w->members_cap, v)) return -1;
    while (w->waiting_n && w->lowest[w->waiting[w->waiting_n - 1]] >= born)
        if (push(&w->members, &n, &w->members_cap, w->waiting[--w->waiting_n])) return -1;
    for (int64_t i = 0; i < n; i++) w->lowest[w->members[i]] = DONE;
    return n > 1 || (w->loops && has_loop(w, v)) ? n : 0;
}

/* The size of the next component with an edge inside, its members at graph_walk_members; 0: there is no other. */
EXPORT int64_t graph_walk_next(Walk *w) {
    for (;;) {
        if (!w->walking) {
            while (w->root < w->n && w->lowest[w->nodes ? w->nodes[w->root] : w->root]) w->root++;
            if (w->root == w->n) return 0;
            int32_t v = w->nodes ? w->nodes[w->root] : (int32_t)w->root;
            w->at = (Frame){v, w->count, w->offsets[v]};
            w->lowest[v] = w->count++;
            w->walking = 1;
        }
        for (;;) {
            int32_t v = w->at.node, low = w->lowest[v];
            int64_t e = w->at.edge, end = w->offsets[v + 1];
            for (; e < end; e++) {
                if (w->cut && BIT(w->cut, e)) continue;
                int32_t reached = w->lowest[w->targets[e]];
                if (!reached) break;
                if (reached < low) low = reached;
            }
            w->lowest[v] = low;
            if (e < end) { /* go down; this edge is looked at again on the way back */
                w->at.edge = e;
                if (push_frame(w, w->at)) return -1;
                int32_t next = w->targets[e];
                w->at = (Frame){next, w->count, w->offsets[next]};
                w->lowest[next] = w->count++;
                continue;
            }
            int64_t n = close_node(w);
            if (w->path_n) w->at = w->path[--w->path_n]; else w->walking = 0;
            if (n) return n;
            if (!w->walking) break;
        }
    }
}

/* ---- edges and nodes of a part ---- */

/* Nodes and edges of a part stand for states and steps of the behavior graph (NULL: have their numbers). */
typedef struct {
    const int64_t *offsets;
    const int32_t *targets;
    const int32_t *states;
    const int64_t *steps;
    int64_t edges;       /* of the behavior graph: step edges + s is the stuttering step of state s */
    int32_t stutters;    /* every node also has its stuttering step */
    uint8_t *mark;       /* a byte a node, all 0 */
    uint8_t *cut;        /* edges taken away; NULL: none */
    uint8_t *cut_own;    /* stuttering steps taken away, a byte a node; NULL: none */
} Part;

static inline int32_t state_of(const Part *p, int32_t v) { return p->states ? p->states[v] : v; }

static inline int step_is(const Part *p, int64_t e, const uint8_t *on, const uint8_t *own) {
    int64_t k = p->steps ? p->steps[e] : e;
    return k < p->edges ? BIT(on, k) : own[k - p->edges];
}

EXPORT int graph_some_node(const Part *p, const int32_t *nodes, int64_t n, const uint8_t *truth) {
    for (int64_t i = 0; i < n; i++) if (truth[state_of(p, nodes[i])]) return 1;
    return 0;
}

EXPORT int graph_some_edge(const Part *p, const int32_t *nodes, int64_t n, const uint8_t *on, const uint8_t *own) {
    int found = 0;
    for (int64_t i = 0; i < n; i++) p->mark[nodes[i]] = 1;
    for (int64_t i = 0; i < n && !found; i++) {
        int32_t v = nodes[i];
        if (p->stutters && own[state_of(p, v)] && !(p->cut_own && p->cut_own[v])) { found = 1; break; }
        for (int64_t e = p->offsets[v]; e < p->offsets[v + 1]; e++)
            if (p->mark[p->targets[e]] && step_is(p, e, on, own) && !(p->cut && BIT(p->cut, e))) { found = 1; break; }
    }
    for (int64_t i = 0; i < n; i++) p->mark[nodes[i]] = 0;
    return found;
}

/* Take away the edges out of some nodes of which a proposition is `truth`. */
EXPORT void graph_cut(Part *p, const int32_t *nodes, int64_t n, const uint8_t *on, const uint8_t *own, int truth) {
    for (int64_t i = 0; i < n; i++) {
        int32_t v = nodes[i];
        if (p->stutters && (own[state_of(p, v)] != 0) == truth) p->cut_own[v] = 1;
        for (int64_t e = p->offsets[v]; e < p->offsets[v + 1]; e++)
            if (step_is(p, e, on, own) == truth) p->cut[e >> 3] |= (uint8_t)(1 << (e & 7));
    }
}

/* ---- the behavior graph ---- */

/* Drop repeated targets, keeping order, and steps from a state to itself unless `loops`; `last` has -1 for each state.
 * Works in place. Gives how many edges are left. */
EXPORT int64_t graph_tidy(int64_t *offsets, int32_t *targets, int64_t n, int32_t *last, int loops) {
    int64_t kept = 0, begin = 0;
    for (int64_t v = 0; v < n; v++) {
        int64_t end = offsets[v + 1];
        for (int64_t e = begin; e < end; e++) {
            int32_t t = targets[e];
            if (last[t] == v || (t == v && !loops)) continue;
            last[t] = (int32_t)v;
            targets[kept++] = t;
        }
        begin = end;
        offsets[v + 1] = kept;
    }
    return kept;
}

/* into: `and` (op 0), `or` (1), or `exclusive or` (2) with other bytes. */
EXPORT void graph_combine(uint8_t *into, const uint8_t *other, int64_t n, int op) {
    if (op == 0) for (int64_t i = 0; i < n; i++) into[i] &= other[i];
    else if (op == 1) for (int64_t i = 0; i < n; i++) into[i] |= other[i];
    else for (int64_t i = 0; i < n; i++) into[i] ^= other[i];
}

/* The edges whose first node is in a set. `out` is all 0. */
EXPORT void graph_out_of(const int64_t *offsets, int64_t n, const uint8_t *nodes, uint8_t *out) {
    for (int64_t v = 0; v < n; v++)
        if (nodes[v]) for (int64_t e = offsets[v]; e < offsets[v + 1]; e++) out[e >> 3] |= (uint8_t)(1 << (e & 7));
}

/* ---- the product with a tableau ---- */

typedef struct {
    const uint8_t *here;      /* states in which its propositions hold; NULL: all */
    const uint8_t *on, *own;  /* steps on which they do; NULL: all */
    uint8_t *mark;            /* 1: refused, 2: reached */
    const int32_t *ahead;     /* where it leads */
    int32_t n;
    int32_t unused;
} Place;

typedef struct { int64_t *list, n, cap; } Stack;

static int keep(Stack *stack, int64_t node) {
    if (stack->n == stack->cap) {
        int64_t cap = stack->cap ? stack->cap + stack->cap / 2 : 1024;
        int64_t *list = realloc(stack->list, sizeof(int64_t) * (size_t)cap);
        if (!list) return -1;
        stack->list = list;
        stack->cap = cap;
    }
    stack->list[stack->n++] = node;
    return 0;
}

static int arrive(Place *places, int32_t q, int64_t s, int64_t width, Stack *stack) {
    Place *p = &places[q];
    if (p->mark[s]) return 0;
    p->mark[s] = p->here && !p->here[s] ? 1 : 2;
    return p->mark[s] == 1 ? 0 : keep(stack, s * width + q);
}

/* From pairs (state, place) on. */
EXPORT int graph_reach(const int64_t *offsets, const int32_t *targets, Place *places, int64_t width,
                       const int64_t *first, int64_t n) {
    Stack stack = {NULL, 0, 0};
    int bad = 0;
    for (int64_t i = 0; i < n && !bad; i++) {
        bad = arrive(places, (int32_t)(first[i] % width), first[i] / width, width, &stack);
        while (stack.n && !bad) {
            int64_t node = stack.list[--stack.n], s = node / width;
            Place *p = &places[node % width];
            if (!p->n) continue;
            for (int32_t j = 0; j < p->n && !bad && (!p->own || p->own[s]); j++) bad = arrive(places, p->ahead[j], s, width, &stack);
            for (int64_t e = offsets[s]; e < offsets[s + 1] && !bad; e++)
                if (!p->on || BIT(p->on, e))
                    for (int32_t j = 0; j < p->n && !bad; j++) bad = arrive(places, p->ahead[j], targets[e], width, &stack);
        }
    }
    free(stack.list);
    return bad;
}

/* Level by level from pairs (state, place) on, until a level has a pair whose byte in `goals` is 1: how many such pairs
 * there are, at most `hits_n` of them in `hits`; 0: none is reached. `came` (-2 for each pair) gets the pair that each was
 * first reached from, -1 for those to start from. */
EXPORT int64_t graph_levels(const int64_t *offsets, const int32_t *targets, Place *places, int64_t width, const int64_t *first,
                            int64_t n, const uint8_t *goals, int64_t *came, int64_t *hits, int64_t hits_n) {
    Stack level = {NULL, 0, 0}, next = {NULL, 0, 0};
    int64_t found = -1;
    int bad = 0;
    for (int64_t i = 0; i < n && !bad; i++) {
        int64_t node = first[i], s = node / width;
        Place *p = &places[node % width];
        if (came[node] != -2 || (p->here && !p->here[s])) continue;
        came[node] = -1;
        bad = keep(&level, node);
    }
    while (!bad && level.n) {
        found = 0;
        for (int64_t i = 0; i < level.n && found < hits_n; i++) if (goals[level.list[i]]) hits[found++] = level.list[i];
        if (found) break;
        next.n = 0;
        for (int64_t i = 0; i < level.n && !bad; i++) {
            int64_t node = level.list[i], s = node / width;
            Place *p = &places[node % width];
            for (int64_t e = offsets[s] - 1; e < offsets[s + 1] && !bad; e++) { /* the stuttering step first */
                int own = e < offsets[s];
                if (own ? p->own && !p->own[s] : p->on && !BIT(p->on, e)) continue;
                int64_t t = own ? s : targets[e];
                for (int32_t j = 0; j < p->n && !bad; j++) {
                    int64_t to = t * width + p->ahead[j];
                    const uint8_t *here = places[p->ahead[j]].here;
                    if (came[to] != -2 || (here && !here[t])) continue;
                    came[to] = node;
                    bad = keep(&next, to);
                }
            }
        }
        Stack swap = level;
        level = next;
        next = swap;
    }
    if (!bad && !level.n) found = 0;
    free(level.list); free(next.list);
    return bad ? -1 : found;
}

/* The shortest way of one edge or more inside some nodes (`inside`: a byte each) from `start` over a last edge that a
 * proposition is true of (`on`, `own`), or, if `goal` is a node, to that node. Gives the last edge, or -2 - v for the
 * stuttering step of node v; -1: there is no way; INT64_MIN: out of memory. `came` (-1 for each node) gets the edge over which each was first reached. */
EXPORT int64_t graph_way(const Part *p, const uint8_t *inside, int32_t start, const uint8_t *on, const uint8_t *own, int32_t goal,
                         int64_t *came) {
    int32_t *queue = NULL;
    int64_t n = 0, cap = 0, found = -1;
    if (push(&queue, &n, &cap, start)) return INT64_MIN;
    for (int64_t i = 0; i < n; i++) {
        int32_t v = queue[i];
        if (p->stutters && !(p->cut_own && p->cut_own[v]) && (goal >= 0 ? v == goal : own[state_of(p, v)])) { found = -2 - v; break; }
        for (int64_t e = p->offsets[v]; e < p->offsets[v + 1]; e++) {
            int32_t t = p->targets[e];
            if (!inside[t] || (p->cut && BIT(p->cut, e))) continue;
            if (goal >= 0 ? t == goal : step_is(p, e, on, own)) {
                found = e;
                goto end;
            }
            if (came[t] < 0 && t != start) {
                came[t] = e;
                if (push(&queue, &n, &cap, t)) { found = INT64_MIN; goto end; }
            }
        }
    }
end:
    free(queue);
    return found;
}

/* ---- truth of atoms in packed states, by looking up learnt rows ---- */

/* What was learnt under one mask: the masked words of a state (or of a step's two states) and an offset into the rows. */
typedef struct {
    int32_t n;
    int32_t *word;
    uint64_t *mask, *keys;
    int64_t *rows; /* offset + 1; 0: empty */
    uint64_t cap, used;
} Memo;

/* An instance of an action (they stand in order), or a piece of a predicate. */
typedef struct {
    Memo *memos;
    int32_t n;
    int32_t guard_word; /* does nothing in states without this bit; -1: none */
    uint64_t guard_bit;
    int32_t skip;       /* > 0: a gate; where its row says 0, go on at this piece */
    uint32_t filled;    /* misses answered natively */
    const int64_t *data; /* for that (_fill.h); NULL: it has to be asked for */
} Piece;

/* A leaf of a predicate's program, as in `_core.c`: a table, whether a bit is set, or whether a step's two states agree on
 * some (word, bits); and the place to go on at when it is true and when it is false, negative: TRUE (-1) or FALSE. */
typedef struct {
    int32_t kind, piece, word, yes, no, unused;
    uint64_t bits;
} Leaf;

typedef struct Tables Tables;
/* Puts a row; answers a miss (1: it has put one). */
typedef int (*PutPiece)(Tables *t, int32_t piece, int32_t n, const int32_t *word, const uint64_t *mask, const uint64_t *s,
                        const uint64_t *row, int64_t row_n);
typedef int (*FillPiece)(void *with, int kind, const int64_t *data, const uint64_t *s, const uint64_t *t, PutPiece put, Tables *tables,
                         int32_t piece);
enum { FILL_STEP = 2 };

struct Tables {
    Piece *pieces;
    int32_t n;
    Leaf *code;
    int32_t code_n;
    int32_t width;
    uint64_t *same;
    int32_t missed; /* the piece that has no row for the state a scan stopped at */
    int32_t missed_target; /* of steps: the other state */
    uint64_t *rows;
    int64_t row_n, row_cap;
    FillPiece fill;
    void *fill_with;
    int kind;
};

typedef void (*Fetch)(const void *core, int64_t state, uint64_t *words);

static void pieces_free(Tables *t) {
    for (int32_t i = 0; i < t->n; i++) {
        for (int32_t j = 0; j < t->pieces[i].n; j++) {
            Memo *m = &t->pieces[i].memos[j];
            free(m->word); free(m->mask); free(m->keys); free(m->rows);
        }
        free(t->pieces[i].memos);
    }
    free(t->pieces);
}

EXPORT Tables *graph_tables(int32_t pieces) {
    Tables *t = calloc(1, sizeof(Tables));
    Piece *list = calloc((size_t)(pieces ? pieces : 1), sizeof(Piece));
    if (!t || !list) { free(t); free(list); return NULL; }
    for (int32_t i = 0; i < pieces; i++) list[i].guard_word = -1;
    t->pieces = list;
    t->n = pieces;
    return t;
}

EXPORT void graph_tables_free(Tables *t) {
    if (!t) return;
    pieces_free(t);
    free(t->rows); free(t->code); free(t->same);
    free(t);
}

EXPORT int32_t graph_missed(const Tables *t) { return t->missed; }
EXPORT int32_t graph_missed_target(const Tables *t) { return t->missed_target; }

EXPORT void graph_guard(Tables *t, int32_t piece, int32_t word, uint64_t bit) {
    t->pieces[piece].guard_word = word;
    t->pieces[piece].guard_bit = bit;
}

EXPORT void graph_gate(Tables *t, int32_t piece, int32_t skip) { t->pieces[piece].skip = skip; }

/* The program of a predicate over states of `width` words. */
EXPORT int graph_program(Tables *t, int32_t width, const Leaf *code, int32_t n, const uint64_t *same, int64_t same_n) {
    t->width = width;
    t->code_n = n;
    t->code = malloc(sizeof(Leaf) * (size_t)(n ? n : 1));
    t->same = malloc(sizeof(uint64_t) * (size_t)(same_n ? same_n : 1) * 2);
    if (!t->code || !t->same) return -1;
    if (n) memcpy(t->code, code, sizeof(Leaf) * (size_t)n);
    if (same_n) memcpy(t->same, same, sizeof(uint64_t) * (size_t)same_n * 2); /* without any, `same` may be NULL */
    return 0;
}

static inline uint64_t hash_key(const Memo *m, const uint64_t *s) {
    uint64_t h = 0x8F1BBCDCBFA53E0BULL;
    for (int32_t i = 0; i < m->n; i++) {
        h = (h ^ (s[m->word[i]] & m->mask[i])) * 0x9E3779B97F4A7C15ULL;
        h ^= h >> 29;
    }
    h *= 0xBF58476D1CE4E5B9ULL;
    return h ^ (h >> 32);
}

/* The slot of a state's key. */
static inline uint64_t slot_of(const Memo *m, const uint64_t *s) {
    uint64_t h = hash_key(m, s) & (m->cap - 1);
    while (m->rows[h]) {
        const uint64_t *k = m->keys + h * (uint64_t)m->n;
        int32_t i = 0;
        while (i < m->n && k[i] == (s[m->word[i]] & m->mask[i])) i++;
        if (i == m->n) return h;
        h = (h + 1) & (m->cap - 1);
    }
    return h;
}

static const uint64_t *row_of(const Tables *t, const Piece *p, const uint64_t *s) {
    for (int32_t j = 0; j < p->n; j++) {
        int64_t row = p->memos[j].rows[slot_of(&p->memos[j], s)];
        if (row) return t->rows + row - 1;
    }
    return NULL;
}

static Memo *memo_of(Piece *p, int32_t n, const int32_t *word, const uint64_t *mask) {
    for (int32_t j = 0; j < p->n; j++) {
        Memo *m = &p->memos[j];
        if (m->n == n && !memcmp(m->word, word, sizeof(int32_t) * (size_t)n) && !memcmp(m->mask, mask, sizeof(uint64_t) * (size_t)n)) return m;
    }
    Memo *memos = realloc(p->memos, sizeof(Memo) * (size_t)(p->n + 1));
    if (!memos) return NULL;
    p->memos = memos;
    size_t size = (size_t)(n ? n : 1);
    Memo m = {n, malloc(sizeof(int32_t) * size), malloc(sizeof(uint64_t) * size), malloc(sizeof(uint64_t) * size * 16),
              calloc(16, sizeof(int64_t)), 16, 0};
    if (!m.word || !m.mask || !m.keys || !m.rows) { free(m.word); free(m.mask); free(m.keys); free(m.rows); return NULL; }
    memcpy(m.word, word, sizeof(int32_t) * (size_t)n);
    memcpy(m.mask, mask, sizeof(uint64_t) * (size_t)n);
    memos[p->n] = m;
    return &memos[p->n++];
}

static int grow_memo(Memo *m) {
    uint64_t cap = m->cap * 2, n = (uint64_t)m->n;
    uint64_t *keys = malloc(sizeof(uint64_t) * (n ? n : 1) * cap);
    int64_t *rows = calloc(cap, sizeof(int64_t));
    if (!keys || !rows) { free(keys); free(rows); return -1; }
    for (uint64_t old = 0; old < m->cap; old++) {
        if (!m->rows[old]) continue;
        uint64_t h = 0x8F1BBCDCBFA53E0BULL;
        for (uint64_t i = 0; i < n; i++) { h = (h ^ m->keys[old * n + i]) * 0x9E3779B97F4A7C15ULL; h ^= h >> 29; }
        h *= 0xBF58476D1CE4E5B9ULL;
        h = (h ^ (h >> 32)) & (cap - 1);
        while (rows[h]) h = (h + 1) & (cap - 1);
        memcpy(keys + h * n, m->keys + old * n, sizeof(uint64_t) * n);
        rows[h] = m->rows[old];
    }
    free(m->keys); free(m->rows);
    m->keys = keys; m->rows = rows; m->cap = cap;
    return 0;
}

/* A row for all states that agree with `s` on the mask. */
EXPORT int graph_put(Tables *t, int32_t piece, int32_t n, const int32_t *word, const uint64_t *mask, const uint64_t *s,
                     const uint64_t *row, int64_t row_n) {
    Memo *m = memo_of(&t->pieces[piece], n, word, mask);
    if (!m) return -1;
    if (t->row_n + row_n > t->row_cap) {
        int64_t cap = t->row_cap * 2 + row_n;
        uint64_t *rows = realloc(t->rows, sizeof(uint64_t) * (size_t)cap);
        if (!rows) return -1;
        t->rows = rows;
        t->row_cap = cap;
    }
    memcpy(t->rows + t->row_n, row, sizeof(uint64_t) * (size_t)row_n);
    if ((m->used + 1) * 2 > m->cap && grow_memo(m)) return -1;
    uint64_t h = slot_of(m, s);
    for (int32_t i = 0; i < n; i++) m->keys[h * (uint64_t)n + (uint64_t)i] = s[word[i]] & mask[i];
    m->used += !m->rows[h];
    m->rows[h] = t->row_n + 1;
    t->row_n += row_n;
    return 0;
}

/* The program's value for a state, or the two of a step; -1: a table has no row. */
/* Have misses answered by `fill_piece` (_fill.h). `kind`: of the pieces, as there. */
EXPORT void graph_fill(Tables *t, FillPiece fill, void *with, int kind) {
    t->fill = fill;
    t->fill_with = with;
    t->kind = kind;
}
/* What it is given for a piece; the caller keeps it. */
EXPORT void graph_piece(Tables *t, int32_t piece, const int64_t *data) { t->pieces[piece].data = data; }
EXPORT uint32_t graph_filled(const Tables *t, int32_t piece) { return t->pieces[piece].filled; }

/* The row of a piece in a state (over a step: two), learnt now if it can be; NULL: it has to be asked for. */
static const uint64_t *asked(Tables *t, int32_t piece, const uint64_t *words) {
    Piece *p = &t->pieces[piece];
    const uint64_t *row = row_of(t, p, words);
    if (row || !t->fill || !p->data || (p->data[2] && p->filled >= p->data[2])) return row;
    p->filled++;
    if (t->fill(t->fill_with, t->kind, p->data, words, t->kind == FILL_STEP ? words + t->width : NULL, graph_put, t, piece) != 1) return NULL;
    return row_of(t, p, words);
}

static inline int value_of(Tables *t, const uint64_t *words) {
    int32_t place = t->code_n ? 0 : -1;
    while (place >= 0) {
        const Leaf *leaf = &t->code[place];
        int truth = 1;
        if (leaf->kind == 0) {
            const uint64_t *row = asked(t, leaf->piece, words);
            if (!row) { t->missed = leaf->piece; return -1; }
            truth = *row != 0;
        } else if (leaf->kind == 1) {
            truth = (words[leaf->word] & leaf->bits) != 0;
        } else {
            const uint64_t *same = t->same + 2 * (int64_t)leaf->word;
            for (int32_t i = 0; i < leaf->piece && truth; i++)
                truth = !((words[same[2 * i]] ^ words[same[2 * i] + (uint64_t)t->width]) & same[2 * i + 1]);
        }
        place = truth ? leaf->yes : leaf->no;
    }
    return place == -1;
}

/* A state predicate, in the states from `at` to n: how far it came. `words` has room for a state. */
EXPORT int64_t graph_scan_states(Tables *t, const void *core, Fetch fetch, uint64_t *words, int64_t at, int64_t n, uint8_t *out) {
    for (; at < n; at++) {
        fetch(core, at, words);
        int truth = value_of(t, words);
        if (truth < 0) return at;
        out[at] = (uint8_t)truth;
    }
    return n;
}

/* A step predicate, over the steps out of the states from `at` to n. `words` has room for two states. */
EXPORT int64_t graph_scan_steps(Tables *t, const void *core, Fetch fetch, uint64_t *words, int32_t width, int64_t at, int64_t n,
                                const int64_t *offsets, const int32_t *targets, uint8_t *on, uint8_t *own) {
    for (; at < n; at++) {
        fetch(core, at, words);
        memcpy(words + width, words, sizeof(uint64_t) * (size_t)width);
        t->missed_target = (int32_t)at;
        int truth = value_of(t, words);
        if (truth < 0) return at;
        own[at] = (uint8_t)truth;
        for (int64_t e = offsets[at]; e < offsets[at + 1]; e++) {
            t->missed_target = targets[e];
            fetch(core, targets[e], words + width);
            truth = value_of(t, words);
            if (truth < 0) return at;
            if (truth) on[e >> 3] |= (uint8_t)(1 << (e & 7));
        }
    }
    return n;
}

/* An action: is it enabled in the states from `at` to n, and which of the steps out of them are its steps. A row is what
 * the core's are: count, then for each successor: action, times, writes, (word, bits to clear, bits to set) each; one that
 * changes nothing counts only if `stutters`. `words` has room for three states. */
EXPORT int64_t graph_scan_action(Tables *t, const void *core, Fetch fetch, uint64_t *words, int32_t width, int64_t at, int64_t n,
                                 const int64_t *offsets, const int32_t *targets, uint8_t *on, uint8_t *enabled, int stutters) {
    uint64_t *target = words + width, *actual = words + 2 * width;
    size_t bytes = sizeof(uint64_t) * (size_t)width;
    for (; at < n; at++) {
        fetch(core, at, words);
        enabled[at] = 0;
        for (int32_t j = 0; j < t->n; j++) {
            Piece *p = &t->pieces[j];
            if (p->guard_word >= 0 && !(words[p->guard_word] & p->guard_bit)) {
                if (p->skip) j = p->skip - 1;
                continue;
            }
            const uint64_t *row = asked(t, j, words);
            if (!row) { t->missed = j; return at; }
            if (p->skip) {
                if (!row[0]) j = p->skip - 1;
                continue;
            }
            const uint64_t *r = row + 1;
            for (uint64_t i = 0; i < row[0]; i++, r += 3 + 3 * r[2]) { /* action, times, writes */
                memcpy(target, words, bytes);
                for (uint64_t w = 0; w < r[2]; w++) {
                    const uint64_t *q = r + 3 + 3 * w;
                    target[q[0]] = (target[q[0]] & ~q[1]) | q[2];
                }
                if (!stutters && !memcmp(target, words, bytes)) continue;
                enabled[at] = 1;
                for (int64_t e = offsets[at]; e < offsets[at + 1]; e++) {
                    if (BIT(on, e)) continue;
                    fetch(core, targets[e], actual);
                    if (!memcmp(target, actual, bytes)) { on[e >> 3] |= (uint8_t)(1 << (e & 7)); break; }
                }
            }
        }
    }
    return n;
}

#ifdef WITH_PYTHON
#define PY_SSIZE_T_CLEAN
#include <Python.h>
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_graph", "Loops over graphs (called through ctypes).", -1, NULL, NULL, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit__graph(void) { return PyModule_Create(&module); }
#endif
