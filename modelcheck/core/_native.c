/* The native interpreter (see _native.h): programs are built and run from here, through ctypes.
 *
 * C11 with GNU extensions; no Python API but the module's initialisation.
 */
#include "_interp_steps.h"
#include "_interp_memo.h"
#include "_interp_parts.h"
#include "_interp_views.h"

#define EXPORT __attribute__((visibility("default")))
#define FUEL_EACH 4000000000ull

/* ---- making ---- */

EXPORT void native_free(Prog *p) {
    if (!p) return;
    for (Chunk *c = p->first, *next; c; c = next) {
        next = c->next;
        ASAN_UNPOISON_MEMORY_REGION(c->data, c->size);
        free(c);
    }
    for (Chunk *c = p->v.chunks, *next; c; c = next) { next = c->next; free(c); }
    for (size_t i = 0; i < p->n_nodes; i++) { free(p->nodes[i]->k); free(p->nodes[i]->a); free((char *)p->nodes[i]->name); free(p->nodes[i]); }
    for (int i = 0; i < p->n_perms; i++) { free(p->perms[i].from); free(p->perms[i].to); free(p->perms[i].known); }
    tries_free(p);
    spots_free(p);
    free(p->log);
    free(p->nodes);
    free(p->perms);
    free(p->trees);
    free(p->formulas);
    free(p->v.word);
    free(p->v.slots);
    free(p);
}

/* Where unknown values and a lack of memory lead back to. What is saved is put back at the end, so that calls may nest. */
typedef struct {
    jmp_buf buf, *leave; Mark mark; char *stack_end; uint64_t fuel, fuel_left; Emit emit; void *ctx; const Vid *ids; val *state;
    Recording *recording; uint64_t reads, kept_vars; uint32_t log_n;
} Call;

static void enter(Prog *p, Call *c) {
    c->leave = p->leave;
    c->mark = mark(p);
    c->stack_end = p->stack_end;
    c->fuel = p->fuel;
    c->fuel_left = p->fuel_left;
    c->emit = p->emit;
    c->ctx = p->emit_ctx;
    c->ids = p->state_ids;
    c->state = p->state;
    c->recording = p->recording;
    c->reads = p->reads;
    c->kept_vars = p->kept_vars;
    c->log_n = p->log_n;
    p->recording = NULL;
    p->reads = ~0ull;
    p->kept_vars = 0;
    if (!c->leave) p->stack_end = (char *)__builtin_frame_address(0) - p->stack_room;
    p->collected = NULL;
    p->leave = &c->buf;
    p->fuel = FUEL_EACH;
    p->fuel_left = 0;
}
static int left(Prog *p, Call *c, int result) {
    p->leave = c->leave;
    back_to(p, c->mark);
    p->stack_end = c->stack_end;
    p->fuel = c->fuel;
    p->fuel_left = c->fuel_left;
    p->emit = c->emit;
    p->emit_ctx = c->ctx;
    p->state_ids = c->ids;
    p->state = c->state;
    p->recording = c->recording;
    p->reads = c->reads;
    p->kept_vars = c->kept_vars;
    p->log_n = c->log_n;
    if (!p->leave) trim(p, (size_t)64 << 20);
    return result;
}
#define ENTER(p, c) do { enter(p, &(c)); int way_ = setjmp((c).buf); \
    if (way_) return left(p, &(c), way_ == LEFT_MEMORY ? N_MEMORY : way_ == LEFT_STOPPED ? N_STOPPED : N_UNKNOWN); } while (0)

static int begin(Prog *p) {
    Call c;
    ENTER(p, c);
    for (int i = 0; i < 4096 + 256; i++) p->v.small[i] = VID_NONE;
    more_slots(p);
    Obj *o = new_set(p, 0);
    p->empty_set = persist(p, ref(o));
    o = new_seq(p, 0);
    p->empty_seq = persist(p, ref(o));
    return left(p, &c, 0);
}

