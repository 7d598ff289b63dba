----------------------------- MODULE HolesSkipped -----------------------------
(***************************************************************************)
(* Broken on purpose: Wal, but recovery does not look for holes in the     *)
(*   log.                                                                  *)
(*                                                                         *)
(* Changed: Restart leaves the log as it is.                               *)
(* What happens: of the records of t1, which are all on their way to the   *)
(*   disk, the commit arrives and the change does not; after the crash t1  *)
(*   is committed, and has changed nothing.                                *)
(* Known from: journals whose commit block may arrive before the rest: V.  *)
(*   Prabhakaran and others, "IRON file systems" (SOSP 2005, section 6),   *)
(*   put a checksum over the transaction into it, as ext4 does since.      *)
(* Violated: Unbroken.                                                     *)
(***************************************************************************)
EXTENDS Integers, Sequences, FiniteSets

CONSTANTS
  Txn,        \* the transactions; none begins twice
  Page,       \* what they write to
  Value,      \* what they write
  Initial     \* what every page holds at first

VARIABLES
  log,        \* the log; its first `forced` records are on the disk
  forced,     \* how many of them are
  archived,   \* durable: how many of those only the archive has
  pages,      \* durable: the pages on the disk
  cache,      \* volatile: the pages in memory
  phase,      \* volatile: "down", repeating history ("redo"), or "up"
  redone,     \* volatile: how much of the log has been repeated
  open,       \* volatile: the transactions whose client is there
  undoNext,   \* volatile: who has changes to take back, and which is next
  told        \* what the clients were told

disk   == <<log, forced, archived, pages>>
memory == <<cache, phase, redone, open, undoNext>>
vars   == <<log, forced, archived, pages, cache, phase, redone, open,
            undoNext, told>>

-----------------------------------------------------------------------------

Lsn     == Nat \ {0}
Content == Value \cup {Initial}

Record ==
       [type : {"update"}, txn : Txn, prev : Nat, page : Page,
        old : Content, new : Content]
  \cup [type : {"undo"}, txn : Txn, prev : Nat, page : Page, new : Content]
  \cup [type : {"commit"}, txn : Txn, prev : Nat]

\* What stands where a record was to be written and was not, or in part.
Torn == [type |-> "torn"]

\* A page on the disk is whole if its checksum is right.
DiskPage == [lsn : Nat, value : Content, whole : BOOLEAN]

TypeOK ==
  /\ log    \in Seq(Record \cup {Torn})
  /\ forced \in 0..Len(log)
  /\ archived \in 0..forced
  /\ pages  \in [Page -> DiskPage]
  /\ cache  \in [Page -> [lsn : Nat, value : Content]]
  /\ phase  \in {"down", "redo", "up"}
  /\ redone \in 0..Len(log)
  /\ open   \subseteq Txn
  /\ DOMAIN undoNext \subseteq Txn
  /\ \A t \in DOMAIN undoNext : undoNext[t] \in Lsn
  /\ told   \subseteq Txn \X {"begun", "committed"}

Blank == [lsn |-> 0, value |-> Initial]

Init ==
  /\ log    = <<>>
  /\ forced = 0
  /\ archived = 0
  /\ pages  = [p \in Page |-> [lsn |-> 0, value |-> Initial, whole |-> TRUE]]
  /\ cache  = [p \in Page |-> Blank]
  /\ phase  = "up"
  /\ redone = 0
  /\ open   = {}
  /\ undoNext = <<>>
  /\ told   = {}

\* The next change of t to take back, or 0.
UndoNext(t) == IF t \in DOMAIN undoNext THEN undoNext[t] ELSE 0

\* undoNext, but n for t.
WithNext(t, n) ==
  [u \in (DOMAIN undoNext \ {t}) \cup (IF n = 0 THEN {} ELSE {t}) |->
     IF u = t THEN n ELSE undoNext[u]]

\* Whether t's commit is in l behind record c.
Committed(t, l, c) ==
  \E i \in c + 1..Len(l) : l[i].type = "commit" /\ l[i].txn = t

\* The changes of t that it may still take back.
Pending(t) ==
  {i \in archived + 1..UndoNext(t) : log[i].type = "update" /\ log[i].txn = t}

\* Whether t keeps others from changing p.
Holds(t, p) == \E i \in Pending(t) : log[i].page = p

