/* States of the table search as the interpreter sees them: packed words, read part by part, with what was read noted.
 *
 * The counterpart of modelcheck/engine/views.py and tracked.py. A part of a state is a leaf (a number in its own list of
 * values), a function of fixed domain, or a set (a bit for each element met so far). Nodes whose names begin with `v_`
 * may give a view (O_FNVIEW, O_SETVIEW: part, side), a view with changes (O_FNOVER: part, side, then the new values or
 * none; O_SETOVER: part, side, added, removed) or what `@` stands for (O_PENDING: a view, a place); every other node is
 * given values, because `v_value` stands between. What has no place in the layout yet is unknown here.
 */
#ifndef MODELCHECK_INTERP_VIEWS_H
#define MODELCHECK_INTERP_VIEWS_H
#include "_interp_memo.h"
#include "_interp_steps.h"

#define V_KEEP ((val)11) /* what an unchanged variable's next value is */

enum { PART_LEAF, PART_FN, PART_SET };
typedef struct {
    int32_t kind, n;      /* of a leaf its values, of a function its parts, of a set its elements */
    int32_t word, shift;  /* a leaf's place */
    uint64_t bits;
    val domain;           /* a function's; V_UNSET: 1..n */
    int32_t *parts;       /* in the order of the domain */
    val *values;          /* by number; V_UNSET where the interpreter cannot hold one */
    int32_t *at;          /* a set's: 64 * word + shift of each element's bit */
    int32_t *order;       /* a set's elements in their own order */
    int32_t room;
    Vid *ids;             /* open addressing: ids, and the numbers they have */
    int32_t *numbers;
    uint32_t mask;
    int32_t asked;        /* ids among them that have no number yet: see `fill_misfits` */
    int uniform, is_ordered;
    int strange;          /* a leaf's: some of its values have no word here */
} Part;

enum { PIN_NONE, PIN_SKIP, PIN_STOP, PIN_ARM, PIN_EACH, PIN_WAY };
typedef struct { int how, arg; const int64_t *values; } Pin;

typedef struct {
    int64_t *data;        /* see fill_instance */
    uint64_t *spoken;     /* sets of whose universe its rows say something, as bits by part */
    uint32_t misses, unknown;
    uint32_t bits;        /* of its widest key */
    uint32_t action;      /* 1 + the one taken last */
    double seconds;
} Filled;

typedef struct Fill {
    Prog *p;
    Part *parts;
    int32_t *roots;       /* of the variables */
    int32_t n_parts, width;
    const uint64_t *s[2]; /* the state, the next one */
    uint64_t *mask;       /* bits read of both */
    Filled *list[3];
    int32_t n[3];
    Pin *pins;
    int32_t n_pins;
    uint64_t *spoken;
    int stopped;          /* at the end of a gate */
    uint64_t *row, *clear, *put;
    int64_t row_n, row_room, last; /* `last`: where the last outcome begins */
    uint64_t *pair;
    int32_t *key_words;
    uint64_t *key_bits;
    uint64_t *taken;
    int32_t n_actions;
    int gives;            /* values may get numbers here (_given.h): these have */
    uint32_t *given;
    int32_t given_n, given_room;
    uint64_t misses, left, version; /* `version`: of the places, and the sets' elements */
    uint32_t bits;        /* of the last key */
    uint64_t **met;       /* ids that `fill_misfits` has met, as bits, for each variable */
    uint32_t met_room;
    int met_n;            /* variables; the program may be gone when this is freed */
    double seconds, unlooked;
} Fill;

static inline int is_view(val v) { return is_obj(v) && v && obj(v)->kind >= O_FNVIEW; }
static inline int32_t view_part(val v) { return (int32_t)int_of(obj(v)->e[0]); }
static inline int view_side(val v) { return (int)int_of(obj(v)->e[1]); }
#define FILL(p) ((Fill *)(p)->fill)

/* ---- reading ---- */

