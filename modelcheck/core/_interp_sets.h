/* Sets that are not written out, and what can be done with sets: the counterpart of modelcheck/values/{lazy,sets}.py.
 *
 * Lazy sets stand in frames only; what is put into a set, a sequence, a function or a state is written out first.
 * Parts of a lazy set: O_INTERVAL low, high; O_NAMED `extra` says which; O_POWER and O_SEQSET base; O_KSUBSETS and
 * O_BSEQ base, number; O_FNSET source, target; O_RECSET field names (a set), then a set for each; O_CROSS sets;
 * O_LCUP, O_LCAP, O_LDIFF left, right. One more word keeps the set written out, once it is.
 */
#ifndef MODELCHECK_INTERP_SETS_H
#define MODELCHECK_INTERP_SETS_H
#include "_intern.h"

#define WRITTEN_MAX 2000000 /* elements of a lazy set that is written out */
#define SMALL_MAX 20000     /* the same when an operator combines sets (SMALL in sets.py) */
#define FUEL 4000000000ull  /* elements met in one evaluation */

static int contains(Prog *p, val v, val s);
static val forced(Prog *p, val s);
static int subseteq(Prog *p, val a, val b);
static val rule_written(Prog *p, val v);
static int rule_set_has(Prog *p, Obj *s, val v);
static val persist_rule(Prog *p, val v);
static val view_forced(Prog *p, val v);

static inline Obj *new_lazy(Prog *p, int kind, uint32_t n) {
    Obj *o = new_obj(p, kind, n, n + 1);
    o->e[n] = V_UNSET;
    return o;
}
static inline val new_interval(Prog *p, int64_t low, int64_t high) {
    Obj *o = new_lazy(p, O_INTERVAL, 2);
    o->e[0] = raw_int(low);
    o->e[1] = raw_int(high);
    return ref(o);
}
static inline void need_set(Prog *p, val s) {
    if (UNLIKELY(!is_set(s))) unknown(p);
}
static inline void burn(Prog *p, uint64_t n) {
    if (UNLIKELY(p->fuel < n)) refuel(p, n);
    p->fuel -= n;
}

/* ---- size ---- */

static uint64_t card(Prog *p, val s);
static val rule_set_forced(Prog *p, Obj *s); /* _interp_bind.h */

static int is_finite(Prog *p, val s) {
    Obj *o = obj(s);
    switch (o->kind) {
    case O_SET: case O_INTERVAL: return 1;
    case O_NAMED: return 0;
    case O_POWER: return is_finite(p, o->e[0]);
    case O_KSUBSETS: case O_BSEQ: return is_finite(p, o->e[0]) || int_of(o->e[1]) <= 0;
    case O_FNSET:
        if (is_finite(p, o->e[0])) return is_finite(p, o->e[1]) || card(p, o->e[0]) == 0;
        return is_finite(p, o->e[1]) && card(p, o->e[1]) <= 1;
    case O_RECSET: case O_CROSS: {
        int all = 1;
        for (uint32_t i = o->kind == O_RECSET; i < o->n; i++) {
            if (!is_finite(p, o->e[i])) all = 0;
            else if (card(p, o->e[i]) == 0) return 1;
        }
        return all;
    }
    case O_SEQSET: return is_finite(p, o->e[0]) && card(p, o->e[0]) == 0;
    case O_LCUP: return is_finite(p, o->e[0]) && is_finite(p, o->e[1]);
    case O_LCAP:
        if (is_finite(p, o->e[0]) || is_finite(p, o->e[1])) return 1;
        unknown(p);
    case O_LDIFF:
        if (is_finite(p, o->e[0])) return 1;
        if (is_finite(p, o->e[1])) return 0;
        unknown(p);
    case O_RULESET:
        if (is_finite(p, o->e[2])) return 1;
        unknown(p);
    default: unknown(p);
    }
}

#define CARD_MAX ((uint64_t)1 << 60)
static uint64_t product(uint64_t a, uint64_t b) { return a && b > CARD_MAX / a ? CARD_MAX : a * b; }

