------------------------- MODULE NaturalsInduction --------------------------
(***************************************************************************)
(* Induction over the natural numbers, and functions defined by recursion  *)
(* on them.  Statements only; they are for proofs to cite.                 *)
(***************************************************************************)
EXTENDS Integers

-----------------------------------------------------------------------------
\* Principles of induction.

\* From each number to the next.
THEOREM NatInduction ==
  ASSUME NEW P(_), P(0), \A k \in Nat : P(k) => P(k + 1)
  PROVE  \A k \in Nat : P(k)

\* From a number down to 0.
THEOREM DownwardNatInduction ==
  ASSUME NEW P(_), NEW top \in Nat, P(top),
         \A k \in 1 .. top : P(k) => P(k - 1)
  PROVE  P(0)

\* From all smaller numbers at once.
THEOREM GeneralNatInduction ==
  ASSUME NEW P(_),
         \A k \in Nat : (\A j \in 0 .. (k - 1) : P(j)) => P(k)
  PROVE  \A k \in Nat : P(k)

\* A property that some number has is had by a least one.
THEOREM SmallestNatural ==
  ASSUME NEW P(_), NEW some \in Nat, P(some)
  PROVE  \E least \in Nat : P(least) /\ \A j \in 0 .. (least - 1) : ~P(j)

-----------------------------------------------------------------------------
\* Recursion over all of Nat: Def(h, n) is the value at n, and may use h at
\* smaller numbers only.

THEOREM RecursiveFcnOfNat ==
  ASSUME NEW Def(_, _),
         ASSUME NEW n \in Nat, NEW g, NEW h,
                \A j \in 0 .. (n - 1) : g[j] = h[j]
         PROVE  Def(g, n) = Def(h, n)
  PROVE  LET rec[n \in Nat] == Def(rec, n)
         IN  rec = [n \in Nat |-> Def(rec, n)]

THEOREM RecursiveFcnOfNatType ==
  ASSUME NEW f, NEW S, NEW Def(_, _),
         f = [n \in Nat |-> Def(f, n)],
         ASSUME NEW n \in Nat, NEW h, \A j \in 0 .. (n - 1) : h[j] \in S
         PROVE  Def(h, n) \in S
  PROVE  f \in [Nat -> S]

THEOREM RecursiveFcnOfNatUnique ==
  ASSUME NEW Def(_, _), NEW f, NEW g,
         f = [n \in Nat |-> Def(f, n)],
         g = [n \in Nat |-> Def(g, n)],
         ASSUME NEW n \in Nat, NEW p, NEW q,
                \A j \in 0 .. (n - 1) : p[j] = q[j]
         PROVE  Def(p, n) = Def(q, n)
  PROVE  f = g

-----------------------------------------------------------------------------
\* Primitive recursion: f0 is the value at 0, Def(v, n) the one at n when v
\* is the value before.

\* f is what f[n \in Nat] == IF n = 0 THEN f0 ELSE Def(f[n - 1], n) defines.
NatInductiveDefHypothesis(f, f0, Def(_, _)) ==
  f = CHOOSE h : h = [n \in Nat |-> IF n = 0 THEN f0 ELSE Def(h[n - 1], n)]

\* f is as that definition says.
NatInductiveDefConclusion(f, f0, Def(_, _)) ==
  f = [n \in Nat |-> IF n = 0 THEN f0 ELSE Def(f[n - 1], n)]

THEOREM NatInductiveDef ==
  ASSUME NEW Def(_, _), NEW f, NEW f0,
         NatInductiveDefHypothesis(f, f0, Def)
  PROVE  NatInductiveDefConclusion(f, f0, Def)

THEOREM NatInductiveDefType ==
  ASSUME NEW Def(_, _), NEW S, NEW f, NEW f0 \in S,
         NatInductiveDefConclusion(f, f0, Def),
         \A v \in S : \A n \in Nat \ {0} : Def(v, n) \in S
  PROVE  f \in [Nat -> S]

THEOREM NatInductiveUnique ==
  ASSUME NEW Def(_, _), NEW f, NEW g, NEW f0,
         NatInductiveDefConclusion(f, f0, Def),
         NatInductiveDefConclusion(g, f0, Def)
  PROVE  f = g

-----------------------------------------------------------------------------
\* The same on the interval m .. n, from the value c at m.

\* f is what the definition by that recursion defines.
FiniteNatInductiveDefHypothesis(f, c, Def(_, _), m, n) ==
  f = CHOOSE h : h = [k \in m .. n |-> IF k = m THEN c ELSE Def(h[k - 1], k)]

\* f is as that definition says.
FiniteNatInductiveDefConclusion(f, c, Def(_, _), m, n) ==
  f = [k \in m .. n |-> IF k = m THEN c ELSE Def(f[k - 1], k)]

THEOREM FiniteNatInductiveDef ==
  ASSUME NEW Def(_, _), NEW f, NEW c, NEW m \in Nat, NEW n \in Nat,
         FiniteNatInductiveDefHypothesis(f, c, Def, m, n)
  PROVE  FiniteNatInductiveDefConclusion(f, c, Def, m, n)

THEOREM FiniteNatInductiveDefType ==
  ASSUME NEW S, NEW Def(_, _), NEW f, NEW c \in S,
         NEW m \in Nat, NEW n \in Nat,
         FiniteNatInductiveDefConclusion(f, c, Def, m, n),
         \A v \in S : \A k \in (m + 1) .. n : Def(v, k) \in S
  PROVE  f \in [m .. n -> S]

THEOREM FiniteNatInductiveUnique ==
  ASSUME NEW Def(_, _), NEW f, NEW g, NEW c, NEW m \in Nat, NEW n \in Nat,
         FiniteNatInductiveDefConclusion(f, c, Def, m, n),
         FiniteNatInductiveDefConclusion(g, c, Def, m, n)
  PROVE  f = g
=============================================================================
