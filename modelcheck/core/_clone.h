/* A program once more, for another thread: the same trees and formulas over the same values.
 *
 * Values and their ids are common to all of them: composites that stay never change, and `intern_together` lets several
 * programs add to them. Everything else that changes while a program runs is the clone's own: the arena, what its nodes
 * remember, what permutations make of values, sets that stay without being written out (they are written out once) and
 * functions by rule (which remember their values). Such constants are copied; what nodes remember begins anew.
 */
#ifndef MODELCHECK_CLONE_H
#define MODELCHECK_CLONE_H
#include "_interp_parts.h"
#include "_interp_memo.h"

enum { JOIN_LEAST = 1 << 14, JOIN_MOST = 1 << 26 }; /* new values for which there is room */

typedef struct { const Node *from; Node *to; } NodeTwin;
typedef struct { Obj *from, *to; } ObjTwin;
typedef struct {
    Prog *p;         /* the clone */
    NodeTwin *nodes; /* by address */
    size_t n_nodes;
    ObjTwin *objs;   /* open addressing */
    size_t mask, n_objs;
} Cloning;

static int by_address(const void *a, const void *b) {
    const Node *x = ((const NodeTwin *)a)->from, *y = ((const NodeTwin *)b)->from;
    return (x > y) - (x < y);
}
static Node *node_twin(Cloning *c, const Node *from) {
    NodeTwin wanted = {from, NULL};
    NodeTwin *found = from ? bsearch(&wanted, c->nodes, c->n_nodes, sizeof(NodeTwin), by_address) : NULL;
    return found ? found->to : NULL;
}

static ObjTwin *obj_twin(Cloning *c, Obj *from) {
    size_t at = ((uintptr_t)from >> 4) * 0x9E3779B97F4A7C15ull >> 20 & c->mask;
    while (c->objs[at].from && c->objs[at].from != from) at = (at + 1) & c->mask;
    return &c->objs[at];
}
static void note_twin(Cloning *c, Obj *from, Obj *to) {
    if ((c->n_objs + 1) * 2 > c->mask) {
        size_t size = (c->mask + 1) * 2;
        ObjTwin *old = c->objs, *grown = calloc(size, sizeof(ObjTwin));
        if (!grown) no_memory(c->p);
        size_t had = c->mask + 1;
        c->objs = grown;
        c->mask = size - 1;
        for (size_t i = 0; i < had; i++) if (old[i].from) *obj_twin(c, old[i].from) = old[i];
        free(old);
    }
    *obj_twin(c, from) = (ObjTwin){from, to};
    c->n_objs++;
}

static val cloned(Cloning *c, val v);

static val cloned_memo(Cloning *c, val v) {
    const Memo *old = (const Memo *)(uintptr_t)v;
    size_t words = 2 * ((size_t)old->mask + 1);
    Memo *m = keep_room(c->p, sizeof(Memo) + sizeof(val) * words);
    m->mask = old->mask;
    m->n = old->n;
    for (size_t i = 0; i < words; i++) m->kv[i] = cloned(c, old->kv[i]); /* places stay: they depend on hashes */
    return ref(m);
}
static val cloned_frame(Cloning *c, val v) { /* of a constant: nothing of a state is in it */
    const val *old = (const val *)(uintptr_t)v;
    size_t size = old[F_SIZE];
    val *f = keep_room(c->p, sizeof(val) * size);
    memset(f, 0, sizeof(val) * size);
    f[F_PROG] = ref(c->p);
    f[F_SIZE] = size;
    for (size_t i = F_LOCALS; i < size; i++) f[i] = cloned(c, old[i]);
    return ref(f);
}
/* A value that stays; `unknown` for what cannot be one. */
static val cloned(Cloning *c, val v) {
    if (!v || !is_obj(v)) return v;
    Obj *o = obj(v);
    if (!(o->flags & PERSISTENT) || o->kind > O_RULE) unknown(c->p);
    if (o->kind <= O_FN) return v;
    Obj *known = obj_twin(c, o)->to;
    if (known) return ref(known);
    deep(c->p);
    int is_rule = o->kind == O_RULE || o->kind == O_RULESET;
    uint32_t words = is_rule ? 4 : o->n + 1;
    Obj *to = keep_room(c->p, sizeof(Obj) + sizeof(val) * (size_t)words);
    *to = *o;
    note_twin(c, o, to); /* a function may be in its own frame */
    if (!is_rule) {
        for (uint32_t i = 0; i < words; i++) to->e[i] = cloned(c, o->e[i]);
        return ref(to);
    }
    Node *node = node_twin(c, (const Node *)(uintptr_t)o->e[0]);
    if (!node) unknown(c->p);
    to->e[0] = ref(node);
    to->e[1] = cloned_frame(c, o->e[1]);
    to->e[2] = cloned(c, o->e[2]);
    to->e[3] = o->kind == O_RULE ? cloned_memo(c, o->e[3]) : V_UNSET;
    return ref(to);
}

