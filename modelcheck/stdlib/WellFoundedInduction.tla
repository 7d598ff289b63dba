------------------------ MODULE WellFoundedInduction ------------------------
(***************************************************************************)
(* Well-founded relations, induction along them, and functions defined by  *)
(* recursion along them.  A relation is a set of pairs; <<x, y>> \in R is  *)
(* read: x is below y.  Statements only; they are for proofs to cite.      *)
(***************************************************************************)
EXTENDS NaturalsInduction

-----------------------------------------------------------------------------
\* Relations on S.

\* What is below something below z is itself below z.
\* Example: IsTransitivelyClosedOn({<<1, 2>>, <<2, 3>>, <<1, 3>>}, 1 .. 3)
IsTransitivelyClosedOn(R, S) ==
  \A x, y, z \in S : <<x, y>> \in R /\ <<y, z>> \in R => <<x, z>> \in R

\* There is no endless way down: no f with each f[n + 1] below f[n].
IsWellFoundedOn(R, S) ==
  \A f \in [Nat -> S] : \E n \in Nat : <<f[n + 1], f[n]>> \notin R

\* The elements of S below x.
\* Example: SetLessThan(3, {<<1, 3>>, <<2, 3>>, <<1, 2>>}, 1 .. 3) = {1, 2}
SetLessThan(x, R, S) == {y \in S : <<y, x>> \in R}

LEMMA EmptyIsWellFounded == \A S : IsWellFoundedOn({}, S)

LEMMA IsWellFoundedOnSubset ==
  ASSUME NEW R, NEW S, IsWellFoundedOn(R, S), NEW T \in SUBSET S
  PROVE  IsWellFoundedOn(R, T)

LEMMA IsWellFoundedOnSubrelation ==
  ASSUME NEW S, NEW R, IsWellFoundedOn(R, S),
         NEW RR, (RR \cap (S \X S)) \subseteq R
  PROVE  IsWellFoundedOn(RR, S)

\* Well-founded means: every nonempty part has an element with none below.
THEOREM WFMin ==
  ASSUME NEW R, NEW S, IsWellFoundedOn(R, S),
         NEW T, T # {}, T \subseteq S
  PROVE  \E low \in T : \A y \in T : <<y, low>> \notin R

THEOREM MinWF ==
  ASSUME NEW R, NEW S,
         \A T \in (SUBSET S) \ {{}} : \E low \in T : \A y \in T : <<y, low>> \notin R
  PROVE  IsWellFoundedOn(R, S)

LEMMA WellFoundedIsIrreflexive ==
  ASSUME NEW R, NEW S, IsWellFoundedOn(R, S), NEW x \in S
  PROVE  <<x, x>> \notin R

LEMMA WellFoundedIsAsymmetric ==
  ASSUME NEW R, NEW S, IsWellFoundedOn(R, S),
         NEW x \in S, NEW y \in S, <<x, y>> \in R, <<y, x>> \in R
  PROVE  FALSE

LEMMA WFSetLessThanIrreflexive ==
  ASSUME NEW R, NEW S, IsWellFoundedOn(R, S), NEW x \in S
  PROVE  x \notin SetLessThan(x, R, S)

LEMMA SetLessTransitive ==
  ASSUME NEW R, NEW S, IsTransitivelyClosedOn(R, S),
         NEW x \in S, NEW y \in SetLessThan(x, R, S)
  PROVE  SetLessThan(y, R, S) \subseteq SetLessThan(x, R, S)

-----------------------------------------------------------------------------
\* Induction: what passes from all elements below x to x holds everywhere.

THEOREM WFInduction ==
  ASSUME NEW P(_), NEW R, NEW S, IsWellFoundedOn(R, S),
         \A x \in S : (\A y \in SetLessThan(x, R, S) : P(y)) => P(x)
  PROVE  \A x \in S : P(x)

-----------------------------------------------------------------------------
\* Recursion: Def(f, x) is the value at x.

\* Def(f, x) uses f below x only.
WFDefOn(R, S, Def(_, _)) ==
  \A f, g : \A x \in S :
     (\A y \in SetLessThan(x, R, S) : f[y] = g[y]) => Def(f, x) = Def(g, x)

\* f is what f[x \in S] == Def(f, x) defines.
OpDefinesFcn(f, S, Def(_, _)) == f = CHOOSE g : g = [x \in S |-> Def(g, x)]

\* f is as that definition says.
WFInductiveDefines(f, S, Def(_, _)) == f = [x \in S |-> Def(f, x)]

\* There is at most one such function.
WFInductiveUnique(S, Def(_, _)) ==
  \A f, g : WFInductiveDefines(f, S, Def) /\ WFInductiveDefines(g, S, Def) => f = g

THEOREM WFDefOnUnique ==
  ASSUME NEW Def(_, _), NEW R, NEW S,
         IsWellFoundedOn(R, S), WFDefOn(R, S, Def)
  PROVE  WFInductiveUnique(S, Def)

LEMMA WFInductiveDefLemma ==
  ASSUME NEW Def(_, _), NEW R, NEW S, NEW f,
         IsWellFoundedOn(R, S), IsTransitivelyClosedOn(R, S),
         WFDefOn(R, S, Def), OpDefinesFcn(f, S, Def)
  PROVE  WFInductiveDefines(f, S, Def)

THEOREM WFInductiveDef ==
  ASSUME NEW Def(_, _), NEW R, NEW S, NEW f,
         IsWellFoundedOn(R, S), WFDefOn(R, S, Def), OpDefinesFcn(f, S, Def)
  PROVE  WFInductiveDefines(f, S, Def)

