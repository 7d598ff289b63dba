------------------------------- MODULE MCZab --------------------------------
(***************************************************************************)
(* Zab for exploration.  Models are made small by saying who may lead      *)
(* which epoch, who may crash or give up, and what may be sent.            *)
(***************************************************************************)
EXTENDS Zab, TLC

CONSTANTS
  s1, s2, s3, \* names for some servers
  Odd, Even,  \* who may lead odd epochs, and who even ones
  Vote,       \* who takes part in an election
  MayCrash,   \* who may crash
  MayGiveUp,  \* who may leave a leader
  MayCompact, \* who may cut its history off
  From        \* positions after which a history may be sent

\* Whom i may choose.
Eligible(i) == IF acceptedEpoch[i] % 2 = 0 THEN Odd ELSE Even

Small ==
  \/ \E i \in MayCrash : Crash(i)
  \/ \E i \in MayGiveUp : GiveUp(i)
  \/ \E i \in MayCompact, n \in Index : Compact(i, n)
  \/ \E i \in Vote : \E l \in Eligible(i) : Elect(i, l)
  \/ \E i \in Server :
       \/ \E e \in {acceptedEpoch[i] + 1} \cap Epoch : BeginEpoch(i, e)
       \/ \E e \in Epoch : AcceptEpoch(i, e)
       \/ Prevail(i)
       \/ \E p \in From, whole \in BOOLEAN : SendHistory(i, p, whole)
       \/ \E m \in msgs : AcceptHistory(i, m)
       \/ Establish(i)
       \/ \E v \in Value : Propose(i, v)
       \/ \E m \in msgs : AcceptProposal(i, m)
       \/ \E n \in Index : Commit(i, n)
       \/ \E n \in Index : Deliver(i, n)

SmallSpec == Init /\ [][Small]_vars

\* The servers do what they can, and what is sent arrives.
FairSpec ==
  /\ SmallSpec
  /\ \A i \in Server :
       /\ WF_vars(\E l \in Eligible(i) : Elect(i, l))
       /\ WF_vars(\E e \in {acceptedEpoch[i] + 1} \cap Epoch : BeginEpoch(i, e))
       /\ WF_vars(\E e \in Epoch : AcceptEpoch(i, e))
       /\ WF_vars(Prevail(i))
       /\ WF_vars(\E p \in From : SendHistory(i, p, FALSE))
       /\ WF_vars(\E m \in msgs : AcceptHistory(i, m))
       /\ WF_vars(Establish(i))
       /\ WF_vars(\E v \in Value : Propose(i, v))
       /\ WF_vars(\E m \in msgs : AcceptProposal(i, m))
       /\ WF_vars(\E n \in Index : Commit(i, n))
       /\ WF_vars(\E n \in Index : Deliver(i, n))

\* If nobody crashes or gives up, everybody delivers all there is room for
\* (needs FairSpec).
Progress == \A i \in Server : <>(delivered[i] = Cardinality(Index))
=============================================================================