EXPORT Prog *native_new(int width) {
    Prog *p = calloc(1, sizeof(Prog));
    if (!p) return NULL;
    p->width = width;
    p->reads = ~0ull;
    p->v.spare = VID_NONE;
    struct rlimit limit;
    size_t stack = (size_t)4 << 20;
    if (!getrlimit(RLIMIT_STACK, &limit) && limit.rlim_cur != RLIM_INFINITY) stack = limit.rlim_cur / 2;
    p->stack_room = stack < ((size_t)64 << 20) ? stack : (size_t)64 << 20;
    if (begin(p)) { native_free(p); return NULL; }
    return p;
}

typedef struct { const char *name; EvalFn eval; TestFn test; RunFn run; } OpRow;
static const OpRow OPS[] = {
    {"const", e_const, 0, 0}, {"fail", e_fail, 0, r_fail}, {"var", e_var, 0, 0}, {"next", e_next, 0, 0}, {"local", e_local, 0, 0},
    {"lazy", e_lazy, t_lazy, 0}, {"param", e_param, 0, 0}, {"clear", e_clear, t_clear, r_clear}, {"once", e_once, 0, 0},
    {"once_test", 0, t_once, 0}, {"force", e_force, 0, 0}, {"and", 0, t_and, 0}, {"or", 0, t_or, 0}, {"not", 0, t_not, 0},
    {"implies", 0, t_implies, 0}, {"equiv", 0, t_equiv, 0}, {"eq", 0, t_eq, 0}, {"neq", 0, t_neq, 0}, {"if", e_if, t_if, r_if},
    {"case", e_case, t_case, r_case}, {"+", e_plus, 0, 0}, {"-", e_less, 0, 0}, {"*", e_times, 0, 0}, {"-.", e_negative, 0, 0},
    {"\\div", e_div, 0, 0}, {"%", e_mod, 0, 0}, {"^", e_power, 0, 0}, {"<", 0, t_lt, 0}, {"\\leq", 0, t_le, 0}, {">", 0, t_gt, 0},
    {"\\geq", 0, t_ge, 0}, {"..", e_interval, 0, 0}, {"setenum", e_setenum, 0, 0}, {"in", 0, t_in, 0}, {"notin", 0, t_notin, 0},
    {"in_filter", 0, t_in_filter, 0}, {"notin_filter", 0, t_notin_filter, 0}, {"subseteq", 0, t_subseteq, 0}, {"cup", e_cup, 0, 0},
    {"cap", e_cap, 0, 0}, {"minus", e_minus, 0, 0}, {"union", e_union, 0, 0}, {"union_of", e_union_of, 0, 0}, {"powerset", e_powerset, 0, 0}, {"fnset", e_fnset, 0, 0},
    {"cross", e_cross, 0, 0}, {"recordset", e_recordset, 0, 0}, {"tuple", e_tuple, 0, 0}, {"record", e_record, 0, 0},
    {"apply", e_apply, 0, 0}, {"field", e_field, 0, 0}, {"applied_rule", e_applied_rule, 0, 0}, {"domain", e_domain, 0, 0},
    {"except", e_except, 0, 0}, {"rule", e_rule, 0, 0}, {"fncons", e_fncons, 0, 0}, {"operator", e_operator, 0, 0},
    {"call_operator", e_call_operator, 0, 0}, {"call", e_call, t_call, r_call}, {"argument", 0, 0, 0}, {"proc", 0, 0, 0},
    {"exists", 0, t_exists, 0}, {"forall", 0, t_forall, 0}, {"choose", e_choose, 0, 0}, {"filter", e_filter, 0, 0},
    {"mapset", e_mapset, 0, 0}, {"enabled", 0, t_enabled, 0}, {"guard", 0, 0, r_guard}, {"branch", 0, 0, r_branch},
    {"foreach", 0, 0, r_foreach}, {"assign", 0, 0, r_assign}, {"keep", 0, 0, r_keep}, {"assignin", 0, 0, r_assignin},
    {"assignortest", 0, 0, r_assignortest}, {"allof", 0, 0, r_allof}, {"againfor", 0, 0, r_againfor}, {"return", 0, 0, r_return},
    {"ifcomplete", 0, 0, r_ifcomplete}, {"emit", 0, 0, r_emit}, {"found", 0, 0, r_found}, {"nothing", 0, 0, r_nothing},
    {"compose", 0, 0, r_compose}, {"middle", 0, 0, r_middle}, {"resume", 0, 0, r_resume}, {"collect", 0, 0, r_collect},
    {"composed", 0, t_composed, 0}, {"kept", e_kept, 0, 0}, {"kept_test", 0, t_kept, 0},
    {"arm", 0, 0, r_arm}, {"shared", e_shared, t_shared, 0},
    {"traced", 0, t_traced, 0}, {"part", e_part, 0, 0},
    /* over views */
    {"v_var", v_var, 0, 0}, {"v_next", v_next, 0, 0}, {"v_local", v_local, 0, 0}, {"v_value", v_value, 0, 0},
    {"v_apply", v_apply, 0, 0}, {"v_except", v_except, 0, 0}, {"v_cup", v_cup, 0, 0}, {"v_minus", v_minus, 0, 0},
    {"v_domain", v_domain, 0, 0}, {"v_in", 0, tv_in, 0}, {"v_notin", 0, tv_notin, 0}, {"v_same", 0, tv_same, 0},
    {"v_exists", 0, tv_exists, 0}, {"v_forall", 0, tv_forall, 0}, {"v_choose", v_choose, 0, 0}, {"v_filter", v_filter, 0, 0},
    {"v_has", 0, 0, 0}, {"v_in_has", 0, tv_in_has, 0}, {"v_notin_has", 0, tv_notin_has, 0}, {"v_defined", 0, tv_defined, 0},
    {"v_member", 0, tv_member, 0}, {"s_plain", 0, s_plain, 0}, {"s_and", 0, s_and, 0}, {"s_or", 0, s_or, 0},
    {"s_implies", 0, s_implies, 0}, {"s_not", 0, s_not, 0}, {"s_clear", 0, s_clear, 0}, {"v_guard", 0, 0, v_guard},
    {"v_branch", 0, 0, v_branch}, {"v_if", 0, 0, v_if_node}, {"v_foreach", 0, 0, v_foreach}, {"v_assign", 0, 0, v_assign},
    {"v_emit", 0, 0, v_emit},
};

