/* Functions, EXCEPT, functions by rule, operators as values, calls: the rest of exprs.py, and runtime.py. */
#ifndef MODELCHECK_INTERP_FN_H
#define MODELCHECK_INTERP_FN_H
#include "_interp.h"

/* ---- functions by rule ----
 *
 * O_RULE: node, frame, domain, memo. The node (`e_rule`): kids the domains, then the body; a: self slot or -1, number of
 * binders, for each `is_tuple`, number of slots, the slots; then the slots to capture. Values are kept once computed.
 */
typedef struct { uint32_t mask, n; val kv[]; } Memo;

static void *rule_room(Prog *p, Obj *o, size_t bytes) {
    return o->flags & PERSISTENT ? keep_room(p, bytes) : room(p, bytes);
}
static Memo *new_memo(Prog *p, Obj *o, uint32_t size) {
    Memo *m = rule_room(p, o, sizeof(Memo) + sizeof(val) * 2 * (size_t)size);
    memset(m->kv, 0, sizeof(val) * 2 * (size_t)size);
    m->mask = size - 1;
    m->n = 0;
    return m;
}
static val *memo_at(Memo *m, val x) {
    uint32_t at = home_of(hash_of(x)) & m->mask;
    while (m->kv[2 * at] && !same(m->kv[2 * at], x)) at = (at + 1) & m->mask;
    return &m->kv[2 * at];
}

/* Thunks in a captured frame get frames of their own: the frames they were made in go on changing. */
static val *capture(Prog *p, val *f, const int64_t *slots, int n) {
    val *g = new_frame(p, f[F_SIZE]);
    g[F_STATE] = f[F_STATE];
    g[F_TARGET] = f[F_TARGET];
    for (int i = 0; i < n; i++) {
        val v = f[slots[i]];
        if (is_obj(v) && v && obj(v)->kind == O_THUNK) {
            Obj *t = obj(v);
            if (t->e[2]) v = t->e[2];
            else {
                Node *what = (Node *)(uintptr_t)t->e[0];
                deep(p);
                Obj *c = new_obj(p, O_THUNK, 0, 3);
                c->e[0] = t->e[0];
                c->e[1] = ref(capture(p, (val *)(uintptr_t)t->e[1], what->a, what->na));
                c->e[2] = V_UNSET;
                v = ref(c);
            }
        }
        g[slots[i]] = v;
    }
    return g;
}

static int binders_end(const int64_t *a, int from) { /* where the description of the binders ends; a[from]: how many */
    int at = from + 1;
    for (int64_t b = 0; b < a[from]; b++) at += 2 + (int)a[at + 1];
    return at;
}

static val rule_domain(Prog *p, Node *n, val *f) {
    int nb = (int)n->a[1];
    if (nb == 1) {
        val s = EVAL(n->k[0], f);
        need_set(p, s);
        return s;
    }
    Obj *o = new_lazy(p, O_CROSS, (uint32_t)nb);
    for (int i = 0; i < nb; i++) need_set(p, o->e[i] = EVAL(n->k[i], f));
    return ref(o);
}

static val new_rule(Prog *p, Node *n, val *f, val domain) {
    Obj *o = new_obj(p, O_RULE, 0, 4);
    int end = binders_end(n->a, 1);
    val *g = capture(p, f, n->a + end, n->na - end);
    if (n->a[0] >= 0) g[n->a[0]] = ref(o);
    o->e[0] = ref(n);
    o->e[1] = ref(g);
    o->e[2] = domain;
    o->e[3] = ref(new_memo(p, o, 8));
    return ref(o);
}
static val e_rule(Node *n, val *f) {
    Prog *p = PROG(f);
    return new_rule(p, n, f, rule_domain(p, n, f));
}

/* The argument of a function goes to the slots of its binders: their number, then each of them. */
static void bind_argument(Prog *p, const int64_t *b, val *g, val x) {
    int nb = (int)b[0], at = 1;
    Obj *parts = NULL;
    if (nb > 1) {
        if (!is_kind(x, O_SEQ) || obj(x)->n != (uint32_t)nb) unknown(p);
        parts = obj(x);
    }
    for (int k = 0; k < nb; k++) {
        int64_t is_tuple = b[at], ns = b[at + 1];
        val part = parts ? parts->e[k] : x;
        if (!is_tuple) g[b[at + 2]] = part;
        else {
            if (!is_kind(part, O_SEQ) || obj(part)->n != (uint32_t)ns) unknown(p);
            for (int64_t i = 0; i < ns; i++) g[b[at + 2 + i]] = obj(part)->e[i];
        }
        at += 2 + (int)ns;
    }
}

