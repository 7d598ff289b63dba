----------------------------- MODULE OldNewsTaken -----------------------------
(***************************************************************************)
(* Broken on purpose: Detector, but a sign of life is a sign of life.      *)
(*                                                                         *)
(* Changed: Hear takes any message that says that q is alive, in whatever  *)
(*   incarnation, and clears the suspicion.                                *)
(* What happens: p suspects q; then a heartbeat sent before arrives once   *)
(*   more, and p takes q for alive. If q is dead, p may be told so for     *)
(*   ever.                                                                 *)
(* Known from: detectors without incarnation numbers, which take late and  *)
(*   repeated messages for signs of life; A. Das, I. Gupta, A. Motivala,   *)
(*   "SWIM", DSN 2002, section 4.2, is about that.                         *)
(* Violated: KnowledgeGrows.                                               *)
(***************************************************************************)
EXTENDS Naturals

CONSTANTS
  Member,       \* those who watch each other
  Incarnation,  \* the numbers of their lives, from 0 on
  Stable        \* in this incarnation, timeouts are long enough

ASSUME Incarnation \subseteq Nat /\ Stable \in Nat

VARIABLES
  up,           \* which members are running
  inc,          \* durable: each member's own incarnation
  view,         \* volatile: what each member knows of each other one
  msgs          \* the messages ever sent

vars == <<up, inc, view, msgs>>

-----------------------------------------------------------------------------

View == [status : {"alive", "suspect"}, inc : Incarnation]

Message ==
       [type : {"alive", "suspect"}, member : Member, inc : Incarnation]
  \cup [type : {"check"}, from : Member, member : Member]

TypeOK ==
  /\ up   \in [Member -> BOOLEAN]
  /\ inc  \in [Member -> Incarnation]
  /\ \A p \in Member : view[p] \in [Member \ {p} -> View]
  /\ DOMAIN view = Member
  /\ msgs \subseteq Message

Sent(m) == m \in msgs
Send(m) == msgs' = msgs \cup {m}

\* What a member knows at its start.
Unknown(p) == [q \in Member \ {p} |-> [status |-> "alive", inc |-> 0]]

Init ==
  /\ up   = [p \in Member |-> TRUE]
  /\ inc  = [p \in Member |-> 0]
  /\ view = [p \in Member |-> Unknown(p)]
  /\ msgs = {}

\* News u of a member is older than news v.
Older(u, v) ==
  \/ u.inc < v.inc
  \/ u.inc = v.inc /\ u.status = "alive" /\ v.status = "suspect"

-----------------------------------------------------------------------------

(***************************************************************************)
(* Member q tells that it is alive.  Enabled:                              *)
(*   - q is running.                                                       *)
(***************************************************************************)
Heartbeat(q) ==
  /\ up[q]
  /\ Send([type |-> "alive", member |-> q, inc |-> inc[q]])
  /\ UNCHANGED <<up, inc, view>>

(***************************************************************************)
(* Member p wants to know about q, and asks it.  Enabled:                  *)
(*   - p is running, and is not q.                                         *)
(***************************************************************************)
Check(p, q) ==
  /\ up[p]
  /\ p # q
  /\ Send([type |-> "check", from |-> p, member |-> q])
  /\ UNCHANGED <<up, inc, view>>

(***************************************************************************)
(* Member q answers p that it is alive.  Enabled:                          *)
(*   - q is running;                                                       *)
(*   - p has asked.                                                        *)
(***************************************************************************)
Answer(q, p) ==
  /\ up[q]
  /\ Sent([type |-> "check", from |-> p, member |-> q])
  /\ Send([type |-> "alive", member |-> q, inc |-> inc[q]])
  /\ UNCHANGED <<up, inc, view>>

(***************************************************************************)
(* Member p hears that q is alive in incarnation i.  Enabled:              *)
(*   - p is running, and is not q;                                         *)
(*   - q has said so;                                                      *)
(*   - it is news.                                                         *)
(***************************************************************************)
Hear(p, q, i) ==
  /\ up[p]
  /\ p # q
  /\ Sent([type |-> "alive", member |-> q, inc |-> i])
                                                  \* CHANGED: old news too
  /\ view' = [view EXCEPT ![p][q] = [status |-> "alive", inc |-> i]]
  /\ UNCHANGED <<up, inc, msgs>>