/* Whether a node's constant is what it remembers of other states. */
static int remembers(const Node *n) {
    return n->eval == e_lessened || n->eval == e_minus || n->eval == e_kept || n->test == t_kept || n->run == r_arm ||
           n->run == r_aside || n->test == t_traced || n->test == t_aside || n->eval == e_part || n->eval == e_aside ||
           n->eval == e_shared || n->test == t_shared;
}
static int bare_copy(const Node *from, Node *to) {
    *to = *from;
    to->k = calloc((size_t)from->nk + 1, sizeof(Node *));
    to->a = calloc((size_t)from->na + 1, sizeof(int64_t));
    to->name = strdup(from->name);
    if (!to->k || !to->a || !to->name) return -1;
    memcpy(to->a, from->a, sizeof(int64_t) * (size_t)from->na);
    to->c = 0;
    if (from->eval == e_shared || from->test == t_shared) to->key = to->place = 0;
    return 0;
}
static int copy_nodes(Cloning *c, const Prog *p) {
    Prog *q = c->p;
    q->nodes = calloc(p->n_nodes + 1, sizeof(Node *));
    c->nodes = calloc(p->n_nodes + 1, sizeof(NodeTwin));
    c->mask = 63;
    c->objs = calloc(c->mask + 1, sizeof(ObjTwin));
    if (!q->nodes || !c->nodes || !c->objs) return N_MEMORY;
    for (; q->n_nodes < p->n_nodes; q->n_nodes++) {
        Node *made = calloc(1, sizeof(Node));
        if (!made) return N_MEMORY;
        q->nodes[q->n_nodes] = made;
        c->nodes[c->n_nodes++] = (NodeTwin){p->nodes[q->n_nodes], made};
        if (bare_copy(p->nodes[q->n_nodes], made)) { q->n_nodes++; return N_MEMORY; }
    }
    q->cap_nodes = q->n_nodes;
    qsort(c->nodes, c->n_nodes, sizeof(NodeTwin), by_address);
    for (size_t i = 0; i < p->n_nodes; i++)
        for (int k = 0; k < p->nodes[i]->nk; k++) q->nodes[i]->k[k] = node_twin(c, p->nodes[i]->k[k]);
    return 0;
}
static Root *copy_roots(Cloning *c, const Root *from, int n) {
    Root *to = calloc((size_t)n + 1, sizeof(Root));
    for (int i = 0; to && i < n; i++) to[i] = (Root){node_twin(c, from[i].root), from[i].size, from[i].is_init};
    return to;
}
static int copy_permutations(Prog *q, const Prog *p) {
    q->perms = calloc((size_t)p->n_perms + 1, sizeof(Permutation));
    if (!q->perms) return N_MEMORY;
    for (; q->n_perms < p->n_perms; q->n_perms++) {
        const Permutation *from = &p->perms[q->n_perms];
        Permutation *to = &q->perms[q->n_perms];
        to->n = from->n;
        to->from = malloc(sizeof(val) * (from->n + 1));
        to->to = malloc(sizeof(val) * (from->n + 1));
        if (!to->from || !to->to) { q->n_perms++; return N_MEMORY; }
        memcpy(to->from, from->from, sizeof(val) * from->n);
        memcpy(to->to, from->to, sizeof(val) * from->n);
    }
    return 0;
}
static int copy_constants(Cloning *c, const Prog *p) {
    Prog *q = c->p;
    Call call;
    ENTER(q, call);
    for (size_t i = 0; i < p->n_nodes; i++)
        if (!remembers(p->nodes[i])) q->nodes[i]->c = cloned(c, p->nodes[i]->c);
    return left(q, &call, 0);
}

