---------------------------- MODULE TableNotLogged ----------------------------
(***************************************************************************)
(* Broken on purpose: Retry, but the server keeps its table in memory      *)
(*   only.                                                                 *)
(*                                                                         *)
(* Changed: ServerRestart empties the table; the journal stays.            *)
(* What happens: the server carries out the call of c1, crashes and comes  *)
(*   back; the call comes again and is carried out again.                  *)
(* Known from: duplicate detection that does not survive a fail-over:      *)
(*   Raft's dissertation (D. Ongaro, 2014, section 6.3) has sessions in    *)
(*   the replicated state for that reason.                                 *)
(* Violated: AtMostOnce.                                                   *)
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

\* CHANGED: the server restarts, and has forgotten what c called for.
ServerRestart(c) ==
  /\ table' = [table EXCEPT ![c] = [seq |-> 0, result |-> 0]]
  /\ UNCHANGED <<clients, journal, msgs>>

-----------------------------------------------------------------------------

Next ==
  \E c \in Client :
    \/ \E x \in Command : Call(c, x)
    \/ Return(c)
    \/ \E n \in Number : Execute(c, n)
    \/ ServerRestart(c)                                     \* CHANGED: new

Spec == Init /\ [][Next]_vars

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

=============================================================================
