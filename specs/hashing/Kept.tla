-------------------------------- MODULE Kept --------------------------------
(***************************************************************************)
(* What a client of a store expects: what it was told is stored is there,  *)
(* and stays there.                                                        *)
(***************************************************************************)
CONSTANT Item      \* what may be stored

VARIABLE kept      \* what was acknowledged and can be read

TypeOK == kept \subseteq Item

Init == kept = {}

\* An item is stored.
Put(i) == kept' = kept \cup {i}

Next == \E i \in Item : Put(i)

Spec == Init /\ [][Next]_kept

\* Without it something would be lost.
Grows == [][kept \subseteq kept']_kept

THEOREM Spec => []TypeOK /\ Grows
=============================================================================
