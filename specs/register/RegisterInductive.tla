-------------------------- MODULE RegisterInductive --------------------------
(***************************************************************************)
(* Why no later operation can return less: an invariant that every action  *)
(* keeps.  Prove it with: tlapair prove RegisterInductive.tla              *)
(*                                                                         *)
(* An operation puts one stamp and value, and only once; so what a server  *)
(* says it has stored for it is that, or something later by now.  A quorum *)
(* that has said so shares a server with every other one, and servers      *)
(* never go back: that is Held.  A stamp is taken by its owner only, who   *)
(* remembers it, so it stands for one value; and every value that is about *)
(* was put by somebody.                                                    *)
(***************************************************************************)
EXTENDS Register

CONSTANTS c1, c2

\* Two stamps, one for each client.
TwoStamps == <<c1, c2>>

AtomicRegular == {"atomic", "regular"}

Puts == {m \in msgs : m.type = "put"}

\* TypeOK, so that it says which values each variable may have.
Typed ==
  /\ stored   \in [Server -> Pair]
  /\ turn     \in [Client -> Turn \cup {0}]
  /\ last     \in [Client -> Stamp]
  /\ op       \in [Client -> {Idle} \cup Op]
  /\ finished \in SUBSET Done
  /\ msgs     \in SUBSET Message

\* Nothing is about of an operation that has not begun.
NoneAhead == \A m \in msgs : m.type # "spread" => m.turn =< turn[m.client]

\* An operation puts one thing.
OnePutEach ==
  \A m, n \in Puts : m.client = n.client /\ m.turn = n.turn => m = n

\* It has put what it says once it is in its second phase, and nothing before.
PutInSecondPhase ==
  \A c \in Client : op[c] # Idle =>
    IF op[c].phase = "put"
      THEN Sent([type |-> "put", client |-> c, turn |-> turn[c],
                 stamp |-> op[c].stamp, value |-> op[c].value])
      ELSE ~ \E m \in Puts : m.client = c /\ m.turn = turn[c]

\* Who took a stamp remembers it.
StampsRemembered ==
  \A m \in Puts : m.stamp > 0 => m.stamp =< last[Owner[m.stamp]]

\* Stamp 0 is that of the value in the beginning.
ZeroIsNoValue == \A m \in Puts : m.stamp = 0 => m.value = NoValue

\* What somebody has put, or what was there before.
Known(stamp, value) ==
  \/ stamp = 0 /\ value = NoValue
  \/ \E m \in Puts : m.stamp = stamp /\ m.value = value

\* Servers have and tell what somebody has put.
NothingInvented ==
  /\ \A s \in Server : Known(stored[s].stamp, stored[s].value)
  /\ \A m \in msgs : m.type \in {"have", "spread"} => Known(m.stamp, m.value)

\* What a server says it has stored it has, or something later.
StoredIsKept ==
  \A m \in msgs : m.type = "stored" =>
    \E p \in Puts : /\ p.client = m.client /\ p.turn = m.turn
                    /\ p.stamp =< stored[m.server].stamp

IndInv ==
  /\ Typed
  /\ NoneAhead
  /\ OnePutEach
  /\ PutInSecondPhase
  /\ StampsRemembered
  /\ ZeroIsNoValue
  /\ NothingInvented
  /\ StoredIsKept
  /\ OneValuePerStamp
  /\ Held
  /\ ReadsWritten
=============================================================================
