--------------------------- MODULE AcksUnsynced -----------------------------
(***************************************************************************)
(* Broken on purpose: Zab, but a follower acknowledges before it has the   *)
(*   history.                                                              *)
(*                                                                         *)
(* Changed: Synced leaves the history of the follower as it was.           *)
(* What happens: epoch and acknowledgement are there and the transactions  *)
(*   are not, as after a crash between the two; what a quorum acknowledged *)
(*   is committed, and held by one server only.                            *)
(* Known from: ZooKeeper issues ZOOKEEPER-4643 and ZOOKEEPER-4646          *)
(*   (committed transactions lost when followers crash after writing       *)
(*   currentEpoch, or acknowledging NEWLEADER, before the transactions are *)
(*   on disk).                                                             *)
(* Violated: PrimaryIntegrity.                                             *)
(***************************************************************************)
EXTENDS MCZab

\* CHANGED: the epoch is taken over, the history is not.
Unsynced(i, m) == history[i]

\* Where to look: the third server comes late, and is the one that counts.
Guide ==
  \A m \in msgs :
    /\ m.type = "Ack" /\ m.last = 1 => m.from = s3
    /\ m.type = "Ack" /\ m.last = 0 /\ m.epoch = 1 => m.from = s2
    /\ m.type = "AckEpoch" /\ m.epoch = 2 => m.from = s3
=============================================================================
