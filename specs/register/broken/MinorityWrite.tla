---------------------------- MODULE MinorityWrite -----------------------------
(***************************************************************************)
(* Broken on purpose: Register, but an operation ends when one server has  *)
(*   stored.                                                               *)
(*                                                                         *)
(* Changed: Finish takes one server for enough, whatever the level.        *)
(* What happens: c1 ends its write when s1 has it; who asks s2 and s3 does *)
(*   not see it.                                                           *)
(* Known from: sloppy quorums, as in Dynamo, where a write may be          *)
(*   acknowledged by servers that later reads do not ask (DeCandia and     *)
(*   others, SOSP 2007, section 4.6).                                      *)
(* Violated: Held.                                                         *)
(***************************************************************************)
EXTENDS Naturals, Sequences

CONSTANTS
  Server,     \* those who keep the register
  Quorum,     \* the sets of servers that suffice
  Client,     \* those who read and write
  Owner,      \* a sequence: to whom each stamp belongs
  Turn,       \* the numbers of a client's operations, from 1 on
  Value,      \* what is written
  NoValue     \* what stands there before

ASSUME \A Q, R \in Quorum : Q \subseteq Server /\ Q \cap R # {}
ASSUME \A t \in 1..Len(Owner) : Owner[t] \in Client
ASSUME NoValue \notin Value

VARIABLES
  stored,     \* durable: stamp and value at each server
  turn,       \* durable: how many operations a client has begun
  last,       \* durable: the last stamp that a client took, or 0
  op,         \* volatile: the operation that a client is in
  finished,   \* the operations that have ended
  msgs        \* the messages ever sent

vars == <<stored, turn, last, op, finished, msgs>>

-----------------------------------------------------------------------------

Stamp == 0..Len(Owner)
Level == {"atomic", "regular", "one"}
Pair  == [stamp : Stamp, value : Value \cup {NoValue}]
Op    == [kind : {"read", "write"}, level : Level, phase : {"get", "put"},
          stamp : Stamp, value : Value \cup {NoValue}]
Idle  == [kind |-> "none"]
Done  == [kind : {"read", "write"}, level : Level, stamp : Stamp,
          value : Value \cup {NoValue}]

Message ==
       [type : {"get"}, client : Client, turn : Turn]
  \cup [type : {"have"}, server : Server, client : Client, turn : Turn,
        stamp : Stamp, value : Value \cup {NoValue}]
  \cup [type : {"put"}, client : Client, turn : Turn,
        stamp : Stamp, value : Value \cup {NoValue}]
  \cup [type : {"stored"}, server : Server, client : Client, turn : Turn]
  \cup [type : {"spread"}, stamp : Stamp, value : Value \cup {NoValue}]

TypeOK ==
  /\ stored \in [Server -> Pair]
  /\ turn   \in [Client -> Turn \cup {0}]
  /\ last   \in [Client -> Stamp]
  /\ \A c \in Client : op[c] = Idle \/ op[c] \in Op
  /\ DOMAIN op = Client
  /\ finished \subseteq Done
  /\ msgs \subseteq Message

Sent(m) == m \in msgs
Send(m) == msgs' = msgs \cup {m}

Init ==
  /\ stored   = [s \in Server |-> [stamp |-> 0, value |-> NoValue]]
  /\ turn     = [c \in Client |-> 0]
  /\ last     = [c \in Client |-> 0]
  /\ op       = [c \in Client |-> Idle]
  /\ finished = {}
  /\ msgs     = {}

\* The sets of servers that suffice for an operation.
Enough(level) == IF level = "one" THEN {{s} : s \in Server} ELSE Quorum

\* What client c may have been told in its operation.
Told(c) ==
  {m \in msgs : m.type = "have" /\ m.client = c /\ m.turn = turn[c]}

\* Enough servers have told c of no stamp above t.
Answered(c, t) ==
  \E S \in Enough(op[c].level) :
    \A s \in S : \E m \in Told(c) : m.server = s /\ m.stamp =< t