static val seen_apply(Prog *p, Obj *o, val x);

static val rule_apply(Prog *p, Obj *o, val x) {
    x = plain(p, x);
    if (UNLIKELY(!o->e[0])) return seen_apply(p, o, x);
    Memo *m = (Memo *)(uintptr_t)o->e[3];
    val *kv = memo_at(m, x);
    if (kv[0]) return kv[1];
    if (!contains(p, x, o->e[2])) unknown(p);
    deep(p);
    burn(p, 8);
    Node *n = (Node *)(uintptr_t)o->e[0];
    val *g = copy_frame(p, (val *)(uintptr_t)o->e[1]);
    g[F_PROG] = ref(p);
    bind_argument(p, n->a + 1, g, x);
    val v = EVAL(n->k[n->nk - 1], g);
    if (o->flags & PERSISTENT) {
        if (!can_persist(v)) return v;
        x = persist(p, x);
        v = persist_any(p, v);
    } else p->escapes++;
    m = (Memo *)(uintptr_t)o->e[3]; /* the body may have added to it */
    if ((m->n + 1) * 3 > m->mask * 2) {
        Memo *more = new_memo(p, o, (m->mask + 1) * 2);
        for (uint32_t i = 0; i <= m->mask; i++)
            if (m->kv[2 * i]) {
                val *to = memo_at(more, m->kv[2 * i]);
                to[0] = m->kv[2 * i];
                to[1] = m->kv[2 * i + 1];
            }
        more->n = m->n;
        m = more;
        o->e[3] = ref(m);
    }
    kv = memo_at(m, x);
    if (!kv[0]) m->n++;
    kv[0] = x;
    kv[1] = v;
    return v;
}

/* A function on a written set with these values: a sequence if the set is 1..n. */
static Obj *fn_over(Prog *p, val domain) {
    Obj *keys = obj(domain);
    return is_first_numbers(keys) ? new_seq(p, keys->n) : new_fn(p, domain, keys->n);
}

static val rule_written(Prog *p, val v) {
    Obj *o = obj(v);
    if (!o->e[0]) return seen_whole(p, v);
    val domain = forced(p, o->e[2]);
    Obj *keys = obj(domain);
    if (!keys->n) return p->empty_seq;
    Obj *f = fn_over(p, domain);
    val *e = values(f);
    for (uint32_t i = 0; i < keys->n; i++) e[i] = plain(p, rule_apply(p, o, keys->e[i]));
    return ref(f);
}

/* The slots that a function, or a set, by rule has captured. */
static int captured_slots(Obj *o, const int64_t **slots) {
    Node *n = (Node *)(uintptr_t)o->e[0];
    int end = binders_end(n->a, o->kind == O_RULE);
    *slots = n->a + end;
    return n->na - end;
}
static int rule_can_persist(Obj *o) {
    if (!o->e[0]) return 0;
    const int64_t *slots;
    int n = captured_slots(o, &slots);
    val *f = (val *)(uintptr_t)o->e[1];
    for (int i = 0; i < n; i++) {
        val v = f[slots[i]];
        if (v && (is_kind(v, O_RULE) || is_kind(v, O_RULESET) || !can_persist(v))) return 0;
    }
    return can_persist(o->e[2]);
}

/* A constant function or set by rule: nothing that changes is in its frame. */
static val persist_rule(Prog *p, val v) {
    Obj *o = obj(v);
    val *f = (val *)(uintptr_t)o->e[1];
    size_t size = f[F_SIZE];
    Obj *c = keep_room(p, sizeof(Obj) + sizeof(val) * 4);
    *c = *o;
    c->flags = PERSISTENT;
    val *g = keep_room(p, sizeof(val) * size);
    memset(g, 0, sizeof(val) * size);
    g[F_PROG] = ref(p);
    g[F_SIZE] = size;
    const int64_t *slots;
    int n = captured_slots(o, &slots);
    for (int i = 0; i < n; i++)
        if (f[slots[i]]) g[slots[i]] = persist_any(p, f[slots[i]]);
    int64_t self = o->kind == O_RULE ? ((Node *)(uintptr_t)o->e[0])->a[0] : -1;
    if (self >= 0) g[self] = ref(c);
    c->e[0] = o->e[0];
    c->e[1] = ref(g);
    c->e[2] = persist_any(p, o->e[2]);
    c->e[3] = o->kind == O_RULE ? ref(new_memo(p, c, 8)) : V_UNSET;
    return ref(c);
}

