-------------------------- MODULE TruncatesAlways ---------------------------
(***************************************************************************)
(* Broken on purpose: Raft, but what is accepted is taken for all there    *)
(*   is.                                                                   *)
(*                                                                         *)
(* Changed: Merged cuts the log off behind the new entries.                *)
(* What happens: a message that was overtaken by a later one arrives, and  *)
(*   a server throws away entries that it has said it holds, and that are  *)
(*   committed.                                                            *)
(* Known from: D. Ongaro, "Consensus: bridging theory and practice",       *)
(*   Stanford 2014, section 3.5 (only a conflict deletes); a common fault, *)
(*   see J. Gjengset, "Students' guide to Raft", 2016, "The importance of  *)
(*   details".                                                             *)
(* Violated: CommittedIsHeld.                                              *)
(***************************************************************************)
EXTENDS MCRaft

\* CHANGED: whether there is a conflict or not.
CutOff(i, m) == Entries(i, snapshot[i].last + 1, m.prev) \o m.entries
=============================================================================