-----------------------------------------------------------------------------
(***************************************************************************)
(*                               The clients                               *)
(***************************************************************************)

(***************************************************************************)
(* Client c begins to read, or to write v.  Enabled:                       *)
(*   - it is not in an operation.                                          *)
(***************************************************************************)
Begin(c, kind, level, v) ==
  /\ op[c] = Idle
  /\ turn[c] + 1 \in Turn
  /\ turn' = [turn EXCEPT ![c] = turn[c] + 1]
  /\ op' = [op EXCEPT ![c] = [kind |-> kind, level |-> level,
                              phase |-> "get", stamp |-> 0, value |-> v]]
  /\ Send([type |-> "get", client |-> c, turn |-> turn[c] + 1])
  /\ UNCHANGED <<stored, last, finished>>

(***************************************************************************)
(* Client c takes stamp t for its write.  Enabled:                         *)
(*   - t is its own, and higher than all that it took before;              *)
(*   - t is higher than what enough servers have told it.                  *)
(***************************************************************************)
Choose(c, t) ==
  /\ op[c].kind = "write" /\ op[c].phase = "get"
  /\ Owner[t] = c /\ t > last[c]
  /\ Answered(c, t - 1)
  /\ last' = [last EXCEPT ![c] = t]
  /\ op' = [op EXCEPT ![c].phase = "put", ![c].stamp = t]
  /\ Send([type |-> "put", client |-> c, turn |-> turn[c],
           stamp |-> t, value |-> op[c].value])
  /\ UNCHANGED <<stored, turn, finished>>

(***************************************************************************)
(* Client c writes back what it is going to return.  Enabled:              *)
(*   - it is reading, and the level is "atomic";                           *)
(*   - enough servers have told it that, or of something older.            *)
(***************************************************************************)
WriteBack(c) ==
  /\ op[c].kind = "read" /\ op[c].phase = "get"
  /\ op[c].level = "atomic"
  /\ \E m \in Told(c) :
       /\ Answered(c, m.stamp)
       /\ op' = [op EXCEPT ![c].phase = "put", ![c].stamp = m.stamp,
                           ![c].value = m.value]
       /\ Send([type |-> "put", client |-> c, turn |-> turn[c],
                stamp |-> m.stamp, value |-> m.value])
  /\ UNCHANGED <<stored, turn, last, finished>>

(***************************************************************************)
(* Client c returns what it was told.  Enabled:                            *)
(*   - it is reading, and the level is not "atomic";                       *)
(*   - enough servers have told it that, or of something older.            *)
(***************************************************************************)
Return(c) ==
  /\ op[c].kind = "read" /\ op[c].phase = "get"
  /\ op[c].level # "atomic"
  /\ \E m \in Told(c) :
       /\ Answered(c, m.stamp)
       /\ finished' = finished \cup {[kind |-> "read", level |-> op[c].level,
                                      stamp |-> m.stamp, value |-> m.value]}
  /\ op' = [op EXCEPT ![c] = Idle]
  /\ UNCHANGED <<stored, turn, last, msgs>>

(***************************************************************************)
(* Client c ends its operation.  Enabled:                                  *)
(*   - enough servers have stored what it has put.                         *)
(***************************************************************************)
Finish(c) ==
  /\ op[c] # Idle /\ op[c].phase = "put"
  /\ \E S \in Enough("one") : \A s \in S :                \* CHANGED: one
       Sent([type |-> "stored", server |-> s, client |-> c, turn |-> turn[c]])
  /\ finished' = finished \cup {[kind |-> op[c].kind, level |-> op[c].level,
                                 stamp |-> op[c].stamp, value |-> op[c].value]}
  /\ op' = [op EXCEPT ![c] = Idle]
  /\ UNCHANGED <<stored, turn, last, msgs>>

(***************************************************************************)
(* Client c crashes, or gives its operation up.  Enabled:                  *)
(*   - it is in an operation.                                              *)
(***************************************************************************)
ClientCrash(c) ==
  /\ op[c] # Idle
  /\ op' = [op EXCEPT ![c] = Idle]
  /\ UNCHANGED <<stored, turn, last, finished, msgs>>

