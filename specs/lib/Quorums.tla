------------------------------ MODULE Quorums ------------------------------
(***************************************************************************)
(* Majorities: any two of the same set have a member in common, and so     *)
(* have two of sets that differ in one member.                             *)
(***************************************************************************)
EXTENDS Integers, FiniteSets

\* More than half of S.
Majorities(S) == {Q \in SUBSET S : 2 * Cardinality(Q) > Cardinality(S)}

\* Whether those of A that are in S are a majority of S.
IsMajority(A, S) == 2 * Cardinality(A \cap S) > Cardinality(S)
=============================================================================
