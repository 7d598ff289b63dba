-------------------------------- MODULE Raft --------------------------------
(***************************************************************************)
(* Raft: servers keep copies of one log of commands, of which a majority   *)
(* decides, while some of them crash and come back.                        *)
(*                                                                         *)
(* Time is divided in terms.  In each term at most one server is elected   *)
(* leader, by a majority, and it alone adds to the log in that term; the   *)
(* others accept what it sends.  An entry that a majority holds, of the    *)
(* leader's own term, is committed, with all before it.  A server votes    *)
(* only for one whose log is not behind its own, hence whoever is elected  *)
(* has what was committed.                                                 *)
(*                                                                         *)
(* The network loses, repeats and reorders messages: msgs is the set of    *)
(* all messages ever sent, and a message in it may be received any number  *)
(* of times, late, or never.  What only a leader counts (votes, what       *)
(* others hold) is read off the messages.  Terms, votes, logs and          *)
(* snapshots are durable, written before a message tells of them.          *)
(*                                                                         *)
(* Source: D. Ongaro, J. Ousterhout, "In search of an understandable       *)
(*   consensus algorithm", USENIX ATC 2014, sections 5 and 7; D. Ongaro,   *)
(*   "Consensus: bridging theory and practice", Stanford 2014, sections    *)
(*   4.1 (membership, one server at a time), 5.1 (snapshots), 9.6          *)
(*   (pre-vote); and, for what Reconfigure waits for, D. Ongaro, "bug in   *)
(*   single-server membership changes", raft-dev, 10 July 2015.            *)
(* Left out: time (an election may be begun at any time); nextIndex, by    *)
(*   which a leader guesses what to send; refusals, which only tell it to  *)
(*   guess again; reads, sessions and what commands do (in pyimpl/raft).   *)
(* Refines: Sequence (specs/lib), at the bottom of this module.            *)
(***************************************************************************)
EXTENDS Quorums, Sequences

CONSTANTS
  Server,     \* all servers there may ever be
  Initial,    \* those that make up the cluster at first
  Value,      \* the commands of clients
  Noop,       \* the entry with which a leader begins, or no vote
  Term,       \* the numbers of the terms
  Index,      \* the positions in the log
  PreVote     \* whether who stands for election asks beforehand

ASSUME Initial \subseteq Server /\ Initial # {}
ASSUME Noop \notin Value /\ Noop \notin Server
ASSUME Term \subseteq Nat /\ Index \subseteq Nat
ASSUME PreVote \in BOOLEAN

VARIABLES
  currentTerm,  \* durable: the highest term that a server knows of
  votedFor,     \* durable: whom it voted for in that term, or Noop
  snapshot,     \* durable: up to where it has cut its log off
  log,          \* durable: the entries after that
  role,         \* volatile: follower, candidate or leader
  commitIndex,  \* volatile: how far it knows the log to be committed
  applied,      \* the entries that anyone has handed to the application
  msgs          \* the messages ever sent

vars == <<currentTerm, votedFor, snapshot, log, role, commitIndex,
          applied, msgs>>

-----------------------------------------------------------------------------

\* A set of servers as value of an entry is a new configuration.
Entry == [term : Term, value : Value \cup {Noop} \cup SUBSET Server]

Count == Index \cup {0}

Message ==
       [type : {"AskPreVote", "AskVote"}, term : Term, from : Server,
        last : Count, lastTerm : Term \cup {0}]
  \cup [type : {"PreVote", "Vote"}, term : Term, from : Server, to : Server]
  \cup [type : {"Append"}, term : Term, from : Server, prev : Count,
        prevTerm : Term \cup {0}, entries : Seq(Entry), commit : Count]
  \cup [type : {"Appended"}, term : Term, from : Server, match : Count]
  \cup [type : {"Install"}, term : Term, from : Server, last : Index,
        lastTerm : Term, servers : SUBSET Server]

TypeOK ==
  /\ currentTerm \in [Server -> Term \cup {0}]
  /\ votedFor    \in [Server -> Server \cup {Noop}]
  /\ snapshot    \in [Server -> [last : Count, lastTerm : Term \cup {0},
                                 servers : SUBSET Server]]
  /\ \A i \in Server : log[i] \in Seq(Entry)
  /\ role        \in [Server -> {"follower", "candidate", "leader"}]
  /\ commitIndex \in [Server -> Count]
  /\ applied     \subseteq [index : Index, entry : Entry]
  /\ msgs        \subseteq Message

Sent(m) == m \in msgs
Send(m) == msgs' = msgs \cup {m}

Init ==
  /\ currentTerm = [i \in Server |-> 0]
  /\ votedFor    = [i \in Server |-> Noop]
  /\ snapshot    = [i \in Server |->
                      [last |-> 0, lastTerm |-> 0, servers |-> Initial]]
  /\ log         = [i \in Server |-> <<>>]
  /\ role        = [i \in Server |-> "follower"]
  /\ commitIndex = [i \in Server |-> 0]
  /\ applied     = {}
  /\ msgs        = {}

-----------------------------------------------------------------------------
(***************************************************************************)
(*                     The log of server i, by position                    *)
(***************************************************************************)

LastIndex(i) == snapshot[i].last + Len(log[i])

EntryAt(i, n) == log[i][n - snapshot[i].last]

TermAt(i, n) ==
  IF n = snapshot[i].last THEN snapshot[i].lastTerm ELSE EntryAt(i, n).term

\* The entries from position m to n.
Entries(i, m, n) ==
  SubSeq(log[i], m - snapshot[i].last, n - snapshot[i].last)

\* The servers that make up the cluster, by the entries up to n: the last
\* configuration counts, committed or not.
ServersAt(i, n) ==
  LET changes == {k \in snapshot[i].last + 1 .. n :
                    /\ EntryAt(i, k).value # Noop
                    /\ EntryAt(i, k).value \notin Value}
  IN IF changes = {}
       THEN snapshot[i].servers
       ELSE EntryAt(i, CHOOSE k \in changes : \A c \in changes : c =< k).value

Servers(i) == ServersAt(i, LastIndex(i))

\* Whoever asks with m has a log that is not behind that of i.
NotBehind(m, i) ==
  \/ m.lastTerm > TermAt(i, LastIndex(i))
  \/ m.lastTerm = TermAt(i, LastIndex(i)) /\ m.last >= LastIndex(i)

\* The entries of s, which begins at position n, as they are applied.
Applying(s, n) == {[index |-> n + k - 1, entry |-> s[k]] : k \in DOMAIN s}

-----------------------------------------------------------------------------
(***************************************************************************)
(*                                Elections                                *)
(***************************************************************************)

(***************************************************************************)
(* Server i asks who would vote for it in the next term.  Enabled:         *)
(*   - it is not leader, and it is in the cluster;                         *)
(*   - it is to ask.                                                       *)
(***************************************************************************)
AskPreVote(i) ==
  /\ PreVote
  /\ role[i] # "leader"
  /\ i \in Servers(i)
  /\ currentTerm[i] + 1 \in Term
  /\ Send([type |-> "AskPreVote", term |-> currentTerm[i] + 1, from |-> i,
           last |-> LastIndex(i), lastTerm |-> TermAt(i, LastIndex(i))])
  /\ UNCHANGED <<currentTerm, votedFor, snapshot, log, role, commitIndex,
                 applied>>

(***************************************************************************)
(* Server i would vote for j in term t.  Enabled:                          *)
(*   - j asks;                                                             *)
(*   - t is a new term for i;                                              *)
(*   - the log of j is not behind.                                         *)
(***************************************************************************)
GivePreVote(i, j, t) ==
  /\ i # j
  /\ \E m \in msgs : /\ m.type = "AskPreVote" /\ m.from = j /\ m.term = t
                     /\ t > currentTerm[i]
                     /\ NotBehind(m, i)
  /\ Send([type |-> "PreVote", term |-> t, from |-> i, to |-> j])
  /\ UNCHANGED <<currentTerm, votedFor, snapshot, log, role, commitIndex,
                 applied>>

\* Whether a majority said "PreVote", or "Vote", to i in term t.
Backed(i, type, t) ==
  IsMajority({i} \cup {j \in Servers(i) :
                Sent([type |-> type, term |-> t, from |-> j, to |-> i])},
             Servers(i))

(***************************************************************************)
(* Server i begins a new term and stands for election, with its own vote.  *)
(* Enabled:                                                                *)
(*   - it is not leader, and it is in the cluster;                         *)
(*   - if it is to ask beforehand: a majority would vote for it.           *)
(***************************************************************************)
Campaign(i) ==
  /\ role[i] # "leader"
  /\ i \in Servers(i)
  /\ currentTerm[i] + 1 \in Term
  /\ PreVote => Backed(i, "PreVote", currentTerm[i] + 1)
  /\ currentTerm' = [currentTerm EXCEPT ![i] = @ + 1]
  /\ votedFor'    = [votedFor EXCEPT ![i] = i]
  /\ role'        = [role EXCEPT ![i] = "candidate"]
  /\ Send([type |-> "AskVote", term |-> currentTerm[i] + 1, from |-> i,
           last |-> LastIndex(i), lastTerm |-> TermAt(i, LastIndex(i))])
  /\ UNCHANGED <<snapshot, log, commitIndex, applied>>

(***************************************************************************)
(* Server i votes for j in term t.  Enabled:                               *)
(*   - j asks;                                                             *)
(*   - t is a new term for i, or it has not voted for another in it;       *)
(*   - the log of j is not behind.                                         *)
(***************************************************************************)
GrantVote(i, j, t) ==
  /\ i # j
  /\ \E m \in msgs : /\ m.type = "AskVote" /\ m.from = j /\ m.term = t
                     /\ \/ t > currentTerm[i]
                        \/ t = currentTerm[i] /\ votedFor[i] \in {Noop, j}
                     /\ NotBehind(m, i)
  /\ currentTerm' = [currentTerm EXCEPT ![i] = t]
  /\ votedFor'    = [votedFor EXCEPT ![i] = j]
  /\ role'        = [role EXCEPT ![i] = "follower"]
  /\ Send([type |-> "Vote", term |-> t, from |-> i, to |-> j])
  /\ UNCHANGED <<snapshot, log, commitIndex, applied>>

(***************************************************************************)
(* Candidate i becomes leader, and begins with an empty entry.  Enabled:   *)
(*   - a majority has voted for it in its term.                            *)
(***************************************************************************)
BecomeLeader(i) ==
  /\ role[i] = "candidate"
  /\ Backed(i, "Vote", currentTerm[i])
  /\ LastIndex(i) + 1 \in Index
  /\ log'  = [log EXCEPT ![i] =
                Append(@, [term |-> currentTerm[i], value |-> Noop])]
  /\ role' = [role EXCEPT ![i] = "leader"]
  /\ UNCHANGED <<currentTerm, votedFor, snapshot, commitIndex, applied, msgs>>

(***************************************************************************)
(* Server i learns of term t.  Enabled:                                    *)
(*   - it is a new term, begun by somebody; or                             *)
(*   - it is a candidate in t, which has a leader.                         *)
(***************************************************************************)
StepDown(i, t) ==
  /\ \/ t > currentTerm[i] /\ \E m \in msgs : m.type = "AskVote" /\ m.term = t
     \/ /\ t = currentTerm[i] /\ role[i] = "candidate"
        /\ \E m \in msgs : m.type \in {"Append", "Install"} /\ m.term = t
  /\ currentTerm' = [currentTerm EXCEPT ![i] = t]
  /\ votedFor'    = IF t > currentTerm[i]
                      THEN [votedFor EXCEPT ![i] = Noop]
                      ELSE votedFor
  /\ role'        = [role EXCEPT ![i] = "follower"]
  /\ UNCHANGED <<snapshot, log, commitIndex, applied, msgs>>

-----------------------------------------------------------------------------
(***************************************************************************)
(*                                 The log                                 *)
(***************************************************************************)

(***************************************************************************)
(* Leader i takes command v of a client into its log.  Enabled:            *)
(*   - it is leader;                                                       *)
(*   - there is a place.                                                   *)
(***************************************************************************)
ClientRequest(i, v) ==
  /\ role[i] = "leader"
  /\ LastIndex(i) + 1 \in Index
  /\ log' = [log EXCEPT ![i] =
               Append(@, [term |-> currentTerm[i], value |-> v])]
  /\ UNCHANGED <<currentTerm, votedFor, snapshot, role, commitIndex, applied,
                 msgs>>

\* Whether leader i has committed an entry of its own term.
Settled(i) ==
  \E n \in snapshot[i].last .. commitIndex[i] : TermAt(i, n) = currentTerm[i]

(***************************************************************************)
(* Leader i begins to change the cluster to the servers in `new`.          *)
(* Enabled:                                                                *)
(*   - it is leader, and has committed an entry of its own term;           *)
(*   - the last change is committed;                                       *)
(*   - one server joins, or one leaves.                                    *)
(***************************************************************************)
Reconfigure(i, new) ==
  /\ role[i] = "leader"
  /\ Settled(i)
  /\ Servers(i) = ServersAt(i, commitIndex[i])
  /\ new # {}
  /\ Cardinality(new \ Servers(i)) + Cardinality(Servers(i) \ new) = 1
  /\ LastIndex(i) + 1 \in Index
  /\ log' = [log EXCEPT ![i] =
               Append(@, [term |-> currentTerm[i], value |-> new])]
  /\ UNCHANGED <<currentTerm, votedFor, snapshot, role, commitIndex, applied,
                 msgs>>

\* Up to where a leader may send its log, from after p on.
UpTo(i, p) == p .. LastIndex(i)

(***************************************************************************)
(* Leader i sends its entries after p, up to n, to whoever can use them.   *)
(* Enabled:                                                                *)
(*   - it is leader, and still has them.                                   *)
(***************************************************************************)
SendEntries(i, p, n) ==
  /\ role[i] = "leader"
  /\ p \in snapshot[i].last .. LastIndex(i)
  /\ n \in UpTo(i, p)
  /\ Send([type |-> "Append", term |-> currentTerm[i], from |-> i,
           prev |-> p, prevTerm |-> TermAt(i, p),
           entries |-> Entries(i, p + 1, n), commit |-> commitIndex[i]])
  /\ UNCHANGED <<currentTerm, votedFor, snapshot, log, role, commitIndex,
                 applied>>

\* What the log of i becomes with the entries of m: if they contradict it, it
\* is cut off there; if it has them already, it stays, and may be longer.
Merged(i, m) ==
  LET last == m.prev + Len(m.entries)
      contradicts == \E n \in m.prev + 1 .. last :
                       /\ n =< LastIndex(i)
                       /\ TermAt(i, n) # m.entries[n - m.prev].term
  IN IF contradicts \/ last > LastIndex(i)
       THEN Entries(i, snapshot[i].last + 1, m.prev) \o m.entries
       ELSE log[i]

Max(a, b) == IF a > b THEN a ELSE b
Min(a, b) == IF a < b THEN a ELSE b

\* How far i knows the log to be committed, having accepted m.
CommitAfter(i, m) ==
  Max(commitIndex[i], Min(m.commit, m.prev + Len(m.entries)))

(***************************************************************************)
(* Server i accepts m, some entries of a leader, and what is committed.    *)
(* Enabled:                                                                *)
(*   - a leader of its term, or of a new one, has sent them;               *)
(*   - it has the entry before them.                                       *)
(***************************************************************************)
AcceptEntries(i, m) ==
  /\ m.type = "Append"
  /\ m.from # i
  /\ m.term >= currentTerm[i]
  /\ m.prev \in snapshot[i].last .. LastIndex(i)
  /\ TermAt(i, m.prev) = m.prevTerm
  /\ currentTerm' = [currentTerm EXCEPT ![i] = m.term]
  /\ votedFor'    = IF m.term > currentTerm[i]
                      THEN [votedFor EXCEPT ![i] = Noop]
                      ELSE votedFor
  /\ log'         = [log EXCEPT ![i] = Merged(i, m)]
  /\ role'        = [role EXCEPT ![i] = "follower"]
  /\ commitIndex' = [commitIndex EXCEPT ![i] = CommitAfter(i, m)]
  /\ applied'     = applied \cup
       Applying(SubSeq(Merged(i, m), commitIndex[i] + 1 - snapshot[i].last,
                       CommitAfter(i, m) - snapshot[i].last),
                commitIndex[i] + 1)
  /\ Send([type |-> "Appended", term |-> m.term, from |-> i,
           match |-> m.prev + Len(m.entries)])
  /\ UNCHANGED snapshot

\* The servers that hold the log of leader i up to n.
Holders(i, n) ==
  {i} \cup {j \in Servers(i) : \E k \in n .. LastIndex(i) :
              Sent([type |-> "Appended", term |-> currentTerm[i],
                    from |-> j, match |-> k])}

\* Only an entry of its own term tells a leader that it is committed.
Committable(i, n) == TermAt(i, n) = currentTerm[i]

(***************************************************************************)
(* Leader i finds that the log is committed up to n.  Enabled:             *)
(*   - it is leader, and has not found that before;                        *)
(*   - a majority holds the log up to n;                                   *)
(*   - the entry at n is of its own term.                                  *)
(* If it has thereby left the cluster, it is leader no longer.             *)
(***************************************************************************)
AdvanceCommit(i, n) ==
  /\ role[i] = "leader"
  /\ n > commitIndex[i] /\ n =< LastIndex(i)
  /\ IsMajority(Holders(i, n), Servers(i))
  /\ Committable(i, n)
  /\ role'        = IF i \in ServersAt(i, n)
                      THEN role
                      ELSE [role EXCEPT ![i] = "follower"]
  /\ commitIndex' = [commitIndex EXCEPT ![i] = n]
  /\ applied'     = applied \cup
       Applying(Entries(i, commitIndex[i] + 1, n), commitIndex[i] + 1)
  /\ UNCHANGED <<currentTerm, votedFor, snapshot, log, msgs>>

-----------------------------------------------------------------------------
(***************************************************************************)
(*                          Snapshots and crashes                          *)
(***************************************************************************)

(***************************************************************************)
(* Server i replaces its log up to n by a snapshot.  Enabled:              *)
(*   - it knows that to be committed.                                      *)
(***************************************************************************)
Compact(i, n) ==
  /\ n > snapshot[i].last /\ n =< commitIndex[i]
  /\ snapshot' = [snapshot EXCEPT ![i] =
                    [last |-> n, lastTerm |-> TermAt(i, n),
                     servers |-> ServersAt(i, n)]]
  /\ log'      = [log EXCEPT ![i] = Entries(i, n + 1, LastIndex(i))]
  /\ UNCHANGED <<currentTerm, votedFor, role, commitIndex, applied, msgs>>

(***************************************************************************)
(* Leader i sends its snapshot to whoever can use it.  Enabled:            *)
(*   - it is leader, and has one.                                          *)
(***************************************************************************)
SendSnapshot(i) ==
  /\ role[i] = "leader"
  /\ snapshot[i].last > 0
  /\ Send([type |-> "Install", term |-> currentTerm[i], from |-> i,
           last |-> snapshot[i].last, lastTerm |-> snapshot[i].lastTerm,
           servers |-> snapshot[i].servers])
  /\ UNCHANGED <<currentTerm, votedFor, snapshot, log, role, commitIndex,
                 applied>>

\* What remains of the log of i beyond the snapshot of m.
Beyond(i, m) ==
  IF m.last =< LastIndex(i) /\ TermAt(i, m.last) = m.lastTerm
    THEN Entries(i, m.last + 1, LastIndex(i))
    ELSE <<>>

(***************************************************************************)
(* Server i takes over m, a snapshot of a leader.  Enabled:                *)
(*   - a leader of its term, or of a new one, has sent it;                 *)
(*   - i does not know as much to be committed.                            *)
(***************************************************************************)
InstallSnapshot(i, m) ==
  /\ m.type = "Install"
  /\ m.from # i
  /\ m.term >= currentTerm[i]
  /\ m.last > commitIndex[i]
  /\ currentTerm' = [currentTerm EXCEPT ![i] = m.term]
  /\ votedFor'    = IF m.term > currentTerm[i]
                      THEN [votedFor EXCEPT ![i] = Noop]
                      ELSE votedFor
  /\ snapshot'    = [snapshot EXCEPT ![i] =
                       [last |-> m.last, lastTerm |-> m.lastTerm,
                        servers |-> m.servers]]
  /\ log'         = [log EXCEPT ![i] = Beyond(i, m)]
  /\ role'        = [role EXCEPT ![i] = "follower"]
  /\ commitIndex' = [commitIndex EXCEPT ![i] = m.last]
  /\ Send([type |-> "Appended", term |-> m.term, from |-> i,
           match |-> m.last])
  /\ UNCHANGED applied

