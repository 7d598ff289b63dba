------------------------- MODULE AbortsAfterCommit --------------------------
(***************************************************************************)
(* Broken on purpose: TwoPhase, but a timer outlives the decision.         *)
(*                                                                         *)
(* Changed: DecideAbort is enabled for a TM that has committed, too.       *)
(* What happens: the TM commits; the timer it had set while waiting for    *)
(*   votes was not cancelled, rings, and sends an abort; r1 commits and r2 *)
(*   aborts.                                                               *)
(* Known from: handlers of timers that do not look again at the state they *)
(*   find when they ring at last.                                          *)
(* Violated: Consistent.                                                   *)
(***************************************************************************)
CONSTANTS
  RM,         \* the resource managers
  TM,         \* the transaction manager
  MayCrash    \* the nodes that may crash, any number of times

ASSUME TM \notin RM
ASSUME MayCrash \subseteq RM \cup {TM}

VARIABLES
  rmLog,      \* durable: what each RM finds in its log after a crash
  tmLog,      \* durable: what the TM finds there
  rmState,    \* volatile: what each RM is doing
  tmState,    \* volatile: what the TM is doing
  tmVotes,    \* volatile: the RMs whose yes the TM has received
  msgs        \* the messages ever sent

durable  == <<rmLog, tmLog>>
volatile == <<rmState, tmState, tmVotes>>
vars     == <<rmLog, tmLog, rmState, tmState, tmVotes, msgs>>

-----------------------------------------------------------------------------

Message ==
       [type : {"Prepare", "Commit", "Abort"}]           \* by the TM, to all
  \cup [type : {"VoteYes", "VoteNo", "Ask"}, rm : RM]    \* by an RM, to the TM

TypeOK ==
  /\ rmLog   \in [RM -> {"empty", "prepared", "committed", "aborted"}]
  /\ tmLog   \in {"empty", "committed"}
  /\ rmState \in [RM -> {"down", "working", "prepared", "committed", "aborted"}]
  /\ tmState \in {"down", "initial", "waiting", "committed", "aborted"}
  /\ tmVotes \subseteq RM
  /\ msgs    \subseteq Message

Sent(m) == m \in msgs
Send(m) == msgs' = msgs \cup {m}

Init ==
  /\ rmLog   = [r \in RM |-> "empty"]
  /\ tmLog   = "empty"
  /\ rmState = [r \in RM |-> "working"]
  /\ tmState = "initial"
  /\ tmVotes = {}
  /\ msgs    = {}

-----------------------------------------------------------------------------
(***************************************************************************)
(*                          The transaction manager                        *)
(***************************************************************************)

(***************************************************************************)
(* The TM asks everyone to prepare.  Enabled:                              *)
(*   - it has not asked yet.                                               *)
(***************************************************************************)
Request ==
  /\ tmState = "initial"
  /\ tmState' = "waiting"
  /\ Send([type |-> "Prepare"])
  /\ UNCHANGED <<rmLog, tmLog, rmState, tmVotes>>

