--------------------------- MODULE Randomization ----------------------------
(***************************************************************************)
(* Subsets drawn at random, for checks that cannot look at all of them.    *)
(***************************************************************************)
LOCAL INSTANCE Naturals
LOCAL INSTANCE FiniteSets

\* A random subset of S with k elements; all of S when it has fewer.
\* Example: Cardinality(RandomSubset(2, 1 .. 5)) = 2
RandomSubset(k, S) ==
  CHOOSE T \in SUBSET S : Cardinality(T) = k \/ (T = S /\ Cardinality(S) < k)

\* At most k random subsets of S, made by k draws, in each of which every
\* element of S has the chance n / Cardinality(S); n elements on average.
\* Example: RandomSetOfSubsets(3, 2, 1 .. 5) \subseteq SUBSET (1 .. 5)
RandomSetOfSubsets(k, n, S) ==
  CHOOSE R \in SUBSET SUBSET S : Cardinality(R) \in 1 .. k

\* How many subsets five such draws of k gave.
\* Example: \A i \in 1 .. 5 : TestRandomSetOfSubsets(3, 2, 1 .. 5)[i] \in 1 .. 3
TestRandomSetOfSubsets(k, n, S) ==
  LET draw(i) == Cardinality(RandomSetOfSubsets(k, n, S))
  IN  <<draw(1), draw(2), draw(3), draw(4), draw(5)>>
=============================================================================
