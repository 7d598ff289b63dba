------------------------------ MODULE MarkerLate ------------------------------
(***************************************************************************)
(* Broken on purpose: Snapshot, but a process sends its markers when it    *)
(*   has time.                                                             *)
(*                                                                         *)
(* Changed: Record sends no markers; SendMarkers does it later.            *)
(* What happens: p1 records its state and sends its token; p2 receives it, *)
(*   then the marker, and records a state with the token that p1 recorded  *)
(*   too.                                                                  *)
(* Known from: the rule that nothing may come between the recording and    *)
(*   the marker, which Chandy and Lamport's proof rests on (1985, section  *)
(*   3.2, marker-sending rule).                                            *)
(* Violated: ConsistentCut.                                                *)
(***************************************************************************)
EXTENDS Naturals, Sequences, FiniteSets

CONSTANTS
  Proc,       \* the processes
  Start       \* how many tokens each has at first

ASSUME Start \in Nat

VARIABLES
  current,    \* of the keeper: the epoch
  begun,      \* of the keeper: the number of the last snapshot it asked for
  stable,     \* of the keeper: the last complete snapshot
  epoch,      \* durable: the epoch that a process is in
  alive,      \* volatile: whether it knows its state
  balance,    \* volatile: its tokens
  sent,       \* volatile: how many messages it has sent, to each other
  got,        \* volatile: how many it has received, from each other
  saved,      \* volatile: what it has recorded for a snapshot
  msgs        \* the messages ever sent

keeper == <<current, begun, stable>>
state  == <<balance, sent, got, saved>>
vars   == <<current, begun, stable, epoch, alive, balance, sent, got, saved, msgs>>

-----------------------------------------------------------------------------

Part  == [balance : Nat, chan : [Proc -> Seq(Nat)]]
Saved == [num : Nat \ {0}, balance : Nat, sent : [Proc -> Nat],
          got : [Proc -> Nat], chan : [Proc -> Seq(Nat)], open : SUBSET Proc]
Unsaved == [num |-> 0]

Message ==
       [type : {"begin"}, epoch : Nat, num : Nat]
  \cup [type : {"token"}, epoch : Nat, from : Proc, to : Proc, seq : Nat,
        amount : Nat]
  \cup [type : {"marker"}, epoch : Nat, from : Proc, to : Proc, seq : Nat,
        num : Nat]
  \cup [type : {"part"}, epoch : Nat, num : Nat, proc : Proc, part : Part]
  \cup [type : {"lost"}, epoch : Nat, proc : Proc]
  \cup [type : {"restore"}, epoch : Nat, parts : [Proc -> Part]]

TypeOK ==
  /\ current \in Nat
  /\ begun   \in Nat
  /\ stable  \in [num : Nat, parts : [Proc -> Part]]
  /\ epoch   \in [Proc -> Nat]
  /\ alive   \in [Proc -> BOOLEAN]
  /\ balance \in [Proc -> Nat]
  /\ sent    \in [Proc -> [Proc -> Nat]]
  /\ got     \in [Proc -> [Proc -> Nat]]
  /\ DOMAIN saved = Proc
  /\ \A p \in Proc : saved[p] = Unsaved \/ saved[p] \in Saved
  /\ msgs \subseteq Message

Send(m) == msgs' = msgs \cup {m}

Zero  == [p \in Proc |-> 0]
Empty == [p \in Proc |-> <<>>]

Init ==
  /\ current = 0
  /\ begun   = 0
  /\ stable  = [num   |-> 0,
                parts |-> [p \in Proc |-> [balance |-> Start, chan |-> Empty]]]
  /\ epoch   = Zero
  /\ alive   = [p \in Proc |-> TRUE]
  /\ balance = [p \in Proc |-> Start]
  /\ sent    = [p \in Proc |-> Zero]
  /\ got     = [p \in Proc |-> Zero]
  /\ saved   = [p \in Proc |-> Unsaved]
  /\ msgs    = {}

Others(p) == Proc \ {p}

