---------------------------- MODULE VectorClocks ----------------------------
(***************************************************************************)
(* Putting a log in an order that agrees with its vector clocks.  A vector *)
(* clock is a function from nodes to numbers; a node that it leaves out    *)
(* counts as 0.                                                            *)
(***************************************************************************)
EXTENDS Naturals, Sequences, Functions

LOCAL Tick(c, node) == IF node \in DOMAIN c THEN c[node] ELSE 0

\* No node is further in c than in d.
LOCAL NotAhead(c, d) == \A node \in DOMAIN c : Tick(c, node) \leq Tick(d, node)

\* No entry of log stands behind one that it had to precede; clock(entry) is
\* an entry's vector clock.
\* Example: IsCausalOrder(<<<<1, 0>>, <<1, 1>>>>, LAMBDA e : e)
\* Example: ~IsCausalOrder(<<<<1, 1>>, <<1, 0>>>>, LAMBDA e : e)
IsCausalOrder(log, clock(_)) ==
  \A i \in 1 .. Len(log) : \A j \in 1 .. (i - 1) :
     ~NotAhead(clock(log[i]), clock(log[j]))

\* The entries of log in such an order.  node(entry) is the node that wrote
\* an entry, domain(c) the nodes of which a clock knows.  The log must be
\* complete: no tick is missing.
\* Example: CausalOrder(<<<<1, 1>>, <<1, 0>>>>, LAMBDA e : e, LAMBDA e : 1, LAMBDA c : DOMAIN c) = <<<<1, 0>>, <<1, 1>>>>
CausalOrder(log, clock(_), node(_), domain(_)) ==
  LET before(i, j) == /\ NotAhead(clock(log[i]), clock(log[j]))
                      /\ ~NotAhead(clock(log[j]), clock(log[i]))
      RECURSIVE order(_)
      order(I) ==
        IF I = {} THEN <<>>
        ELSE LET first == CHOOSE i \in I : \A j \in I : ~before(j, i)
             IN  <<log[first]>> \o order(I \ {first})
  IN  order(1 .. Len(log))
=============================================================================
