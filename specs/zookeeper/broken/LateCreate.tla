------------------------------ MODULE LateCreate ------------------------------
(***************************************************************************)
(* Broken on purpose: ZooKeeper, but a closed session's changes are still  *)
(*   carried out.                                                          *)
(*                                                                         *)
(* Changed: Due asks of all but the first change only that it was not done *)
(*   before.                                                               *)
(* What happens: a client asks for an ephemeral node, and its session      *)
(*   expires; the node is made after that, and nothing ever deletes it.    *)
(* Known from: ZooKeeper issue ZOOKEEPER-1208 (an ephemeral node stays     *)
(*   long after its session is gone: it was created while the session was  *)
(*   being closed).                                                        *)
(* Violated: NoOrphans.                                                    *)
(***************************************************************************)
EXTENDS MCZooKeeper

\* CHANGED: the session may be closed.
DueLate(T, x) ==
  CASE x.op.type = "open"   -> T.sessions[x.session].status = "none"
    [] x.op.type = "expire" -> Alive(T, x.session)
    [] OTHER                -> x.number > T.sessions[x.session].number
=============================================================================
