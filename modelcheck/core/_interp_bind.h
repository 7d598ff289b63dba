/* Ops that bind names over sets: the counterpart of modelcheck/engine/sets.py.
 *
 * a: number of binders; for each `is_tuple`, number of slots, the slots. Kids: the domains, then the body. Of several
 * names the first varies fastest. (For functions a[0] is the self slot, and the binders follow.)
 */
#ifndef MODELCHECK_INTERP_BIND_H
#define MODELCHECK_INTERP_BIND_H
#include "_interp_fn.h"

static inline void bind(Prog *p, const int64_t *b, val *f, val v) { /* b: is_tuple, number, slots */
    if (LIKELY(!b[0])) { f[b[2]] = v; return; }
    v = unseen(p, v);
    if (!is_kind(v, O_SEQ) || obj(v)->n != (uint64_t)b[1]) unknown(p);
    for (int64_t i = 0; i < b[1]; i++) f[b[2 + i]] = obj(v)->e[i];
}
static inline int step(Iter *it, val *v) {
    if (LIKELY(it->kind == O_SET)) {
        if (it->at >= it->end) return 0;
        *v = it->e[it->at++];
        if (UNLIKELY(!it->p->fuel)) refuel(it->p, 1);
        it->p->fuel--;
        return 1;
    }
    return iter_next(it, v);
}

/* All combinations of several binders. */
typedef struct { Prog *p; int nb; const int64_t **at; Obj **list; uint32_t *digit; int fresh; } Combos;

static void combos_begin(Prog *p, Combos *c, const int64_t *a, Node **domains, val *f) {
    int nb = (int)a[0], at = 1;
    c->p = p;
    c->nb = nb;
    c->fresh = 1;
    c->at = room(p, sizeof(int64_t *) * (size_t)nb);
    c->list = room(p, sizeof(Obj *) * (size_t)nb);
    c->digit = room(p, sizeof(uint32_t) * (size_t)nb);
    for (int b = 0; b < nb; b++) {
        c->at[b] = a + at;
        at += 2 + (int)a[at + 1];
        c->list[b] = obj(EVAL(domains[b], f));
        need_set(p, ref(c->list[b]));
        c->digit[b] = 0;
    }
    for (int b = 0; b < nb; b++) c->list[b] = obj(forced(p, ref(c->list[b])));
}
static int combos_next(Combos *c, val *f) {
    if (c->fresh) {
        c->fresh = 0;
        for (int b = 0; b < c->nb; b++)
            if (!c->list[b]->n) return 0;
    } else {
        int b = 0;
        while (b < c->nb && ++c->digit[b] == c->list[b]->n) c->digit[b++] = 0;
        if (b == c->nb) return 0;
    }
    burn(c->p, 1);
    /* all of them: a body that meets the same op again has bound them anew */
    for (int b = 0; b < c->nb; b++) bind(c->p, c->at[b], f, c->list[b]->e[c->digit[b]]);
    return 1;
}

/* The arena is set back after an iteration that kept nothing. */
#define ITERATION(p) Mark here_ = mark(p); uint64_t kept_ = (p)->escapes
#define ITERATED(p) do { if ((p)->escapes == kept_) back_to((p), here_); } while (0)

static inline int quantified(Node *n, val *f, int wanted) { /* whether the body is `wanted` for some combination */
    Prog *p = PROG(f);
    Node *body = n->k[n->nk - 1];
    if (n->a[0] == 1) {
        Iter it;
        val v;
        iter_begin(p, &it, EVAL(n->k[0], f));
        for (;;) {
            ITERATION(p);
            if (!step(&it, &v)) return 0;
            bind(p, n->a + 1, f, v);
            if (TEST(body, f) == wanted) return 1;
            ITERATED(p);
        }
    }
    Combos c;
    combos_begin(p, &c, n->a, n->k, f);
    while (combos_next(&c, f)) {
        ITERATION(p);
        if (TEST(body, f) == wanted) return 1;
        ITERATED(p);
    }
    return 0;
}
static int t_exists(Node *n, val *f) { return quantified(n, f, 1); }
static int t_forall(Node *n, val *f) { return !quantified(n, f, 0); }

static val e_choose(Node *n, val *f) {
    Prog *p = PROG(f);
    Iter it;
    val v;
    iter_begin(p, &it, EVAL(n->k[0], f));
    for (;;) {
        ITERATION(p);
        if (!step(&it, &v)) unknown(p);
        bind(p, n->a + 1, f, v);
        if (TEST(n->k[1], f)) return v;
        ITERATED(p);
    }
}

enum { BUILD_MAX = 100000 };

/* Whether a set is finite, and that can be told: not of one given by a rule over an infinite one, in whatever it stands. */
static int known_finite(Prog *p, val s) {
    Obj *o = obj(s);
    if (o->kind == O_RULESET) return known_finite(p, o->e[2]);
    if (o->kind == O_SET || o->kind == O_INTERVAL) return 1;
    for (uint32_t i = o->kind == O_RECSET; i < o->n; i++)
        if (is_set(o->e[i]) && !known_finite(p, o->e[i])) return o->kind == O_LCAP || o->kind == O_LDIFF ? is_finite(p, s) : 0;
    return is_finite(p, s);
}

