/* Values as a list of nodes, each after the parts it is made of, and back: what is saved of many states.
 *
 * A node is 32-bit numbers: its kind, a count, and its parts as numbers of nodes. DAG_SET and DAG_SEQ: the count of parts, and
 * these; DAG_FN: the count of values, the domain's node, and the values in the order of the parts of that node; DAG_ATOM: the
 * place in a list of values that have no parts, which is kept apart. No node comes twice.
 */
#ifndef MODELCHECK_DAG_H
#define MODELCHECK_DAG_H

enum { DAG_SET, DAG_SEQ, DAG_FN, DAG_ATOM };

typedef struct {
    Prog *p;
    uint32_t *number;     /* of a node, by id; VID_NONE: there is none yet */
    uint32_t room, nodes;
    uint32_t *out;
    int64_t n, out_room;
    Vid *atoms;
    int64_t n_atoms, atoms_room;
} Dag;

EXPORT Dag *dag_new(Prog *p) {
    Dag *d = calloc(1, sizeof(Dag));
    if (d) d->p = p;
    return d;
}
EXPORT void dag_free(Dag *d) {
    free(d->number); free(d->out); free(d->atoms); free(d);
}

static void *dag_room(Dag *d, void *old, int64_t *room, int64_t needed, size_t each) {
    if (needed <= *room) return old;
    int64_t more = *room ? *room * 2 : 1024;
    while (more < needed) more *= 2;
    void *grown = realloc(old, each * (size_t)more);
    if (!grown) no_memory(d->p);
    *room = more;
    return grown;
}

static uint32_t *dag_number(Dag *d, Vid id) {
    if (id >= d->room) {
        uint32_t room = d->p->v.cap > id ? d->p->v.cap : id + 1;
        uint32_t *grown = realloc(d->number, sizeof(uint32_t) * room);
        if (!grown) no_memory(d->p);
        memset(grown + d->room, 0xFF, sizeof(uint32_t) * (room - d->room));
        d->number = grown;
        d->room = room;
    }
    return &d->number[id];
}

/* The node of a value that is interned; it is made if it is new. */
static uint32_t dag_of(Dag *d, Vid id) {
    uint32_t known = *dag_number(d, id);
    if (known != VID_NONE) return known;
    deep(d->p);
    val v = d->p->v.word[id];
    uint32_t parts = 0, kind = DAG_ATOM;
    if (is_obj(v)) {
        Obj *o = obj(v);
        if (o->kind > O_FN) unknown(d->p);
        kind = o->kind == O_SET ? DAG_SET : o->kind == O_SEQ ? DAG_SEQ : DAG_FN;
        parts = o->n + (kind == DAG_FN);
        for (uint32_t i = 0; i < parts; i++) dag_of(d, intern(d->p, o->e[i]));
    }
    d->out = dag_room(d, d->out, &d->out_room, d->n + 2 + parts, sizeof(uint32_t));
    uint32_t *node = d->out + d->n;
    node[0] = kind;
    node[1] = is_obj(v) ? obj(v)->n : (uint32_t)d->n_atoms;
    for (uint32_t i = 0; i < parts; i++) node[2 + i] = *dag_number(d, intern(d->p, obj(v)->e[i]));
    if (kind == DAG_ATOM) {
        d->atoms = dag_room(d, d->atoms, &d->atoms_room, d->n_atoms + 1, sizeof(Vid));
        d->atoms[d->n_atoms++] = id;
    }
    d->n += 2 + parts;
    if (d->nodes == VID_NONE) unknown(d->p);
    return *dag_number(d, id) = d->nodes++;
}

