/* Operators of the standard modules: the counterparts of modelcheck/stdlib/{Sequences,FiniteSets,TLC,Functions,Folds,…}.py.
 *
 * Each takes its arguments' values (operators as O_OPERATOR) and gives a value, or is unknown where Python raises.
 */
#ifndef MODELCHECK_INTERP_NATIVES_H
#define MODELCHECK_INTERP_NATIVES_H
#include "_interp_bind.h"

typedef val (*NativeFn)(Prog *p, val *a);

static val e_native(Node *n, val *f) {
    val args[6];
    for (int i = 0; i < n->nk; i++) args[i] = unseen(PROG(f), EVAL(n->k[i], f));
    return ((NativeFn)(uintptr_t)n->key)(PROG(f), args);
}

static inline Obj *need_seq(Prog *p, val v) {
    if (!is_kind(v, O_SEQ)) unknown(p);
    return obj(v);
}
static inline Obj *need_fn(Prog *p, val v) {
    if (!is_fn(v)) unknown(p);
    return obj(v);
}
static inline int64_t need_int(Prog *p, val v) {
    if (!is_int(v)) unknown(p);
    return int_of(v);
}
static inline int need_bool(Prog *p, val v) {
    if (!is_bool(v)) unknown(p);
    return v == V_TRUE;
}
static inline val call1(Prog *p, val op, val a) { return call_operator(p, op, &a, 1); }
static inline val call2(Prog *p, val op, val a, val b) { val two[2] = {a, b}; return call_operator(p, op, two, 2); }
static inline Obj *seq_room(Prog *p, uint32_t n) { return n ? new_seq(p, n) : obj(p->empty_seq); }
static val seq_from(Prog *p, const val *e, uint32_t n) {
    Obj *o = seq_room(p, n);
    if (n) memcpy(o->e, e, sizeof(val) * n);
    return ref(o);
}
static Obj *keys_of(Prog *p, val f) { return obj(forced(p, domain_of(p, f))); }
/* The function with these arguments (sorted, different) and values. */
static val fn_from(Prog *p, const val *keys, const val *vals, uint32_t n) {
    if (!n) return p->empty_seq;
    Obj *domain = new_set(p, n);
    memcpy(domain->e, keys, sizeof(val) * n);
    Obj *f = fn_over(p, ref(domain));
    memcpy(values(f), vals, sizeof(val) * n);
    return ref(f);
}
static val fn_with(Prog *p, val f, val key, val v) {
    Obj *o = need_fn(p, f), *keys = keys_of(p, f);
    int64_t i = find_in(p, keys, key);
    if (i >= 0) return changed(p, f, (uint32_t)i, v);
    Obj *one = new_set(p, 1);
    one->e[0] = key;
    Obj *all = obj(cup(p, ref(keys), ref(one)));
    Obj *made = fn_over(p, ref(all));
    for (uint32_t j = 0, k = 0; j < all->n; j++) values(made)[j] = all->e[j] == key ? v : values(o)[k++];
    return ref(made);
}
static val fn_without(Prog *p, val f, uint32_t i) {
    Obj *o = obj(f), *keys = keys_of(p, f);
    if (o->n == 1) return p->empty_seq;
    Obj *domain = new_set(p, o->n - 1);
    memcpy(domain->e, keys->e, sizeof(val) * i);
    memcpy(domain->e + i, keys->e + i + 1, sizeof(val) * (o->n - 1 - i));
    Obj *made = fn_over(p, ref(domain));
    memcpy(values(made), values(o), sizeof(val) * i);
    memcpy(values(made) + i, values(o) + i + 1, sizeof(val) * (o->n - 1 - i));
    return ref(made);
}

/* ---- Sequences ---- */

