------------------------------- MODULE Graphs -------------------------------
(***************************************************************************)
(* Directed graphs.  A graph is a record of its set of nodes, node, and    *)
(* its set of edges, edge; an edge is the pair of the node it leaves and   *)
(* the node it enters.                                                     *)
(***************************************************************************)
EXTENDS Naturals, Sequences, FiniteSets, SequencesExt, Relation

\* G is a graph, and its edges join its nodes.
\* Example: IsDirectedGraph([node |-> 1 .. 2, edge |-> {<<1, 2>>}])
IsDirectedGraph(G) ==
  /\ G = [node |-> G.node, edge |-> G.edge]
  /\ G.edge \subseteq G.node \X G.node

\* The graphs made of some of the nodes and edges of G.
\* Example: Cardinality(DirectedSubgraph([node |-> 1 .. 2, edge |-> {<<1, 2>>}])) = 5
DirectedSubgraph(G) ==
  {H \in [node : SUBSET G.node, edge : SUBSET G.edge] : IsDirectedGraph(H)}

\* G with all edges turned round.
\* Example: Transpose([node |-> 1 .. 2, edge |-> {<<1, 2>>}]).edge = {<<2, 1>>}
Transpose(G) ==
  [node |-> G.node, edge |-> {<<e[2], e[1]>> : e \in G.edge}]

\* Every edge has one that runs the other way.
\* Example: IsUndirectedGraph([node |-> 1 .. 2, edge |-> {<<1, 2>>, <<2, 1>>}])
IsUndirectedGraph(G) == IsDirectedGraph(G) /\ Transpose(G) = G

\* The subgraphs of that kind.
\* Example: Cardinality(UndirectedSubgraph([node |-> 1 .. 2, edge |-> {<<1, 2>>}])) = 4
UndirectedSubgraph(G) == {H \in DirectedSubgraph(G) : IsUndirectedGraph(H)}

\* The graph without nodes.
\* Example: IsDirectedGraph(EmptyGraph) /\ EmptyGraph.node = {}
EmptyGraph == [node |-> {}, edge |-> {}]

\* All graphs on the nodes S.
\* Example: Cardinality(Graphs(1 .. 2)) = 16
Graphs(S) == {[node |-> S, edge |-> E] : E \in SUBSET (S \X S)}

\* The graph of what is in G or in H.
\* Example: GraphUnion([node |-> {1}, edge |-> {}], [node |-> {2}, edge |-> {}]).node = {1, 2}
GraphUnion(G, H) ==
  [node |-> G.node \cup H.node, edge |-> G.edge \cup H.edge]

-----------------------------------------------------------------------------
\* Paths.

\* Each element of p has an edge to the next.
LOCAL FollowsEdges(p, G) ==
  \A i \in 1 .. (Len(p) - 1) : <<p[i], p[i + 1]>> \in G.edge