/* Look at the values as they are now. */
static void see_values(Prog *q, const Prog *p) {
    q->v.word = p->v.word;
    q->v.n = p->v.n;
    q->v.cap = p->v.cap;
    q->v.slots = p->v.slots;
    q->v.mask = p->v.mask;
}
/* What a clone has put aside for values belongs to the program from now on. */
static void give_values(Prog *q, Prog *p) {
    Chunk **end = &q->v.chunks;
    while (*end) end = &(*end)->next;
    *end = p->v.chunks;
    p->v.chunks = q->v.chunks;
    q->v.chunks = NULL;
    p->v.bytes += q->v.bytes;
    q->v.bytes = 0;
}

EXPORT void native_clone_free(Prog *q) {
    if (!q) return;
    q->v.word = NULL;
    q->v.slots = NULL;
    native_free(q);
}

EXPORT Prog *native_clone(Prog *p) {
    Prog *q = calloc(1, sizeof(Prog));
    if (!q) return NULL;
    q->width = p->width;
    q->stack_room = p->stack_room;
    q->has_typed = p->has_typed;
    q->reads = ~0ull;
    q->empty_set = p->empty_set;
    q->empty_seq = p->empty_seq;
    q->v.spare = VID_NONE;
    memcpy(q->v.small, p->v.small, sizeof(q->v.small));
    see_values(q, p);
    Cloning c = {.p = q};
    int code = copy_nodes(&c, p);
    if (!code) code = copy_permutations(q, p);
    if (!code) code = copy_constants(&c, p);
    if (!code && (!(q->trees = copy_roots(&c, p->trees, p->n_trees)) || !(q->formulas = copy_roots(&c, p->formulas, p->n_formulas))))
        code = N_MEMORY;
    q->n_trees = p->n_trees;
    q->n_formulas = p->n_formulas;
    free(c.nodes);
    free(c.objs);
    give_values(q, p);
    if (!code) return q;
    native_clone_free(q);
    return NULL;
}
EXPORT int native_is_whole(const Prog *q, const Prog *p) {
    return q->n_nodes == p->n_nodes && q->n_trees == p->n_trees && q->n_formulas == p->n_formulas;
}
EXPORT size_t native_stack(Prog *p) { return p->stack_room; }

/* Room for so many more values. */
static int values_room(Prog *p, uint32_t more) {
    Vals *v = &p->v;
    Call c;
    ENTER(p, c);
    if (v->n > UINT32_MAX / 4 - more) no_memory(p);
    while ((v->n + more) * (uint64_t)3 > (uint64_t)v->mask * 2) more_slots(p);
    uint32_t cap = v->cap ? v->cap : 4096;
    while (cap < v->n + more) cap *= 2;
    if (cap > v->cap) {
        val *grown = realloc(v->word, sizeof(val) * cap);
        if (!grown) no_memory(p);
        v->bytes += sizeof(val) * (cap - v->cap);
        v->word = grown;
        v->cap = cap;
    }
    return left(p, &c, 0);
}
EXPORT int native_join(Prog *p, Prog **clones, int n) {
    Vals *v = &p->v;
    Common *own = &v->own;
    if (values_room(p, own->last * 2 + JOIN_LEAST)) return N_MEMORY;
    uint64_t most = (uint64_t)v->mask * 2 / 3;
    *own = (Common){v->n, v->cap < most ? v->cap : (uint32_t)most, v->n, own->last};
    v->common = own;
    for (int i = 0; i < n; i++) {
        see_values(clones[i], p);
        clones[i]->v.common = own;
    }
    return 0;
}
EXPORT void native_part(Prog *p, Prog **clones, int n) {
    Vals *v = &p->v;
    Common *own = &v->own;
    v->n = own->n < own->limit ? own->n : own->limit;
    uint32_t last = v->n - own->before;
    if (own->n >= own->limit) last = last < JOIN_MOST ? last * 4 : JOIN_MOST;
    own->last = last < JOIN_MOST ? last : JOIN_MOST;
    v->common = NULL;
    for (int i = 0; i < n; i++) {
        clones[i]->v.common = NULL;
        give_values(clones[i], p);
    }
}
#endif