static val n_seq(Prog *p, val *a) { return lazy_one(p, O_SEQSET, a[0]); }
static val n_len(Prog *p, val *a) { return raw_int(need_seq(p, a[0])->n); }
static val n_concat(Prog *p, val *a) {
    Obj *s = need_seq(p, a[0]), *t = need_seq(p, a[1]);
    if (!s->n) return a[1];
    if (!t->n) return a[0];
    Obj *o = new_seq(p, s->n + t->n);
    memcpy(o->e, s->e, sizeof(val) * s->n);
    memcpy(o->e + s->n, t->e, sizeof(val) * t->n);
    return ref(o);
}
static val n_append(Prog *p, val *a) {
    Obj *s = need_seq(p, a[0]);
    val v = plain(p, a[1]);
    Obj *o = new_seq(p, s->n + 1);
    memcpy(o->e, s->e, sizeof(val) * s->n);
    o->e[s->n] = v;
    return ref(o);
}
static val n_head(Prog *p, val *a) {
    Obj *s = need_seq(p, a[0]);
    if (!s->n) unknown(p);
    return s->e[0];
}
static val n_last(Prog *p, val *a) {
    Obj *s = need_seq(p, a[0]);
    if (!s->n) unknown(p);
    return s->e[s->n - 1];
}
static val n_tail(Prog *p, val *a) {
    Obj *s = need_seq(p, a[0]);
    if (!s->n) unknown(p);
    return seq_from(p, s->e + 1, s->n - 1);
}
static val n_front(Prog *p, val *a) {
    Obj *s = need_seq(p, a[0]);
    return s->n ? seq_from(p, s->e, s->n - 1) : a[0];
}
static val n_subseq(Prog *p, val *a) {
    Obj *s = need_seq(p, a[0]);
    int64_t m = need_int(p, a[1]), n = need_int(p, a[2]);
    if (m > n) return p->empty_seq;
    if (m < 1 || n > (int64_t)s->n) unknown(p);
    return seq_from(p, s->e + (m - 1), (uint32_t)(n - m + 1));
}
static val n_selectseq(Prog *p, val *a) {
    Obj *s = need_seq(p, a[0]);
    Vec out = {0};
    for (uint32_t i = 0; i < s->n; i++)
        if (need_bool(p, call1(p, a[1], s->e[i]))) vec_add(p, &out, s->e[i]);
    return seq_from(p, out.e, out.n);
}

/* ---- FiniteSets, FiniteSetsExt, Folds ---- */

static val n_cardinality(Prog *p, val *a) {
    need_set(p, a[0]);
    uint64_t n = card(p, a[0]);
    if (n >= CARD_MAX) unknown(p);
    return raw_int((int64_t)n);
}
static val n_isfinite(Prog *p, val *a) { need_set(p, a[0]); return BOOL(is_finite(p, a[0])); }
static val n_foldset(Prog *p, val *a) { /* op, base, set: the element chosen first stands outermost */
    Obj *s = obj(forced(p, a[2]));
    val acc = a[1];
    for (uint32_t i = s->n; i-- > 0;) acc = call2(p, a[0], s->e[i], acc);
    return acc;
}
static val n_reduceset(Prog *p, val *a) { val b[3] = {a[0], a[2], a[1]}; return n_foldset(p, b); }
static val n_apafoldset(Prog *p, val *a) {
    Obj *s = obj(forced(p, a[2]));
    val acc = a[1];
    for (uint32_t i = 0; i < s->n; i++) acc = call2(p, a[0], acc, s->e[i]);
    return acc;
}
static val n_mapthenfoldset(Prog *p, val *a) { /* op, base, f, choose, set */
    val rest = forced(p, a[4]), acc = a[1];
    Vec chosen = {0};
    while (obj(rest)->n) {
        val x = plain(p, call1(p, a[3], rest));
        int64_t i = find_in(p, obj(rest), x);
        if (i < 0) unknown(p);
        vec_add(p, &chosen, x);
        Obj *less = new_set(p, obj(rest)->n - 1);
        memcpy(less->e, obj(rest)->e, sizeof(val) * (size_t)i);
        memcpy(less->e + i, obj(rest)->e + i + 1, sizeof(val) * (obj(rest)->n - 1 - (size_t)i));
        rest = ref(less);
    }
    for (uint32_t i = chosen.n; i-- > 0;) acc = call2(p, a[0], call1(p, a[2], chosen.e[i]), acc);
    return acc;
}
static val sum_vals(Prog *p, const val *e, uint32_t n, val op) {
    int64_t sum = 0;
    for (uint32_t i = 0; i < n; i++)
        sum = int_of(new_int(p, sum + need_int(p, op ? call1(p, op, e[i]) : e[i])));
    return raw_int(sum);
}
static val n_sumset(Prog *p, val *a) { Obj *s = obj(forced(p, a[0])); return sum_vals(p, s->e, s->n, 0); }
static val n_mapthensumset(Prog *p, val *a) { Obj *s = obj(forced(p, a[1])); return sum_vals(p, s->e, s->n, a[0]); }
static val n_productset(Prog *p, val *a) {
    Obj *s = obj(forced(p, a[0]));
    int64_t all = 1;
    for (uint32_t i = 0; i < s->n; i++) {
        if (__builtin_mul_overflow(all, need_int(p, s->e[i]), &all)) unknown(p);
        new_int(p, all);
    }
    return raw_int(all);
}
static val extreme(Prog *p, val set, int largest) {
    Obj *s = obj(forced(p, set));
    if (!s->n) unknown(p);
    need_int(p, s->e[0]); /* sorted: model values stand before, all others are of one kind */
    return s->e[largest ? s->n - 1 : 0];
}
static val n_max(Prog *p, val *a) { return extreme(p, a[0], 1); }
static val n_min(Prog *p, val *a) { return extreme(p, a[0], 0); }
static val n_symdiff(Prog *p, val *a) {
    val left = minus(p, a[0], a[1]);
    return cup(p, left, minus(p, a[1], a[0]));
}
static val n_union(Prog *p, val *a) { return big_union(p, a[0]); }
static val n_quantify(Prog *p, val *a) {
    Iter it;
    val v;
    int64_t n = 0;
    iter_begin(p, &it, a[0]);
    while (step(&it, &v)) n += need_bool(p, call1(p, a[1], v));
    return raw_int(n);
}
static val n_ksubset(Prog *p, val *a) {
    int64_t k = need_int(p, a[0]);
    need_set(p, a[1]);
    return k < 0 ? p->empty_set : lazy_pair(p, O_KSUBSETS, a[1], a[0]);
}
static val n_chooseunique(Prog *p, val *a) {
    Iter it;
    val v, found = V_UNSET;
    iter_begin(p, &it, a[0]);
    while (step(&it, &v))
        if (need_bool(p, call1(p, a[1], v))) {
            if (found) unknown(p);
            found = v;
        }
    if (!found) unknown(p);
    return found;
}

