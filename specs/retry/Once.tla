-------------------------------- MODULE Once --------------------------------
(***************************************************************************)
(* The problem: every call is carried out once.  A client's call is open   *)
(* from when it is made until it is carried out, and each time one is      *)
(* closed, one thing is done.                                              *)
(***************************************************************************)
EXTENDS Naturals

CONSTANT Client    \* those who call

VARIABLES
  open,            \* whose call is not carried out yet
  count            \* how many calls were carried out

vars == <<open, count>>

TypeOK == open \subseteq Client /\ count \in Nat

Init == open = {} /\ count = 0

\* Client c calls.
Open(c) == c \notin open /\ open' = open \cup {c} /\ UNCHANGED count

\* The call of c is carried out.
Close(c) == c \in open /\ open' = open \ {c} /\ count' = count + 1

Next == \E c \in Client : Open(c) \/ Close(c)

Spec == Init /\ [][Next]_vars

THEOREM Spec => []TypeOK
=============================================================================
