---------------------------- MODULE MergeReplaces -----------------------------
(***************************************************************************)
(* Broken on purpose: Versions, but a server takes over what another has   *)
(*   for its own.                                                          *)
(*                                                                         *)
(* Changed: Merge replaces what is there.                                  *)
(* What happens: s1 stores the write of c1, s2 that of c2; s2 tells s1     *)
(*   what it has, and s1 has no other any more.                            *)
(* Known from: replicas that copy each other instead of merging; DeCandia  *)
(*   and others (2007, section 4.4) tell why shopping carts are merged.    *)
(* Violated: NothingLost.                                                  *)
(***************************************************************************)
EXTENDS Naturals

CONSTANTS
  Server,     \* those who keep the register
  Client,     \* those who read and write
  Turn,       \* the numbers of a client's operations, from 1 on
  Value       \* what is written

VARIABLES
  kept,       \* durable: the values at each server, with their vectors
  turn,       \* durable: how many operations a client has begun
  seen,       \* durable: the writes that a client knows of
  op,         \* volatile: the operation that a client is in
  finished,   \* what clients have read
  msgs        \* the messages ever sent

vars == <<kept, turn, seen, op, finished, msgs>>

-----------------------------------------------------------------------------

Vector  == [Client -> Nat]
Version == [vector : Vector, value : Value]

Message ==
       [type : {"get"}, client : Client, turn : Turn]
  \cup [type : {"have"}, server : Server, client : Client, turn : Turn,
        versions : SUBSET Version]
  \cup [type : {"put"}, client : Client, turn : Turn, version : Version]
  \cup [type : {"stored"}, server : Server, client : Client, turn : Turn]
  \cup [type : {"spread"}, versions : SUBSET Version]

TypeOK ==
  /\ \A s \in Server : \A x \in kept[s] : x \in Version
  /\ turn \in [Client -> Turn \cup {0}]
  /\ seen \in [Client -> Vector]
  /\ op \in [Client -> {"none", "read", "write"}]
  /\ \A d \in finished : d.client \in Client /\ \A x \in d.versions : x \in Version
  /\ \A m \in msgs : m.type \in {"get", "have", "put", "stored", "spread"}

Sent(m) == m \in msgs
Send(m) == msgs' = msgs \cup {m}

Zero == [c \in Client |-> 0]

Init ==
  /\ kept     = [s \in Server |-> {}]
  /\ turn     = [c \in Client |-> 0]
  /\ seen     = [c \in Client |-> Zero]
  /\ op       = [c \in Client |-> "none"]
  /\ finished = {}
  /\ msgs     = {}

\* Whether who wrote under w knew of the write under v.
Leq(v, w) == \A c \in Client : v[c] =< w[c]

Max(S) == CHOOSE n \in S : \A k \in S : k =< n

\* What one knows who knows of v and of the versions X.
Join(v, X) == [c \in Client |-> Max({v[c]} \cup {x.vector[c] : x \in X})]

\* Of the versions X, those that no other is newer than.
Newest(X) ==
  {x \in X : \A y \in X : Leq(x.vector, y.vector) => x.vector = y.vector}

-----------------------------------------------------------------------------
(***************************************************************************)
(*                               The clients                               *)
(***************************************************************************)

