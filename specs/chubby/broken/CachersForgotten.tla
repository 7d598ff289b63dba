--------------------------- MODULE CachersForgotten ---------------------------
(***************************************************************************)
(* Broken on purpose: Chubby, but a new master thinks that nobody caches.  *)
(*                                                                         *)
(* Changed: AtFirst is empty.                                              *)
(* What happens: who caches was known to the old master only; the new one  *)
(*   changes the file without waiting for a client that had it from the    *)
(*   old one.                                                              *)
(* Known from: M. Burrows, "The Chubby lock service for loosely-coupled    *)
(*   distributed systems", OSDI 2006, section 2.9, steps 5 and 6: after a  *)
(*   fail-over clients must flush their caches, and the master waits until *)
(*   each has acknowledged that, or its session is over.                   *)
(* Violated: NoStaleCache.                                                 *)
(***************************************************************************)
EXTENDS MCChubby

\* CHANGED: the last master's readers are still there.
Nobody(d) == {}
=============================================================================