THEOREM WFInductiveDefType ==
  ASSUME NEW Def(_, _), NEW f, NEW R, NEW S, NEW T, T # {},
         IsWellFoundedOn(R, S), WFDefOn(R, S, Def), WFInductiveDefines(f, S, Def),
         \A g \in [S -> T] : \A x \in S : Def(g, x) \in T
  PROVE  f \in [S -> T]

-----------------------------------------------------------------------------
\* The transitive closure of R on S: what every transitive relation holds
\* that holds R.

\* Example: TransitiveClosureOn({<<1, 2>>, <<2, 3>>}, 1 .. 3) = {<<1, 2>>, <<2, 3>>, <<1, 3>>}
TransitiveClosureOn(R, S) ==
  {p \in S \X S : \A Q \in SUBSET (S \X S) :
     (R \cap (S \X S)) \subseteq Q /\ IsTransitivelyClosedOn(Q, S) => p \in Q}

LEMMA TransitiveClosureThm ==
  \A R, S : /\ (R \cap (S \X S)) \subseteq TransitiveClosureOn(R, S)
            /\ IsTransitivelyClosedOn(TransitiveClosureOn(R, S), S)

LEMMA TransitiveClosureMinimal ==
  ASSUME NEW R, NEW S, NEW Q \in SUBSET (S \X S),
         IsTransitivelyClosedOn(Q, S), (R \cap (S \X S)) \subseteq Q
  PROVE  TransitiveClosureOn(R, S) \subseteq Q

LEMMA TCTCTC ==
  ASSUME NEW R, NEW S, NEW x \in S, NEW y \in S, NEW z \in S,
         <<x, y>> \in TransitiveClosureOn(R, S),
         <<y, z>> \in TransitiveClosureOn(R, S)
  PROVE  <<x, z>> \in TransitiveClosureOn(R, S)

LEMMA TCRTC ==
  ASSUME NEW R, NEW S, NEW x \in S, NEW y \in S, NEW z \in S,
         <<x, y>> \in TransitiveClosureOn(R, S), <<y, z>> \in R
  PROVE  <<x, z>> \in TransitiveClosureOn(R, S)

LEMMA RTCTC ==
  ASSUME NEW R, NEW S, NEW x \in S, NEW y \in S, NEW z \in S,
         <<x, y>> \in R, <<y, z>> \in TransitiveClosureOn(R, S)
  PROVE  <<x, z>> \in TransitiveClosureOn(R, S)

\* The last step of a way from x up to z.
LEMMA TransitiveClosureChopLast ==
  ASSUME NEW R, NEW S, NEW x \in S, NEW z \in S,
         <<x, z>> \in TransitiveClosureOn(R, S)
  PROVE  \E y \in S : /\ <<y, z>> \in R
                      /\ y = x \/ <<x, y>> \in TransitiveClosureOn(R, S)

THEOREM TransitiveClosureWF ==
  ASSUME NEW R, NEW S, IsWellFoundedOn(R, S)
  PROVE  IsWellFoundedOn(TransitiveClosureOn(R, S), S)

-----------------------------------------------------------------------------
\* Making well-founded relations.

\* The relation that an operator is on S.
\* Example: OpToRel(<, 1 .. 2) = {<<1, 2>>}
OpToRel(_ \prec _, S) == {p \in S \X S : p[1] \prec p[2]}

THEOREM NatLessThanWellFounded == IsWellFoundedOn(OpToRel(<, Nat), Nat)

\* Elements of S are related as their images are.
\* Example: PreImage(LAMBDA x : 0 - x, 1 .. 2, {<<-2, -1>>}) = {<<2, 1>>}
PreImage(f(_), S, R) == {p \in S \X S : <<f(p[1]), f(p[2])>> \in R}

THEOREM PreImageWellFounded ==
  ASSUME NEW S, NEW T, NEW R, IsWellFoundedOn(R, T),
         NEW f(_), \A x \in S : f(x) \in T
  PROVE  IsWellFoundedOn(PreImage(f, S, R), S)

\* Pairs: the first components decide, and if they are equal the second.
LexPairOrdering(R1, R2, S1, S2) ==
  {p \in (S1 \X S2) \X (S1 \X S2) :
     LET a == p[1]
         b == p[2]
     IN  <<a[1], b[1]>> \in R1 \/ (a[1] = b[1] /\ <<a[2], b[2]>> \in R2)}

THEOREM WFLexPairOrdering ==
  ASSUME NEW R1, NEW R2, NEW S1, NEW S2,
         IsWellFoundedOn(R1, S1), IsWellFoundedOn(R2, S2)
  PROVE  IsWellFoundedOn(LexPairOrdering(R1, R2, S1, S2), S1 \X S2)

\* Tuples of length n: the first component in which they differ decides.
LexProductOrdering(R, S, n) ==
  {p \in [1 .. n -> S] \X [1 .. n -> S] :
     \E k \in 1 .. n : /\ <<p[1][k], p[2][k]>> \in R
                       /\ \A j \in 1 .. (k - 1) : p[1][j] = p[2][j]}

THEOREM WFLexProductOrdering ==
  ASSUME NEW R, NEW S, IsWellFoundedOn(R, S), NEW n \in Nat
  PROVE  IsWellFoundedOn(LexProductOrdering(R, S, n), [1 .. n -> S])
=============================================================================
