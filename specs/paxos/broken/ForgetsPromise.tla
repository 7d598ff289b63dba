--------------------------- MODULE ForgetsPromise ---------------------------
(***************************************************************************)
(* Broken on purpose: Paxos, but an acceptor votes against its promise.    *)
(*                                                                         *)
(* Changed: Phase2b does not compare the ballot with maxBal.               *)
(* What happens: a quorum promises ballot 1 before it has voted in ballot  *)
(*   0; the proposer of 1, told of no votes, is free to ask for v2; then   *)
(*   the promise is forgotten, ballot 0 wins with v1, and ballot 1 with    *)
(*   v2.                                                                   *)
(* Known from: requirement P1a of L. Lamport, "Paxos Made Simple", SIGACT  *)
(*   News 32(4), 2001, pp. 51-58, section 2.2.                             *)
(* Violated: Agreement.                                                    *)
(***************************************************************************)
EXTENDS Integers

CONSTANTS
  Value,      \* the values that may be decided
  Acceptor,   \* those who vote
  Quorum,     \* the sets of acceptors that suffice to choose
  Ballot,     \* the ballot numbers; each belongs to one proposer
  None        \* stands for the value of no vote

ASSUME Ballot \subseteq Nat
ASSUME /\ \A Q \in Quorum : Q \subseteq Acceptor
       /\ \A Q, R \in Quorum : Q \cap R # {}
ASSUME None \notin Value

VARIABLES
  maxBal,     \* durable: the highest ballot an acceptor answered in, or -1
  maxVBal,    \* durable: the highest ballot it voted in, or -1
  maxVal,     \* durable: what it voted for there, or None
  decided,    \* the values that somebody has found decided
  msgs        \* the messages ever sent

vars == <<maxBal, maxVBal, maxVal, decided, msgs>>

-----------------------------------------------------------------------------

Message ==
       [type : {"1a"}, bal : Ballot]
  \cup [type : {"1b"}, acc : Acceptor, bal : Ballot,
        mbal : Ballot \cup {-1}, mval : Value \cup {None}]
  \cup [type : {"2a"}, bal : Ballot, val : Value]
  \cup [type : {"2b"}, acc : Acceptor, bal : Ballot, val : Value]

TypeOK ==
  /\ maxBal  \in [Acceptor -> Ballot \cup {-1}]
  /\ maxVBal \in [Acceptor -> Ballot \cup {-1}]
  /\ maxVal  \in [Acceptor -> Value \cup {None}]
  /\ decided \subseteq Value
  /\ msgs    \subseteq Message

Sent(m) == m \in msgs
Send(m) == msgs' = msgs \cup {m}

Init ==
  /\ maxBal  = [a \in Acceptor |-> -1]
  /\ maxVBal = [a \in Acceptor |-> -1]
  /\ maxVal  = [a \in Acceptor |-> None]
  /\ decided = {}
  /\ msgs    = {}

-----------------------------------------------------------------------------

(***************************************************************************)
(* The proposer of ballot b starts it.  Enabled:                           *)
(*   - always.                                                             *)
(***************************************************************************)
Phase1a(b) ==
  /\ Send([type |-> "1a", bal |-> b])
  /\ UNCHANGED <<maxBal, maxVBal, maxVal, decided>>

(***************************************************************************)
(* Acceptor a promises to ignore ballots below b, and tells its last vote. *)
(* Enabled:                                                                *)
(*   - ballot b was started;                                               *)
(*   - a has answered in no ballot as high as b.                           *)
(***************************************************************************)
Phase1b(a, b) ==
  /\ Sent([type |-> "1a", bal |-> b])
  /\ b > maxBal[a]
  /\ maxBal' = [maxBal EXCEPT ![a] = b]
  /\ Send([type |-> "1b", acc |-> a, bal |-> b,
           mbal |-> maxVBal[a], mval |-> maxVal[a]])
  /\ UNCHANGED <<maxVBal, maxVal, decided>>

