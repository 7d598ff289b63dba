------------------------ MODULE PrimaryBackupInductive -----------------------
(***************************************************************************)
(* Why a primary that was deposed is fenced off: an invariant that every   *)
(* action keeps.  Prove it with: tlapair prove PrimaryBackupInductive.tla  *)
(*                                                                         *)
(* A primary is replaced only by a backup that has stored something in the *)
(* same view, and that it can do only after the primary has entered the    *)
(* view and sent its log there.  So a primary that has not come to a view  *)
(* with a backup, or whose backup has stored nothing, is still in office,  *)
(* and whoever is out of office can acknowledge only what its successor    *)
(* has stored (Fenced).  And whoever is appointed knows the log.           *)
(*                                                                         *)
(* Left out: reads, and what the logs hold (there is one value); that      *)
(* nothing is lost is checked in MCPrimaryBackup.                          *)
(***************************************************************************)
EXTENDS PrimaryBackup, FiniteSets, SequencesExt

Unread ==
  \/ \E p \in Server, b \in Server \cup {None} : Appoint(p, b)
  \/ Sync
  \/ \E s \in Server :
       \/ \E n \in Number : Enter(s, n)
       \/ Transfer(s)
       \/ CatchUp(s)
       \/ \E x \in Value : Write(s, x) \/ Store(s, x)
       \/ \E i \in 1..Len(log[s]) : Acknowledge(s, i)

UnreadSpec == Init /\ [][Unread]_vars

-----------------------------------------------------------------------------

LengthMax == Cardinality(Value)
Logs      == BoundedSeq(Value, LengthMax)

Message ==
       {m \in [type : {"View"}, view : View] :
          m.view.num > 0 /\ m.view.primary # m.view.backup}
  \cup [type : {"State"}, num : Number, log : Logs]
  \cup [type : {"Replicate"}, num : Number, index : 1..LengthMax,
        value : Value]
  \cup [type : {"Stored"}, num : Number, upto : 0..LengthMax]

\* TypeOK, with a longest log.
Typed ==
  /\ current \in View
  /\ synced  \in BOOLEAN
  /\ view    \in [Server -> View]
  /\ ready   \in [Server -> BOOLEAN]
  /\ log     \in [Server -> Logs]
  /\ commit  \in [Server -> 0..LengthMax]
  /\ served  = {}
  /\ msgs    \in SUBSET Message

\* The views that were appointed.
Views == {Zero} \cup {m.view : m \in {k \in msgs : k.type = "View"}}

Of(type, n) == \E m \in msgs : m.type = type /\ m.num = n

\* Views have numbers without gaps, and nobody is in any other.
ViewsAreNumbered ==
  /\ \A v, w \in Views : v.num = w.num => v = w
  /\ \A v \in Views : v.num =< current.num
  /\ \A n \in 0..current.num : \E v \in Views : v.num = n
  /\ current \in Views
  /\ \A s \in Server : view[s] \in Views

\* What is sent in a view: by its primary, once it is there, to a backup;
\* and then by the backup, once it knows the log.
SentInItsView ==
  /\ \A n \in Number : \A v \in Views : v.num = n =>
       /\ Of("State", n) \/ Of("Replicate", n) =>
            v.backup # None /\ view[v.primary].num >= n
       /\ Of("Stored", n) =>
            /\ Of("State", n)
            /\ view[v.backup].num >= n
            /\ view[v.backup].num = n => ready[v.backup]
  /\ \A m \in msgs : m.type # "View" => m.num =< current.num

\* Whom a view may make primary.
Succession ==
  /\ synced => Of("Stored", current.num)
  /\ \A v, w \in Views : w.num = v.num + 1 =>
       \/ w.primary = v.primary
       \/ w.primary = v.backup /\ Of("Stored", v.num)

\* Who is primary knows the log, and so does who is appointed; a backup that
\* does has said so.
PrimaryKnows ==
  /\ \A s \in Server :
       /\ view[s].primary = s => ready[s]
       /\ view[s].backup = s /\ ready[s] => Of("Stored", view[s].num)
  /\ ready[current.primary]

\* A primary that has not come to its view yet is still in office, and one
\* that has, too, as long as its backup has stored nothing there.
StaysInOffice ==
  \A v \in Views :
    \/ view[v.primary].num < v.num
    \/ view[v.primary].num = v.num /\ ~ Of("Stored", v.num)
    => \A w \in Views : w.num >= v.num => w.primary = v.primary

\* What it is all for: who was deposed acknowledges nothing alone.
Fenced ==
  \A s \in Server :
    view[s].primary = s /\ current.primary # s =>
      view[s].backup # None /\ Of("Stored", view[s].num)

IndInv ==
  /\ Typed
  /\ ViewsAreNumbered
  /\ SentInItsView
  /\ Succession
  /\ PrimaryKnows
  /\ StaysInOffice
  /\ Fenced
=============================================================================
