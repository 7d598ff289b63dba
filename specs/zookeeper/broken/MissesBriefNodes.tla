--------------------------- MODULE MissesBriefNodes ---------------------------
(***************************************************************************)
(* Broken on purpose: ZooKeeper, but a node that came and went is not      *)
(*   missed.                                                               *)
(*                                                                         *)
(* Changed: ChangedAt of a node that is not there is 0.                    *)
(* What happens: a client watches for a node to be made, and loses its     *)
(*   link; the node is made and deleted; at the next server the client     *)
(*   sees what is newer than both, and its watch has not gone off.         *)
(* Known from: the ZooKeeper Programmer's Guide, "Watches", which warns of *)
(*   it: a watch for the existence of a node is missed if the node is      *)
(*   created and deleted while the client is disconnected.                 *)
(* Violated: WatchesKept.                                                  *)
(***************************************************************************)
EXTENDS MCZooKeeper

\* CHANGED: nothing is known of a node that is not there.
OfNodesThere(T, w) ==
  LET of == {k \in T.nodes : k.name = w}
  IN IF w[2] = None THEN T.changed[w[1]]
     ELSE IF of = {} THEN 0 ELSE (CHOOSE k \in of : TRUE).changed
=============================================================================
