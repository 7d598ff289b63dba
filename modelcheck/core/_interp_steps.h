/* Action trees: the counterpart of modelcheck/engine/steps.py. A node runs every path through it; nonzero stops. */
#ifndef MODELCHECK_INTERP_STEPS_H
#define MODELCHECK_INTERP_STEPS_H
#include "_interp_seqs.h"

static int r_guard(Node *n, val *f) { return TEST(n->k[0], f) ? RUN(n->k[1], f) : 0; }
static int r_branch(Node *n, val *f) {
    for (int i = 0; i < n->nk; i++) {
        int r = RUN(n->k[i], f);
        if (r) return r;
    }
    return 0;
}
static int r_if(Node *n, val *f) { return TEST(n->k[0], f) ? RUN(n->k[1], f) : RUN(n->k[2], f); }
static int r_case(Node *n, val *f) { Node *arm = case_arm(n, f); return RUN(arm, f); }
static int r_clear(Node *n, val *f) {
    clear_before(n, f);
    int r = RUN(n->k[0], f);
    clear_after(n, f);
    return r;
}
static int r_foreach(Node *n, val *f) { /* as a quantifier; the last kid goes on */
    Prog *p = PROG(f);
    Node *then = n->k[n->nk - 1];
    int r;
    if (n->a[0] == 1) {
        Iter it;
        val v;
        iter_begin(p, &it, EVAL(n->k[0], f));
        for (;;) {
            ITERATION(p);
            if (!step(&it, &v)) return 0;
            bind(p, n->a + 1, f, v);
            if ((r = RUN(then, f))) return r;
            ITERATED(p);
        }
    }
    Combos c;
    combos_begin(p, &c, n->a, n->k, f);
    while (combos_next(&c, f)) {
        ITERATION(p);
        if ((r = RUN(then, f))) return r;
        ITERATED(p);
    }
    return 0;
}

/* a[0]: which state is being built (F_STATE or F_TARGET); a[1]: the variable. */
static int r_assign(Node *n, val *f) {
    val v = plain(PROG(f), EVAL(n->k[0], f));
    val *state = STATE_OF(f, n->a[0]);
    state[n->a[1]] = v;
    int r = RUN(n->k[1], f);
    state[n->a[1]] = V_UNSET;
    return r;
}
static int r_keep(Node *n, val *f) { /* a: pairs of what is assigned and what is read */
    Prog *p = PROG(f);
    val *state = STATE_OF(f, F_STATE), *target = STATE_OF(f, F_TARGET);
    uint64_t kept = p->kept_vars;
    for (int i = 0; i < n->na; i += 2) target[n->a[i]] = state[n->a[i + 1]];
    for (int i = 0; UNLIKELY(p->recording != NULL) && i < n->na; i += 2) {
        if (n->a[i] == n->a[i + 1]) p->kept_vars |= 1ull << n->a[i];
        else note_read(p, n->a[i + 1]);
    }
    int r = RUN(n->k[0], f);
    p->kept_vars = kept;
    for (int i = 0; i < n->na; i += 2) target[n->a[i]] = V_UNSET;
    return r;
}
/* A constant set that is not too large, with its elements as they will be kept, in the same order. */
static val written_once(Prog *p, val s) {
    if (!is_set(s) || !(obj(s)->flags & PERSISTENT) || obj(s)->kind < O_POWER || obj(s)->kind > O_CROSS) return s;
    if (!obj(s)->e[obj(s)->n] && (!is_finite(p, s) || card(p, s) > SMALL_MAX)) return s;
    return forced(p, s);
}
static int assign_each(Node *n, val *f, val s) {
    Prog *p = PROG(f);
    val *state = STATE_OF(f, n->a[0]), v;
    Iter it;
    iter_begin(p, &it, written_once(p, s));
    for (;;) {
        ITERATION(p);
        if (!step(&it, &v)) break;
        state[n->a[1]] = plain(p, v);
        int r = RUN(n->k[1], f);
        if (r) return r;
        ITERATED(p);
    }
    state[n->a[1]] = V_UNSET;
    return 0;
}
static int r_assignin(Node *n, val *f) { return assign_each(n, f, EVAL(n->k[0], f)); }
static int r_assignortest(Node *n, val *f) { /* a[2]: `\in` */
    Prog *p = PROG(f);
    val v = EVAL(n->k[0], f), *state = STATE_OF(f, n->a[0]), now = state[n->a[1]];
    if (UNLIKELY(now && (p->kept_vars & ~p->reads) >> (n->a[1] & 63) & 1)) note_read(p, n->a[1]);
    if (now) return (n->a[2] ? contains(p, now, v) : equal(p, now, v)) ? RUN(n->k[1], f) : 0;
    if (n->a[2]) return assign_each(n, f, v);
    state[n->a[1]] = plain(p, v);
    int r = RUN(n->k[1], f);
    state[n->a[1]] = V_UNSET;
    return r;
}

