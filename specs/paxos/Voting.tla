------------------------------- MODULE Voting -------------------------------
(***************************************************************************)
(* Consensus by voting in numbered ballots.                                *)
(*                                                                         *)
(* Acceptors cast votes; a value is chosen when every member of some       *)
(* quorum has voted for it in the same ballot.  There is no other rule for *)
(* choosing, so everything turns on when an acceptor may vote: only for a  *)
(* value such that no other can ever win a lower ballot.  To make that     *)
(* knowable an acceptor may give up voting below some ballot, for good.    *)
(*                                                                         *)
(* Here an acceptor sees all votes of all others at once.  How to vote by  *)
(* messages alone is the business of Paxos, which refines this module.     *)
(*                                                                         *)
(* Source: L. Lamport, "The Part-Time Parliament", ACM TOCS 16(2), 1998,   *)
(*   pp. 133-169, section 2.1 (ballots, and why a later one must respect   *)
(*   the earlier); L. Lamport, "Byzantizing Paxos by Refinement", DISC     *)
(*   2011, LNCS 6950, pp. 211-224, section 3 (the idea of a level of its   *)
(*   own between consensus and Paxos).                                     *)
(* Left out: messages, leaders, learners, failures.                        *)
(* Refines: Consensus, at the bottom of this module.                       *)
(***************************************************************************)
EXTENDS Integers

CONSTANTS
  Value,      \* the values that may be voted for
  Acceptor,   \* those who vote
  Quorum,     \* the sets of acceptors that suffice to choose
  Ballot      \* the ballot numbers

ASSUME Ballot \subseteq Nat
ASSUME /\ \A Q \in Quorum : Q \subseteq Acceptor
       /\ \A Q, R \in Quorum : Q \cap R # {}

VARIABLES
  votes,      \* the votes each acceptor has cast, as pairs <<ballot, value>>
  maxBal      \* the ballot below which each acceptor votes no more, or -1

vars == <<votes, maxBal>>

TypeOK ==
  /\ votes  \in [Acceptor -> SUBSET (Ballot \X Value)]
  /\ maxBal \in [Acceptor -> Ballot \cup {-1}]

-----------------------------------------------------------------------------

Voted(a, b, v) == <<b, v>> \in votes[a]

\* a has not voted in ballot b and, having moved on, never will.
Abstains(a, b) == maxBal[a] > b /\ \A v \in Value : ~ Voted(a, b, v)

ChosenAt(b, v) == \E Q \in Quorum : \A a \in Q : Voted(a, b, v)

chosen == {v \in Value : \E b \in Ballot : ChosenAt(b, v)}

\* A quorum stands between ballot b and every value other than v: each
\* member voted for v in b or will not vote in b, and any quorum that could
\* choose in b contains one of them.
Blocks(Q, b, v) == \A a \in Q : Voted(a, b, v) \/ Abstains(a, b)

\* No value but v has won, or can still win, a ballot below b.
Safe(b, v) == \A c \in Ballot : c < b => \E Q \in Quorum : Blocks(Q, c, v)

-----------------------------------------------------------------------------

Init ==
  /\ votes  = [a \in Acceptor |-> {}]
  /\ maxBal = [a \in Acceptor |-> -1]

(***************************************************************************)
(* a promises not to vote below ballot b any more.  Enabled:               *)
(*   - it has not promised as much or more.                                *)
(***************************************************************************)
Promise(a, b) ==
  /\ b > maxBal[a]
  /\ maxBal' = [maxBal EXCEPT ![a] = b]
  /\ UNCHANGED votes

(***************************************************************************)
(* a votes for v in ballot b.  Enabled:                                    *)
(*   - a has not promised to stay out of b;                                *)
(*   - nobody, a included, has voted for another value in b;               *)
(*   - v is safe at b.                                                     *)
(***************************************************************************)
Vote(a, b, v) ==
  /\ b >= maxBal[a]
  /\ \A c \in Acceptor : \A w \in Value : Voted(c, b, w) => w = v
  /\ Safe(b, v)
  /\ votes'  = [votes EXCEPT ![a] = @ \cup {<<b, v>>}]
  /\ maxBal' = [maxBal EXCEPT ![a] = b]

Next ==
  \E a \in Acceptor, b \in Ballot :
    \/ Promise(a, b)
    \/ \E v \in Value : Vote(a, b, v)

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------

\* Without it two quorums of one ballot could choose two values.
OneValuePerBallot ==
  \A a, c \in Acceptor, b \in Ballot, v, w \in Value :
    Voted(a, b, v) /\ Voted(c, b, w) => v = w

\* Without it a later ballot could choose against an earlier one.
VotesSafe ==
  \A a \in Acceptor, b \in Ballot, v \in Value : Voted(a, b, v) => Safe(b, v)

\* Without it a promise would be worth nothing.
VotesBelowPromise ==
  \A a \in Acceptor, b \in Ballot, v \in Value :
    Voted(a, b, v) => b =< maxBal[a]

-----------------------------------------------------------------------------

\* The refinement mapping: what is chosen follows from the votes.
C == INSTANCE Consensus WITH chosen <- chosen

CSpec == C!Spec
CAgreement == C!Agreement

THEOREM Spec => [](TypeOK /\ OneValuePerBallot /\ VotesSafe
                          /\ VotesBelowPromise)
THEOREM Spec => CSpec

(***************************************************************************)
(* Checked: MCVoting, with three acceptors (quorums are the majorities),   *)
(* two values and two ballots.  The figures are in README.md.              *)
(***************************************************************************)
=============================================================================