/* The number of elements, CARD_MAX for as many or more; unknown for infinite sets. */
static uint64_t card(Prog *p, val s) {
    Obj *o = obj(s);
    switch (o->kind) {
    case O_SET: return o->n;
    case O_INTERVAL: return int_of(o->e[1]) < int_of(o->e[0]) ? 0 : (uint64_t)(int_of(o->e[1]) - int_of(o->e[0])) + 1;
    case O_POWER: { uint64_t n = card(p, o->e[0]); return n >= 60 ? CARD_MAX : (uint64_t)1 << n; }
    case O_FNSET: {
        uint64_t n = card(p, o->e[0]), all = 1;
        if (!n) return 1;
        uint64_t m = card(p, o->e[1]);
        if (m <= 1) return m;
        for (uint64_t i = 0; i < n && all < CARD_MAX; i++) all = product(all, m);
        return all;
    }
    case O_RECSET: case O_CROSS: {
        uint64_t all = 1;
        if (!is_finite(p, s)) unknown(p);
        for (uint32_t i = o->kind == O_RECSET; i < o->n; i++)
            if (is_finite(p, o->e[i])) all = product(all, card(p, o->e[i])); /* an infinite one beside an empty one */
            else all = product(all, CARD_MAX);
        for (uint32_t i = o->kind == O_RECSET; i < o->n; i++)
            if (is_finite(p, o->e[i]) && card(p, o->e[i]) == 0) return 0;
        return all;
    }
    case O_KSUBSETS: {
        uint64_t n = card(p, o->e[0]), all = 1;
        int64_t k = int_of(o->e[1]);
        if (k < 0 || (uint64_t)k > n) return 0;
        for (int64_t i = 1; i <= k; i++) {
            if (all >= CARD_MAX / (n + 1)) return CARD_MAX;
            all = all * (n - (uint64_t)k + (uint64_t)i) / (uint64_t)i;
        }
        return all;
    }
    case O_SEQSET: if (is_finite(p, s)) return 1; unknown(p);
    case O_BSEQ: {
        int64_t k = int_of(o->e[1]);
        if (k <= 0) return k == 0;
        uint64_t n = card(p, o->e[0]), all = 1, power = 1;
        for (int64_t i = 1; i <= k && all < CARD_MAX; i++) {
            power = product(power, n);
            all = all + power < CARD_MAX ? all + power : CARD_MAX;
        }
        return all;
    }
    case O_LCUP: case O_LCAP: case O_LDIFF: case O_RULESET: return obj(forced(p, s))->n;
    default: unknown(p);
    }
}

/* ---- enumeration, in TLC's order ---- */

typedef struct Iter {
    Prog *p;
    int kind, fresh;
    Obj *set;
    const val *e;    /* of a written set */
    int64_t at, end; /* of an interval: numbers */
    uint32_t m;      /* places that turn */
    uint32_t *digit;
    Obj **choice;    /* what each place turns through: written sets */
    val domain;
    int seq;
} Iter;

static void iter_places(Iter *it, uint32_t m) {
    it->m = m;
    it->digit = room(it->p, sizeof(uint32_t) * (m + 1));
    memset(it->digit, 0, sizeof(uint32_t) * (m + 1));
    it->choice = room(it->p, sizeof(Obj *) * (m + 1));
}

/* Whether a written set is 1..n. */
static inline int is_first_numbers(const Obj *s) {
    return s->n == 0 || (s->e[0] == raw_int(1) && s->e[s->n - 1] == raw_int(s->n));
}

