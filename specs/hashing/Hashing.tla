------------------------------ MODULE Hashing -------------------------------
(***************************************************************************)
(* A store on a ring of nodes: placement, rebalancing, hinted hand-off.    *)
(*                                                                         *)
(* Each key belongs to the first Copies distinct nodes that a walk around  *)
(* the ring meets (Ring.tla).  Nodes join, leave and die.  A registrar     *)
(* numbers the rings, 1, 2, ..., and its own crash is a pause; each node   *)
(* is in one ring at a time, not all in the same, and only goes forward.   *)
(*                                                                         *)
(* A node that has been sent an item keeps it and says so, to everybody,   *)
(* with the number of its ring.  A write is acknowledged when Copies nodes *)
(* of one ring have said so, whoever they are: nodes that cannot be        *)
(* reached are stood in for by others.  A node that has an item which is   *)
(* not its own by its ring, because it stood in or because the ring is     *)
(* another now, offers it to the owners, and drops it when all of them     *)
(* have said, in that ring, that they have it.  So hand-off and            *)
(* rebalancing are one thing.                                              *)
(*                                                                         *)
(* A node that has seen all its items at their owners reports that; when   *)
(* all nodes that are not gone have, the ring is settled, and the copies   *)
(* that died with nodes that were gone by then are made up for.  Up to     *)
(* Copies - 1 nodes may die in between: Fail says so.                      *)
(*                                                                         *)
(* Items do not change (they are blocks, named by what is in them).  The   *)
(* network loses, repeats and reorders messages: msgs is the set of all    *)
(* messages ever sent.  What a node remembers is durable, written before   *)
(* it is told, so that a crash is a pause; a node whose disk is lost is    *)
(* dead, and whoever replaces it is another node.  The rings are handed    *)
(* out in messages too, which are not in msgs: a message with ring e is    *)
(* there from the moment at which e is in rings.                           *)
(*                                                                         *)
(* Source: G. DeCandia et al., "Dynamo: Amazon's highly available          *)
(*   key-value store", SOSP 2007, pp. 205-220, sections 4.2 to 4.3, 4.6    *)
(*   (hand-off), 4.8, 4.9; F. Dabek et al., "Wide-area cooperative         *)
(*   storage with CFS", SOSP 2001, pp. 202-215 (blocks, virtual servers).  *)
(* Left out: versions of an item, reads, the choice of who stands in, the  *)
(*   loads of the nodes; a registrar made of several machines.             *)
(* Refines: Kept, at the bottom of this module.                            *)
(***************************************************************************)
EXTENDS Ring

CONSTANTS
  Node,       \* those who may take part
  Key,        \* the names of the items
  Number,     \* the numbers of the rings, from 1 on
  Places,     \* where on the ring the nodes stand: a sequence of nodes
  Home,       \* the place of each key
  Copies,     \* how many copies of an item there are to be
  Members     \* who takes part in ring 1

ASSUME Number \subseteq Nat \ {0}
ASSUME Places \in Seq(Node) /\ Home \in [Key -> 1..Len(Places)]
ASSUME \A n \in Node : \E i \in 1..Len(Places) : Places[i] = n
ASSUME Copies \in Nat \ {0} /\ Members \subseteq Node
ASSUME Cardinality(Members) >= Copies

VARIABLES
  rings,      \* durable, of the registrar: who takes part and who is gone
  settled,    \* durable, of the registrar: the last ring that was settled
  alive,      \* durable: whether each node still has its disk
  view,       \* durable: in which ring each node is
  data,       \* durable: the items that each node has
  acked,      \* the items whose writes were acknowledged
  msgs        \* the messages ever sent

registrar == <<rings, settled>>
nodes     == <<alive, view, data>>
vars      == <<rings, settled, alive, view, data, acked, msgs>>

-----------------------------------------------------------------------------

Message ==
       [type : {"Copy"}, key : Key, num : Number]
  \cup [type : {"Have"}, node : Node, key : Key, num : Number]
  \cup [type : {"Done"}, node : Node, num : Number]
  \cup [type : {"Dead"}, node : Node]

TypeOK ==
  /\ rings   \in Seq([members : SUBSET Node, gone : SUBSET Node])
  /\ settled \in 1..Len(rings)
  /\ alive   \in [Node -> BOOLEAN]
  /\ view    \in [Node -> 1..Len(rings)]
  /\ data    \in [Node -> SUBSET Key]
  /\ acked   \subseteq Key
  /\ msgs    \subseteq Message

Copy(k, e)    == [type |-> "Copy", key |-> k, num |-> e]
Have(n, k, e) == [type |-> "Have", node |-> n, key |-> k, num |-> e]
Done(n, e)    == [type |-> "Done", node |-> n, num |-> e]
Dead(n)       == [type |-> "Dead", node |-> n]

Sent(m) == m \in msgs
Send(m) == msgs' = msgs \cup {m}

Last    == Len(rings)
Present == rings[Last]

\* Those to whom key k belongs in ring e.
Belongs(k, e) == Owners(Places, Home[k], Copies, rings[e].members)

\* All owners of k in ring e have said in that ring that they have it.
AtHome(k, e) == \A n \in Belongs(k, e) : Sent(Have(n, k, e))

\* The rings, and as the next one that of ms, with gs gone.
Extended(ms, gs) == Append(rings, [members |-> ms, gone |-> gs])

Init ==
  /\ rings   = <<[members |-> Members, gone |-> {}]>>
  /\ settled = 1
  /\ alive   = [n \in Node |-> TRUE]
  /\ view    = [n \in Node |-> 1]
  /\ data    = [n \in Node |-> {}]
  /\ acked   = {}
  /\ msgs    = {}

-----------------------------------------------------------------------------
(***************************************************************************)
(*                              The registrar                              *)
(***************************************************************************)

(***************************************************************************)
(* Node n joins the ring.  Enabled:                                        *)
(*   - it is not in it;                                                    *)
(*   - it is not gone.                                                     *)
(***************************************************************************)
Join(n) ==
  /\ n \notin Present.members
  /\ n \notin Present.gone
  /\ Last + 1 \in Number
  /\ rings' = Extended(Present.members \cup {n}, Present.gone)
  /\ UNCHANGED <<settled, nodes, acked, msgs>>

(***************************************************************************)
(* Node n leaves the ring; it has its items until they are handed off.     *)
(* Enabled:                                                                *)
(*   - it is in the ring;                                                  *)
(*   - enough others are.                                                  *)
(***************************************************************************)
Leave(n) ==
  /\ n \in Present.members
  /\ Cardinality(Present.members) > Copies
  /\ Last + 1 \in Number
  /\ rings' = Extended(Present.members \ {n}, Present.gone)
  /\ UNCHANGED <<settled, nodes, acked, msgs>>

(***************************************************************************)
(* Node n is taken out of the ring because it is dead.  Enabled:           *)
(*   - the registrar was told that it is dead;                             *)
(*   - it has not been taken out;                                          *)
(*   - enough others are in the ring.                                      *)
(***************************************************************************)
Remove(n) ==
  /\ Sent(Dead(n))
  /\ n \notin Present.gone
  /\ Cardinality(Present.members \ {n}) >= Copies
  /\ Last + 1 \in Number
  /\ rings' = Extended(Present.members \ {n}, Present.gone \cup {n})
  /\ UNCHANGED <<settled, nodes, acked, msgs>>

(***************************************************************************)
(* The ring is settled: copies that died are made up for.  Enabled:        *)
(*   - it is not;                                                          *)
(*   - all nodes that are not gone have reported, those who have left too. *)
(***************************************************************************)
Settle ==
  /\ settled # Last
  /\ \A n \in Node \ Present.gone : Sent(Done(n, Last))
  /\ settled' = Last
  /\ UNCHANGED <<rings, nodes, acked, msgs>>

-----------------------------------------------------------------------------
(***************************************************************************)
(*                                The nodes                                *)
(***************************************************************************)

(***************************************************************************)
(* Node n goes on to ring e, and says what it has.  Enabled:               *)
(*   - it is alive;                                                        *)
(*   - the ring is later than its own.                                     *)
(***************************************************************************)
Enter(n, e) ==
  /\ alive[n]
  /\ e > view[n] /\ e =< Last
  /\ view' = [view EXCEPT ![n] = e]
  /\ msgs' = msgs \cup {Have(n, k, e) : k \in data[n]}
  /\ UNCHANGED <<registrar, alive, data, acked>>

(***************************************************************************)
(* Node n, asked by a client, sends a new item k out.  Enabled:            *)
(*   - it is alive.                                                        *)
(***************************************************************************)
Put(n, k) ==
  /\ alive[n]
  /\ Send(Copy(k, view[n]))
  /\ UNCHANGED <<registrar, nodes, acked>>

(***************************************************************************)
(* Node n offers an item that it has to the owners.  Enabled:              *)
(*   - it has it.                                                          *)
(***************************************************************************)
Offer(n, k) ==
  /\ k \in data[n]
  /\ Send(Copy(k, view[n]))
  /\ UNCHANGED <<registrar, nodes, acked>>

(***************************************************************************)
(* Node n keeps an item that was sent, its own or not.  Enabled:           *)
(*   - it is alive;                                                        *)
(*   - it has not kept it in this ring before;                             *)
(*   - it was sent in this ring.                                           *)
(***************************************************************************)
Keep(n, k) ==
  /\ alive[n]
  /\ ~Sent(Have(n, k, view[n]))
  /\ Sent(Copy(k, view[n]))
  /\ data' = [data EXCEPT ![n] = @ \cup {k}]
  /\ Send(Have(n, k, view[n]))
  /\ UNCHANGED <<registrar, alive, view, acked>>

(***************************************************************************)
(* Node n tells the client that item k is stored.  Enabled:                *)
(*   - it is alive;                                                        *)
(*   - enough nodes have it, and said so in the ring of n.                 *)
(***************************************************************************)
Ack(n, k) ==
  /\ alive[n]
  /\ Cardinality({m \in Node : Sent(Have(m, k, view[n]))}) >= Copies
  /\ acked' = acked \cup {k}
  /\ UNCHANGED <<registrar, nodes, msgs>>

(***************************************************************************)
(* Node n drops an item that is not its own.  Enabled:                     *)
(*   - it has it;                                                          *)
(*   - it is no owner;                                                     *)
(*   - all owners have said that they have it.                             *)
(***************************************************************************)
Drop(n, k) ==
  /\ k \in data[n]
  /\ n \notin Belongs(k, view[n])
  /\ AtHome(k, view[n])
  /\ data' = [data EXCEPT ![n] = @ \ {k}]
  /\ UNCHANGED <<registrar, alive, view, acked, msgs>>

(***************************************************************************)
(* Node n reports that all its items are at their owners.  Enabled:        *)
(*   - it is alive;                                                        *)
(*   - they are;                                                           *)
(*   - its ring is not the first, which was settled from the beginning.    *)
(***************************************************************************)
Report(n) ==
  /\ alive[n]
  /\ \A k \in data[n] : AtHome(k, view[n])
  /\ view[n] > 1
  /\ Send(Done(n, view[n]))
  /\ UNCHANGED <<registrar, nodes, acked>>

(***************************************************************************)
(* Node n loses its disk, and is dead; somebody sees it.  Enabled:         *)
(*   - it is alive;                                                        *)
(*   - fewer than Copies are dead and not made up for.                     *)
(***************************************************************************)
Fail(n) ==
  /\ alive[n]
  /\ Cardinality({m \in Node : ~alive[m]} \ rings[settled].gone) + 1 < Copies
  /\ alive' = [alive EXCEPT ![n] = FALSE]
  /\ data'  = [data EXCEPT ![n] = {}]
  /\ Send(Dead(n))
  /\ UNCHANGED <<registrar, view, acked>>

-----------------------------------------------------------------------------

Next ==
  \/ \E n \in Node :
       \/ Join(n)
       \/ Leave(n)
       \/ Remove(n)
       \/ \E e \in Number : Enter(n, e)
       \/ \E k \in Key :
            \/ Put(n, k)
            \/ Offer(n, k)
            \/ Keep(n, k)
            \/ Ack(n, k)
            \/ Drop(n, k)
       \/ Report(n)
       \/ Fail(n)
  \/ Settle

Spec == Init /\ [][Next]_vars

\* The registrar and the nodes work; nobody has to write, join or leave.
FairSpec ==
  /\ Spec
  /\ WF_vars(Settle)
  /\ \A n \in Node :
       /\ WF_vars(Remove(n))
       /\ WF_vars(Report(n))
       /\ \A e \in Number : WF_vars(Enter(n, e))
       /\ \A k \in Key :
            WF_vars(Offer(n, k)) /\ WF_vars(Keep(n, k)) /\ WF_vars(Drop(n, k))

-----------------------------------------------------------------------------

Holders(k) == {n \in Node : k \in data[n]}

\* Those who are dead and not made up for.
Missed == {n \in Node : ~alive[n]} \ rings[settled].gone

\* What it is all for.
NothingLost == \A k \in acked : Holders(k) # {}

\* Without it the next to die might take the last copy along.
Spread == \A k \in acked : Cardinality(Holders(k) \cup Missed) >= Copies

\* Without it others would drop a copy for the sake of one that is not there.
OwnersHave ==
  \A n \in Node, k \in Key :
    /\ alive[n]
    /\ n \in Belongs(k, view[n])
    /\ Sent(Have(n, k, view[n]))
    => k \in data[n]

\* Without it a settled ring would not be what it says.
NoneBehind ==
  \A n \in Node : alive[n] /\ view[n] < settled => n \in rings[settled].gone

\* Only the dead and those who are no owners lose items.
OnlyStrays ==
  [][\A n \in Node : \A k \in data[n] \ data'[n] :
        ~alive'[n] \/ n \notin Belongs(k, view[n])]_vars

\* When no ring follows any more and the dead are gone, every item is at all
\* its owners and nowhere else, but for the dead that nobody could replace
\* (needs FairSpec).
ComesHome ==
  (<>[](\A n \in Node : ~alive[n] => n \in Present.gone)) =>
    <>[](/\ settled = Last
         /\ \A k \in Key : Holders(k) \in {{}, Belongs(k, Last)})

-----------------------------------------------------------------------------

(***************************************************************************)
(* The refinement mapping: kept is what was acknowledged and is somewhere. *)
(***************************************************************************)
K == INSTANCE Kept WITH Item <- Key,
                        kept <- {k \in acked : Holders(k) # {}}

KSpec == K!Spec

THEOREM Spec => [](TypeOK /\ NothingLost /\ Spread /\ OwnersHave
                          /\ NoneBehind)
THEOREM Spec => OnlyStrays
THEOREM Spec => KSpec
THEOREM FairSpec => ComesHome

(***************************************************************************)
(* Checked: MCHashing, with three nodes, two copies and two rings, and     *)
(* with more of each in turn.  The figures are in README.md.               *)
(***************************************************************************)
=============================================================================