\* Whether p may go to the disk, and is not there already.
MayFlush(p) ==
  /\ cache[p].lsn =< forced
  /\ pages[p] # [lsn |-> cache[p].lsn, value |-> cache[p].value, whole |-> TRUE]

\* l up to the first hole.
Whole(l) ==
  LET holes == {i \in 1..Len(l) : l[i] = Torn} IN
  IF holes = {} THEN l
  ELSE SubSeq(l, 1, (CHOOSE i \in holes : \A j \in holes : i =< j) - 1)

\* Who has changes in l behind record c that were neither committed nor taken
\* back, and which is the next to take back.
Losers(l, c) ==
  LET of(t)   == {i \in c + 1..Len(l) : l[i] # Torn /\ l[i].txn = t}
      last(t) == CHOOSE i \in of(t) : \A j \in of(t) : j =< i
      next(t) == IF l[last(t)].type = "update" THEN last(t) ELSE l[last(t)].prev
  IN [t \in {u \in Txn : ~ Committed(u, l, c) /\ of(u) # {} /\ next(u) # 0} |->
        next(t)]

\* Which records recovery may need: the changes that the disk lacks, or has in
\* a torn page, and those that may still be taken back.
Needed ==
  {i \in archived + 1..Len(log) :
     /\ log[i].type \in {"update", "undo"}
     /\ ~ pages[log[i].page].whole \/ pages[log[i].page].lsn < i}
  \cup UNION {Pending(t) : t \in Txn}

\* The first of them; or the next record, if there is none.
FirstNeeded ==
  CHOOSE i \in Needed \cup {Len(log) + 1} : \A j \in Needed : i =< j

\* Whether there is something to archive, and it is certain what is needed.
MayTruncate ==
  /\ phase = "up"
  /\ forced = Len(log)
  /\ FirstNeeded > archived + 1

-----------------------------------------------------------------------------
(***************************************************************************)
(*                              Transactions                               *)
(***************************************************************************)

(***************************************************************************)
(* Transaction t begins.  Enabled:                                         *)
(*   - the store is open;                                                  *)
(*   - t has never begun before.                                           *)
(***************************************************************************)
Begin(t) ==
  /\ phase = "up"
  /\ <<t, "begun">> \notin told
  /\ open' = open \cup {t}
  /\ told' = told \cup {<<t, "begun">>}
  /\ UNCHANGED <<disk, cache, phase, redone, undoNext>>

(***************************************************************************)
(* Transaction t writes v to page p, in memory.  Enabled:                  *)
(*   - its client is there, and it has not been committed;                 *)
(*   - no other transaction has a pending change of p.                     *)
(***************************************************************************)
Write(t, p, v) ==
  /\ t \in open
  /\ ~ Committed(t, log, archived)
  /\ \A u \in Txn \ {t} : ~ Holds(u, p)
  /\ log' = Append(log, [type |-> "update", txn |-> t, prev |-> UndoNext(t),
                         page |-> p, old |-> cache[p].value, new |-> v])
  /\ cache' = [cache EXCEPT ![p] = [lsn |-> Len(log) + 1, value |-> v]]
  /\ undoNext' = WithNext(t, Len(log) + 1)
  /\ UNCHANGED <<forced, archived, pages, phase, redone, open, told>>

(***************************************************************************)
(* The commit of transaction t goes into the log.  Enabled:                *)
(*   - its client is there, and it has not been committed;                 *)
(*   - it has changed something.                                           *)
(***************************************************************************)
Commit(t) ==
  /\ t \in open
  /\ ~ Committed(t, log, archived)
  /\ UndoNext(t) # 0
  /\ log' = Append(log, [type |-> "commit", txn |-> t, prev |-> UndoNext(t)])
  /\ UNCHANGED <<forced, archived, pages, memory, told>>

(***************************************************************************)
(* The client of transaction t is told that it is committed, and others    *)
(* may change its pages.  Enabled:                                         *)
(*   - its client is there;                                                *)
(*   - the log is on the disk up to its commit.                            *)
(***************************************************************************)
Answer(t) ==
  /\ t \in open
  /\ Committed(t, SubSeq(log, 1, forced), archived)
  /\ open' = open \ {t}
  /\ undoNext' = WithNext(t, 0)
  /\ told' = told \cup {<<t, "committed">>}
  /\ UNCHANGED <<disk, cache, phase, redone>>