/* Have `n` ids be the numbers of their nodes. 0, N_UNKNOWN, N_MEMORY. */
EXPORT int dag_rows(Dag *d, Vid *ids, int64_t n) {
    Call c;
    ENTER(d->p, c);
    for (int64_t i = 0; i < n; i++) ids[i] = dag_of(d, ids[i]);
    return left(d->p, &c, 0);
}
EXPORT uint32_t dag_count(const Dag *d) { return d->nodes; }
EXPORT const uint32_t *dag_nodes(const Dag *d, int64_t *n) { *n = d->n; return d->out; }
EXPORT const Vid *dag_atoms(const Dag *d, int64_t *n) { *n = d->n_atoms; return d->atoms; }

/* The value of node `number`; `ids`: of those before it. */
static val dag_value(Prog *p, const uint32_t *const *nodes, uint32_t number, const Vid *ids) {
    const uint32_t *node = nodes[number], *parts = node + 2 + (node[0] == DAG_FN);
    uint32_t n = node[1];
    val *e = room(p, sizeof(val) * ((size_t)n + 1));
    for (uint32_t i = 0; i < n; i++) {
        if (parts[i] >= number) unknown(p);
        e[i] = p->v.word[ids[parts[i]]];
    }
    if (node[0] == DAG_SEQ) return seq_from(p, e, n);
    if (node[0] == DAG_SET) {
        val made = set_of(p, e, n);
        if (obj(made)->n != n) unknown(p);
        return made;
    }
    if (!n || node[2] >= number) unknown(p);
    const uint32_t *keys = nodes[node[2]];
    if (keys[0] != DAG_SET || keys[1] != n) unknown(p);
    val domain = p->v.word[ids[node[2]]];
    Obj *f = fn_over(p, domain);
    for (uint32_t i = 0; i < n; i++) values(f)[find_in(p, obj(domain), p->v.word[ids[keys[2 + i]]])] = e[i];
    return ref(f);
}

static int dag_id(Prog *p, const uint32_t *const *nodes, uint32_t number, Vid *ids) {
    Call c;
    ENTER(p, c);
    ids[number] = intern(p, dag_value(p, nodes, number, ids));
    return left(p, &c, 0);
}

/* Where each of `count` nodes begins, of `n` numbers in all. -1: this is no list of nodes. */
static int dag_places(const uint32_t *in, int64_t n, int64_t count, int64_t n_atoms, const uint32_t **nodes) {
    int64_t at = 0, i = 0;
    for (; i < count && at + 2 <= n; i++) {
        const uint32_t *node = nodes[i] = in + at;
        if (node[0] > DAG_ATOM || (node[0] == DAG_ATOM && node[1] >= n_atoms)) return -1;
        at += 2 + (node[0] == DAG_ATOM ? 0 : (int64_t)node[1] + (node[0] == DAG_FN));
        if (at > n) return -1;
    }
    return i == count && at == n ? 0 : -1;
}

/* The ids of `count` nodes of `n` numbers in all. `atoms`: ids of the values without parts. 0, N_UNKNOWN (also where this is
 * no list of nodes), N_MEMORY. */
EXPORT int dag_ids(Prog *p, const uint32_t *in, int64_t n, int64_t count, const Vid *atoms, int64_t n_atoms, Vid *ids) {
    const uint32_t **nodes = malloc(sizeof(uint32_t *) * (size_t)(count + 1));
    if (!nodes) return N_MEMORY;
    int code = dag_places(in, n, count, n_atoms, nodes) ? N_UNKNOWN : 0;
    for (int64_t i = 0; i < count && !code; i++)
        if (nodes[i][0] == DAG_ATOM) ids[i] = atoms[nodes[i][1]];
        else code = dag_id(p, nodes, (uint32_t)i, ids);
    free(nodes);
    return code;
}

/* Have `n` numbers of nodes be the ids of their values. N_UNKNOWN: there is no such node. */
EXPORT int dag_back(const Vid *ids, int64_t count, Vid *rows, int64_t n) {
    for (int64_t i = 0; i < n; i++) {
        if (rows[i] >= count) return N_UNKNOWN;
        rows[i] = ids[rows[i]];
    }
    return 0;
}
#endif