static void iter_begin(Prog *p, Iter *it, val s) {
    need_set(p, s);
    Obj *o = obj(s);
    it->p = p;
    it->kind = o->kind;
    it->set = o;
    it->fresh = 1;
    it->at = 0;
    switch (o->kind) {
    case O_SET: written: it->kind = O_SET; it->e = o->e; it->end = o->n; return;
    case O_INTERVAL: it->at = int_of(o->e[0]); it->end = int_of(o->e[1]) + 1; return;
    case O_POWER: case O_KSUBSETS: {
        Obj *base = obj(forced(p, o->e[0]));
        iter_places(it, base->n);
        it->choice[0] = base;
        it->at = o->kind == O_KSUBSETS ? int_of(o->e[1]) : 0; /* the size at work */
        it->end = o->kind == O_KSUBSETS ? it->at : (int64_t)base->n;
        return;
    }
    case O_BSEQ: case O_SEQSET:
        if (o->kind == O_SEQSET && !is_finite(p, s)) unknown(p);
        it->end = o->kind == O_SEQSET ? 0 : int_of(o->e[1]);
        if (it->end > 1000) unknown(p);
        iter_places(it, it->end > 0 ? (uint32_t)it->end : 0);
        it->choice[0] = it->end > 0 ? obj(forced(p, o->e[0])) : NULL;
        it->at = 0; /* the length at work */
        return;
    case O_FNSET: {
        if (!is_finite(p, s) || !is_finite(p, o->e[0])) unknown(p);
        Obj *source = obj(forced(p, o->e[0]));
        iter_places(it, source->n);
        Obj *target = source->n ? obj(forced(p, o->e[1])) : NULL;
        for (uint32_t i = 0; i < it->m; i++) it->choice[i] = target;
        it->seq = is_first_numbers(source);
        it->domain = ref(source);
        break;
    }
    case O_RECSET: case O_CROSS: {
        uint32_t skip = o->kind == O_RECSET;
        it->seq = !skip;
        it->domain = skip ? o->e[0] : 0;
        iter_places(it, o->n - skip);
        if (card(p, s) == 0) { it->fresh = 0; it->m = 0; it->kind = O_SET; it->end = 0; return; }
        for (uint32_t i = 0; i < it->m; i++) it->choice[i] = obj(forced(p, o->e[i + skip]));
        break;
    }
    default: o = obj(forced(p, s)); goto written;
    }
    for (uint32_t i = 0; i < it->m; i++)
        if (!it->choice[i]->n) { it->kind = O_SET; it->end = 0; return; }
}

static int next_subset(Iter *it, val *out) {
    Prog *p = it->p;
    Obj *base = it->choice[0];
    for (;;) {
        int64_t k = it->at, n = base->n;
        if (k < 0 || k > it->end || k > n) return 0;
        if (it->fresh) {
            for (int64_t i = 0; i < k; i++) it->digit[i] = (uint32_t)i;
            it->fresh = 0;
        } else {
            int64_t i = k - 1;
            while (i >= 0 && it->digit[i] == (uint32_t)(n - k + i)) i--;
            if (i < 0) { it->at++; it->fresh = 1; continue; }
            it->digit[i]++;
            for (int64_t j = i + 1; j < k; j++) it->digit[j] = it->digit[j - 1] + 1;
        }
        if (!k) { *out = p->empty_set; return 1; }
        Obj *s = new_set(p, (uint32_t)k);
        for (int64_t i = 0; i < k; i++) s->e[i] = base->e[it->digit[i]];
        *out = ref(s);
        return 1;
    }
}

/* Turn the last place first; 0 when all have turned round. */
static int turn(Iter *it, uint32_t m, int one_choice) {
    for (uint32_t i = m; i-- > 0;) {
        if (++it->digit[i] < it->choice[one_choice ? 0 : i]->n) return 1;
        it->digit[i] = 0;
    }
    return 0;
}

static int next_sequence(Iter *it, val *out) {
    for (;;) {
        if (it->at > it->end) return 0;
        uint32_t k = (uint32_t)it->at;
        int more = it->fresh ? (k == 0 || it->choice[0]->n > 0) : turn(it, k, 1);
        if (!more) {
            it->at++;
            it->fresh = 1;
            continue;
        }
        if (it->fresh) memset(it->digit, 0, sizeof(uint32_t) * (it->m + 1));
        it->fresh = 0;
        if (!k) { *out = it->p->empty_seq; return 1; }
        Obj *s = new_seq(it->p, k);
        for (uint32_t i = 0; i < k; i++) s->e[i] = it->choice[0]->e[it->digit[i]];
        *out = ref(s);
        return 1;
    }
}