\* The promises made for ballot b by members of Q.
Promises(Q, b) == {m \in msgs : m.type = "1b" /\ m.bal = b /\ m.acc \in Q}

\* Q has promised, and of the votes its members told, the highest was for v.
Allows(Q, b, v) ==
  LET told == {m \in Promises(Q, b) : m.mbal # -1} IN
  /\ \A a \in Q : \E m \in Promises(Q, b) : m.acc = a
  /\ \/ told = {}
     \/ \E m \in told : m.mval = v /\ \A n \in told : n.mbal =< m.mbal

(***************************************************************************)
(* The proposer of ballot b asks for votes for v.  Enabled:                *)
(*   - it has not asked for votes in b before;                             *)
(*   - a quorum has promised b, and what they told allows v.               *)
(***************************************************************************)
Phase2a(b, v) ==
  /\ \A w \in Value : ~ Sent([type |-> "2a", bal |-> b, val |-> w])
  /\ \E Q \in Quorum : Allows(Q, b, v)
  /\ Send([type |-> "2a", bal |-> b, val |-> v])
  /\ UNCHANGED <<maxBal, maxVBal, maxVal, decided>>

(***************************************************************************)
(* Acceptor a votes for v in ballot b.  Enabled:                           *)
(*   - the proposer of b has asked for votes for v.                        *)
(***************************************************************************)
Phase2b(a, b, v) ==
  /\ Sent([type |-> "2a", bal |-> b, val |-> v])
  \* CHANGED: b may be below maxBal[a]
  /\ maxBal'  = [maxBal EXCEPT ![a] = b]
  /\ maxVBal' = [maxVBal EXCEPT ![a] = b]
  /\ maxVal'  = [maxVal EXCEPT ![a] = v]
  /\ Send([type |-> "2b", acc |-> a, bal |-> b, val |-> v])
  /\ UNCHANGED decided

(***************************************************************************)
(* Somebody finds that v is decided.  Enabled:                             *)
(*   - a quorum has voted for v in ballot b.                               *)
(***************************************************************************)
Decide(b, v) ==
  /\ \E Q \in Quorum : \A a \in Q :
       Sent([type |-> "2b", acc |-> a, bal |-> b, val |-> v])
  /\ decided' = decided \cup {v}
  /\ UNCHANGED <<maxBal, maxVBal, maxVal, msgs>>

-----------------------------------------------------------------------------

Next ==
  \E b \in Ballot :
    \/ Phase1a(b)
    \/ \E a \in Acceptor : Phase1b(a, b)
    \/ \E v \in Value : Phase2a(b, v)
    \/ \E a \in Acceptor, v \in Value : Phase2b(a, b, v)
    \/ \E v \in Value : Decide(b, v)

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------

\* The votes that a has sent.
VotesOf(a) == {m \in msgs : m.type = "2b" /\ m.acc = a}

\* Without it two of those who find out would go on with different values.
Agreement == \A v, w \in decided : v = w

\* Without it a proposer, or two with one ballot, could win it twice.
OneProposalPerBallot ==
  \A m, n \in {k \in msgs : k.type = "2a"} : m.bal = n.bal => m = n

\* Without it an acceptor would tell proposers less than others know of it.
VotesKept ==
  \A a \in Acceptor :
    /\ maxVBal[a] =< maxBal[a]
    /\ IF maxVBal[a] = -1
         THEN maxVal[a] = None
         ELSE Sent([type |-> "2b", acc |-> a,
                    bal |-> maxVBal[a], val |-> maxVal[a]])
    /\ \A m \in VotesOf(a) : m.bal =< maxVBal[a]

\* Without it what a proposer learnt in phase 1 would no longer be true.
PromisesKept == [][\A a \in Acceptor : maxBal[a] =< maxBal'[a]]_vars
=============================================================================
