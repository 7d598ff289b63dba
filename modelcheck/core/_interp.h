/* The interpreter's nodes, and the ops that need no loop: the counterpart of modelcheck/engine/exprs.py.
 *
 * A node has up to three functions: `eval` gives a value, `test` a truth, `run` (action trees, _interp_steps.h) goes on
 * and gives nonzero to stop. A frame is an array: the states' words, the program, its size, then the slots that the ops
 * name. What each op means is told in modelcheck/ir/ops.py.
 *
 * `p->escapes` counts what is kept from inside a loop's body for longer than an iteration (lazy slots, values known
 * already): where it has not changed, the arena is set back after the iteration.
 */
#ifndef MODELCHECK_INTERP_H
#define MODELCHECK_INTERP_H
#include "_interp_seen.h"

typedef val (*EvalFn)(Node *n, val *f);
typedef int (*TestFn)(Node *n, val *f);
typedef int (*RunFn)(Node *n, val *f);

struct Node {
    EvalFn eval;
    TestFn test;
    RunFn run;
    Node **k;
    int64_t *a;
    val c;          /* a constant; a value kept */
    val key;        /* of the function applied last: its domain, if that is persistent … */
    uint32_t place; /* … and the place found in it */
    int32_t nk, na;
    int32_t i0;     /* a[0], at hand */
    const char *name;
};

enum { F_STATE, F_TARGET, F_PROG, F_SIZE, F_LOCALS };
#define PROG(f) ((Prog *)(uintptr_t)(f)[F_PROG])
#define STATE_OF(f, which) ((val *)(uintptr_t)(f)[which])
#define EVAL(n, f) ((n)->eval((n), (f)))
#define TEST(n, f) ((n)->test((n), (f)))
#define RUN(n, f) ((n)->run((n), (f)))

static int t_eval(Node *n, val *f) {
    val v = EVAL(n, f);
    if (v == V_TRUE) return 1;
    if (UNLIKELY(v != V_FALSE)) unknown(PROG(f));
    return 0;
}
static val e_test(Node *n, val *f) { return BOOL(TEST(n, f)); }

static val *new_frame(Prog *p, size_t size) {
    val *f = room(p, sizeof(val) * size);
    memset(f, 0, sizeof(val) * size);
    f[F_PROG] = ref(p);
    f[F_SIZE] = size;
    return f;
}
static val *copy_frame(Prog *p, val *f) {
    val *g = room(p, sizeof(val) * f[F_SIZE]);
    memcpy(g, f, sizeof(val) * f[F_SIZE]);
    return g;
}

/* ---- leaves ---- */

static val e_const(Node *n, val *f) { (void)f; return n->c; }
static val e_fail(Node *n, val *f) {
    unknown_at(PROG(f), n->name, 0);
}
static int r_fail(Node *n, val *f) {
    unknown_at(PROG(f), n->name, 0);
}
static inline val read_var(int64_t i, val *f) {
    Prog *p = PROG(f);
    if (UNLIKELY(!f[F_STATE])) unknown(p);
    val v = STATE_OF(f, F_STATE)[i];
    if (UNLIKELY(!v)) unknown(p);
    if (UNLIKELY(!(p->reads >> (i & 63) & 1))) return first_read(p, (int32_t)i, v);
    return v;
}
static val e_var(Node *n, val *f) { return read_var(n->i0, f); }
static val e_next(Node *n, val *f) {
    Prog *p = PROG(f);
    if (UNLIKELY(!f[F_TARGET])) unknown(p);
    val v = STATE_OF(f, F_TARGET)[n->i0];
    if (UNLIKELY(!v)) unknown(p);
    if (UNLIKELY((p->kept_vars & ~p->reads) >> (n->i0 & 63) & 1)) note_read(p, n->i0);
    return v;
}
static val e_local(Node *n, val *f) { return f[n->i0]; }

static inline int is_new(val v) { return is_obj(v) && v && !(obj(v)->flags & PERSISTENT); }

/* Also for what several ops share: one value for each state. */
static val e_lazy(Node *n, val *f) {
    val v = f[n->i0];
    if (!v) {
        v = EVAL(n->k[0], f);
        f[n->i0] = v;
        if (is_new(v)) PROG(f)->escapes++;
    }
    return v;
}
static int t_lazy(Node *n, val *f) {
    val v = f[n->a[0]];
    if (!v) {
        int yes = TEST(n->k[0], f);
        f[n->a[0]] = BOOL(yes);
        return yes;
    }
    if (v == V_TRUE) return 1;
    if (v != V_FALSE) unknown(PROG(f));
    return 0;
}

