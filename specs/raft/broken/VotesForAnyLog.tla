-------------------------- MODULE VotesForAnyLog ----------------------------
(***************************************************************************)
(* Broken on purpose: Raft, but a server votes for whoever asks first.     *)
(*                                                                         *)
(* Changed: NotBehind is always true.                                      *)
(* What happens: a server that was away while an entry was committed is    *)
(*   elected without it.                                                   *)
(* Known from: leader election as in other systems, where the log plays no *)
(*   part; D. Ongaro, J. Ousterhout, "In search of an understandable       *)
(*   consensus algorithm", USENIX ATC 2014, section 5.4.1.                 *)
(* Violated: LeaderCompleteness.                                           *)
(***************************************************************************)
EXTENDS MCRaft

\* CHANGED: whatever the logs are.
Whoever(m, i) == TRUE
=============================================================================