static val view_of(Prog *p, int32_t part, int side) {
    Fill *g = FILL(p);
    Part *q = &g->parts[part];
    if (q->kind == PART_LEAF) {
        g->mask[side * g->width + q->word] |= q->bits;
        uint64_t number = (g->s[side][q->word] & q->bits) >> q->shift;
        if (number >= (uint64_t)q->n || !q->values[number]) unknown(p);
        return q->values[number];
    }
    Obj *o = new_obj(p, q->kind == PART_FN ? O_FNVIEW : O_SETVIEW, 0, 2);
    o->e[0] = raw_int(part);
    o->e[1] = raw_int(side);
    return ref(o);
}

static inline int has_bit(Fill *g, Part *q, int32_t i, int side) { return g->s[side][q->at[i] >> 6] >> (q->at[i] & 63) & 1; }
static inline void note_bit(Fill *g, Part *q, int32_t i, int side) {
    g->mask[side * g->width + (q->at[i] >> 6)] |= 1ULL << (q->at[i] & 63);
}
static inline void speak_of(Fill *g, int32_t part) { g->spoken[part >> 6] |= 1ULL << (part & 63); }

/* The value at a place of a function view, itself maybe a view. */
static val fn_at(Prog *p, val v, int64_t i) {
    Obj *o = obj(v);
    if (o->kind == O_FNOVER && o->e[2 + i]) return o->e[2 + i];
    return view_of(p, FILL(p)->parts[view_part(v)].parts[i], view_side(v));
}
static inline int is_fn_view(val v) { return is_view(v) && (obj(v)->kind == O_FNVIEW || obj(v)->kind == O_FNOVER); }
static inline int is_set_view(val v) { return is_view(v) && (obj(v)->kind == O_SETVIEW || obj(v)->kind == O_SETOVER); }

static inline val settled_value(Prog *p, val v) { /* what `@` stands for, once it is used */
    while (is_view(v) && obj(v)->kind == O_PENDING) v = fn_at(p, obj(v)->e[0], int_of(obj(v)->e[1]));
    return v;
}

/* The elements of a set that are members of a selection (`matters` NULL: all), all of whose bits count as read. */
static val set_among(Prog *p, int32_t part, int side, const uint8_t *matters) {
    Fill *g = FILL(p);
    Part *q = &g->parts[part];
    if (!q->is_ordered) unknown(p);
    speak_of(g, part);
    uint32_t m = 0;
    for (int32_t k = 0; k < q->n; k++) {
        int32_t i = q->order[k];
        if (matters && !matters[i]) continue;
        note_bit(g, q, i, side);
        m += (uint32_t)has_bit(g, q, i, side);
    }
    if (!m) return p->empty_set;
    Obj *o = new_set(p, m);
    m = 0;
    for (int32_t k = 0; k < q->n; k++) {
        int32_t i = q->order[k];
        if ((matters && !matters[i]) || !has_bit(g, q, i, side)) continue;
        if (!(o->e[m++] = q->values[i])) unknown(p);
    }
    return ref(o);
}

/* The value of what may be a view: all of it counts as read. */
static val view_forced(Prog *p, val v) {
    v = settled_value(p, v);
    if (!is_view(v)) return v;
    Obj *o = obj(v);
    if (o->kind == O_SETVIEW) return set_among(p, view_part(v), view_side(v), NULL);
    if (o->kind == O_SETOVER) {
        val base = set_among(p, view_part(v), view_side(v), NULL);
        return cup(p, minus(p, base, o->e[3]), o->e[2]);
    }
    deep(p);
    Part *q = &FILL(p)->parts[view_part(v)];
    int32_t n = q->n;
    Obj *f = q->domain ? new_fn(p, q->domain, (uint32_t)n) : new_seq(p, (uint32_t)n);
    for (int32_t i = 0; i < n; i++) values(f)[i] = plain(p, fn_at(p, v, i));
    return ref(f);
}

static int64_t place_in(Prog *p, Node *n, Part *q, val x) { /* of an argument in a function's domain, or -1 */
    if (!q->domain) return is_int(x) && int_of(x) > 0 && int_of(x) <= q->n ? int_of(x) - 1 : -1;
    Obj *keys = obj(q->domain);
    if (n && n->key == q->domain && keys->e[n->place] == x) return n->place;
    int64_t i = find_in(p, keys, plain(p, x));
    if (n && i >= 0) { n->key = q->domain; n->place = (uint32_t)i; }
    return i;
}

