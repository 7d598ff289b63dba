----------------------------- MODULE MCRegister -----------------------------
(***************************************************************************)
(* Register for exploration: quorums are the majorities.                   *)
(***************************************************************************)
EXTENDS Register, FiniteSets, TLC

CONSTANTS c1, c2

Majorities ==
  {Q \in SUBSET Server : 2 * Cardinality(Q) > Cardinality(Server)}

\* Two stamps, one for each client.
TwoStamps == <<c1, c2>>

OneStamp == <<c1>>

\* Servers are interchangeable.
Symmetry == Permutations(Server)

\* The levels of a small model.
Atomic  == {"atomic"}
Regular == {"regular"}
One     == {"one"}

\* Client c1 writes, c2 reads, and nobody gives up.
WriterReader ==
  \A c \in Client :
    /\ op[c] # Idle =>
         op[c].kind = IF c = c1 THEN "write" ELSE "read"
    /\ turn[c] > 0 /\ op[c] = Idle =>
         \E d \in finished : d.kind = IF c = c1 THEN "write" ELSE "read"

\* A server answers a question once.
AnswersOnce ==
  \A m, n \in msgs :
    m.type = "have" /\ n.type = "have" =>
      m = n \/ m.server # n.server \/ m.client # n.client

\* Servers are told by clients only.
NoSpread == \A m \in msgs : m.type # "spread"
=============================================================================
