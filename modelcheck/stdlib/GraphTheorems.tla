---------------------------- MODULE GraphTheorems ---------------------------
(***************************************************************************)
(* Facts about directed graphs, paths and trees.  Statements only; they    *)
(* are for proofs to cite.                                                 *)
(***************************************************************************)
EXTENDS Graphs, Sequences

-----------------------------------------------------------------------------
\* Turning the edges round.

THEOREM TransposeIsDirectedGraph ==
  ASSUME NEW G, IsDirectedGraph(G)
  PROVE  IsDirectedGraph(Transpose(G))

THEOREM TransposeTranspose ==
  ASSUME NEW G, IsDirectedGraph(G)
  PROVE  G = Transpose(Transpose(G))

THEOREM PathTranspose ==
  ASSUME NEW G, NEW p \in Path(G)
  PROVE  Reverse(p) \in Path(Transpose(G))

THEOREM TransposePath ==
  ASSUME NEW G, IsDirectedGraph(G), NEW p \in Path(Transpose(G))
  PROVE  Reverse(p) \in Path(G)

THEOREM SimplePathTranspose ==
  ASSUME NEW G, NEW p \in SimplePath(G)
  PROVE  Reverse(p) \in SimplePath(Transpose(G))

THEOREM TransposeSimplePath ==
  ASSUME NEW G, IsDirectedGraph(G), NEW p \in SimplePath(Transpose(G))
  PROVE  Reverse(p) \in SimplePath(G)

THEOREM AreConnectedInTranspose ==
  ASSUME NEW G, NEW m, NEW n, AreConnectedIn(m, n, G)
  PROVE  AreConnectedIn(n, m, Transpose(G))

THEOREM TransposeAreConnectedIn ==
  ASSUME NEW G, IsDirectedGraph(G), NEW m, NEW n,
         AreConnectedIn(m, n, Transpose(G))
  PROVE  AreConnectedIn(n, m, G)

THEOREM IsStronglyConnectedTranspose ==
  ASSUME NEW G, IsStronglyConnected(G)
  PROVE  IsStronglyConnected(Transpose(G))

THEOREM TransposeIsStronglyConnected ==
  ASSUME NEW G, IsDirectedGraph(G), IsStronglyConnected(Transpose(G))
  PROVE  IsStronglyConnected(G)

-----------------------------------------------------------------------------
\* Paths.

THEOREM PathConcatenation ==
  ASSUME NEW G, NEW p \in Path(G), NEW q \in Path(G), Last(p) = Head(q)
  PROVE  p \o Tail(q) \in Path(G)

THEOREM SubPath ==
  ASSUME NEW G, NEW p \in Path(G), NEW i \in 1 .. Len(p), NEW j \in i .. Len(p)
  PROVE  SubSeq(p, i, j) \in Path(G)

THEOREM ExistsPathIffExistsSimplePath ==
  ASSUME NEW G, NEW m \in G.node, NEW n \in G.node
  PROVE  (\E p \in SimplePath(G) : Head(p) = m /\ Last(p) = n)
           <=> (\E p \in Path(G) : Head(p) = m /\ Last(p) = n)

THEOREM ConnectedReflexive ==
  ASSUME NEW G, NEW n \in G.node
  PROVE  AreConnectedIn(n, n, G)

THEOREM ConnectedTransitive ==
  ASSUME NEW G, NEW m \in G.node, NEW n \in G.node, NEW k \in G.node,
         AreConnectedIn(m, n, G), AreConnectedIn(n, k, G)
  PROVE  AreConnectedIn(m, k, G)

-----------------------------------------------------------------------------
\* Trees whose edges point to the root.

THEOREM TreeAcyclic ==
  ASSUME NEW G, NEW r, IsTreeWithRoot(G, r), NEW S \in (SUBSET G.node) \ {{}}
  PROVE  \E top \in S : \A e \in G.edge : ~(e[1] = top /\ e[2] \in S)

THEOREM TreeIrreflexive ==
  ASSUME NEW G, NEW r, IsTreeWithRoot(G, r), NEW n \in G.node
  PROVE  <<n, n>> \notin G.edge

THEOREM TreeSimplePath ==
  ASSUME NEW G, NEW r, IsTreeWithRoot(G, r), NEW p \in Path(G)
  PROVE  p \in SimplePath(G)

