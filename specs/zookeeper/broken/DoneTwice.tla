------------------------------ MODULE DoneTwice -------------------------------
(***************************************************************************)
(* Broken on purpose: ZooKeeper, but a change that is asked for again is   *)
(*   done again.                                                           *)
(*                                                                         *)
(* Changed: Due looks only whether the session is open.                    *)
(* What happens: a client does not hear of its node and asks again; it has *)
(*   two nodes, knows of one, and stands in its own way.                   *)
(* Known from: ZooKeeper's recipe of locks, which says to put an           *)
(*   identifier of the client's in the node's name for this, and Apache    *)
(*   Curator's protected mode, which does it.                              *)
(* Violated: DoneOnce.                                                     *)
(***************************************************************************)
EXTENDS MCZooKeeper

\* CHANGED: what was done before may be done again.
DueAgain(T, x) ==
  IF x.op.type = "open" THEN T.sessions[x.session].status = "none"
                        ELSE Alive(T, x.session)
=============================================================================