static int32_t value_number(const Part *q, Vid id) {
    if (!q->ids || id == VID_NONE) return -1;
    for (uint32_t at = (id * 0x9E3779B9u) & q->mask; q->ids[at] != VID_NONE; at = (at + 1) & q->mask)
        if (q->ids[at] == id) return q->numbers[at];
    return -1;
}

/* Unknown where a value may not be compared with an element that a state's set may have. */
static void compare_with_all(Prog *p, const Part *q, val x) {
    burn(p, (uint64_t)q->n);
    for (int32_t i = 0; i < q->n; i++) {
        if (!q->values[i]) unknown(p);
        (void)cmp(p, x, q->values[i]);
    }
}
static int set_view_has(Prog *p, val s, val x) {
    Obj *o = obj(s);
    Fill *g = FILL(p);
    Part *q = &g->parts[view_part(s)];
    x = plain(p, x);
    if (o->kind == O_SETOVER) {
        if (obj(o->e[2])->n && find_in(p, obj(o->e[2]), x) >= 0) return 1;
        if (obj(o->e[3])->n && find_in(p, obj(o->e[3]), x) >= 0) return 0;
    }
    if (!q->uniform) return contains(p, x, set_among(p, view_part(s), view_side(s), NULL));
    int32_t i = value_number(q, intern(p, x));
    if (i < 0) { /* no state has it, until it joins the universe */
        compare_with_all(p, q, x);
        speak_of(g, view_part(s));
        return 0;
    }
    note_bit(g, q, i, view_side(s));
    return has_bit(g, q, i, view_side(s));
}
static int view_contains(Prog *p, val s, val x) {
    s = settled_value(p, s);
    return is_set_view(s) ? set_view_has(p, s, x) : contains(p, x, view_forced(p, s));
}

/* ---- nodes that may give a view ---- */

static val v_var(Node *n, val *f) { return view_of(PROG(f), FILL(PROG(f))->roots[n->i0], 0); }
static val v_next(Node *n, val *f) {
    Prog *p = PROG(f);
    Fill *g = FILL(p);
    if (!f[F_TARGET]) unknown(p);
    if (f[F_TARGET] == ref(g)) return view_of(p, g->roots[n->i0], 1);
    val v = STATE_OF(f, F_TARGET)[n->i0];
    if (!v) unknown(p);
    return v == V_KEEP ? view_of(p, g->roots[n->i0], 0) : v;
}
static val v_local(Node *n, val *f) { return settled_value(PROG(f), f[n->i0]); }
static val v_value(Node *n, val *f) { return view_forced(PROG(f), EVAL(n->k[0], f)); }
static val v_apply(Node *n, val *f) {
    Prog *p = PROG(f);
    val fn = EVAL(n->k[0], f), x = EVAL(n->k[1], f);
    if (!is_fn_view(fn)) return apply(p, n, fn, x);
    int64_t i = place_in(p, n, &FILL(p)->parts[view_part(fn)], x);
    if (i < 0) unknown(p);
    return fn_at(p, fn, i);
}

static val overlay(Prog *p, Node *n, val *f, val fn, int kid, int64_t left, int64_t slot) { /* V_UNSET: not a view there */
    Part *q = &FILL(p)->parts[view_part(fn)];
    int64_t i = place_in(p, NULL, q, EVAL(n->k[kid], f));
    if (i < 0) return V_UNSET;
    val new;
    if (left > 1) {
        val inner = settled_value(p, fn_at(p, fn, i));
        if (!is_fn_view(inner)) return V_UNSET;
        new = overlay(p, n, f, inner, kid + 1, left - 1, slot);
        if (!new) return V_UNSET;
    } else {
        Obj *at = new_obj(p, O_PENDING, 0, 2);
        at->e[0] = fn;
        at->e[1] = raw_int(i);
        f[slot] = ref(at);
        new = settled_value(p, EVAL(n->k[kid + 1], f));
    }
    Obj *o = new_obj(p, O_FNOVER, 0, 2 + (uint32_t)q->n), *old = obj(fn);
    o->e[0] = old->e[0];
    o->e[1] = old->e[1];
    if (old->kind == O_FNOVER) memcpy(o->e + 2, old->e + 2, sizeof(val) * (size_t)q->n);
    else memset(o->e + 2, 0, sizeof(val) * (size_t)q->n);
    o->e[2 + i] = new;
    return ref(o);
}
static val v_except(Node *n, val *f) { /* as e_except */
    Prog *p = PROG(f);
    val fn = EVAL(n->k[0], f);
    int kid = 1;
    for (int64_t u = 0; u < n->a[0]; u++) {
        int64_t length = n->a[1 + 2 * u], slot = n->a[2 + 2 * u];
        val made = is_fn_view(fn) ? overlay(p, n, f, fn, kid, length, slot) : V_UNSET;
        fn = made ? made : update(p, n, f, view_forced(p, fn), kid, length, slot);
        kid += (int)length + 1;
    }
    return fn;
}