/* `{x \in S : p}` that is not built: O_RULESET of node (kids: base, test), frame, base, what it is once it was written out. */
static val new_rule_set(Prog *p, Node *n, val *f, val base) {
    Obj *o = new_obj(p, O_RULESET, 0, 4);
    int end = binders_end(n->a, 0);
    o->e[0] = ref(n);
    o->e[1] = ref(capture(p, f, n->a + end, n->na - end));
    o->e[2] = base;
    o->e[3] = V_UNSET;
    return ref(o);
}
static int rule_set_has(Prog *p, Obj *s, val v) {
    v = unseen(p, v);
    if (!contains(p, v, s->e[2])) return 0;
    Node *n = (Node *)(uintptr_t)s->e[0];
    val *g = copy_frame(p, (val *)(uintptr_t)s->e[1]);
    deep(p);
    bind_argument(p, n->a, g, v);
    return TEST(n->k[1], g);
}

/* ---- application ---- */

/* Where composite arguments stood in persistent domains, by hash: finding them by order takes many comparisons. */
typedef struct { Obj *keys; uint32_t place; } Place;
enum { PLACES = 256, PLACES_LEAST = 4 };
static int64_t place_known(Prog *p, Obj *keys, val x) {
    if (!p->places) {
        p->places = keep_room(p, sizeof(Place) * PLACES);
        memset(p->places, 0, sizeof(Place) * PLACES);
    }
    Place *at = (Place *)p->places + (home_of(hash_of(x)) ^ (uint32_t)((uintptr_t)keys >> 5)) % PLACES;
    if (at->keys == keys && same(keys->e[at->place], x)) return at->place;
    int64_t i = find_in(p, keys, x);
    if (i >= 0) *at = (Place){keys, (uint32_t)i};
    return i;
}
static inline int64_t place_of(Prog *p, Node *n, Obj *f, val x) {
    if (f->kind == O_SEQ) {
        int64_t i = int_of(x);
        return is_int(x) && i > 0 && i <= (int64_t)f->n ? i - 1 : -1;
    }
    Obj *keys = obj(f->e[0]);
    if (n && n->key == f->e[0] && keys->e[n->place] == x) return n->place;
    x = plain(p, x);
    int64_t i = is_obj(x) && keys->n >= PLACES_LEAST && (keys->flags & PERSISTENT) ? place_known(p, keys, x) : find_in(p, keys, x);
    if (n && i >= 0 && (keys->flags & PERSISTENT)) {
        n->key = f->e[0];
        n->place = (uint32_t)i;
    }
    return i;
}
static val seen_apply(Prog *p, Obj *o, val x) {
    int64_t i = place_of(p, NULL, obj(o->e[1]), x);
    if (i < 0) unknown(p);
    return seen_place(p, ref(o), (int32_t)i);
}
static inline val apply(Prog *p, Node *n, val f, val x) {
    if (UNLIKELY(!is_obj(f))) unknown(p);
    Obj *o = obj(f);
    if (LIKELY(o->kind == O_SEQ || o->kind == O_FN)) {
        int64_t i = place_of(p, n, o, x);
        if (UNLIKELY(i < 0)) unknown(p);
        return values(o)[i];
    }
    if (o->kind == O_RULE) return rule_apply(p, o, x);
    unknown(p);
}
static val e_apply(Node *n, val *f) {
    val fn = EVAL(n->k[0], f);
    return apply(PROG(f), n, fn, EVAL(n->k[1], f));
}
/* `r.name`: the name is the constant. */
static val e_field(Node *n, val *f) {
    val r = EVAL(n->k[0], f);
    if (LIKELY(is_kind(r, O_FN) && obj(r)->e[0] == n->key)) return obj(r)->e[1 + n->place];
    return apply(PROG(f), n, r, n->c);
}
/* `[x \in S |-> e][y]`: only the value that is asked for. Kids: the function's node (`e_rule`'s form), the argument. */
static val e_applied_rule(Node *n, val *f) {
    Prog *p = PROG(f);
    Node *rule = n->k[0];
    val domain = rule_domain(p, rule, f), x = plain(p, EVAL(n->k[1], f));
    if (!contains(p, x, domain)) unknown(p);
    bind_argument(p, rule->a + 1, f, x);
    return EVAL(rule->k[rule->nk - 1], f);
}
static val e_domain(Node *n, val *f) {
    Prog *p = PROG(f);
    val v = EVAL(n->k[0], f);
    if (is_kind(v, O_RULE)) return obj(v)->e[0] ? obj(v)->e[2] : seen_place(p, v, SPOT_SHAPE);
    if (!is_fn(v)) unknown(p);
    return domain_of(p, v);
}

