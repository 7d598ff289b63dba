-------------------------- MODULE UndirectedGraphs --------------------------
(***************************************************************************)
(* Undirected graphs.  A graph is a record of its set of nodes, node, and  *)
(* its set of edges, edge; an edge is the set of the two nodes it joins,   *)
(* or of one node if it is a loop.                                         *)
(***************************************************************************)
LOCAL INSTANCE Naturals
LOCAL INSTANCE Sequences
LOCAL INSTANCE SequencesExt

\* All edges, loops included, that nodes in S can have.
LOCAL Joins(S) == {{m, n} : m, n \in S}

\* G is a graph, and its edges join its nodes.
\* Example: IsUndirectedGraph([node |-> 1 .. 2, edge |-> {{1, 2}, {1}}])
IsUndirectedGraph(G) ==
  /\ G = [node |-> G.node, edge |-> G.edge]
  /\ \A e \in G.edge : e \in Joins(G.node)

\* The same, and none of them is a loop.
\* Example: ~IsLoopFreeUndirectedGraph([node |-> 1 .. 2, edge |-> {{1, 2}, {1}}])
IsLoopFreeUndirectedGraph(G) ==
  IsUndirectedGraph(G) /\ \A n \in G.node : {n} \notin G.edge

\* The graphs made of some of the nodes and edges of G.
\* Example: [node |-> {1}, edge |-> {}] \in UndirectedSubgraph([node |-> 1 .. 2, edge |-> {{1, 2}}])
UndirectedSubgraph(G) ==
  {H \in [node : SUBSET G.node, edge : SUBSET G.edge] : IsUndirectedGraph(H)}

\* All graphs on the nodes S.
\* Example: UndirectedGraphs({1}) = {[node |-> {1}, edge |-> {}], [node |-> {1}, edge |-> {{1}}]}
UndirectedGraphs(S) == {[node |-> S, edge |-> E] : E \in SUBSET Joins(S)}

-----------------------------------------------------------------------------
\* Paths and components.

LOCAL FollowsEdges(p, G) ==
  \A i \in 1 .. (Len(p) - 1) : {p[i], p[i + 1]} \in G.edge

\* The nonempty sequences of nodes that follow the edges; infinitely many if
\* G has an edge.
\* Example: <<1, 2, 1>> \in Path([node |-> 1 .. 2, edge |-> {{1, 2}}])
Path(G) == {p \in Seq(G.node) : p # <<>> /\ FollowsEdges(p, G)}

\* The paths that meet no node twice.
\* Example: SimplePath([node |-> 1 .. 2, edge |-> {{1, 2}}]) = {<<1>>, <<2>>, <<1, 2>>, <<2, 1>>}
SimplePath(G) ==
  {p \in SetToAllKPermutations(G.node) : p # <<>> /\ FollowsEdges(p, G)}

\* The node n and all nodes to which paths lead from it.
LOCAL Component(n, G) ==
  LET RECURSIVE grow(_)
      grow(U) ==
        LET V == U \cup {k \in G.node : \E m \in U : {m, k} \in G.edge}
        IN  IF V = U THEN U ELSE grow(V)
  IN  grow({n})

\* A path joins the nodes m and n.
\* Example: AreConnectedIn(1, 3, [node |-> 1 .. 3, edge |-> {{1, 2}, {2, 3}}])
AreConnectedIn(m, n, G) == m \in G.node /\ n \in Component(m, G)

\* The largest sets of nodes that paths join to one another.
\* Example: ConnectedComponents([node |-> 1 .. 3, edge |-> {{1, 3}}]) = {{1, 3}, {2}}
ConnectedComponents(G) == {Component(n, G) : n \in G.node}

\* There is just one of them.
\* Example: IsStronglyConnected([node |-> 1 .. 3, edge |-> {{1, 2}, {2, 3}}])
IsStronglyConnected(G) == ConnectedComponents(G) = {G.node}
=============================================================================
