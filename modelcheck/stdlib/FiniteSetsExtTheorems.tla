----------------------- MODULE FiniteSetsExtTheorems ------------------------
(***************************************************************************)
(* Facts about the operators of module FiniteSetsExt.  Statements only;    *)
(* they are for proofs to cite.                                            *)
(***************************************************************************)
EXTENDS FiniteSetsExt, FiniteSets, Integers

-----------------------------------------------------------------------------
\* FoldSet.

LOCAL Closed(op(_, _), Typ) == \A v, w \in Typ : op(v, w) \in Typ

LOCAL AssociativeCommutative(op(_, _), Typ) ==
  /\ Closed(op, Typ)
  /\ \A v, w \in Typ : op(v, w) = op(w, v)
  /\ \A u, v, w \in Typ : op(op(u, v), w) = op(u, op(v, w))

THEOREM FoldSetEmpty ==
  ASSUME NEW op(_, _), NEW base
  PROVE  FoldSet(op, base, {}) = base

THEOREM FoldSetNonempty ==
  ASSUME NEW op(_, _), NEW base, NEW S, IsFiniteSet(S), S # {}
  PROVE  \E e \in S : FoldSet(op, base, S) = op(e, FoldSet(op, base, S \ {e}))

THEOREM FoldSetType ==
  ASSUME NEW Typ, NEW op(_, _), Closed(op, Typ), NEW base \in Typ,
         NEW S \in SUBSET Typ, IsFiniteSet(S)
  PROVE  FoldSet(op, base, S) \in Typ

THEOREM FoldSetAC ==
  ASSUME NEW Typ, NEW op(_, _), AssociativeCommutative(op, Typ), NEW base \in Typ,
         NEW S \in SUBSET Typ, IsFiniteSet(S), NEW e \in S
  PROVE  FoldSet(op, base, S) = op(e, FoldSet(op, base, S \ {e}))

THEOREM FoldSetACAddElement ==
  ASSUME NEW Typ, NEW op(_, _), AssociativeCommutative(op, Typ), NEW base \in Typ,
         NEW S \in SUBSET Typ, IsFiniteSet(S), NEW e \in Typ \ S
  PROVE  FoldSet(op, base, S \cup {e}) = op(e, FoldSet(op, base, S))

THEOREM FoldSetDisjointUnion ==
  ASSUME NEW Typ, NEW op(_, _), AssociativeCommutative(op, Typ),
         NEW base \in Typ, \A v \in Typ : op(base, v) = v,
         NEW S \in SUBSET Typ, IsFiniteSet(S),
         NEW T \in SUBSET Typ, IsFiniteSet(T), S \cap T = {}
  PROVE  FoldSet(op, base, S \cup T) =
           op(FoldSet(op, base, S), FoldSet(op, base, T))

-----------------------------------------------------------------------------
\* Sums.

THEOREM SumSetNat ==
  ASSUME NEW S \in SUBSET Nat, IsFiniteSet(S)
  PROVE  SumSet(S) \in Nat

THEOREM SumSetInt ==
  ASSUME NEW S \in SUBSET Int, IsFiniteSet(S)
  PROVE  SumSet(S) \in Int

THEOREM SumSetEmpty == 0 = SumSet({})

THEOREM SumSetNonempty ==
  ASSUME NEW S \in SUBSET Int, IsFiniteSet(S), NEW n \in S
  PROVE  SumSet(S) = SumSet(S \ {n}) + n

THEOREM SumSetAddElement ==
  ASSUME NEW S \in SUBSET Int, IsFiniteSet(S), NEW n \in Int \ S
  PROVE  SumSet(S \cup {n}) = SumSet(S) + n

THEOREM SumSetDisjointUnion ==
  ASSUME NEW S \in SUBSET Int, IsFiniteSet(S),
         NEW T \in SUBSET Int, IsFiniteSet(T), S \cap T = {}
  PROVE  SumSet(S) + SumSet(T) = SumSet(S \cup T)

THEOREM SumSetNatSubset ==
  ASSUME NEW S \in SUBSET Nat, IsFiniteSet(S), NEW T \in SUBSET S
  PROVE  SumSet(S) >= SumSet(T)

THEOREM SumSetNatZero ==
  ASSUME NEW S \in SUBSET Nat, IsFiniteSet(S)
  PROVE  S \in {{}, {0}} <=> SumSet(S) = 0

-----------------------------------------------------------------------------
\* Products.

THEOREM ProductSetNat ==
  ASSUME NEW S \in SUBSET Nat, IsFiniteSet(S)
  PROVE  ProductSet(S) \in Nat

THEOREM ProductSetInt ==
  ASSUME NEW S \in SUBSET Int, IsFiniteSet(S)
  PROVE  ProductSet(S) \in Int

THEOREM ProductSetEmpty == 1 = ProductSet({})

THEOREM ProductSetNonempty ==
  ASSUME NEW S \in SUBSET Int, IsFiniteSet(S), NEW n \in S
  PROVE  ProductSet(S) = ProductSet(S \ {n}) * n

THEOREM ProductSetAddElement ==
  ASSUME NEW S \in SUBSET Int, IsFiniteSet(S), NEW n \in Int \ S
  PROVE  ProductSet(S \cup {n}) = ProductSet(S) * n

THEOREM ProductSetDisjointUnion ==
  ASSUME NEW S \in SUBSET Int, IsFiniteSet(S),
         NEW T \in SUBSET Int, IsFiniteSet(T), S \cap T = {}
  PROVE  ProductSet(S) * ProductSet(T) = ProductSet(S \cup T)

THEOREM ProductSetNatOne ==
  ASSUME NEW S \in SUBSET Nat, IsFiniteSet(S)
  PROVE  S \in {{}, {1}} <=> ProductSet(S) = 1

