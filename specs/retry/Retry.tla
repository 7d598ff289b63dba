------------------------------- MODULE Retry --------------------------------
(***************************************************************************)
(* Recovery by retry: calls over a network that loses and repeats          *)
(* messages, each carried out exactly once.                                *)
(*                                                                         *)
(* A client that hears nothing calls again, and cannot tell whether the    *)
(* call was lost or the answer.  So each call has a number, and the server *)
(* remembers for each client the last number and what it answered: a call  *)
(* that comes again is answered again, and not carried out again.  One     *)
(* entry for each client is enough, because a client makes one call at a   *)
(* time.                                                                   *)
(*                                                                         *)
(* At most once needs the server's memory to survive its crashes together  *)
(* with the effects of the calls: both are written at once (journal and    *)
(* table).  Exactly once needs in addition that a client that crashes      *)
(* comes back with its number and its call, and goes on calling.  So all   *)
(* that is here is durable, and a crash is a pause.                        *)
(*                                                                         *)
(* The network loses, repeats and reorders messages: msgs is the set of    *)
(* all messages ever sent, and a message in it may be received any number  *)
(* of times, late, or never.  A node that sends a message again does       *)
(* nothing that can be seen here.                                          *)
(*                                                                         *)
(* Source: A. Birrell, B. Nelson, "Implementing remote procedure calls",   *)
(*   ACM TOCS 2(1), 1984, pp. 39-59, section 3; B. Liskov, "Practical uses *)
(*   of synchronized clocks in distributed systems", PODC 1991, section 3  *)
(*   (at most once, and how long to remember).                             *)
(* Left out: when an entry of the table may be forgotten; several calls    *)
(*   of a client under way at once.                                        *)
(* Refines: Once, at the bottom of this module.                            *)
(***************************************************************************)
EXTENDS Naturals, Sequences

CONSTANTS
  Client,     \* those who call
  Number,     \* the numbers of a client's calls, from 1 on
  Command,    \* what may be called for
  None        \* stands for no command

ASSUME Number \subseteq Nat \ {0}
ASSUME None \notin Command

VARIABLES
  seq,        \* durable: the number of each client's last call, or 0
  asked,      \* durable: what it called for
  busy,       \* durable: whether it waits for the answer
  got,        \* durable: the answer to its last call, or 0
  journal,    \* durable: the calls that were carried out, in order
  table,      \* durable: last number and answer, for each client
  msgs        \* the messages ever sent

clients == <<seq, asked, busy, got>>
server  == <<journal, table>>
vars    == <<seq, asked, busy, got, journal, table, msgs>>

-----------------------------------------------------------------------------

Entry == [client : Client, seq : Number, command : Command]

Message ==
       [type : {"call"}, client : Client, seq : Number, command : Command]
  \cup [type : {"reply"}, client : Client, seq : Number, result : Nat]

TypeOK ==
  /\ seq     \in [Client -> Number \cup {0}]
  /\ asked   \in [Client -> Command \cup {None}]
  /\ busy    \in [Client -> BOOLEAN]
  /\ got     \in [Client -> Nat]
  /\ journal \in Seq(Entry)
  /\ table   \in [Client -> [seq : Number \cup {0}, result : Nat]]
  /\ msgs    \subseteq Message

Sent(m) == m \in msgs
Send(m) == msgs' = msgs \cup {m}

Init ==
  /\ seq     = [c \in Client |-> 0]
  /\ asked   = [c \in Client |-> None]
  /\ busy    = [c \in Client |-> FALSE]
  /\ got     = [c \in Client |-> 0]
  /\ journal = <<>>
  /\ table   = [c \in Client |-> [seq |-> 0, result |-> 0]]
  /\ msgs    = {}

-----------------------------------------------------------------------------

(***************************************************************************)
(* Client c calls for x.  Enabled:                                         *)
(*   - it is not waiting for an answer.                                    *)
(***************************************************************************)
Call(c, x) ==
  /\ ~ busy[c]
  /\ seq[c] + 1 \in Number
  /\ seq'   = [seq EXCEPT ![c] = seq[c] + 1]
  /\ asked' = [asked EXCEPT ![c] = x]
  /\ busy'  = [busy EXCEPT ![c] = TRUE]
  /\ got'   = [got EXCEPT ![c] = 0]
  /\ Send([type |-> "call", client |-> c, seq |-> seq[c] + 1, command |-> x])
  /\ UNCHANGED server

(***************************************************************************)
(* Client c has its answer: the place of its call in the journal.          *)
(* Enabled:                                                                *)
(*   - it is waiting;                                                      *)
(*   - the server has answered this very call.                             *)
(***************************************************************************)
Return(c) ==
  /\ busy[c]
  /\ \E m \in msgs :
       /\ m.type = "reply" /\ m.client = c /\ m.seq = seq[c]
       /\ got' = [got EXCEPT ![c] = m.result]
  /\ busy' = [busy EXCEPT ![c] = FALSE]
  /\ UNCHANGED <<seq, asked, server, msgs>>

(***************************************************************************)
(* The server carries out call n of client c, and answers.  Enabled:       *)
(*   - c has made it;                                                      *)
(*   - it was not carried out yet.                                         *)
(***************************************************************************)
Execute(c, n) ==
  /\ n > table[c].seq
  /\ \E m \in msgs :
       /\ m.type = "call" /\ m.client = c /\ m.seq = n
       /\ journal' = Append(journal, [client |-> c, seq |-> n,
                                      command |-> m.command])
  /\ table' = [table EXCEPT ![c] = [seq |-> n, result |-> Len(journal) + 1]]
  /\ Send([type |-> "reply", client |-> c, seq |-> n,
           result |-> Len(journal) + 1])
  /\ UNCHANGED clients

-----------------------------------------------------------------------------

Next ==
  \E c \in Client :
    \/ \E x \in Command : Call(c, x)
    \/ Return(c)
    \/ \E n \in Number : Execute(c, n)

Spec == Init /\ [][Next]_vars

FairSpec ==
  /\ Spec
  /\ \A c \in Client :
       WF_vars(Return(c)) /\ \A n \in Number : WF_vars(Execute(c, n))

-----------------------------------------------------------------------------

\* Without it a call would be carried out twice.
AtMostOnce ==
  \A i, j \in 1..Len(journal) :
    journal[i].client = journal[j].client /\ journal[i].seq = journal[j].seq
      => i = j

\* Without it a client would take the answer to another call for its own, or
\* to one that was never carried out.
RightAnswer ==
  \A c \in Client :
    got[c] # 0 =>
      /\ got[c] =< Len(journal)
      /\ journal[got[c]] = [client |-> c, seq |-> seq[c], command |-> asked[c]]

\* Without it a client's calls would change places.
InOrder ==
  \A i, j \in 1..Len(journal) :
    i < j /\ journal[i].client = journal[j].client
      => journal[i].seq < journal[j].seq

\* Every call is answered in the end (needs FairSpec).
Answered == \A c \in Client : busy[c] ~> ~ busy[c]

-----------------------------------------------------------------------------

(***************************************************************************)
(* The refinement mapping: what is wanted of each client.                  *)
(***************************************************************************)
open ==
  {c \in Client : busy[c] /\ seq[c] > table[c].seq}

O == INSTANCE Once WITH open <- open, count <- Len(journal)

OSpec == O!Spec

THEOREM Spec => [](TypeOK /\ AtMostOnce /\ RightAnswer /\ InOrder)
THEOREM Spec => OSpec
THEOREM FairSpec => Answered

(***************************************************************************)
(* Checked: MCRetry, with two clients and two calls each.  The figures are *)
(* in README.md.                                                           *)
(***************************************************************************)
=============================================================================
