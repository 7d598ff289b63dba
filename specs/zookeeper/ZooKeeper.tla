----------------------------- MODULE ZooKeeper ------------------------------
(***************************************************************************)
(* ZooKeeper: servers that keep a copy of a small tree of nodes, and       *)
(* clients that agree by it on who does what.                              *)
(*                                                                         *)
(* Changes are put in one order by an atomic broadcast (specs/zab); each   *)
(* server carries them out in that order, at its own pace.  A client has a *)
(* session, which outlives its links to servers and holds the ephemeral    *)
(* nodes that go with it.  A read is answered by the server to which the   *)
(* client is linked, and which may lag.  But never does a client see an    *)
(* older state than before, also at another server; and if what it watches *)
(* has changed, it is told so before it sees anything as new as that.  Who *)
(* must see all that was done before, does a sync first, which goes        *)
(* through the broadcast like a change, and changes nothing.               *)
(*                                                                         *)
(* The broadcast is the variable log: any request that was sent may be the *)
(* next in it, also again.  No more is needed of it than Zab promises      *)
(* (specs/zab: Agreement and DeliveredInOrder).                            *)
(*                                                                         *)
(* A server numbers the letters that it sends on a link, and a client      *)
(* takes only the next one; if it misses one, it makes a new link.  So     *)
(* messages may be lost, repeated, late and out of order: msgs is the set  *)
(* of all messages ever sent, and any in it may be received at any time.   *)
(*                                                                         *)
(* A node is known by its directory and a number: 0 for the one that       *)
(* clients name, those from 1 on are given by the service in sequence.     *)
(* What is read and watched, a target, is a node, or <<b, None>>: which    *)
(* nodes there are in directory b.  Of data there is only the version.     *)
(*                                                                         *)
(* Source: P. Hunt, M. Konar, F. Junqueira, B. Reed, "ZooKeeper: wait-free *)
(*   coordination for Internet-scale systems", USENIX ATC 2010, sections 2 *)
(*   (the service and its guarantees) and 4 (servers, sessions); the       *)
(*   ZooKeeper Programmer's Guide, "Watches" and "Consistency guarantees". *)
(* Otherwise than there: a client that has lost its link asks again, and   *)
(*   what it asks is carried out once, where ZooKeeper reports the loss;   *)
(*   a watch on a node that is made and deleted while the client has no    *)
(*   link is not missed.                                                   *)
(* Left out: directories in directories, access rights, time (a session    *)
(*   may expire at any time), several changes under way for one client,    *)
(*   several changes at once (multi).                                      *)
(***************************************************************************)
EXTENDS Integers, Sequences, FiniteSets

CONSTANTS
  Server,     \* the servers
  Session,    \* the sessions, each of one client
  Base,       \* the directories
  Number,     \* the numbers of nodes in a directory
  Version,    \* the versions of a node
  None        \* stands for no server, no session, no number, any version

ASSUME None \notin Server \cup Session
ASSUME Number \subseteq Nat /\ 0 \in Number
ASSUME Version \subseteq Nat /\ 0 \in Version

VARIABLES
  status,     \* client: what it knows of its session
  link,       \* client: the link that it uses, or tries to make
  seen,       \* client: the position up to which it has seen the changes
  hopes,      \* client: what it watches, each with the position of its read
  asked,      \* client: the number of the last change that it has asked for
  answered,   \* client: the number of the last change that is answered
  log,        \* the changes in their order, each with its position
  applied,    \* server: the position up to which it has carried them out
  tree,       \* server: what has come of them there
  life,       \* server, durable: how often it has begun
  links,      \* server: each client's link, and the letters sent on it
  watches,    \* server: who watches what
  msgs        \* the messages ever sent

clients == <<status, link, seen, hopes, asked, answered>>
servers == <<log, applied, tree, life, links, watches>>
vars    == <<status, link, seen, hopes, asked, answered,
             log, applied, tree, life, links, watches, msgs>>

-----------------------------------------------------------------------------

Name   == Base \X Number
Target == Base \X (Number \cup {None})

\* A node; made and changed are the positions of those changes.
Node == [name : Name, owner : Session \cup {None}, version : Nat,
         made : Nat, changed : Nat]

\* What clients may ask for.
Op ==
       [type : {"open", "sync", "close"}]
  \cup [type : {"create"}, base : Base, ephemeral : BOOLEAN]
  \cup [type : {"sequence"}, base : Base, ephemeral : BOOLEAN]
  \cup [type : {"set", "delete"}, name : Name,
        version : Version \cup {None}]

\* A session: its status, and what came of its last change.
State == [status : {"none", "open", "closed"}, number : Nat, done : BOOLEAN,
          name : Name \cup {None}]

TypeOK ==
  /\ status   \in [Session -> {"none", "open", "closed"}]
  /\ link     \in [Session -> [server : Server \cup {None}, number : Nat,
                               life : Nat, got : Nat]]
  /\ seen     \in [Session -> Nat]
  /\ \A c \in Session : hopes[c] \subseteq Target \X Nat
  /\ asked    \in [Session -> Nat]
  /\ answered \in [Session -> Nat]
  /\ \A e \in log : e.index \in Nat /\ e.change \in msgs
  /\ applied  \in [Server -> Nat]
  /\ \A s \in Server :
       /\ \A n \in tree[s].nodes : n \in Node
       /\ tree[s].sessions \in [Session -> State]
       /\ tree[s].last     \in [Base -> Nat]
       /\ tree[s].changed  \in [Base -> Nat]
  /\ life     \in [Server -> Nat]
  /\ links    \in [Server -> [Session -> [number : Nat, sent : Nat]]]
  /\ \A s \in Server : watches[s] \subseteq Session \X Target
  /\ \A m \in msgs : m.type \in {"Connect", "Request", "Read", "News", "Data"}

Sent(m) == m \in msgs
Send(m) == msgs' = msgs \cup {m}

NoLinks == [c \in Session |-> [number |-> 0, sent |-> 0]]
NoLink  == [server |-> None, number |-> 0, life |-> 0, got |-> 0]

Empty ==
  [nodes    |-> {},
   sessions |-> [c \in Session |->
     [status |-> "none", number |-> 0, done |-> FALSE, name |-> None]],
   last     |-> [b \in Base |-> 0],
   changed  |-> [b \in Base |-> 0]]

Init ==
  /\ status   = [c \in Session |-> "none"]
  /\ link     = [c \in Session |-> NoLink]
  /\ seen     = [c \in Session |-> 0]
  /\ hopes    = [c \in Session |-> {}]
  /\ asked    = [c \in Session |-> 0]
  /\ answered = [c \in Session |-> 0]
  /\ log      = {}
  /\ applied  = [s \in Server |-> 0]
  /\ tree     = [s \in Server |-> Empty]
  /\ life     = [s \in Server |-> 1]
  /\ links    = [s \in Server |-> NoLinks]
  /\ watches  = [s \in Server |-> {}]
  /\ msgs     = {}

-----------------------------------------------------------------------------
(***************************************************************************)
(*                            What changes do                              *)
(***************************************************************************)

Alive(T, c) == T.sessions[c].status = "open"

Names(nodes) == {n.name : n \in nodes}

\* Whether the change x, next after T, is one for which T's sessions allow.
\* What was done before is not done again.
Due(T, x) ==
  CASE x.op.type = "open"   -> T.sessions[x.session].status = "none"
    [] x.op.type = "expire" -> Alive(T, x.session)
    [] OTHER -> Alive(T, x.session) /\ x.number > T.sessions[x.session].number

\* Whether it comes to what was asked for.
Works(T, x) ==
  CASE x.op.type = "create" -> <<x.op.base, 0>> \notin Names(T.nodes)
    [] x.op.type \in {"set", "delete"} ->
         \E n \in T.nodes : /\ n.name = x.op.name
                            /\ x.op.version \in {None, n.version}
    [] OTHER -> TRUE

\* The number that a node made in sequence is given.
NextNumber(T, b) == T.last[b] + 1

\* The name of the node that x makes, if it makes one.
MadeName(T, x) ==
  CASE x.op.type = "create"   -> <<x.op.base, 0>>
    [] x.op.type = "sequence" -> <<x.op.base, NextNumber(T, x.op.base)>>
    [] OTHER -> None

\* The nodes after x, which stands at position n and works.
NodesAfter(T, n, x) ==
  LET new == [name |-> MadeName(T, x), version |-> 0, made |-> n,
              changed |-> n,
              owner |-> IF x.op.ephemeral THEN x.session ELSE None]
      of == {k \in T.nodes : k.name = x.op.name}
  IN CASE x.op.type \in {"create", "sequence"} -> T.nodes \cup {new}
       [] x.op.type = "set" ->
            (T.nodes \ of) \cup
              {[k EXCEPT !.version = @ + 1, !.changed = n] : k \in of}
       [] x.op.type = "delete" -> T.nodes \ of
       [] x.op.type \in {"close", "expire"} ->
            {k \in T.nodes : k.owner # x.session}
       [] OTHER -> T.nodes

\* The session of x after it, if it is done or not.
SessionAfter(T, x, done) ==
  LET was == T.sessions[x.session].status
  IN [status |-> CASE x.op.type = "open"                -> "open"
                   [] x.op.type \in {"close", "expire"} -> "closed"
                   [] OTHER                             -> was,
      number |-> IF x.op.type = "expire" THEN T.sessions[x.session].number
                                         ELSE x.number,
      done   |-> done,
      name   |-> IF done THEN MadeName(T, x) ELSE None]

\* The state after the change x, at position n, made of the state T.
After(T, n, x) ==
  LET done  == Works(T, x)
      nodes == IF done THEN NodesAfter(T, n, x) ELSE T.nodes
      Of(ns, b) == {k \in Names(ns) : k[1] = b}
  IN IF ~ Due(T, x) THEN T ELSE
     [nodes    |-> nodes,
      sessions |-> [T.sessions EXCEPT ![x.session] = SessionAfter(T, x, done)],
      last     |-> IF x.op.type = "sequence"
                     THEN [T.last EXCEPT ![x.op.base] = NextNumber(T, x.op.base)]
                     ELSE T.last,
      changed  |-> [b \in Base |-> IF Of(nodes, b) # Of(T.nodes, b)
                                     THEN n ELSE T.changed[b]]]

\* What a read of w gives: the node, if there is one; or the names in w's
\* directory.
View(T, w) ==
  IF w[2] = None THEN {k \in Names(T.nodes) : k[1] = w[1]}
                 ELSE {k \in T.nodes : k.name = w}

\* A position not before the last one at which w has changed.  Of a node that
\* is not there it is known only when its directory has.
ChangedAt(T, w) ==
  LET of == {k \in T.nodes : k.name = w}
  IN IF of = {} THEN T.changed[w[1]] ELSE (CHOOSE k \in of : TRUE).changed

-----------------------------------------------------------------------------
(***************************************************************************)
(*                               The clients                               *)
(***************************************************************************)

(***************************************************************************)
(* Client c tries to make a new link, to server s; it tells what it has    *)
(* seen and what it watches.  Enabled:                                     *)
(*   - its session is not closed, as far as it knows.                      *)
(***************************************************************************)
Connect(c, s) ==
  /\ status[c] # "closed"
  /\ link' = [link EXCEPT ![c] = [server |-> s, number |-> @.number + 1,
                                  life |-> 0, got |-> 0]]
  /\ Send([type |-> "Connect", session |-> c, to |-> s,
           link |-> link[c].number + 1, seen |-> seen[c],
           hopes |-> {h[1] : h \in hopes[c]}])
  /\ UNCHANGED <<status, seen, hopes, asked, answered, servers>>

(***************************************************************************)
(* Client c asks for a change, o; the first is to open its session.        *)
(* Enabled:                                                                *)
(*   - its session is not closed, and it is open unless o opens it;        *)
(*   - what it asked for before is answered.                               *)
(***************************************************************************)
Ask(c, o) ==
  /\ IF o.type = "open" THEN status[c] = "none" ELSE status[c] = "open"
  /\ asked[c] = answered[c]
  /\ asked' = [asked EXCEPT ![c] = @ + 1]
  /\ Send([type |-> "Request", session |-> c, number |-> asked[c] + 1,
           op |-> o])
  /\ UNCHANGED <<status, link, seen, hopes, answered, servers>>

(***************************************************************************)
(* Client c asks its server for w, and perhaps to watch it.  The read is   *)
(* to come after what c has asked for.  Enabled:                           *)
(*   - its session is open, as far as it knows.                            *)
(***************************************************************************)
Read(c, w, watch) ==
  /\ status[c] = "open"
  /\ Send([type |-> "Read", session |-> c, link |-> link[c].number,
           target |-> w, watch |-> watch, after |-> asked[c]])
  /\ UNCHANGED <<clients, servers>>

\* What c watches after the letter m.
HopesAfter(c, m) ==
  IF m.type = "News" THEN {h \in hopes[c] : h[1] \notin m.fired}
  ELSE IF m.watch THEN {h \in hopes[c] : h[1] # m.target} \cup
                         {<<m.target, m.index>>}
  ELSE hopes[c]

(***************************************************************************)
(* Client c takes the letter m.  Enabled:                                  *)
(*   - its session is not closed, as far as it knows;                      *)
(*   - m is the next one on its link, and of the same life of the server   *)
(*     as those before.                                                    *)
(***************************************************************************)
Receive(c, m) ==
  /\ m.type \in {"News", "Data"} /\ m.to = c
  /\ status[c] # "closed"
  /\ m.link = link[c].number /\ m.place = link[c].got + 1
  /\ link[c].got > 0 => m.life = link[c].life
  /\ link'     = [link EXCEPT ![c] = [@ EXCEPT !.life = m.life,
                                               !.got = m.place]]
  /\ seen'     = [seen EXCEPT ![c] = m.index]
  /\ hopes'    = [hopes EXCEPT ![c] = HopesAfter(c, m)]
  /\ status'   = IF m.type = "Data" THEN status
                 ELSE [status EXCEPT ![c] = m.session.status]
  /\ answered' = IF m.type = "Data" THEN answered
                 ELSE [answered EXCEPT ![c] = m.session.number]
  /\ UNCHANGED <<asked, servers, msgs>>

(***************************************************************************)
(* Client c stops, and does not come back to its session.  Enabled:        *)
(*   - always.                                                             *)
(***************************************************************************)
Leave(c) ==
  /\ status'   = [status EXCEPT ![c] = "closed"]
  /\ link'     = [link EXCEPT ![c] = NoLink]
  /\ seen'     = [seen EXCEPT ![c] = 0]
  /\ hopes'    = [hopes EXCEPT ![c] = {}]
  /\ asked'    = [asked EXCEPT ![c] = 0]
  /\ answered' = [answered EXCEPT ![c] = 0]
  /\ UNCHANGED <<servers, msgs>>

-----------------------------------------------------------------------------
(***************************************************************************)
(*                               The servers                               *)
(***************************************************************************)

\* The next letter of s to c, of the state T at position n, which tells of the
\* session, and that what is in fired has changed.
News(s, c, n, T, to, fired) ==
  [type |-> "News", to |-> c, from |-> s, life |-> life[s],
   link |-> to.number, place |-> to.sent, index |-> n,
   fired |-> fired, session |-> T.sessions[c]]

\* Whether s is not behind what the client has seen that sent m.
UpToDate(s, m) == m.seen =< applied[s]

\* What the sender of m watches and may have changed since.
Missed(s, m) == {w \in m.hopes : ChangedAt(tree[s], w) > m.seen}

(***************************************************************************)
(* Server s takes a new link, and tells at once what the client has missed *)
(* of what it watches; it watches the rest for it.  Enabled:               *)
(*   - the link is newer than the one it has of that client;               *)
(*   - s is not behind the client.                                         *)
(***************************************************************************)
Accept(s, m) ==
  /\ m.type = "Connect" /\ m.to = s
  /\ m.link > links[s][m.session].number
  /\ UpToDate(s, m)
  /\ LET c == m.session
         to == [number |-> m.link, sent |-> 1]
     IN /\ links'   = [links EXCEPT ![s][c] = to]
        /\ watches' = [watches EXCEPT ![s] =
                         {p \in @ : p[1] # c} \cup
                           {<<c, w>> : w \in m.hopes \ Missed(s, m)}]
        /\ Send(News(s, c, applied[s], tree[s], to, Missed(s, m)))
  /\ UNCHANGED <<clients, log, applied, tree, life>>

\* Whether what was asked for before the read m is done at s.
InOrder(s, m) == tree[s].sessions[m.session].number >= m.after

(***************************************************************************)
(* Server s answers the read m.  Enabled:                                  *)
(*   - m came on the link that it has of that client;                      *)
(*   - the session is open here;                                           *)
(*   - what the client asked for before m is done here.                    *)
(***************************************************************************)
Serve(s, m) ==
  /\ m.type = "Read"
  /\ links[s][m.session].number = m.link
  /\ Alive(tree[s], m.session)
  /\ InOrder(s, m)
  /\ LET c == m.session
         to == [links[s][c] EXCEPT !.sent = @ + 1]
     IN /\ links'   = [links EXCEPT ![s][c] = to]
        /\ watches' = IF m.watch
                        THEN [watches EXCEPT ![s] = @ \cup {<<c, m.target>>}]
                        ELSE watches
        /\ Send([type |-> "Data", to |-> c, from |-> s, life |-> life[s],
                 link |-> to.number, place |-> to.sent, index |-> applied[s],
                 target |-> m.target, watch |-> m.watch, after |-> m.after,
                 view |-> View(tree[s], m.target)])
  /\ UNCHANGED <<clients, log, applied, tree, life>>

\* What c watches at s, and has become another thing in the state T.
Fired(s, c, T) ==
  {w \in {p[2] : p \in {q \in watches[s] : q[1] = c}} :
     View(tree[s], w) # View(T, w)}

\* Those who are linked to s and must be told of the state T: who watches what
\* has changed, and whose session has.
Told(s, T) ==
  {c \in Session : /\ links[s][c].number > 0
                   /\ \/ Fired(s, c, T) # {}
                      \/ tree[s].sessions[c] # T.sessions[c]}

\* The last position of the log.
Last == Cardinality(log)

(***************************************************************************)
(* Server s carries out the change x, and tells who must be told, each in  *)
(* one letter.  Enabled:                                                   *)
(*   - x was asked for;                                                    *)
(*   - the broadcast has it next after what s has carried out, or nothing. *)
(***************************************************************************)
Execute(s, x) ==
  /\ x.type = "Request"
  /\ LET n == applied[s] + 1
         T == After(tree[s], n, x)
         To(c) == [links[s][c] EXCEPT !.sent = @ + 1]
     IN /\ Last < n \/ [index |-> n, change |-> x] \in log
        /\ log'     = log \cup {[index |-> n, change |-> x]}
        /\ applied' = [applied EXCEPT ![s] = n]
        /\ tree'    = [tree EXCEPT ![s] = T]
        /\ links'   = [links EXCEPT ![s] = [c \in Session |->
                         IF c \in Told(s, T) THEN To(c) ELSE @[c]]]
        /\ watches' = [watches EXCEPT ![s] =
                         {p \in @ : p[2] \notin Fired(s, p[1], T)}]
        /\ msgs'    = msgs \cup {News(s, c, n, T, To(c), Fired(s, c, T)) :
                                   c \in Told(s, T)}
  /\ UNCHANGED <<clients, life>>