/* `\A` over an action. a: state slot, binders; kids: domains, body, what follows, the body for later elements. */
static void set_names(Prog *p, Node *n, val *f, const val *combo) {
    int at = 2;
    for (int64_t b = 0; b < n->a[1]; b++) {
        bind(p, n->a + at, f, combo[b]);
        at += 2 + (int)n->a[at + 1];
    }
}
static val loop_at(Prog *p, val list, uint64_t n, uint64_t at) {
    Obj *o = new_obj(p, O_LOOP, 0, 3);
    o->e[0] = list;
    o->e[1] = n;
    o->e[2] = at;
    return ref(o);
}
static int r_allof(Node *n, val *f) {
    Prog *p = PROG(f);
    uint32_t nb = (uint32_t)n->a[1];
    Obj **list = room(p, sizeof(Obj *) * nb);
    uint64_t all = 1;
    for (uint32_t b = 0; b < nb; b++) {
        list[b] = obj(forced(p, EVAL(n->k[b], f)));
        all = product(all, list[b]->n);
    }
    if (!all) return RUN(n->k[nb + 1], f);
    if (all > WRITTEN_MAX) unknown(p);
    val *combos = room(p, sizeof(val) * all * nb);
    for (uint64_t i = 0; i < all; i++) {
        uint64_t rest = i;
        for (uint32_t b = 0; b < nb; b++) {
            combos[i * nb + b] = list[b]->e[rest % list[b]->n];
            rest /= list[b]->n;
        }
    }
    f[n->a[0]] = loop_at(p, ref(combos), all, 0);
    set_names(p, n, f, combos);
    p->escapes++; /* slots that hold this are read after iterations of the loops around */
    return RUN(n->k[nb], f);
}
static int r_againfor(Node *n, val *f) {
    Prog *p = PROG(f);
    Node *loop = n->k[0];
    Obj *o = obj(f[loop->a[0]]);
    uint32_t nb = (uint32_t)loop->a[1];
    uint64_t at = o->e[2] + 1;
    if (at == o->e[1]) return RUN(loop->k[nb + 1], f);
    deep(p);
    val *own = copy_frame(p, f); /* the paths of this element go on when those of the next are done */
    own[loop->a[0]] = loop_at(p, o->e[0], o->e[1], at);
    set_names(p, loop, own, (val *)(uintptr_t)o->e[0] + at * nb);
    return RUN(loop->k[nb + 2], own);
}

/* A recursive action. a: back slot, for each argument its slot and how it is passed; kids: the procedure (its kid: the
 * body), what follows, the arguments. */
static int r_call(Node *n, val *f) {
    Prog *p = PROG(f);
    deep(p);
    burn(p, 8);
    val *own = copy_frame(p, f);
    for (int i = 2; i < n->nk; i++) own[n->a[2 * i - 3]] = passed(p, n->k[i], n->a[2 * i - 2], f);
    Obj *back = new_obj(p, O_BACK, 0, 2);
    back->e[0] = ref(f);
    back->e[1] = ref(n->k[1]);
    own[n->a[0]] = ref(back);
    return RUN(n->k[0]->k[0], own);
}
static int r_return(Node *n, val *f) {
    Obj *back = obj(f[n->a[0]]);
    return RUN((Node *)(uintptr_t)back->e[1], (val *)(uintptr_t)back->e[0]);
}
static int r_ifcomplete(Node *n, val *f) { /* a: state, how many variables */
    val *state = STATE_OF(f, n->a[0]);
    for (int64_t i = 0; i < n->a[1]; i++)
        if (!state[i]) return RUN(n->k[1], f);
    return RUN(n->k[0], f);
}
static int r_nothing(Node *n, val *f) { (void)n; (void)f; return 0; }
static int r_found(Node *n, val *f) { (void)n; (void)f; return 1; }

static uint32_t *log_room(Prog *p, uint32_t n) {
    if (p->log_n + n > p->log_cap) {
        uint32_t cap = (p->log_cap + n) * 2;
        uint32_t *grown = realloc(p->log, sizeof(uint32_t) * cap);
        if (!grown) no_memory(p);
        p->log = grown;
        p->log_cap = cap;
    }
    p->log_n += n;
    return p->log + p->log_n - n;
}
static void log_step(Prog *p, const Vid *ids, uint32_t action) {
    uint32_t changed = (uint32_t)p->width - (uint32_t)__builtin_popcountll(p->kept_vars);
    uint32_t *at = log_room(p, 2 + 2 * changed);
    *at++ = action;
    *at++ = changed;
    for (int i = 0; i < p->width; i++) {
        if (p->kept_vars >> i & 1) continue;
        *at++ = (uint32_t)i;
        *at++ = ids[i];
    }
}
static int r_emit(Node *n, val *f) { /* a: state, action, variables that may lack a value */
    Prog *p = PROG(f);
    val *state = STATE_OF(f, n->a[0]);
    for (int i = 2; i < n->na; i++)
        if (!state[n->a[i]]) unknown(p);
    Vid *ids = room(p, sizeof(Vid) * (size_t)(p->width + 1));
    for (int i = 0; i < p->width; i++) {
        val v = state[i];
        if (UNLIKELY(!v)) unknown(p);
        ids[i] = p->state && v == p->state[i] ? p->state_ids[i] : intern(p, v);
    }
    if (UNLIKELY(p->recording != NULL)) log_step(p, ids, (uint32_t)n->a[1]);
    return p->emit(p->emit_ctx, ids, (int)n->a[1]);
}