/* ---- EXCEPT: a: how many, then for each the length of its path and the slot of `@`; kids: function, then paths, value --- */

static val changed(Prog *p, val fn, uint32_t i, val v) {
    Obj *o = obj(fn);
    uint32_t words = o->kind == O_FN ? o->n + 1 : o->n;
    Obj *c = new_obj(p, o->kind, o->n, words);
    memcpy(c->e, o->e, sizeof(val) * words);
    values(c)[i] = v;
    return ref(c);
}
static val update(Prog *p, Node *n, val *f, val fn, int kid, int64_t left, int64_t slot) {
    val x = EVAL(n->k[kid], f);
    if (is_kind(fn, O_RULE)) fn = written(p, fn);
    if (UNLIKELY(!is_fn(fn))) unknown(p);
    int64_t i = place_of(p, NULL, obj(fn), x);
    if (i < 0) {
        contains(p, x, domain_of(p, fn)); /* unknown if it cannot be compared with the arguments */
        return fn;
    }
    val old = values(obj(fn))[i], v;
    if (left > 1) v = update(p, n, f, old, kid + 1, left - 1, slot);
    else {
        f[slot] = old;
        v = plain(p, EVAL(n->k[kid + 1], f));
    }
    return v == old ? fn : changed(p, fn, (uint32_t)i, v);
}
static val e_except(Node *n, val *f) {
    Prog *p = PROG(f);
    val fn = EVAL(n->k[0], f);
    int kid = 1;
    for (int64_t u = 0; u < n->a[0]; u++) {
        int64_t length = n->a[1 + 2 * u];
        fn = update(p, n, f, fn, kid, length, n->a[2 + 2 * u]);
        kid += (int)length + 1;
    }
    return fn;
}

/* ---- operators ---- */

enum { PASS_VALUE, PASS_SLOT, PASS_THUNK };

/* What is passed for an argument: its value where that costs nothing, a parameter as it is, else a thunk. */
static inline val passed(Prog *p, Node *arg, int64_t how, val *f) {
    if (how == PASS_VALUE) return EVAL(arg, f);
    if (how == PASS_SLOT) return f[arg->a[0]];
    Obj *t = new_obj(p, O_THUNK, 0, 3);
    t->e[0] = ref(arg);
    t->e[1] = ref(f);
    t->e[2] = V_UNSET;
    return ref(t);
}
static val e_operator(Node *n, val *f) { /* a: slots; kid: body */
    Obj *o = new_obj(PROG(f), O_OPERATOR, 0, 2);
    o->e[0] = ref(n);
    o->e[1] = ref(f);
    return ref(o);
}
static val call_operator(Prog *p, val op, const val *args, int n) {
    if (!is_kind(op, O_OPERATOR)) unknown(p);
    Node *node = (Node *)(uintptr_t)obj(op)->e[0];
    val *f = (val *)(uintptr_t)obj(op)->e[1];
    if (node->na != n) unknown(p);
    for (int i = 0; i < n; i++)
        if (is_kind(args[i], O_THUNK)) { /* forcing it may come back here: a frame of its own */
            f = copy_frame(p, f);
            break;
        }
    for (int i = 0; i < n; i++) f[node->a[i]] = args[i];
    deep(p);
    burn(p, 4);
    return EVAL(node->k[0], f);
}
static val e_call_operator(Node *n, val *f) { /* a: slot, how each is passed */
    Prog *p = PROG(f);
    val args[8];
    if (n->nk > 8) unknown(p);
    for (int i = 0; i < n->nk; i++) args[i] = passed(p, n->k[i], n->a[1 + i], f);
    val op = f[n->a[0]];
    if (!op) unknown(p);
    return call_operator(p, op, args, n->nk);
}
/* A recursive operator: kid 0 a node with the body as its kid; a: for each argument its slot, how it is passed. */
static val *called(Node *n, val *f) {
    Prog *p = PROG(f);
    deep(p);
    burn(p, 8);
    val *g = copy_frame(p, f);
    for (int i = 1; i < n->nk; i++) g[n->a[2 * (i - 1)]] = passed(p, n->k[i], n->a[2 * (i - 1) + 1], f);
    return g;
}
static val e_call(Node *n, val *f) { val *g = called(n, f); return EVAL(n->k[0]->k[0], g); }
static int t_call(Node *n, val *f) { val *g = called(n, f); return TEST(n->k[0]->k[0], g); }
#endif