THEOREM TreeConnectedAntisymmetric ==
  ASSUME NEW G, NEW r, IsTreeWithRoot(G, r), NEW m \in G.node, NEW n \in G.node,
         AreConnectedIn(m, n, G), AreConnectedIn(n, m, G)
  PROVE  m = n

THEOREM SingletonIsTreeWithRoot ==
  \A r : IsTreeWithRoot([node |-> {r}, edge |-> {}], r)

\* The tree H with root s hung under the node n of G.
THEOREM AttachTree ==
  ASSUME NEW G, NEW r, IsTreeWithRoot(G, r), NEW n \in G.node,
         NEW H, NEW s, IsTreeWithRoot(H, s), G.node \cap H.node = {}
  PROVE  IsTreeWithRoot([node |-> G.node \cup H.node,
                         edge |-> {<<s, n>>} \cup G.edge \cup H.edge], r)

THEOREM AddLeafToTree ==
  ASSUME NEW G, NEW r, IsTreeWithRoot(G, r),
         NEW parent \in G.node, NEW leaf, leaf \notin G.node
  PROVE  IsTreeWithRoot([node |-> {leaf} \cup G.node,
                         edge |-> {<<leaf, parent>>} \cup G.edge], r)

THEOREM RemoveSubtree ==
  ASSUME NEW G, NEW r, IsTreeWithRoot(G, r), NEW n \in G.node, n # r
  PROVE  LET kept == {k \in G.node : ~AreConnectedIn(k, n, G)}
         IN  IsTreeWithRoot([node |-> kept, edge |-> G.edge \cap (kept \X kept)], r)

THEOREM RemoveLeafFromTree ==
  ASSUME NEW G, NEW r, IsTreeWithRoot(G, r),
         NEW leaf \in G.node, Predecessors(G, leaf) = {},
         NEW parent \in G.node, <<leaf, parent>> \in G.edge
  PROVE  IsTreeWithRoot([node |-> G.node \ {leaf},
                         edge |-> G.edge \ {<<leaf, parent>>}], r)

-----------------------------------------------------------------------------
\* Trees whose edges point away from the root.

THEOREM SingletonIsTransposedTreeWithRoot ==
  \A r : IsTreeWithRoot(Transpose([node |-> {r}, edge |-> {}]), r)

THEOREM AttachTransposedTree ==
  ASSUME NEW G, IsDirectedGraph(G), NEW r, IsTreeWithRoot(Transpose(G), r),
         NEW H, IsDirectedGraph(H), NEW s, IsTreeWithRoot(Transpose(H), s),
         G.node \cap H.node = {}, NEW n \in G.node
  PROVE  IsTreeWithRoot(Transpose([node |-> G.node \cup H.node,
                                   edge |-> {<<n, s>>} \cup G.edge \cup H.edge]), r)

THEOREM AddLeafToTransposedTree ==
  ASSUME NEW G, IsDirectedGraph(G), NEW r, IsTreeWithRoot(Transpose(G), r),
         NEW parent \in G.node, NEW leaf, leaf \notin G.node
  PROVE  IsTreeWithRoot(Transpose([node |-> {leaf} \cup G.node,
                                   edge |-> {<<parent, leaf>>} \cup G.edge]), r)

THEOREM RemoveTransposedSubtree ==
  ASSUME NEW G, IsDirectedGraph(G), NEW r, IsTreeWithRoot(Transpose(G), r),
         NEW n \in G.node, n # r
  PROVE  LET kept == {k \in G.node : ~AreConnectedIn(n, k, G)}
         IN  IsTreeWithRoot(Transpose([node |-> kept,
                                       edge |-> G.edge \cap (kept \X kept)]), r)

THEOREM RemoveLeafFromTransposedTree ==
  ASSUME NEW G, IsDirectedGraph(G), NEW r, IsTreeWithRoot(Transpose(G), r),
         NEW leaf \in G.node, Successors(G, leaf) = {},
         NEW parent \in G.node, <<parent, leaf>> \in G.edge
  PROVE  IsTreeWithRoot(Transpose([node |-> G.node \ {leaf},
                                   edge |-> G.edge \ {<<parent, leaf>>}]), r)
=============================================================================
