------------------------------- MODULE Turns --------------------------------
(***************************************************************************)
(* The problem that a lock service is there to solve: those who write to a *)
(* store take turns, and nobody writes after his turn.                     *)
(*                                                                         *)
(* Each turn has a number.  The store's journal is a sequence of turns:    *)
(* writes of one turn stand together, and turns stand in their order.      *)
(* Turns in which nothing is written leave no mark.                        *)
(***************************************************************************)
EXTENDS Naturals, Sequences

CONSTANT Turn      \* the numbers of the turns

ASSUME Turn \subseteq Nat

VARIABLE journal   \* the turns in which something was written, in order

TypeOK == journal \in Seq(Turn)

Init == journal = <<>>

\* Somebody writes in turn t, which is later than all before.
Write(t) ==
  /\ \A i \in 1..Len(journal) : journal[i] < t
  /\ journal' = Append(journal, t)

Next == \E t \in Turn : Write(t)

Spec == Init /\ [][Next]_journal

\* Without it a write could be overtaken by one that knew nothing of it.
InOrder == \A i, j \in 1..Len(journal) : i < j => journal[i] < journal[j]

THEOREM Spec => [](TypeOK /\ InOrder)
=============================================================================