(***************************************************************************)
(* Member p has heard nothing of q for too long, suspects it, and says so. *)
(* Enabled:                                                                *)
(*   - p is running, and is not q;                                         *)
(*   - p does not suspect q already;                                       *)
(*   - q is down, or timeouts may still be too short.                      *)
(***************************************************************************)
Suspect(p, q) ==
  /\ up[p]
  /\ p # q
  /\ view[p][q].status = "alive"
  /\ ~ up[q] \/ view[p][q].inc < Stable
  /\ view' = [view EXCEPT ![p][q].status = "suspect"]
  /\ Send([type |-> "suspect", member |-> q, inc |-> view[p][q].inc])
  /\ UNCHANGED <<up, inc>>

(***************************************************************************)
(* Member p hears that q is suspected in incarnation i.  Enabled:          *)
(*   - p is running, and is not q;                                         *)
(*   - somebody has said so;                                               *)
(*   - it is news.                                                         *)
(***************************************************************************)
Believe(p, q, i) ==
  /\ up[p]
  /\ p # q
  /\ Sent([type |-> "suspect", member |-> q, inc |-> i])
  /\ Older(view[p][q], [status |-> "suspect", inc |-> i])
  /\ view' = [view EXCEPT ![p][q] = [status |-> "suspect", inc |-> i]]
  /\ UNCHANGED <<up, inc, msgs>>

(***************************************************************************)
(* Member q hears that it is suspected, and begins a new incarnation.      *)
(* Enabled:                                                                *)
(*   - q is running;                                                       *)
(*   - somebody suspects it in its present incarnation.                    *)
(***************************************************************************)
Refute(q) ==
  /\ up[q]
  /\ Sent([type |-> "suspect", member |-> q, inc |-> inc[q]])
  /\ inc[q] + 1 \in Incarnation
  /\ inc' = [inc EXCEPT ![q] = inc[q] + 1]
  /\ Send([type |-> "alive", member |-> q, inc |-> inc[q] + 1])
  /\ UNCHANGED <<up, view>>

(***************************************************************************)
(* Member q crashes and loses what it knew.  Enabled:                      *)
(*   - q is running.                                                       *)
(***************************************************************************)
Crash(q) ==
  /\ up[q]
  /\ up'   = [up EXCEPT ![q] = FALSE]
  /\ view' = [view EXCEPT ![q] = Unknown(q)]
  /\ UNCHANGED <<inc, msgs>>

(***************************************************************************)
(* Member q comes back, in a new incarnation.  Enabled:                    *)
(*   - q is down.                                                          *)
(***************************************************************************)
Restart(q) ==
  /\ ~ up[q]
  /\ inc[q] + 1 \in Incarnation
  /\ up'  = [up EXCEPT ![q] = TRUE]
  /\ inc' = [inc EXCEPT ![q] = inc[q] + 1]
  /\ Send([type |-> "alive", member |-> q, inc |-> inc[q] + 1])
  /\ UNCHANGED view

-----------------------------------------------------------------------------

Next ==
  \E q \in Member :
    \/ Heartbeat(q)
    \/ \E p \in Member :
         \/ Check(p, q)
         \/ Answer(q, p)
         \/ Suspect(p, q)
         \/ \E i \in Incarnation : Hear(p, q, i) \/ Believe(p, q, i)
    \/ Refute(q)
    \/ Crash(q)
    \/ Restart(q)

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------

\* Without it a member could not clear itself: its own word would be old.
NobodyKnowsBetter ==
  \A p \in Member : \A q \in Member \ {p} : view[p][q].inc =< inc[q]

\* Without it old news could undo new news.
KnowledgeGrows ==
  [][\A p \in Member : \A q \in Member \ {p} :
       view'[p][q] # view[p][q] =>
         Older(view[p][q], view'[p][q]) \/ up'[p] # up[p]]_vars

\* Without it a life that is over could be taken for the present one.
IncarnationsGrow == [][\A q \in Member : inc'[q] >= inc[q]]_vars

=============================================================================