/* A node by the name of its op, or of a standard module's operator ("Sequences.Len"). NULL: there is none, or no memory. */
EXPORT Node *native_node(Prog *p, const char *op, int nk, Node **kids, int na, const int64_t *a, uint64_t c) {
    Node made = {.c = c, .nk = nk, .na = na};
    int known = 0;
    for (size_t i = 0; !known && i < sizeof OPS / sizeof *OPS; i++)
        if (!strcmp(OPS[i].name, op)) { made.eval = OPS[i].eval; made.test = OPS[i].test; made.run = OPS[i].run; known = 1; }
    for (size_t i = 0; !known && NATIVES[i].name; i++)
        if (!strcmp(NATIVES[i].name, op) && NATIVES[i].arity == nk) { made.eval = e_native; made.key = ref((void *)(uintptr_t)NATIVES[i].fn); known = 1; }
    if (!known) return NULL;
    if (made.eval == e_minus && kids[1]->eval == e_setenum && kids[1]->nk == 1) made.eval = e_lessened;
    if (!made.eval && made.test) made.eval = e_test;
    if (!made.test && made.eval) made.test = t_eval;
    if (p->n_nodes == p->cap_nodes) {
        size_t cap = p->cap_nodes ? p->cap_nodes * 2 : 256;
        Node **grown = realloc(p->nodes, sizeof(Node *) * cap);
        if (!grown) return NULL;
        p->nodes = grown;
        p->cap_nodes = cap;
    }
    Node *n = malloc(sizeof(Node));
    made.k = calloc((size_t)nk + 1, sizeof(Node *));
    made.a = calloc((size_t)na + 1, sizeof(int64_t));
    made.name = strdup(op);
    if (!n || !made.k || !made.a || !made.name) { free(n); free(made.k); free(made.a); free((char *)made.name); return NULL; }
    for (int i = 0; i < nk; i++) made.k[i] = kids[i];
    for (int i = 0; i < na; i++) made.a[i] = a[i];
    made.i0 = na ? (int32_t)a[0] : 0;
    *n = made;
    p->nodes[p->n_nodes++] = n;
    return n;
}
EXPORT int native_known(const char *op, int nk) {
    for (size_t i = 0; i < sizeof OPS / sizeof *OPS; i++)
        if (!strcmp(OPS[i].name, op)) return 1;
    for (size_t i = 0; NATIVES[i].name; i++)
        if (!strcmp(NATIVES[i].name, op) && NATIVES[i].arity == nk) return 1;
    return 0;
}
EXPORT void native_kid(Node *n, int i, Node *kid) { n->k[i] = kid; }
EXPORT void native_name(Node *n, const char *name) { char *copy = strdup(name); if (copy) { free((char *)n->name); n->name = copy; } }

