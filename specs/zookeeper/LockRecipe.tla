----------------------------- MODULE LockRecipe -----------------------------
(***************************************************************************)
(* The lock that clients build of ZooKeeper's nodes, and what it is worth. *)
(*                                                                         *)
(* Who wants the lock makes an ephemeral node in sequence and reads the    *)
(* directory.  Whoever has the lowest number holds the lock; the others    *)
(* watch the node just before their own, and nothing else, so that one who *)
(* goes wakes one.  Who is woken reads again: the one before may have left *)
(* the line without ever having held the lock.                             *)
(*                                                                         *)
(* Reads may be old, but not older than what the client has seen.  That is *)
(* enough: who stood before it, did so before its own node was made.       *)
(*                                                                         *)
(* It is not enough that at most one open session holds the lock.  A       *)
(* session expires without the client knowing, which goes on to write.     *)
(* Hence each write carries the position at which the holder's node was    *)
(* made, and what the lock protects refuses one lower than it has seen.    *)
(*                                                                         *)
(* Of the service the spec has what ZooKeeper.tla promises: one order of   *)
(* changes, numbers given once, ephemeral nodes that go with the session,  *)
(* reads that never go back, watches that go off.                          *)
(*                                                                         *)
(* Source: P. Hunt, M. Konar, F. Junqueira, B. Reed, "ZooKeeper: wait-free *)
(*   coordination for Internet-scale systems", USENIX ATC 2010, section    *)
(*   2.4, "Simple locks without herd effect"; for the token: M. Burrows,   *)
(*   "The Chubby lock service", OSDI 2006, section 2.4 (sequencers).       *)
(***************************************************************************)
EXTENDS Integers, Sequences

CONSTANTS
  Client,     \* those who want the lock
  Number      \* the numbers of nodes, and the positions of changes

ASSUME Number \subseteq Nat \ {0}

VARIABLES
  past,       \* the line after each change: the numbers of the nodes in it
  owner,      \* who made the node of that number, of all that were made
  open,       \* the sessions that are open
  state,      \* what a client is doing
  own,        \* the number of its node
  seen,       \* the position up to which it has seen the changes
  watched,    \* the number that it watches, or 0
  highest,    \* the highest token that the store has seen
  journal     \* the tokens of the writes that have changed the store

vars == <<past, owner, open, state, own, seen, watched, highest, journal>>

-----------------------------------------------------------------------------

\* A node is made by a change of its own, and the numbers are given in that
\* order: they will do for positions.
TypeOK ==
  /\ past    \in Seq(SUBSET Number)
  /\ owner   \in Seq(Client)
  /\ open    \subseteq Client
  /\ state   \in [Client -> {"idle", "looking", "waiting", "holding", "left"}]
  /\ own     \in [Client -> Number \cup {0}]
  /\ seen    \in [Client -> Nat]
  /\ watched \in [Client -> Number \cup {0}]
  /\ highest \in Number \cup {0}
  /\ journal \in Seq(Number)

Init ==
  /\ past    = <<{}>>
  /\ owner   = <<>>
  /\ open    = Client
  /\ state   = [c \in Client |-> "idle"]
  /\ own     = [c \in Client |-> 0]
  /\ seen    = [c \in Client |-> 1]
  /\ watched = [c \in Client |-> 0]
  /\ highest = 0
  /\ journal = <<>>

Line == past[Len(past)]

Before(c, line) == {k \in line : k < own[c]}

Last(S) == CHOOSE k \in S : \A j \in S : j =< k

\* What c watches, when it has read the line.
ToWatch(c, line) == Last(Before(c, line))

-----------------------------------------------------------------------------

(***************************************************************************)
(* Client c makes its node.  Enabled:                                      *)
(*   - it does nothing, and its session is open.                           *)
(***************************************************************************)
Stand(c) ==
  /\ state[c] = "idle" /\ c \in open
  /\ Len(owner) + 1 \in Number
  /\ past'  = Append(past, Line \cup {Len(owner) + 1})
  /\ owner' = Append(owner, c)
  /\ own'   = [own EXCEPT ![c] = Len(owner) + 1]
  /\ seen'  = [seen EXCEPT ![c] = Len(past) + 1]
  /\ state' = [state EXCEPT ![c] = "looking"]
  /\ UNCHANGED <<open, watched, highest, journal>>

(***************************************************************************)
(* Client c has read the line as it was after n changes, and is the first. *)
(* Enabled:                                                                *)
(*   - it looks, and n is not before what it has seen;                     *)
(*   - its node is there, and none before it.                              *)
(***************************************************************************)
Hold(c, n) ==
  /\ state[c] = "looking" /\ n \in seen[c] .. Len(past)
  /\ own[c] \in past[n] /\ Before(c, past[n]) = {}
  /\ seen'  = [seen EXCEPT ![c] = n]
  /\ state' = [state EXCEPT ![c] = "holding"]
  /\ UNCHANGED <<past, owner, open, own, watched, highest, journal>>

(***************************************************************************)
(* Client c has read the line as it was after n changes, is not the first, *)
(* and watches who is before it.  Enabled:                                 *)
(*   - it looks, and n is not before what it has seen;                     *)
(*   - its node is there, and one before it.                               *)
(***************************************************************************)
Watch(c, n) ==
  /\ state[c] = "looking" /\ n \in seen[c] .. Len(past)
  /\ own[c] \in past[n] /\ Before(c, past[n]) # {}
  /\ seen'    = [seen EXCEPT ![c] = n]
  /\ watched' = [watched EXCEPT ![c] = ToWatch(c, past[n])]
  /\ state'   = [state EXCEPT ![c] = "waiting"]
  /\ UNCHANGED <<past, owner, open, own, highest, journal>>

\* What c does when it is woken.
Woken(c) == "looking"

(***************************************************************************)
(* Client c is told that what it watches had gone after n changes.  (When  *)
(* it had gone before the watch was set, it sees that at once.)  Enabled:  *)
(*   - it waits, and n is not before what it has seen;                     *)
(*   - that had gone.                                                      *)
(***************************************************************************)
Wake(c, n) ==
  /\ state[c] = "waiting" /\ n \in seen[c] .. Len(past)
  /\ watched[c] \notin past[n]
  /\ watched' = [watched EXCEPT ![c] = 0]
  /\ seen'    = [seen EXCEPT ![c] = n]
  /\ state'   = [state EXCEPT ![c] = Woken(c)]
  /\ UNCHANGED <<past, owner, open, own, highest, journal>>

\* Whether the store takes a write with token t.
Fresh(t) == t >= highest

(***************************************************************************)
(* Client c writes to what the lock protects.  Enabled:                    *)
(*   - it believes that it holds the lock;                                 *)
(*   - the store takes its token.                                          *)
(***************************************************************************)
Write(c) ==
  /\ state[c] = "holding"
  /\ Fresh(own[c])
  /\ highest' = own[c]
  /\ journal' = IF journal # <<>> /\ journal[Len(journal)] = own[c]
                  THEN journal ELSE Append(journal, own[c])
  /\ UNCHANGED <<past, owner, open, state, own, seen, watched>>

(***************************************************************************)
(* Client c deletes its node.  Enabled:                                    *)
(*   - it believes that it holds the lock, and its session is open.        *)
(***************************************************************************)
Release(c) ==
  /\ state[c] = "holding" /\ c \in open
  /\ past'  = Append(past, Line \ {own[c]})
  /\ seen'  = [seen EXCEPT ![c] = Len(past) + 1]
  /\ state' = [state EXCEPT ![c] = "idle"]
  /\ UNCHANGED <<owner, open, own, watched, highest, journal>>

(***************************************************************************)
(* The session of client c expires, which does not know it.  Enabled:      *)
(*   - it is open.                                                         *)
(***************************************************************************)
Expire(c) ==
  /\ c \in open
  /\ open' = open \ {c}
  /\ past' = Append(past, {k \in Line : owner[k] # c})
  /\ UNCHANGED <<owner, state, own, seen, watched, highest, journal>>

(***************************************************************************)
(* Client c is told that its session has expired.  Enabled:                *)
(*   - it has.                                                             *)
(***************************************************************************)
Leave(c) ==
  /\ c \notin open /\ state[c] # "left"
  /\ state'   = [state EXCEPT ![c] = "left"]
  /\ watched' = [watched EXCEPT ![c] = 0]
  /\ UNCHANGED <<past, owner, open, own, seen, highest, journal>>

-----------------------------------------------------------------------------

Next ==
  \E c \in Client :
    \/ Stand(c)
    \/ \E n \in 1 .. Len(past) : Hold(c, n)
    \/ \E n \in 1 .. Len(past) : Watch(c, n)
    \/ \E n \in 1 .. Len(past) : Wake(c, n)
    \/ Write(c)
    \/ Release(c)
    \/ Expire(c)
    \/ Leave(c)

Spec == Init /\ [][Next]_vars

\* Clients do not hold the lock for ever, and hear of what has happened.
FairSpec ==
  /\ Spec
  /\ \A c \in Client :
       /\ WF_vars(\E n \in 1 .. Len(past) : Hold(c, n) \/ Watch(c, n))
       /\ WF_vars(\E n \in 1 .. Len(past) : Wake(c, n))
       /\ WF_vars(Release(c))
       /\ WF_vars(Leave(c))

-----------------------------------------------------------------------------

\* What the recipe is for, as far as it goes: of those whose session is open.
OneHolder ==
  \A c, d \in open : state[c] = "holding" /\ state[d] = "holding" => c = d

\* What the token is for: whoever believes what, the store is never written in
\* an earlier turn than before.
InTurn == \A i, j \in 1 .. Len(journal) : i < j => journal[i] < journal[j]

\* Without it all who wait would be woken, to find that all but one must wait
\* again.
NoHerd ==
  \A c, d \in open : watched[c] # 0 /\ watched[c] = watched[d] => c = d

\* Who stands in line gets the lock, if its session lasts (needs FairSpec).
Served ==
  \A c \in Client : state[c] \in {"looking", "waiting"} ~>
                      state[c] = "holding" \/ c \notin open

THEOREM Spec => [](TypeOK /\ OneHolder /\ InTurn /\ NoHerd)
THEOREM FairSpec => Served

(***************************************************************************)
(* Checked: MCLockRecipe, with two clients and three nodes, and three of   *)
(* each.                                                                   *)
(***************************************************************************)
=============================================================================
