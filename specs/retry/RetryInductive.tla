--------------------------- MODULE RetryInductive ----------------------------
(***************************************************************************)
(* Why a call that is retried is carried out once: an invariant that every *)
(* action keeps.  Prove it with: tlapair prove RetryInductive.tla          *)
(*                                                                         *)
(* Two facts carry it.  A client's numbers never repeat, so that under one *)
(* number it has called for one thing (CallsAreNumbered).  The table knows *)
(* the last call of each client that is in the journal (TableIsLast), so   *)
(* that Execute, which wants a higher number, can never do one again.  All *)
(* the rest says that replies, sent and received, are read off the         *)
(* journal.                                                                *)
(***************************************************************************)
EXTENDS Retry, FiniteSets, SequencesExt

\* As many calls as there can ever be; each is in the journal once.
CallsMax == Cardinality(Client) * Cardinality(Number)

Place == 0..CallsMax

\* The messages, with results that are places in the journal.
SmallMessage ==
       [type : {"call"}, client : Client, seq : Number, command : Command]
  \cup [type : {"reply"}, client : Client, seq : Number, result : Place]

\* TypeOK, with a longest journal.
Typed ==
  /\ seq     \in [Client -> Number \cup {0}]
  /\ asked   \in [Client -> Command \cup {None}]
  /\ busy    \in [Client -> BOOLEAN]
  /\ got     \in [Client -> Place]
  /\ journal \in BoundedSeq(Entry, CallsMax)
  /\ table   \in [Client -> [seq : Number \cup {0}, result : Place]]
  /\ msgs    \in SUBSET SmallMessage

\* Call e is in the journal at place i.
IsAt(i, c, n) ==
  /\ i \in 1..Len(journal)
  /\ journal[i].client = c /\ journal[i].seq = n

\* What is under way was called, and a client's numbers only grow.
CallsAreNumbered ==
  \A m \in msgs : m.type = "call" =>
    /\ m.seq =< seq[m.client]
    /\ m.seq = seq[m.client] => m.command = asked[m.client]
    /\ \A n \in msgs :
         n.type = "call" /\ n.client = m.client /\ n.seq = m.seq => n = m

\* The journal holds only what was called for.
JournalWasCalled ==
  \A i \in 1..Len(journal) :
    Sent([type |-> "call", client |-> journal[i].client,
          seq |-> journal[i].seq, command |-> journal[i].command])

\* The table has the last call of each client that was carried out, and
\* where it is in the journal.
TableIsLast ==
  \A c \in Client :
    /\ \A i \in 1..Len(journal) :
         journal[i].client = c => journal[i].seq =< table[c].seq
    /\ table[c].seq # 0 => IsAt(table[c].result, c, table[c].seq)

\* A reply says where its call is in the journal.
RepliesAreTrue ==
  \A m \in msgs : m.type = "reply" => IsAt(m.result, m.client, m.seq)

\* A client waits for the answer to the call it made last.
WaitsForLast ==
  \A c \in Client : busy[c] => seq[c] # 0 /\ got[c] = 0

IndInv ==
  /\ Typed
  /\ AtMostOnce
  /\ InOrder
  /\ RightAnswer
  /\ CallsAreNumbered
  /\ JournalWasCalled
  /\ TableIsLast
  /\ RepliesAreTrue
  /\ WaitsForLast
=============================================================================
