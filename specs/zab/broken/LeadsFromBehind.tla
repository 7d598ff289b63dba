-------------------------- MODULE LeadsFromBehind ---------------------------
(***************************************************************************)
(* Broken on purpose: Zab, but a leader does not mind who is ahead of it.  *)
(*                                                                         *)
(* Changed: NotAhead is always true.                                       *)
(* What happens: a server that was away while something was committed      *)
(*   leads, and makes the others cut it off.                               *)
(* Known from: ZooKeeper issue ZOOKEEPER-1154 (data inconsistency when the *)
(*   servers with the highest zxid are not there at the election); that    *)
(*   the leader must have the latest history is assumed in F. Junqueira,   *)
(*   B. Reed, M. Serafini, DSN 2011, section IV, by taking it over.        *)
(* Violated: PrimaryIntegrity.                                             *)
(***************************************************************************)
EXTENDS MCZab

\* CHANGED: whoever has come as far as he may.
Anybody(m, l) == TRUE
=============================================================================
