--------------------------- MODULE PromotesUnsynced ---------------------------
(***************************************************************************)
(* Broken on purpose: PrimaryBackup, but any backup may become primary.    *)
(*                                                                         *)
(* Changed: Appoint does not ask whether the backup has caught up.         *)
(* What happens: s1 acknowledges x alone; s2 becomes its backup, and       *)
(*   primary before it has received anything.                              *)
(* Known from: unclean leader election, as Kafka calls it                  *)
(*   (unclean.leader.election.enable), where a replica out of step may     *)
(*   take over.                                                            *)
(* Violated: NothingLost.                                                  *)
(***************************************************************************)
EXTENDS Naturals, Sequences

CONSTANTS
  Server,     \* those who keep the log
  First,      \* the primary of view 0, in which there is no backup
  Number,     \* the numbers of the views, from 0 on
  Value,      \* what is written, each once
  None        \* stands for no server

ASSUME First \in Server /\ None \notin Server
ASSUME Number \subseteq Nat

VARIABLES
  current,    \* of the monitor: the view it has appointed
  synced,     \* of the monitor: whether its backup has caught up
  view,       \* the view in which each server takes part
  ready,      \* whether it knows that view's log
  log,        \* what was written, as far as it knows
  commit,     \* how much of that it has acknowledged
  served,     \* the logs that were given out to readers
  msgs        \* the messages ever sent

monitor == <<current, synced>>
vars    == <<current, synced, view, ready, log, commit, served, msgs>>

-----------------------------------------------------------------------------

View == [num : Number, primary : Server, backup : Server \cup {None}]

TypeOK ==
  /\ current \in View
  /\ synced  \in BOOLEAN
  /\ view    \in [Server -> View]
  /\ ready   \in [Server -> BOOLEAN]
  /\ log     \in [Server -> Seq(Value)]
  /\ commit  \in [Server -> Nat]
  /\ served  \subseteq Seq(Value)
  /\ \A s \in Server : commit[s] =< Len(log[s])

Sent(m) == m \in msgs
Send(m) == msgs' = msgs \cup {m}

Zero == [num |-> 0, primary |-> First, backup |-> None]

Init ==
  /\ current = Zero
  /\ synced  = FALSE
  /\ view    = [s \in Server |-> Zero]
  /\ ready   = [s \in Server |-> s = First]
  /\ log     = [s \in Server |-> <<>>]
  /\ commit  = [s \in Server |-> 0]
  /\ served  = {}
  /\ msgs    = {}

Written(l) == {l[i] : i \in 1..Len(l)}

-----------------------------------------------------------------------------
(***************************************************************************)
(*                               The monitor                               *)
(***************************************************************************)

