----------------------------- MODULE NoLockDelay ------------------------------
(***************************************************************************)
(* Broken on purpose: Chubby, but the lock of a holder that failed can be  *)
(*   had at once.                                                          *)
(*                                                                         *)
(* Changed: Delays is never true.                                          *)
(* What happens: a request of the first holder is still under way when its *)
(*   session has ended and another has the lock; the file server, which    *)
(*   does not check sequencers, carries it out after one of the other.     *)
(* Known from: M. Burrows, "The Chubby lock service for loosely-coupled    *)
(*   distributed systems", OSDI 2006, section 2.4: lock-delay is there for *)
(*   servers that do not check sequencers.                                 *)
(* Violated: InOrder.                                                      *)
(***************************************************************************)
EXTENDS MCChubby

\* CHANGED: never held back.
NoDelay(d, i) == FALSE
=============================================================================