/* Whether a filter of a set is not built: it is infinite, or large and not written out. A rule tells what is in it. */
static int by_rule(Prog *p, val s) {
    Obj *o = obj(s);
    if (o->kind == O_SET || o->kind == O_INTERVAL) return 0;
    if (o->kind == O_RULESET) return 1;
    if (o->kind == O_LCUP || o->kind == O_LCAP || o->kind == O_LDIFF) {
        for (uint32_t i = 0; i < o->n; i++) if (is_set(o->e[i]) && by_rule(p, o->e[i])) return 1;
        return !known_finite(p, s);
    }
    return !known_finite(p, s) || card(p, s) > BUILD_MAX;
}

static val filtered(Prog *p, Node *n, val *f, val s) {
    Iter it;
    val v;
    iter_begin(p, &it, s);
    Vec out = {0};
    if (it.kind == O_SET) { /* elements stand where they are: note them at once */
        Obj *o = NULL;
        uint32_t m = 0;
        for (;;) {
            ITERATION(p);
            if (!step(&it, &v)) break;
            bind(p, n->a + 1, f, v);
            if (!TEST(n->k[1], f)) { ITERATED(p); continue; }
            if (!o) { ITERATED(p); o = new_set(p, (uint32_t)(it.end - it.at + 1)); }
            else ITERATED(p);
            o->e[m++] = v;
        }
        if (!m) return p->empty_set;
        o->n = m;
        return m == obj(s)->n && obj(s)->kind == O_SET ? s : ref(o);
    }
    for (;;) {
        ITERATION(p);
        if (!step(&it, &v)) break;
        bind(p, n->a + 1, f, v);
        if (TEST(n->k[1], f)) vec_add(p, &out, v);
        else ITERATED(p);
    }
    if (!out.n) return p->empty_set;
    Obj *o = new_set(p, out.n); /* they came in order */
    memcpy(o->e, out.e, sizeof(val) * out.n);
    return ref(o);
}
static val e_filter(Node *n, val *f) {
    Prog *p = PROG(f);
    val s = EVAL(n->k[0], f);
    need_set(p, s);
    return by_rule(p, s) ? new_rule_set(p, n, f, s) : filtered(p, n, f, s);
}

static val rule_set_forced(Prog *p, Obj *s) {
    if (s->e[3] != V_UNSET) return s->e[3];
    if (!is_finite(p, s->e[2])) unknown(p);
    deep(p);
    val made = filtered(p, (Node *)(uintptr_t)s->e[0], copy_frame(p, (val *)(uintptr_t)s->e[1]), s->e[2]);
    if (s->flags & PERSISTENT) made = persist(p, made);
    else p->escapes++;
    return s->e[3] = made;
}

/* `v \in {x \in S : p}`: without building it. a as for a filter; kids: v, S, p. */
static int t_in_filter(Node *n, val *f) {
    Prog *p = PROG(f);
    val v = EVAL(n->k[0], f), s = EVAL(n->k[1], f);
    if (!contains(p, v, s)) return 0;
    bind(p, n->a + 1, f, v);
    return TEST(n->k[2], f);
}
static int t_notin_filter(Node *n, val *f) { return !t_in_filter(n, f); }

static val e_mapset(Node *n, val *f) {
    Prog *p = PROG(f);
    Node *body = n->k[n->nk - 1];
    Vec out = {0};
    if (n->a[0] == 1) {
        Iter it;
        val v;
        iter_begin(p, &it, EVAL(n->k[0], f));
        while (step(&it, &v)) {
            bind(p, n->a + 1, f, v);
            vec_add(p, &out, EVAL(body, f));
        }
    } else {
        Combos c;
        combos_begin(p, &c, n->a, n->k, f);
        while (combos_next(&c, f)) vec_add(p, &out, EVAL(body, f));
    }
    return set_of(p, out.e, out.n);
}

/* `[x \in S, … |-> e]`, not recursive; a[0] is -1, the binders begin at a[1]; then the slots a rule would capture. */
static val e_fncons(Node *n, val *f) {
    Prog *p = PROG(f);
    Node *body = n->k[n->nk - 1];
    if (n->a[1] == 1) {
        val s = EVAL(n->k[0], f);
        need_set(p, s);
        Obj *o = obj(s);
        if (o->kind == O_INTERVAL && o->e[0] == raw_int(1)) {
            int64_t m = int_of(o->e[1]);
            if (m <= 0) return p->empty_seq;
            if (m > WRITTEN_MAX) unknown(p);
            burn(p, (uint64_t)m);
            Obj *seq = new_seq(p, (uint32_t)m);
            for (int64_t i = 0; i < m; i++) {
                bind(p, n->a + 2, f, raw_int(i + 1));
                seq->e[i] = plain(p, EVAL(body, f));
            }
            return ref(seq);
        }
        if (o->kind != O_SET && !known_finite(p, s)) return new_rule(p, n, f, s);
        s = forced(p, s);
        o = obj(s);
        if (!o->n) return p->empty_seq;
        burn(p, o->n);
        Obj *fn = fn_over(p, s);
        val *e = values(fn);
        for (uint32_t i = 0; i < o->n; i++) {
            bind(p, n->a + 2, f, o->e[i]);
            e[i] = plain(p, EVAL(body, f));
        }
        return ref(fn);
    }
    val domain = rule_domain(p, n, f);
    if (!known_finite(p, domain)) return new_rule(p, n, f, domain);
    domain = forced(p, domain);
    Obj *keys = obj(domain);
    if (!keys->n) return p->empty_seq;
    burn(p, keys->n);
    Obj *fn = new_fn(p, domain, keys->n);
    for (uint32_t i = 0; i < keys->n; i++) {
        bind_argument(p, n->a + 1, f, keys->e[i]);
        fn->e[i + 1] = plain(p, EVAL(body, f));
    }
    return ref(fn);
}
#endif