/* A thunk: what to evaluate (a node with the slots it reads, and the expression), its frame, its value. */
static val force_thunk(Prog *p, Obj *t) {
    if (!t->e[2]) {
        deep(p);
        t->e[2] = EVAL(((Node *)(uintptr_t)t->e[0])->k[0], (val *)(uintptr_t)t->e[1]);
        p->escapes++;
    }
    return t->e[2];
}
static val e_param(Node *n, val *f) {
    val v = f[n->a[0]];
    if (is_obj(v) && v && obj(v)->kind == O_THUNK) {
        Prog *p = PROG(f);
        v = f[n->a[0]] = force_thunk(p, obj(v));
        if (is_new(v)) p->escapes++;
    }
    return v;
}

/* Lazy slots are empty before and after: what they held does not outlive the body. */
static inline void clear_before(Node *n, val *f) {
    for (int i = 0; i < n->na; i++) f[n->a[i]] = V_UNSET;
}
static inline void clear_after(Node *n, val *f) {
    for (int i = 0; i < n->na; i++) {
        if (is_new(f[n->a[i]])) PROG(f)->escapes--;
        f[n->a[i]] = V_UNSET;
    }
}
static val e_clear(Node *n, val *f) {
    clear_before(n, f);
    val v = EVAL(n->k[0], f);
    clear_after(n, f);
    return v;
}
static int t_clear(Node *n, val *f) {
    clear_before(n, f);
    int yes = TEST(n->k[0], f);
    clear_after(n, f);
    return yes;
}

static int rule_can_persist(Obj *o);
static int can_persist(val v) {
    if (!is_obj(v) || obj(v)->kind <= O_FN) return 1;
    if (obj(v)->kind == O_RULE || obj(v)->kind == O_RULESET) return rule_can_persist(obj(v));
    if (obj(v)->kind > O_RULESET) return 0;
    for (uint32_t i = 0; i < obj(v)->n; i++)
        if (!can_persist(obj(v)->e[i])) return 0;
    return 1;
}
/* A constant: evaluated once. a[0]: the size of a frame of its own, or 0. */
static val e_once(Node *n, val *f) {
    if (LIKELY(n->c)) return n->c;
    Prog *p = PROG(f);
    val *own = n->a[0] ? new_frame(p, (size_t)n->a[0]) : f;
    val v = EVAL(n->k[0], own);
    if (can_persist(v)) {
        v = n->c = persist_any(p, v);
        n->eval = e_const;
    }
    return v;
}
static int t_once(Node *n, val *f) {
    if (!n->c) n->c = BOOL(TEST(n->k[0], f));
    return n->c == V_TRUE;
}
static val e_force(Node *n, val *f) {
    val v = EVAL(n->k[0], f);
    return is_kind(v, O_RULE) ? written(PROG(f), v) : v;
}

/* ---- logic ---- */

static int t_and(Node *n, val *f) {
    for (int i = 0; i < n->nk; i++)
        if (!TEST(n->k[i], f)) return 0;
    return 1;
}
static int t_or(Node *n, val *f) {
    for (int i = 0; i < n->nk; i++)
        if (TEST(n->k[i], f)) return 1;
    return 0;
}
static int t_not(Node *n, val *f) { return !TEST(n->k[0], f); }
static int t_implies(Node *n, val *f) { return !TEST(n->k[0], f) || TEST(n->k[1], f); }
static int t_equiv(Node *n, val *f) {
    int a = TEST(n->k[0], f);
    return a == TEST(n->k[1], f);
}
static int t_eq(Node *n, val *f) {
    val a = EVAL(n->k[0], f), b = EVAL(n->k[1], f);
    if (a == b) return 1;
    if ((is_int(a) && is_int(b)) || (is_string(a) && is_string(b))) return 0;
    return equal(PROG(f), a, b);
}
static int t_neq(Node *n, val *f) { return !t_eq(n, f); }
static val e_if(Node *n, val *f) { return TEST(n->k[0], f) ? EVAL(n->k[1], f) : EVAL(n->k[2], f); }
static int t_if(Node *n, val *f) { return TEST(n->k[0], f) ? TEST(n->k[1], f) : TEST(n->k[2], f); }
static Node *case_arm(Node *n, val *f) { /* guard, value, guard, value, …, maybe other */
    int i = 0;
    for (; i + 1 < n->nk; i += 2)
        if (TEST(n->k[i], f)) return n->k[i + 1];
    if (i == n->nk) unknown(PROG(f));
    return n->k[i];
}
static val e_case(Node *n, val *f) { Node *arm = case_arm(n, f); return EVAL(arm, f); }
static int t_case(Node *n, val *f) { Node *arm = case_arm(n, f); return TEST(arm, f); }

