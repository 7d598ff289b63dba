------------------------------- MODULE MCWal --------------------------------
(***************************************************************************)
(* Wal for exploration: a transaction changes something only so often,     *)
(* which bounds the log.                                                   *)
(***************************************************************************)
EXTENDS Wal, TLC

CONSTANT WritesMax

Few ==
  \A t \in Txn :
    Len(SelectSeq(log, LAMBDA r : r.type = "update" /\ r.txn = t)) =< WritesMax

MCSpec == Init /\ [][Next /\ Few']_vars

MCFairSpec ==
  /\ MCSpec
  /\ WF_vars(Restart) /\ WF_vars(Redo) /\ WF_vars(Open)
  /\ \A t \in Txn : WF_vars(Undo(t))

\* Transactions are interchangeable, and so are pages.
Symmetry == Permutations(Txn) \cup Permutations(Page)
=============================================================================
