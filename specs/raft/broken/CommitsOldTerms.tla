-------------------------- MODULE CommitsOldTerms ---------------------------
(***************************************************************************)
(* Broken on purpose: Raft, but a leader commits whatever a majority       *)
(*   holds.                                                                *)
(*                                                                         *)
(* Changed: Committable does not ask of which term the entry is.           *)
(* What happens: the entry of term 1 reaches a second server in term 3 and *)
(*   is taken for committed; the leader of term 4, whose last entry is of  *)
(*   term 2, lacks it, and is elected all the same.                        *)
(* Known from: D. Ongaro, J. Ousterhout, "In search of an understandable   *)
(*   consensus algorithm", USENIX ATC 2014, figure 8.                      *)
(* Violated: LeaderCompleteness.                                           *)
(***************************************************************************)
EXTENDS MCRaft

\* CHANGED: an entry of any term.
AnyTerm(i, n) == TRUE

\* Where to look: one round of votes for each term, nothing sent before the third.
Guide ==
  \A m \in msgs :
    /\ m.type = "Vote" => m.from = IF m.term = 1 THEN s2 ELSE s3
    /\ m.type = "Append" => m.term = 3 /\ Len(m.entries) = 1
=============================================================================
