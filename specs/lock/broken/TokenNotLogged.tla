---------------------------- MODULE TokenNotLogged ----------------------------
(***************************************************************************)
(* Broken on purpose: Lock, but the service gives a token out before it is *)
(*   safe on disk.                                                         *)
(*                                                                         *)
(* Changed: ServiceRestart takes back the last grant as if it had never    *)
(*   been made; the message is out.                                        *)
(* What happens: c1 gets the lock with token 1; the service crashes, comes *)
(*   back not knowing it, and c2 gets the lock with token 1 too. The fence *)
(*   cannot tell them apart.                                               *)
(* Known from: fencing by Redis without fsync on every write: a restart    *)
(*   forgets the lock and the counter (M. Kleppmann, "How to do            *)
(*   distributed locking", 2016; the Redis documentation on distributed    *)
(*   locks says so of itself).                                             *)
(* Violated: OneGrantPerToken.                                             *)
(***************************************************************************)
EXTENDS Naturals, Sequences

CONSTANTS
  Client,     \* those who want the lock
  Token,      \* the numbers of the grants, from 1 on
  None        \* stands for nobody

ASSUME Token \subseteq Nat \ {0}
ASSUME None \notin Client

VARIABLES
  issued,     \* durable: the last token that the service gave out, or 0
  holder,     \* durable: to whom the lock is lent, or None
  state,      \* volatile: what each client is doing
  token,      \* volatile: the highest token it was given, or 0
  highest,    \* durable: the highest token that the store has seen, or 0
  journal,    \* durable: the tokens of the writes that changed the store
  msgs        \* the messages ever sent

service == <<issued, holder>>
clients == <<state, token>>
store   == <<highest, journal>>
vars    == <<issued, holder, state, token, highest, journal, msgs>>

-----------------------------------------------------------------------------

Message ==
       [type : {"Acquire"}, client : Client]
  \cup [type : {"Granted"}, client : Client, token : Token]
  \cup [type : {"Write", "Release"}, token : Token]

TypeOK ==
  /\ issued  \in Token \cup {0}
  /\ holder  \in Client \cup {None}
  /\ state   \in [Client -> {"idle", "waiting", "holding"}]
  /\ token   \in [Client -> Token \cup {0}]
  /\ highest \in Token \cup {0}
  /\ journal \in Seq(Token)
  /\ msgs    \subseteq Message

Sent(m) == m \in msgs
Send(m) == msgs' = msgs \cup {m}

Init ==
  /\ issued  = 0
  /\ holder  = None
  /\ state   = [c \in Client |-> "idle"]
  /\ token   = [c \in Client |-> 0]
  /\ highest = 0
  /\ journal = <<>>
  /\ msgs    = {}

-----------------------------------------------------------------------------
(***************************************************************************)
(*                               The service                               *)
(***************************************************************************)

(***************************************************************************)
(* The service lends the lock to client c, with the next token.  Enabled:  *)
(*   - c has asked for it;                                                 *)
(*   - it is not lent.                                                     *)
(***************************************************************************)
Grant(c) ==
  /\ Sent([type |-> "Acquire", client |-> c])
  /\ holder = None
  /\ issued + 1 \in Token
  /\ issued' = issued + 1
  /\ holder' = c
  /\ Send([type |-> "Granted", client |-> c, token |-> issued + 1])
  /\ UNCHANGED <<clients, store>>

(***************************************************************************)
(* The holder gives the lock back.  Enabled:                               *)
(*   - it is lent;                                                         *)
(*   - the grant that is released is the last one.                         *)
(***************************************************************************)
Free ==
  /\ holder # None
  /\ Sent([type |-> "Release", token |-> issued])
  /\ holder' = None
  /\ UNCHANGED <<issued, clients, store, msgs>>

(***************************************************************************)
(* The lease has run out.  Enabled:                                        *)
(*   - the lock is lent.                                                   *)
(***************************************************************************)
Expire ==
  /\ holder # None
  /\ holder' = None
  /\ UNCHANGED <<issued, clients, store, msgs>>

\* CHANGED: the service restarts, and has forgotten the last grant.
ServiceRestart ==
  /\ holder # None
  /\ issued' = issued - 1
  /\ holder' = None
  /\ UNCHANGED <<clients, store, msgs>>

-----------------------------------------------------------------------------
(***************************************************************************)
(*                               The clients                               *)
(***************************************************************************)

(***************************************************************************)
(* Client c asks for the lock.  Enabled:                                   *)
(*   - it is doing nothing.                                                *)
(***************************************************************************)
Ask(c) ==
  /\ state[c] = "idle"
  /\ state' = [state EXCEPT ![c] = "waiting"]
  /\ Send([type |-> "Acquire", client |-> c])
  /\ UNCHANGED <<service, token, store>>

(***************************************************************************)
(* Client c has the lock, as far as it knows.  Enabled:                    *)
(*   - it is waiting for it;                                               *)
(*   - it was granted with a token t that it had not been given before.    *)
(***************************************************************************)
Hold(c, t) ==
  /\ state[c] = "waiting"
  /\ t > token[c]
  /\ Sent([type |-> "Granted", client |-> c, token |-> t])
  /\ state' = [state EXCEPT ![c] = "holding"]
  /\ token' = [token EXCEPT ![c] = t]
  /\ UNCHANGED <<service, store, msgs>>

(***************************************************************************)
(* Client c sends a write to the store.  Enabled:                          *)
(*   - it believes that it holds the lock.                                 *)
(***************************************************************************)
Write(c) ==
  /\ state[c] = "holding"
  /\ Send([type |-> "Write", token |-> token[c]])
  /\ UNCHANGED <<service, clients, store>>

(***************************************************************************)
(* Client c has done what it wanted the lock for.  Enabled:                *)
(*   - it believes that it holds the lock.                                 *)
(***************************************************************************)
Release(c) ==
  /\ state[c] = "holding"
  /\ state' = [state EXCEPT ![c] = "idle"]
  /\ Send([type |-> "Release", token |-> token[c]])
  /\ UNCHANGED <<service, token, store>>

(***************************************************************************)
(* Client c finds that its lease has run out, or that a later holder has   *)
(* written, or it no longer wants the lock.  Enabled:                      *)
(*   - it is waiting, or believes that it holds the lock.                  *)
(***************************************************************************)
GiveUp(c) ==
  /\ state[c] # "idle"
  /\ state' = [state EXCEPT ![c] = "idle"]
  /\ UNCHANGED <<service, token, store, msgs>>

(***************************************************************************)
(* Client c crashes, and comes back knowing nothing.  Enabled:             *)
(*   - always.                                                             *)
(***************************************************************************)
ClientCrash(c) ==
  /\ state' = [state EXCEPT ![c] = "idle"]
  /\ token' = [token EXCEPT ![c] = 0]
  /\ UNCHANGED <<service, store, msgs>>

-----------------------------------------------------------------------------
(***************************************************************************)
(*                                The store                                *)
(***************************************************************************)

(***************************************************************************)
(* The store carries out a write with token t.  Enabled:                   *)
(*   - it was sent;                                                        *)
(*   - no write with a token as high was seen (with the same token, it is  *)
(*     the same write again).                                              *)
(***************************************************************************)
Store(t) ==
  /\ Sent([type |-> "Write", token |-> t])
  /\ t > highest
  /\ highest' = t
  /\ journal' = Append(journal, t)
  /\ UNCHANGED <<service, clients, msgs>>

-----------------------------------------------------------------------------

Next ==
  \/ \E c \in Client :
       \/ Grant(c)
       \/ Ask(c)
       \/ \E t \in Token : Hold(c, t)
       \/ Write(c)
       \/ Release(c)
       \/ GiveUp(c)
       \/ ClientCrash(c)
  \/ Free
  \/ Expire
  \/ ServiceRestart                                         \* CHANGED: new
  \/ \E t \in Token : Store(t)

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------

Granted == {m \in msgs : m.type = "Granted"}

\* Without it two clients would write under one number.
OneGrantPerToken == \A m, n \in Granted : m.token = n.token => m = n

\* Without it the next token would not be higher than all before.
IssuedIsHighest == \A m \in Granted : m.token =< issued

\* Without it the fence would let through what it has to keep out.
FenceIsJournal ==
  highest = IF journal = <<>> THEN 0 ELSE journal[Len(journal)]

\* What it is all for: the store is never written in an earlier turn than
\* before, whoever believes what.
InOrder == \A i, j \in 1..Len(journal) : i < j => journal[i] < journal[j]

\* A grant is honoured until it ends, and ends only once.
TokensGrow == [][issued' >= issued]_vars

=============================================================================