\* What server i finds on its disk of the vote it cast in its term.
VoteOnDisk(i) == votedFor[i]

(***************************************************************************)
(* Server i crashes; when it is back, it has what is durable.  Enabled:    *)
(*   - always.                                                             *)
(***************************************************************************)
Crash(i) ==
  /\ votedFor'    = [votedFor EXCEPT ![i] = VoteOnDisk(i)]
  /\ role'        = [role EXCEPT ![i] = "follower"]
  /\ commitIndex' = [commitIndex EXCEPT ![i] = snapshot[i].last]
  /\ UNCHANGED <<currentTerm, snapshot, log, applied, msgs>>

-----------------------------------------------------------------------------

Next ==
  \E i \in Server :
    \/ AskPreVote(i)
    \/ \E j \in Server, t \in Term : GivePreVote(i, j, t)
    \/ Campaign(i)
    \/ \E j \in Server, t \in Term : GrantVote(i, j, t)
    \/ BecomeLeader(i)
    \/ \E t \in Term : StepDown(i, t)
    \/ \E v \in Value : ClientRequest(i, v)
    \/ \E new \in SUBSET Server : Reconfigure(i, new)
    \/ \E p \in Count, n \in Count : SendEntries(i, p, n)
    \/ \E m \in msgs : AcceptEntries(i, m)
    \/ \E n \in Index : AdvanceCommit(i, n)
    \/ \E n \in Index : Compact(i, n)
    \/ SendSnapshot(i)
    \/ \E m \in msgs : InstallSnapshot(i, m)
    \/ Crash(i)

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------

