------------------------------ MODULE Journal -------------------------------
(***************************************************************************)
(* The problem: a journal to which writes are added at the end, one or     *)
(* more at a time, and from which nothing is ever lost.                    *)
(***************************************************************************)
EXTENDS Naturals, Sequences

CONSTANT Value     \* what is written, each once

VARIABLE journal   \* what was written, in order

TypeOK == journal \in Seq(Value)

Init == journal = <<>>

\* Values are added.
Add ==
  /\ Len(journal') > Len(journal)
  /\ SubSeq(journal', 1, Len(journal)) = journal

\* One value is added that is not there yet.
AddOne(x) ==
  /\ \A i \in 1..Len(journal) : journal[i] # x
  /\ journal' = Append(journal, x)

Next == \E x \in Value : AddOne(x)

\* As the problem for others: a step may add several values.
Spec == Init /\ [][Add]_journal

\* As a model by itself.
OneByOne == Init /\ [][Next]_journal

THEOREM OneByOne => Spec
=============================================================================