static void of_one_kind(Prog *p, Part *q, val s) { /* unknown where the elements may not stand in one set */
    if (!q->uniform) unknown(p);
    if (q->n && obj(s)->n) {
        if (!q->values[0]) unknown(p);
        cmp(p, q->values[0], obj(s)->e[0]);
    }
}
static val set_overlay(Prog *p, val base, val added, val removed) {
    Obj *o = new_obj(p, O_SETOVER, 0, 4);
    o->e[0] = obj(base)->e[0];
    o->e[1] = obj(base)->e[1];
    o->e[2] = added;
    o->e[3] = removed;
    return ref(o);
}
static val v_cup(Node *n, val *f) {
    Prog *p = PROG(f);
    val a = EVAL(n->k[0], f), b = EVAL(n->k[1], f);
    if (is_set_view(b) && !is_set_view(a)) { val c = a; a = b; b = c; }
    b = view_forced(p, b);
    if (!is_set_view(a)) return cup(p, view_forced(p, a), b);
    if (!is_kind(b, O_SET)) return cup(p, view_forced(p, a), b);
    of_one_kind(p, &FILL(p)->parts[view_part(a)], b);
    if (obj(a)->kind == O_SETVIEW) return set_overlay(p, a, b, p->empty_set);
    return set_overlay(p, a, cup(p, obj(a)->e[2], b), minus(p, obj(a)->e[3], b));
}
static val v_minus(Node *n, val *f) {
    Prog *p = PROG(f);
    val a = EVAL(n->k[0], f), b = view_forced(p, EVAL(n->k[1], f));
    if (!is_set_view(a) || !is_kind(b, O_SET)) return minus(p, view_forced(p, a), b);
    of_one_kind(p, &FILL(p)->parts[view_part(a)], b);
    if (obj(a)->kind == O_SETVIEW) return set_overlay(p, a, p->empty_set, b);
    return set_overlay(p, a, minus(p, obj(a)->e[2], b), cup(p, obj(a)->e[3], b));
}

/* ---- what can do with less than a whole value ---- */

static val v_domain(Node *n, val *f) {
    Prog *p = PROG(f);
    val v = EVAL(n->k[0], f);
    if (is_fn_view(v)) {
        Part *q = &FILL(p)->parts[view_part(v)];
        return q->domain ? q->domain : new_interval(p, 1, q->n);
    }
    if (is_kind(v, O_RULE)) return obj(v)->e[2];
    if (!is_fn(v)) unknown(p);
    return domain_of(p, v);
}
static int tv_in(Node *n, val *f) {
    val s = EVAL(n->k[1], f);
    return view_contains(PROG(f), s, EVAL(n->k[0], f));
}
static int tv_notin(Node *n, val *f) { return !tv_in(n, f); }
static int same_parts(Prog *p, val a, val b) {
    Part *q = &FILL(p)->parts[view_part(a)];
    for (int32_t i = 0; i < q->n; i++) {
        val x = fn_at(p, a, i), y = fn_at(p, b, i);
        if (is_kind(x, O_FNVIEW) && is_kind(y, O_FNVIEW)) {
            if (!same_parts(p, x, y)) return 0;
        } else if (!equal(p, view_forced(p, x), view_forced(p, y))) return 0;
    }
    return 1;
}
static int tv_same(Node *n, val *f) { /* `v' = v`, part by part up to the first difference */
    Prog *p = PROG(f);
    val a = EVAL(n->k[0], f), b = EVAL(n->k[1], f);
    if (is_kind(a, O_FNVIEW) && is_kind(b, O_FNVIEW) && obj(a)->e[0] == obj(b)->e[0]) return same_parts(p, a, b);
    a = view_forced(p, a);
    return equal(p, a, view_forced(p, b));
}

