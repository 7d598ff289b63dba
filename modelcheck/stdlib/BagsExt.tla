------------------------------ MODULE BagsExt -------------------------------
(***************************************************************************)
(* More operators on bags: single elements, and combining all of them.     *)
(***************************************************************************)
LOCAL INSTANCE Bags
LOCAL INSTANCE Integers

\* B with one more x.
\* Example: BagAdd(<<2, 1>>, 1) = <<3, 1>> /\ BagAdd(<<2>>, 2) = <<2, 1>>
BagAdd(B, x) ==
  [e \in DOMAIN B \cup {x} |-> IF e = x THEN CopiesIn(x, B) + 1 ELSE B[e]]

\* B with one x less, if it has any.
\* Example: BagRemove(<<2, 1>>, 1) = <<1, 1>> /\ BagRemove(<<2, 1>>, 2) = <<2>>
\* Example: BagRemove(<<2>>, 5) = <<2>>
BagRemove(B, x) ==
  IF CopiesIn(x, B) > 1 THEN [B EXCEPT ![x] = @ - 1]
                        ELSE [e \in DOMAIN B \ {x} |-> B[e]]

\* B without any x.
\* Example: BagRemoveAll(<<2, 5>>, 2) = <<2>>
BagRemoveAll(B, x) == [e \in DOMAIN B \ {x} |-> B[e]]

\* base combined by op with f(x) for each element x of B, as often as it
\* occurs.  The order is left open, so choose should not matter.
\* Example: MapThenFoldBag(LAMBDA x, y : x + y, 0, LAMBDA x : 10 * x, LAMBDA T : CHOOSE x \in T : TRUE, <<2, 1>>) = 40
MapThenFoldBag(op(_, _), base, f(_), choose(_), B) ==
  LET RECURSIVE repeat(_, _, _)
      repeat(acc, v, n) == IF n = 0 THEN acc ELSE repeat(op(acc, v), v, n - 1)
      RECURSIVE fold(_, _)
      fold(acc, T) ==
        IF T = {} THEN acc
        ELSE LET x == CHOOSE e \in T : TRUE
             IN  fold(repeat(acc, f(x), B[x]), T \ {x})
  IN  fold(base, DOMAIN B)

\* The same for the elements themselves.
\* Example: FoldBag(LAMBDA x, y : x + y, 0, <<2, 1, 3>>) = 13
FoldBag(op(_, _), base, B) ==
  MapThenFoldBag(op, base, LAMBDA x : x, LAMBDA T : CHOOSE x \in T : TRUE, B)

\* The sum of the elements of B.
\* Example: SumBag(<<2, 1, 3>>) = 13
SumBag(B) == FoldBag(+, 0, B)

\* The product of the elements of B.
\* Example: ProductBag(<<2, 1, 3>>) = 54
ProductBag(B) == FoldBag(LAMBDA x, y : x * y, 1, B)
=============================================================================
