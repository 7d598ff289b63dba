---------------------------- MODULE GraphTheorems ---------------------------
(***************************************************************************)
(* Facts about directed graphs, paths and trees.  Statements only; they    *)
(* are for proofs to cite.                                                 *)
(***************************************************************************)
EXTENDS Graphs, Sequences

-----------------------------------------------------------------------------
\* Turning the edges round, and back.

THEOREM TransposeIsDirectedGraph ==
  \A G : IsDirectedGraph(G) => IsDirectedGraph(Transpose(G))

THEOREM TransposeTranspose ==
  \A G : IsDirectedGraph(G) => Transpose(Transpose(G)) = G

THEOREM PathTranspose ==
  \A G : \A p \in Path(G) : Reverse(p) \in Path(Transpose(G))

THEOREM TransposePath ==
  \A G : IsDirectedGraph(G) =>
           \A p \in Path(Transpose(G)) : Reverse(p) \in Path(G)

THEOREM SimplePathTranspose ==
  \A G : \A p \in SimplePath(G) : Reverse(p) \in SimplePath(Transpose(G))

THEOREM TransposeSimplePath ==
  \A G : IsDirectedGraph(G) =>
           \A p \in SimplePath(Transpose(G)) : Reverse(p) \in SimplePath(G)

THEOREM AreConnectedInTranspose ==
  \A G, m, n : AreConnectedIn(m, n, G) => AreConnectedIn(n, m, Transpose(G))

THEOREM TransposeAreConnectedIn ==
  \A G, m, n : IsDirectedGraph(G) /\ AreConnectedIn(m, n, Transpose(G))
                 => AreConnectedIn(n, m, G)

THEOREM IsStronglyConnectedTranspose ==
  \A G : IsStronglyConnected(G) => IsStronglyConnected(Transpose(G))

THEOREM TransposeIsStronglyConnected ==
  \A G : IsDirectedGraph(G) /\ IsStronglyConnected(Transpose(G))
           => IsStronglyConnected(G)

-----------------------------------------------------------------------------
\* Paths.

\* Two paths, the second of which begins where the first ends.
THEOREM PathConcatenation ==
  \A G : \A p, q \in Path(G) : Last(p) = Head(q) => p \o Tail(q) \in Path(G)

THEOREM SubPath ==
  \A G : \A p \in Path(G) : \A i, j \in 1 .. Len(p) :
     i \leq j => SubSeq(p, i, j) \in Path(G)

THEOREM ExistsPathIffExistsSimplePath ==
  ASSUME NEW G, NEW m \in G.node, NEW n \in G.node
  PROVE  LET leads(p) == Head(p) = m /\ Last(p) = n
         IN  (\E p \in SimplePath(G) : leads(p)) <=> (\E p \in Path(G) : leads(p))

THEOREM ConnectedReflexive == \A G : \A n \in G.node : AreConnectedIn(n, n, G)

THEOREM ConnectedTransitive ==
  \A G : \A k, m, n \in G.node :
     AreConnectedIn(k, m, G) /\ AreConnectedIn(m, n, G) => AreConnectedIn(k, n, G)

-----------------------------------------------------------------------------
\* Trees whose edges point to the root.

\* G with one more edge, and the nodes and edges of H.
LOCAL Joined(G, H, e) ==
  GraphUnion(GraphUnion(G, H), [node |-> {}, edge |-> {e}])

LOCAL OneNode(n) == [node |-> {n}, edge |-> {}]

\* G without the nodes in N and their edges.
LOCAL Without(G, N) ==
  [node |-> G.node \ N,
   edge |-> {e \in G.edge : e[1] \notin N /\ e[2] \notin N}]

THEOREM TreeAcyclic ==
  ASSUME NEW G, NEW r, IsTreeWithRoot(G, r), NEW S \in (SUBSET G.node) \ {{}}
  PROVE  \E top \in S : \A n \in S : <<top, n>> \notin G.edge

THEOREM TreeIrreflexive ==
  \A G, r : IsTreeWithRoot(G, r) => \A n \in G.node : <<n, n>> \notin G.edge

THEOREM TreeSimplePath ==
  \A G, r : IsTreeWithRoot(G, r) => Path(G) = SimplePath(G)

THEOREM TreeConnectedAntisymmetric ==
  ASSUME NEW G, NEW r, IsTreeWithRoot(G, r), NEW m \in G.node, NEW n \in G.node
  PROVE  AreConnectedIn(m, n, G) /\ AreConnectedIn(n, m, G) => m = n

THEOREM SingletonIsTreeWithRoot == \A r : IsTreeWithRoot(OneNode(r), r)

\* A tree H with root s, hung under the node n of G.
THEOREM AttachTree ==
  ASSUME NEW G, NEW r, IsTreeWithRoot(G, r), NEW n \in G.node,
         NEW H, NEW s, IsTreeWithRoot(H, s), G.node \cap H.node = {}
  PROVE  IsTreeWithRoot(Joined(G, H, <<s, n>>), r)

THEOREM AddLeafToTree ==
  ASSUME NEW G, NEW r, IsTreeWithRoot(G, r),
         NEW parent \in G.node, NEW leaf, leaf \notin G.node
  PROVE  IsTreeWithRoot(Joined(G, OneNode(leaf), <<leaf, parent>>), r)

THEOREM RemoveSubtree ==
  ASSUME NEW G, NEW r, IsTreeWithRoot(G, r), NEW n \in G.node, n # r
  PROVE  IsTreeWithRoot(Without(G, {k \in G.node : AreConnectedIn(k, n, G)}), r)

THEOREM RemoveLeafFromTree ==
  ASSUME NEW G, NEW r, IsTreeWithRoot(G, r),
         NEW leaf \in G.node, leaf # r, Predecessors(G, leaf) = {}
  PROVE  IsTreeWithRoot(Without(G, {leaf}), r)

-----------------------------------------------------------------------------
\* Trees whose edges point away from the root.

LOCAL IsOutTree(G, r) == IsDirectedGraph(G) /\ IsTreeWithRoot(Transpose(G), r)

THEOREM SingletonIsTransposedTreeWithRoot == \A r : IsOutTree(OneNode(r), r)

THEOREM AttachTransposedTree ==
  ASSUME NEW G, NEW r, IsOutTree(G, r), NEW n \in G.node,
         NEW H, NEW s, IsOutTree(H, s), G.node \cap H.node = {}
  PROVE  IsOutTree(Joined(G, H, <<n, s>>), r)

THEOREM AddLeafToTransposedTree ==
  ASSUME NEW G, NEW r, IsOutTree(G, r),
         NEW parent \in G.node, NEW leaf, leaf \notin G.node
  PROVE  IsOutTree(Joined(G, OneNode(leaf), <<parent, leaf>>), r)

THEOREM RemoveTransposedSubtree ==
  ASSUME NEW G, NEW r, IsOutTree(G, r), NEW n \in G.node, n # r
  PROVE  IsOutTree(Without(G, {k \in G.node : AreConnectedIn(n, k, G)}), r)

THEOREM RemoveLeafFromTransposedTree ==
  ASSUME NEW G, NEW r, IsOutTree(G, r),
         NEW leaf \in G.node, leaf # r, Successors(G, leaf) = {}
  PROVE  IsOutTree(Without(G, {leaf}), r)
=============================================================================
