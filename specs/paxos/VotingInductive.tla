--------------------------- MODULE VotingInductive ---------------------------
(***************************************************************************)
(* Why voting in ballots chooses one value: what Voting states of itself   *)
(* is enough.  Every action keeps TypeOK, OneValuePerBallot, VotesSafe and *)
(* VotesBelowPromise together, and together they imply that at most one    *)
(* value is chosen.  Prove it with: tlapair prove VotingInductive.tla      *)
(*                                                                         *)
(* VotesSafe is the heart: a vote in ballot b is only for a value such     *)
(* that no other has won, or can still win, a lower ballot.  Abstaining    *)
(* is for good, because promises only grow, so what is safe stays safe.    *)
(***************************************************************************)
EXTENDS Voting, FiniteSets

Majorities ==
  {Q \in SUBSET Acceptor : 2 * Cardinality(Q) > Cardinality(Acceptor)}

AtMostOneIsChosen == \A v, w \in chosen : v = w

IndInv ==
  /\ TypeOK
  /\ OneValuePerBallot
  /\ VotesSafe
  /\ VotesBelowPromise
  /\ AtMostOneIsChosen
=============================================================================