(***************************************************************************)
(* The TM receives r's yes.  Enabled:                                      *)
(*   - the TM is waiting for votes;                                        *)
(*   - r has sent its yes.                                                 *)
(***************************************************************************)
CollectVote(r) ==
  /\ tmState = "waiting"
  /\ Sent([type |-> "VoteYes", rm |-> r])
  /\ tmVotes' = tmVotes \cup {r}
  /\ UNCHANGED <<rmLog, tmLog, rmState, tmState, msgs>>

(***************************************************************************)
(* The TM decides to commit, logs that, and tells everyone.  Enabled:      *)
(*   - the TM is waiting for votes;                                        *)
(*   - it has everybody's yes.                                             *)
(***************************************************************************)
DecideCommit ==
  /\ tmState = "waiting"
  /\ tmVotes = RM
  /\ tmLog'   = "committed"
  /\ tmState' = "committed"
  /\ Send([type |-> "Commit"])
  /\ UNCHANGED <<rmLog, rmState, tmVotes>>

(***************************************************************************)
(* The TM decides to abort and tells everyone: it received a no, or waited *)
(* too long, or changed its mind.  Enabled:                                *)
(*   - it is up and has not aborted.                                       *)
(***************************************************************************)
DecideAbort ==
  /\ tmState \in {"initial", "waiting", "committed"}   \* CHANGED
  /\ tmState' = "aborted"
  /\ Send([type |-> "Abort"])
  /\ UNCHANGED <<rmLog, tmLog, rmState, tmVotes>>

(***************************************************************************)
(* The TM answers r, who asked for the outcome.  Enabled:                  *)
(*   - r has asked;                                                        *)
(*   - the TM knows the outcome.                                           *)
(***************************************************************************)
Answer(r) ==
  /\ Sent([type |-> "Ask", rm |-> r])
  /\ tmState \in {"committed", "aborted"}
  /\ Send([type |-> IF tmState = "committed" THEN "Commit" ELSE "Abort"])
  /\ UNCHANGED <<durable, volatile>>

(***************************************************************************)
(* The TM crashes.  Enabled:                                               *)
(*   - it may crash, and is up.                                            *)
(***************************************************************************)
TMCrash ==
  /\ TM \in MayCrash
  /\ tmState # "down"
  /\ tmState' = "down"
  /\ tmVotes' = {}
  /\ UNCHANGED <<durable, rmState, msgs>>

(***************************************************************************)
(* The TM comes back.  With no commit in its log it cannot have told       *)
(* anybody to commit, and presumes an abort.  It waits to be asked.        *)
(* Enabled:                                                                *)
(*   - it is down.                                                         *)
(***************************************************************************)
TMRestart ==
  /\ tmState = "down"
  /\ tmState' = IF tmLog = "committed" THEN "committed" ELSE "aborted"
  /\ UNCHANGED <<durable, rmState, tmVotes, msgs>>

-----------------------------------------------------------------------------
(***************************************************************************)
(*                          The resource managers                          *)
(***************************************************************************)

(***************************************************************************)
(* r logs that it is prepared and votes yes.  Enabled:                     *)
(*   - r is working;                                                       *)
(*   - the TM has asked.                                                   *)
(***************************************************************************)
VoteYes(r) ==
  /\ rmState[r] = "working"
  /\ Sent([type |-> "Prepare"])
  /\ rmLog'   = [rmLog EXCEPT ![r] = "prepared"]
  /\ rmState' = [rmState EXCEPT ![r] = "prepared"]
  /\ Send([type |-> "VoteYes", rm |-> r])
  /\ UNCHANGED <<tmLog, tmState, tmVotes>>

(***************************************************************************)
(* r aborts on its own account, asked or not, and votes no.  Enabled:      *)
(*   - r is working, so has not voted.                                     *)
(***************************************************************************)
VoteNo(r) ==
  /\ rmState[r] = "working"
  /\ rmLog'   = [rmLog EXCEPT ![r] = "aborted"]
  /\ rmState' = [rmState EXCEPT ![r] = "aborted"]
  /\ Send([type |-> "VoteNo", rm |-> r])
  /\ UNCHANGED <<tmLog, tmState, tmVotes>>

(***************************************************************************)
(* r commits because the TM says so.  Enabled:                             *)
(*   - r is prepared;                                                      *)
(*   - the TM has sent a commit.                                           *)
(***************************************************************************)
LearnCommit(r) ==
  /\ rmState[r] = "prepared"
  /\ Sent([type |-> "Commit"])
  /\ rmLog'   = [rmLog EXCEPT ![r] = "committed"]
  /\ rmState' = [rmState EXCEPT ![r] = "committed"]
  /\ UNCHANGED <<tmLog, tmState, tmVotes, msgs>>

(***************************************************************************)
(* r aborts because the TM says so.  Enabled:                              *)
(*   - r has not ended;                                                    *)
(*   - the TM has sent an abort.                                           *)
(***************************************************************************)
LearnAbort(r) ==
  /\ rmState[r] \in {"working", "prepared"}
  /\ Sent([type |-> "Abort"])
  /\ rmLog'   = [rmLog EXCEPT ![r] = "aborted"]
  /\ rmState' = [rmState EXCEPT ![r] = "aborted"]
  /\ UNCHANGED <<tmLog, tmState, tmVotes, msgs>>

(***************************************************************************)
(* r has voted yes, has heard nothing, and asks.  It is "in doubt": all it *)
(* can do is ask, which is the known weakness of this protocol.  Enabled:  *)
(*   - r is prepared.                                                      *)
(***************************************************************************)
Ask(r) ==
  /\ rmState[r] = "prepared"
  /\ Send([type |-> "Ask", rm |-> r])
  /\ UNCHANGED <<durable, volatile>>

(***************************************************************************)
(* r crashes.  Enabled:                                                    *)
(*   - it may crash, and is up.                                            *)
(***************************************************************************)
RMCrash(r) ==
  /\ r \in MayCrash
  /\ rmState[r] # "down"
  /\ rmState' = [rmState EXCEPT ![r] = "down"]
  /\ UNCHANGED <<durable, tmState, tmVotes, msgs>>

(***************************************************************************)
(* r comes back.  What it was doing before it voted is gone, so with an    *)
(* empty log it aborts, as in VoteNo; otherwise it goes on from its log.   *)
(* Enabled:                                                                *)
(*   - it is down.                                                         *)
(***************************************************************************)
RMRestart(r) ==
  /\ rmState[r] = "down"
  /\ IF rmLog[r] = "empty"
       THEN /\ rmLog'   = [rmLog EXCEPT ![r] = "aborted"]
            /\ rmState' = [rmState EXCEPT ![r] = "aborted"]
            /\ Send([type |-> "VoteNo", rm |-> r])
       ELSE /\ rmState' = [rmState EXCEPT ![r] = rmLog[r]]
            /\ UNCHANGED <<rmLog, msgs>>
  /\ UNCHANGED <<tmLog, tmState, tmVotes>>

-----------------------------------------------------------------------------

TMNext ==
  \/ Request
  \/ \E r \in RM : CollectVote(r)
  \/ DecideCommit
  \/ DecideAbort
  \/ \E r \in RM : Answer(r)
  \/ TMCrash
  \/ TMRestart

RMNext(r) ==
  \/ VoteYes(r)
  \/ VoteNo(r)
  \/ LearnCommit(r)
  \/ LearnAbort(r)
  \/ Ask(r)
  \/ RMCrash(r)
  \/ RMRestart(r)

Next == TMNext \/ \E r \in RM : RMNext(r)

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------

\* Without it the outcome would differ from place to place: the whole point.
Consistent ==
  \A r, s \in RM : ~ (rmLog[r] = "committed" /\ rmLog[s] = "aborted")

\* Without it two RMs could be told different outcomes.
OneOutcome == ~ (Sent([type |-> "Commit"]) /\ Sent([type |-> "Abort"]))

\* Without it an RM that could not commit would find the others committed.
CommitNeedsAll ==
  Sent([type |-> "Commit"]) =>
    \A r \in RM : rmLog[r] \in {"prepared", "committed"}

\* Without it a crash would take back what others already rely on.
LoggedBeforeSaid ==
  /\ Sent([type |-> "Commit"]) => tmLog = "committed"
  /\ \A r \in RM : Sent([type |-> "VoteYes", rm |-> r]) => rmLog[r] # "empty"

\* Without it a node would act on something that a crash makes it forget.
MemoryIsLogged ==
  /\ \A r \in RM :
       rmState[r] # "down" =>
         rmState[r] = IF rmLog[r] = "empty" THEN "working" ELSE rmLog[r]
  /\ tmState = "committed" => tmLog = "committed"
=============================================================================
