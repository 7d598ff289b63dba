--------------------------- MODULE FiniteSetsExt ----------------------------
(***************************************************************************)
(* More operators on finite sets: combining, counting and choosing.        *)
(***************************************************************************)
EXTENDS Integers, FiniteSets, Folds, Functions

\* base and all elements of set combined by op, in an order left open.
\* Example: FoldSet(LAMBDA x, acc : x * acc, 1, 2 .. 4) = 24
FoldSet(op(_, _), base, set) ==
  LET same(x) == x
      any(T)  == CHOOSE x \in T : TRUE
  IN  MapThenFoldSet(op, base, same, any, set)

\* The same, under its former name and with another order of arguments.
\* Example: ReduceSet(LAMBDA x, acc : x + acc, {1, 2}, 10) = 13
ReduceSet(op(_, _), set, acc) == FoldSet(op, acc, set)

\* The sum of a set of integers.
\* Example: SumSet(1 .. 4) = 10
SumSet(set) == FoldSet(+, 0, set)

\* The product of a set of integers.
\* Example: ProductSet(1 .. 4) = 24
ProductSet(set) == FoldSet(LAMBDA x, y : x * y, 1, set)

\* The sum of op(x) over the elements x of set.
\* Example: MapThenSumSet(LAMBDA x : x * x, 1 .. 3) = 14
MapThenSumSet(op(_), set) ==
  MapThenFoldSet(+, 0, op, LAMBDA T : CHOOSE x \in T : TRUE, set)

\* The elements of the elements of S.
\* Example: FlattenSet({{1, 2}, {2, 3}}) = {1, 2, 3}
FlattenSet(S) == UNION S

\* What is in exactly one of A and B.
\* Example: SymDiff({1, 2}, {2, 3}) = {1, 3}
SymDiff(A, B) == {x \in A \cup B : x \in A <=> x \notin B}

\* How many elements of S satisfy P.
\* Example: Quantify(1 .. 9, LAMBDA n : n % 2 = 0) = 4
Quantify(S, P(_)) == Cardinality({x \in S : P(x)})

\* The subsets of S that have k elements.
\* Example: kSubset(2, 1 .. 3) = {{1, 2}, {1, 3}, {2, 3}}
kSubset(k, S) == {T \in SUBSET S : Cardinality(T) = k}

\* The greatest element of a nonempty set of integers.
\* Example: Max({4, 9, 7}) = 9
Max(S) == CHOOSE m \in S : \A x \in S : x \leq m

\* The least element.
\* Example: Min({4, 9, 7}) = 4
Min(S) == CHOOSE m \in S : \A x \in S : m \leq x

\* All sets that arise by taking one element from each set in Sets.
\* Example: Choices({{1, 2}, {3}}) = {{1, 3}, {2, 3}}
\* Example: Choices({}) = {{}}
Choices(Sets) ==
  {Range(pick) : pick \in {f \in [Sets -> UNION Sets] : \A A \in Sets : f[A] \in A}}

\* The one element of S that satisfies P; undefined if several do, or none.
\* Example: ChooseUnique(2 .. 5, LAMBDA x : x % 3 = 1) = 4
ChooseUnique(S, P(_)) ==
  CHOOSE x \in S : {y \in S : P(y)} = {x}
=============================================================================