static int add_root(Root **roots, int *n, Node *root, int size, int is_init) {
    Root *grown = realloc(*roots, sizeof(Root) * (size_t)(*n + 1));
    if (!grown) return N_MEMORY;
    *roots = grown;
    grown[*n] = (Root){root, size < F_LOCALS ? F_LOCALS : size, is_init};
    return (*n)++;
}
EXPORT int native_add_tree(Prog *p, Node *root, int size, int is_init) { return add_root(&p->trees, &p->n_trees, root, size, is_init); }
EXPORT int native_add_formula(Prog *p, Node *root, int size) { return add_root(&p->formulas, &p->n_formulas, root, size, 0); }

/* ---- values from outside ---- */

EXPORT void native_typed(Prog *p) { p->has_typed = 1; }

/* A persistent value of these parts (a set's in any order; a function's: keys, then values), in `out`. */
EXPORT int native_make(Prog *p, int kind, int extra, uint32_t n, const val *parts, val *out) {
    Call c;
    ENTER(p, c);
    val made;
    if (kind == O_SET || kind == O_SEQ) {
        val *e = room(p, sizeof(val) * (n + 1));
        for (uint32_t i = 0; i < n; i++) e[i] = plain(p, parts[i]); /* as whatever is made here: equal values are one */
        made = kind == O_SET ? set_of(p, e, n) : seq_from(p, e, n);
    } else if (kind == O_FN) {
        val *keys = room(p, sizeof(val) * (n + 1));
        for (uint32_t i = 0; i < n; i++) keys[i] = plain(p, parts[i]);
        val domain = set_of(p, keys, n);
        if (obj(domain)->n != n) unknown(p);
        Obj *f = n ? fn_over(p, domain) : obj(p->empty_seq);
        for (uint32_t i = 0; i < n; i++) values(f)[find_in(p, obj(domain), plain(p, parts[i]))] = plain(p, parts[n + i]);
        made = ref(f);
    } else {
        Obj *o = new_lazy(p, kind, n);
        o->extra = (uint16_t)extra;
        memcpy(o->e, parts, sizeof(val) * n);
        made = ref(o);
    }
    *out = persist_any(p, made);
    return left(p, &c, 0);
}
EXPORT int native_id(Prog *p, val word, Vid *out) {
    Call c;
    ENTER(p, c);
    *out = intern(p, word);
    return left(p, &c, 0);
}
EXPORT val native_word(Prog *p, Vid id) { return id < p->v.n ? p->v.word[id] : V_UNSET; }
EXPORT int native_kind(val v, uint32_t *n) { *n = obj(v)->n; return obj(v)->kind; }
EXPORT void native_parts(val v, val *out) {
    Obj *o = obj(v);
    memcpy(out, o->e, sizeof(val) * (o->kind == O_FN ? o->n + 1 : o->n));
}
EXPORT const char *native_why(Prog *p, int *line) { *line = p->why_line; return p->why ? p->why : ""; }
EXPORT uint32_t native_count(Prog *p) { return p->v.n; }

