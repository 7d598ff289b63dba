-------------------------- MODULE EpochForgotten ----------------------------
(***************************************************************************)
(* Broken on purpose: Zab, but a promise to be in an epoch is not durable. *)
(*                                                                         *)
(* Changed: EpochOnDisk is the last epoch whose history was taken over.    *)
(* What happens: a server promises two leaders to be in the same epoch.    *)
(* Known from: F. Junqueira, B. Reed, M. Serafini, DSN 2011, section IV,   *)
(*   which has f.p in stable storage; ZooKeeper had no acceptedEpoch file  *)
(*   before 3.4 (ZOOKEEPER-335, servers commit to a leader they have not   *)
(*   written down).                                                        *)
(* Violated: EpochsGrow.                                                   *)
(***************************************************************************)
EXTENDS MCZab

\* CHANGED: what was only promised is gone.
NoPromise(i) == currentEpoch[i]
=============================================================================