\* The snapshots that were asked for, in any epoch.
Asked == {m.num : m \in {n \in msgs : n.type = "begin"}}

\* The message that p takes next from q, if it has come: m.
IsNext(m, p, q) ==
  /\ m.from = q /\ m.to = p
  /\ m.epoch = epoch[p]
  /\ m.seq = got[p][q] + 1

\* What p records for snapshot k; the channels in `closed` are empty.
Recorded(p, k, closed) ==
  [num |-> k, balance |-> balance[p], sent |-> sent[p], got |-> got[p],
   chan |-> Empty, open |-> Others(p) \ closed]

\* The markers that p sends with that.
Markers(p, k) ==
  {[type |-> "marker", epoch |-> epoch[p], from |-> p, to |-> q,
    seq |-> sent[p][q] + 1, num |-> k] : q \in Others(p)}

RECURSIVE SumSeq(_), Sum(_, _)
SumSeq(s) == IF s = <<>> THEN 0 ELSE Head(s) + SumSeq(Tail(s))
Sum(f, S) ==
  IF S = {} THEN 0
  ELSE LET x == CHOOSE x \in S : TRUE IN f[x] + Sum(f, S \ {x})

\* All tokens of a part.
Tokens(part) ==
  part.balance + Sum([q \in Proc |-> SumSeq(part.chan[q])], Proc)

-----------------------------------------------------------------------------
(***************************************************************************)
(*                               The keeper                                *)
(***************************************************************************)

(***************************************************************************)
(* The keeper asks for a snapshot.  Enabled:                               *)
(*   - none is under way.                                                  *)
(***************************************************************************)
Begin ==
  /\ stable.num = begun
  /\ begun' = begun + 1
  /\ Send([type |-> "begin", epoch |-> current, num |-> begun + 1])
  /\ UNCHANGED <<current, stable, epoch, alive, state>>

(***************************************************************************)
(* The keeper has the snapshot that it asked for.  Enabled:                *)
(*   - one is under way;                                                   *)
(*   - every process has sent its part.                                    *)
(***************************************************************************)
Complete ==
  /\ stable.num < begun
  /\ LET parts == {m \in msgs : /\ m.type = "part" /\ m.epoch = current
                                /\ m.num = begun} IN
       /\ {m.proc : m \in parts} = Proc
       /\ stable' = [num   |-> begun,
                     parts |-> [p \in Proc |->
                                  (CHOOSE m \in parts : m.proc = p).part]]
  /\ UNCHANGED <<current, begun, epoch, alive, state, msgs>>

(***************************************************************************)
(* The keeper begins a new epoch, in which all start from the last         *)
(* complete snapshot; one that is under way is given up.  Enabled:         *)
(*   - a process has lost its state in the present epoch.                  *)
(***************************************************************************)
Restore ==
  /\ \E m \in msgs : m.type = "lost" /\ m.epoch = current
  /\ current' = current + 1
  /\ begun' = stable.num
  /\ Send([type |-> "restore", epoch |-> current + 1, parts |-> stable.parts])
  /\ UNCHANGED <<stable, epoch, alive, state>>

-----------------------------------------------------------------------------
(***************************************************************************)
(*                              The processes                              *)
(***************************************************************************)

(***************************************************************************)
(* Process p sends n tokens to q.  Enabled:                                *)
(*   - it has them.                                                        *)
(***************************************************************************)
Transfer(p, q, n) ==
  /\ alive[p]
  /\ n =< balance[p]
  /\ balance' = [balance EXCEPT ![p] = balance[p] - n]
  /\ sent' = [sent EXCEPT ![p][q] = sent[p][q] + 1]
  /\ Send([type |-> "token", epoch |-> epoch[p], from |-> p, to |-> q,
           seq |-> sent[p][q] + 1, amount |-> n])
  /\ UNCHANGED <<keeper, epoch, alive, got, saved>>