/* ---- permutations ---- */

EXPORT int native_add_permutation(Prog *p, uint32_t n, const val *from, const val *to) {
    Permutation *grown = realloc(p->perms, sizeof(Permutation) * (size_t)(p->n_perms + 1));
    if (!grown) return N_MEMORY;
    p->perms = grown;
    Permutation *q = &grown[p->n_perms];
    *q = (Permutation){malloc(sizeof(val) * (n + 1)), malloc(sizeof(val) * (n + 1)), n, NULL, 0};
    if (!q->from || !q->to) { free(q->from); free(q->to); return N_MEMORY; }
    memcpy(q->from, from, sizeof(val) * n);
    memcpy(q->to, to, sizeof(val) * n);
    return p->n_perms++;
}
static Vid permuted(Prog *p, Permutation *q, Vid id) {
    if (id >= q->known_n) {
        uint32_t n = p->v.cap > id ? p->v.cap : id + 1;
        Vid *grown = realloc(q->known, sizeof(Vid) * n);
        if (!grown) no_memory(p);
        memset(grown + q->known_n, 0xFF, sizeof(Vid) * (n - q->known_n));
        p->v.bytes += sizeof(Vid) * (n - q->known_n);
        q->known = grown;
        q->known_n = n;
    }
    if (q->known[id] != VID_NONE) return q->known[id];
    val v = p->v.word[id], made = v;
    if (is_atom(v)) {
        for (uint32_t i = 0; i < q->n; i++)
            if (q->from[i] == v) { made = q->to[i]; break; }
    } else if (is_obj(v)) {
        Obj *o = obj(v);
        deep(p);
        val *e = room(p, sizeof(val) * (o->n + 1)), *keys = NULL;
        for (uint32_t i = 0; i < o->n; i++) e[i] = p->v.word[permuted(p, q, intern(p, values(o)[i]))];
        if (o->kind == O_SET) made = set_of(p, e, o->n);
        else if (o->kind == O_SEQ) made = seq_from(p, e, o->n);
        else {
            Vid domain = permuted(p, q, intern(p, o->e[0]));
            Obj *to = obj(p->v.word[domain]), *old = obj(o->e[0]);
            keys = to->e;
            Obj *f = new_fn(p, ref(to), o->n);
            (void)keys;
            for (uint32_t i = 0; i < o->n; i++)
                f->e[1 + find_in(p, to, p->v.word[permuted(p, q, intern(p, old->e[i]))])] = e[i];
            made = ref(f);
        }
    }
    Vid result = made == v ? id : intern(p, made);
    q = &p->perms[q - p->perms];
    return q->known[id] = result;
}
EXPORT int native_permuted(Prog *p, int permutation, Vid v, Vid *out) {
    Permutation *q = &p->perms[permutation];
    if (v < q->known_n && q->known[v] != VID_NONE) { *out = q->known[v]; return 0; }
    Call c;
    ENTER(p, c);
    *out = permuted(p, q, v);
    return left(p, &c, 0);
}
/* TLC's order of two values: 0 the same, 1 `a` comes before `b`, 2 after it; N_UNKNOWN, N_MEMORY. */
EXPORT int native_order(Prog *p, Vid a, Vid b) {
    if (a == b) return 0;
    Call c;
    ENTER(p, c);
    int d = cmp(p, p->v.word[a], p->v.word[b]);
    return left(p, &c, d < 0 ? 1 : d > 0 ? 2 : 0);
}
EXPORT int native_compare(Prog *p, Vid a, Vid b) { return a == b ? 0 : cmp_any(p->v.word[a], p->v.word[b]); }
EXPORT size_t native_bytes(Prog *p) { return p->v.bytes + p->arena_bytes + p->trie_bytes + sizeof(Prog); }
EXPORT uint64_t native_between(Prog *p) { return p->between; }
EXPORT int native_width(Prog *p) { return p->width; }

