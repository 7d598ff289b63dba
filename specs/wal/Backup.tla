------------------------------- MODULE Backup -------------------------------
(***************************************************************************)
(* A fuzzy backup of the store of Wal, taken while it runs: the pages are  *)
(* copied from the disk one after the other, each as it is then, and after *)
(* that a part of the log.  Restoring is redo of that part over the copies *)
(* and undo of those who had not ended.                                    *)
(*                                                                         *)
(* The part of the log must begin early enough: with the oldest change     *)
(* that was not on the disk when the backup began, or that might still be  *)
(* taken back then; and it must go as far as any page that was copied.     *)
(*                                                                         *)
(* Source: C. Mohan and others, "ARIES", ACM TODS 17(1), 1992, section 8   *)
(*   (media recovery, fuzzy image copies).                                 *)
(* Left out: backups of what has changed since an earlier one.             *)
(***************************************************************************)
EXTENDS Wal

VARIABLES
  stage,      \* of the backup: "none", "copying" or "done"
  first,      \* the first record of the part of the log
  copy,       \* the pages that were copied so far
  part        \* the part of the log, when it is done

backup == <<stage, first, copy, part>>
all    == <<log, forced, archived, pages, cache, phase, redone, open, undoNext,
            told, stage, first, copy, part>>

BackupTypeOK ==
  /\ TypeOK
  /\ stage \in {"none", "copying", "done"}
  /\ first \in Nat
  /\ DOMAIN copy \subseteq Page
  /\ \A p \in DOMAIN copy : copy[p] \in DiskPage
  /\ part \in Seq(Record)

BackupInit ==
  /\ Init
  /\ stage = "none"
  /\ first = 0
  /\ copy  = <<>>
  /\ part  = <<>>

-----------------------------------------------------------------------------

(***************************************************************************)
(* The backup begins, and notes where its part of the log does.  Enabled:  *)
(*   - the store is open;                                                  *)
(*   - there is no backup yet;                                             *)
(*   - all of the log is on the disk: what was taken back in memory only   *)
(*     is still to be taken back, as far as the disk knows.                *)
(***************************************************************************)
BeginBackup ==
  /\ phase = "up" /\ stage = "none"
  /\ forced = Len(log)
  /\ stage' = "copying"
  /\ first' = FirstNeeded
  /\ UNCHANGED <<vars, copy, part>>

(***************************************************************************)
(* Page p is copied, as it is on the disk.  Enabled:                       *)
(*   - a backup has begun, and p was not copied yet;                       *)
(*   - p is whole there: one that a crash has torn is written again first. *)
(***************************************************************************)
CopyPage(p) ==
  /\ stage = "copying"
  /\ p \notin DOMAIN copy
  /\ pages[p].whole
  /\ copy' = [q \in DOMAIN copy \cup {p} |->
                IF q = p THEN pages[p] ELSE copy[q]]
  /\ UNCHANGED <<vars, stage, first, part>>

(***************************************************************************)
(* The log is copied as far as it is on the disk, what was archived since  *)
(* then from the archive.  Enabled:                                        *)
(*   - all pages were copied.                                              *)
(***************************************************************************)
EndBackup ==
  /\ stage = "copying"
  /\ DOMAIN copy = Page
  /\ part' = SubSeq(log, first, forced)
  /\ stage' = "done"
  /\ UNCHANGED <<vars, first, copy>>

\* A crash gives up a backup that is under way.
BackupLost ==
  /\ Crash
  /\ IF stage = "copying"
       THEN stage' = "none" /\ first' = 0 /\ copy' = <<>> /\ part' = <<>>
       ELSE UNCHANGED backup

BackupNext ==
  \/ BeginBackup
  \/ \E p \in Page : CopyPage(p)
  \/ EndBackup
  \/ BackupLost
  \/ Next /\ phase' # "down" /\ UNCHANGED backup

BackupSpec == BackupInit /\ [][BackupNext]_all

-----------------------------------------------------------------------------

End == first + Len(part) - 1

\* What redo of the part makes of p: its last change there, if the copy lacks
\* it.
Redone(p) ==
  LET in == {i \in first..End : /\ part[i + 1 - first].type \in {"update", "undo"}
                                /\ part[i + 1 - first].page = p
                                /\ i > copy[p].lsn}
  IN IF in = {} THEN copy[p].value
     ELSE part[(CHOOSE i \in in : \A j \in in : j =< i) + 1 - first].new

\* What all of the log up to there has made of p.
Was(p) ==
  LET in == {i \in 1..End : log[i].type \in {"update", "undo"} /\ log[i].page = p}
  IN IF in = {} THEN Initial
     ELSE log[CHOOSE i \in in : \A j \in in : j =< i].new

\* Without it a page would be restored to what it was before, or to a mixture:
\* after redo each is as it was where the part of the log ends.
Restorable == stage = "done" => \A p \in Page : Redone(p) = Was(p)

\* Without it the restored store would keep what nobody can take back: of a
\* transaction that has no commit in the part all changes are in it, but those
\* that were taken back before.
Undoable ==
  stage = "done" =>
    \A t \in DOMAIN Losers(SubSeq(log, 1, End), 0) :
      \A i \in 1..Losers(SubSeq(log, 1, End), 0)[t] :
        log[i].type = "update" /\ log[i].txn = t => i >= first

THEOREM BackupSpec => [](BackupTypeOK /\ Restorable /\ Undoable)

(***************************************************************************)
(* Checked: MCBackup, with one or two transactions.  The figures are in    *)
(* README.md.                                                              *)
(***************************************************************************)
=============================================================================
