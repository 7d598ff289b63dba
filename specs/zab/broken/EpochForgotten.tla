-------------------------- MODULE EpochForgotten ----------------------------
(***************************************************************************)
(* Broken on purpose: Zab, but a promise to be in an epoch is not durable. *)
(*                                                                         *)
(* Changed: EpochOnDisk is the last epoch whose history was taken over.    *)
(* What happens: a server promises two leaders to be in the same epoch.    *)
(* Known from: ZooKeeper up to 3.3.3, which kept no accepted epoch of its  *)
(*   own and took the zxid for it (A. Medeiros, "ZooKeeper's atomic        *)
(*   broadcast protocol: theory and practice", 2012; ZOOKEEPER-3608        *)
(*   retells it). F. Junqueira, B. Reed, M. Serafini, DSN 2011, section    *)
(*   IV, have it in stable storage.                                        *)
(* Violated: EpochsGrow.                                                   *)
(***************************************************************************)
EXTENDS MCZab

\* CHANGED: what was only promised is gone.
NoPromise(i) == currentEpoch[i]
=============================================================================
