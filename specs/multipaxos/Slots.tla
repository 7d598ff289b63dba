-------------------------------- MODULE Slots --------------------------------
(***************************************************************************)
(* A sequence of consensus problems, one for each slot, and what it is     *)
(* for: commands carried out in the order of the slots, each once.         *)
(*                                                                         *)
(* For each slot a value is chosen, once and for ever, and in any order.   *)
(* A command may be chosen for two slots, because its client has asked     *)
(* twice: it is carried out for the first of them, and not again.  Nothing *)
(* is carried out before all slots below have been chosen.                 *)
(*                                                                         *)
(* Source: L. Lamport, "Paxos Made Simple", SIGACT News 32(4), 2001,       *)
(*   section 3 (a sequence of instances); F. B. Schneider, "Implementing   *)
(*   fault-tolerant services using the state machine approach", ACM        *)
(*   Computing Surveys 22(4), 1990, pp. 299-319, section 2.                *)
(* Left out: who proposes, who finds out and how, and failures.            *)
(* Refines: nothing; this is the top.  For one slot it is Consensus        *)
(*   (specs/paxos).  MultiPaxos refines it.                                *)
(***************************************************************************)
EXTENDS Naturals

CONSTANTS
  Command,    \* what clients ask for
  Noop,       \* the value that asks for nothing
  Slot        \* the positions, from 1 on

ASSUME Noop \notin Command
ASSUME Slot \subseteq Nat \ {0}

VARIABLES
  chosen,     \* the values chosen for each slot: none or one
  executed    \* the commands that were carried out, with the slot

vars == <<chosen, executed>>

TypeOK ==
  /\ chosen   \in [Slot -> SUBSET (Command \cup {Noop})]
  /\ executed \subseteq [slot : Slot, val : Command]

-----------------------------------------------------------------------------

Init ==
  /\ chosen   = [n \in Slot |-> {}]
  /\ executed = {}

(***************************************************************************)
(* The value v is chosen for slot n.  Enabled:                             *)
(*   - nothing has been chosen for n.                                      *)
(***************************************************************************)
Choose(n, v) ==
  /\ chosen[n] = {}
  /\ chosen' = [chosen EXCEPT ![n] = {v}]
  /\ UNCHANGED executed

(***************************************************************************)
(* The commands of all slots up to n are carried out, each for the first   *)
(* slot it was chosen for, unless they have been.  Enabled:                *)
(*   - something was chosen for each of these slots.                       *)
(***************************************************************************)
Execute(n) ==
  /\ \A k \in 1..n : chosen[k] # {}
  /\ executed' = executed \cup
       {e \in [slot : 1..n, val : Command] :
          /\ e.val \in chosen[e.slot]
          /\ \A k \in 1 .. e.slot - 1 : e.val \notin chosen[k]}
  /\ UNCHANGED chosen

Next ==
  \/ \E n \in Slot, v \in Command \cup {Noop} : Choose(n, v)
  \/ \E n \in Slot : Execute(n)

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------

\* Without it two copies of the machine would go different ways.
Agreement == \A n \in Slot : \A v, w \in chosen[n] : v = w

\* Without it what a client asked for could be done twice.
ExactlyOnce == \A d, e \in executed : d.val = e.val => d = e

\* Without it a value could be taken back after somebody had acted on it.
Stable == [][\A n \in Slot : chosen[n] \subseteq chosen'[n]]_vars

THEOREM Spec => [](TypeOK /\ Agreement /\ ExactlyOnce)
THEOREM Spec => Stable

(***************************************************************************)
(* Checked: MCSlots, with two commands and three slots.                    *)
(***************************************************************************)
=============================================================================
