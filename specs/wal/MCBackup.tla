------------------------------- MODULE MCBackup -----------------------------
(***************************************************************************)
(* Backup for exploration: a transaction changes something only so often.  *)
(***************************************************************************)
EXTENDS Backup, TLC

CONSTANT WritesMax

Few ==
  \A t \in Txn :
    Len(SelectSeq(log, LAMBDA r : r.type = "update" /\ r.txn = t)) =< WritesMax

MCBackupSpec == BackupInit /\ [][BackupNext /\ Few']_all

\* Transactions are interchangeable.
Symmetry == Permutations(Txn)
=============================================================================
