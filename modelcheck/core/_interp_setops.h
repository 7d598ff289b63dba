/* \cup, \cap, \, UNION: small sets are written out and merged, others stay lazy (modelcheck/values/sets.py). */
#ifndef MODELCHECK_INTERP_SETOPS_H
#define MODELCHECK_INTERP_SETOPS_H
#include "_interp_sets.h"

static int small(Prog *p, val s) {
    Obj *o = obj(s);
    if (o->kind == O_SET) return 1;
    if (o->kind == O_NAMED || o->kind == O_RULESET) return 0;
    if (o->e[o->n]) return 1;
    if (o->kind == O_LCAP && !is_finite(p, o->e[0]) && !is_finite(p, o->e[1])) return 0;
    if (o->kind == O_LDIFF && !is_finite(p, o->e[0])) return 0;
    return is_finite(p, s) && card(p, s) <= SMALL_MAX;
}

static val lazy_pair(Prog *p, int kind, val a, val b) {
    Obj *o = new_lazy(p, kind, 2);
    o->e[0] = a;
    o->e[1] = b;
    return ref(o);
}

static val cup(Prog *p, val a, val b) {
    need_set(p, a);
    need_set(p, b);
    if (!small(p, a) || !small(p, b)) return lazy_pair(p, O_LCUP, a, b);
    a = forced(p, a);
    b = forced(p, b);
    Obj *x = obj(a), *y = obj(b);
    if (!y->n || a == b) return a;
    if (!x->n) return b;
    if (UNLIKELY(p->has_typed)) check_types(p, x->e, x->n, y->e, y->n);
    if (y->n == 1) { /* one more element: the common case */
        val v = y->e[0];
        uint32_t low = 0, high = x->n;
        while (low < high) {
            uint32_t mid = (low + high) / 2;
            int d = cmp(p, x->e[mid], v);
            if (!d) return a;
            if (d < 0) low = mid + 1; else high = mid;
        }
        Obj *o = new_set(p, x->n + 1);
        memcpy(o->e, x->e, sizeof(val) * low);
        o->e[low] = v;
        memcpy(o->e + low + 1, x->e + low, sizeof(val) * (x->n - low));
        return ref(o);
    }
    Obj *o = new_set(p, x->n + y->n);
    uint32_t i = 0, j = 0, n = 0;
    while (i < x->n && j < y->n) {
        int d = cmp(p, x->e[i], y->e[j]);
        if (d == 0) j++;
        o->e[n++] = d <= 0 ? x->e[i++] : y->e[j++];
    }
    while (i < x->n) o->e[n++] = x->e[i++];
    while (j < y->n) o->e[n++] = y->e[j++];
    if (n == x->n) return a;
    o->n = n;
    return ref(o);
}

/* The elements of a written set that are (or are not) in another set, asked one by one. */
static val kept(Prog *p, val a, val b, int wanted) {
    Obj *x = obj(a), *o = NULL;
    uint32_t n = 0;
    for (uint32_t i = 0; i < x->n; i++) {
        if (contains(p, x->e[i], b) != wanted) continue;
        if (!o) o = new_set(p, x->n);
        o->e[n++] = x->e[i];
    }
    if (!n) return p->empty_set;
    if (n == x->n) return a;
    o->n = n;
    return ref(o);
}

static val meet(Prog *p, val a, val b, int wanted) {
    Obj *x = obj(a), *y = obj(b);
    uint32_t i = 0, j = 0, n = 0;
    Obj *o = new_set(p, x->n);
    if (UNLIKELY(p->has_typed)) check_types(p, x->e, x->n, y->e, y->n);
    while (i < x->n && j < y->n) {
        int d = cmp(p, x->e[i], y->e[j]);
        if (d == 0 ? wanted : (d < 0 && !wanted)) o->e[n++] = x->e[i];
        if (d <= 0) i++;
        if (d >= 0) j++;
    }
    if (!wanted) while (i < x->n) o->e[n++] = x->e[i++];
    if (!n) return p->empty_set;
    if (n == x->n) return a;
    o->n = n;
    return ref(o);
}

static val cap(Prog *p, val a, val b) {
    need_set(p, a);
    need_set(p, b);
    int sa = small(p, a), sb = small(p, b);
    if (sa) a = forced(p, a);
    if (sb) b = forced(p, b);
    if (sa && sb) return meet(p, a, b, 1);
    if (sa) return kept(p, a, b, 1);
    if (sb) return kept(p, b, a, 1);
    return lazy_pair(p, O_LCAP, a, b);
}

static val minus(Prog *p, val a, val b) {
    need_set(p, a);
    need_set(p, b);
    if (!small(p, a)) return lazy_pair(p, O_LDIFF, a, b);
    a = forced(p, a);
    if (!small(p, b)) return kept(p, a, b, 0);
    b = forced(p, b);
    if (!obj(a)->n || !obj(b)->n) return a;
    if (obj(b)->n == 1 && !p->has_typed) { /* one element less: the common case */
        Obj *x = obj(a);
        int64_t i = find_in(p, x, obj(b)->e[0]);
        if (i < 0) {
            if (!is_int(x->e[0])) cmp(p, x->e[x->n - 1], obj(b)->e[0]); /* of one kind at least */
            return a;
        }
        if (x->n == 1) return p->empty_set;
        Obj *o = new_set(p, x->n - 1);
        memcpy(o->e, x->e, sizeof(val) * (size_t)i);
        memcpy(o->e + i, x->e + i + 1, sizeof(val) * (x->n - 1 - (size_t)i));
        return ref(o);
    }
    return meet(p, a, b, 0);
}

static val big_union(Prog *p, val s) {
    need_set(p, s);
    if (obj(s)->kind == O_POWER) return obj(s)->e[0];
    Obj *sets = obj(forced(p, s));
    if (sets->n == 1) { need_set(p, sets->e[0]); return sets->e[0]; }
    Vec out = {0};
    for (uint32_t i = 0; i < sets->n; i++) {
        Obj *one = obj(forced(p, sets->e[i]));
        for (uint32_t j = 0; j < one->n; j++) vec_add(p, &out, one->e[j]);
    }
    return set_of(p, out.e, out.n);
}
#endif
