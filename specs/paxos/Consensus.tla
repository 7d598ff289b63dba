----------------------------- MODULE Consensus -----------------------------
(***************************************************************************)
(* Consensus, as a problem: out of the values that were proposed, one is   *)
(* chosen, once and for ever.                                              *)
(*                                                                         *)
(* Source: L. Lamport, "Paxos Made Simple", SIGACT News 32(4), 2001,       *)
(*   pp. 51-58, section 2.1 states it as three safety requirements.        *)
(* Left out: who proposes, who finds out and how, and failures.            *)
(* Refines: nothing; this is the top.  Voting refines it.                  *)
(***************************************************************************)

CONSTANT Value      \* the values that may be chosen

VARIABLE chosen     \* the values chosen so far: none or one

vars == chosen

TypeOK == chosen \subseteq Value

-----------------------------------------------------------------------------

Init == chosen = {}

(***************************************************************************)
(* The value v is chosen.  Enabled:                                        *)
(*   - nothing has been chosen.                                            *)
(***************************************************************************)
Choose(v) ==
  /\ chosen = {}
  /\ chosen' = {v}

Next == \E v \in Value : Choose(v)

Spec == Init /\ [][Next]_vars

\* Something is chosen at last.
FairSpec == Spec /\ WF_vars(Next)

-----------------------------------------------------------------------------

\* Without it two parts of a system would go on with different values.
Agreement == \A v, w \in chosen : v = w

\* Without it a value could be taken back after somebody had acted on it.
Stable == [][chosen \subseteq chosen']_vars

\* Something is chosen (needs FairSpec and a value to choose).
Success == <>(chosen # {})

THEOREM Spec => [](TypeOK /\ Agreement)
THEOREM Spec => Stable
THEOREM Value # {} /\ FairSpec => Success

(***************************************************************************)
(* Checked: MCConsensus, with three values.                                *)
(***************************************************************************)
=============================================================================
