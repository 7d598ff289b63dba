-------------------------- MODULE HashingInductive ---------------------------
(***************************************************************************)
(* Why hand-off loses nothing, as long as the ring does not change: an     *)
(* invariant that every action keeps.  Prove it with:                      *)
(* tlapair prove HashingInductive.tla                                      *)
(*                                                                         *)
(* Whoever has said that it has an item still has it, or is dead, or has   *)
(* dropped it: then it was a stand-in, and all owners have said that they  *)
(* have it (HaveIsTrue).  Owners are as many as there are to be copies,    *)
(* and all different (RightNumber).  So what was acknowledged is at        *)
(* Copies nodes, the dead counted (Spread), of whom fewer are dead.        *)
(*                                                                         *)
(* Left out: joining and leaving; those are checked in MCHashing.          *)
(***************************************************************************)
EXTENDS Hashing

\* Five nodes, two of which stand twice, and two keys.
SevenPlaces == <<"a", "b", "a", "c", "d", "b", "e">>
TwoHomes    == [k \in Key |-> IF k = "k" THEN 1 ELSE 5]

Typed ==
  /\ rings   = <<[members |-> Members, gone |-> {}]>>
  /\ settled = 1
  /\ alive   \in [Node -> BOOLEAN]
  /\ view    \in [Node -> {1}]
  /\ data    \in [Node -> SUBSET Key]
  /\ acked   \in SUBSET Key
  /\ msgs    \in SUBSET Message

RightNumber == \A k \in Key : Cardinality(Belongs(k, 1)) = Copies

\* A "Have" is true, or was made up for.
HaveIsTrue ==
  \A n \in Node, k \in Key :
    Sent(Have(n, k, 1)) =>
      \/ k \in data[n]
      \/ ~alive[n]
      \/ n \notin Belongs(k, 1) /\ AtHome(k, 1)

\* The dead are fewer than the copies.
FewAreDead == Cardinality(Missed) < Copies

IndInv ==
  /\ Typed
  /\ RightNumber
  /\ HaveIsTrue
  /\ FewAreDead
  /\ Spread
  /\ NothingLost
=============================================================================
