----------------------------- MODULE MCTwoPhase -----------------------------
(***************************************************************************)
(* TwoPhase for exploration.  Its behaviors end when everyone has ended;   *)
(* the step Finished lets them go on, so that a deadlock found here is a   *)
(* node that is stuck.                                                     *)
(***************************************************************************)
EXTENDS TwoPhase, TLC

Finished ==
  /\ tmState \in {"committed", "aborted"}
  /\ \A r \in RM : rmState[r] \in {"committed", "aborted"}
  /\ UNCHANGED vars

MCSpec == Init /\ [][Next \/ Finished]_vars

\* The RMs are interchangeable: nothing orders them or picks one.
Symmetry == Permutations(RM)
=============================================================================
