----------------------------- MODULE KeepsTail ------------------------------
(***************************************************************************)
(* Broken on purpose: Zab, but a follower never cuts its history off.      *)
(*                                                                         *)
(* Changed: Synced keeps a history that is longer than the new one.        *)
(* What happens: a transaction of the first leader that nobody else has    *)
(*   stays with its follower, which takes the commit of another at that    *)
(*   position for its own.                                                 *)
(* Known from: ZooKeeper issue ZOOKEEPER-2832: synchronisation may fail to *)
(*   take a transaction that was never committed out of a follower's log,  *)
(*   if the leader has processed less.                                     *)
(* Violated: Agreement.                                                    *)
(***************************************************************************)
EXTENDS MCZab

\* CHANGED: the longer one, whichever it is.
Longer(i, m) ==
  IF Has(i, m.prev, m.prevZxid) /\ m.prev + Len(m.txns) =< LastIndex(i)
    THEN history[i]
    ELSE Txns(i, snapshot[i].last + 1, m.prev) \o m.txns

\* Where to look: nobody else takes part in what the first epoch broadcasts,
\* and the second has other servers.
Guide ==
  \A m \in msgs :
    /\ m.type = "Ack" /\ m.epoch = 1 => m.last = 0 /\ m.from = s2
    /\ m.type = "Ack" /\ m.epoch = 2 /\ m.from = s1 => m.last = 1
=============================================================================
