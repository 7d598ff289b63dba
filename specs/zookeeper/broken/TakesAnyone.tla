----------------------------- MODULE TakesAnyone ------------------------------
(***************************************************************************)
(* Broken on purpose: ZooKeeper, but a server takes any client.            *)
(*                                                                         *)
(* Changed: UpToDate is always true.                                       *)
(* What happens: a client goes from a server to another that has carried   *)
(*   out less, and sees what was before what it has seen.                  *)
(* Known from: the paper, section 4.4, which has servers compare the last  *)
(*   change that the client has seen for this; caches and replicas that    *)
(*   are read without it (the "session guarantees" of D. Terry et al.,     *)
(*   PDIS 1994: monotonic reads).                                          *)
(* Violated: NeverBack.                                                    *)
(***************************************************************************)
EXTENDS MCZooKeeper

\* CHANGED: whatever the client has seen.
Anyone(s, m) == TRUE
=============================================================================
