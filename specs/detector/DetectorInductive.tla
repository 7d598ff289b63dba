-------------------------- MODULE DetectorInductive --------------------------
(***************************************************************************)
(* Why a member can always clear itself: an invariant that every action    *)
(* keeps.  Prove it with: tlapair prove DetectorInductive.tla              *)
(*                                                                         *)
(* Incarnations are made by one member only, the one they are of; everybody*)
(* else copies.  So no number is about that is higher than the member's    *)
(* own, neither in what others know nor in what they tell.                 *)
(***************************************************************************)
EXTENDS Detector

\* TypeOK; the domain of what p knows depends on p.
Typed ==
  /\ up   \in [Member -> BOOLEAN]
  /\ inc  \in [Member -> Incarnation]
  /\ view \in [Member -> UNION {[Member \ {p} -> View] : p \in Member}]
  /\ \A p \in Member : view[p] \in [Member \ {p} -> View]
  /\ msgs \in SUBSET Message

\* What is told of a member is of its present life or of one before.
NothingIsFromTheFuture ==
  \A m \in msgs : m.type \in {"alive", "suspect"} => m.inc =< inc[m.member]

IndInv ==
  /\ Typed
  /\ NobodyKnowsBetter
  /\ NothingIsFromTheFuture
=============================================================================
