-------------------------- MODULE FunctionTheorems --------------------------
(***************************************************************************)
(* Facts about the operators of module Functions.  Statements only; they   *)
(* are for proofs to cite.                                                 *)
(***************************************************************************)
EXTENDS Functions, Integers, FiniteSets

-----------------------------------------------------------------------------
\* Parts, ranges, inverses.

THEOREM Fun_RestrictProperties ==
  ASSUME NEW S, NEW T, NEW f \in [S -> T], NEW A \in SUBSET S
  PROVE  /\ Restrict(f, A) \in [A -> T]
         /\ \A a \in A : Restrict(f, A)[a] = f[a]

THEOREM Fun_RangeProperties ==
  ASSUME NEW S, NEW T, NEW f \in [S -> T]
  PROVE  /\ Range(f) \in SUBSET T
         /\ \A v \in Range(f) : \E s \in S : v = f[s]
         /\ f \in Surjection(S, Range(f))

THEOREM Fun_InverseProperties ==
  ASSUME NEW S, NEW T, NEW f \in [S -> T]
  PROVE  /\ (T = {} \/ S # {}) => Inverse(f, S, T) \in [T -> S]
         /\ \A v \in Range(f) : f[Inverse(f, S, T)[v]] = v

-----------------------------------------------------------------------------
\* Injections, surjections, bijections.

THEOREM Fun_IsInj ==
  ASSUME NEW S, NEW T, NEW f \in [S -> T],
         \A x, y \in S : f[x] = f[y] => x = y
  PROVE  f \in Injection(S, T)

THEOREM Fun_IsSurj ==
  ASSUME NEW S, NEW T, NEW f \in [S -> T],
         \A t \in T : \E x \in S : f[x] = t
  PROVE  f \in Surjection(S, T)

THEOREM Fun_IsBij ==
  ASSUME NEW S, NEW T, NEW f,
         \/ f \in Injection(S, T)
         \/ f \in [S -> T] /\ \A x, y \in S : f[x] = f[y] => x = y,
         \/ f \in Surjection(S, T)
         \/ f \in [S -> T] /\ \A t \in T : \E x \in S : f[x] = t
  PROVE  f \in Bijection(S, T)

THEOREM Fun_InjectionProperties ==
  ASSUME NEW S, NEW T, NEW f \in Injection(S, T)
  PROVE  f \in [S -> T] /\ \A x, y \in S : f[x] = f[y] => x = y

THEOREM Fun_SurjectionProperties ==
  ASSUME NEW S, NEW T, NEW f \in Surjection(S, T)
  PROVE  /\ f \in [S -> T] /\ Range(f) = T
         /\ \A t \in T : \E x \in S : f[x] = t

THEOREM Fun_BijectionProperties ==
  ASSUME NEW S, NEW T, NEW f \in Bijection(S, T)
  PROVE  /\ f \in [S -> T]
         /\ f \in Injection(S, T)  /\ \A x, y \in S : f[x] = f[y] => x = y
         /\ f \in Surjection(S, T) /\ \A t \in T : \E x \in S : f[x] = t

THEOREM Fun_SmallestSurjectionIsBijection ==
  ASSUME NEW S, NEW T, NEW f \in Surjection(S, T),
         \A R \in (SUBSET S) \ {S} : Surjection(R, T) = {}
  PROVE  f \in Bijection(S, T)

THEOREM Fun_InjTransitive ==
  ASSUME NEW S, NEW T, NEW U,
         NEW f \in Injection(S, T), NEW g \in Injection(T, U)
  PROVE  [x \in S |-> g[f[x]]] \in Injection(S, U)

THEOREM Fun_SurjTransitive ==
  ASSUME NEW S, NEW T, NEW U,
         NEW f \in Surjection(S, T), NEW g \in Surjection(T, U)
  PROVE  [x \in S |-> g[f[x]]] \in Surjection(S, U)

THEOREM Fun_BijTransitive ==
  ASSUME NEW S, NEW T, NEW U,
         NEW f \in Bijection(S, T), NEW g \in Bijection(T, U)
  PROVE  [x \in S |-> g[f[x]]] \in Bijection(S, U)

THEOREM Fun_SurjInverse ==
  ASSUME NEW S, NEW T, NEW f \in Surjection(S, T)
  PROVE  Inverse(f, S, T) \in Injection(T, S)

THEOREM Fun_InjInverse ==
  ASSUME NEW S, NEW T, T = {} \/ S # {}, NEW f \in Injection(S, T)
  PROVE  Inverse(f, S, T) \in Surjection(T, S)

THEOREM Fun_BijInverse ==
  ASSUME NEW S, NEW T, NEW f \in Bijection(S, T)
  PROVE  LET g == Inverse(f, S, T)
         IN  /\ g \in Bijection(T, S)
             /\ \A x \in S : g[f[x]] = x
             /\ Inverse(g, T, S) = f

THEOREM Fun_BijRestrict ==
  ASSUME NEW S, NEW T, NEW f \in Bijection(S, T), NEW A \in SUBSET S
  PROVE  Restrict(f, A) \in Bijection(A, Range(Restrict(f, A)))

THEOREM Fun_InjMeansBijImage ==
  ASSUME NEW S, NEW T, NEW f \in Injection(S, T)
  PROVE  f \in Bijection(S, Range(f))

-----------------------------------------------------------------------------
\* Whether there are any.

THEOREM Fun_ExistsInj ==
  \A S, T : Injection(S, T) # {} <=> ExistsInjection(S, T)

THEOREM Fun_ExistsSurj ==
  \A S, T : Surjection(S, T) # {} <=> ExistsSurjection(S, T)

THEOREM Fun_ExistsBij ==
  \A S, T : Bijection(S, T) # {} <=> ExistsBijection(S, T)

THEOREM Fun_ExistsSurjSubset ==
  ASSUME NEW S, NEW T \in (SUBSET S) \ {{}}
  PROVE  ExistsSurjection(S, T)

THEOREM Fun_ExistsSurjMeansExistsRevInj ==
  ASSUME NEW S, NEW T, ExistsSurjection(S, T)
  PROVE  ExistsInjection(T, S)

THEOREM Fun_ExistsBijReflexive == \A S : ExistsBijection(S, S)

THEOREM Fun_ExistsInjReflexive == \A S : ExistsInjection(S, S)

THEOREM Fun_ExistsSurjReflexive == \A S : ExistsSurjection(S, S)

THEOREM Fun_ExistsBijSymmetric ==
  ASSUME NEW S, NEW T, ExistsBijection(S, T)
  PROVE  ExistsBijection(T, S)

THEOREM Fun_ExistsBijTransitive ==
  ASSUME NEW S, NEW T, NEW U, ExistsBijection(S, T), ExistsBijection(T, U)
  PROVE  ExistsBijection(S, U)

THEOREM Fun_ExistsInjTransitive ==
  ASSUME NEW S, NEW T, NEW U, ExistsInjection(S, T), ExistsInjection(T, U)
  PROVE  ExistsInjection(S, U)

THEOREM Fun_ExistsSurjTransitive ==
  ASSUME NEW S, NEW T, NEW U, ExistsSurjection(S, T), ExistsSurjection(T, U)
  PROVE  ExistsSurjection(S, U)

\* Injections both ways make a bijection.
THEOREM Fun_CantorBernsteinSchroeder_Lemma ==
  ASSUME NEW S, NEW T \in SUBSET S, ExistsInjection(S, T)
  PROVE  ExistsBijection(S, T)

THEOREM Fun_CantorBernsteinSchroeder ==
  ASSUME NEW S, NEW T, ExistsInjection(S, T), ExistsInjection(T, S)
  PROVE  ExistsBijection(S, T)

THEOREM Fun_ExistInjAndSurjThenBij ==
  ASSUME NEW S, NEW T, ExistsInjection(S, T), ExistsSurjection(S, T)
  PROVE  ExistsBijection(S, T)

THEOREM Fun_ExistSurjAndSurjThenBij ==
  ASSUME NEW S, NEW T, ExistsSurjection(S, T), ExistsSurjection(T, S)
  PROVE  ExistsBijection(S, T)

THEOREM Fun_ExistsBijEquiv ==
  ASSUME NEW S, NEW T
  PROVE  LET B == ExistsBijection(S, T)
         IN  /\ B <=> ExistsBijection(T, S)
             /\ B <=> ExistsInjection(S, T)  /\ ExistsInjection(T, S)
             /\ B <=> ExistsInjection(S, T)  /\ ExistsSurjection(S, T)
             /\ B <=> ExistsInjection(T, S)  /\ ExistsSurjection(T, S)
             /\ B <=> ExistsSurjection(S, T) /\ ExistsSurjection(T, S)

-----------------------------------------------------------------------------
\* Counting with initial segments of the naturals.

THEOREM Fun_ExistsBijInterval ==
  ASSUME NEW a \in Int, NEW b \in Int, a \leq b
  PROVE  ExistsBijection(1 .. (b - a + 1), a .. b)

THEOREM Fun_NatInjLeq ==
  \A m, n \in Nat : ExistsInjection(1 .. m, 1 .. n) <=> m \leq n

THEOREM Fun_NatSurjImpliesNatBij ==
  ASSUME NEW S, NEW n \in Nat, ExistsSurjection(1 .. n, S)
  PROVE  \E m \in 0 .. n : ExistsBijection(1 .. m, S)

THEOREM Fun_NatSurjEquivNatBij ==
  \A S : (\E n \in Nat : ExistsBijection(1 .. n, S))
           <=> (\E n \in Nat : ExistsSurjection(1 .. n, S))

THEOREM Fun_NatBijSame ==
  ASSUME NEW S, NEW m \in Nat, ExistsBijection(1 .. m, S),
                NEW n \in Nat, ExistsBijection(1 .. n, S)
  PROVE  m = n

THEOREM Fun_NatBijEmpty ==
  \A S : S = {} <=> ExistsBijection(1 .. 0, S)

THEOREM Fun_NatBijSingleton ==
  \A S : (\E e : S = {e}) <=> ExistsBijection(1 .. 1, S)

THEOREM Fun_NatBijSubset ==
  ASSUME NEW S, NEW m \in Nat, ExistsBijection(1 .. m, S), NEW T \in SUBSET S
  PROVE  \E n \in 0 .. m : ExistsBijection(1 .. n, T)

THEOREM Fun_NatBijAddElem ==
  ASSUME NEW S, NEW m \in Nat, ExistsBijection(1 .. m, S), NEW e, e \notin S
  PROVE  ExistsBijection(1 .. (m + 1), S \cup {e})

THEOREM Fun_NatBijSubElem ==
  ASSUME NEW S, NEW m \in Nat, ExistsBijection(1 .. m, S), NEW e \in S
  PROVE  ExistsBijection(1 .. (m - 1), S \ {e})

-----------------------------------------------------------------------------
\* Combining values with op, which stays within Typ.

LOCAL Closed(op(_, _), Typ) == \A v, w \in Typ : op(v, w) \in Typ

\* The order does not matter.
LOCAL AssociativeCommutative(op(_, _), Typ) ==
  /\ Closed(op, Typ)
  /\ \A v, w \in Typ : op(v, w) = op(w, v)
  /\ \A u, v, w \in Typ : op(op(u, v), w) = op(u, op(v, w))

THEOREM FoldFunctionOnSetEmpty ==
  ASSUME NEW op(_, _), NEW base, NEW f
  PROVE  FoldFunctionOnSet(op, base, f, {}) = base

THEOREM FoldFunctionOnSetNonempty ==
  ASSUME NEW op(_, _), NEW base, NEW f, NEW I, IsFiniteSet(I), I # {}
  PROVE  \E i \in I : FoldFunctionOnSet(op, base, f, I) =
                        op(f[i], FoldFunctionOnSet(op, base, f, I \ {i}))

THEOREM FoldFunctionOnSetType ==
  ASSUME NEW Typ, NEW op(_, _), Closed(op, Typ), NEW base \in Typ,
         NEW I, IsFiniteSet(I), NEW f, \A i \in I : f[i] \in Typ
  PROVE  FoldFunctionOnSet(op, base, f, I) \in Typ

THEOREM FoldFunctionOnSetEqual ==
  ASSUME NEW op(_, _), NEW base, NEW I, IsFiniteSet(I),
         NEW f, NEW g, \A i \in I : g[i] = f[i]
  PROVE  FoldFunctionOnSet(op, base, g, I) = FoldFunctionOnSet(op, base, f, I)

THEOREM FoldFunctionOnSetAC ==
  ASSUME NEW Typ, NEW op(_, _), AssociativeCommutative(op, Typ), NEW base \in Typ,
         NEW I, IsFiniteSet(I), NEW f, \A j \in I : f[j] \in Typ, NEW i \in I
  PROVE  FoldFunctionOnSet(op, base, f, I) =
           op(f[i], FoldFunctionOnSet(op, base, f, I \ {i}))

THEOREM FoldFunctionOnSetACAddIndex ==
  ASSUME NEW Typ, NEW op(_, _), AssociativeCommutative(op, Typ), NEW base \in Typ,
         NEW I, IsFiniteSet(I), NEW i, i \notin I,
         NEW f, \A j \in I \cup {i} : f[j] \in Typ
  PROVE  FoldFunctionOnSet(op, base, f, I \cup {i}) =
           op(f[i], FoldFunctionOnSet(op, base, f, I))

THEOREM FoldFunctionOnSetACExcept ==
  ASSUME NEW Typ, NEW op(_, _), AssociativeCommutative(op, Typ), NEW base \in Typ,
         NEW f, NEW I \in SUBSET DOMAIN f, IsFiniteSet(I),
         \A j \in I : f[j] \in Typ, NEW i, NEW v \in Typ
  PROVE  FoldFunctionOnSet(op, base, [f EXCEPT ![i] = v], I) =
           IF i \notin I THEN FoldFunctionOnSet(op, base, f, I)
           ELSE op(v, FoldFunctionOnSet(op, base, f, I \ {i}))

THEOREM FoldFunctionOnSetDisjointUnion ==
  ASSUME NEW Typ, NEW op(_, _), AssociativeCommutative(op, Typ),
         NEW base \in Typ, \A v \in Typ : op(base, v) = v,
         NEW I, IsFiniteSet(I), NEW J, IsFiniteSet(J), I \cap J = {},
         NEW f, \A i \in I \cup J : f[i] \in Typ
  PROVE  FoldFunctionOnSet(op, base, f, I \cup J) =
           op(FoldFunctionOnSet(op, base, f, I), FoldFunctionOnSet(op, base, f, J))

THEOREM FoldFunctionEmpty ==
  ASSUME NEW op(_, _), NEW base, NEW f, DOMAIN f = {}
  PROVE  FoldFunction(op, base, f) = base

THEOREM FoldFunctionNonempty ==
  ASSUME NEW op(_, _), NEW base, NEW f, IsFiniteSet(DOMAIN f), DOMAIN f # {}
  PROVE  \E i \in DOMAIN f : FoldFunction(op, base, f) =
           op(f[i], FoldFunctionOnSet(op, base, f, DOMAIN f \ {i}))

THEOREM FoldFunctionType ==
  ASSUME NEW Typ, NEW op(_, _), Closed(op, Typ), NEW base \in Typ,
         NEW f, IsFiniteSet(DOMAIN f), \A i \in DOMAIN f : f[i] \in Typ
  PROVE  FoldFunction(op, base, f) \in Typ

THEOREM FoldFunctionAC ==
  ASSUME NEW Typ, NEW op(_, _), AssociativeCommutative(op, Typ), NEW base \in Typ,
         NEW f, IsFiniteSet(DOMAIN f), \A j \in DOMAIN f : f[j] \in Typ,
         NEW i \in DOMAIN f
  PROVE  FoldFunction(op, base, f) =
           op(f[i], FoldFunctionOnSet(op, base, f, DOMAIN f \ {i}))

THEOREM FoldFunctionACExcept ==
  ASSUME NEW Typ, NEW op(_, _), AssociativeCommutative(op, Typ), NEW base \in Typ,
         NEW f, IsFiniteSet(DOMAIN f), \A j \in DOMAIN f : f[j] \in Typ,
         NEW i, NEW v \in Typ
  PROVE  FoldFunction(op, base, [f EXCEPT ![i] = v]) =
           IF i \notin DOMAIN f THEN FoldFunction(op, base, f)
           ELSE op(v, FoldFunctionOnSet(op, base, f, DOMAIN f \ {i}))

-----------------------------------------------------------------------------
\* Sums of f[i] for i in a finite set I.

THEOREM SumFunctionOnSetNat ==
  ASSUME NEW I, IsFiniteSet(I), NEW f, \A i \in I : f[i] \in Nat
  PROVE  SumFunctionOnSet(f, I) \in Nat

THEOREM SumFunctionOnSetInt ==
  ASSUME NEW I, IsFiniteSet(I), NEW f, \A i \in I : f[i] \in Int
  PROVE  SumFunctionOnSet(f, I) \in Int

THEOREM SumFunctionOnSetEqual ==
  ASSUME NEW I, IsFiniteSet(I), NEW f, NEW g, \A i \in I : g[i] = f[i]
  PROVE  SumFunctionOnSet(g, I) = SumFunctionOnSet(f, I)

THEOREM SumFunctionOnSetEmpty == \A f : SumFunctionOnSet(f, {}) = 0

THEOREM SumFunctionOnSetNonempty ==
  ASSUME NEW I, IsFiniteSet(I), NEW f, \A j \in I : f[j] \in Int, NEW i \in I
  PROVE  SumFunctionOnSet(f, I) = SumFunctionOnSet(f, I \ {i}) + f[i]

THEOREM SumFunctionOnSetAddIndex ==
  ASSUME NEW I, IsFiniteSet(I), NEW i, i \notin I,
         NEW f, \A j \in I \cup {i} : f[j] \in Int
  PROVE  SumFunctionOnSet(f, I \cup {i}) = SumFunctionOnSet(f, I) + f[i]

THEOREM SumFunctionOnSetRemoveIndex ==
  ASSUME NEW I, IsFiniteSet(I), NEW f, \A j \in I : f[j] \in Int, NEW i \in I
  PROVE  SumFunctionOnSet(f, I \ {i}) = SumFunctionOnSet(f, I) - f[i]

THEOREM SumFunctionOnSetExcept ==
  ASSUME NEW f, NEW I \in SUBSET DOMAIN f, IsFiniteSet(I),
         \A j \in I : f[j] \in Int, NEW i, NEW v \in Int
  PROVE  SumFunctionOnSet([f EXCEPT ![i] = v], I) =
           SumFunctionOnSet(f, I) + (IF i \in I THEN v - f[i] ELSE 0)

THEOREM SumFunctionOnSetDisjointUnion ==
  ASSUME NEW I, IsFiniteSet(I), NEW J, IsFiniteSet(J), I \cap J = {},
         NEW f, \A i \in I \cup J : f[i] \in Int
  PROVE  SumFunctionOnSet(f, I \cup J) =
           SumFunctionOnSet(f, I) + SumFunctionOnSet(f, J)

THEOREM SumFunctionNatOnSubset ==
  ASSUME NEW I, IsFiniteSet(I), NEW f, \A i \in I : f[i] \in Nat,
         NEW J \in SUBSET I
  PROVE  SumFunctionOnSet(f, J) \leq SumFunctionOnSet(f, I)

THEOREM SumFunctionOnSetZero ==
  ASSUME NEW I, IsFiniteSet(I), NEW f, \A i \in I : f[i] \in Nat
  PROVE  (\A i \in I : f[i] = 0) <=> SumFunctionOnSet(f, I) = 0

THEOREM SumFunctionOnSetConst ==
  ASSUME NEW D, NEW I \in SUBSET D, IsFiniteSet(I),
         NEW f \in [D -> Int], NEW c \in Int, \A i \in I : f[i] = c
  PROVE  SumFunctionOnSet(f, I) = Cardinality(I) * c

THEOREM SumFunctionOnSetMonotonic ==
  ASSUME NEW I, IsFiniteSet(I), NEW f, NEW g,
         \A i \in I : f[i] \in Int /\ g[i] \in Int /\ f[i] \leq g[i]
  PROVE  SumFunctionOnSet(f, I) \leq SumFunctionOnSet(g, I)

THEOREM SumFunctionOnSetStrictlyMonotonic ==
  ASSUME NEW I, IsFiniteSet(I), NEW f, NEW g,
         \A i \in I : f[i] \in Int /\ g[i] \in Int /\ f[i] \leq g[i],
         NEW j \in I, f[j] < g[j]
  PROVE  SumFunctionOnSet(f, I) < SumFunctionOnSet(g, I)

-----------------------------------------------------------------------------
\* Sums of all values of f, whose domain is finite.

THEOREM SumFunctionNat ==
  ASSUME NEW f, IsFiniteSet(DOMAIN f), \A i \in DOMAIN f : f[i] \in Nat
  PROVE  SumFunction(f) \in Nat

THEOREM SumFunctionInt ==
  ASSUME NEW f, IsFiniteSet(DOMAIN f), \A i \in DOMAIN f : f[i] \in Int
  PROVE  SumFunction(f) \in Int

THEOREM SumFunctionEmpty ==
  ASSUME NEW f, DOMAIN f = {}
  PROVE  SumFunction(f) = 0

THEOREM SumFunctionNonempty ==
  ASSUME NEW f, IsFiniteSet(DOMAIN f), \A j \in DOMAIN f : f[j] \in Int,
         NEW i \in DOMAIN f
  PROVE  SumFunction(f) = SumFunctionOnSet(f, DOMAIN f \ {i}) + f[i]

THEOREM SumFunctionExcept ==
  ASSUME NEW f, IsFiniteSet(DOMAIN f), \A j \in DOMAIN f : f[j] \in Int,
         NEW i, NEW v \in Int
  PROVE  SumFunction([f EXCEPT ![i] = v]) =
           SumFunction(f) + (IF i \in DOMAIN f THEN v - f[i] ELSE 0)

THEOREM SumFunctionZero ==
  ASSUME NEW f, IsFiniteSet(DOMAIN f), \A i \in DOMAIN f : f[i] \in Nat
  PROVE  (\A i \in DOMAIN f : f[i] = 0) <=> SumFunction(f) = 0

THEOREM SumFunctionConst ==
  ASSUME NEW S, IsFiniteSet(S), NEW c \in Int
  PROVE  SumFunction([e \in S |-> c]) = Cardinality(S) * c

THEOREM SumFunctionMonotonic ==
  ASSUME NEW f, NEW g, DOMAIN f = DOMAIN g, IsFiniteSet(DOMAIN f),
         \A i \in DOMAIN f : f[i] \in Int /\ g[i] \in Int /\ f[i] \leq g[i]
  PROVE  SumFunction(f) \leq SumFunction(g)

THEOREM SumFunctionStrictlyMonotonic ==
  ASSUME NEW f, NEW g, DOMAIN f = DOMAIN g, IsFiniteSet(DOMAIN f),
         \A i \in DOMAIN f : f[i] \in Int /\ g[i] \in Int /\ f[i] \leq g[i],
         NEW j \in DOMAIN f, f[j] < g[j]
  PROVE  SumFunction(f) < SumFunction(g)
=============================================================================
