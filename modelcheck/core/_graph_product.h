/* The behavior graph, and its product with a tableau: what is reached, and by which way. */
/* ---- the behavior graph ---- */

/* ---- dropping what is repeated ---- */

enum { FEW = 64 };

/* The targets of one node, to tell which come again: by comparing a few, else by hash; `slots` has 1 + a target, where
 * `stamps` says so. */
typedef struct { int32_t *slots; uint32_t *stamps, stamp; int64_t room; } Met;

static int met_room(Met *m, int64_t targets) {
    int64_t room = 4 * FEW;
    while (room < 2 * targets) room *= 2;
    if (room <= m->room) return 0;
    free(m->slots); free(m->stamps);
    m->slots = malloc(sizeof(int32_t) * (size_t)room);
    m->stamps = calloc((size_t)room, sizeof(uint32_t));
    m->stamp = 0;
    m->room = m->slots && m->stamps ? room : 0;
    return m->room ? 0 : -1;
}
static int met_before(Met *m, int32_t t) {
    uint64_t mask = (uint64_t)m->room - 1, at = ((uint32_t)t * 0x9E3779B97F4A7C15ULL) >> 32 & mask;
    for (; m->stamps[at] == m->stamp; at = (at + 1) & mask) if (m->slots[at] == t) return 1;
    m->stamps[at] = m->stamp;
    m->slots[at] = t;
    return 0;
}

/* Of one node's targets, from `from` on: those that stay are moved to `to`. How many stay; -1 without memory. */
static int64_t tidy_node(Met *m, int32_t v, const int32_t *from, int64_t n, int32_t *to, int loops) {
    int64_t kept = 0;
    if (n > FEW) {
        if (met_room(m, n)) return -1;
        if (!++m->stamp) { memset(m->stamps, 0, sizeof(uint32_t) * (size_t)m->room); m->stamp = 1; }
    }
    for (int64_t i = 0; i < n; i++) {
        int32_t t = from[i];
        int again = t == v && !loops;
        if (n > FEW) again = again || met_before(m, t);
        else for (int64_t k = 0; k < kept; k++) again |= to[k] == t;
        to[kept] = t;
        kept += !again;
    }
    return kept;
}

typedef struct {
    Blocks blocks;
    int64_t *offsets, *begins, *kept; /* by block: where its edges begin, how many are left */
    int32_t *targets;
    int loops, failed;
} Tidy;

/* Each block's edges stay where they begin, and `offsets` counts from there. */
static void tidy_job(void *with, int32_t worker) {
    (void)worker;
    Tidy *x = with;
    Met met = {NULL, NULL, 0, 0};
    for (int64_t b; (b = take_block(&x->blocks)) >= 0; ) {
        int64_t begin = x->begins[b], kept = 0;
        int32_t *to = x->targets + begin;
        for (int64_t v = block_begin(&x->blocks, b); v < block_end(&x->blocks, b); v++) {
            int64_t end = x->offsets[v + 1], n = tidy_node(&met, (int32_t)v, x->targets + begin, end - begin, to + kept, x->loops);
            if (n < 0) { __atomic_store_n(&x->failed, 1, __ATOMIC_RELAXED); n = 0; }
            begin = end;
            x->offsets[v + 1] = kept += n;
        }
        x->kept[b] = kept;
    }
    free(met.slots); free(met.stamps);
}

/* Drop repeated targets, keeping order, and steps from a state to itself unless `loops`. Works in place. Gives how many
 * edges are left; -1 without memory. */
EXPORT int64_t graph_tidy(Crew *crew, int64_t *offsets, int32_t *targets, int64_t n, int loops) {
    int together = is_shared(crew, n);
    Tidy x = {.blocks = together ? blocks_of(crew, 0, n) : (Blocks){0, n, n ? n : 1, 0},
              .offsets = offsets, .targets = targets, .loops = loops};
    int64_t count = n_blocks(&x.blocks), kept = 0;
    x.begins = malloc(sizeof(int64_t) * 2 * (size_t)(count + 1));
    if (!x.begins) return -1;
    x.kept = x.begins + count;
    for (int64_t b = 0; b < count; b++) x.begins[b] = offsets[block_begin(&x.blocks, b)];
    if (together) team_work(&crew->team, tidy_job, &x); else tidy_job(&x, 0);
    for (int64_t b = 0; b < count; b++) {
        if (kept != x.begins[b]) memmove(targets + kept, targets + x.begins[b], sizeof(int32_t) * (size_t)x.kept[b]);
        for (int64_t v = block_begin(&x.blocks, b); kept && v < block_end(&x.blocks, b); v++) offsets[v + 1] += kept;
        kept += x.kept[b];
    }
    free(x.begins);
    return x.failed ? -1 : kept;
}

/* ---- sets of states and of edges ---- */

/* into: `and` (op 0), `or` (1), or `exclusive or` (2) with other bytes. */
EXPORT void graph_combine(uint8_t *into, const uint8_t *other, int64_t n, int op) {
    if (op == 0) for (int64_t i = 0; i < n; i++) into[i] &= other[i];
    else if (op == 1) for (int64_t i = 0; i < n; i++) into[i] |= other[i];
    else for (int64_t i = 0; i < n; i++) into[i] ^= other[i];
}

