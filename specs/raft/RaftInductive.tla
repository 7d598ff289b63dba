---------------------------- MODULE RaftInductive ----------------------------
(***************************************************************************)
(* Why a term of Raft has one leader: an invariant that every action       *)
(* keeps, in a cluster that does not change.  Prove it with:               *)
(* tlapair prove RaftInductive.tla                                         *)
(*                                                                         *)
(* A server remembers, for its present term, whom it voted for, and never  *)
(* goes back to an earlier term.  So it votes once in a term, and never    *)
(* for another when it has voted for itself.  A leader has the votes of a  *)
(* majority; two leaders of one term would share a voter.                  *)
(*                                                                         *)
(* Left out: Reconfigure.  There, that majorities of two configurations    *)
(* share a voter depends on what is committed; see the models of MCRaft.   *)
(***************************************************************************)
EXTENDS Raft, SequencesExt

\* The actions, without changes of the cluster.
Fixed ==
  \E i \in Server :
    \/ AskPreVote(i)
    \/ \E j \in Server, t \in Term : GivePreVote(i, j, t)
    \/ Campaign(i)
    \/ \E j \in Server, t \in Term : GrantVote(i, j, t)
    \/ BecomeLeader(i)
    \/ \E t \in Term : StepDown(i, t)
    \/ \E v \in Value : ClientRequest(i, v)
    \/ \E p \in Count, n \in Count : SendEntries(i, p, n)
    \/ \E m \in msgs : AcceptEntries(i, m)
    \/ \E n \in Index : AdvanceCommit(i, n)
    \/ \E n \in Index : Compact(i, n)
    \/ SendSnapshot(i)
    \/ \E m \in msgs : InstallSnapshot(i, m)
    \/ Crash(i)

FixedSpec == Init /\ [][Fixed]_vars

-----------------------------------------------------------------------------

Plain == [term : Term, value : Value \cup {Noop}]

Logs == BoundedSeq(Plain, Cardinality(Index))

\* Position 0, before the first, is of term 0, and no other is.
Fits(n, t) == n = 0 <=> t = 0

\* The messages, without configurations, and with a longest log.
SmallMessage ==
       {m \in [type : {"AskPreVote", "AskVote"}, term : Term, from : Server,
               last : Count, lastTerm : Term \cup {0}] :
          Fits(m.last, m.lastTerm)}
  \cup [type : {"PreVote", "Vote"}, term : Term, from : Server, to : Server]
  \cup {m \in [type : {"Append"}, term : Term, from : Server, prev : Count,
               prevTerm : Term \cup {0}, entries : Logs, commit : Count] :
          Fits(m.prev, m.prevTerm) /\ m.prev + Len(m.entries) \in Count}
  \cup [type : {"Appended"}, term : Term, from : Server, match : Count]
  \cup [type : {"Install"}, term : Term, from : Server, last : Index,
        lastTerm : Term, servers : {Initial}]

\* TypeOK for that.
Typed ==
  /\ currentTerm \in [Server -> Term \cup {0}]
  /\ votedFor    \in [Server -> Server \cup {Noop}]
  /\ snapshot    \in [Server -> [last : Count, lastTerm : Term \cup {0},
                                 servers : {Initial}]]
  /\ log         \in [Server -> Logs]
  /\ role        \in [Server -> {"follower", "candidate", "leader"}]
  /\ commitIndex \in [Server -> Count]
  /\ applied     \in SUBSET [index : Index, entry : Plain]
  /\ msgs        \in SUBSET SmallMessage

\* No position is beyond the last, and a snapshot is of what is committed.
PositionsFit ==
  \A i \in Server :
    /\ LastIndex(i) \in Count
    /\ snapshot[i].last =< commitIndex[i]
    /\ Fits(snapshot[i].last, snapshot[i].lastTerm)

\* Who stands, or leads, has voted for itself in a term that was begun.
StandsForItself ==
  \A i \in Server :
    role[i] # "follower" => votedFor[i] = i /\ currentTerm[i] \in Term

\* A vote is remembered as long as its term lasts.
VotesAreRemembered ==
  \A m \in msgs : m.type = "Vote" =>
    /\ m.term =< currentTerm[m.from]
    /\ m.term = currentTerm[m.from] => votedFor[m.from] = m.to

\* A leader was elected.
LeadersHaveVotes ==
  \A i \in Server :
    role[i] = "leader" => Backed(i, "Vote", currentTerm[i])

IndInv ==
  /\ Typed
  /\ PositionsFit
  /\ CommittedIsHeld
  /\ StandsForItself
  /\ VotesAreRemembered
  /\ OneVotePerTerm
  /\ LeadersHaveVotes
  /\ ElectionSafety
=============================================================================