/* ---- arithmetic ---- */

static inline int64_t number(Node *n, val *f) {
    val v = EVAL(n, f);
    if (UNLIKELY(!is_int(v))) unknown(PROG(f));
    return int_of(v);
}
static val e_plus(Node *n, val *f) { int64_t a = number(n->k[0], f); return new_int(PROG(f), a + number(n->k[1], f)); }
static val e_less(Node *n, val *f) { int64_t a = number(n->k[0], f); return new_int(PROG(f), a - number(n->k[1], f)); }
static val e_times(Node *n, val *f) {
    int64_t a = number(n->k[0], f), b = number(n->k[1], f), c;
    if (__builtin_mul_overflow(a, b, &c)) unknown(PROG(f));
    return new_int(PROG(f), c);
}
static val e_negative(Node *n, val *f) { return new_int(PROG(f), -number(n->k[0], f)); }
static val e_div(Node *n, val *f) {
    int64_t a = number(n->k[0], f), b = number(n->k[1], f);
    if (!b) unknown(PROG(f));
    int64_t q = a / b;
    return new_int(PROG(f), q - (a % b != 0 && ((a < 0) != (b < 0))));
}
static val e_mod(Node *n, val *f) {
    int64_t a = number(n->k[0], f), b = number(n->k[1], f);
    if (b <= 0) unknown(PROG(f));
    int64_t r = a % b;
    return raw_int(r < 0 ? r + b : r);
}
static val e_power(Node *n, val *f) {
    int64_t a = number(n->k[0], f), b = number(n->k[1], f), c = 1;
    if (b < 0 || (!a && !b)) unknown(PROG(f));
    if (a == 0 || a == 1) return raw_int(b ? a : 1);
    if (a == -1) return raw_int(b & 1 ? -1 : 1);
    for (; b > 0; b--)
        if (__builtin_mul_overflow(c, a, &c)) unknown(PROG(f));
    return new_int(PROG(f), c);
}
static int t_lt(Node *n, val *f) { int64_t a = number(n->k[0], f); return a < number(n->k[1], f); }
static int t_le(Node *n, val *f) { int64_t a = number(n->k[0], f); return a <= number(n->k[1], f); }
static int t_gt(Node *n, val *f) { int64_t a = number(n->k[0], f); return a > number(n->k[1], f); }
static int t_ge(Node *n, val *f) { int64_t a = number(n->k[0], f); return a >= number(n->k[1], f); }
static val e_interval(Node *n, val *f) {
    int64_t a = number(n->k[0], f), b = number(n->k[1], f);
    return new_interval(PROG(f), a, b);
}

/* ---- sets ---- */

static val e_setenum(Node *n, val *f) {
    Prog *p = PROG(f);
    if (!n->nk) return p->empty_set;
    if (n->nk == 1) {
        val v = plain(p, EVAL(n->k[0], f));
        Obj *o = new_set(p, 1);
        o->e[0] = v;
        return ref(o);
    }
    val *e = room(p, sizeof(val) * (size_t)n->nk);
    for (int i = 0; i < n->nk; i++) e[i] = EVAL(n->k[i], f);
    return set_of(p, e, (uint32_t)n->nk);
}
static int t_in(Node *n, val *f) {
    Node *right = n->k[1];
    if (right->eval == e_interval) { /* not even made */
        val v = EVAL(n->k[0], f);
        int64_t a = number(right->k[0], f), b = number(right->k[1], f);
        if (is_int(v)) return a <= int_of(v) && int_of(v) <= b;
        return b < a ? 0 : not_of_kind(PROG(f), v);
    }
    if (right->eval == e_setenum && right->nk == 2) {
        val v = EVAL(n->k[0], f), a = EVAL(right->k[0], f), b = EVAL(right->k[1], f);
        if ((is_int(v) && is_int(a) && is_int(b)) || (is_string(v) && is_string(a) && is_string(b))) return v == a || v == b;
        val two[2] = {a, b};
        return contains(PROG(f), v, set_of(PROG(f), two, 2));
    }
    val v = EVAL(n->k[0], f);
    return contains(PROG(f), v, EVAL(right, f));
}
static int t_notin(Node *n, val *f) { return !t_in(n, f); }
static int t_subseteq(Node *n, val *f) {
    val a = EVAL(n->k[0], f);
    return subseteq(PROG(f), a, EVAL(n->k[1], f));
}
static val e_cup(Node *n, val *f) { val a = EVAL(n->k[0], f); return cup(PROG(f), a, EVAL(n->k[1], f)); }
static val e_cap(Node *n, val *f) { val a = EVAL(n->k[0], f); return cap(PROG(f), a, EVAL(n->k[1], f)); }
static val e_minus(Node *n, val *f) { val a = EVAL(n->k[0], f); return minus(PROG(f), a, EVAL(n->k[1], f)); }

