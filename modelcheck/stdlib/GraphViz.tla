------------------------------ MODULE GraphViz ------------------------------
(***************************************************************************)
(* Drawings of graphs, for the programs that read the dot language.        *)
(***************************************************************************)

\* The directed graph G of module Graphs in the dot language; VL(n) is the
\* label of the node n, EL(e) that of the edge e.
DotDiGraph(G, VL(_), EL(_)) == CHOOSE t \in STRING : TRUE
=============================================================================