(***************************************************************************)
(* Process p records its state, because the keeper asks, and sends its     *)
(* markers.  Enabled:                                                      *)
(*   - it has not done so for this snapshot.                               *)
(***************************************************************************)
Record(p, k) ==
  /\ alive[p]
  /\ saved[p].num < k
  /\ [type |-> "begin", epoch |-> epoch[p], num |-> k] \in msgs
  /\ saved' = [saved EXCEPT ![p] = Recorded(p, k, {})]
  /\ UNCHANGED <<keeper, epoch, alive, balance, sent, got, msgs>>

\* CHANGED: process p sends the markers that belong to what it has recorded.
SendMarkers(p) ==
  /\ alive[p] /\ saved[p].num # 0
  /\ ~ \E m \in msgs : /\ m.type = "marker" /\ m.from = p
                        /\ m.epoch = epoch[p] /\ m.num = saved[p].num
  /\ sent' = [sent EXCEPT ![p] = [q \in Proc |-> IF q = p THEN 0
                                                 ELSE sent[p][q] + 1]]
  /\ msgs' = msgs \cup Markers(p, saved[p].num)
  /\ UNCHANGED <<keeper, epoch, alive, balance, got, saved>>

(***************************************************************************)
(* Process p takes tokens from q, and notes them if it is recording that   *)
(* channel.  Enabled:                                                      *)
(*   - they come next on the channel from q.                               *)
(***************************************************************************)
TakeToken(p, q) ==
  /\ alive[p]
  /\ \E m \in msgs :
       /\ m.type = "token" /\ IsNext(m, p, q)
       /\ balance' = [balance EXCEPT ![p] = balance[p] + m.amount]
       /\ got' = [got EXCEPT ![p][q] = m.seq]
       /\ saved' = IF saved[p].num # 0 /\ q \in saved[p].open
                     THEN [saved EXCEPT ![p].chan[q] = Append(@, m.amount)]
                     ELSE saved
  /\ UNCHANGED <<keeper, epoch, alive, sent, msgs>>

(***************************************************************************)
(* Process p takes a marker from q: that channel is recorded; if p has not *)
(* recorded its state yet, it does, and sends its markers.  Enabled:       *)
(*   - it comes next on the channel from q.                                *)
(***************************************************************************)
TakeMarker(p, q) ==
  /\ alive[p]
  /\ \E m \in msgs :
       /\ m.type = "marker" /\ IsNext(m, p, q)
       /\ got' = [got EXCEPT ![p][q] = m.seq]
       /\ IF saved[p].num < m.num
            THEN /\ saved' = [saved EXCEPT ![p] = Recorded(p, m.num, {q})]
                 /\ sent' = [sent EXCEPT ![p] = [r \in Proc |->
                               IF r = p THEN 0 ELSE sent[p][r] + 1]]
                 /\ msgs' = msgs \cup Markers(p, m.num)
            ELSE /\ saved' = [saved EXCEPT ![p].open = @ \ {q}]
                 /\ UNCHANGED <<sent, msgs>>
  /\ UNCHANGED <<keeper, epoch, alive, balance>>

(***************************************************************************)
(* Process p sends its part to the keeper.  Enabled:                       *)
(*   - it has recorded its state and every channel.                        *)
(***************************************************************************)
Report(p) ==
  /\ alive[p]
  /\ saved[p].num # 0
  /\ saved[p].open = {}
  /\ Send([type |-> "part", epoch |-> epoch[p], num |-> saved[p].num,
           proc |-> p, part |-> [balance |-> saved[p].balance,
                                 chan |-> saved[p].chan]])
  /\ UNCHANGED <<keeper, epoch, alive, state>>

(***************************************************************************)
(* Process p crashes, and forgets its state.  Enabled:                     *)
(*   - it knows it.                                                        *)
(***************************************************************************)
Crash(p) ==
  /\ alive[p]
  /\ alive'   = [alive EXCEPT ![p] = FALSE]
  /\ balance' = [balance EXCEPT ![p] = 0]
  /\ sent'    = [sent EXCEPT ![p] = Zero]
  /\ got'     = [got EXCEPT ![p] = Zero]
  /\ saved'   = [saved EXCEPT ![p] = Unsaved]
  /\ UNCHANGED <<keeper, epoch, msgs>>

