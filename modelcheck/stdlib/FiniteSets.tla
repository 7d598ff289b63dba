----------------------------- MODULE FiniteSets -----------------------------
(***************************************************************************)
(* Which sets are finite, and how many elements they have.                 *)
(***************************************************************************)
LOCAL INSTANCE Naturals
LOCAL INSTANCE Sequences

\* S is finite: some sequence lists all its elements.
\* Example: IsFiniteSet({}) /\ IsFiniteSet({3, 5})
IsFiniteSet(S) == \E s \in Seq(S) : \A e \in S : \E i \in DOMAIN s : s[i] = e

\* The number of elements of S, which must be finite.
\* Example: Cardinality({3, 5, 3}) = 2
\* Example: Cardinality({}) = 0
Cardinality(S) ==
  LET size[T \in SUBSET S] ==
        IF T = {} THEN 0 ELSE 1 + size[T \ {CHOOSE e \in T : TRUE}]
  IN  size[S]
=============================================================================