(***************************************************************************)
(* Transaction t gives up.  Enabled:                                       *)
(*   - its client is there, and it has not been committed.                 *)
(***************************************************************************)
Abort(t) ==
  /\ t \in open
  /\ ~ Committed(t, log, archived)
  /\ open' = open \ {t}
  /\ UNCHANGED <<disk, cache, phase, redone, undoNext, told>>

(***************************************************************************)
(* The last change of transaction t is taken back, with a record that says *)
(* which is the next to take back.  Enabled:                               *)
(*   - the store is open, and t's client is not there any more;            *)
(*   - t has a pending change.                                             *)
(***************************************************************************)
Undo(t) ==
  /\ phase = "up"
  /\ t \notin open
  /\ UndoNext(t) > archived
  /\ LET r == log[UndoNext(t)] IN
       /\ log' = Append(log, [type |-> "undo", txn |-> t, prev |-> r.prev,
                              page |-> r.page, new |-> r.old])
       /\ cache' = [cache EXCEPT ![r.page] =
                      [lsn |-> Len(log) + 1, value |-> r.old]]
       /\ undoNext' = WithNext(t, r.prev)
  /\ UNCHANGED <<forced, archived, pages, phase, redone, open, told>>

-----------------------------------------------------------------------------
(***************************************************************************)
(*                                The disk                                 *)
(***************************************************************************)

(***************************************************************************)
(* The log goes to the disk, all of it.  Enabled:                          *)
(*   - some of it is not there.                                            *)
(***************************************************************************)
Force ==
  /\ phase = "up"
  /\ forced < Len(log)
  /\ forced' = Len(log)
  /\ UNCHANGED <<log, archived, pages, memory, told>>

(***************************************************************************)
(* Page p goes to the disk, at any time.  Enabled:                         *)
(*   - the log is there up to the last change of p;                        *)
(*   - the page is not there as it is.                                     *)
(***************************************************************************)
Flush(p) ==
  /\ phase # "down"
  /\ MayFlush(p)
  /\ pages' = [pages EXCEPT ![p] = [lsn |-> cache[p].lsn,
                                    value |-> cache[p].value, whole |-> TRUE]]
  /\ UNCHANGED <<log, forced, archived, memory, told>>

(***************************************************************************)
(* What recovery will never need goes to the archive.  Enabled:            *)
(*   - the store is open;                                                  *)
(*   - all of the log is on the disk: what was taken back in memory only   *)
(*     is still to be taken back, as far as the disk knows;                *)
(*   - there is something that is not needed.                              *)
(***************************************************************************)
Truncate ==
  /\ MayTruncate
  /\ archived' = FirstNeeded - 1
  /\ UNCHANGED <<log, forced, pages, memory, told>>

-----------------------------------------------------------------------------
(***************************************************************************)
(*                           Crash and recovery                            *)
(***************************************************************************)

(***************************************************************************)
(* The system crashes.  Of the records that were not forced, some are on   *)
(* the disk; and of a page that was on its way, all, nothing, or the first *)
(* half, which has its number.  Or the log was being truncated, and that   *)
(* may be done or not.  Enabled:                                           *)
(*   - always, also during recovery.                                       *)
(***************************************************************************)
Crash ==
  /\ \E n \in forced..Len(log) : \E lost \in SUBSET (forced + 1 .. n - 1) :
       log' = [i \in 1..n |-> IF i \in lost THEN Torn ELSE log[i]]
  /\ forced' = Len(Whole(log'))
  /\ \/ UNCHANGED <<archived, pages>>
     \/ MayTruncate /\ archived' = FirstNeeded - 1 /\ UNCHANGED pages
     \/ /\ phase # "down"
        /\ UNCHANGED archived
        /\ \E p \in Page, whole \in BOOLEAN :
             /\ MayFlush(p)
             /\ pages' = [pages EXCEPT ![p] =
                            [lsn   |-> cache[p].lsn,
                             value |-> IF whole THEN cache[p].value
                                                ELSE pages[p].value,
                             whole |-> whole]]
  /\ cache' = [p \in Page |-> Blank]
  /\ phase' = "down"
  /\ redone' = 0
  /\ open' = {}
  /\ undoNext' = <<>>
  /\ UNCHANGED told

