----------------------- MODULE ReconfiguresUnsettled ------------------------
(***************************************************************************)
(* Broken on purpose: Raft, but a leader changes the cluster at once.      *)
(*                                                                         *)
(* Changed: Settled does not ask for a committed entry of the leader's own *)
(*   term.                                                                 *)
(* What happens: two leaders, one after the other, begin with two          *)
(*   different changes. By each there is a majority without the other's:   *)
(*   the second commits, and then the first is elected again without it.   *)
(* Known from: D. Ongaro, "bug in single-server membership changes", raft- *)
(*   dev, 10 July 2015, found in the published algorithm; the mend, an     *)
(*   entry of the own term first, is the one there.                        *)
(* Violated: LeaderCompleteness.                                           *)
(***************************************************************************)
EXTENDS MCRaft

\* CHANGED: nothing need be committed.
AtOnce(i) == TRUE

\* Where to look: who votes in which term; the log is sent in term 2, whole.
Guide ==
  /\ \A m \in msgs :
       /\ m.type = "Vote" => m.from \in IF m.term = 1 THEN {s2, s3}
                                        ELSE IF m.term = 2 THEN {s3, s4} ELSE {s4}
       /\ m.type = "Append" => m.term = 2 /\ Len(m.entries) = 2
       /\ m.type = "Appended" => m.from = s3
  /\ \A i \in Server : Len(log[i]) = 2 => log[i][2].value # Noop
=============================================================================