/* `S \ {x}` of values that are persistent: remembered, and persistent, too, so that a recursion over the elements of a set
 * makes each of its parts once. Where few lookups hit, the node becomes an ordinary one. */
typedef struct { uint32_t tries, hits; val slots[][3]; } Lessened;
enum { LESSENED = 1024, LESSENED_WINDOW = 2048 };
static val e_lessened(Node *n, val *f) {
    Prog *p = PROG(f);
    val a = EVAL(n->k[0], f), v = plain(p, EVAL(n->k[1]->k[0], f));
    Obj *one = new_set(p, 1);
    one->e[0] = v;
    if (!is_kind(a, O_SET) || is_new(a) || is_new(v)) return minus(p, a, ref(one));
    Lessened *m = (Lessened *)(uintptr_t)n->c;
    if (!m) {
        m = keep_room(p, sizeof(Lessened) + sizeof(m->slots[0]) * LESSENED);
        memset(m, 0, sizeof(Lessened) + sizeof(m->slots[0]) * LESSENED);
        n->c = ref(m);
    }
    if (++m->tries == LESSENED_WINDOW) {
        if (m->hits < LESSENED_WINDOW / 2) n->eval = e_minus;
        m->tries = m->hits = 0;
    }
    val *slot = m->slots[((a ^ v << 7) * 0x9E3779B97F4A7C15ull) >> 54];
    if (slot[0] == a && slot[1] == v) { m->hits++; return slot[2]; }
    val made = persist(p, minus(p, a, ref(one)));
    slot[0] = a;
    slot[1] = v;
    return slot[2] = made;
}
static val e_union(Node *n, val *f) { return big_union(PROG(f), EVAL(n->k[0], f)); }
static val e_union_of(Node *n, val *f) { /* UNION {A, B}: one of them may be infinite */
    Prog *p = PROG(f);
    val all = EVAL(n->k[0], f);
    need_set(p, all);
    for (int i = 1; i < n->nk; i++) all = cup(p, all, EVAL(n->k[i], f));
    return all;
}
static val lazy_one(Prog *p, int kind, val base) {
    need_set(p, base);
    Obj *o = new_lazy(p, kind, 1);
    o->e[0] = base;
    return ref(o);
}
static val e_powerset(Node *n, val *f) { return lazy_one(PROG(f), O_POWER, EVAL(n->k[0], f)); }
static val e_fnset(Node *n, val *f) {
    Prog *p = PROG(f);
    val a = EVAL(n->k[0], f), b = EVAL(n->k[1], f);
    need_set(p, a);
    need_set(p, b);
    return lazy_pair(p, O_FNSET, a, b);
}
static val e_cross(Node *n, val *f) {
    Prog *p = PROG(f);
    Obj *o = new_lazy(p, O_CROSS, (uint32_t)n->nk);
    for (int i = 0; i < n->nk; i++) need_set(p, o->e[i] = EVAL(n->k[i], f));
    return ref(o);
}
/* The names in order are the constant, the kids stand in that order. */
static val e_recordset(Node *n, val *f) {
    Prog *p = PROG(f);
    Obj *o = new_lazy(p, O_RECSET, (uint32_t)n->nk + 1);
    o->e[0] = n->c;
    for (int i = 0; i < n->nk; i++) need_set(p, o->e[i + 1] = EVAL(n->k[i], f));
    return ref(o);
}

/* ---- tuples, records ---- */

static val e_tuple(Node *n, val *f) {
    Prog *p = PROG(f);
    if (!n->nk) return p->empty_seq;
    Obj *o = new_seq(p, (uint32_t)n->nk);
    for (int i = 0; i < n->nk; i++) o->e[i] = plain(p, EVAL(n->k[i], f));
    return ref(o);
}
static val e_record(Node *n, val *f) {
    Prog *p = PROG(f);
    Obj *o = new_fn(p, n->c, (uint32_t)n->nk);
    for (int i = 0; i < n->nk; i++) o->e[i + 1] = plain(p, EVAL(n->k[i], f));
    return ref(o);
}
#endif
