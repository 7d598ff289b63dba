------------------------------ MODULE Sequence ------------------------------
(***************************************************************************)
(* What replicated state machines are for: one sequence of decisions, to   *)
(* which nothing is done but appending.  The n-th of it is a consensus on  *)
(* what stands at n (specs/paxos/Consensus.tla); here several may be       *)
(* decided in one step, in order.                                          *)
(*                                                                         *)
(* Source: F. B. Schneider, "Implementing fault-tolerant services using    *)
(*   the state machine approach", ACM Computing Surveys 22(4), 1990,       *)
(*   pp. 299-319, section 2.                                               *)
(***************************************************************************)
EXTENDS Integers, Sequences

CONSTANTS
  Decision,   \* what may be decided
  LengthMax   \* how many may be, at most

VARIABLES
  decided     \* the decisions so far

-----------------------------------------------------------------------------

TypeOK ==
  /\ decided \in Seq(Decision)
  /\ Len(decided) =< LengthMax

Init == decided = <<>>

(***************************************************************************)
(* The next decisions.  Enabled:                                           *)
(*   - there are fewer than may be.                                        *)
(***************************************************************************)
Decide ==
  \E n \in Len(decided) + 1 .. LengthMax :
    \E more \in [Len(decided) + 1 .. n -> Decision] :
      decided' = [k \in 1..n |-> IF k =< Len(decided) THEN decided[k]
                                                      ELSE more[k]]

Next == Decide

Spec == Init /\ [][Next]_decided

-----------------------------------------------------------------------------

\* A decision is for ever.
Stable == [][/\ Len(decided) =< Len(decided')
             /\ \A n \in 1..Len(decided) : decided'[n] = decided[n]]_decided

THEOREM Spec => []TypeOK /\ Stable

(***************************************************************************)
(* Checked: MCSequence, with two decisions and sequences up to three.      *)
(***************************************************************************)
=============================================================================
