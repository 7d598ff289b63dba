---------------------------- MODULE MCMultiPaxos -----------------------------
(***************************************************************************)
(* Multi-Paxos for exploration.  Models are made small by saying who leads *)
(* which ballot, who may crash, who may keep a snapshot, and what may be   *)
(* proposed where.                                                         *)
(***************************************************************************)
EXTENDS MultiPaxos

CONSTANTS
  s1, s2, s3, \* names for the servers
  MayCrash,   \* who may crash
  MayCompact, \* who may keep a snapshot
  MayLearn    \* who hears what the leader has found

\* Two leaders in turn.
InTurn == [b \in Ballot |-> IF b % 2 = 1 THEN s1 ELSE s2]

Small ==
  \/ \E s \in MayCrash : Crash(s)
  \/ \E s \in MayCompact : Compact(s) \/ SendSnapshot(s)
  \/ \E s \in MayLearn, n \in Slot, v \in Value : Learn(s, n, v)
  \/ \E s \in Server :
       \/ \E b \in Ballot : Phase1a(s, b) \/ Phase1b(s, b)
       \/ \E n \in Slot, v \in Value :
            \/ Phase2a(s, n, v)
            \/ \E b \in Ballot : Phase2b(s, b, n, v)
            \/ Decide(s, n, v)
       \/ \E m \in msgs : Install(s, m)

SmallSpec == Init /\ [][Small]_vars

\* The servers do what they can, and what is sent arrives.
FairSpec ==
  /\ SmallSpec
  /\ \A s \in Server :
       /\ WF_vars(\E b \in Ballot : Phase1a(s, b))
       /\ WF_vars(\E b \in Ballot : Phase1b(s, b))
       /\ WF_vars(\E n \in Slot, v \in Value : Phase2a(s, n, v))
       /\ WF_vars(\E n \in Slot, v \in Value : Decide(s, n, v))
       /\ \A n \in Slot :
            /\ WF_vars(\E b \in Ballot, v \in Value : Phase2b(s, b, n, v))
            /\ WF_vars(\E v \in Value : Learn(s, n, v))

\* If one server alone leads and nobody crashes, everybody will have carried
\* out all slots (needs FairSpec).
Progress == \A s \in Server : <>(machine[s].last = Cardinality(Slot))
=============================================================================
