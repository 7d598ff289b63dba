----------------------------- MODULE NumberReused -----------------------------
(***************************************************************************)
(* Broken on purpose: ZooKeeper, but the nodes of a directory are numbered *)
(*   by how many there are.                                                *)
(*                                                                         *)
(* Changed: NextNumber counts the nodes.                                   *)
(* What happens: a node is deleted, and the next one is given a number     *)
(*   that was given before; who remembers the first takes the second for   *)
(*   it.                                                                   *)
(* Known from: ZooKeeper issue ZOOKEEPER-1046 (making a sequential node    *)
(*   fails because it exists: the parent's counter of changes of its       *)
(*   children, from which the number comes, had gone back).                *)
(* Violated: InSequence.                                                   *)
(***************************************************************************)
EXTENDS MCZooKeeper

\* CHANGED: one more than there are.
OneMore(T, d) == Cardinality({k \in Names(T.nodes) : k[1] = d}) + 1
=============================================================================
