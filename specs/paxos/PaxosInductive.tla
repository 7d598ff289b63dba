--------------------------- MODULE PaxosInductive ----------------------------
(***************************************************************************)
(* Why Paxos decides one value: an invariant that every action keeps.      *)
(* Prove it with: tlapair prove PaxosInductive.tla                         *)
(*                                                                         *)
(* Safe is the heart, as in Voting, but read off the messages: a value is  *)
(* safe at a ballot if no other can ever have a quorum's votes in a lower  *)
(* one.  A proposer learns that from a quorum's promises: who has promised *)
(* ballot b never votes below b again, so what it tells of its votes       *)
(* stays true (PromisesAreTrue).  Votes are cast only for what was         *)
(* proposed, and only what is safe is proposed.                            *)
(***************************************************************************)
EXTENDS Paxos, FiniteSets

Majorities ==
  {Q \in SUBSET Acceptor : 2 * Cardinality(Q) > Cardinality(Acceptor)}

Typed ==
  /\ maxBal  \in [Acceptor -> Ballot \cup {-1}]
  /\ maxVBal \in [Acceptor -> Ballot \cup {-1}]
  /\ maxVal  \in [Acceptor -> Value \cup {None}]
  /\ decided \in SUBSET Value
  /\ msgs    \in SUBSET Message

VotedFor(a, b, v) == Sent([type |-> "2b", acc |-> a, bal |-> b, val |-> v])

\* a has not voted in ballot b and, having moved on, never will.
Abstained(a, b) == maxBal[a] > b /\ \A v \in Value : ~ VotedFor(a, b, v)

\* No value but v has a quorum, or can still get one, in a ballot below b.
SafeAt(b, v) ==
  \A c \in Ballot : c < b =>
    \E Q \in Quorum : \A a \in Q : VotedFor(a, c, v) \/ Abstained(a, c)

\* Votes are for what was proposed.
VotesWereProposed ==
  \A m \in msgs : m.type = "2b" =>
    Sent([type |-> "2a", bal |-> m.bal, val |-> m.val])

\* What is proposed is safe.
ProposalsAreSafe ==
  \A m \in msgs : m.type = "2a" => SafeAt(m.bal, m.val)

\* What a promise tells was true when it was given, and stays so: its sender
\* has voted in mbal for mval, and in no ballot between that and bal.
PromisesAreTrue ==
  \A m \in msgs : m.type = "1b" =>
    /\ m.bal =< maxBal[m.acc]
    /\ m.mbal < m.bal
    /\ m.mbal # -1 => VotedFor(m.acc, m.mbal, m.mval)
    /\ \A c \in Ballot : m.mbal < c /\ c < m.bal =>
         \A v \in Value : ~ VotedFor(m.acc, c, v)

\* What is decided, a quorum has voted for in one ballot.
DecidedHasQuorum ==
  \A v \in decided : \E b \in Ballot, Q \in Quorum :
    \A a \in Q : VotedFor(a, b, v)

IndInv ==
  /\ Typed
  /\ OneProposalPerBallot
  /\ VotesKept
  /\ VotesWereProposed
  /\ ProposalsAreSafe
  /\ PromisesAreTrue
  /\ DecidedHasQuorum
  /\ Agreement
=============================================================================