static int iter_next(Iter *it, val *out) {
    Prog *p = it->p;
    switch (it->kind) {
    case O_SET:
        if (it->at >= it->end) return 0;
        *out = it->e[it->at++];
        burn(p, 1);
        return 1;
    case O_INTERVAL:
        if (it->at >= it->end) return 0;
        *out = raw_int(it->at++);
        burn(p, 1);
        return 1;
    case O_POWER: case O_KSUBSETS: burn(p, 4); return next_subset(it, out);
    case O_BSEQ: case O_SEQSET: burn(p, 4); return next_sequence(it, out);
    }
    if (!it->fresh && !turn(it, it->m, 0)) return 0;
    it->fresh = 0;
    burn(p, 4);
    if (!it->m) { *out = p->empty_seq; it->kind = O_SET; it->at = it->end = 0; return 1; }
    Obj *f = it->seq ? new_seq(p, it->m) : new_fn(p, it->domain, it->m);
    val *vals = values(f);
    for (uint32_t i = 0; i < it->m; i++) vals[i] = it->choice[i]->e[it->digit[i]];
    *out = ref(f);
    return 1;
}

/* ---- writing out ---- */

static val written_set(Prog *p, Obj *o) {
    if (o->kind == O_LCUP || o->kind == O_LCAP || o->kind == O_LDIFF) {
        val a = o->e[0], b = o->e[1];
        Vec out = {0};
        if (o->kind == O_LCUP) {
            for (int side = 0; side < 2; side++) {
                Obj *s = obj(forced(p, o->e[side]));
                for (uint32_t i = 0; i < s->n; i++) vec_add(p, &out, s->e[i]);
            }
            return set_of(p, out.e, out.n);
        }
        int left = is_finite(p, a), wanted = o->kind == O_LCAP;
        if (!left && !wanted) unknown(p);
        Obj *s = obj(forced(p, left ? a : b));
        for (uint32_t i = 0; i < s->n; i++)
            if (contains(p, s->e[i], left ? b : a) == wanted) vec_add(p, &out, s->e[i]);
        return set_of(p, out.e, out.n);
    }
    uint64_t n = card(p, ref(o));
    if (n > WRITTEN_MAX) unknown(p);
    if (!n) return p->empty_set;
    Obj *s = new_set(p, (uint32_t)n);
    Iter it;
    iter_begin(p, &it, ref(o));
    uint32_t i = 0;
    val x;
    while (i < n && iter_next(&it, &x)) s->e[i++] = x; /* they come in order */
    if (i < n) unknown(p);
    return ref(s);
}

/* A set, written out. */
static val forced(Prog *p, val s) {
    need_set(p, s);
    Obj *o = obj(s);
    if (o->kind == O_SET) return s;
    if (o->kind == O_NAMED) unknown(p);
    if (o->kind == O_RULESET) return rule_set_forced(p, o);
    if (o->e[o->n]) return o->e[o->n];
    deep(p);
    val made = written_set(p, o);
    if (o->flags & PERSISTENT) made = persist(p, made);
    else p->escapes++;
    return o->e[o->n] = made;
}

/* What a state can hold: sets and functions written out. */
static val written(Prog *p, val v) {
    if (!is_obj(v) || obj(v)->kind <= O_FN) return v;
    if (is_set(v)) return forced(p, v);
    if (obj(v)->kind == O_RULE) return rule_written(p, v);
    if (obj(v)->kind >= O_FNVIEW) return view_forced(p, v);
    unknown(p);
}
static inline val plain(Prog *p, val v) {
    return is_obj(v) && UNLIKELY(obj(v)->kind > O_FN) ? written(p, v) : v;
}