THEOREM ProductSetZero ==
  ASSUME NEW S \in SUBSET Int, IsFiniteSet(S)
  PROVE  0 \in S <=> ProductSet(S) = 0

THEOREM ProductSetNatSubset ==
  ASSUME NEW S \in SUBSET Nat, 0 \notin S, IsFiniteSet(S), NEW T \in SUBSET S
  PROVE  ProductSet(S) >= ProductSet(T)

-----------------------------------------------------------------------------
\* Sums of f(s) for s in S.

THEOREM MapThenSumSetNat ==
  ASSUME NEW S, IsFiniteSet(S), NEW f(_), \A s \in S : f(s) \in Nat
  PROVE  MapThenSumSet(f, S) \in Nat

THEOREM MapThenSumSetInt ==
  ASSUME NEW S, IsFiniteSet(S), NEW f(_), \A s \in S : f(s) \in Int
  PROVE  MapThenSumSet(f, S) \in Int

THEOREM MapThenSumSetEmpty ==
  ASSUME NEW f(_)
  PROVE  MapThenSumSet(f, {}) = 0

THEOREM MapThenSumSetNonempty ==
  ASSUME NEW S, IsFiniteSet(S), NEW f(_), \A s \in S : f(s) \in Int, NEW e \in S
  PROVE  MapThenSumSet(f, S) = MapThenSumSet(f, S \ {e}) + f(e)

THEOREM MapThenSumSetAddElement ==
  ASSUME NEW S, IsFiniteSet(S), NEW e, e \notin S,
         NEW f(_), \A s \in S \cup {e} : f(s) \in Int
  PROVE  MapThenSumSet(f, S \cup {e}) = MapThenSumSet(f, S) + f(e)

THEOREM MapThenSumSetDisjointUnion ==
  ASSUME NEW S, IsFiniteSet(S), NEW T, IsFiniteSet(T), S \cap T = {},
         NEW f(_), \A s \in S \cup T : f(s) \in Int
  PROVE  MapThenSumSet(f, S) + MapThenSumSet(f, T) = MapThenSumSet(f, S \cup T)

THEOREM MapThenSumSetNatSubset ==
  ASSUME NEW S, IsFiniteSet(S), NEW f(_), \A s \in S : f(s) \in Nat,
         NEW T \in SUBSET S
  PROVE  MapThenSumSet(f, S) >= MapThenSumSet(f, T)

THEOREM MapThenSumSetZero ==
  ASSUME NEW S, IsFiniteSet(S), NEW f(_), \A s \in S : f(s) \in Nat
  PROVE  (\A s \in S : f(s) = 0) <=> MapThenSumSet(f, S) = 0

THEOREM MapThenSumSetMonotonic ==
  ASSUME NEW S, IsFiniteSet(S), NEW f(_), NEW g(_),
         \A s \in S : f(s) \in Int /\ g(s) \in Int /\ f(s) \leq g(s)
  PROVE  MapThenSumSet(f, S) \leq MapThenSumSet(g, S)

THEOREM MapThenSumSetStrictlyMonotonic ==
  ASSUME NEW S, IsFiniteSet(S), NEW f(_), NEW g(_),
         \A s \in S : f(s) \in Int /\ g(s) \in Int /\ f(s) \leq g(s),
         NEW e \in S, f(e) < g(e)
  PROVE  MapThenSumSet(f, S) < MapThenSumSet(g, S)

-----------------------------------------------------------------------------
\* Greatest and least elements.

LOCAL IsGreatest(m, S) == m \in S /\ \A n \in S : n \leq m

LOCAL IsLeast(m, S) == m \in S /\ \A n \in S : m \leq n

THEOREM MaxInt ==
  ASSUME NEW S \in SUBSET Int, NEW m \in S, \A n \in S : n \leq m
  PROVE  m = Max(S)

THEOREM MaxIntFinite ==
  ASSUME NEW S \in SUBSET Int, IsFiniteSet(S), S # {}
  PROVE  IsGreatest(Max(S), S)

THEOREM MaxIntBounded ==
  ASSUME NEW S \in SUBSET Int, S # {}, NEW b \in Int, \A n \in S : n \leq b
  PROVE  IsGreatest(Max(S), S)

THEOREM MaxInterval ==
  ASSUME NEW a \in Int, NEW b \in Int, b >= a
  PROVE  b = Max(a .. b)

THEOREM MinInt ==
  ASSUME NEW S \in SUBSET Int, NEW m \in S, \A n \in S : m \leq n
  PROVE  m = Min(S)

THEOREM MinIntFinite ==
  ASSUME NEW S \in SUBSET Int, IsFiniteSet(S), S # {}
  PROVE  IsLeast(Min(S), S)

THEOREM MinIntBounded ==
  ASSUME NEW S \in SUBSET Int, S # {}, NEW b \in Int, \A n \in S : b \leq n
  PROVE  IsLeast(Min(S), S)

THEOREM MinInterval ==
  ASSUME NEW a \in Int, NEW b \in Int, b >= a
  PROVE  a = Min(a .. b)

THEOREM MinNat ==
  ASSUME NEW S \in SUBSET Nat, S # {}
  PROVE  IsLeast(Min(S), S)

-----------------------------------------------------------------------------
\* Majorities.

THEOREM SupersetOfMajorityIsMajority ==
  ASSUME NEW U, IsFiniteSet(U), NEW T \in SUBSET U, NEW S \in SUBSET T,
         Cardinality(U) < 2 * Cardinality(S)
  PROVE  Cardinality(U) < 2 * Cardinality(T)
=============================================================================
