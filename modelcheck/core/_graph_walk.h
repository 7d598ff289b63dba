/* Strongly connected components, and nodes and edges of parts of a graph. */
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
