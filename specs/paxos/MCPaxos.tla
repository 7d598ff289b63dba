------------------------------ MODULE MCPaxos ------------------------------
(***************************************************************************)
(* Paxos for exploration: quorums are the majorities.                      *)
(***************************************************************************)
EXTENDS Paxos, FiniteSets, TLC

Majorities ==
  {Q \in SUBSET Acceptor : 2 * Cardinality(Q) > Cardinality(Acceptor)}

\* Acceptors are interchangeable, and so are values.
Symmetry == Permutations(Acceptor) \cup Permutations(Value)
=============================================================================
