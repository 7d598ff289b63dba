--------------------------- MODULE PreparedInMemory ---------------------------
(***************************************************************************)
(* Broken on purpose: PresumedAbort, but an RM does not log that it is     *)
(*   prepared.                                                             *)
(*                                                                         *)
(* Changed: Prepare writes no record.                                      *)
(* What happens: r1 and r2 are prepared and vote yes; r1 crashes, comes    *)
(*   back, knows nothing of t1, and declines, while r2 commits.            *)
(* Known from: prepared transactions that do not outlive their server:     *)
(*   MySQL rolled those of XA back when the client's connection ended or   *)
(*   the server was shut down, before 5.7.7.                               *)
(* Violated: Consistent.                                                   *)
(***************************************************************************)
EXTENDS Naturals, Sequences

CONSTANTS
  Txn,        \* the transactions; none is begun twice
  RM,         \* the resource managers, all of them in every transaction
  TM,         \* the transaction manager
  MayCrash    \* the nodes that may crash, any number of times

ASSUME TM \notin RM
ASSUME MayCrash \subseteq RM \cup {TM}

VARIABLES
  tmLog,      \* durable: what the TM has logged, in order
  tmTable,    \* volatile: the transactions that the TM knows of
  rmLog,      \* durable: what each RM has logged, in order
  rmTable,    \* volatile: the transactions that each RM knows of
  up,         \* volatile: who is running
  msgs        \* the messages ever sent

vars == <<tmLog, tmTable, rmLog, rmTable, up, msgs>>

-----------------------------------------------------------------------------

Message ==
       [type : {"Prepare", "Commit", "Abort"}, txn : Txn]       \* by the TM
  \cup [type : {"Yes", "No", "Ask", "Ack"}, rm : RM, txn : Txn]   \* to the TM

Entry == [state : {"waiting", "committed"}, from : SUBSET RM]

TypeOK ==
  /\ tmLog \in Seq([txn : Txn, is : {"committed", "ended"}])
  /\ DOMAIN tmTable \subseteq Txn
  /\ \A t \in DOMAIN tmTable : tmTable[t] \in Entry
  /\ rmLog \in [RM -> Seq([txn : Txn, is : {"prepared", "committed"}])]
  /\ DOMAIN rmTable = RM
  /\ \A r \in RM :
       /\ DOMAIN rmTable[r] \subseteq Txn
       /\ \A t \in DOMAIN rmTable[r] :
            rmTable[r][t] \in {"prepared", "committed", "aborted"}
  /\ up \in [RM \cup {TM} -> BOOLEAN]
  /\ msgs \subseteq Message

Sent(m) == m \in msgs
Send(m) == msgs' = msgs \cup {m}

Init ==
  /\ tmLog   = <<>>
  /\ tmTable = <<>>
  /\ rmLog   = [r \in RM |-> <<>>]
  /\ rmTable = [r \in RM |-> <<>>]
  /\ up      = [n \in RM \cup {TM} |-> TRUE]
  /\ msgs    = {}

\* A function with y for x, and one without x.
With(f, x, y) == [z \in DOMAIN f \cup {x} |-> IF z = x THEN y ELSE f[z]]
Without(f, x) == [z \in DOMAIN f \ {x} |-> f[z]]

\* What the TM knows of t.
Known(t) == IF t \in DOMAIN tmTable THEN tmTable[t].state ELSE "nothing"

\* Where r is with t.
At(r, t) == IF t \in DOMAIN rmTable[r] THEN rmTable[r][t] ELSE "nothing"

\* What a log says last of t.
Last(log, t) ==
  LET of == {i \in 1..Len(log) : log[i].txn = t} IN
  IF of = {} THEN "nothing"
  ELSE log[CHOOSE i \in of : \A j \in of : j =< i].is

-----------------------------------------------------------------------------
(***************************************************************************)
(*                          The transaction manager                        *)
(***************************************************************************)

(***************************************************************************)
(* The TM asks everyone to prepare for t.  Enabled:                        *)
(*   - t was never begun.                                                  *)
(***************************************************************************)
Request(t) ==
  /\ up[TM]
  /\ ~ Sent([type |-> "Prepare", txn |-> t])
  /\ tmTable' = With(tmTable, t, [state |-> "waiting", from |-> {}])
  /\ Send([type |-> "Prepare", txn |-> t])
  /\ UNCHANGED <<tmLog, rmLog, rmTable, up>>

(***************************************************************************)
(* The TM receives r's yes to t.  Enabled:                                 *)
(*   - it is waiting for votes on t;                                       *)
(*   - r has voted yes.                                                    *)
(***************************************************************************)
CollectYes(t, r) ==
  /\ Known(t) = "waiting"
  /\ Sent([type |-> "Yes", rm |-> r, txn |-> t])
  /\ tmTable' = With(tmTable, t, [tmTable[t] EXCEPT !.from = @ \cup {r}])
  /\ UNCHANGED <<tmLog, rmLog, rmTable, up, msgs>>

(***************************************************************************)
(* The TM decides to commit t, and logs that.  Enabled:                    *)
(*   - it has everybody's yes.                                             *)
(***************************************************************************)
DecideCommit(t) ==
  /\ Known(t) = "waiting"
  /\ tmTable[t].from = RM
  /\ tmLog' = Append(tmLog, [txn |-> t, is |-> "committed"])
  /\ tmTable' = With(tmTable, t, [state |-> "committed", from |-> {}])
  /\ UNCHANGED <<rmLog, rmTable, up, msgs>>

(***************************************************************************)
(* The TM decides to abort t, tells everyone, and forgets it.  Enabled:    *)
(*   - it is waiting for votes on t.                                       *)
(***************************************************************************)
DecideAbort(t) ==
  /\ Known(t) = "waiting"
  /\ tmTable' = Without(tmTable, t)
  /\ Send([type |-> "Abort", txn |-> t])
  /\ UNCHANGED <<tmLog, rmLog, rmTable, up>>

(***************************************************************************)
(* The TM tells everyone that t is committed.  Enabled:                    *)
(*   - it is, and not acknowledged by all.                                 *)
(***************************************************************************)
Announce(t) ==
  /\ Known(t) = "committed"
  /\ Send([type |-> "Commit", txn |-> t])
  /\ UNCHANGED <<tmLog, tmTable, rmLog, rmTable, up>>

(***************************************************************************)
(* The TM receives r's acknowledgement of the commit of t.  Enabled:       *)
(*   - t is committed, and not acknowledged by all;                        *)
(*   - r has acknowledged it.                                              *)
(***************************************************************************)
CollectAck(t, r) ==
  /\ Known(t) = "committed"
  /\ Sent([type |-> "Ack", rm |-> r, txn |-> t])
  /\ tmTable' = With(tmTable, t, [tmTable[t] EXCEPT !.from = @ \cup {r}])
  /\ UNCHANGED <<tmLog, rmLog, rmTable, up, msgs>>

(***************************************************************************)
(* The TM forgets t, and logs that it may.  Enabled:                       *)
(*   - all have acknowledged the commit of t.                              *)
(***************************************************************************)
Forget(t) ==
  /\ Known(t) = "committed"
  /\ tmTable[t].from = RM
  /\ tmLog' = Append(tmLog, [txn |-> t, is |-> "ended"])
  /\ tmTable' = Without(tmTable, t)
  /\ UNCHANGED <<rmLog, rmTable, up, msgs>>

(***************************************************************************)
(* The TM answers r, who asks for t, that it was aborted.  Enabled:        *)
(*   - r has asked;                                                        *)
(*   - the TM knows nothing of t.                                          *)
(***************************************************************************)
Presume(t, r) ==
  /\ up[TM]
  /\ Sent([type |-> "Ask", rm |-> r, txn |-> t])
  /\ Known(t) = "nothing"
  /\ Send([type |-> "Abort", txn |-> t])
  /\ UNCHANGED <<tmLog, tmTable, rmLog, rmTable, up>>

(***************************************************************************)
(* The TM crashes.  A record that it was about to log may be there.        *)
(* Enabled:                                                                *)
(*   - it may crash, and is up.                                            *)
(***************************************************************************)
TMCrash ==
  /\ TM \in MayCrash
  /\ up[TM]
  /\ \/ UNCHANGED tmLog
     \/ \E t \in DOMAIN tmTable :
          /\ tmTable[t].from = RM
          /\ tmLog' = Append(tmLog,
               [txn |-> t, is |-> IF Known(t) = "waiting" THEN "committed"
                                                          ELSE "ended"])
  /\ tmTable' = <<>>
  /\ up' = [up EXCEPT ![TM] = FALSE]
  /\ UNCHANGED <<rmLog, rmTable, msgs>>

(***************************************************************************)
(* The TM comes back with a table of those transactions that its log says  *)
(* are committed and not ended.  Enabled:                                  *)
(*   - it is down.                                                         *)
(***************************************************************************)
TMRestart ==
  /\ ~ up[TM]
  /\ tmTable' = [t \in {u \in Txn : Last(tmLog, u) = "committed"} |->
                   [state |-> "committed", from |-> {}]]
  /\ up' = [up EXCEPT ![TM] = TRUE]
  /\ UNCHANGED <<tmLog, rmLog, rmTable, msgs>>

-----------------------------------------------------------------------------
(***************************************************************************)
(*                          The resource managers                          *)
(***************************************************************************)

(***************************************************************************)
(* r does its part of t, and logs that it is prepared.  Enabled:           *)
(*   - r knows nothing of t;                                               *)
(*   - the TM has asked.                                                   *)
(***************************************************************************)
Prepare(r, t) ==
  /\ up[r]
  /\ At(r, t) = "nothing"
  /\ Sent([type |-> "Prepare", txn |-> t])
  /\ rmTable' = [rmTable EXCEPT ![r] = With(@, t, "prepared")]
  /\ UNCHANGED <<tmLog, tmTable, rmLog, up, msgs>>            \* CHANGED: rmLog

(***************************************************************************)
(* r votes yes on t.  Enabled:                                             *)
(*   - r is prepared for t.                                                *)
(***************************************************************************)
VoteYes(r, t) ==
  /\ At(r, t) = "prepared"
  /\ Send([type |-> "Yes", rm |-> r, txn |-> t])
  /\ UNCHANGED <<tmLog, tmTable, rmLog, rmTable, up>>

(***************************************************************************)
(* r cannot do its part of t, and votes no.  Enabled:                      *)
(*   - r knows nothing of t;                                               *)
(*   - the TM has asked.                                                   *)
(***************************************************************************)
VoteNo(r, t) ==
  /\ up[r]
  /\ At(r, t) = "nothing"
  /\ Sent([type |-> "Prepare", txn |-> t])
  /\ rmTable' = [rmTable EXCEPT ![r] = With(@, t, "aborted")]
  /\ Send([type |-> "No", rm |-> r, txn |-> t])
  /\ UNCHANGED <<tmLog, tmTable, rmLog, up>>

(***************************************************************************)
(* r commits t because the TM says so, and logs that.  Enabled:            *)
(*   - r is prepared for t;                                                *)
(*   - the TM has sent a commit.                                           *)
(***************************************************************************)
LearnCommit(r, t) ==
  /\ At(r, t) = "prepared"
  /\ Sent([type |-> "Commit", txn |-> t])
  /\ rmLog' = [rmLog EXCEPT ![r] = Append(@, [txn |-> t, is |-> "committed"])]
  /\ rmTable' = [rmTable EXCEPT ![r] = With(@, t, "committed")]
  /\ UNCHANGED <<tmLog, tmTable, up, msgs>>

(***************************************************************************)
(* r aborts t because the TM says so.  Enabled:                            *)
(*   - r is prepared for t;                                                *)
(*   - the TM has sent an abort.                                           *)
(***************************************************************************)
LearnAbort(r, t) ==
  /\ At(r, t) = "prepared"
  /\ Sent([type |-> "Abort", txn |-> t])
  /\ rmTable' = [rmTable EXCEPT ![r] = With(@, t, "aborted")]
  /\ UNCHANGED <<tmLog, tmTable, rmLog, up, msgs>>

(***************************************************************************)
(* r acknowledges the commit of t.  Enabled:                               *)
(*   - r has it in its log.                                                *)
(***************************************************************************)
Acknowledge(r, t) ==
  /\ At(r, t) = "committed"
  /\ Send([type |-> "Ack", rm |-> r, txn |-> t])
  /\ UNCHANGED <<tmLog, tmTable, rmLog, rmTable, up>>

(***************************************************************************)
(* r is in doubt about t, and asks.  Enabled:                              *)
(*   - r is prepared for t.                                                *)
(***************************************************************************)
Ask(r, t) ==
  /\ At(r, t) = "prepared"
  /\ Send([type |-> "Ask", rm |-> r, txn |-> t])
  /\ UNCHANGED <<tmLog, tmTable, rmLog, rmTable, up>>

(***************************************************************************)
(* r crashes.  A record that it was about to log may be there.  Enabled:   *)
(*   - it may crash, and is up.                                            *)
(***************************************************************************)
RMCrash(r) ==
  /\ r \in MayCrash
  /\ up[r]
  /\ \/ UNCHANGED rmLog
     \/ \E m \in msgs :
          /\ \/ m.type = "Prepare" /\ At(r, m.txn) = "nothing"
             \/ m.type = "Commit" /\ At(r, m.txn) = "prepared"
          /\ rmLog' = [rmLog EXCEPT ![r] = Append(@, [txn |-> m.txn, is |->
               IF m.type = "Prepare" THEN "prepared" ELSE "committed"])]
  /\ rmTable' = [rmTable EXCEPT ![r] = <<>>]
  /\ up' = [up EXCEPT ![r] = FALSE]
  /\ UNCHANGED <<tmLog, tmTable, msgs>>