(***************************************************************************)
(* Process p asks for help.  Enabled:                                      *)
(*   - it has lost its state.                                              *)
(***************************************************************************)
Ask(p) ==
  /\ ~ alive[p]
  /\ Send([type |-> "lost", epoch |-> epoch[p], proc |-> p])
  /\ UNCHANGED <<keeper, epoch, alive, state>>

(***************************************************************************)
(* Process p starts again in epoch e, with its part of the snapshot and    *)
(* what was on its way to it.  Enabled:                                    *)
(*   - e is later than its epoch;                                          *)
(*   - the keeper has begun e.                                             *)
(***************************************************************************)
Rejoin(p, e) ==
  /\ e > epoch[p]
  /\ \E m \in msgs :
       /\ m.type = "restore" /\ m.epoch = e
       /\ balance' = [balance EXCEPT ![p] = Tokens(m.parts[p])]
  /\ epoch' = [epoch EXCEPT ![p] = e]
  /\ alive' = [alive EXCEPT ![p] = TRUE]
  /\ sent'  = [sent EXCEPT ![p] = Zero]
  /\ got'   = [got EXCEPT ![p] = Zero]
  /\ saved' = [saved EXCEPT ![p] = Unsaved]
  /\ UNCHANGED <<keeper, msgs>>

-----------------------------------------------------------------------------

Next ==
  \/ Begin
  \/ Complete
  \/ Restore
  \/ \E p \in Proc :
       \/ \E q \in Others(p), n \in 1..balance[p] : Transfer(p, q, n)
       \/ \E k \in Asked : Record(p, k)
       \/ \E q \in Others(p) : TakeToken(p, q) \/ TakeMarker(p, q)
       \/ SendMarkers(p)
       \/ Report(p)
       \/ Crash(p)
       \/ Ask(p)
       \/ \E e \in 1..current : Rejoin(p, e)

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------

Total == Start * Cardinality(Proc)

\* What p has sent to q in epoch e and numbered from a to b, in order.
Amounts(p, q, e, a, b) ==
  LET at(n) == {m \in msgs : /\ m.type = "token" /\ m.epoch = e
                             /\ m.from = p /\ m.to = q /\ m.seq = n}
      all   == [i \in 1 .. (b + 1 - a) |-> at(a + i - 1)]
      some  == SelectSeq(all, LAMBDA s : s # {})
  IN [i \in 1..Len(some) |-> (CHOOSE m \in some[i] : TRUE).amount]

\* The cut is consistent: on the channel from p to q is recorded what p had
\* sent when it recorded its state and q had not received when it did.
\* Without it the snapshot would be of a state that cannot be.
ConsistentCut ==
  \A p \in Proc : \A q \in Others(p) :
    /\ saved[p].num # 0 /\ saved[p].num = saved[q].num
    /\ epoch[p] = epoch[q]
    => /\ saved[q].got[p] =< saved[p].sent[q]
       /\ p \notin saved[q].open =>
            saved[q].chan[p] = Amounts(p, q, epoch[p], saved[q].got[p] + 1,
                                       saved[p].sent[q])

\* Without it tokens would have appeared or disappeared in the snapshot.
Conserved ==
  Sum([p \in Proc |-> Tokens(stable.parts[p])], Proc) = Total

\* What was sent in the present epoch and not received.
OnTheWay ==
  {m \in msgs : m.type = "token" /\ m.epoch = current /\ m.seq > got[m.to][m.from]}

\* Without it tokens would appear or disappear when processes start again.
NothingGained ==
  (\A p \in Proc : alive[p] /\ epoch[p] = current) =>
    Total = Sum(balance, Proc) + Sum([m \in OnTheWay |-> m.amount], OnTheWay)

\* For the small model.
Few == /\ begun =< 1 /\ current =< 1
       /\ Cardinality({m \in msgs : m.type = "token"}) =< 1
=============================================================================