/* ---- TLC, Bags, BagsExt ---- */

static val n_single(Prog *p, val *a) {
    val key = plain(p, a[0]), v = plain(p, a[1]);
    return fn_from(p, &key, &v, 1);
}
static val n_combine(Prog *p, val *a) {
    Obj *f = need_fn(p, a[0]), *g = need_fn(p, a[1]);
    if (f->kind == O_SEQ && g->kind == O_SEQ) {
        if (g->n <= f->n) return a[0];
        if (!f->n) return a[1];
        Obj *o = new_seq(p, g->n);
        memcpy(o->e, f->e, sizeof(val) * f->n);
        memcpy(o->e + f->n, g->e + f->n, sizeof(val) * (g->n - f->n));
        return ref(o);
    }
    if (f->kind == O_FN && g->kind == O_FN && same(f->e[0], g->e[0])) return a[0];
    Obj *x = keys_of(p, a[0]), *y = keys_of(p, a[1]), *all = obj(cup(p, ref(x), ref(y)));
    if (all->n == x->n) return a[0];
    Obj *made = fn_over(p, ref(all));
    uint32_t i = 0, j = 0;
    for (uint32_t k = 0; k < all->n; k++) {
        int in_x = i < x->n && (all->e[k] == x->e[i] || same(all->e[k], x->e[i]));
        int in_y = j < y->n && (all->e[k] == y->e[j] || same(all->e[k], y->e[j]));
        values(made)[k] = in_x ? values(f)[i] : values(g)[j];
        i += (uint32_t)in_x;
        j += (uint32_t)in_y;
    }
    return ref(made);
}
static val n_assert(Prog *p, val *a) {
    if (a[0] != V_TRUE) unknown(p);
    return a[0];
}
static val n_itself(Prog *p, val *a) { return plain(p, a[0]); }
static val n_sortseq(Prog *p, val *a) {
    Obj *s = need_seq(p, a[0]);
    val *e = room(p, sizeof(val) * (s->n + 1));
    for (uint32_t i = 0; i < s->n; i++) {
        val x = s->e[i];
        uint32_t j = i;
        while (j > 0 && need_bool(p, call2(p, a[1], x, e[j - 1]))) { e[j] = e[j - 1]; j--; }
        e[j] = x;
    }
    return seq_from(p, e, s->n);
}
static Obj *need_bag(Prog *p, val b) {
    Obj *o = need_fn(p, b);
    for (uint32_t i = 0; i < o->n; i++) need_int(p, values(o)[i]);
    return o;
}
static val n_isabag(Prog *p, val *a) {
    if (is_kind(a[0], O_RULE)) unknown(p);
    if (!is_fn(a[0])) return V_FALSE;
    Obj *o = obj(a[0]);
    for (uint32_t i = 0; i < o->n; i++)
        if (!is_int(values(o)[i]) || int_of(values(o)[i]) <= 0) return V_FALSE;
    return V_TRUE;
}
static val n_bagtoset(Prog *p, val *a) { need_fn(p, a[0]); return domain_of(p, a[0]); }
static val n_settobag(Prog *p, val *a) {
    val s = forced(p, a[0]);
    if (!obj(s)->n) return p->empty_seq;
    Obj *f = fn_over(p, s);
    for (uint32_t i = 0; i < f->n; i++) values(f)[i] = raw_int(1);
    return ref(f);
}
static val n_bagin(Prog *p, val *a) { need_fn(p, a[1]); return BOOL(contains(p, a[0], domain_of(p, a[1]))); }
static val n_copiesin(Prog *p, val *a) {
    Obj *b = need_bag(p, a[1]);
    int64_t i = find_in(p, keys_of(p, a[1]), plain(p, a[0]));
    return i < 0 ? raw_int(0) : values(b)[i];
}
static val bags_merged(Prog *p, val a, val b, int sign) {
    Obj *f = need_bag(p, a), *g = need_bag(p, b), *x = keys_of(p, a), *y = keys_of(p, b);
    if (!g->n) return sign > 0 || !f->n ? a : bags_merged(p, a, b, 1);
    val *keys = room(p, sizeof(val) * (x->n + y->n)), *vals = room(p, sizeof(val) * (x->n + y->n));
    uint32_t i = 0, j = 0, n = 0;
    if (p->has_typed) check_types(p, x->e, x->n, y->e, y->n);
    while (i < x->n || j < y->n) {
        int d = i == x->n ? 1 : j == y->n ? -1 : cmp(p, x->e[i], y->e[j]);
        int64_t count = (d <= 0 ? int_of(values(f)[i]) : 0) + sign * (d >= 0 ? int_of(values(g)[j]) : 0);
        if (sign > 0 || (d <= 0 && count > 0)) {
            keys[n] = d <= 0 ? x->e[i] : y->e[j];
            vals[n++] = new_int(p, count);
        }
        i += d <= 0;
        j += d >= 0;
    }
    return fn_from(p, keys, vals, n);
}
static val n_bagsum(Prog *p, val *a) { return bags_merged(p, a[0], a[1], 1); }
static val n_bagdiff(Prog *p, val *a) {
    Obj *f = need_bag(p, a[0]);
    if (!need_bag(p, a[1])->n) { /* what is not positive goes all the same */
        for (uint32_t i = 0; i < f->n; i++)
            if (int_of(values(f)[i]) <= 0) unknown(p);
        return a[0];
    }
    return bags_merged(p, a[0], a[1], -1);
}
static val n_bagunion(Prog *p, val *a) {
    Obj *s = obj(forced(p, a[0]));
    val all = p->empty_seq;
    for (uint32_t i = 0; i < s->n; i++) all = bags_merged(p, all, s->e[i], 1);
    return all;
}
static val n_bagincluded(Prog *p, val *a) {
    Obj *f = need_bag(p, a[0]), *g = need_bag(p, a[1]), *x = keys_of(p, a[0]), *y = keys_of(p, a[1]);
    for (uint32_t i = 0; i < x->n; i++) {
        int64_t at = find_in(p, y, x->e[i]);
        if (at < 0 || int_of(values(f)[i]) > int_of(values(g)[at])) return V_FALSE;
    }
    return V_TRUE;
}
static val n_bagcardinality(Prog *p, val *a) { Obj *b = need_bag(p, a[0]); return sum_vals(p, values(b), b->n, 0); }
static val n_bagadd(Prog *p, val *a) {
    Obj *b = need_bag(p, a[0]);
    val x = plain(p, a[1]);
    int64_t i = find_in(p, keys_of(p, a[0]), x);
    return i < 0 ? fn_with(p, a[0], x, raw_int(1)) : changed(p, a[0], (uint32_t)i, new_int(p, int_of(values(b)[i]) + 1));
}
static val n_bagremove(Prog *p, val *a) {
    Obj *b = need_bag(p, a[0]);
    int64_t i = find_in(p, keys_of(p, a[0]), plain(p, a[1]));
    if (i < 0) return a[0];
    int64_t n = int_of(values(b)[i]);
    return n > 1 ? changed(p, a[0], (uint32_t)i, raw_int(n - 1)) : fn_without(p, a[0], (uint32_t)i);
}
static val n_bagremoveall(Prog *p, val *a) {
    need_bag(p, a[0]);
    int64_t i = find_in(p, keys_of(p, a[0]), plain(p, a[1]));
    return i < 0 ? a[0] : fn_without(p, a[0], (uint32_t)i);
}
static val n_foldbag(Prog *p, val *a) { /* op, base, bag */
    Obj *b = need_bag(p, a[2]), *keys = keys_of(p, a[2]);
    val acc = a[1];
    for (uint32_t i = 0; i < b->n; i++)
        for (int64_t k = int_of(values(b)[i]); k > 0; k--) acc = call2(p, a[0], acc, keys->e[i]);
    return acc;
}

