----------------------------- MODULE LeaseIgnored -----------------------------
(***************************************************************************)
(* Broken on purpose: Chubby, but nobody asks whether the lease of a       *)
(*   master is over.                                                       *)
(*                                                                         *)
(* Changed: Alone is always true.                                          *)
(* What happens: the old master, which has not heard of the new one, goes  *)
(*   on answering clients.                                                 *)
(* Known from: M. Burrows, "The Chubby lock service for loosely-coupled    *)
(*   distributed systems", OSDI 2006, section 2 (replicas promise not to   *)
(*   elect a different master for an interval of a few seconds); T.        *)
(*   Chandra, R. Griesemer, J. Redstone, "Paxos made live", PODC 2007,     *)
(*   section 5.2.                                                          *)
(* Violated: OneMaster.                                                    *)
(***************************************************************************)
EXTENDS MCChubby

\* CHANGED: whether another acts or not.
NotAlone(s) == TRUE
=============================================================================