/* What an op's truth is as far as no state is needed for it: 1, 0, or 2 where that is not known. */
static int s_plain(Node *n, val *f) {
    Prog *p = PROG(f);
    jmp_buf here, *outer = p->leave;
    p->leave = &here;
    int way = setjmp(here); /* the arena stays as it is: slots may hold what was made meanwhile */
    if (way) {
        p->leave = outer;
        if (way == LEFT_MEMORY) no_memory(p);
        return 2;
    }
    int yes = TEST(n->k[0], f);
    p->leave = outer;
    return yes;
}
static int s_items(Node *n, val *f, int absorbing) { /* a: whether these are all items */
    for (int i = 0; i < n->nk; i++) {
        int v = TEST(n->k[i], f);
        if (v != !absorbing) return v;
    }
    return n->a[0] ? !absorbing : 2;
}
static int s_and(Node *n, val *f) { return s_items(n, f, 0); }
static int s_or(Node *n, val *f) { return s_items(n, f, 1); }
static int s_implies(Node *n, val *f) { /* the right side may be missing */
    int v = TEST(n->k[0], f);
    if (v != 1) return v ? 2 : 1;
    return n->nk > 1 ? TEST(n->k[1], f) : 2;
}
static int s_not(Node *n, val *f) {
    int v = TEST(n->k[0], f);
    return v == 2 ? 2 : !v;
}
static int s_clear(Node *n, val *f) {
    clear_before(n, f);
    int v = TEST(n->k[0], f);
    clear_after(n, f);
    return v;
}

/* The elements of the one binder's domain that matter. a: the binder; then the truth that drops an element, and the slots
 * that the body reads besides; kids: domain, body, maybe what is settled of the body. */
static val v_elements(Node *n, val *f) {
    Prog *p = PROG(f);
    val s = settled_value(p, EVAL(n->k[0], f));
    if (!is_kind(s, O_SETVIEW)) return view_forced(p, s);
    int32_t part = view_part(s);
    int at = 1 + 2 + (int)n->a[2], ready = n->nk > 2;
    int64_t dropped = n->a[at];
    for (int i = at + 1; ready && i < n->na; i++) {
        val v = f[n->a[i]];
        ready = !(is_obj(v) && v && obj(v)->kind > O_RULESET);
    }
    if (!ready) return set_among(p, part, view_side(s), NULL);
    Part *q = &FILL(p)->parts[part];
    uint8_t *matters = room(p, (size_t)q->n + 1);
    for (int32_t i = 0; i < q->n; i++) {
        if (!q->values[i]) unknown(p);
        bind(p, n->a + 1, f, q->values[i]);
        matters[i] = TEST(n->k[2], f) != dropped;
    }
    return set_among(p, part, view_side(s), matters);
}
static inline int v_quantified(Node *n, val *f, int wanted) {
    Prog *p = PROG(f);
    Iter it;
    val v;
    iter_begin(p, &it, v_elements(n, f));
    for (;;) {
        ITERATION(p);
        if (!step(&it, &v)) return 0;
        bind(p, n->a + 1, f, v);
        if (TEST(n->k[1], f) == wanted) return 1;
        ITERATED(p);
    }
}
static int tv_exists(Node *n, val *f) { return v_quantified(n, f, 1); }
static int tv_forall(Node *n, val *f) { return !v_quantified(n, f, 0); }
static val v_choose(Node *n, val *f) {
    Prog *p = PROG(f);
    Iter it;
    val v;
    iter_begin(p, &it, v_elements(n, f));
    while (step(&it, &v)) {
        bind(p, n->a + 1, f, v);
        if (TEST(n->k[1], f)) return v;
    }
    unknown(p);
}
static val v_filter(Node *n, val *f) {
    Prog *p = PROG(f);
    val s = v_elements(n, f);
    need_set(p, s);
    if (by_rule(p, s)) unknown(p);
    Iter it;
    val v;
    Vec out = {0};
    iter_begin(p, &it, s);
    while (step(&it, &v)) {
        bind(p, n->a + 1, f, v);
        if (TEST(n->k[1], f)) vec_add(p, &out, v);
    }
    if (!out.n) return p->empty_set;
    Obj *o = new_set(p, out.n);
    memcpy(o->e, out.e, sizeof(val) * out.n);
    return ref(o);
}