/* ---- Functions ---- */

static val n_range(Prog *p, val *a) {
    Obj *f = need_fn(p, a[0]);
    val *e = room(p, sizeof(val) * (f->n + 1));
    memcpy(e, values(f), sizeof(val) * f->n);
    return set_of(p, e, f->n);
}
static val n_restrict(Prog *p, val *a) {
    Obj *f = need_fn(p, a[0]);
    val s = forced(p, a[1]);
    if (!obj(s)->n) return p->empty_seq;
    Obj *g = fn_over(p, s);
    for (uint32_t i = 0; i < g->n; i++) {
        int64_t at = place_of(p, NULL, f, obj(s)->e[i]);
        if (at < 0) unknown(p);
        values(g)[i] = values(f)[at];
    }
    return ref(g);
}
static val restricted(Prog *p, val *a, int by_value) {
    Obj *f = need_fn(p, a[0]), *keys = keys_of(p, a[0]);
    val *k = room(p, sizeof(val) * (f->n + 1)), *v = room(p, sizeof(val) * (f->n + 1));
    uint32_t n = 0;
    for (uint32_t i = 0; i < f->n; i++)
        if (need_bool(p, call1(p, a[1], by_value ? values(f)[i] : keys->e[i]))) { k[n] = keys->e[i]; v[n++] = values(f)[i]; }
    return fn_from(p, k, v, n);
}
static val n_restrictdomain(Prog *p, val *a) { return restricted(p, a, 0); }
static val n_restrictvalues(Prog *p, val *a) { return restricted(p, a, 1); }
static val n_isinjective(Prog *p, val *a) { Obj *f = need_fn(p, a[0]); return BOOL(obj(n_range(p, a))->n == f->n); }
static val fold_over(Prog *p, val op, val base, Obj *f, Obj *keys) {
    val acc = base;
    for (uint32_t i = keys->n; i-- > 0;) {
        int64_t at = place_of(p, NULL, f, keys->e[i]);
        if (at < 0) unknown(p);
        acc = call2(p, op, values(f)[at], acc);
    }
    return acc;
}
static val n_foldfunction(Prog *p, val *a) {
    Obj *f = need_fn(p, a[2]);
    val acc = a[1];
    for (uint32_t i = f->n; i-- > 0;) acc = call2(p, a[0], values(f)[i], acc);
    return acc;
}
static val n_foldfunctiononset(Prog *p, val *a) { Obj *f = need_fn(p, a[2]); return fold_over(p, a[0], a[1], f, obj(forced(p, a[3]))); }
static val n_sumfunction(Prog *p, val *a) { Obj *f = need_fn(p, a[0]); return sum_vals(p, values(f), f->n, 0); }
static val n_sumfunctiononset(Prog *p, val *a) {
    val g = n_restrict(p, a);
    return sum_vals(p, values(obj(g)), obj(g)->n, 0);
}
static val n_existsinjection(Prog *p, val *a) { need_set(p, a[0]); need_set(p, a[1]); return BOOL(card(p, a[0]) <= card(p, a[1])); }
static val n_existsbijection(Prog *p, val *a) { need_set(p, a[0]); need_set(p, a[1]); return BOOL(card(p, a[0]) == card(p, a[1])); }
#endif
