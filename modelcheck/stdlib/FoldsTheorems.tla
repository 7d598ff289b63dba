---------------------------- MODULE FoldsTheorems ---------------------------
(***************************************************************************)
(* Facts about MapThenFoldSet.  Statements only; they are for proofs to    *)
(* cite.                                                                   *)
(***************************************************************************)
EXTENDS Folds, FiniteSets

\* choose(T) is an element of T, for all nonempty parts T of S.
LOCAL Chooses(choose(_), S) == \A T \in (SUBSET S) \ {{}} : choose(T) \in T

LOCAL Closed(op(_, _), Typ) == \A v, w \in Typ : op(v, w) \in Typ

LOCAL AssociativeCommutative(op(_, _), Typ) ==
  /\ Closed(op, Typ)
  /\ \A v, w \in Typ : op(v, w) = op(w, v)
  /\ \A u, v, w \in Typ : op(op(u, v), w) = op(u, op(v, w))

THEOREM MapThenFoldSetEmpty ==
  ASSUME NEW op(_, _), NEW base, NEW f(_), NEW choose(_)
  PROVE  MapThenFoldSet(op, base, f, choose, {}) = base

THEOREM MapThenFoldSetNonempty ==
  ASSUME NEW op(_, _), NEW base, NEW f(_), NEW choose(_),
         NEW S, IsFiniteSet(S), S # {}, Chooses(choose, S)
  PROVE  LET x    == choose(S)
             rest == MapThenFoldSet(op, base, f, choose, S \ {x})
         IN  MapThenFoldSet(op, base, f, choose, S) = op(f(x), rest)

THEOREM MapThenFoldSetDef ==
  ASSUME NEW op(_, _), NEW base, NEW f(_), NEW choose(_),
         NEW S, IsFiniteSet(S), Chooses(choose, S)
  PROVE  LET x    == choose(S)
             rest == MapThenFoldSet(op, base, f, choose, S \ {x})
         IN  MapThenFoldSet(op, base, f, choose, S) =
               IF S # {} THEN op(f(x), rest) ELSE base

\* The same values in the same order give the same result.
THEOREM MapThenFoldSetBijection ==
  ASSUME NEW op(_, _), NEW base,
         NEW S, IsFiniteSet(S), NEW fS(_), NEW chooseS(_), Chooses(chooseS, S),
         NEW T, IsFiniteSet(T), NEW fT(_), NEW chooseT(_), Chooses(chooseT, T),
         NEW image(_), T = {image(s) : s \in S},
         \A r, s \in S : image(r) = image(s) => r = s,
         \A s \in S : fT(image(s)) = fS(s),
         \A U \in (SUBSET S) \ {{}} : chooseT({image(s) : s \in U}) = image(chooseS(U))
  PROVE  MapThenFoldSet(op, base, fS, chooseS, S) =
           MapThenFoldSet(op, base, fT, chooseT, T)

THEOREM MapThenFoldSetEqual ==
  ASSUME NEW op(_, _), NEW base, NEW S, IsFiniteSet(S),
         NEW choose(_), Chooses(choose, S),
         NEW f(_), NEW g(_), \A s \in S : g(s) = f(s)
  PROVE  MapThenFoldSet(op, base, g, choose, S) =
           MapThenFoldSet(op, base, f, choose, S)

THEOREM MapThenFoldSetType ==
  ASSUME NEW Typ, NEW op(_, _), Closed(op, Typ), NEW base \in Typ,
         NEW S, IsFiniteSet(S), NEW choose(_), Chooses(choose, S),
         NEW f(_), \A s \in S : f(s) \in Typ
  PROVE  MapThenFoldSet(op, base, f, choose, S) \in Typ

THEOREM MapThenFoldSetAC ==
  ASSUME NEW Typ, NEW op(_, _), AssociativeCommutative(op, Typ), NEW base \in Typ,
         NEW S, IsFiniteSet(S), NEW choose(_), Chooses(choose, S),
         NEW f(_), \A s \in S : f(s) \in Typ, NEW x \in S
  PROVE  MapThenFoldSet(op, base, f, choose, S) =
           op(f(x), MapThenFoldSet(op, base, f, choose, S \ {x}))

THEOREM MapThenFoldSetACAddElement ==
  ASSUME NEW Typ, NEW op(_, _), AssociativeCommutative(op, Typ), NEW base \in Typ,
         NEW S, IsFiniteSet(S), NEW x, x \notin S,
         NEW choose(_), Chooses(choose, S \cup {x}),
         NEW f(_), \A s \in S \cup {x} : f(s) \in Typ
  PROVE  MapThenFoldSet(op, base, f, choose, S \cup {x}) =
           op(f(x), MapThenFoldSet(op, base, f, choose, S))

THEOREM MapThenFoldSetDisjointUnion ==
  ASSUME NEW Typ, NEW op(_, _), AssociativeCommutative(op, Typ),
         NEW base \in Typ, \A v \in Typ : op(base, v) = v,
         NEW S, IsFiniteSet(S), NEW T, IsFiniteSet(T), S \cap T = {},
         NEW choose(_), Chooses(choose, S \cup T),
         NEW f(_), \A s \in S \cup T : f(s) \in Typ
  PROVE  MapThenFoldSet(op, base, f, choose, S \cup T) =
           op(MapThenFoldSet(op, base, f, choose, S),
              MapThenFoldSet(op, base, f, choose, T))
=============================================================================