\* The nonempty sequences of nodes that follow the edges; one node alone is
\* a path.  There are infinitely many if G has a cycle.
\* Example: <<1, 2>> \in Path([node |-> 1 .. 2, edge |-> {<<1, 2>>}])
Path(G) == {p \in Seq(G.node) : p # <<>> /\ FollowsEdges(p, G)}

\* The paths that meet no node twice.
\* Example: SimplePath([node |-> 1 .. 2, edge |-> {<<1, 2>>}]) = {<<1>>, <<2>>, <<1, 2>>}
SimplePath(G) ==
  {p \in SetToAllKPermutations(G.node) : p # <<>> /\ FollowsEdges(p, G)}

\* The nodes in T, and those to which a path leads from there, if there are
\* finitely many of them.
LOCAL Reachable(T, G) ==
  LET RECURSIVE grow(_)
      grow(U) ==
        LET V == U \cup {n \in G.node : \E m \in U : <<m, n>> \in G.edge}
        IN  IF V = U THEN U ELSE grow(V)
  IN  grow(T)

\* A path leads from node m to node n.
\* Example: AreConnectedIn(1, 3, [node |-> 1 .. 3, edge |-> {<<1, 2>>, <<2, 3>>}])
AreConnectedIn(m, n, G) == m \in G.node /\ n \in Reachable({m}, G)

\* Paths lead from every node to every node.
\* Example: ~IsStronglyConnected([node |-> 1 .. 2, edge |-> {<<1, 2>>}])
IsStronglyConnected(G) == \A m \in G.node : Reachable({m}, G) = G.node

\* The edges as a relation on the nodes.
LOCAL EdgeRelation(G) == [m, n \in G.node |-> <<m, n>> \in G.edge]

\* For all pairs of nodes at once: whether a path leads from m to n.
\* Example: ConnectionsIn([node |-> 1 .. 2, edge |-> {<<1, 2>>}]) = [m, n \in 1 .. 2 |-> m <= n]
ConnectionsIn(G) == ReflexiveTransitiveClosure(EdgeRelation(G), G.node)

\* Some path of more than one node ends where it begins.
\* Example: HasCycle([node |-> {1}, edge |-> {<<1, 1>>}])
HasCycle(G) ==
  LET C == TransitiveClosure(EdgeRelation(G), G.node)
  IN  \E n \in G.node : C[n, n]

\* G is a directed graph without cycles.
\* Example: IsDag([node |-> 1 .. 2, edge |-> {<<1, 2>>}])
IsDag(G) == IsDirectedGraph(G) /\ ~HasCycle(G)

\* G is a tree whose edges point to the root r: one edge leaves each other
\* node, none leaves r, and from everywhere a path leads to r.
\* Example: IsTreeWithRoot([node |-> 1 .. 3, edge |-> {<<2, 1>>, <<3, 1>>}], 1)
IsTreeWithRoot(G, r) ==
  /\ IsDirectedGraph(G)
  /\ r \in G.node
  /\ \A d, e \in G.edge : d[1] # r /\ (d[1] = e[1] => d = e)
  /\ \A n \in G.node : AreConnectedIn(n, r, G)

\* Each edge joins a node in U and a node in V, and these make up G.
\* Example: IsBipartiteWithPartitions([node |-> 1 .. 3, edge |-> {<<1, 2>>, <<2, 3>>}], {1, 3}, {2})
IsBipartiteWithPartitions(G, U, V) ==
  /\ U \cap V = {} /\ G.node \subseteq U \cup V
  /\ G.edge \subseteq (U \X V) \cup (V \X U)

-----------------------------------------------------------------------------
\* Neighbours.

\* The nodes that an edge from n enters.
\* Example: Successors([node |-> 1 .. 3, edge |-> {<<1, 2>>, <<1, 3>>}], 1) = {2, 3}
Successors(G, n) == {m \in G.node : <<n, m>> \in G.edge}

\* The nodes that an edge from a node in S enters.
\* Example: AllSuccessors([node |-> 1 .. 3, edge |-> {<<1, 2>>, <<2, 3>>}], {1, 2}) = {2, 3}
AllSuccessors(G, S) == {m \in G.node : \E n \in S : <<n, m>> \in G.edge}

\* The nodes from which an edge enters n.
\* Example: Predecessors([node |-> 1 .. 3, edge |-> {<<2, 1>>, <<3, 1>>}], 1) = {2, 3}
Predecessors(G, n) == {m \in G.node : <<m, n>> \in G.edge}

\* The nodes from which an edge enters a node in S.
\* Example: AllPredecessors([node |-> 1 .. 3, edge |-> {<<2, 1>>, <<3, 2>>}], {1, 2}) = {2, 3}
AllPredecessors(G, S) == {m \in G.node : \E n \in S : <<m, n>> \in G.edge}

\* The nodes from which a path of at least one edge leads to n.
\* Example: Ancestors([node |-> 1 .. 4, edge |-> {<<4, 2>>, <<2, 1>>}], 1) = {2, 4}
Ancestors(G, n) ==
  LET C == TransitiveClosure(EdgeRelation(G), G.node)
  IN  {m \in G.node : C[m, n]}

\* The nodes to which a path of at least one edge leads from n.
\* Example: Descendants([node |-> 1 .. 4, edge |-> {<<4, 2>>, <<2, 1>>}], 4) = {1, 2}
Descendants(G, n) ==
  LET C == TransitiveClosure(EdgeRelation(G), G.node)
  IN  {m \in G.node : C[n, m]}

\* How many nodes have an edge to n.
\* Example: InDegree([node |-> 1 .. 3, edge |-> {<<2, 1>>, <<3, 1>>}], 1) = 2
InDegree(G, n) == Cardinality(Predecessors(G, n))

\* To how many nodes n has an edge.
\* Example: OutDegree([node |-> 1 .. 3, edge |-> {<<2, 1>>, <<3, 1>>}], 2) = 1
OutDegree(G, n) == Cardinality(Successors(G, n))

\* The nodes that no edge enters.
\* Example: Roots([node |-> 1 .. 3, edge |-> {<<2, 1>>, <<3, 1>>}]) = {2, 3}
Roots(G) == {n \in G.node : \A m \in G.node : <<m, n>> \notin G.edge}

\* The nodes that no edge leaves.
\* Example: Leaves([node |-> 1 .. 3, edge |-> {<<2, 1>>, <<3, 1>>}]) = {1}
Leaves(G) == {n \in G.node : \A m \in G.node : <<n, m>> \notin G.edge}
=============================================================================
