/* SequencesExt, Relation, Apalache and Bitwise (see _interp_natives.h), and the table of all operators by name. */
#ifndef MODELCHECK_INTERP_SEQS_H
#define MODELCHECK_INTERP_SEQS_H
#include "_interp_natives.h"

static val n_toset(Prog *p, val *a) { need_seq(p, a[0]); return n_range(p, a); }
static val n_settoseq(Prog *p, val *a) { Obj *s = obj(forced(p, a[0])); return seq_from(p, s->e, s->n); }
static val n_settosortseq(Prog *p, val *a) { val b[2] = {n_settoseq(p, a), a[1]}; return n_sortseq(p, b); }
static val n_boundedseq(Prog *p, val *a) {
    need_set(p, a[0]);
    return need_int(p, a[1]) < 0 ? p->empty_set : lazy_pair(p, O_BSEQ, a[0], a[1]);
}
static val n_tupleof(Prog *p, val *a) {
    need_set(p, a[0]);
    return lazy_pair(p, O_FNSET, new_interval(p, 1, need_int(p, a[1])), a[0]);
}
static val n_contains(Prog *p, val *a) {
    Obj *s = need_seq(p, a[0]);
    for (uint32_t i = 0; i < s->n; i++)
        if (equal(p, s->e[i], a[1])) return V_TRUE;
    return V_FALSE;
}
static val n_issorted(Prog *p, val *a) {
    Obj *s = need_seq(p, a[0]);
    for (uint32_t j = 0; j < s->n; j++)
        for (uint32_t i = 0; i < j; i++)
            if (!need_bool(p, call2(p, a[1], s->e[i], s->e[j]))) return V_FALSE;
    return V_TRUE;
}
static val n_selectinseq(Prog *p, val *a) {
    Obj *s = need_seq(p, a[0]);
    for (uint32_t i = 0; i < s->n; i++)
        if (need_bool(p, call1(p, a[1], s->e[i]))) return raw_int(i + 1);
    return raw_int(0);
}
static val n_selectlastinseq(Prog *p, val *a) {
    Obj *s = need_seq(p, a[0]);
    for (uint32_t i = s->n; i-- > 0;)
        if (need_bool(p, call1(p, a[1], s->e[i]))) return raw_int(i + 1);
    return raw_int(0);
}
static val n_reverse(Prog *p, val *a) {
    Obj *s = need_seq(p, a[0]), *o = seq_room(p, s->n);
    for (uint32_t i = 0; i < s->n; i++) o->e[i] = s->e[s->n - 1 - i];
    return ref(o);
}
static val n_remove(Prog *p, val *a) {
    Obj *s = need_seq(p, a[0]);
    Vec out = {0};
    for (uint32_t i = 0; i < s->n; i++)
        if (!equal(p, s->e[i], a[1])) vec_add(p, &out, s->e[i]);
    return seq_from(p, out.e, out.n);
}
static val n_replaceall(Prog *p, val *a) {
    Obj *s = need_seq(p, a[0]), *o = seq_room(p, s->n);
    val new = plain(p, a[2]);
    for (uint32_t i = 0; i < s->n; i++) o->e[i] = equal(p, s->e[i], a[1]) ? new : s->e[i];
    return ref(o);
}
static val spliced(Prog *p, Obj *s, int64_t before, const val *mid, uint32_t n, int64_t after) { /* s[:before] + mid + s[after:] */
    if (before < 0 || after < 0 || before > (int64_t)s->n || after > (int64_t)s->n) unknown(p);
    uint32_t rest = s->n - (uint32_t)after;
    Obj *o = seq_room(p, (uint32_t)before + n + rest);
    memcpy(o->e, s->e, sizeof(val) * (size_t)before);
    if (n) memcpy(o->e + before, mid, sizeof(val) * n);
    memcpy(o->e + before + n, s->e + after, sizeof(val) * rest);
    return ref(o);
}
static val n_insertat(Prog *p, val *a) {
    Obj *s = need_seq(p, a[0]);
    int64_t i = need_int(p, a[1]);
    if (i < 1 || i > (int64_t)s->n + 1) unknown(p);
    val v = plain(p, a[2]);
    return spliced(p, s, i - 1, &v, 1, i - 1);
}
static val n_replaceat(Prog *p, val *a) {
    Obj *s = need_seq(p, a[0]);
    int64_t i = need_int(p, a[1]);
    return i < 1 || i > (int64_t)s->n ? a[0] : changed(p, a[0], (uint32_t)(i - 1), plain(p, a[2]));
}
static val n_removeat(Prog *p, val *a) {
    Obj *s = need_seq(p, a[0]);
    int64_t i = need_int(p, a[1]);
    if (i < 1 || i > (int64_t)s->n) unknown(p);
    return spliced(p, s, i - 1, NULL, 0, i);
}
static val n_removefirstmatch(Prog *p, val *a) {
    int64_t i = int_of(n_selectinseq(p, a));
    return i ? spliced(p, obj(a[0]), i - 1, NULL, 0, i) : a[0];
}
static val n_removefirst(Prog *p, val *a) {
    Obj *s = need_seq(p, a[0]);
    for (uint32_t i = 0; i < s->n; i++)
        if (equal(p, s->e[i], a[1])) return spliced(p, s, i, NULL, 0, i + 1);
    return a[0];
}
static val n_cons(Prog *p, val *a) {
    Obj *s = need_seq(p, a[1]);
    val v = plain(p, a[0]);
    return spliced(p, s, 0, &v, 1, 0);
}
static val n_snoc(Prog *p, val *a) { val b[2] = {a[1], a[0]}; return n_append(p, b); }
static int begins(Prog *p, Obj *s, const val *t, uint32_t n) {
    if (s->n > n) return 0;
    for (uint32_t i = 0; i < s->n; i++)
        if (!equal(p, s->e[i], t[i])) return 0;
    return 1;
}
static val n_isprefix(Prog *p, val *a) { Obj *s = need_seq(p, a[0]), *t = need_seq(p, a[1]); return BOOL(begins(p, s, t->e, t->n)); }
static val n_isstrictprefix(Prog *p, val *a) {
    Obj *s = need_seq(p, a[0]), *t = need_seq(p, a[1]);
    return BOOL(begins(p, s, t->e, t->n) && s->n < t->n);
}
static val n_issuffix(Prog *p, val *a) {
    Obj *s = need_seq(p, a[0]), *t = need_seq(p, a[1]);
    return BOOL(s->n <= t->n && begins(p, s, t->e + (t->n - s->n), s->n));
}
static val n_seqmod(Prog *p, val *a) {
    int64_t i = need_int(p, a[0]), b = need_int(p, a[1]);
    if (b <= 0) unknown(p);
    int64_t r = (i - 1) % b;
    return new_int(p, (r < 0 ? r + b : r) + 1);
}
static val n_foldseq(Prog *p, val *a) { need_seq(p, a[2]); return n_foldfunction(p, a); }
static val n_foldright(Prog *p, val *a) { val b[3] = {a[0], a[2], a[1]}; return n_foldseq(p, b); }
static val n_foldleft(Prog *p, val *a) {
    Obj *s = need_seq(p, a[2]);
    val acc = a[1];
    for (uint32_t i = 0; i < s->n; i++) acc = call2(p, a[0], acc, s->e[i]);
    return acc;
}
static val n_foldleftdomain(Prog *p, val *a) {
    Obj *s = need_seq(p, a[2]);
    val acc = a[1];
    for (uint32_t i = 0; i < s->n; i++) acc = call2(p, a[0], acc, raw_int(i + 1));
    return acc;
}
static val n_foldrightdomain(Prog *p, val *a) {
    Obj *s = need_seq(p, a[1]);
    val acc = a[2];
    for (uint32_t i = s->n; i-- > 0;) acc = call2(p, a[0], raw_int(i + 1), acc);
    return acc;
}
static val n_flattenseq(Prog *p, val *a) {
    Obj *s = need_seq(p, a[0]);
    Vec out = {0};
    for (uint32_t i = 0; i < s->n; i++) {
        Obj *part = need_seq(p, s->e[i]);
        for (uint32_t j = 0; j < part->n; j++) vec_add(p, &out, part->e[j]);
    }
    return seq_from(p, out.e, out.n);
}
static val n_zip(Prog *p, val *a) {
    Obj *s = need_seq(p, a[0]), *t = need_seq(p, a[1]);
    uint32_t n = s->n < t->n ? s->n : t->n;
    Obj *o = seq_room(p, n);
    for (uint32_t i = 0; i < n; i++) {
        Obj *pair = new_seq(p, 2);
        pair->e[0] = s->e[i];
        pair->e[1] = t->e[i];
        o->e[i] = ref(pair);
    }
    return ref(o);
}
static val parts_of(Prog *p, val *a, int from_end) { /* prefixes or suffixes */
    Obj *s = need_seq(p, a[0]), *o = new_set(p, s->n + 1);
    for (uint32_t n = 0; n <= s->n; n++) o->e[n] = seq_from(p, from_end ? s->e + (s->n - n) : s->e, n);
    return ref(o);
}
static val n_prefixes(Prog *p, val *a) { return parts_of(p, a, 0); }
static val n_suffixes(Prog *p, val *a) { return parts_of(p, a, 1); }
static val n_mkseq(Prog *p, val *a) {
    int64_t n = need_int(p, a[0]);
    if (n <= 0) return p->empty_seq;
    if (n > WRITTEN_MAX) unknown(p);
    Obj *o = new_seq(p, (uint32_t)n);
    for (int64_t i = 0; i < n; i++) o->e[i] = plain(p, call1(p, a[1], raw_int(i + 1)));
    return ref(o);
}

