----------------------------- MODULE MCVersions -----------------------------
(***************************************************************************)
(* Versions for exploration.                                               *)
(***************************************************************************)
EXTENDS Versions, FiniteSets, TLC

\* Servers are interchangeable, and so are clients and values.
Symmetry == Permutations(Server) \cup Permutations(Client) \cup Permutations(Value)

\* Servers are told by clients only.
NoSpread == \A m \in msgs : m.type # "spread"

\* One question is asked, and answered once; servers are told by clients only.
OneRead ==
  /\ NoSpread
  /\ Cardinality({m \in msgs : m.type = "get"}) =< 1
  /\ Cardinality({m \in msgs : m.type = "have"}) =< 1

\* Nobody reads.
NoRead == \A m \in msgs : m.type # "get"
=============================================================================