(***************************************************************************)
(* The monitor appoints p as primary and b, a server or none, as backup.   *)
(* Enabled:                                                                *)
(*   - p is the primary already, or a backup that has caught up;           *)
(*   - something changes.                                                  *)
(***************************************************************************)
Appoint(p, b) ==
  /\ p \in {current.primary, current.backup} \ {None}   \* CHANGED: not synced
  /\ b # p
  /\ <<p, b>> # <<current.primary, current.backup>>
  /\ current.num + 1 \in Number
  /\ current' = [num |-> current.num + 1, primary |-> p, backup |-> b]
  /\ synced'  = FALSE
  /\ Send([type |-> "View", view |-> current'])
  /\ UNCHANGED <<view, ready, log, commit, served>>

(***************************************************************************)
(* The monitor hears that the backup has caught up.  Enabled:              *)
(*   - the backup has stored something in this view.                       *)
(***************************************************************************)
Sync ==
  /\ \E m \in msgs : m.type = "Stored" /\ m.num = current.num
  /\ synced' = TRUE
  /\ UNCHANGED <<current, view, ready, log, commit, served, msgs>>

-----------------------------------------------------------------------------
(***************************************************************************)
(*                               The servers                               *)
(***************************************************************************)

(***************************************************************************)
(* Server s takes part in view n.  It knows the log only if it is primary: *)
(* then it was primary, or a backup that had caught up.  Enabled:          *)
(*   - s was in an earlier view;                                           *)
(*   - view n was appointed.                                               *)
(***************************************************************************)
Enter(s, n) ==
  /\ n > view[s].num
  /\ \E m \in msgs :
       /\ m.type = "View"
       /\ m.view.num = n
       /\ view'  = [view EXCEPT ![s] = m.view]
       /\ ready' = [ready EXCEPT ![s] = m.view.primary = s]
  /\ UNCHANGED <<monitor, log, commit, served, msgs>>

(***************************************************************************)
(* Primary p sends its log to the backup.  Enabled:                        *)
(*   - p is primary and there is a backup, in its view.                    *)
(***************************************************************************)
Transfer(p) ==
  /\ view[p].primary = p
  /\ view[p].backup # None
  /\ Send([type |-> "State", num |-> view[p].num, log |-> log[p]])
  /\ UNCHANGED <<monitor, view, ready, log, commit, served>>

(***************************************************************************)
(* Backup b takes over a log.  Enabled:                                    *)
(*   - b is backup, in its view, and does not know the log;                *)
(*   - the primary of that view has sent it.                               *)
(***************************************************************************)
CatchUp(b) ==
  /\ view[b].backup = b
  /\ ~ ready[b]
  /\ \E m \in msgs :
       /\ m.type = "State"
       /\ m.num = view[b].num
       /\ log' = [log EXCEPT ![b] = m.log]
       /\ ready' = [ready EXCEPT ![b] = TRUE]
       /\ Send([type |-> "Stored", num |-> m.num, upto |-> Len(m.log)])
  /\ UNCHANGED <<monitor, view, commit, served>>

(***************************************************************************)
(* Primary p takes a write of x, and passes it on to the backup, if there  *)
(* is one.  Enabled:                                                       *)
(*   - p is primary, in its view;                                          *)
(*   - it does not have x already.                                         *)
(***************************************************************************)
Write(p, x) ==
  /\ view[p].primary = p
  /\ x \notin Written(log[p])
  /\ log' = [log EXCEPT ![p] = Append(log[p], x)]
  /\ IF view[p].backup = None
       THEN UNCHANGED msgs
       ELSE Send([type |-> "Replicate", num |-> view[p].num,
                  index |-> Len(log[p]) + 1, value |-> x])
  /\ UNCHANGED <<monitor, view, ready, commit, served>>

(***************************************************************************)
(* Backup b stores x.  Enabled:                                            *)
(*   - b is backup, in its view, and knows the log;                        *)
(*   - the primary of that view has sent x as the next thing.              *)
(***************************************************************************)
Store(b, x) ==
  /\ view[b].backup = b
  /\ ready[b]
  /\ Sent([type |-> "Replicate", num |-> view[b].num,
           index |-> Len(log[b]) + 1, value |-> x])
  /\ log' = [log EXCEPT ![b] = Append(log[b], x)]
  /\ Send([type |-> "Stored", num |-> view[b].num,
           upto |-> Len(log[b]) + 1])
  /\ UNCHANGED <<monitor, view, ready, commit, served>>

(***************************************************************************)
(* Primary p acknowledges all writes up to the ith.  Enabled:              *)
(*   - p is primary, in its view;                                          *)
(*   - the backup of that view has stored them, or there is none.          *)
(***************************************************************************)
Acknowledge(p, i) ==
  /\ view[p].primary = p
  /\ i > commit[p] /\ i =< Len(log[p])
  /\ \/ view[p].backup = None
     \/ Sent([type |-> "Stored", num |-> view[p].num, upto |-> i])
  /\ commit' = [commit EXCEPT ![p] = i]
  /\ UNCHANGED <<monitor, view, ready, log, served, msgs>>

(***************************************************************************)
(* Server s answers a read.  Enabled:                                      *)
(*   - s is primary or backup, in its view, and knows the log.             *)
(***************************************************************************)
Read(s) ==
  /\ s \in {view[s].primary, view[s].backup}
  /\ ready[s]
  /\ LET n == IF view[s].primary = s THEN commit[s] ELSE Len(log[s]) IN
       served' = served \cup {SubSeq(log[s], 1, n)}
  /\ UNCHANGED <<monitor, view, ready, log, commit, msgs>>

-----------------------------------------------------------------------------

Next ==
  \/ \E p \in Server, b \in Server \cup {None} : Appoint(p, b)
  \/ Sync
  \/ \E s \in Server :
       \/ \E n \in Number : Enter(s, n)
       \/ Transfer(s)
       \/ CatchUp(s)
       \/ \E x \in Value : Write(s, x) \/ Store(s, x)
       \/ \E i \in 1..Len(log[s]) : Acknowledge(s, i)
       \/ Read(s)

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------

Prefix(k, l) == Len(k) =< Len(l) /\ SubSeq(l, 1, Len(k)) = k

Acked(s) == SubSeq(log[s], 1, commit[s])

\* What was acknowledged is known to the primary appointed now: without it
\* a fail-over would lose a write.
NothingLost == \A s \in Server : Prefix(Acked(s), log[current.primary])

\* Without it two primaries would have acknowledged different writes.
OneHistory ==
  \A s, t \in Server : Prefix(Acked(s), Acked(t)) \/ Prefix(Acked(t), Acked(s))

\* Without it a reader would have seen what never happened.
ReadsLast == \A l \in served : Prefix(l, log[current.primary])

=============================================================================
