------------------------------- MODULE Quorum -------------------------------
(***************************************************************************)
(* Quorum systems.                                                         *)
(***************************************************************************)

\* The nonempty sets of subsets of S in which any two meet, and which hold
\* with a set all larger ones.
\* Example: QuorumSystem({1}) = {{{1}}}
QuorumSystem(S) ==
  {QS \in SUBSET SUBSET S :
     /\ QS # {}
     /\ \A P, Q \in QS : \E x \in P : x \in Q
     /\ \A Q \in QS : \A R \in SUBSET S : Q \subseteq R => R \in QS}
=============================================================================