/* ---- A \cdot B ---- */

static val *copy_state(Prog *p, const val *from, int64_t n) {
    val *s = room(p, sizeof(val) * (size_t)(n + 1));
    if (from) memcpy(s, from, sizeof(val) * (size_t)n);
    else memset(s, 0, sizeof(val) * (size_t)(n + 1));
    return s;
}
static val states_of(Prog *p, val state, val target) { /* what a composition puts aside */
    Obj *o = new_obj(p, O_BACK, 0, 2);
    o->e[0] = state;
    o->e[1] = target;
    return ref(o);
}
static int r_compose(Node *n, val *f) { /* a: slot, how many variables; kids: first, second */
    Prog *p = PROG(f);
    val target = f[F_TARGET];
    f[n->a[0]] = states_of(p, f[F_STATE], target);
    p->escapes++;
    f[F_TARGET] = ref(copy_state(p, NULL, n->a[1]));
    int r = RUN(n->k[0], f);
    f[F_TARGET] = target;
    return r;
}
static int r_middle(Node *n, val *f) { /* kid: the composition; a: whether TLC counts the state in between */
    Prog *p = PROG(f);
    Node *whole = n->k[0];
    Obj *aside = obj(f[whole->a[0]]);
    val state = aside->e[0], target = aside->e[1], between = f[F_TARGET];
    p->between += (uint64_t)n->a[0];
    for (int64_t i = 0; i < p->width; i++)
        if (!STATE_OF(f, F_TARGET)[i]) unknown(p);
    f[F_STATE] = ref(copy_state(p, STATE_OF(f, F_TARGET), whole->a[1]));
    f[F_TARGET] = target;
    int r = RUN(whole->k[1], f);
    f[F_STATE] = state;
    f[F_TARGET] = between;
    f[whole->a[0]] = states_of(p, state, target);
    p->escapes++;
    return r;
}
static int r_resume(Node *n, val *f) { /* a: slot */
    val between = f[F_STATE];
    f[F_STATE] = obj(f[n->a[0]])->e[0];
    int r = RUN(n->k[0], f);
    f[F_STATE] = between;
    return r;
}
static int r_collect(Node *n, val *f) { /* a: how many variables */
    Prog *p = PROG(f);
    for (int64_t i = 0; i < n->a[0]; i++)
        if (!STATE_OF(f, F_TARGET)[i]) unknown(p);
    vec_add(p, p->collected, ref(copy_state(p, STATE_OF(f, F_TARGET), n->a[0])));
    p->escapes++;
    return 0;
}
static int t_composed(Node *n, val *f) { /* a: how many variables; kids: first (to collect), second */
    Prog *p = PROG(f);
    Vec found = {0}, *outer = p->collected;
    val state = f[F_STATE], target = f[F_TARGET];
    p->collected = &found;
    f[F_TARGET] = ref(copy_state(p, NULL, n->a[0]));
    RUN(n->k[0], f);
    p->collected = outer;
    f[F_TARGET] = target;
    int yes = 0;
    for (uint32_t i = 0; i < found.n && !yes; i++) {
        f[F_STATE] = found.e[i];
        yes = TEST(n->k[1], f);
    }
    f[F_STATE] = state;
    return yes;
}

/* ---- ENABLED. a: how many variables its next state has, whether it begins in the next state ---- */

static int t_enabled(Node *n, val *f) {
    Prog *p = PROG(f);
    val state = f[F_STATE], target = f[F_TARGET];
    if (n->a[1]) {
        if (!target) unknown(p);
        f[F_STATE] = target;
    }
    val *next = room(p, sizeof(val) * (size_t)(n->a[0] + 1));
    memset(next, 0, sizeof(val) * (size_t)(n->a[0] + 1));
    f[F_TARGET] = ref(next);
    uint64_t kept = p->kept_vars;
    p->kept_vars = 0;
    int found = RUN(n->k[0], f);
    p->kept_vars = kept;
    f[F_STATE] = state;
    f[F_TARGET] = target;
    return found;
}
#endif
