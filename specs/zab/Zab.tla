-------------------------------- MODULE Zab ---------------------------------
(***************************************************************************)
(* Zab: a primary broadcasts changes of its state, which all servers       *)
(* deliver in the same order, while primaries crash and are replaced.      *)
(*                                                                         *)
(* A server that has chosen whom to follow goes through three phases with  *)
(* it.  Discovery: a quorum promises the prospective leader to ignore all  *)
(* epochs before its new one, and tells it how far each has come.          *)
(* Synchronisation: the leader, whom none of them is ahead of, makes their *)
(* histories equal to its own, cutting off what it does not have.          *)
(* Broadcast: it proposes transactions, and commits in order what a quorum *)
(* has written down.                                                       *)
(*                                                                         *)
(* A transaction is known by its zxid, <<epoch, counter>>.  The network is *)
(* a set of all messages ever sent, any of which may be received at any    *)
(* time, again, or never; that they arrive in order between two servers is *)
(* not assumed, since a server takes only what is next for it.  What a     *)
(* leader counts is read off the messages.                                 *)
(*                                                                         *)
(* Source: F. Junqueira, B. Reed, M. Serafini, "Zab: high-performance      *)
(*   broadcast for primary-backup systems", DSN 2011, pp. 245-256,         *)
(*   sections III and IV; for the leader that must not be behind, instead  *)
(*   of one that takes over the history of the best, and for snapshots and *)
(*   truncation: A. Medeiros, "ZooKeeper's atomic broadcast protocol:      *)
(*   theory and practice", 2012, section 4.                                *)
(* Left out: how servers choose whom to follow (anyone, at any time), and  *)
(*   time.                                                                 *)
(* Refines: Sequence (specs/lib), at the bottom of this module.            *)
(***************************************************************************)
EXTENDS Quorums, Sequences

CONSTANTS
  Server,     \* the servers
  Value,      \* the changes that may be broadcast
  Epoch,      \* the numbers of the epochs
  Index,      \* the positions in the history
  None        \* stands for no server

ASSUME None \notin Server
ASSUME Epoch \subseteq Nat \ {0} /\ Index \subseteq Nat \ {0}

VARIABLES
  acceptedEpoch,  \* durable: the last epoch a server has promised to be in
  currentEpoch,   \* durable: the last epoch whose history it has taken over
  snapshot,       \* durable: up to where it has cut its history off
  history,        \* durable: the transactions after that
  phase,          \* volatile: election, discovery, synchronisation, broadcast
  leader,         \* volatile: whom it follows, possibly itself, or None
  epoch,          \* volatile: the epoch it has begun as leader, or 0
  delivered,      \* volatile: how many transactions it has delivered
  applied,        \* the transactions that anyone has delivered
  msgs            \* the messages ever sent

vars == <<acceptedEpoch, currentEpoch, snapshot, history, phase, leader,
          epoch, delivered, applied, msgs>>

-----------------------------------------------------------------------------

Count == Index \cup {0}
Zxid  == (Epoch \cup {0}) \X Count
Txn   == [zxid : Zxid, value : Value]

Message ==
       [type : {"FollowerInfo"}, from : Server, to : Server,
        epoch : Epoch \cup {0}]
  \cup [type : {"NewEpoch"}, from : Server, epoch : Epoch]
  \cup [type : {"AckEpoch"}, from : Server, to : Server, epoch : Epoch,
        current : Epoch \cup {0}, last : Zxid]
  \cup [type : {"NewLeader"}, from : Server, epoch : Epoch, whole : BOOLEAN,
        prev : Count, prevZxid : Zxid, txns : Seq(Txn)]
  \cup [type : {"Propose"}, from : Server, epoch : Epoch, index : Index,
        txn : Txn]
  \cup [type : {"Ack"}, from : Server, epoch : Epoch, last : Count]
  \cup [type : {"Commit"}, from : Server, epoch : Epoch, last : Count]

TypeOK ==
  /\ acceptedEpoch \in [Server -> Epoch \cup {0}]
  /\ currentEpoch  \in [Server -> Epoch \cup {0}]
  /\ snapshot      \in [Server -> [last : Count, zxid : Zxid]]
  /\ \A i \in Server : history[i] \in Seq(Txn)
  /\ phase         \in [Server -> {"election", "discovery",
                                   "synchronisation", "broadcast"}]
  /\ leader        \in [Server -> Server \cup {None}]
  /\ epoch         \in [Server -> Epoch \cup {0}]
  /\ delivered     \in [Server -> Count]
  /\ applied       \subseteq [index : Index, txn : Txn]
  /\ msgs          \subseteq Message

Sent(m) == m \in msgs
Send(m) == msgs' = msgs \cup {m}

Init ==
  /\ acceptedEpoch = [i \in Server |-> 0]
  /\ currentEpoch  = [i \in Server |-> 0]
  /\ snapshot      = [i \in Server |-> [last |-> 0, zxid |-> <<0, 0>>]]
  /\ history       = [i \in Server |-> <<>>]
  /\ phase         = [i \in Server |-> "election"]
  /\ leader        = [i \in Server |-> None]
  /\ epoch         = [i \in Server |-> 0]
  /\ delivered     = [i \in Server |-> 0]
  /\ applied       = {}
  /\ msgs          = {}

-----------------------------------------------------------------------------
(***************************************************************************)
(*                   The history of server i, by position                  *)
(***************************************************************************)

LastIndex(i) == snapshot[i].last + Len(history[i])

TxnAt(i, n) == history[i][n - snapshot[i].last]

ZxidAt(i, n) ==
  IF n = snapshot[i].last THEN snapshot[i].zxid ELSE TxnAt(i, n).zxid

LastZxid(i) == ZxidAt(i, LastIndex(i))

Has(i, n, z) == n \in snapshot[i].last .. LastIndex(i) /\ ZxidAt(i, n) = z

\* The transactions from position m to n.
Txns(i, m, n) ==
  SubSeq(history[i], m - snapshot[i].last, n - snapshot[i].last)

Later(y, z) == \/ y[1] > z[1]
               \/ y[1] = z[1] /\ y[2] > z[2]

\* What i delivers when it has come to n.
Delivering(i, n) ==
  {[index |-> k, txn |-> TxnAt(i, k)] : k \in delivered[i] + 1 .. n}

-----------------------------------------------------------------------------
(***************************************************************************)
(*                          Election and discovery                         *)
(***************************************************************************)

(***************************************************************************)
(* Server i chooses l to follow, or itself to lead, and tells the last     *)
(* epoch it has promised to be in.  Enabled:                               *)
(*   - it has no leader.                                                   *)
(***************************************************************************)
Elect(i, l) ==
  /\ phase[i] = "election"
  /\ phase'  = [phase EXCEPT ![i] = "discovery"]
  /\ leader' = [leader EXCEPT ![i] = l]
  /\ Send([type |-> "FollowerInfo", from |-> i, to |-> l,
           epoch |-> acceptedEpoch[i]])
  /\ UNCHANGED <<acceptedEpoch, currentEpoch, snapshot, history, epoch,
                 delivered, applied>>

\* Those who have told l of an epoch below e.
Willing(l, e) ==
  {i \in Server : \E f \in (Epoch \cup {0}) :
     f < e /\ Sent([type |-> "FollowerInfo", from |-> i, to |-> l,
                    epoch |-> f])}

(***************************************************************************)
(* Leader l begins epoch e, and promises to be in it.  Enabled:            *)
(*   - it is to lead, and has begun none;                                  *)
(*   - e is higher than what a quorum has told.                            *)
(***************************************************************************)
BeginEpoch(l, e) ==
  /\ phase[l] = "discovery" /\ leader[l] = l
  /\ epoch[l] = 0
  /\ e > acceptedEpoch[l]
  /\ IsMajority(Willing(l, e), Server)
  /\ acceptedEpoch' = [acceptedEpoch EXCEPT ![l] = e]
  /\ epoch'         = [epoch EXCEPT ![l] = e]
  /\ Send([type |-> "NewEpoch", from |-> l, epoch |-> e])
  /\ UNCHANGED <<currentEpoch, snapshot, history, phase, leader, delivered,
                 applied>>

(***************************************************************************)
(* Follower i promises to be in epoch e, and tells how far it has come.    *)
(* (Back in an epoch that it is in already, it promises nothing.)          *)
(* Enabled:                                                                *)
(*   - its leader has begun e;                                             *)
(*   - it has promised no higher one.                                      *)
(***************************************************************************)
AcceptEpoch(i, e) ==
  /\ phase[i] = "discovery" /\ leader[i] # i
  /\ Sent([type |-> "NewEpoch", from |-> leader[i], epoch |-> e])
  /\ e >= acceptedEpoch[i]
  /\ acceptedEpoch' = [acceptedEpoch EXCEPT ![i] = e]
  /\ phase'         = [phase EXCEPT ![i] = "synchronisation"]
  /\ msgs'          = IF e = acceptedEpoch[i] THEN msgs ELSE msgs \cup
       {[type |-> "AckEpoch", from |-> i, to |-> leader[i], epoch |-> e,
         current |-> currentEpoch[i], last |-> LastZxid(i)]}
  /\ UNCHANGED <<currentEpoch, snapshot, history, leader, epoch, delivered,
                 applied>>

\* Whoever has come as far as m tells is not ahead of l.
NotAhead(m, l) ==
  \/ m.current < currentEpoch[l]
  \/ m.current = currentEpoch[l] /\ ~ Later(m.last, LastZxid(l))

\* Those who have promised l to be in its epoch, and are not ahead of it.
Promised(l) ==
  {m.from : m \in {k \in msgs : /\ k.type = "AckEpoch" /\ k.to = l
                                /\ k.epoch = epoch[l] /\ NotAhead(k, l)}}

(***************************************************************************)
(* Leader l makes its history the one of its epoch.  Enabled:              *)
(*   - it has begun one;                                                   *)
(*   - a quorum has promised to be in it, and is not ahead of l.           *)
(***************************************************************************)
Prevail(l) ==
  /\ phase[l] = "discovery" /\ epoch[l] # 0
  /\ IsMajority({l} \cup Promised(l), Server)
  /\ currentEpoch' = [currentEpoch EXCEPT ![l] = epoch[l]]
  /\ phase'        = [phase EXCEPT ![l] = "synchronisation"]
  /\ UNCHANGED <<acceptedEpoch, snapshot, history, leader, epoch, delivered,
                 applied, msgs>>

-----------------------------------------------------------------------------
(***************************************************************************)
(*                             Synchronisation                             *)
(***************************************************************************)

(***************************************************************************)
(* Leader l sends what comes after p in its history, and with `whole` its  *)
(* snapshot before that.  Enabled:                                         *)
(*   - its history is the one of its epoch;                                *)
(*   - it still has what comes after p; `whole` goes with its snapshot.    *)
(***************************************************************************)
SendHistory(l, p, whole) ==
  /\ leader[l] = l /\ phase[l] \in {"synchronisation", "broadcast"}
  /\ p \in snapshot[l].last .. LastIndex(l)
  /\ whole => p = snapshot[l].last /\ p > 0
  /\ Send([type |-> "NewLeader", from |-> l, epoch |-> epoch[l],
           whole |-> whole, prev |-> p, prevZxid |-> ZxidAt(l, p),
           txns |-> Txns(l, p + 1, LastIndex(l))])
  /\ UNCHANGED <<acceptedEpoch, currentEpoch, snapshot, history, phase,
                 leader, epoch, delivered, applied>>

\* The history of i after m: what m does not have is cut off, unless i was in
\* that epoch already; then m may be older than what i has written down since.
Synced(i, m) ==
  IF ~ Has(i, m.prev, m.prevZxid) THEN m.txns
  ELSE IF currentEpoch[i] = m.epoch /\ m.prev + Len(m.txns) < LastIndex(i)
    THEN history[i]
    ELSE Txns(i, snapshot[i].last + 1, m.prev) \o m.txns

(***************************************************************************)
(* Follower i takes over the history of m, a message of its leader.        *)
(* Enabled:                                                                *)
(*   - it has promised to be in that epoch;                                *)
(*   - it has what comes before, or gets all.                              *)
(***************************************************************************)
AcceptHistory(i, m) ==
  /\ m.type = "NewLeader"
  /\ phase[i] = "synchronisation" /\ leader[i] = m.from /\ m.from # i
  /\ acceptedEpoch[i] = m.epoch
  /\ Has(i, m.prev, m.prevZxid) \/ (m.whole /\ m.prev > delivered[i])
  /\ currentEpoch' = [currentEpoch EXCEPT ![i] = m.epoch]
  /\ snapshot'     = IF Has(i, m.prev, m.prevZxid)
                       THEN snapshot
                       ELSE [snapshot EXCEPT ![i] =
                               [last |-> m.prev, zxid |-> m.prevZxid]]
  /\ history'      = [history EXCEPT ![i] = Synced(i, m)]
  /\ phase'        = [phase EXCEPT ![i] = "broadcast"]
  /\ delivered'    = IF Has(i, m.prev, m.prevZxid)
                       THEN delivered
                       ELSE [delivered EXCEPT ![i] = m.prev]
  /\ Send([type |-> "Ack", from |-> i, epoch |-> m.epoch,
           last |-> m.prev + Len(m.txns)])
  /\ UNCHANGED <<acceptedEpoch, leader, epoch, applied>>

\* The servers that have the history of leader l up to n.
Holders(l, n) ==
  {l} \cup {i \in Server : \E k \in n .. LastIndex(l) :
              Sent([type |-> "Ack", from |-> i, epoch |-> epoch[l],
                    last |-> k])}

(***************************************************************************)
(* Leader l commits the history with which its epoch begins, and is ready  *)
(* to broadcast.  Enabled:                                                 *)
(*   - a quorum has taken it over.                                         *)
(***************************************************************************)
Establish(l) ==
  /\ phase[l] = "synchronisation" /\ leader[l] = l
  /\ IsMajority(Holders(l, LastIndex(l)), Server)
  /\ phase'     = [phase EXCEPT ![l] = "broadcast"]
  /\ delivered' = [delivered EXCEPT ![l] = LastIndex(l)]
  /\ applied'   = applied \cup Delivering(l, LastIndex(l))
  /\ Send([type |-> "Commit", from |-> l, epoch |-> epoch[l],
           last |-> LastIndex(l)])
  /\ UNCHANGED <<acceptedEpoch, currentEpoch, snapshot, history, leader,
                 epoch>>

-----------------------------------------------------------------------------
(***************************************************************************)
(*                                Broadcast                                *)
(***************************************************************************)

\* The zxid that comes next in epoch e, after z.
NextZxid(e, z) == IF z[1] = e THEN <<e, z[2] + 1>> ELSE <<e, 1>>

(***************************************************************************)
(* Leader l broadcasts v.  Enabled:                                        *)
(*   - its epoch is established;                                           *)
(*   - there is a place.                                                   *)
(***************************************************************************)
Propose(l, v) ==
  /\ phase[l] = "broadcast" /\ leader[l] = l
  /\ LastIndex(l) + 1 \in Index
  /\ LET txn == [zxid |-> NextZxid(epoch[l], LastZxid(l)), value |-> v]
     IN /\ history' = [history EXCEPT ![l] = Append(@, txn)]
        /\ Send([type |-> "Propose", from |-> l, epoch |-> epoch[l],
                 index |-> LastIndex(l) + 1, txn |-> txn])
  /\ UNCHANGED <<acceptedEpoch, currentEpoch, snapshot, phase, leader, epoch,
                 delivered, applied>>

(***************************************************************************)
(* Follower i writes down the proposal m of its leader.  Enabled:          *)
(*   - it has taken over the history of that epoch;                        *)
(*   - the proposal is the next one for it.                                *)
(***************************************************************************)
AcceptProposal(i, m) ==
  /\ m.type = "Propose"
  /\ phase[i] = "broadcast" /\ leader[i] = m.from /\ m.from # i
  /\ currentEpoch[i] = m.epoch
  /\ m.index = LastIndex(i) + 1
  /\ history' = [history EXCEPT ![i] = Append(@, m.txn)]
  /\ Send([type |-> "Ack", from |-> i, epoch |-> m.epoch, last |-> m.index])
  /\ UNCHANGED <<acceptedEpoch, currentEpoch, snapshot, phase, leader, epoch,
                 delivered, applied>>

(***************************************************************************)
(* Leader l commits and delivers its history up to n.  Enabled:            *)
(*   - its epoch is established;                                           *)
(*   - it has not committed that before;                                   *)
(*   - a quorum has it.                                                    *)
(***************************************************************************)
Commit(l, n) ==
  /\ phase[l] = "broadcast" /\ leader[l] = l
  /\ n > delivered[l] /\ n =< LastIndex(l)
  /\ IsMajority(Holders(l, n), Server)
  /\ delivered' = [delivered EXCEPT ![l] = n]
  /\ applied'   = applied \cup Delivering(l, n)
  /\ Send([type |-> "Commit", from |-> l, epoch |-> epoch[l], last |-> n])
  /\ UNCHANGED <<acceptedEpoch, currentEpoch, snapshot, history, phase,
                 leader, epoch>>

(***************************************************************************)
(* Follower i delivers its history up to n.  Enabled:                      *)
(*   - it has taken over the history of its leader's epoch, up to n;       *)
(*   - that was committed, and is not delivered here.                      *)
(***************************************************************************)
Deliver(i, n) ==
  /\ phase[i] = "broadcast" /\ leader[i] # i
  /\ n > delivered[i] /\ n =< LastIndex(i)
  /\ Sent([type |-> "Commit", from |-> leader[i], epoch |-> currentEpoch[i],
           last |-> n])
  /\ delivered' = [delivered EXCEPT ![i] = n]
  /\ applied'   = applied \cup Delivering(i, n)
  /\ UNCHANGED <<acceptedEpoch, currentEpoch, snapshot, history, phase,
                 leader, epoch, msgs>>

-----------------------------------------------------------------------------
(***************************************************************************)
(*                      Giving up, snapshots, crashes                      *)
(***************************************************************************)

(***************************************************************************)
(* Server i leaves its leader, or ceases to lead.  Enabled:                *)
(*   - it has one, or does.                                                *)
(***************************************************************************)
GiveUp(i) ==
  /\ phase[i] # "election"
  /\ phase'  = [phase EXCEPT ![i] = "election"]
  /\ leader' = [leader EXCEPT ![i] = None]
  /\ epoch'  = [epoch EXCEPT ![i] = 0]
  /\ UNCHANGED <<acceptedEpoch, currentEpoch, snapshot, history, delivered,
                 applied, msgs>>

(***************************************************************************)
(* Server i replaces its history up to n by a snapshot.  Enabled:          *)
(*   - it has delivered that.                                              *)
(***************************************************************************)
Compact(i, n) ==
  /\ n > snapshot[i].last /\ n =< delivered[i]
  /\ snapshot' = [snapshot EXCEPT ![i] = [last |-> n, zxid |-> ZxidAt(i, n)]]
  /\ history'  = [history EXCEPT ![i] = Txns(i, n + 1, LastIndex(i))]
  /\ UNCHANGED <<acceptedEpoch, currentEpoch, phase, leader, epoch, delivered,
                 applied, msgs>>

\* What server i finds on its disk of the epoch it has promised to be in.
EpochOnDisk(i) == acceptedEpoch[i]

(***************************************************************************)
(* Server i crashes; when it is back, it has what is durable.  Enabled:    *)
(*   - always.                                                             *)
(***************************************************************************)
Crash(i) ==
  /\ acceptedEpoch' = [acceptedEpoch EXCEPT ![i] = EpochOnDisk(i)]
  /\ phase'         = [phase EXCEPT ![i] = "election"]
  /\ leader'        = [leader EXCEPT ![i] = None]
  /\ epoch'         = [epoch EXCEPT ![i] = 0]
  /\ delivered'     = [delivered EXCEPT ![i] = snapshot[i].last]
  /\ UNCHANGED <<currentEpoch, snapshot, history, applied, msgs>>

-----------------------------------------------------------------------------

Next ==
  \E i \in Server :
    \/ \E l \in Server : Elect(i, l)
    \/ \E e \in Epoch : BeginEpoch(i, e)
    \/ \E e \in Epoch : AcceptEpoch(i, e)
    \/ Prevail(i)
    \/ \E p \in Count, whole \in BOOLEAN : SendHistory(i, p, whole)
    \/ \E m \in msgs : AcceptHistory(i, m)
    \/ Establish(i)
    \/ \E v \in Value : Propose(i, v)
    \/ \E m \in msgs : AcceptProposal(i, m)
    \/ \E n \in Index : Commit(i, n)
    \/ \E n \in Index : Deliver(i, n)
    \/ GiveUp(i)
    \/ \E n \in Index : Compact(i, n)
    \/ Crash(i)

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------

\* What it is all for: what is delivered at a position is the same everywhere.
Agreement == \A a, b \in applied : a.index = b.index => a = b

\* Without it two leaders would broadcast under the same zxids.
OneLeaderPerEpoch ==
  \A m, n \in {k \in msgs : k.type = "NewLeader"} :
    m.epoch = n.epoch => m.from = n.from

\* Without it a change would be applied to another state than the one it was
\* made for: changes are delivered in the order of epochs and, within each,
\* in the order in which they were broadcast, none left out.
PrimaryOrder ==
  \A a \in applied :
    /\ \A b \in applied :
         a.index < b.index => Later(b.txn.zxid, a.txn.zxid)
    /\ a.txn.zxid[2] > 1 =>
         \E b \in applied :
           /\ b.index = a.index - 1
           /\ b.txn.zxid = <<a.txn.zxid[1], a.txn.zxid[2] - 1>>

\* Without it a new primary would broadcast changes of a state that lacks what
\* earlier ones have committed.
PrimaryIntegrity ==
  \A l \in Server :
    /\ leader[l] = l /\ phase[l] = "broadcast"
    /\ \A i \in Server : currentEpoch[i] =< epoch[l]
    => \A a \in applied :
         \/ a.index =< snapshot[l].last
         \/ a.index =< LastIndex(l) /\ TxnAt(l, a.index) = a.txn

\* Without it a zxid would not be enough to tell what comes before.
SamePrefix ==
  \A i, j \in Server :
    \A n \in 1 .. (IF Len(history[i]) < Len(history[j])
                     THEN Len(history[i]) ELSE Len(history[j])) :
      /\ snapshot[i] = snapshot[j]
      /\ history[i][n].zxid = history[j][n].zxid
      => history[i][n] = history[j][n]

\* Without it a server could deliver what it does not have any more.
DeliveredIsHeld == \A i \in Server : delivered[i] =< LastIndex(i)

EpochsInOrder == \A i \in Server : currentEpoch[i] =< acceptedEpoch[i]

\* Without it a promise to be in an epoch would mean nothing.
EpochsGrow ==
  [][\A i \in Server : /\ acceptedEpoch[i] =< acceptedEpoch'[i]
                       /\ currentEpoch[i] =< currentEpoch'[i]]_vars

-----------------------------------------------------------------------------

(***************************************************************************)
(* The refinement mapping: what was delivered, by position.                *)
(***************************************************************************)
decided ==
  [n \in {a.index : a \in applied} |->
     (CHOOSE a \in applied : a.index = n).txn]

S == INSTANCE Sequence WITH
       Decision <- Txn, LengthMax <- Cardinality(Index)

\* Without it there would be a gap in what is delivered.
DeliveredInOrder == DOMAIN decided = 1 .. Cardinality(DOMAIN decided)

SSpec == S!Spec

THEOREM Spec => [](TypeOK /\ Agreement /\ OneLeaderPerEpoch /\ PrimaryOrder
                          /\ PrimaryIntegrity /\ SamePrefix
                          /\ DeliveredIsHeld /\ EpochsInOrder
                          /\ DeliveredInOrder)
THEOREM Spec => EpochsGrow
THEOREM Spec => SSpec

(***************************************************************************)
(* Checked: MCZab.  The figures are in README.md.                          *)
(***************************************************************************)
=============================================================================