/* A value that outlives this evaluation, lazy ones too. */
static val persist_any(Prog *p, val v) {
    if (!is_obj(v) || (obj(v)->flags & PERSISTENT)) return v;
    Obj *o = obj(v);
    if (o->kind <= O_FN) return persist(p, v);
    if (o->kind == O_RULE || o->kind == O_RULESET) return persist_rule(p, v);
    if (o->kind > O_RULESET) unknown(p);
    Obj *c = keep_room(p, sizeof(Obj) + sizeof(val) * (size_t)(o->n + 1));
    *c = *o;
    c->flags = PERSISTENT;
    for (uint32_t i = 0; i < o->n; i++) c->e[i] = persist_any(p, o->e[i]);
    c->e[o->n] = o->e[o->n] ? persist(p, o->e[o->n]) : V_UNSET;
    return ref(c);
}

/* ---- membership, inclusion, equality ---- */

static int not_of_kind(Prog *p, val v) {
    if (is_untyped(v)) return 0;
    unknown(p);
}
static int equal(Prog *p, val a, val b);

static val domain_of(Prog *p, val f) {
    Obj *o = obj(f);
    return o->kind == O_FN ? o->e[0] : new_interval(p, 1, o->n);
}

static int in_fnset(Prog *p, val v, Obj *s) {
    if (is_kind(v, O_RULE)) v = written(p, v);
    if (!is_fn(v)) return not_of_kind(p, v);
    Obj *f = obj(v);
    val source = s->e[0];
    int fits;
    if (f->kind == O_SEQ) {
        Obj *so = obj(source);
        if (so->kind == O_INTERVAL) fits = card(p, source) == f->n && (f->n == 0 || so->e[0] == raw_int(1));
        else {
            Obj *keys = obj(forced(p, source));
            fits = keys->n == f->n && is_first_numbers(keys);
        }
    } else fits = f->e[0] == source || same(f->e[0], forced(p, source));
    if (!fits) {
        if (equal(p, domain_of(p, v), source)) unknown(p); /* not reached */
        return 0;
    }
    val *e = values(f);
    for (uint32_t i = 0; i < f->n; i++)
        if (!contains(p, e[i], s->e[1])) return 0;
    return 1;
}

static int contains(Prog *p, val v, val s) {
    need_set(p, s);
    Obj *o = obj(s);
    switch (o->kind) {
    case O_SET:
        if (!o->n) return 0;
        return find_in(p, o, plain(p, v)) >= 0;
    case O_INTERVAL:
        if (is_int(v)) return (int64_t)o->e[0] <= (int64_t)v && (int64_t)v <= (int64_t)o->e[1];
        return int_of(o->e[1]) < int_of(o->e[0]) ? 0 : not_of_kind(p, v);
    case O_NAMED:
        switch (o->extra) {
        case NAMED_NAT: return is_int(v) ? int_of(v) >= 0 : not_of_kind(p, v);
        case NAMED_INT: case NAMED_REAL: return is_int(v) ? 1 : not_of_kind(p, v);
        case NAMED_STRING: return is_string(v) ? 1 : not_of_kind(p, v);
        default: return 1;
        }
    case O_POWER: return is_set(v) ? subseteq(p, v, o->e[0]) : not_of_kind(p, v);
    case O_KSUBSETS:
        if (!is_set(v)) return not_of_kind(p, v);
        return is_finite(p, v) && int_of(o->e[1]) >= 0 && card(p, v) == (uint64_t)int_of(o->e[1]) && subseteq(p, v, o->e[0]);
    case O_FNSET: return in_fnset(p, v, o);
    case O_RECSET: {
        if (is_kind(v, O_RULE)) v = written(p, v);
        if (!is_fn(v)) return not_of_kind(p, v);
        Obj *f = obj(v);
        if (f->kind != O_FN || !same(f->e[0], o->e[0])) return 0;
        for (uint32_t i = 1; i <= f->n; i++)
            if (!contains(p, f->e[i], o->e[i])) return 0;
        return 1;
    }
    case O_CROSS: case O_SEQSET: case O_BSEQ: {
        if (is_kind(v, O_RULE)) v = written(p, v);
        if (!is_fn(v)) return not_of_kind(p, v);
        Obj *f = obj(v);
        if (f->kind != O_SEQ) return 0;
        if (o->kind == O_CROSS && f->n != o->n) return 0;
        if (o->kind == O_BSEQ && (int64_t)f->n > int_of(o->e[1])) return 0;
        for (uint32_t i = 0; i < f->n; i++)
            if (!contains(p, f->e[i], o->e[o->kind == O_CROSS ? i : 0])) return 0;
        return 1;
    }
    case O_LCUP: return contains(p, v, o->e[0]) || contains(p, v, o->e[1]);
    case O_LCAP: return contains(p, v, o->e[0]) && contains(p, v, o->e[1]);
    case O_LDIFF: return contains(p, v, o->e[0]) && !contains(p, v, o->e[1]);
    case O_RULESET: return rule_set_has(p, o, v);
    default: unknown(p);
    }
}