/* Relation: closures by Warshall's algorithm. */
static uint8_t *matrix(Prog *p, val r, Obj *items) {
    Obj *f = need_fn(p, r);
    uint32_t n = items->n;
    uint8_t *m = room(p, (size_t)n * n + 1);
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < n; j++) {
            Obj *pair = new_seq(p, 2);
            pair->e[0] = items->e[i];
            pair->e[1] = items->e[j];
            int64_t at = place_of(p, NULL, f, ref(pair));
            if (at < 0) unknown(p);
            m[(size_t)i * n + j] = (uint8_t)need_bool(p, values(f)[at]);
        }
    return m;
}
static void close_matrix(uint8_t *m, size_t n) {
    for (size_t k = 0; k < n; k++)
        for (size_t i = 0; i < n; i++)
            if (m[i * n + k])
                for (size_t j = 0; j < n; j++) m[i * n + j] |= m[k * n + j];
}
static val closure(Prog *p, val *a, int reflexive) {
    val s = forced(p, a[1]);
    Obj *items = obj(s);
    size_t n = items->n;
    uint8_t *m = matrix(p, a[0], items);
    if (!n) return p->empty_seq;
    for (size_t i = 0; reflexive && i < n; i++) m[i * n + i] = 1;
    close_matrix(m, n);
    val pairs = forced(p, lazy_pair(p, O_CROSS, s, s)); /* in the order of the matrix */
    Obj *made = new_fn(p, pairs, obj(pairs)->n);
    for (size_t i = 0; i < n * n; i++) made->e[1 + i] = BOOL(m[i]);
    return ref(made);
}
static val n_transitiveclosure(Prog *p, val *a) { return closure(p, a, 0); }
static val n_reflexiveclosure(Prog *p, val *a) { return closure(p, a, 1); }
static val n_isconnected(Prog *p, val *a) {
    Obj *items = obj(forced(p, a[1]));
    size_t n = items->n;
    uint8_t *m = matrix(p, a[0], items);
    close_matrix(m, n);
    for (size_t i = 0; i < n * n; i++)
        if (!m[i] && i / n != i % n) return V_FALSE;
    return V_TRUE;
}

