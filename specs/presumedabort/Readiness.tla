----------------------------- MODULE Readiness ------------------------------
(***************************************************************************)
(* The problem: a transaction is committed anywhere only after all are     *)
(* ready for it, and neither is ever taken back.  That nobody who is told  *)
(* of an abort is so of a committed one is not said here, because an abort *)
(* leaves no trace: it is an invariant of what refines this.               *)
(***************************************************************************)
CONSTANTS
  Txn,        \* the transactions
  RM          \* the resource managers

VARIABLES
  ready,      \* for each transaction, who is ready to commit it
  committed   \* for each transaction, who has committed it

vars == <<ready, committed>>

TypeOK ==
  /\ ready     \in [Txn -> SUBSET RM]
  /\ committed \in [Txn -> SUBSET RM]

Init ==
  /\ ready     = [t \in Txn |-> {}]
  /\ committed = [t \in Txn |-> {}]

(***************************************************************************)
(* r gets ready to commit t.  Enabled:                                     *)
(*   - it is not.                                                          *)
(***************************************************************************)
Ready(t, r) ==
  /\ r \notin ready[t]
  /\ ready' = [ready EXCEPT ![t] = @ \cup {r}]
  /\ UNCHANGED committed

(***************************************************************************)
(* r commits t.  Enabled:                                                  *)
(*   - it has not;                                                         *)
(*   - all are ready.                                                      *)
(***************************************************************************)
Commit(t, r) ==
  /\ r \notin committed[t]
  /\ ready[t] = RM
  /\ committed' = [committed EXCEPT ![t] = @ \cup {r}]
  /\ UNCHANGED ready

Next == \E t \in Txn, r \in RM : Ready(t, r) \/ Commit(t, r)

Spec == Init /\ [][Next]_vars

\* Without it a transaction would be committed that somebody cannot commit.
AllReady == \A t \in Txn : committed[t] # {} => ready[t] = RM

THEOREM Spec => [](TypeOK /\ AllReady)

(***************************************************************************)
(* Checked: MCReadiness, with two transactions and two resource managers.  *)
(***************************************************************************)
=============================================================================
