------------------------------- MODULE MCRaft -------------------------------
(***************************************************************************)
(* Raft for exploration.  Models are made small by saying who may stand in *)
(* which term, who may crash, and what may be sent.                        *)
(***************************************************************************)
EXTENDS Raft, TLC

CONSTANTS
  s1, s2, s3, s4,  \* names for some servers
  Odd, Even,  \* who may begin odd terms, and who even ones
  MayCrash,   \* who may crash
  MayCompact, \* who may cut its log off
  Joint       \* the configurations that may be begun

\* Each entry is sent alone, and once it is committed that is told, alone.
OneByOne(i, p) ==
  IF p < LastIndex(i) /\ commitIndex[i] =< p THEN {p + 1}
  ELSE IF p = LastIndex(i) /\ commitIndex[i] = p /\ p > 0 THEN {p}
  ELSE {}

Unsure == {i \in Server : role[i] # "follower"}

Standing ==
  {i \in Server : i \in IF currentTerm[i] % 2 = 0 THEN Odd ELSE Even}

Small ==
  \/ \E i \in Standing : AskPreVote(i)
  \/ \E i \in Standing : Campaign(i)
  \/ \E i \in MayCrash : Crash(i)
  \/ \E i \in MayCompact, n \in Index : Compact(i, n)
  \/ \E i \in Unsure, t \in Term : StepDown(i, t)
  \/ \E i \in Server :
       \/ \E j \in Server, t \in Term : GivePreVote(i, j, t)
       \/ \E j \in Server, t \in Term : GrantVote(i, j, t)
       \/ BecomeLeader(i)
       \/ \E v \in Value : ClientRequest(i, v)
       \/ \E new \in Joint : Reconfigure(i, new)
       \/ \E p \in Count, n \in Count : SendEntries(i, p, n)
       \/ \E m \in msgs : AcceptEntries(i, m)
       \/ \E n \in Index : AdvanceCommit(i, n)
       \/ SendSnapshot(i)
       \/ \E m \in msgs : InstallSnapshot(i, m)

SmallSpec == Init /\ [][Small]_vars

\* The servers do what they can, and what is sent arrives.
FairSpec ==
  /\ SmallSpec
  /\ \A i \in Odd : WF_vars(Campaign(i))
  /\ \A i \in Server :
       /\ WF_vars(\E j \in Server, t \in Term : GrantVote(i, j, t))
       /\ WF_vars(BecomeLeader(i))
       /\ WF_vars(\E v \in Value : ClientRequest(i, v))
       /\ WF_vars(\E p \in Count, n \in Count : SendEntries(i, p, n))
       /\ WF_vars(\E m \in msgs : AcceptEntries(i, m))
       /\ WF_vars(\E n \in Index : AdvanceCommit(i, n))

\* If one server alone stands and nobody crashes, everybody will know all
\* positions to be committed (needs FairSpec).
Progress == \A i \in Server : <>(commitIndex[i] = Cardinality(Index))
=============================================================================
