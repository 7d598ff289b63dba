------------------------------ MODULE MCChubby -------------------------------
(***************************************************************************)
(* Chubby for exploration.  Models are made small by saying what clients   *)
(* ask for and how often, and by an order: masters in turn, sessions       *)
(* before locks, each session asks for the lock once and in turn, one      *)
(* command at a time, and no server follows a master that acts.            *)
(***************************************************************************)
EXTENDS Chubby

CONSTANTS
  s1, s2,     \* names for the servers
  c1, c2,     \* names for the clients
  Epochs,     \* how many masters there may be
  Sessions,   \* how many sessions
  Wanted,     \* the modes in which clients want the lock
  Writes,     \* how often the file may change
  Reads,      \* whether clients read the file
  MayFail     \* which clients may be in jeopardy

\* Who is to be the next master.
Turn == IF Newest.epoch = 0 THEN s1 ELSE s2

\* Whether session i has asked for the lock.
Asked(i) ==
  \E k \in Commands : k.op = "lock" /\ k.session = i

\* No command of the present epoch is under way.
Quiet ==
  \A k \in Commands : k.epoch = Newest.epoch => \E e \in log : e.cmd = k

ByMaster(s) ==
  \/ /\ Newest.opened < Sessions
     /\ \E c \in Client :
          /\ \A i \in Newest.sessions : i.client # c
          /\ Open(s, c, attempt[c])
  \/ /\ Newest.opened = Sessions
     /\ \E i \in Live(db[s]), mode \in Wanted :
          /\ ~ Asked(i)
          /\ \A j \in 1 .. i - 1 : Asked(j)
          /\ Lock(s, i, mode)
  \/ \E i \in Live(db[s]) : Grant(s, i)
  \/ \E g \in Grants : Unlock(s, g)
  \/ \E i \in Live(db[s]) : Expire(s, i)
  \/ EndDelay(s)
  \/ Newest.version =< Writes /\ Write(s)

ByClient(c) ==
  \/ \E i \in 1..Newest.opened : Begin(c, i)
  \/ c \in MayFail /\ Endanger(c)
  \/ Rescue(c)
  \/ Newest.opened < Sessions /\ GiveUp(c)
  \/ \E v \in Versions : Fill(c, v) \/ (v > floor[c] /\ Flush(c, v))
  \/ \E g \in Grants : Hold(c, g)
  \/ c \notin MayFail /\ Release(c)
  \/ Operate(c)

Small ==
  \/ /\ Newest.epoch < Epochs
     /\ \/ db[Turn] = Newest /\ Bid(Turn)
        \/ \E s \in Server : StepDown(s)
  \/ \E s \in Server, k \in Commands \ {Noop} :
       /\ db[s] = Newest \/ Alone(s)
       /\ Execute(s, k)
  \/ Quiet /\ \E s \in Server : acting[s] # 0 /\ ByMaster(s)
  \/ Reads /\ \E s \in Server, i \in Live(Newest) : Read(s, i)
  \/ Newest.version =< Writes /\ \E s \in Server : Invalidate(s)
  \/ \E c \in Client : ByClient(c)
  \/ \E q \in Sequencers : Store(q)

SmallSpec == Init /\ [][Small]_vars

\* What the lock is to the sessions that there are.
IsLockService == Service(1 .. Sessions)!Spec

\* The master works, and a client that is in jeopardy stays there.
FairSpec ==
  /\ SmallSpec
  /\ WF_vars(\E s \in Server : s = Turn /\ Newest.epoch < Epochs /\ Bid(s))
  /\ WF_vars(\E s \in Server, k \in Commands \ {Noop} : Execute(s, k))
  /\ WF_vars(Quiet /\ \E s \in Server, i \in Live(Newest) : Expire(s, i))
  /\ WF_vars(Quiet /\ \E s \in Server : EndDelay(s))

\* A client that is in jeopardy for good does not keep the lock (needs
\* FairSpec).
Freed ==
  \A c \in Client :
    <>[](status[c] = "jeopardy") => <>[](Newest.mode = "free" /\ ~ Newest.delayed)
=============================================================================
