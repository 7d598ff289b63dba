----------------------------- MODULE WritesAtOnce -----------------------------
(***************************************************************************)
(* Broken on purpose: Chubby, but a change does not wait until the caches  *)
(*   are clean.                                                            *)
(*                                                                         *)
(* Changed: Dropped is always true.                                        *)
(* What happens: the file is changed while the message that it is to be    *)
(*   dropped is on its way; the client reads the old version.              *)
(* Known from: M. Burrows, "The Chubby lock service for loosely-coupled    *)
(*   distributed systems", OSDI 2006, section 2.7: a modification is       *)
(*   blocked while invalidations are sent, and proceeds when each client   *)
(*   has flushed or its lease has expired.                                 *)
(* Violated: NoStaleCache.                                                 *)
(***************************************************************************)
EXTENDS MCChubby

\* CHANGED: whether it has dropped it or not.
AsIfDropped(s, i, v) == TRUE
=============================================================================
