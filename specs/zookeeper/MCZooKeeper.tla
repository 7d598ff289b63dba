---------------------------- MODULE MCZooKeeper -----------------------------
(***************************************************************************)
(* ZooKeeper for exploration.  Models are made small by saying what each   *)
(* client asks for, what it reads, and where it may be linked.             *)
(***************************************************************************)
EXTENDS ZooKeeper, Sequences, TLC

CONSTANTS
  c1, c2,     \* names for clients
  s1, s2,     \* and for servers
  b,          \* a directory
  Script,     \* the changes that each client asks for, in order
  Reads,      \* what each client reads and watches
  Places,     \* the servers to which each client may be linked, in order
  LogMax,     \* how many changes there may be
  Repeated,   \* whether a change may be broadcast twice
  MayExpire,  \* the sessions that may expire
  MayLeave,   \* the clients that may stop
  MayCrash,   \* the servers that may crash
  MayLoad     \* the servers that may take over a state

Open  == [type |-> "open"]
Sync  == [type |-> "sync"]
Close == [type |-> "close"]
Create(base)      == [type |-> "create", base |-> base, ephemeral |-> FALSE]
Ephemeral(base)   == [type |-> "create", base |-> base, ephemeral |-> TRUE]
Stand(base)       == [type |-> "sequence", base |-> base, ephemeral |-> TRUE]
Set(name, v)      == [type |-> "set", name |-> name, version |-> v]
Delete(name)      == [type |-> "delete", name |-> name, version |-> None]

\* One makes a node, and the other deletes it.
MakeAndDelete ==
  (c1 :> <<Open>>) @@ (c2 :> <<Open, Create(b), Delete(<<b, 0>>)>>)
MakeOne == (c1 :> <<Open>>) @@ (c2 :> <<Open, Create(b)>>)
\* Both stand in the directory, one after the other has gone.
StandInLine == (c1 :> <<Open, Stand(b)>>) @@ (c2 :> <<Open, Stand(b)>>)
StandTwice == c1 :> <<Open, Stand(b), Delete(<<b, 1>>), Stand(b)>>
\* Both change the node on condition that it is as it was.
SetBoth ==
  (c1 :> <<Open, Create(b), Set(<<b, 0>>, 0)>>)
    @@ (c2 :> <<Open, Set(<<b, 0>>, 0)>>)
\* One makes a node, and the other reads after a sync.
SyncAndRead == (c1 :> <<Open, Create(b)>>) @@ (c2 :> <<Open, Sync>>)

ReadNode  == [c \in Session |-> IF c = c1 THEN {<<b, 0>>} ELSE {}]
ReadDir   == [c \in Session |-> IF c = c1 THEN {<<b, None>>} ELSE {}]
ReadNone  == [c \in Session |-> {}]
ReadLast  == [c \in Session |-> IF c = c2 THEN {<<b, 0>>} ELSE {}]

OneThenTwo == (c1 :> <<s1, s2>>) @@ (c2 :> <<s1>>)
OneEach    == (c1 :> <<s2>>) @@ (c2 :> <<s1>>)
AllOne     == [c \in Session |-> <<s1>>]

AskNext(c) ==
  asked[c] < Len(Script[c]) /\ Ask(c, Script[c][asked[c] + 1])

ReadOnce(c, w) ==
  /\ ~ \E m \in msgs : m.type = "Read" /\ m.session = c /\ m.target = w
                         /\ m.link = link[c].number /\ m.after = asked[c]
  /\ Read(c, w, TRUE)

ServeOnce(s, m) ==
  /\ m.type = "Read"
  /\ ~ \E d \in msgs : d.type = "Data" /\ d.to = m.session /\ d.link = m.link
                         /\ d.target = m.target /\ d.after = m.after
                         /\ d.life = life[s]
  /\ Serve(s, m)

ExecuteNext(s, x) ==
  /\ applied[s] < LogMax
  /\ Repeated \/ \A e \in log : e.change = x => e.index > applied[s]
  /\ Execute(s, x)

ConnectNext(c) ==
  link[c].number < Len(Places[c]) /\ Connect(c, Places[c][link[c].number + 1])

Small ==
  \/ \E c \in Session :
       \/ ConnectNext(c)
       \/ AskNext(c)
       \/ \E w \in Reads[c] : ReadOnce(c, w)
       \/ \E m \in msgs : Receive(c, m)
       \/ c \in MayLeave /\ status[c] # "closed" /\ Leave(c)
  \/ \E s \in Server :
       \/ \E m \in msgs : Accept(s, m)
       \/ \E m \in msgs : ServeOnce(s, m)
       \/ \E x \in msgs : ExecuteNext(s, x)
       \/ \E c \in MayExpire : Expire(s, c)
       \/ s \in MayLoad /\ \E n \in 1 .. LogMax : Load(s, n)
       \/ s \in MayCrash /\ life[s] < 2 /\ Crash(s)

\* To begin with, both sessions are open everywhere, and both are linked.
Opening(c) ==
  [type |-> "Request", session |-> c, number |-> 1, op |-> Open]
Opened(order) ==
  LET Begun[n \in 0 .. Len(order)] ==
        IF n = 0 THEN Empty ELSE After(Begun[n - 1], n, Opening(order[n]))
  IN /\ status   = [c \in Session |-> "open"]
     /\ link     = [c \in Session |-> [server |-> Places[c][1],
                      number |-> 1, life |-> 1, got |-> 1]]
     /\ seen     = [c \in Session |-> Len(order)]
     /\ hopes    = [c \in Session |-> {}]
     /\ asked    = [c \in Session |-> 1]
     /\ answered = [c \in Session |-> 1]
     /\ log      = {[index |-> n, change |-> Opening(order[n])] :
                      n \in 1 .. Len(order)}
     /\ applied  = [s \in Server |-> Len(order)]
     /\ tree     = [s \in Server |-> Begun[Len(order)]]
     /\ life     = [s \in Server |-> 1]
     /\ links    = [s \in Server |-> [c \in Session |->
                      IF s = Places[c][1] THEN [number |-> 1, sent |-> 1]
                                          ELSE [number |-> 0, sent |-> 0]]]
     /\ watches  = [s \in Server |-> {}]
     /\ msgs     = {Opening(c) : c \in Session}

Start == Opened(<<c1, c2>>)

SmallSpec == Start /\ [][Small]_vars

\* Everybody does what it can, and what is sent arrives.
FairSpec ==
  /\ SmallSpec
  /\ \A c \in Session :
       /\ WF_vars(ConnectNext(c))
       /\ WF_vars(\E m \in msgs : Receive(c, m))
  /\ \A s \in Server :
       /\ WF_vars(\E m \in msgs : Accept(s, m))
       /\ WF_vars(\E m \in msgs : ServeOnce(s, m))
       /\ WF_vars(\E x \in msgs : ExecuteNext(s, x))
=============================================================================