/* Whether a value is in the set that a node denotes, which is not built. `has`: a kid that may give a view; `has_filter`:
 * such a node, the body; a: the binder. */
static int v_has(Node *n, val *f, val x) {
    Prog *p = PROG(f);
    if (!n->na) return view_contains(p, EVAL(n->k[0], f), x);
    if (!v_has(n->k[0], f, x)) return 0;
    bind(p, n->a + 1, f, x);
    return TEST(n->k[1], f);
}
static int tv_in_has(Node *n, val *f) { /* `v \in {x \in S : p}`: kids: v, a `has` node */
    return v_has(n->k[1], f, EVAL(n->k[0], f));
}
static int tv_notin_has(Node *n, val *f) { return !tv_in_has(n, f); }

/* ---- asked for by tables ---- */

static int tv_defined(Node *n, val *f) { EVAL(n->k[0], f); return 1; }
static int tv_member(Node *n, val *f) { /* a: part, side; the set is the constant */
    Prog *p = PROG(f);
    return contains(p, view_forced(p, view_of(p, (int32_t)n->a[0], (int)n->a[1])), n->c);
}

/* ---- action trees, some of whose choices are pinned; a[0]: the pin ---- */

static inline Pin *pin_of(Node *n, val *f) { return &FILL(PROG(f))->pins[n->i0]; }
static int stop_here(val *f) { return FILL(PROG(f))->stopped = 1; }

static int v_guard(Node *n, val *f) {
    return pin_of(n, f)->how == PIN_SKIP || TEST(n->k[0], f) ? RUN(n->k[1], f) : 0;
}
static int v_branch(Node *n, val *f) {
    const Pin *pin = pin_of(n, f);
    if (pin->how == PIN_STOP) return stop_here(f);
    return pin->how == PIN_ARM ? RUN(n->k[pin->arg], f) : r_branch(n, f);
}
static int v_if_node(Node *n, val *f) {
    const Pin *pin = pin_of(n, f);
    if (pin->how != PIN_WAY) return r_if(n, f);
    int way = pin->arg & 1, known = pin->arg >> 1;
    return known || TEST(n->k[0], f) == way ? RUN(n->k[way ? 1 : 2], f) : 0;
}
static int v_foreach(Node *n, val *f) { /* kids: unpinned, what follows, a `has` node for each binder; a: pin, binders */
    Prog *p = PROG(f);
    const Pin *pin = pin_of(n, f);
    if (pin->how == PIN_STOP) return stop_here(f);
    if (pin->how != PIN_EACH) return RUN(n->k[0], f);
    int at = 2;
    for (int64_t b = 0; b < n->a[1]; b++) {
        val x = (val)pin->values[2 * b];
        if (pin->values[2 * b + 1] && !v_has(n->k[2 + b], f, x)) return 0;
        bind(p, n->a + at, f, x);
        at += 2 + (int)n->a[at + 1];
    }
    return RUN(n->k[1], f);
}
static int v_assign(Node *n, val *f) { /* a: variable, whether it keeps its value */
    val *target = STATE_OF(f, F_TARGET);
    target[n->i0] = n->a[1] ? V_KEEP : EVAL(n->k[0], f);
    int r = RUN(n->k[1], f);
    target[n->i0] = V_UNSET;
    return r;
}

/* ---- what a step writes ---- */