static int64_t need_natural(Prog *p, val v) {
    if (!is_int(v) || int_of(v) < 0) unknown(p);
    return int_of(v);
}
static val n_bitand(Prog *p, val *a) { int64_t x = need_natural(p, a[0]); return raw_int(x & need_natural(p, a[1])); }
static val n_bitor(Prog *p, val *a) { int64_t x = need_natural(p, a[0]); return raw_int(x | need_natural(p, a[1])); }
static val n_bitxor(Prog *p, val *a) { int64_t x = need_natural(p, a[0]); return raw_int(x ^ need_natural(p, a[1])); }
static val n_shiftr(Prog *p, val *a) {
    int64_t x = need_natural(p, a[0]), by = need_natural(p, a[1]);
    return raw_int(by > 62 ? 0 : x >> by);
}

static const struct { const char *name; NativeFn fn; int arity; } NATIVES[] = {
    {"Sequences.Seq", n_seq, 1}, {"Sequences.Len", n_len, 1}, {"Sequences.\\o", n_concat, 2}, {"Sequences.Append", n_append, 2},
    {"Sequences.Head", n_head, 1}, {"Sequences.Tail", n_tail, 1}, {"Sequences.SubSeq", n_subseq, 3}, {"Sequences.SelectSeq", n_selectseq, 2},
    {"FiniteSets.Cardinality", n_cardinality, 1}, {"FiniteSets.IsFiniteSet", n_isfinite, 1},
    {"FiniteSetsExt.FoldSet", n_foldset, 3}, {"FiniteSetsExt.ReduceSet", n_reduceset, 3}, {"FiniteSetsExt.SumSet", n_sumset, 1},
    {"FiniteSetsExt.ProductSet", n_productset, 1}, {"FiniteSetsExt.MapThenSumSet", n_mapthensumset, 2},
    {"FiniteSetsExt.FlattenSet", n_union, 1}, {"FiniteSetsExt.SymDiff", n_symdiff, 2}, {"FiniteSetsExt.Quantify", n_quantify, 2},
    {"FiniteSetsExt.kSubset", n_ksubset, 2}, {"FiniteSetsExt.Max", n_max, 1}, {"FiniteSetsExt.Min", n_min, 1},
    {"FiniteSetsExt.ChooseUnique", n_chooseunique, 2}, {"Folds.MapThenFoldSet", n_mapthenfoldset, 5},
    {"TLC.:>", n_single, 2}, {"TLC.@@", n_combine, 2}, {"TLC.Assert", n_assert, 2}, {"TLC.TLCEval", n_itself, 1}, {"TLC.SortSeq", n_sortseq, 2},
    {"Bags.IsABag", n_isabag, 1}, {"Bags.BagToSet", n_bagtoset, 1}, {"Bags.SetToBag", n_settobag, 1}, {"Bags.BagIn", n_bagin, 2},
    {"Bags.CopiesIn", n_copiesin, 2}, {"Bags.(+)", n_bagsum, 2}, {"Bags.(-)", n_bagdiff, 2}, {"Bags.BagUnion", n_bagunion, 1},
    {"Bags.\\sqsubseteq", n_bagincluded, 2}, {"Bags.BagCardinality", n_bagcardinality, 1}, {"BagsExt.BagAdd", n_bagadd, 2},
    {"BagsExt.BagRemove", n_bagremove, 2}, {"BagsExt.BagRemoveAll", n_bagremoveall, 2}, {"BagsExt.FoldBag", n_foldbag, 3},
    {"Functions.Range", n_range, 1}, {"Functions.Restrict", n_restrict, 2}, {"Functions.RestrictDomain", n_restrictdomain, 2},
    {"Functions.RestrictValues", n_restrictvalues, 2}, {"Functions.IsInjective", n_isinjective, 1}, {"Functions.FoldFunction", n_foldfunction, 3},
    {"Functions.FoldFunctionOnSet", n_foldfunctiononset, 4}, {"Functions.SumFunction", n_sumfunction, 1},
    {"Functions.SumFunctionOnSet", n_sumfunctiononset, 2}, {"Functions.ExistsInjection", n_existsinjection, 2},
    {"Functions.ExistsBijection", n_existsbijection, 2},
    {"SequencesExt.ToSet", n_toset, 1}, {"SequencesExt.SetToSeq", n_settoseq, 1}, {"SequencesExt.SetToSortSeq", n_settosortseq, 2},
    {"SequencesExt.SeqOf", n_boundedseq, 2}, {"SequencesExt.BoundedSeq", n_boundedseq, 2}, {"SequencesExt.TupleOf", n_tupleof, 2},
    {"SequencesExt.Contains", n_contains, 2}, {"SequencesExt.IsSorted", n_issorted, 2}, {"SequencesExt.SelectInSeq", n_selectinseq, 2},
    {"SequencesExt.SelectLastInSeq", n_selectlastinseq, 2}, {"SequencesExt.Reverse", n_reverse, 1}, {"SequencesExt.Remove", n_remove, 2},
    {"SequencesExt.ReplaceAll", n_replaceall, 3}, {"SequencesExt.InsertAt", n_insertat, 3}, {"SequencesExt.ReplaceAt", n_replaceat, 3},
    {"SequencesExt.RemoveAt", n_removeat, 2}, {"SequencesExt.RemoveFirstMatch", n_removefirstmatch, 2},
    {"SequencesExt.RemoveFirst", n_removefirst, 2}, {"SequencesExt.Cons", n_cons, 2}, {"SequencesExt.Snoc", n_snoc, 2},
    {"SequencesExt.Front", n_front, 1}, {"SequencesExt.Last", n_last, 1}, {"SequencesExt.IsPrefix", n_isprefix, 2},
    {"SequencesExt.IsStrictPrefix", n_isstrictprefix, 2}, {"SequencesExt.IsSuffix", n_issuffix, 2}, {"SequencesExt.Prefixes", n_prefixes, 1},
    {"SequencesExt.Suffixes", n_suffixes, 1}, {"SequencesExt.SeqMod", n_seqmod, 2}, {"SequencesExt.FoldSeq", n_foldseq, 3},
    {"SequencesExt.FoldLeft", n_foldleft, 3}, {"SequencesExt.FoldRight", n_foldright, 3}, {"SequencesExt.FoldLeftDomain", n_foldleftdomain, 3},
    {"SequencesExt.FoldRightDomain", n_foldrightdomain, 3}, {"SequencesExt.FlattenSeq", n_flattenseq, 1}, {"SequencesExt.Zip", n_zip, 2},
    {"Apalache.MkSeq", n_mkseq, 2}, {"Apalache.ApaFoldSet", n_apafoldset, 3}, {"Apalache.ApaFoldSeqLeft", n_foldleft, 3},
    {"Relation.TransitiveClosure", n_transitiveclosure, 2}, {"Relation.ReflexiveTransitiveClosure", n_reflexiveclosure, 2},
    {"Relation.IsConnected", n_isconnected, 2},
    {"Bitwise.&", n_bitand, 2}, {"Bitwise.|", n_bitor, 2}, {"Bitwise.^^", n_bitxor, 2}, {"Bitwise.shiftR", n_shiftr, 2},
    {NULL, NULL, 0},
};
#endif