\* Without it two servers would write different logs in one term.
ElectionSafety ==
  \A i, j \in Server :
    /\ role[i] = "leader" /\ role[j] = "leader"
    /\ currentTerm[i] = currentTerm[j]
    => i = j

\* Without it a server would, after a crash, vote twice in a term.
OneVotePerTerm ==
  \A m, n \in {k \in msgs : k.type = "Vote"} :
    m.term = n.term /\ m.from = n.from => m.to = n.to

\* The positions of which both i and j still have the entries.
Common(i, j) ==
  Max(snapshot[i].last, snapshot[j].last) + 1
    .. Min(LastIndex(i), LastIndex(j))

\* Without it, having the entry before would not be enough to accept more.
LogMatching ==
  \A i, j \in Server : \A n \in Common(i, j) :
    TermAt(i, n) = TermAt(j, n) =>
      \A k \in Common(i, j) : k =< n => EntryAt(i, k) = EntryAt(j, k)

\* Without it a new leader would make others forget what was committed.  (Of
\* an old leader, that does not know yet of a newer term, nothing is promised.)
LeaderCompleteness ==
  \A i \in Server :
    /\ role[i] = "leader"
    /\ \A j \in Server : currentTerm[j] =< currentTerm[i]
    => \A a \in applied :
      \/ a.index =< snapshot[i].last
      \/ a.index =< LastIndex(i) /\ EntryAt(i, a.index) = a.entry

