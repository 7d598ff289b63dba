------------------------- MODULE FiniteSetTheorems --------------------------
(***************************************************************************)
(* Facts about finite sets and their sizes.  Statements only; they are for *)
(* proofs to cite.                                                         *)
(***************************************************************************)
EXTENDS FiniteSets, Integers, Functions, WellFoundedInduction

-----------------------------------------------------------------------------
\* Finite sets are those that can be counted off.

LEMMA FS_NatSurjection ==
  \A S : IsFiniteSet(S) <=> \E n \in Nat : ExistsSurjection(1 .. n, S)

LEMMA FS_NatBijection ==
  \A S : IsFiniteSet(S) <=> \E n \in Nat : ExistsBijection(1 .. n, S)

LEMMA FS_CountingElements ==
  ASSUME NEW S, NEW n \in Nat, ExistsBijection(1 .. n, S)
  PROVE  Cardinality(S) = n

THEOREM FS_SurjCardinalityBound ==
  ASSUME NEW S, NEW n \in Nat, ExistsSurjection(1 .. n, S)
  PROVE  Cardinality(S) \leq n

THEOREM FS_CardinalityType ==
  ASSUME NEW S, IsFiniteSet(S)
  PROVE  /\ Cardinality(S) \in Nat
         /\ ExistsBijection(1 .. Cardinality(S), S)

-----------------------------------------------------------------------------
\* Functions between finite sets.

THEOREM FS_Bijection ==
  ASSUME NEW S, IsFiniteSet(S), NEW T, ExistsBijection(S, T)
  PROVE  IsFiniteSet(T) /\ Cardinality(S) = Cardinality(T)

THEOREM FS_SameCardinalityBij ==
  ASSUME NEW S, IsFiniteSet(S), NEW T, IsFiniteSet(T),
         Cardinality(T) = Cardinality(S)
  PROVE  ExistsBijection(S, T)

THEOREM FS_SurjSameCardinalityImpliesInj ==
  ASSUME NEW S, IsFiniteSet(S), NEW T, Cardinality(T) = Cardinality(S),
         NEW f \in Surjection(S, T)
  PROVE  f \in Injection(S, T)

THEOREM FS_Surjection ==
  ASSUME NEW S, IsFiniteSet(S), NEW T, NEW f \in Surjection(S, T)
  PROVE  /\ IsFiniteSet(T)
         /\ Cardinality(S) >= Cardinality(T)
         /\ f \in Injection(S, T) <=> Cardinality(S) = Cardinality(T)

THEOREM FS_Injection ==
  ASSUME NEW S, NEW T, IsFiniteSet(T), NEW f \in Injection(S, T)
  PROVE  /\ IsFiniteSet(S)
         /\ Cardinality(S) \leq Cardinality(T)
         /\ f \in Surjection(S, T) <=> Cardinality(S) = Cardinality(T)

THEOREM FS_Image ==
  ASSUME NEW S, IsFiniteSet(S), NEW Op(_)
  PROVE  /\ IsFiniteSet({Op(e) : e \in S})
         /\ Cardinality({Op(e) : e \in S}) \leq Cardinality(S)

\* A function into a smaller set takes some value twice.
THEOREM FS_PigeonHole ==
  ASSUME NEW S, IsFiniteSet(S), NEW T, IsFiniteSet(T),
         Cardinality(S) > Cardinality(T), NEW f \in [S -> T]
  PROVE  \E x \in S : \E y \in S \ {x} : f[x] = f[y]

-----------------------------------------------------------------------------
\* Small sets, single elements, subsets.

THEOREM FS_EmptySet ==
  /\ IsFiniteSet({}) /\ Cardinality({}) = 0
  /\ \A S : IsFiniteSet(S) => (S = {} <=> Cardinality(S) = 0)

THEOREM FS_Singleton ==
  /\ \A e : IsFiniteSet({e}) /\ Cardinality({e}) = 1
  /\ \A S : IsFiniteSet(S) => ((\E e : S = {e}) <=> Cardinality(S) = 1)

THEOREM FS_AddElement ==
  ASSUME NEW S, IsFiniteSet(S), NEW e
  PROVE  /\ IsFiniteSet(S \cup {e})
         /\ Cardinality(S \cup {e}) =
              Cardinality(S) + (IF e \in S THEN 0 ELSE 1)

THEOREM FS_RemoveElement ==
  ASSUME NEW S, IsFiniteSet(S), NEW e
  PROVE  /\ IsFiniteSet(S \ {e})
         /\ Cardinality(S \ {e}) =
              Cardinality(S) - (IF e \in S THEN 1 ELSE 0)

