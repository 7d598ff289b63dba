---------------------------- MODULE OwnValueFirst -----------------------------
(***************************************************************************)
(* Broken on purpose: Multi-Paxos, but a new leader proposes what it       *)
(*   likes.                                                                *)
(*                                                                         *)
(* Changed: Best does not look at the votes that the promises tell.        *)
(* What happens: the first leader's command is chosen; the second leader   *)
(*   hears of a vote for it, and has another value chosen in the same      *)
(*   slot.                                                                 *)
(* Known from: L. Lamport, "Paxos Made Simple", SIGACT News 32(4), 2001,   *)
(*   section 2.2: condition P2c is there to forbid it.                     *)
(* Violated: Agreement.                                                    *)
(***************************************************************************)
EXTENDS MCMultiPaxos

\* CHANGED: any value.
AnyValue(told, v) == TRUE
=============================================================================