(***************************************************************************)
(* The system starts again: what stands in the log behind a hole is        *)
(* erased, and the log read, but for the archive, for those who have lost. *)
(* A torn page is taken as it was at first.  Enabled:                      *)
(*   - it is down.                                                         *)
(***************************************************************************)
Restart ==
  /\ phase = "down"
  /\ log' = log                                 \* CHANGED: holes or not
  /\ cache' = [p \in Page |-> IF pages[p].whole
                                THEN [lsn |-> pages[p].lsn,
                                      value |-> pages[p].value]
                                ELSE Blank]
  /\ phase' = "redo"
  /\ redone' = archived
  /\ undoNext' = Losers(log', archived)
  /\ UNCHANGED <<forced, archived, pages, open, told>>

(***************************************************************************)
(* The next record is repeated, unless its page has it.  Enabled:          *)
(*   - history is being repeated, and there is more of it.                 *)
(***************************************************************************)
Redo ==
  /\ phase = "redo"
  /\ redone < Len(log)
  /\ LET r == log[redone + 1] IN
       IF r.type \in {"update", "undo"} /\ cache[r.page].lsn =< redone
         THEN cache' = [cache EXCEPT ![r.page] =
                          [lsn |-> redone + 1, value |-> r.new]]
         ELSE UNCHANGED cache
  /\ redone' = redone + 1
  /\ UNCHANGED <<disk, phase, open, undoNext, told>>

(***************************************************************************)
(* The store opens; the losers' changes are still to be taken back, and    *)
(* keep others from their pages.  Enabled:                                 *)
(*   - all history has been repeated.                                      *)
(***************************************************************************)
Open ==
  /\ phase = "redo"
  /\ redone = Len(log)
  /\ phase' = "up"
  /\ redone' = 0
  /\ UNCHANGED <<disk, cache, open, undoNext, told>>

-----------------------------------------------------------------------------

Next ==
  \/ \E t \in Txn :
       \/ Begin(t)
       \/ \E p \in Page, v \in Value : Write(t, p, v)
       \/ Commit(t)
       \/ Answer(t)
       \/ Abort(t)
       \/ Undo(t)
  \/ Force
  \/ \E p \in Page : Flush(p)
  \/ Truncate
  \/ Crash
  \/ Restart
  \/ Redo
  \/ Open

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------

\* Without it a page would have on the disk what nobody can take back.
WriteAhead == \A p \in Page : pages[p].lsn =< forced

\* Without it a crash would take back what a client relies on.
Durable ==
  \A t \in Txn :
    <<t, "committed">> \in told => Committed(t, SubSeq(log, 1, forced), 0)

\* Without it a part of a transaction would be lost, and the rest kept.
Unbroken ==
  phase # "down" =>
    \A i \in 1..Len(log) :
      log[i] # Torn /\ log[i].prev # 0 =>
        LET r == log[log[i].prev] IN
        r.type = "update" /\ r.txn = log[i].txn

\* What the changes of l that are numbered in S have left, if any.
Left(l, S, other) ==
  IF S = {} THEN other ELSE l[CHOOSE i \in S : \A j \in S : j =< i].new

Changes(l, p) == {i \in 1..Len(l) : l[i].type = "update" /\ l[i].page = p}

\* What those have left in p who are committed, or still to be rolled back.
Expected(p) ==
  Left(log, {i \in Changes(log, p) : \/ Committed(log[i].txn, log, 0)
                                     \/ i \in Pending(log[i].txn)}, Initial)

\* Without it a reader would see what was taken back, or miss what was not:
\* after recovery a page holds what those have left who are committed, and
\* those who are still to be rolled back.
Right == phase = "up" => \A p \in Page : cache[p].value = Expected(p)

\* Without it recovery would look in vain for what only the archive has: what
\* is there was changed once more, or is on the disk in a whole page.
Enough ==
  LET l == Whole(log)
      changes(i) == l[i].type \in {"update", "undo"}
  IN
  /\ \A i \in 1..archived :
       changes(i) =>
         \/ \E j \in i + 1..Len(l) : changes(j) /\ l[j].page = l[i].page
         \/ pages[l[i].page].whole /\ pages[l[i].page].lsn >= i
  /\ \A t \in DOMAIN undoNext : undoNext[t] > archived

\* For the small model.
Few == Cardinality({i \in 1..Len(log) : log[i].type = "update"}) =< 2
=============================================================================
