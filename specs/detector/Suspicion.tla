----------------------------- MODULE Suspicion ------------------------------
(***************************************************************************)
(* What a failure detector knows, without saying how it comes to know it:  *)
(* of each member an incarnation and whether, in it, the member is         *)
(* suspected.  Knowledge of a member only grows: from an incarnation to a  *)
(* higher one, and within one from "alive" to "suspect".  So whatever      *)
(* order news comes in, and however often, those who have heard the same   *)
(* news know the same.                                                     *)
(***************************************************************************)
EXTENDS Naturals

CONSTANTS
  Observer,     \* those who know something
  Member,       \* those of whom something is known
  Incarnation   \* the numbers of their lives

ASSUME Incarnation \subseteq Nat

VARIABLE known  \* what each observer knows of each member

View == [status : {"alive", "suspect"}, inc : Incarnation]

TypeOK == known \in [Observer -> [Member -> View]]

Older(u, v) ==
  \/ u.inc < v.inc
  \/ u.inc = v.inc /\ u.status = "alive" /\ v.status = "suspect"

Init ==
  known = [p \in Observer |-> [q \in Member |-> [status |-> "alive", inc |-> 0]]]

\* Observer p learns something of q.
Learn(p, q) ==
  \E v \in View :
    /\ Older(known[p][q], v)
    /\ known' = [known EXCEPT ![p][q] = v]

\* Observer p loses its memory.
Forget(p) ==
  known' = [known EXCEPT ![p] =
              [q \in Member |-> [status |-> "alive", inc |-> 0]]]

Next == \E p \in Observer : Forget(p) \/ \E q \in Member : Learn(p, q)

Spec == Init /\ [][Next]_known

THEOREM Spec => []TypeOK
=============================================================================