-----------------------------------------------------------------------------
(***************************************************************************)
(*                               The servers                               *)
(***************************************************************************)

(***************************************************************************)
(* Server s tells what it has.  Enabled:                                   *)
(*   - client c has asked, in its kth operation.                           *)
(***************************************************************************)
Tell(s, c, k) ==
  /\ Sent([type |-> "get", client |-> c, turn |-> k])
  /\ Send([type |-> "have", server |-> s, client |-> c, turn |-> k,
           stamp |-> stored[s].stamp, value |-> stored[s].value])
  /\ UNCHANGED <<stored, turn, last, op, finished>>

(***************************************************************************)
(* Server s stores what client c has put, unless it has something later.   *)
(* Enabled:                                                                *)
(*   - client c has put it, in its kth operation.                          *)
(***************************************************************************)
Store(s, c, k) ==
  /\ \E m \in msgs :
       /\ m.type = "put" /\ m.client = c /\ m.turn = k
       /\ stored' = IF m.stamp > stored[s].stamp
                      THEN [stored EXCEPT ![s] = [stamp |-> m.stamp,
                                                  value |-> m.value]]
                      ELSE stored
  /\ Send([type |-> "stored", server |-> s, client |-> c, turn |-> k])
  /\ UNCHANGED <<turn, last, op, finished>>

(***************************************************************************)
(* Server s tells the others what it has.  Enabled:                        *)
(*   - always.                                                             *)
(***************************************************************************)
Spread(s) ==
  /\ Send([type |-> "spread", stamp |-> stored[s].stamp,
           value |-> stored[s].value])
  /\ UNCHANGED <<stored, turn, last, op, finished>>

(***************************************************************************)
(* Server s takes over what another has.  Enabled:                         *)
(*   - that has a higher stamp.                                            *)
(***************************************************************************)
Merge(s) ==
  /\ \E m \in msgs :
       /\ m.type = "spread"
       /\ m.stamp > stored[s].stamp
       /\ stored' = [stored EXCEPT ![s] = [stamp |-> m.stamp,
                                           value |-> m.value]]
  /\ UNCHANGED <<turn, last, op, finished, msgs>>

-----------------------------------------------------------------------------

Next ==
  \/ \E c \in Client :
       \/ \E level \in Level :
            \/ Begin(c, "read", level, NoValue)
            \/ \E v \in Value : Begin(c, "write", level, v)
       \/ \E t \in 1..Len(Owner) : Choose(c, t)
       \/ WriteBack(c)
       \/ Return(c)
       \/ Finish(c)
       \/ ClientCrash(c)
  \/ \E s \in Server :
       \/ \E c \in Client, k \in Turn : Tell(s, c, k) \/ Store(s, c, k)
       \/ Spread(s)
       \/ Merge(s)

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------

\* Without it two servers could hold different values and not know it.
OneValuePerStamp ==
  LET puts == {m \in msgs : m.type = "put"} IN
  \A m, n \in puts : m.stamp = n.stamp => m.value = n.value

\* What an atomic read returned, and what was written to a quorum, every
\* quorum knows of from then on: no later operation can return less.
Held ==
  \A d \in finished :
    d.level = "atomic" \/ (d.level = "regular" /\ d.kind = "write") =>
      \A Q \in Quorum : \E s \in Q : stored[s].stamp >= d.stamp

\* Without it a read would return what nobody has written.
ReadsWritten ==
  \A d \in finished :
    \/ d.stamp = 0 /\ d.value = NoValue
    \/ \E m \in msgs : /\ m.type = "put"
                       /\ m.stamp = d.stamp /\ m.value = d.value

\* Without it a server would go back to an older value.
StampsGrow == [][\A s \in Server : stored'[s].stamp >= stored[s].stamp]_vars

\* For the small model.
CONSTANT c1
Stamps == <<c1>>
AllAtomic == \A c \in Client : op[c] = Idle \/ op[c].level = "atomic"
=============================================================================