static inline void put_bits(Fill *g, int32_t word, uint64_t bits, uint64_t raw) {
    g->clear[word] |= bits;
    g->put[word] = (g->put[word] & ~bits) | raw;
}
static inline void put_element(Prog *p, Part *q, val x, int present) {
    int32_t i = value_number(q, intern(p, x));
    if (i < 0) unknown(p); /* to join the universe */
    uint64_t bit = 1ULL << (q->at[i] & 63);
    put_bits(FILL(p), q->at[i] >> 6, bit, present ? bit : 0);
}
static int32_t give_number(Prog *p, int32_t part, Vid id);
static void write_part(Prog *p, int32_t part, val v) {
    Fill *g = FILL(p);
    Part *q = &g->parts[part];
    v = settled_value(p, v);
    if (is_view(v) && view_part(v) == part && view_side(v) == 0) {
        Obj *o = obj(v);
        if (o->kind == O_FNOVER)
            for (int32_t i = 0; i < q->n; i++)
                if (o->e[2 + i]) write_part(p, q->parts[i], o->e[2 + i]);
        if (o->kind == O_SETOVER)
            for (int k = 2; k < 4; k++)
                for (uint32_t i = 0; i < obj(o->e[k])->n; i++) put_element(p, q, obj(o->e[k])->e[i], k == 2);
        return;
    }
    v = plain(p, view_forced(p, v));
    if (q->kind == PART_LEAF) {
        Vid id = intern(p, v);
        int32_t number = value_number(q, id);
        if (number < 0) number = give_number(p, part, id);
        if ((uint64_t)number << q->shift & ~q->bits) unknown(p); /* to get room for it */
        put_bits(g, q->word, q->bits, (uint64_t)number << q->shift);
    } else if (q->kind == PART_SET) {
        if (!is_kind(v, O_SET)) unknown(p);
        speak_of(g, part);
        for (int32_t i = 0; i < q->n; i++) put_bits(g, q->at[i] >> 6, 1ULL << (q->at[i] & 63), 0);
        for (uint32_t i = 0; i < obj(v)->n; i++) put_element(p, q, obj(v)->e[i], 1);
    } else {
        if (!is_fn(v) || obj(v)->n != (uint32_t)q->n) unknown(p);
        Obj *o = obj(v);
        if (q->domain ? o->kind != O_FN || !same(o->e[0], q->domain) : o->kind != O_SEQ) unknown(p);
        for (int32_t i = 0; i < q->n; i++) write_part(p, q->parts[i], values(o)[i]);
    }
}

static void more_row(Prog *p, int64_t words) {
    Fill *g = FILL(p);
    if (g->row_n + words <= g->row_room) return;
    int64_t most = g->row_room * 2 + words;
    uint64_t *row = realloc(g->row, sizeof(uint64_t) * (size_t)most);
    if (!row) no_memory(p);
    g->row = row;
    g->row_room = most;
}
static int v_emit(Node *n, val *f) { /* a: state, action */
    Prog *p = PROG(f);
    Fill *g = FILL(p);
    val *target = STATE_OF(f, F_TARGET);
    memset(g->clear, 0, sizeof(uint64_t) * (size_t)g->width);
    memset(g->put, 0, sizeof(uint64_t) * (size_t)g->width);
    for (int i = 0; i < p->width; i++) {
        if (!target[i]) unknown(p);
        if (target[i] != V_KEEP) write_part(p, g->roots[i], target[i]);
    }
    more_row(p, 3 + 3 * (int64_t)g->width);
    int64_t begin = g->row_n, end = begin + 3;
    for (int32_t w = 0; w < g->width; w++) {
        if (!g->clear[w]) continue;
        g->row[end++] = (uint64_t)w;
        g->row[end++] = g->clear[w];
        g->row[end++] = g->put[w];
    }
    g->row[begin] = (uint64_t)n->a[1];
    g->row[begin + 1] = 1;
    g->row[begin + 2] = (uint64_t)(end - begin - 3) / 3;
    if (g->last) { /* the same once more? */
        uint64_t *last = g->row + g->last, *this = g->row + begin;
        if (last[0] == this[0] && begin - g->last == end - begin &&
            !memcmp(last + 2, this + 2, sizeof(uint64_t) * (size_t)(end - begin - 2))) {
            last[1]++;
            return 0;
        }
    }
    g->row[0]++;
    g->last = begin;
    g->row_n = end;
    return 0;
}
#endif
