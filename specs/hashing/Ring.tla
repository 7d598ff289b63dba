-------------------------------- MODULE Ring --------------------------------
(***************************************************************************)
(* Consistent hashing: where on a ring a key belongs.                      *)
(*                                                                         *)
(* A ring is a sequence of nodes, read around and around: its places are   *)
(* the positions of the hash function's range at which nodes stand, in     *)
(* order.  A node stands in several places (its virtual nodes).  Not all   *)
(* of them take part at a time; the places of those who do not are passed  *)
(* over.  A key has a place too, where the walk for it begins, and belongs *)
(* to the first nodes that the walk meets, each node counted once.         *)
(*                                                                         *)
(* Source: D. Karger et al., "Consistent hashing and random trees", STOC   *)
(*   1997, pp. 654-663; G. DeCandia et al., "Dynamo: Amazon's highly       *)
(*   available key-value store", SOSP 2007, pp. 205-220, sections 4.2      *)
(*   (virtual nodes) and 4.3 (the preference list skips positions, so that *)
(*   it holds distinct nodes).                                             *)
(***************************************************************************)
EXTENDS Naturals, Sequences, FiniteSets

\* How far around from place `at` the place i is.
Distance(ring, at, i) == (i + Len(ring) - at) % Len(ring)

\* How far around from place `at` the first place of node n is.
First(ring, at, n) ==
  LET far == {Distance(ring, at, i) : i \in {j \in 1..Len(ring) : ring[j] = n}}
  IN CHOOSE d \in far : \A e \in far : d =< e

\* The nodes to which a key with place `at` belongs: the first `copies` of
\* the members that are met, or all of them if they are fewer.
Owners(ring, at, copies, members) ==
  LET far == [n \in members |-> First(ring, at, n)]
  IN {n \in members : Cardinality({m \in members : far[m] < far[n]}) < copies}
=============================================================================