THEOREM FS_Subset ==
  ASSUME NEW S, IsFiniteSet(S), NEW T \in SUBSET S
  PROVE  /\ IsFiniteSet(T)
         /\ Cardinality(T) \leq Cardinality(S)
         /\ Cardinality(T) = Cardinality(S) => T = S

THEOREM FS_Interval ==
  ASSUME NEW a \in Int, NEW b \in Int
  PROVE  /\ IsFiniteSet(a .. b)
         /\ Cardinality(a .. b) = IF a \leq b THEN b - a + 1 ELSE 0

THEOREM FS_BoundedSetOfNaturals ==
  ASSUME NEW S \in SUBSET Nat, NEW n \in Nat, \A e \in S : e \leq n
  PROVE  IsFiniteSet(S) /\ Cardinality(S) \leq n + 1

-----------------------------------------------------------------------------
\* Induction.

\* From each finite subset to those with one element more.
THEOREM FS_Induction ==
  ASSUME NEW S, IsFiniteSet(S), NEW P(_), P({}),
         ASSUME NEW T \in SUBSET S, IsFiniteSet(T), P(T), NEW e \in S \ T
         PROVE  P(T \cup {e})
  PROVE  P(S)

\* Example: FiniteSubsetsOf({1}) = {{}, {1}}
FiniteSubsetsOf(S) == {T \in SUBSET S : IsFiniteSet(T)}

\* The pairs of a subset of S and a larger one.
\* Example: StrictSubsetOrdering({1}) = {<<{}, {1}>>}
StrictSubsetOrdering(S) ==
  {p \in (SUBSET S) \X (SUBSET S) : p[1] # p[2] /\ p[1] \subseteq p[2]}

LEMMA FS_FiniteSubsetsOfFinite ==
  ASSUME NEW S, IsFiniteSet(S)
  PROVE  SUBSET S = FiniteSubsetsOf(S)

THEOREM FS_StrictSubsetOrderingWellFounded ==
  \A S : IsWellFoundedOn(StrictSubsetOrdering(S), FiniteSubsetsOf(S))

\* From all smaller subsets at once.
THEOREM FS_WFInduction ==
  ASSUME NEW P(_), NEW S, IsFiniteSet(S),
         ASSUME NEW T \in SUBSET S, \A U \in SUBSET T : U # T => P(U)
         PROVE  P(T)
  PROVE  P(S)

-----------------------------------------------------------------------------
\* The operators of set theory.

THEOREM FS_Union ==
  ASSUME NEW S, IsFiniteSet(S), NEW T, IsFiniteSet(T)
  PROVE  /\ IsFiniteSet(S \cup T)
         /\ Cardinality(S \cup T) =
              (Cardinality(S) + Cardinality(T)) - Cardinality(S \cap T)

\* Two large enough subsets of U meet.
THEOREM FS_MajoritiesIntersect ==
  ASSUME NEW U, IsFiniteSet(U), NEW S, S \subseteq U, NEW T, T \subseteq U,
         Cardinality(U) < Cardinality(S) + Cardinality(T)
  PROVE  S \cap T # {}

THEOREM FS_Intersection ==
  ASSUME NEW S, IsFiniteSet(S), NEW T
  PROVE  /\ IsFiniteSet(S \cap T) /\ Cardinality(S \cap T) \leq Cardinality(S)
         /\ IsFiniteSet(T \cap S) /\ Cardinality(T \cap S) \leq Cardinality(S)

THEOREM FS_Difference ==
  ASSUME NEW S, IsFiniteSet(S), NEW T
  PROVE  /\ IsFiniteSet(S \ T)
         /\ Cardinality(S \ T) = Cardinality(S) - Cardinality(S \cap T)

THEOREM FS_UNION ==
  ASSUME NEW S, IsFiniteSet(S), \A T \in S : IsFiniteSet(T)
  PROVE  IsFiniteSet(UNION S)

THEOREM FS_Product ==
  ASSUME NEW S, IsFiniteSet(S), NEW T, IsFiniteSet(T)
  PROVE  /\ IsFiniteSet(S \X T)
         /\ Cardinality(S \X T) = Cardinality(S) * Cardinality(T)

THEOREM FS_SUBSET ==
  ASSUME NEW S, IsFiniteSet(S)
  PROVE  IsFiniteSet(SUBSET S) /\ Cardinality(SUBSET S) = 2 ^ Cardinality(S)
=============================================================================
