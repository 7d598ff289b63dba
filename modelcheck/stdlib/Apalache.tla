------------------------------ MODULE Apalache ------------------------------
(***************************************************************************)
(* Operators that the symbolic checker Apalache reads as hints.  To any    *)
(* other checker they mean what they are defined to be here.               *)
(***************************************************************************)
LOCAL INSTANCE Integers
LOCAL INSTANCE Sequences
LOCAL INSTANCE FiniteSets

\* x is assigned e; as a formula, x equals e.
\* Example: 3 := 3
x := e == x = e

\* Any value whose parts have at most size elements; only a symbolic checker
\* can say which.
Gen(size) == {}

\* Any element of S.
\* Example: Guess({4}) = 4
Guess(S) == CHOOSE x \in S : TRUE

\* The first len elements of the function fn as a sequence, never more than
\* capacity.
\* Example: FunAsSeq([i \in 0 .. 9 |-> i * i], 3, 5) = <<1, 4, 9>>
FunAsSeq(fn, len, capacity) ==
  [i \in 1 .. (IF len \leq capacity THEN len ELSE capacity) |-> fn[i]]

\* The function whose graph is the set S of pairs; of several pairs with the
\* same first component, one counts.
\* Example: SetAsFun({<<1, "a">>, <<2, "b">>}) = <<"a", "b">>
SetAsFun(S) ==
  [x \in {p[1] : p \in S} |-> (CHOOSE p \in S : p[1] = x)[2]]

\* The sequence of F(1), ..., F(N).
\* Example: MkSeq(3, LAMBDA i : i * i) = <<1, 4, 9>>
MkSeq(N, F(_)) == [i \in 1 .. N |-> F(i)]

\* v combined with the elements of S: Op(Op(v, x), y) and so on, in an order
\* left open.
\* Example: ApaFoldSet(LAMBDA acc, x : acc + x, 0, {1, 2, 4}) = 7
ApaFoldSet(Op(_, _), v, S) ==
  LET RECURSIVE fold(_, _)
      fold(acc, T) ==
        IF T = {} THEN acc
        ELSE LET x == CHOOSE e \in T : TRUE IN fold(Op(acc, x), T \ {x})
  IN  fold(v, S)

\* v combined with the elements of seq from left to right.
\* Example: ApaFoldSeqLeft(LAMBDA acc, x : 10 * acc + x, 0, <<1, 2>>) = 12
ApaFoldSeqLeft(Op(_, _), v, seq) ==
  LET upTo[i \in 0 .. Len(seq)] == IF i = 0 THEN v ELSE Op(upTo[i - 1], seq[i])
  IN  upTo[Len(seq)]

\* F(... F(F(x, 1), 2) ..., N).
\* Example: Repeat(LAMBDA acc, i : 2 * acc, 3, 1) = 8
Repeat(F(_, _), N, x) == ApaFoldSeqLeft(F, x, MkSeq(N, LAMBDA i : i))

\* The existential quantifier e can be replaced by a constant.
\* Example: Skolem(\E n \in {1} : n = 1)
Skolem(e) == e

\* The set S is to be enumerated.
\* Example: Expand(SUBSET {1}) = {{}, {1}}
Expand(S) == S

\* The formula Cardinality(S) >= k, for a constant k.
\* Example: ConstCardinality(Cardinality({1, 2}) >= 2)
ConstCardinality(cardExpr) == cardExpr
=============================================================================