static int named_includes(Obj *a, Obj *b) { /* Nat, Int, Real in one another */
    return a->extra == b->extra || (a->extra <= NAMED_REAL && b->extra <= NAMED_REAL && a->extra <= b->extra);
}

static int subseteq(Prog *p, val a, val b) {
    if (a == b) { need_set(p, a); return 1; }
    need_set(p, a);
    need_set(p, b);
    Obj *x = obj(a), *y = obj(b);
    if (y->kind == O_NAMED && y->extra == NAMED_ANY) return 1;
    if (x->kind == O_SET) {
        for (uint32_t i = 0; i < x->n; i++)
            if (!contains(p, x->e[i], b)) return 0;
        return 1;
    }
    if (x->kind == O_INTERVAL) {
        if (int_of(x->e[1]) < int_of(x->e[0])) return 1;
        if (y->kind == O_INTERVAL) return int_of(y->e[0]) <= int_of(x->e[0]) && int_of(x->e[1]) <= int_of(y->e[1]);
        if (y->kind == O_NAMED && y->extra != NAMED_STRING) return y->extra != NAMED_NAT || int_of(x->e[0]) >= 0;
    }
    if (x->kind == O_NAMED && y->kind == O_NAMED) return named_includes(x, y);
    if ((x->kind == O_POWER || x->kind == O_SEQSET) && x->kind == y->kind) return subseteq(p, x->e[0], y->e[0]);
    if (!is_finite(p, a)) unknown(p);
    Iter it;
    iter_begin(p, &it, a);
    val v;
    while (iter_next(&it, &v))
        if (!contains(p, v, b)) return 0;
    return 1;
}

static int equal(Prog *p, val a, val b) {
    if (a == b) return 1;
    if (!is_obj(a) || !is_obj(b)) return cmp(p, a, b) == 0;
    Obj *x = obj(a), *y = obj(b);
    if (x->kind > O_FN || y->kind > O_FN) {
        if (is_set(a) && is_set(b)) {
            if (x->kind == O_INTERVAL && y->kind == O_INTERVAL)
                return (x->e[0] == y->e[0] && x->e[1] == y->e[1]) || (card(p, a) == 0 && card(p, b) == 0);
            int fa = is_finite(p, a), fb = is_finite(p, b);
            if (fa != fb) return 0;
            if (!fa) {
                if (x->kind == O_NAMED && y->kind == O_NAMED) return x->extra == y->extra;
                unknown(p);
            }
            if (card(p, a) != card(p, b)) return 0;
        }
        a = written(p, a);
        b = written(p, b);
        if (a == b) return 1;
        x = obj(a);
        y = obj(b);
    }
    if (x->kind == y->kind && x->n == y->n && x->hash && x->hash == y->hash && same(a, b)) return 1;
    return cmp(p, a, b) == 0;
}
#endif
