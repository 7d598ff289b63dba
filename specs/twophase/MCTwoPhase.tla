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

\* As FairSpec, but a TM that has crashed need not come back: then whoever
\* has voted yes waits for ever, which is the price of this protocol.
BlockedSpec ==
  /\ Spec
  /\ SF_vars(DecideCommit \/ DecideAbort)
  /\ \A r \in RM :
       /\ WF_vars(RMRestart(r))
       /\ SF_vars(VoteYes(r) \/ VoteNo(r))
       /\ SF_vars(Ask(r))
       /\ SF_vars(Answer(r))
       /\ SF_vars(LearnCommit(r) \/ LearnAbort(r))

\* The RMs are interchangeable: nothing orders them or picks one.
Symmetry == Permutations(RM)
=============================================================================
