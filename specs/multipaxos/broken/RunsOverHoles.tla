---------------------------- MODULE RunsOverHoles -----------------------------
(***************************************************************************)
(* Broken on purpose: Multi-Paxos, but a server carries out what it learns *)
(*   at once.                                                              *)
(*                                                                         *)
(* Changed: Reach does not stop at a slot that it knows nothing of.        *)
(* What happens: slot 2 is decided before slot 1, and carried out; slot 1  *)
(*   never is.                                                             *)
(* Known from: L. Lamport, "Paxos Made Simple", SIGACT News 32(4), 2001,   *)
(*   section 3: commands 138 to 140 cannot be executed before 136 and 137  *)
(*   are chosen.                                                           *)
(* Violated: MachineIsLog.                                                 *)
(***************************************************************************)
EXTENDS MCMultiPaxos

\* CHANGED: to the last that is known.
ToTheLast(n, known) ==
  CHOOSE k \in {n} \cup {d.slot : d \in known} :
    \A j \in {n} \cup {d.slot : d \in known} : j =< k
=============================================================================
