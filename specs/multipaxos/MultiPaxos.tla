----------------------------- MODULE MultiPaxos ------------------------------
(***************************************************************************)
(* Multi-Paxos: servers keep copies of a machine, and decide by a Paxos    *)
(* instance for each slot of a log what it does next.                      *)
(*                                                                         *)
(* All instances share their ballots.  A server that wants to lead begins  *)
(* a ballot of its own and hears, once for all slots, what the others have *)
(* voted for (phase 1).  From then on it asks for votes in slot after slot *)
(* without waiting for the one before (phase 2): for what the promises     *)
(* leave it in the slots where somebody has voted, for nothing in the      *)
(* holes between them, and for its clients' commands after that.           *)
(*                                                                         *)
(* What is chosen is carried out in the order of the slots.  A client that *)
(* hears nothing asks again, perhaps another leader, so a command may be   *)
(* chosen twice.  The machine remembers whose commands it has carried out  *)
(* (sessions) and does each once; the sessions are part of its state, and  *)
(* of a snapshot.  Behind a snapshot a server forgets its votes.  A        *)
(* promise says how far that is: there nobody may take silence for         *)
(* freedom.                                                                *)
(*                                                                         *)
(* The network loses, repeats and reorders messages: msgs is the set of    *)
(* all messages ever sent, and a message in it may be received any number  *)
(* of times, late, or never.  Promises, votes and snapshots are durable,   *)
(* written before a message tells of them.  All else a crash wipes out.    *)
(*                                                                         *)
(* Source: L. Lamport, "The Part-Time Parliament", ACM TOCS 16(2), 1998,   *)
(*   section 3; "Paxos Made Simple", SIGACT News 32(4), 2001, section 3;   *)
(*   T. Chandra, R. Griesemer, J. Redstone, "Paxos made live", PODC 2007,  *)
(*   sections 3 to 5; R. van Renesse, D. Altinbuken, "Paxos made           *)
(*   moderately complex", ACM Computing Surveys 47(3), 2015.               *)
(* Left out: time (any server may begin a ballot at any time); refusals    *)
(*   and heartbeats; the change of the servers; how a leader limits the    *)
(*   slots it has under way; what commands do and what is answered.        *)
(* Refines: Slots, at the bottom of this module.                           *)
(***************************************************************************)
EXTENDS Quorums

CONSTANTS
  Server,     \* those who vote, lead and keep the machine
  Command,    \* what clients ask for: a client's name and a number
  Noop,       \* the value that asks for nothing
  Ballot,     \* the ballot numbers
  Owner,      \* whose ballot each of them is
  Slot        \* the positions in the log, from 1 on

ASSUME Noop \notin Command
ASSUME Ballot \subseteq Nat \ {0} /\ Slot \subseteq Nat \ {0}
ASSUME Owner \in [Ballot -> Server]

VARIABLES
  promised,   \* durable: the ballot below which a server votes no more, or 0
  accepted,   \* durable: its last vote in each slot behind the snapshot
  snapshot,   \* durable: the machine as it was at some time
  leading,    \* volatile: whether it leads, or tries to, in the last ballot
  learned,    \* volatile: what it knows to be chosen and cannot carry out yet
  machine,    \* volatile: how far it has carried out the log, and for whom
  executed,   \* the commands that anyone has carried out, with the slot
  msgs        \* the messages ever sent

vars == <<promised, accepted, snapshot, leading, learned, machine, executed,
          msgs>>

-----------------------------------------------------------------------------

Value    == Command \cup {Noop}
Vote     == [slot : Slot, bal : Ballot, val : Value]
Decision == [slot : Slot, val : Value]
Machine  == [last : Slot \cup {0}, sessions : SUBSET Command]

Message ==
       [type : {"1a"}, bal : Ballot]
  \cup [type : {"1b"}, bal : Ballot, from : Server, votes : SUBSET Vote,
        base : Slot \cup {0}]
  \cup [type : {"2a"}, bal : Ballot, slot : Slot, val : Value]
  \cup [type : {"2b"}, bal : Ballot, from : Server, slot : Slot, val : Value]
  \cup [type : {"Chosen"}, slot : Slot, val : Value]
  \cup [type : {"Snapshot"}, image : Machine]

TypeOK ==
  /\ promised \in [Server -> Ballot \cup {0}]
  /\ accepted \in [Server -> SUBSET Vote]
  /\ snapshot \in [Server -> Machine]
  /\ leading  \in [Server -> BOOLEAN]
  /\ learned  \in [Server -> SUBSET Decision]
  /\ machine  \in [Server -> Machine]
  /\ executed \subseteq Decision
  /\ msgs     \subseteq Message

Sent(m) == m \in msgs
Send(m) == msgs' = msgs \cup {m}

Init ==
  /\ promised = [s \in Server |-> 0]
  /\ accepted = [s \in Server |-> {}]
  /\ snapshot = [s \in Server |-> [last |-> 0, sessions |-> {}]]
  /\ leading  = [s \in Server |-> FALSE]
  /\ learned  = [s \in Server |-> {}]
  /\ machine  = [s \in Server |-> [last |-> 0, sessions |-> {}]]
  /\ executed = {}
  /\ msgs     = {}

-----------------------------------------------------------------------------
(***************************************************************************)
(*                        Phase 1: once for all slots                      *)
(***************************************************************************)

(***************************************************************************)
(* Server s begins ballot b, and promises it itself.  Enabled:             *)
(*   - b is one of its own;                                                *)
(*   - it has promised no ballot as high.                                  *)
(***************************************************************************)
Phase1a(s, b) ==
  /\ Owner[b] = s
  /\ b > promised[s]
  /\ promised' = [promised EXCEPT ![s] = b]
  /\ leading'  = [leading EXCEPT ![s] = TRUE]
  /\ Send([type |-> "1a", bal |-> b])
  /\ UNCHANGED <<accepted, snapshot, learned, machine, executed>>

(***************************************************************************)
(* Server s promises to ignore ballots below b; it tells its votes, and    *)
(* behind which slot it has kept them.  Enabled:                           *)
(*   - ballot b was begun;                                                 *)
(*   - s has promised no ballot as high.                                   *)
(***************************************************************************)
Phase1b(s, b) ==
  /\ Sent([type |-> "1a", bal |-> b])
  /\ b > promised[s]
  /\ promised' = [promised EXCEPT ![s] = b]
  /\ leading'  = [leading EXCEPT ![s] = FALSE]
  /\ Send([type |-> "1b", bal |-> b, from |-> s, votes |-> accepted[s],
           base |-> snapshot[s].last])
  /\ UNCHANGED <<accepted, snapshot, learned, machine, executed>>

-----------------------------------------------------------------------------
(***************************************************************************)
(*                         Phase 2: slot after slot                        *)
(***************************************************************************)

\* The promises made for ballot b by members of Q.
Promises(Q, b) == {m \in msgs : m.type = "1b" /\ m.bal = b /\ m.from \in Q}

\* Who made promise m has kept its vote in slot n, if it had one.
Kept(m, n) == m.base < n

\* The votes in slot n that leader s knows of, by itself and from Q.
Told(s, Q, n) ==
  {e \in accepted[s] \cup UNION {m.votes : m \in Promises(Q, promised[s])} :
     e.slot = n}

\* Of the votes in `told` the highest was for v; or there is none.
Best(told, v) ==
  told = {} \/ \E e \in told : e.val = v /\ \A d \in told : d.bal =< e.bal

\* Q, with s, has promised, and what its members told allows v in slot n.
Allows(s, Q, n, v) ==
  /\ s \in Q
  /\ \A a \in Q \ {s} :
       \E m \in Promises(Q, promised[s]) : m.from = a /\ Kept(m, n)
  /\ Best(Told(s, Q, n), v)

\* The votes of s, when it has voted for v in slot n and ballot b.
Casting(s, b, n, v) ==
  {e \in accepted[s] : e.slot # n} \cup {[slot |-> n, bal |-> b, val |-> v]}

(***************************************************************************)
(* Leader s votes for v in slot n, and asks for votes.  Enabled:           *)
(*   - it has begun the ballot;                                            *)
(*   - it has not carried out slot n, nor asked for votes in it;           *)
(*   - a quorum has promised, and what they told allows v.                 *)
(***************************************************************************)
Phase2a(s, n, v) ==
  /\ leading[s]
  /\ n > machine[s].last
  /\ \A e \in accepted[s] : e.slot = n => e.bal # promised[s]
  /\ \E Q \in Majorities(Server) : Allows(s, Q, n, v)
  /\ accepted' = [accepted EXCEPT ![s] = Casting(s, promised[s], n, v)]
  /\ Send([type |-> "2a", bal |-> promised[s], slot |-> n, val |-> v])
  /\ UNCHANGED <<promised, snapshot, leading, learned, machine, executed>>

(***************************************************************************)
(* Server s votes for v in slot n and ballot b.  Enabled:                  *)
(*   - the leader of b, another server, has asked for it;                  *)
(*   - s has promised no higher ballot;                                    *)
(*   - its snapshot does not cover slot n.                                 *)
(***************************************************************************)
Phase2b(s, b, n, v) ==
  /\ Sent([type |-> "2a", bal |-> b, slot |-> n, val |-> v])
  /\ Owner[b] # s
  /\ b >= promised[s]
  /\ n > snapshot[s].last
  /\ promised' = [promised EXCEPT ![s] = b]
  /\ accepted' = [accepted EXCEPT ![s] = Casting(s, b, n, v)]
  /\ leading'  = [leading EXCEPT ![s] = FALSE]
  /\ Send([type |-> "2b", bal |-> b, from |-> s, slot |-> n, val |-> v])
  /\ UNCHANGED <<snapshot, learned, machine, executed>>

-----------------------------------------------------------------------------
(***************************************************************************)
(*                            What was decided                             *)
(***************************************************************************)

\* Up to which slot a machine that is at n can go on with the decisions in
\* `known`: to the first hole.
Reach(n, known) ==
  CHOOSE k \in {n} \cup {d.slot : d \in known} :
    /\ k >= n
    /\ \A j \in n + 1 .. k : \E d \in known : d.slot = j
    /\ ~ \E d \in known : d.slot = k + 1

\* The decisions that machine m can now go through.
Ready(m, known) ==
  {d \in known : d.slot > m.last /\ d.slot =< Reach(m.last, known)}

\* Machine m after them.
Ran(m, known) ==
  [last     |-> Reach(m.last, known),
   sessions |-> m.sessions \cup ({d.val : d \in Ready(m, known)} \ {Noop})]

\* The commands among them that m has not carried out before.
Carried(m, known) ==
  {d \in Ready(m, known) :
     /\ d.val # Noop
     /\ d.val \notin m.sessions
     /\ ~ \E e \in Ready(m, known) : e.val = d.val /\ e.slot < d.slot}

\* What remains of them.
Waiting(m, known) == {d \in known : d.slot > Reach(m.last, known)}

\* What s knows when it has learnt that v is chosen in slot n.
With(s, n, v) == learned[s] \cup {[slot |-> n, val |-> v]}

(***************************************************************************)
(* Leader s finds that v is chosen in slot n, and tells it.  Enabled:      *)
(*   - it leads, and has voted for v in its ballot;                        *)
(*   - a majority has done so;                                             *)
(*   - it has not carried out slot n.                                      *)
(***************************************************************************)
Decide(s, n, v) ==
  /\ leading[s]
  /\ [slot |-> n, bal |-> promised[s], val |-> v] \in accepted[s]
  /\ IsMajority({s} \cup {a \in Server :
                  Sent([type |-> "2b", bal |-> promised[s], from |-> a,
                        slot |-> n, val |-> v])}, Server)
  /\ n > machine[s].last
  /\ learned'  = [learned EXCEPT ![s] = Waiting(machine[s], With(s, n, v))]
  /\ machine'  = [machine EXCEPT ![s] = Ran(@, With(s, n, v))]
  /\ executed' = executed \cup Carried(machine[s], With(s, n, v))
  /\ Send([type |-> "Chosen", slot |-> n, val |-> v])
  /\ UNCHANGED <<promised, accepted, snapshot, leading>>

(***************************************************************************)
(* Server s hears that v is chosen in slot n.  Enabled:                    *)
(*   - somebody has found it;                                              *)
(*   - s has not carried out slot n.                                       *)
(***************************************************************************)
Learn(s, n, v) ==
  /\ Sent([type |-> "Chosen", slot |-> n, val |-> v])
  /\ n > machine[s].last
  /\ learned'  = [learned EXCEPT ![s] = Waiting(machine[s], With(s, n, v))]
  /\ machine'  = [machine EXCEPT ![s] = Ran(@, With(s, n, v))]
  /\ executed' = executed \cup Carried(machine[s], With(s, n, v))
  /\ UNCHANGED <<promised, accepted, snapshot, leading, msgs>>

-----------------------------------------------------------------------------
(***************************************************************************)
(*                          Snapshots and crashes                          *)
(***************************************************************************)

\* What s keeps of its machine.
Image(s) == machine[s]

\* The votes of s behind slot n.
VotesBehind(s, n) == {e \in accepted[s] : e.slot > n}

(***************************************************************************)
(* Server s keeps a snapshot, and forgets its votes up to there.  Enabled: *)
(*   - it has carried out more than the last snapshot covers.              *)
(***************************************************************************)
Compact(s) ==
  /\ machine[s].last > snapshot[s].last
  /\ snapshot' = [snapshot EXCEPT ![s] = Image(s)]
  /\ accepted' = [accepted EXCEPT ![s] = VotesBehind(s, machine[s].last)]
  /\ UNCHANGED <<promised, leading, learned, machine, executed, msgs>>

(***************************************************************************)
(* Server s sends its snapshot to whoever can use it.  Enabled:            *)
(*   - it has one.                                                         *)
(***************************************************************************)
SendSnapshot(s) ==
  /\ snapshot[s].last > 0
  /\ Send([type |-> "Snapshot", image |-> snapshot[s]])
  /\ UNCHANGED <<promised, accepted, snapshot, leading, learned, machine,
                 executed>>

(***************************************************************************)
(* Server s takes over m, a snapshot of another.  Enabled:                 *)
(*   - it was sent;                                                        *)
(*   - s has not carried out as much.                                      *)
(***************************************************************************)
Install(s, m) ==
  /\ m.type = "Snapshot"
  /\ m.image.last > machine[s].last
  /\ snapshot' = [snapshot EXCEPT ![s] = m.image]
  /\ accepted' = [accepted EXCEPT ![s] = VotesBehind(s, m.image.last)]
  /\ learned'  = [learned EXCEPT ![s] = Waiting(m.image, @)]
  /\ machine'  = [machine EXCEPT ![s] = Ran(m.image, learned[s])]
  /\ executed' = executed \cup Carried(m.image, learned[s])
  /\ UNCHANGED <<promised, leading, msgs>>

\* What server s finds on its disk of the votes it has cast.
VotesOnDisk(s) == accepted[s]

(***************************************************************************)
(* Server s crashes; when it is back, it has what is durable.  Enabled:    *)
(*   - always.                                                             *)
(***************************************************************************)
Crash(s) ==
  /\ accepted' = [accepted EXCEPT ![s] = VotesOnDisk(s)]
  /\ leading'  = [leading EXCEPT ![s] = FALSE]
  /\ learned'  = [learned EXCEPT ![s] = {}]
  /\ machine'  = [machine EXCEPT ![s] = snapshot[s]]
  /\ UNCHANGED <<promised, snapshot, executed, msgs>>

-----------------------------------------------------------------------------

Next ==
  \E s \in Server :
    \/ \E b \in Ballot : Phase1a(s, b) \/ Phase1b(s, b)
    \/ \E n \in Slot, v \in Value :
         \/ Phase2a(s, n, v)
         \/ \E b \in Ballot : Phase2b(s, b, n, v)
         \/ Decide(s, n, v)
         \/ Learn(s, n, v)
    \/ Compact(s)
    \/ SendSnapshot(s)
    \/ \E m \in msgs : Install(s, m)
    \/ Crash(s)

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------

\* Who has voted for v in slot n and ballot b: its owner does in asking.
Voters(b, n, v) ==
  {Owner[b]} \cup {a \in Server :
    Sent([type |-> "2b", bal |-> b, from |-> a, slot |-> n, val |-> v])}

\* What is chosen in each slot.
chosen ==
  [n \in Slot |-> {v \in Value : \E b \in Ballot :
     /\ Sent([type |-> "2a", bal |-> b, slot |-> n, val |-> v])
     /\ IsMajority(Voters(b, n, v), Server)}]

\* Without it copies of the machine would go different ways.
Agreement == \A n \in Slot : \A v, w \in chosen[n] : v = w

\* Without it a leader, or two with one ballot, could win a slot twice.
OneProposal ==
  \A m, n \in {k \in msgs : k.type = "2a"} :
    m.bal = n.bal /\ m.slot = n.slot => m = n

\* Without it a server would tell a leader less than others know of it.
VotesKept ==
  \A m \in {k \in msgs : k.type = "2b"} :
    \/ m.slot =< snapshot[m.from].last
    \/ \E e \in accepted[m.from] : e.slot = m.slot /\ e.bal >= m.bal

\* Without it a server would act on what can still change.
LearnedIsChosen ==
  \A s \in Server : \A d \in learned[s] : d.val \in chosen[d.slot]

\* Without it there would be a hole in what a server has carried out, or it
\* would have forgotten for whom.
MachineIsLog ==
  \A s \in Server :
    /\ \A n \in 1 .. machine[s].last : chosen[n] # {}
    /\ machine[s].sessions \cup {Noop} =
         UNION {chosen[n] : n \in 1 .. machine[s].last} \cup {Noop}

\* Without it what a client asked for would be done twice.
ExactlyOnce == \A d, e \in executed : d.val = e.val => d = e

\* Without it what a leader learnt in phase 1 would no longer be true.
PromisesKept == [][\A s \in Server : promised[s] =< promised'[s]]_vars

-----------------------------------------------------------------------------

\* The refinement mapping: what is chosen follows from the messages.
S == INSTANCE Slots WITH chosen <- chosen

SSpec == S!Spec

THEOREM Spec => [](TypeOK /\ Agreement /\ OneProposal /\ VotesKept
                          /\ LearnedIsChosen /\ MachineIsLog /\ ExactlyOnce)
THEOREM Spec => PromisesKept
THEOREM Spec => SSpec

(***************************************************************************)
(* Checked: MCMultiPaxos, with three servers, one or two ballots and one   *)
(* or two slots.  The figures are in README.md.                            *)
(***************************************************************************)
=============================================================================
