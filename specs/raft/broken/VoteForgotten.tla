--------------------------- MODULE VoteForgotten ----------------------------
(***************************************************************************)
(* Broken on purpose: Raft, but a server that comes back has forgotten its *)
(*   vote.                                                                 *)
(*                                                                         *)
(* Changed: VoteOnDisk is no vote.                                         *)
(* What happens: a server votes, crashes, and votes for another in the     *)
(*   same term.                                                            *)
(* Known from: D. Ongaro, "Consensus: bridging theory and practice",       *)
(*   Stanford 2014, section 3.8, which has vote and term be durable for    *)
(*   that.                                                                 *)
(* Violated: OneVotePerTerm.                                               *)
(***************************************************************************)
EXTENDS MCRaft

\* CHANGED: nothing is found.
NoVote(i) == Noop
=============================================================================
