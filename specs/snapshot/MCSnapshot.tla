---------------------------- MODULE MCSnapshot ------------------------------
(***************************************************************************)
(* Snapshot for exploration: so many snapshots, restarts and transfers at  *)
(* most.  Nobody crashes in the last epoch, from which nobody could start  *)
(* again.                                                                  *)
(***************************************************************************)
EXTENDS Snapshot, TLC

CONSTANTS
  SnapshotMax,
  EpochMax,
  TransferMax

Few ==
  /\ begun =< SnapshotMax
  /\ \A p \in Proc : alive[p] \/ epoch[p] < EpochMax
  /\ Cardinality({m \in msgs : m.type = "token"}) =< TransferMax

MCSpec == Init /\ [][Next /\ Few']_vars

MCFairSpec ==
  /\ MCSpec
  /\ WF_vars(Complete) /\ WF_vars(Restore)
  /\ \A p \in Proc :
       /\ WF_vars(\E k \in Asked : Record(p, k))
       /\ \A q \in Others(p) : WF_vars(TakeToken(p, q) \/ TakeMarker(p, q))
       /\ WF_vars(Report(p))
       /\ WF_vars(Ask(p))
       /\ WF_vars(\E e \in 1..current : Rejoin(p, e))

\* Processes are interchangeable.
Symmetry == Permutations(Proc)
=============================================================================
