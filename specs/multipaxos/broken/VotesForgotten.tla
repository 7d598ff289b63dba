---------------------------- MODULE VotesForgotten ----------------------------
(***************************************************************************)
(* Broken on purpose: Multi-Paxos, but a server comes back without its     *)
(*   votes.                                                                *)
(*                                                                         *)
(* Changed: VotesOnDisk is empty.                                          *)
(* What happens: the server that voted for what was chosen crashes,        *)
(*   promises the next leader, and tells it nothing; the leader has        *)
(*   another value chosen.                                                 *)
(* Known from: T. Chandra, R. Griesemer, J. Redstone, "Paxos made live",   *)
(*   PODC 2007, section 5.1: a replica whose disk is corrupted or empty    *)
(*   may renege on its promises, so it must not vote until it has followed *)
(*   an instance begun after that.                                         *)
(* Violated: Agreement.                                                    *)
(***************************************************************************)
EXTENDS MCMultiPaxos

\* CHANGED: nothing was written.
NoVotes(s) == {}
=============================================================================