/* Whether there are edges out of each node. */
EXPORT void graph_leaving(const int64_t *offsets, int64_t n, uint8_t *out) {
    for (int64_t v = 0; v < n; v++) out[v] = offsets[v] < offsets[v + 1];
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

/* What is reached, level by level: which pairs is the same whatever the order. */
typedef struct {
    const int64_t *offsets;
    const int32_t *targets;
    Place *places;
    int64_t width;
    Blocks blocks;
    Stack level, *next; /* the pairs at hand; those that each worker comes to */
    int failed;
} Reach;

static inline __attribute__((always_inline)) int arrive(const Reach *r, int32_t q, int64_t s, Stack *next, const int alone) {
    Place *p = &r->places[q];
    uint8_t mark = __atomic_load_n(&p->mark[s], __ATOMIC_RELAXED), to = p->here && !p->here[s] ? 1 : 2;
    if (mark) return 0;
    if (alone) p->mark[s] = to;
    else if (!__atomic_compare_exchange_n(&p->mark[s], &mark, to, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) return 0;
    return to == 1 ? 0 : keep(next, s * r->width + q);
}

/* Go on from the pairs of the level from `at` to `end`. */
static inline __attribute__((always_inline)) int reach_from(const Reach *r, int64_t at, int64_t end, Stack *next, const int alone) {
    int bad = 0;
    for (; at < end && !bad; at++) {
        int64_t node = r->level.list[at], s = node / r->width;
        const Place *p = &r->places[node % r->width];
        if (!p->n) continue;
        for (int32_t j = 0; j < p->n && !bad && (!p->own || p->own[s]); j++) bad = arrive(r, p->ahead[j], s, next, alone);
        for (int64_t e = r->offsets[s]; e < r->offsets[s + 1] && !bad; e++)
            if (!p->on || BIT(p->on, e))
                for (int32_t j = 0; j < p->n && !bad; j++) bad = arrive(r, p->ahead[j], r->targets[e], next, alone);
    }
    return bad;
}
static void reach_job(void *with, int32_t worker) {
    Reach *r = with;
    for (int64_t b; (b = take_block(&r->blocks)) >= 0; )
        if (reach_from(r, block_begin(&r->blocks, b), block_end(&r->blocks, b), &r->next[worker], 0))
            __atomic_store_n(&r->failed, 1, __ATOMIC_RELAXED);
}

/* Go on from the level at hand until there is nothing new; it is empty then. */
static int reach_all(Crew *crew, Reach *r) {
    while (r->level.n && !r->failed) {
        int together = is_shared(crew, r->level.n);
        if (together) {
            r->blocks = blocks_of(crew, 0, r->level.n);
            team_work(&crew->team, reach_job, r);
        } else r->failed = reach_from(r, 0, r->level.n, &r->next[0], 1) != 0;
        Stack swap = r->level;
        r->level = r->next[0];
        r->next[0] = swap;
        r->next[0].n = 0;
        for (int32_t i = 1; together && i < crew->n; i++) {
            for (int64_t k = 0; k < r->next[i].n && !r->failed; k++) r->failed = keep(&r->level, r->next[i].list[k]) != 0;
            r->next[i].n = 0;
        }
    }
    return r->failed;
}
static int reach_begin(const Crew *crew, Reach *r) { return (r->next = calloc(crew ? (size_t)crew->n : 1, sizeof(Stack))) ? 0 : -1; }
static int reach_end(const Crew *crew, Reach *r) {
    for (int32_t i = 0; r->next && i < (crew ? crew->n : 1); i++) free(r->next[i].list);
    free(r->next);
    free(r->level.list);
    return r->failed ? -1 : 0;
}

/* From pairs (state, place) on. */
EXPORT int graph_reach(Crew *crew, const int64_t *offsets, const int32_t *targets, Place *places, int64_t width,
                       const int64_t *first, int64_t n) {
    Reach r = {.offsets = offsets, .targets = targets, .places = places, .width = width};
    if (reach_begin(crew, &r)) return -1;
    for (int64_t i = 0; i < n && !r.failed; i++)
        r.failed = arrive(&r, (int32_t)(first[i] % width), first[i] / width, &r.level, 1) != 0;
    reach_all(crew, &r);
    return reach_end(crew, &r);
}

/* From all of the first `states` states at some places on. Where all there are (`whole`) are at the places ahead of one,
 * nothing is to be reached from there. */
EXPORT int graph_reach_whole(Crew *crew, const int64_t *offsets, const int32_t *targets, Place *places, int64_t width,
                             const int32_t *at, int32_t n, int64_t states, int whole) {
    enum { CHUNK = 1 << 17 }; /* states: the level must not take much more memory than the graph */
    Reach r = {.offsets = offsets, .targets = targets, .places = places, .width = width};
    if (reach_begin(crew, &r)) return -1;
    for (int32_t i = 0; i < n; i++) {
        const uint8_t *here = places[at[i]].here;
        uint8_t *mark = places[at[i]].mark;
        if (here) for (int64_t s = 0; s < states; s++) mark[s] = mark[s] ? mark[s] : (uint8_t)(1 + (here[s] != 0));
        else for (int64_t s = 0; s < states; s++) mark[s] = mark[s] ? mark[s] : 2;
    }
    for (int32_t i = 0; i < n && !r.failed; i++) {
        const Place *p = &places[at[i]];
        int32_t known = 0; /* of the places ahead */
        for (int32_t j = 0; whole && j < p->n; j++)
            for (int32_t k = 0; k < n; k++) if (at[k] == p->ahead[j]) { known++; break; }
        if (known == p->n) continue;
        for (int64_t begin = 0; begin < states && !r.failed; begin += CHUNK) {
            for (int64_t s = begin; s < states && s < begin + CHUNK && !r.failed; s++)
                if (p->mark[s] == 2) r.failed = keep(&r.level, s * width + at[i]) != 0;
            reach_all(crew, &r);
        }
    }
    return reach_end(crew, &r);
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
