---------------------------- MODULE ReadsOvertake -----------------------------
(***************************************************************************)
(* Broken on purpose: ZooKeeper, but a read does not wait for the changes  *)
(*   that its client has asked for before it.                              *)
(*                                                                         *)
(* Changed: InOrder is always true.                                        *)
(* What happens: a client asks for a sync and then reads, and is given     *)
(*   what was before the sync: the server had the read, and the sync was   *)
(*   still under way.                                                      *)
(* Known from: what a ZooKeeper server holds a session's reads back for,   *)
(*   behind its changes (the commit processor); the FIFO client order of   *)
(*   the paper, section 2.3.                                               *)
(* Violated: ReadsOwn.                                                     *)
(***************************************************************************)
EXTENDS MCZooKeeper

\* CHANGED: at once.
AtOnce(s, m) == TRUE
=============================================================================
