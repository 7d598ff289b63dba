--------------------------- MODULE QuorumTheorems ---------------------------
(***************************************************************************)
(* Facts about quorum systems.  Statements only; they are for proofs to    *)
(* cite.                                                                   *)
(***************************************************************************)
EXTENDS Quorum, Integers, FiniteSets

THEOREM QuorumsIntersect ==
  ASSUME NEW S, NEW QS \in QuorumSystem(S), NEW P \in QS, NEW Q \in QS
  PROVE  \E e \in S : e \in P /\ e \in Q

THEOREM QuorumSuperset ==
  ASSUME NEW S, NEW QS \in QuorumSystem(S),
         NEW Q \in QS, NEW R \in SUBSET S, Q \subseteq R
  PROVE  R \in QS

THEOREM MajoritiesQuorumSystem ==
  ASSUME NEW S, S # {}, IsFiniteSet(S)
  PROVE  {Q \in SUBSET S : Cardinality(S) < 2 * Cardinality(Q)} \in QuorumSystem(S)
=============================================================================
