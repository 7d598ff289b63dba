------------------------------- MODULE Folds --------------------------------
(***************************************************************************)
(* The general form of combining all elements of a set into one value.     *)
(***************************************************************************)

\* Starts from base and combines it, by op, with f(x) for every x in the
\* finite set S; choose(T) says which element of T comes next, and that one
\* stands outermost: op(f(x), the result for the others).
\* Example: MapThenFoldSet(LAMBDA x, y : x + y, 0, LAMBDA x : x * x, LAMBDA T : CHOOSE x \in T : TRUE, 1 .. 3) = 14
\* Example: MapThenFoldSet(LAMBDA x, y : <<x>> \o y, <<>>, LAMBDA x : x, LAMBDA T : CHOOSE x \in T : \A y \in T : x >= y, 1 .. 3) = <<3, 2, 1>>
MapThenFoldSet(op(_, _), base, f(_), choose(_), S) ==
  LET RECURSIVE fold(_)
      fold(T) ==
        IF T = {} THEN base
        ELSE LET x == choose(T) IN op(f(x), fold(T \ {x}))
  IN  fold(S)
=============================================================================
