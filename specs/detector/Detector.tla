------------------------------ MODULE Detector ------------------------------
(***************************************************************************)
(* A failure detector: heartbeats, timeouts, checks on demand, accusation  *)
(* and refutation.                                                         *)
(*                                                                         *)
(* Members tell each other that they are alive, of their own accord and    *)
(* when asked.  Who hears nothing of a member for too long suspects it and *)
(* tells all.  The silence may be the network's, so a suspicion may be     *)
(* wrong, and the suspected one may refute it.  To tell a refutation from  *)
(* old news, each member numbers its lives: an accusation is against an    *)
(* incarnation, and only a higher incarnation clears it.  Nobody but the   *)
(* member itself raises its incarnation: when it refutes, and when it      *)
(* comes back after a crash.                                               *)
(*                                                                         *)
(* The network loses, repeats and reorders messages: msgs is the set of    *)
(* all messages ever sent, and a message in it may be received any number  *)
(* of times, late, or never, and by anybody: news is passed on (gossip),   *)
(* which is sending a message again and cannot be seen here.               *)
(*                                                                         *)
(* No detector is perfect where delays have no bound.  Timeouts grow with  *)
(* each refutation, and Stable stands for the incarnation from which they  *)
(* are longer than any delay; only then is a live member no longer         *)
(* suspected.  Where that is never so, Stable is out of reach, and what is *)
(* left is Completeness.                                                   *)
(*                                                                         *)
(* Source: T. Chandra, S. Toueg, "Unreliable failure detectors for         *)
(*   reliable distributed systems", JACM 43(2), 1996, pp. 225-267,         *)
(*   sections 2.3 and 9 (the class eventually perfect, and partial         *)
(*   synchrony); A. Das, I. Gupta, A. Motivala, "SWIM", DSN 2002,          *)
(*   section 4.2 (suspicion and incarnation numbers).                      *)
(* Left out: time (a timeout is an action without a guard), members that   *)
(*   join or leave.                                                        *)
(* Refines: Suspicion, at the bottom of this module.                       *)
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
  /\ Older(view[p][q], [status |-> "alive", inc |-> i])
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

\* Members that run do what they can; crashes and restarts just happen, and
\* a suspicion is certain to come only where the member is down.
FairSpec ==
  /\ Spec
  /\ \A q \in Member : WF_vars(Heartbeat(q)) /\ WF_vars(Refute(q))
  /\ \A p, q \in Member :
       /\ WF_vars(~ up[q] /\ Suspect(p, q))
       /\ \A i \in Incarnation :
            WF_vars(Hear(p, q, i)) /\ WF_vars(Believe(p, q, i))

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

\* Who stays down is suspected for ever by all who stay up (needs FairSpec).
Completeness ==
  \A p \in Member : \A q \in Member \ {p} :
    <>[](up[p] /\ ~ up[q]) => <>[](view[p][q].status = "suspect")

\* Who stays up is in the end suspected by nobody who stays up (needs
\* FairSpec, and a Stable that is reached).
Accuracy ==
  \A p \in Member : \A q \in Member \ {p} :
    <>[](up[p] /\ up[q]) => <>[](view[p][q].status = "alive")

-----------------------------------------------------------------------------

(***************************************************************************)
(* The refinement mapping: of itself a member knows nothing that it would  *)
(* have to be told.                                                        *)
(***************************************************************************)
known ==
  [p \in Member |-> [q \in Member |->
     IF q = p THEN [status |-> "alive", inc |-> 0] ELSE view[p][q]]]

S == INSTANCE Suspicion WITH Observer <- Member

SSpec == S!Spec

THEOREM Spec => [](TypeOK /\ NobodyKnowsBetter)
THEOREM Spec => KnowledgeGrows /\ IncarnationsGrow
THEOREM Spec => SSpec
THEOREM FairSpec => Completeness
THEOREM FairSpec /\ Stable \in Incarnation => Accuracy

(***************************************************************************)
(* Checked: MCDetector, with two members and two incarnations.  The        *)
(* figures are in README.md.                                               *)
(***************************************************************************)
=============================================================================