(***************************************************************************)
(* r comes back with a table of the transactions in its log.  Enabled:     *)
(*   - it is down.                                                         *)
(***************************************************************************)
RMRestart(r) ==
  /\ ~ up[r]
  /\ rmTable' = [rmTable EXCEPT ![r] =
       [t \in {rmLog[r][i].txn : i \in 1..Len(rmLog[r])} |-> Last(rmLog[r], t)]]
  /\ up' = [up EXCEPT ![r] = TRUE]
  /\ UNCHANGED <<tmLog, tmTable, rmLog, msgs>>

-----------------------------------------------------------------------------

Next ==
  \/ \E t \in Txn :
       \/ Request(t)
       \/ \E r \in RM : CollectYes(t, r)
       \/ DecideCommit(t)
       \/ DecideAbort(t)
       \/ Announce(t)
       \/ \E r \in RM : CollectAck(t, r)
       \/ Forget(t)
       \/ \E r \in RM : Presume(t, r)
  \/ TMCrash
  \/ TMRestart
  \/ \E r \in RM :
       \/ \E t \in Txn :
            \/ Prepare(r, t)
            \/ VoteYes(r, t)
            \/ VoteNo(r, t)
            \/ LearnCommit(r, t)
            \/ LearnAbort(r, t)
            \/ Acknowledge(r, t)
            \/ Ask(r, t)
       \/ RMCrash(r)
       \/ RMRestart(r)

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------

\* Whether r has been told that t was aborted, or said so itself.
HasAborted(r, t) == At(r, t) = "aborted"

\* Whether r has committed t.
HasCommitted(r, t) == Last(rmLog[r], t) = "committed"

\* Without it the outcome would differ from place to place: the whole point.
Consistent ==
  \A t \in Txn : \A r, s \in RM : ~ (HasCommitted(r, t) /\ HasAborted(s, t))

\* Without it somebody in doubt would be told the opposite of what was decided:
\* a commit is known to the TM as long as anybody may ask.
NotForgotten ==
  \A t \in Txn : \A r, s \in RM :
    HasCommitted(r, t) /\ Last(rmLog[s], t) # "committed" =>
      Last(tmLog, t) = "committed"

\* Without it a node would act on something that a crash makes it forget.
Logged ==
  /\ \A t \in DOMAIN tmTable :
       tmTable[t].state = "committed" <=> Last(tmLog, t) = "committed"
  /\ \A r \in RM : \A t \in DOMAIN rmTable[r] :
       rmTable[r][t] # "aborted" => Last(rmLog[r], t) = rmTable[r][t]

=============================================================================