(***************************************************************************)
(* Server s finds that nothing was heard of client c for long, and asks to *)
(* close its session.  Enabled:                                            *)
(*   - the session is open here.                                           *)
(***************************************************************************)
Expire(s, c) ==
  /\ Alive(tree[s], c)
  /\ Send([type |-> "Request", session |-> c, number |-> 0,
           op |-> [type |-> "expire"]])
  /\ UNCHANGED <<clients, servers>>

\* The changes in L, which are those at the positions from m to n, in order.
\* (By halves, for logs of recorded runs are long.)
RECURSIVE Listed(_, _, _)
Listed(L, m, n) ==
  IF m = n THEN <<(CHOOSE e \in L : TRUE).change>>
  ELSE LET k == (m + n) \div 2
       IN Listed({e \in L : e.index =< k}, m, k)
            \o Listed({e \in L : e.index > k}, k + 1, n)

Changes == IF log = {} THEN <<>> ELSE Listed(log, 1, Last)

\* The states after the first n changes.
Replay ==
  LET changes == Changes
      Grown[n \in 0 .. Len(changes)] ==
        IF n = 0 THEN Empty ELSE After(Grown[n - 1], n, changes[n])
  IN Grown

(***************************************************************************)
(* Server s takes over another's state at position n, not going through    *)
(* the changes up to there, and begins anew: it knows of no client.        *)
(* Enabled:                                                                *)
(*   - n is ahead of s;                                                    *)
(*   - another has been there.                                             *)
(***************************************************************************)
Load(s, n) ==
  /\ n > applied[s]
  /\ n =< Last
  /\ applied' = [applied EXCEPT ![s] = n]
  /\ tree'    = [tree EXCEPT ![s] = Replay[n]]
  /\ life'    = [life EXCEPT ![s] = @ + 1]
  /\ links'   = [links EXCEPT ![s] = NoLinks]
  /\ watches' = [watches EXCEPT ![s] = {}]
  /\ UNCHANGED <<clients, log, msgs>>

(***************************************************************************)
(* Server s crashes; when it is back it is where it was when it last saved *)
(* its state, and goes on from there.  Enabled:                            *)
(*   - always.                                                             *)
(***************************************************************************)
Crash(s) ==
  /\ LET states == Replay
     IN \E n \in 0 .. applied[s] :
          /\ applied' = [applied EXCEPT ![s] = n]
          /\ tree'    = [tree EXCEPT ![s] = states[n]]
  /\ life'    = [life EXCEPT ![s] = @ + 1]
  /\ links'   = [links EXCEPT ![s] = NoLinks]
  /\ watches' = [watches EXCEPT ![s] = {}]
  /\ UNCHANGED <<clients, log, msgs>>

-----------------------------------------------------------------------------

Next ==
  \/ \E c \in Session :
       \/ \E s \in Server : Connect(c, s)
       \/ \E o \in Op : Ask(c, o)
       \/ \E w \in Target, watch \in BOOLEAN : Read(c, w, watch)
       \/ \E m \in msgs : Receive(c, m)
       \/ Leave(c)
  \/ \E s \in Server :
       \/ \E m \in msgs : Accept(s, m)
       \/ \E m \in msgs : Serve(s, m)
       \/ \E x \in msgs : Execute(s, x)
       \/ \E c \in Session : Expire(s, c)
       \/ \E n \in 1 .. Last : Load(s, n)
       \/ Crash(s)

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------

Letters == {m \in msgs : m.type \in {"News", "Data"}}

\* Without it servers would hold different nodes after the same changes.
SameEverywhere == \A s \in Server : tree[s] = Replay[applied[s]]

\* Without it a change would be carried out twice, or a client be told two
\* things of one.
DoneOnce ==
  \A m, n \in {k \in Letters : k.type = "News"} :
    /\ m.to = n.to /\ m.session.number = n.session.number
    /\ m.session.status = n.session.status
    => m.session = n.session

\* Without it a conditional change could overwrite one that it does not know.
VersionsByOne ==
  [][\A s \in Server : applied'[s] = applied[s] + 1 =>
       \A m \in tree[s].nodes, n \in tree'[s].nodes :
         m.name = n.name /\ m.made = n.made
         => m = n \/ n.version = m.version + 1]_vars

\* Without it two of those who stand in line in a directory would believe that
\* they have the same place, or a later one that it is before an earlier.
InSequence ==
  /\ \A m, n \in {k \in Letters : k.type = "News"} :
       /\ m.session.name # None /\ m.session.name = n.session.name
       /\ m.session.name[2] > 0
       => m.to = n.to /\ m.session = n.session
  /\ \A s \in Server : \A m, n \in tree[s].nodes :
       /\ m.name[1] = n.name[1] /\ m.name[2] > 0
       /\ m.made < n.made /\ n.name[2] > 0
       => m.name[2] < n.name[2]

\* Without it who waits for a node to go would wait for ever.
NoOrphans ==
  \A s \in Server : \A n \in tree[s].nodes :
    n.owner # None => Alive(tree[s], n.owner)

\* What a read gives was so, at the position that it says.
ReadsTrue ==
  \A m \in Letters :
    m.type = "Data" => m.view = View(Replay[m.index], m.target)

\* The positions at which what c has asked for as its k-th was done.
DoneAt(c, k) ==
  LET states == Replay
  IN {e.index : e \in {x \in log : /\ x.change.session = c
                                   /\ x.change.number = k
                                   /\ Due(states[x.index - 1], x.change)}}

\* Without it a client would not see its own changes; and a sync, which is put
\* in the log after all that was done before, would be of no use.
ReadsOwn ==
  \A m \in Letters :
    m.type = "Data" => \E n \in DoneAt(m.to, m.after) : n =< m.index

\* Without it a client that has found another server would see the past.
NeverBack ==
  [][\A c \in Session : seen[c] =< seen'[c] \/ status'[c] = "closed"]_vars

\* Without it a client that waits for a change would act on what came of it
\* without knowing that it has come.
WatchesKept ==
  \A c \in Session : \A h \in hopes[c] :
    \A k \in h[2] + 1 .. seen[c] :
      View(Replay[k - 1], h[1]) = View(Replay[k], h[1])

\* Whether c watches directory d, which has changed since.
Untold(c, d) ==
  \E h \in hopes[c] :
    /\ h[1] = <<d, None>>
    /\ \E k \in h[2] + 1 .. Last :
         View(Replay[k - 1], h[1]) # View(Replay[k], h[1])

\* Who watches what has changed, is told (needs fairness, and that the client
\* finds a server).
EachIsTold == \A c \in Session, d \in Base : Untold(c, d) ~> ~ Untold(c, d)

\* Who asks, is answered (the same).
EachIsAnswered ==
  \A c \in Session : asked[c] > answered[c] ~>
                       asked[c] = answered[c] \/ status[c] = "closed"

THEOREM Spec => [](TypeOK /\ SameEverywhere /\ DoneOnce /\ VersionsByOne
                          /\ InSequence /\ NoOrphans /\ ReadsTrue /\ ReadsOwn
                          /\ WatchesKept)
THEOREM Spec => NeverBack

(***************************************************************************)
(* Checked: MCZooKeeper.  The figures are in README.md.                    *)
(***************************************************************************)
=============================================================================
