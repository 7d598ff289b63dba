------------------------------- MODULE Chubby --------------------------------
(***************************************************************************)
(* Chubby: a cell of servers that lends a lock, and keeps a small file     *)
(* which clients may cache.                                                *)
(*                                                                         *)
(* The servers carry out one log of commands on copies of a database.  One *)
(* of them is master.  It alone talks to clients and proposes commands,    *)
(* and only while it has a lease from a majority.  A new master begins a   *)
(* new epoch, by a command, and what was proposed in an earlier one has no *)
(* effect any more.                                                        *)
(*                                                                         *)
(* A client has a session, which it must keep alive.  While its lease runs *)
(* it may trust its cache and its lock.  When the lease is out it is in    *)
(* jeopardy: it drops the cache and does nothing with the lock, until it   *)
(* hears from a master, the same or a new one, or gives the session up.    *)
(* Before the file is changed all who may cache it must have dropped it,   *)
(* or have lost their sessions.                                            *)
(*                                                                         *)
(* The lock is advisory, exclusive or shared; whoever has it works on a    *)
(* file server elsewhere.  His requests may be late, so they carry a       *)
(* sequencer, which the file server compares with the highest it has seen. *)
(* For one that does not check there is the lock-delay: the lock of a      *)
(* holder that failed is not lent again before his requests have died out. *)
(*                                                                         *)
(* Time is not here.  What clocks of bounded drift give is a guard, marked *)
(* (clock): a lease is over where it was taken before it is over where it  *)
(* was given.                                                              *)
(*                                                                         *)
(* The network loses, repeats and reorders messages: msgs is the set of    *)
(* all messages ever sent, and a message in it may be received any number  *)
(* of times, late, or never.  The log is safe; nothing else survives.      *)
(*                                                                         *)
(* Refines LockService, which says what a lock is for.                     *)
(*                                                                         *)
(* Source: M. Burrows, "The Chubby lock service for loosely-coupled        *)
(*   distributed systems", OSDI 2006, sections 2.4 (locks, sequencers,     *)
(*   lock-delay), 2.7 (caching), 2.8 (sessions), 2.9 (fail-over); for the  *)
(*   log, the master's lease and epochs: T. Chandra, R. Griesemer,         *)
(*   J. Redstone, "Paxos made live", PODC 2007, sections 5.2 and 5.3.      *)
(* Left out: how the log is agreed on (specs/multipaxos: one command for   *)
(*   each position, each once, in order; that is all that is used here),   *)
(*   the tree of files, handles, access control, events other than         *)
(*   invalidation, more than one lock.                                     *)
(***************************************************************************)
EXTENDS Naturals, Sequences, FiniteSets

CONSTANTS
  Server,     \* the servers of the cell
  Client,     \* those who have sessions
  None,       \* stands for no server
  Checks      \* whether the file server checks sequencers

ASSUME None \notin Server
ASSUME Checks \in BOOLEAN

VARIABLES
  log,        \* durable: the commands that were carried out, by position
  db,         \* volatile: each server's copy of the database
  acting,     \* volatile: the epoch in which a server acts as master, or 0
  cachers,    \* volatile: the sessions of which the master thinks they cache
  attempt,    \* durable: how often a client has tried to have a session
  status,     \* of a client: "none", "safe" or "jeopardy"
  session,    \* its session, or 0
  cache,      \* the version of the file that it has cached, or 0
  floor,      \* the lowest version that it may cache
  held,       \* the last grant of the lock that it has taken
  journal,    \* durable: the requests that the file server has carried out
  msgs        \* the messages ever sent

masters == <<acting, cachers>>
clients == <<attempt, status, session, cache, floor, held>>
vars    == <<log, db, masters, clients, journal, msgs>>

-----------------------------------------------------------------------------

Modes == {"exclusive", "shared"}

Empty == [pos |-> 0, epoch |-> 0, master |-> None, opened |-> 0,
          sessions |-> {}, version |-> 1, gen |-> 0, mode |-> "free",
          holders |-> {}, delayed |-> FALSE, passed |-> 0]

Nothing == [grant |-> 0, gen |-> 0, mode |-> "free"]

Noop == [epoch |-> 0, nr |-> 0, op |-> "noop"]

TypeOK ==
  /\ \A e \in log : e.pos \in Nat \ {0}
  /\ \A s \in Server :
       /\ db[s].pos \in Nat /\ db[s].epoch \in Nat /\ db[s].gen \in Nat
       /\ db[s].master \in Server \cup {None}
       /\ db[s].sessions \subseteq [id : 1..db[s].opened, client : Client]
       /\ db[s].mode \in Modes \cup {"free"}
       /\ db[s].delayed \in BOOLEAN
  /\ acting  \in [Server -> Nat]
  /\ cachers \in [Server -> SUBSET Nat]
  /\ attempt \in [Client -> Nat \ {0}]
  /\ status  \in [Client -> {"none", "safe", "jeopardy"}]
  /\ session \in [Client -> Nat]
  /\ cache   \in [Client -> Nat]
  /\ floor   \in [Client -> Nat]
  /\ \A c \in Client : held[c].mode \in Modes \cup {"free"}
  /\ journal \in Seq([grant : Nat, gen : Nat, mode : Modes])

Sent(m) == m \in msgs
Send(m) == msgs' = msgs \cup {m}

Init ==
  /\ log     = {}
  /\ db      = [s \in Server |-> Empty]
  /\ acting  = [s \in Server |-> 0]
  /\ cachers = [s \in Server |-> {}]
  /\ attempt = [c \in Client |-> 1]
  /\ status  = [c \in Client |-> "none"]
  /\ session = [c \in Client |-> 0]
  /\ cache   = [c \in Client |-> 0]
  /\ floor   = [c \in Client |-> 0]
  /\ held    = [c \in Client |-> Nothing]
  /\ journal = <<>>
  /\ msgs    = {}

-----------------------------------------------------------------------------
(***************************************************************************)
(*                     The database d, and a command k                     *)
(***************************************************************************)

Live(d)    == {i.id : i \in d.sessions}
Holding(d) == {h.session : h \in d.holders}

\* Only a master of the present epoch has a say.
Current(d, k) == k.epoch = d.epoch

\* Whether session i may have the lock.
CanLock(d, i, mode) ==
  /\ i \in Live(d) \ Holding(d)
  /\ ~ d.delayed
  /\ d.mode = "free" \/ (d.mode = "shared" /\ mode = "shared")

\* Whether a lock that has become free with session i, which failed, is held
\* back.
Delays(d, i) == Holding(d) = {i}

\* The database without the holders in H.
Without(d, H) ==
  [d EXCEPT !.holders = @ \ H,
            !.mode = IF d.holders \subseteq H THEN "free" ELSE @]

Changed(d, k) ==
  CASE k.op = "takeover" ->
         IF k.epoch = d.epoch + 1
           THEN [d EXCEPT !.epoch = k.epoch, !.master = k.server]
           ELSE d
    [] k.op = "noop" -> d
    [] k.op \notin {"takeover", "noop"} /\ ~ Current(d, k) -> d
    [] k.op = "open" /\ Current(d, k) ->
         [d EXCEPT !.opened = @ + 1,
            !.sessions = @ \cup {[id |-> d.opened + 1, client |-> k.client]}]
    [] k.op = "lock" /\ Current(d, k) ->
         IF CanLock(d, k.session, k.mode)
           THEN [d EXCEPT !.gen = IF d.mode = "free" THEN @ + 1 ELSE @,
                   !.mode = k.mode,
                   !.holders = @ \cup {[session |-> k.session,
                                        grant |-> d.pos + 1]}]
           ELSE d
    [] k.op = "unlock" /\ Current(d, k) ->
         Without(d, {h \in d.holders : h.grant = k.grant})
    [] k.op = "expire" /\ Current(d, k) ->
         [Without(d, {h \in d.holders : h.session = k.session}) EXCEPT
            !.sessions = {i \in @ : i.id # k.session},
            !.delayed = @ \/ Delays(d, k.session)]
    [] k.op = "undelay" /\ Current(d, k) ->
         [d EXCEPT !.delayed = FALSE, !.passed = d.gen]
    [] k.op = "write" /\ Current(d, k) ->
         [d EXCEPT !.version = k.version]

After(d, k) == [Changed(d, k) EXCEPT !.pos = d.pos + 1]

\* The database after the first n commands of the log.
RECURSIVE At(_)
At(n) ==
  IF n = 0 THEN Empty
           ELSE After(At(n - 1), (CHOOSE e \in log : e.pos = n).cmd)

\* The database after all of them.  If everybody who had carried out the last
\* has crashed, nobody has a copy of that.
Newest ==
  LET n    == Cardinality(log)
      here == {s \in Server : db[s].pos = n}
  IN IF here # {} THEN db[CHOOSE s \in here : TRUE] ELSE At(n)

-----------------------------------------------------------------------------
(***************************************************************************)
(*                         The log, and who is master                      *)
(***************************************************************************)

Command(k) == [type |-> "Command", cmd |-> k]

\* The number of the next command of master s.
NextNr(s) ==
  1 + Cardinality({m \in msgs : /\ m.type = "Command"
                                /\ m.cmd.epoch = acting[s]
                                /\ m.cmd.op # "takeover"})

\* (clock) No other server has a master's lease that is not over.
Alone(s) == \A t \in Server \ {s} : acting[t] = 0

\* Those of whom a new master must assume that they cache.
AtFirst(d) == Live(d)

(***************************************************************************)
(* Server s proposes to be the next master.  Enabled:                      *)
(*   - it is not master.                                                   *)
(***************************************************************************)
Bid(s) ==
  /\ acting[s] = 0
  /\ Send(Command([epoch |-> db[s].epoch + 1, nr |-> 0, op |-> "takeover",
                   server |-> s]))
  /\ UNCHANGED <<log, db, masters, clients, journal>>

\* What the master answers when it has carried out k on d.
Answers(d, k) ==
  CASE k.op = "open" ->
         {[type |-> "Opened", client |-> k.client, attempt |-> k.attempt,
           session |-> d.opened + 1]}
    [] OTHER -> {}

(***************************************************************************)
(* Server s carries out k, the next command of the log.  If that makes it  *)
(* master it may begin to act.  Enabled:                                   *)
(*   - either another has carried out k at this position,                  *)
(*   - or nobody has carried out as much, k is proposed and new, and       *)
(*     no other server acts (clock).                                       *)
(***************************************************************************)
Execute(s, k) ==
  /\ \/ [pos |-> db[s].pos + 1, cmd |-> k] \in log
     \/ /\ \A e \in log : e.pos # db[s].pos + 1
        /\ k = Noop \/ (Sent(Command(k)) /\ \A e \in log : e.cmd # k)
        /\ Alone(s)
  /\ log' = log \cup {[pos |-> db[s].pos + 1, cmd |-> k]}
  /\ db'  = [db EXCEPT ![s] = After(@, k)]
  /\ \/ UNCHANGED masters
     \/ /\ k.op = "takeover" /\ k.server = s
        /\ k.epoch = db[s].epoch + 1
        /\ \A e \in log : e.pos =< db[s].pos
        /\ acting'  = [acting EXCEPT ![s] = k.epoch]
        /\ cachers' = [cachers EXCEPT ![s] = AtFirst(db[s])]
  /\ msgs' = IF acting[s] # 0 /\ acting[s] = k.epoch
               THEN msgs \cup Answers(db[s], k)
               ELSE msgs
  /\ UNCHANGED <<clients, journal>>

(***************************************************************************)
(* Master s has lost its lease, or its place.  Enabled:                    *)
(*   - it acts as master.                                                  *)
(***************************************************************************)
StepDown(s) ==
  /\ acting[s] # 0
  /\ acting'  = [acting EXCEPT ![s] = 0]
  /\ cachers' = [cachers EXCEPT ![s] = {}]
  /\ UNCHANGED <<log, db, clients, journal, msgs>>

(***************************************************************************)
(* Server s crashes; its copy has to be made anew.  Enabled:               *)
(*   - always.                                                             *)
(***************************************************************************)
Crash(s) ==
  /\ db'      = [db EXCEPT ![s] = Empty]
  /\ acting'  = [acting EXCEPT ![s] = 0]
  /\ cachers' = [cachers EXCEPT ![s] = {}]
  /\ UNCHANGED <<log, clients, journal, msgs>>

-----------------------------------------------------------------------------
(***************************************************************************)
(*                    What the master does for its clients                 *)
(***************************************************************************)

(***************************************************************************)
(* Master s proposes a session for the nth attempt of client c.  Enabled:  *)
(*   - it acts as master;                                                  *)
(*   - c has come so far.                                                  *)
(***************************************************************************)
Open(s, c, n) ==
  /\ acting[s] # 0
  /\ n =< attempt[c]
  /\ Send(Command([epoch |-> acting[s], nr |-> NextNr(s), op |-> "open",
                   client |-> c, attempt |-> n]))
  /\ UNCHANGED <<log, db, masters, clients, journal>>

(***************************************************************************)
(* Master s proposes that session i gets the lock.  Enabled:               *)
(*   - it acts as master;                                                  *)
(*   - i could have the lock now.                                          *)
(***************************************************************************)
Lock(s, i, mode) ==
  /\ acting[s] # 0
  /\ CanLock(db[s], i, mode)
  /\ Send(Command([epoch |-> acting[s], nr |-> NextNr(s), op |-> "lock",
                   session |-> i, mode |-> mode]))
  /\ UNCHANGED <<log, db, masters, clients, journal>>

(***************************************************************************)
(* Master s tells session i that it has the lock.  Enabled:                *)
(*   - it acts as master;                                                  *)
(*   - i has the lock.                                                     *)
(***************************************************************************)
Grant(s, i) ==
  /\ acting[s] # 0
  /\ \E h \in db[s].holders :
       /\ h.session = i
       /\ Send([type |-> "Granted", session |-> i, grant |-> h.grant,
                gen |-> db[s].gen, mode |-> db[s].mode])
  /\ UNCHANGED <<log, db, masters, clients, journal>>

(***************************************************************************)
(* Master s proposes that grant g of the lock ends.  Enabled:              *)
(*   - it acts as master;                                                  *)
(*   - its holder has said so.                                             *)
(***************************************************************************)
Unlock(s, g) ==
  /\ acting[s] # 0
  /\ \E h \in db[s].holders : h.grant = g
  /\ Sent([type |-> "Release", grant |-> g])
  /\ Send(Command([epoch |-> acting[s], nr |-> NextNr(s), op |-> "unlock",
                   grant |-> g]))
  /\ UNCHANGED <<log, db, masters, clients, journal>>

(***************************************************************************)
(* Master s proposes that session i ends.  Enabled:                        *)
(*   - it acts as master, and the session has not ended;                   *)
(*   - the client's lease is over (clock).                                 *)
(***************************************************************************)
Expire(s, i) ==
  /\ acting[s] # 0
  /\ i \in Live(db[s])
  /\ \A c \in Client : session[c] = i => status[c] # "safe"
  /\ Send(Command([epoch |-> acting[s], nr |-> NextNr(s), op |-> "expire",
                   session |-> i]))
  /\ UNCHANGED <<log, db, masters, clients, journal>>

(***************************************************************************)
(* Master s proposes that the lock may be had again.  Enabled:             *)
(*   - it acts as master, and the lock is held back.                       *)
(***************************************************************************)
EndDelay(s) ==
  /\ acting[s] # 0
  /\ db[s].delayed
  /\ Send(Command([epoch |-> acting[s], nr |-> NextNr(s),
                   op |-> "undelay"]))
  /\ UNCHANGED <<log, db, masters, clients, journal>>

Invalidation(e, v) == [type |-> "Invalidate", epoch |-> e, version |-> v]

(***************************************************************************)
(* Master s lets session i have the file, which it may cache.  Enabled:    *)
(*   - it acts as master, and the session has not ended;                   *)
(*   - it has not begun to change the file.                                *)
(***************************************************************************)
Read(s, i) ==
  /\ acting[s] # 0
  /\ i \in Live(db[s])
  /\ ~ Sent(Invalidation(acting[s], db[s].version + 1))
  /\ cachers' = [cachers EXCEPT ![s] = @ \cup {i}]
  /\ Send([type |-> "Content", session |-> i, version |-> db[s].version])
  /\ UNCHANGED <<log, db, acting, clients, journal>>

(***************************************************************************)
(* Master s tells all clients to drop the file from their caches, since a  *)
(* change is to come.  Enabled:                                            *)
(*   - it acts as master.                                                  *)
(***************************************************************************)
Invalidate(s) ==
  /\ acting[s] # 0
  /\ Send(Invalidation(acting[s], db[s].version + 1))
  /\ UNCHANGED <<log, db, masters, clients, journal>>

\* Session i has dropped all versions below v, or has ended.
Dropped(s, i, v) ==
  Sent([type |-> "Flushed", session |-> i, version |-> v])
    \/ i \notin Live(db[s])

(***************************************************************************)
(* Master s proposes to change the file.  Enabled:                         *)
(*   - it acts as master, and has told all clients;                        *)
(*   - who may have the file cached has dropped it, or has no session.     *)
(***************************************************************************)
Write(s) ==
  /\ acting[s] # 0
  /\ Sent(Invalidation(acting[s], db[s].version + 1))
  /\ \A i \in cachers[s] : Dropped(s, i, db[s].version + 1)
  /\ Send(Command([epoch |-> acting[s], nr |-> NextNr(s), op |-> "write",
                   version |-> db[s].version + 1]))
  /\ UNCHANGED <<log, db, masters, clients, journal>>

-----------------------------------------------------------------------------
(***************************************************************************)
(*                               The clients                               *)
(***************************************************************************)

\* The sequencer q is not behind what the file server has seen.
Fresh(q) == \A n \in 1..Len(journal) : journal[n].gen =< q.gen

\* The file server has done what was asked for under q, or will not do it.
Answered(q) ==
  \/ \E n \in 1..Len(journal) : journal[n] = q
  \/ Checks /\ ~ Fresh(q)

\* (clock) What a master that has not given session i up says is in time.
InTime(i) ==
  /\ i \in Live(Newest)
  /\ ~ \E m \in msgs : /\ m.type = "Command"
                       /\ m.cmd.op = "expire" /\ m.cmd.session = i
                       /\ m.cmd.epoch = Newest.epoch

(***************************************************************************)
(* Client c begins session i.  Enabled:                                    *)
(*   - it has none;                                                        *)
(*   - the master has opened i for this attempt;                           *)
(*   - the lease that comes with it is not over (clock).                   *)
(***************************************************************************)
Begin(c, i) ==
  /\ session[c] = 0
  /\ Sent([type |-> "Opened", client |-> c, attempt |-> attempt[c],
           session |-> i])
  /\ InTime(i)
  /\ session' = [session EXCEPT ![c] = i]
  /\ status'  = [status EXCEPT ![c] = "safe"]
  /\ UNCHANGED <<log, db, masters, attempt, cache, floor, held, journal, msgs>>

(***************************************************************************)
(* The lease of client c is over.  Enabled:                                *)
(*   - it was not before.                                                  *)
(***************************************************************************)
Endanger(c) ==
  /\ status[c] = "safe"
  /\ status' = [status EXCEPT ![c] = "jeopardy"]
  /\ cache'  = [cache EXCEPT ![c] = 0]
  /\ UNCHANGED <<log, db, masters, attempt, session, floor, held, journal,
                 msgs>>

(***************************************************************************)
(* Client c has a lease again.  Enabled:                                   *)
(*   - its lease was over;                                                 *)
(*   - a master has answered its KeepAlive, and the lease that comes with  *)
(*     that is not over (clock).                                           *)
(***************************************************************************)
Rescue(c) ==
  /\ status[c] = "jeopardy"
  /\ InTime(session[c])
  /\ status' = [status EXCEPT ![c] = "safe"]
  /\ UNCHANGED <<log, db, masters, attempt, session, cache, floor, held,
                 journal, msgs>>

(***************************************************************************)
(* Client c gives its session up: the grace period is over, or a master    *)
(* has told it that there is no such session.  Enabled:                    *)
(*   - its lease is over.                                                  *)
(***************************************************************************)
GiveUp(c) ==
  /\ status[c] = "jeopardy"
  /\ attempt' = [attempt EXCEPT ![c] = @ + 1]
  /\ status'  = [status EXCEPT ![c] = "none"]
  /\ session' = [session EXCEPT ![c] = 0]
  /\ held'    = [held EXCEPT ![c] = Nothing]
  /\ floor'   = [floor EXCEPT ![c] = 0]
  /\ UNCHANGED <<log, db, masters, cache, journal, msgs>>

(***************************************************************************)
(* Client c puts version v of the file in its cache.  Enabled:             *)
(*   - its lease is not over;                                              *)
(*   - the master has sent v, in this session;                             *)
(*   - it has not been told to drop v.                                     *)
(***************************************************************************)
Fill(c, v) ==
  /\ status[c] = "safe"
  /\ Sent([type |-> "Content", session |-> session[c], version |-> v])
  /\ v >= floor[c]
  /\ cache' = [cache EXCEPT ![c] = v]
  /\ UNCHANGED <<log, db, masters, attempt, status, session, floor, held,
                 journal, msgs>>

(***************************************************************************)
(* Client c drops all versions below v, and says so.  Enabled:             *)
(*   - it has a session;                                                   *)
(*   - a master has told so.                                               *)
(***************************************************************************)
Flush(c, v) ==
  /\ session[c] # 0
  /\ \E m \in msgs : m.type = "Invalidate" /\ m.version = v
  /\ v >= floor[c]
  /\ cache' = [cache EXCEPT ![c] = IF @ < v THEN 0 ELSE @]
  /\ floor' = [floor EXCEPT ![c] = v]
  /\ Send([type |-> "Flushed", session |-> session[c], version |-> v])
  /\ UNCHANGED <<log, db, masters, attempt, status, session, held, journal>>

(***************************************************************************)
(* Client c takes the lock, by grant g.  Enabled:                          *)
(*   - its lease is not over;                                              *)
(*   - the grant was made to its session, and is later than the last one.  *)
(***************************************************************************)
Hold(c, g) ==
  /\ status[c] = "safe"
  /\ g > held[c].grant
  /\ \E m \in msgs :
       /\ m.type = "Granted" /\ m.session = session[c] /\ m.grant = g
       /\ held' = [held EXCEPT ![c] =
                     [grant |-> g, gen |-> m.gen, mode |-> m.mode]]
  /\ UNCHANGED <<log, db, masters, attempt, status, session, cache, floor,
                 journal, msgs>>

(***************************************************************************)
(* Client c gives the lock back.  Enabled:                                 *)
(*   - it has it;                                                          *)
(*   - no request of its is under way.                                     *)
(***************************************************************************)
Release(c) ==
  /\ held[c].mode # "free"
  /\ Sent([type |-> "Operation", sequencer |-> held[c]]) => Answered(held[c])
  /\ held' = [held EXCEPT ![c].mode = "free"]
  /\ Send([type |-> "Release", grant |-> held[c].grant])
  /\ UNCHANGED <<log, db, masters, attempt, status, session, cache, floor,
                 journal>>

(***************************************************************************)
(* Client c asks the file server for something.  Enabled:                  *)
(*   - its lease is not over, and it has the lock.                         *)
(***************************************************************************)
Operate(c) ==
  /\ status[c] = "safe"
  /\ held[c].mode # "free"
  /\ Send([type |-> "Operation", sequencer |-> held[c]])
  /\ UNCHANGED <<log, db, masters, clients, journal>>

(***************************************************************************)
(* Client c crashes, and comes back knowing how often it tried.  Enabled:  *)
(*   - always.                                                             *)
(***************************************************************************)
ClientCrash(c) ==
  /\ attempt' = [attempt EXCEPT ![c] = @ + 1]
  /\ status'  = [status EXCEPT ![c] = "none"]
  /\ session' = [session EXCEPT ![c] = 0]
  /\ cache'   = [cache EXCEPT ![c] = 0]
  /\ floor'   = [floor EXCEPT ![c] = 0]
  /\ held'    = [held EXCEPT ![c] = Nothing]
  /\ UNCHANGED <<log, db, masters, journal, msgs>>

-----------------------------------------------------------------------------
(***************************************************************************)
(*                             The file server                             *)
(***************************************************************************)

\* (clock) A request is not under way for longer than the lock-delay.
Arrives(q) == q.gen > Newest.passed

(***************************************************************************)
(* The file server carries out a request with sequencer q.  Enabled:       *)
(*   - the request was sent, and is not carried out yet;                   *)
(*   - if it checks: q is not behind;                                      *)
(*   - if it does not: the lock-delay has not killed the request.          *)
(***************************************************************************)
Store(q) ==
  /\ Sent([type |-> "Operation", sequencer |-> q])
  /\ \A n \in 1..Len(journal) : journal[n] # q
  /\ IF Checks THEN Fresh(q) ELSE Arrives(q)
  /\ journal' = Append(journal, q)
  /\ UNCHANGED <<log, db, masters, clients, msgs>>

-----------------------------------------------------------------------------

Commands   == {m.cmd : m \in {n \in msgs : n.type = "Command"}} \cup {Noop}
Grants     == {m.grant : m \in {n \in msgs : n.type = "Granted"}}
Sequencers == {m.sequencer : m \in {n \in msgs : n.type = "Operation"}}
Versions   == 1 .. Newest.version + 1

Next ==
  \/ \E s \in Server :
       \/ Bid(s)
       \/ \E k \in Commands : Execute(s, k)
       \/ StepDown(s)
       \/ Crash(s)
       \/ \E c \in Client : \E n \in 1..attempt[c] : Open(s, c, n)
       \/ \E i \in Live(db[s]) :
            \/ \E mode \in Modes : Lock(s, i, mode)
            \/ Grant(s, i)
            \/ Expire(s, i)
            \/ Read(s, i)
       \/ \E g \in Grants : Unlock(s, g)
       \/ EndDelay(s)
       \/ Invalidate(s)
       \/ Write(s)
  \/ \E c \in Client :
       \/ \E i \in 1..Newest.opened : Begin(c, i)
       \/ Endanger(c)
       \/ Rescue(c)
       \/ GiveUp(c)
       \/ \E v \in Versions : Fill(c, v) \/ Flush(c, v)
       \/ \E g \in Grants : Hold(c, g)
       \/ Release(c)
       \/ Operate(c)
       \/ ClientCrash(c)
  \/ \E q \in Sequencers : Store(q)

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------

\* Without it two masters would answer clients, one of them from the past.
OneMaster ==
  \A s, t \in Server : acting[s] # 0 /\ acting[t] # 0 => s = t

\* Without it a master would decide by an old copy.
MasterIsNewest ==
  \A s \in Server : acting[s] # 0 => db[s] = Newest /\ db[s].master = s

\* Without it copies of the database would go different ways.
SameCopies ==
  /\ \A d, e \in log : d.pos = e.pos => d = e
  /\ \A s, t \in Server : db[s].pos = db[t].pos => db[s] = db[t]

\* Without it a client would read what is no longer so.
NoStaleCache == \A c \in Client : cache[c] # 0 => cache[c] = Newest.version

\* Without it a client would lose its session and not know it.
SafeIsLive ==
  \A c \in Client :
    status[c] = "safe" =>
      \E i \in Newest.sessions : i.id = session[c] /\ i.client = c

\* Without it a client would believe in a lock that it does not have.
HeldIsHeld ==
  \A c \in Client :
    status[c] = "safe" /\ held[c].mode # "free" =>
      /\ [session |-> session[c], grant |-> held[c].grant] \in Newest.holders
      /\ held[c].gen = Newest.gen /\ held[c].mode = Newest.mode

\* Without it two would hold the lock of whom one wants to be alone.
Exclusion ==
  \A s \in Server :
    /\ db[s].mode = "exclusive" => Cardinality(db[s].holders) = 1
    /\ db[s].mode = "free" <=> db[s].holders = {}

\* What the file server sees: nobody comes back after a later holder, and
\* nobody comes between the requests of one that is alone.
InOrder ==
  \A m, n \in 1..Len(journal) : m < n =>
    /\ journal[m].gen =< journal[n].gen
    /\ journal[m].gen = journal[n].gen /\ journal[m].mode = "exclusive" =>
         journal[m].grant = journal[n].grant

-----------------------------------------------------------------------------
(***************************************************************************)
(* What all this is for: to the sessions in S, and to the file server, it  *)
(* is a lock service.                                                      *)
(***************************************************************************)
Service(S) == INSTANCE LockService WITH
  Session <- S,
  mode    <- Newest.mode,
  holders <- Holding(Newest),
  gen     <- Newest.gen,
  work    <- [n \in 1 .. Len(journal) |-> journal[n].gen]

THEOREM Spec => Service(Nat)!Spec

THEOREM Spec => [](TypeOK /\ OneMaster /\ MasterIsNewest /\ SameCopies
                          /\ NoStaleCache /\ SafeIsLive /\ HeldIsHeld
                          /\ Exclusion /\ InOrder)

(***************************************************************************)
(* Checked: MCChubby, with one or two servers and one or two clients.  The *)
(* figures are in README.md.                                               *)
(***************************************************************************)
=============================================================================
