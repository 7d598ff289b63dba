------------------------ MODULE MCTransactionCommit ------------------------
(***************************************************************************)
(* TransactionCommit for exploration.  Its behaviors end when everyone has *)
(* ended; the step Finished lets them go on, so that a deadlock found here *)
(* is a resource manager that is stuck.                                    *)
(***************************************************************************)
EXTENDS TransactionCommit

Finished ==
  /\ \A r \in RM : rmState[r] \in {"committed", "aborted"}
  /\ UNCHANGED vars

MCSpec == Init /\ [][Next \/ Finished]_vars
=============================================================================