\* What it is all for: everybody applies the same commands in the same order.
StateMachineSafety == \A a, b \in applied : a.index = b.index => a = b

\* Without it what is applied would be lost with the memory.
CommittedIsHeld == \A i \in Server : commitIndex[i] =< LastIndex(i)

\* Without it a server that comes back would take part in a term it has left.
TermsGrow == [][\A i \in Server : currentTerm[i] =< currentTerm'[i]]_vars

-----------------------------------------------------------------------------

(***************************************************************************)
(* The refinement mapping: what was applied, by position.                  *)
(***************************************************************************)
decided ==
  [n \in {a.index : a \in applied} |->
     (CHOOSE a \in applied : a.index = n).entry]

S == INSTANCE Sequence WITH
       Decision <- Entry, LengthMax <- Cardinality(Index)

Extends == [][\A n \in DOMAIN decided : /\ n \in DOMAIN decided'
                                        /\ decided[n] = decided'[n]]_vars

\* Without it there would be a gap in what is applied.
DecidedInOrder == DOMAIN decided = 1 .. Cardinality(DOMAIN decided)

SSpec == S!Spec

THEOREM Spec => [](TypeOK /\ ElectionSafety /\ OneVotePerTerm /\ LogMatching
                          /\ LeaderCompleteness /\ StateMachineSafety
                          /\ CommittedIsHeld /\ DecidedInOrder)
THEOREM Spec => TermsGrow
THEOREM Spec => SSpec

(***************************************************************************)
(* Checked: MCRaft.  The figures are in README.md.                         *)
(***************************************************************************)
=============================================================================