(***************************************************************************)
(* Client c writes v, over all that it has seen.  Enabled:                 *)
(*   - it is not in an operation.                                          *)
(***************************************************************************)
Write(c, v) ==
  /\ op[c] = "none"
  /\ turn[c] + 1 \in Turn
  /\ turn' = [turn EXCEPT ![c] = turn[c] + 1]
  /\ seen' = [seen EXCEPT ![c][c] = seen[c][c] + 1]
  /\ op' = [op EXCEPT ![c] = "write"]
  /\ Send([type |-> "put", client |-> c, turn |-> turn[c] + 1,
           version |-> [vector |-> seen'[c], value |-> v]])
  /\ UNCHANGED <<kept, finished>>

(***************************************************************************)
(* Client c ends its write.  Enabled:                                      *)
(*   - a server has stored it.                                             *)
(***************************************************************************)
Finish(c) ==
  /\ op[c] = "write"
  /\ \E s \in Server :
       Sent([type |-> "stored", server |-> s, client |-> c, turn |-> turn[c]])
  /\ op' = [op EXCEPT ![c] = "none"]
  /\ UNCHANGED <<kept, turn, seen, finished, msgs>>

(***************************************************************************)
(* Client c begins to read.  Enabled:                                      *)
(*   - it is not in an operation.                                          *)
(***************************************************************************)
Read(c) ==
  /\ op[c] = "none"
  /\ turn[c] + 1 \in Turn
  /\ turn' = [turn EXCEPT ![c] = turn[c] + 1]
  /\ op' = [op EXCEPT ![c] = "read"]
  /\ Send([type |-> "get", client |-> c, turn |-> turn[c] + 1])
  /\ UNCHANGED <<kept, seen, finished>>

(***************************************************************************)
(* Client c returns what a server has, all of it, and has seen it from     *)
(* then on.  Enabled:                                                      *)
(*   - it is reading, and a server has told it.                            *)
(***************************************************************************)
Return(c) ==
  /\ op[c] = "read"
  /\ \E m \in msgs :
       /\ m.type = "have" /\ m.client = c /\ m.turn = turn[c]
       /\ seen' = [seen EXCEPT ![c] = Join(seen[c], m.versions)]
       /\ finished' = finished \cup {[client |-> c, versions |-> m.versions]}
  /\ op' = [op EXCEPT ![c] = "none"]
  /\ UNCHANGED <<kept, turn, msgs>>

(***************************************************************************)
(* Client c crashes, or gives its operation up.  Enabled:                  *)
(*   - it is in an operation.                                              *)
(***************************************************************************)
ClientCrash(c) ==
  /\ op[c] # "none"
  /\ op' = [op EXCEPT ![c] = "none"]
  /\ UNCHANGED <<kept, turn, seen, finished, msgs>>

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
           versions |-> kept[s]])
  /\ UNCHANGED <<kept, turn, seen, op, finished>>

(***************************************************************************)
(* Server s stores what client c has put, beside what is not older.        *)
(* Enabled:                                                                *)
(*   - client c has put it, in its kth operation.                          *)
(***************************************************************************)
Store(s, c, k) ==
  /\ \E m \in msgs :
       /\ m.type = "put" /\ m.client = c /\ m.turn = k
       /\ kept' = [kept EXCEPT ![s] = Newest(kept[s] \cup {m.version})]
  /\ Send([type |-> "stored", server |-> s, client |-> c, turn |-> k])
  /\ UNCHANGED <<turn, seen, op, finished>>

(***************************************************************************)
(* Server s tells the others what it has.  Enabled:                        *)
(*   - always.                                                             *)
(***************************************************************************)
Spread(s) ==
  /\ Send([type |-> "spread", versions |-> kept[s]])
  /\ UNCHANGED <<kept, turn, seen, op, finished>>

(***************************************************************************)
(* Server s takes over what another has.  Enabled:                         *)
(*   - something of that is new here.                                      *)
(***************************************************************************)
Merge(s) ==
  /\ \E m \in msgs :
       /\ m.type = "spread"
       /\ Newest(kept[s] \cup m.versions) # kept[s]
       /\ kept' = [kept EXCEPT ![s] = m.versions]      \* CHANGED: not merged
  /\ UNCHANGED <<turn, seen, op, finished, msgs>>

-----------------------------------------------------------------------------

Next ==
  \/ \E c \in Client :
       \/ \E v \in Value : Write(c, v)
       \/ Finish(c)
       \/ Read(c)
       \/ Return(c)
       \/ ClientCrash(c)
  \/ \E s \in Server :
       \/ \E c \in Client, k \in Turn : Tell(s, c, k) \/ Store(s, c, k)
       \/ Spread(s)
       \/ Merge(s)

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------

Puts == {m \in msgs : m.type = "put"}

\* Without it two values could not be told apart.
OneValuePerVector ==
  \A m, n \in Puts : m.version.vector = n.version.vector => m = n

\* Without it a write that was confirmed would be lost: the server that stored
\* it has it, or one whose writer knew of it.
NothingLost ==
  \A m \in Puts : \A s \in Server :
    Sent([type |-> "stored", server |-> s, client |-> m.client, turn |-> m.turn])
      => \E y \in kept[s] : Leq(m.version.vector, y.vector)

\* Without it siblings would never go: a write replaces what its client read.
KnowsWhatItRead ==
  \A d \in finished : \A x \in d.versions : Leq(x.vector, seen[d.client])

\* Without it a reader would be shown what was overwritten.
NoneOlder == \A s \in Server : kept[s] = Newest(kept[s])

=============================================================================