/* ---- running ---- */

static val *words_of(Prog *p, const Vid *ids) {
    val *w = room(p, sizeof(val) * (size_t)(p->width + 1));
    for (int i = 0; i < p->width; i++) w[i] = p->v.word[ids[i]];
    return w;
}
static val *unset_state(Prog *p) {
    val *w = room(p, sizeof(val) * (size_t)(p->width + 1));
    memset(w, 0, sizeof(val) * (size_t)(p->width + 1));
    return w;
}

EXPORT int native_run_asking(Prog *p, int tree, const Vid *state, Emit emit, void *ctx, int (*ask)(void *)) {
    Call c;
    ENTER(p, c);
    if (ask) {
        p->fuel_left = p->fuel - FUEL_SLICE;
        p->fuel = FUEL_SLICE;
        p->ask = ask;
        p->ask_ctx = ctx;
    }
    Root root = p->trees[tree];
    val *f = new_frame(p, (size_t)root.size);
    p->emit = emit;
    p->emit_ctx = ctx;
    p->run++;
    p->state_ids = root.is_init ? NULL : state;
    p->state = NULL;
    if (root.is_init) f[F_STATE] = ref(unset_state(p));
    else {
        f[F_STATE] = ref(p->state = words_of(p, state));
        f[F_TARGET] = ref(unset_state(p));
    }
    return left(p, &c, RUN(root.root, f));
}
EXPORT int native_run(Prog *p, int tree, const Vid *state, Emit emit, void *ctx) {
    return native_run_asking(p, tree, state, emit, ctx, NULL);
}

static val *formula_frame(Prog *p, Root root, const Vid *state, const Vid *target) {
    val *f = new_frame(p, (size_t)root.size);
    if (state) f[F_STATE] = ref(words_of(p, state));
    if (target) f[F_TARGET] = ref(words_of(p, target));
    return f;
}
EXPORT int native_test(Prog *p, int formula, const Vid *state, const Vid *target) {
    Call c;
    ENTER(p, c);
    Root root = p->formulas[formula];
    val *f = formula_frame(p, root, state, target);
    p->run++;
    return left(p, &c, TEST(root.root, f));
}
EXPORT int native_value(Prog *p, int formula, const Vid *state, const Vid *target, Vid *out) {
    Call c;
    ENTER(p, c);
    Root root = p->formulas[formula];
    val *f = formula_frame(p, root, state, target);
    p->run++;
    *out = intern(p, plain(p, EVAL(root.root, f)));
    return left(p, &c, 0);
}

/* Steps into a buffer, for tests and for Python: `width` ids and the action for each; how many there were, or what ended it. */
typedef struct { int32_t *out; int64_t room, n; int width; } Buffer;
static int to_buffer(void *ctx, const Vid *target, int action) {
    Buffer *b = ctx;
    if (b->n < b->room) {
        int32_t *at = b->out + b->n * (b->width + 1);
        memcpy(at, target, sizeof(Vid) * (size_t)b->width);
        at[b->width] = action;
    }
    b->n++;
    return 0;
}
EXPORT int64_t native_steps(Prog *p, int tree, const Vid *state, int32_t *out, int64_t most) {
    Buffer b = {out, most, 0, p->width};
    int r = native_run(p, tree, state, to_buffer, &b);
    return r ? r : b.n;
}

#include "_dag.h"
#include "_fill.h"
#include "_clone.h"
#if __has_include("_walk.h")
#include "_walk.h"
#include "_keyer.h"
#endif

#ifdef WITH_PYTHON
#define PY_SSIZE_T_CLEAN
#include <Python.h>
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_native", "The native interpreter (called through ctypes).", -1, NULL, NULL, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit__native(void) { return PyModule_Create(&module); }
#endif
