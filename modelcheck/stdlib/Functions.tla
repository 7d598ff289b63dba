----------------------------- MODULE Functions ------------------------------
(***************************************************************************)
(* Operators on functions: parts of them, inverses, injections and the     *)
(* like, and sums over them.                                               *)
(***************************************************************************)
EXTENDS Integers, Folds

-----------------------------------------------------------------------------
\* Parts of a function, and functions made from others.

\* f on S only, a part of its domain.
\* Example: Restrict(<<"a", "b", "c">>, {1, 2}) = <<"a", "b">>
Restrict(f, S) == [x \in S |-> f[x]]

\* f on those arguments that pass Test.
\* Example: RestrictDomain(<<"a", "b", "c">>, LAMBDA x : x < 3) = <<"a", "b">>
RestrictDomain(f, Test(_)) == [x \in {y \in DOMAIN f : Test(y)} |-> f[x]]

\* f on those arguments whose value passes Test.
\* Example: RestrictValues(<<5, 9, 2>>, LAMBDA v : v > 4) = <<5, 9>>
RestrictValues(f, Test(_)) == [x \in {y \in DOMAIN f : Test(f[y])} |-> f[x]]

\* Wherever narrow is defined, wide is too, with the same value.
\* Example: IsRestriction(<<1, 2>>, <<1, 2, 3>>) /\ ~IsRestriction(<<2>>, <<1, 2>>)
IsRestriction(narrow, wide) ==
  \A x \in DOMAIN narrow : x \in DOMAIN wide /\ wide[x] = narrow[x]

\* The set of the values of f.
\* Example: Range(<<4, 7, 4>>) = {4, 7}
Range(f) == {f[x] : x \in DOMAIN f}

\* The values of f and g combined by T, argument by argument.
\* Example: Pointwise(<<1, 2>>, <<10, 20>>, LAMBDA x, y : x + y) = <<11, 22>>
Pointwise(f, g, T(_, _)) == [x \in DOMAIN f |-> T(f[x], g[x])]

\* A function on T that takes each value of f to an argument in S which
\* gives it, and the other elements of T to any element of S.
\* Example: Inverse(<<"a", "b">>, {1, 2}, {"b"}) = [v \in {"b"} |-> 2]
Inverse(f, S, T) ==
  [t \in T |-> CHOOSE s \in S : t \in Range(f) => f[s] = t]

\* The inverse of f on the whole of its range.
\* Example: AntiFunction(<<"a", "b">>) = [a |-> 1, b |-> 2]
AntiFunction(f) == Inverse(f, DOMAIN f, Range(f))

-----------------------------------------------------------------------------
\* One-to-one, onto, and both.

\* f never takes two arguments to the same value.
\* Example: IsInjective(<<4, 7>>) /\ ~IsInjective(<<4, 4>>)
IsInjective(f) == \A x, y \in DOMAIN f : x # y => f[x] # f[y]

\* The one-to-one functions from S into T.
\* Example: Injection({1}, {5, 6}) = {<<5>>, <<6>>}
Injection(S, T) == {f \in [S -> T] : IsInjective(f)}

\* The functions from S onto T.
\* Example: Surjection({1, 2}, {5}) = {<<5, 5>>}
Surjection(S, T) == {f \in [S -> T] : T \subseteq Range(f)}

\* The one-to-one functions from S onto T.
\* Example: Bijection({1, 2}, {5, 6}) = {<<5, 6>>, <<6, 5>>}
Bijection(S, T) == {f \in Injection(S, T) : T \subseteq Range(f)}

\* There is such a function.
\* Example: ExistsInjection({1}, {5, 6}) /\ ~ExistsInjection({1, 2}, {5})
ExistsInjection(S, T) == Injection(S, T) # {}

\* Example: ExistsSurjection({1, 2}, {5}) /\ ~ExistsSurjection({1}, {5, 6})
ExistsSurjection(S, T) == Surjection(S, T) # {}

\* Example: ExistsBijection({1, 2}, {5, 6}) /\ ~ExistsBijection({1}, {5, 6})
ExistsBijection(S, T) == Bijection(S, T) # {}

-----------------------------------------------------------------------------
\* Combining values.  The order is left open: op should be associative and
\* commutative.

\* base and the values fun[i] for i in indices, combined by op.
\* Example: FoldFunctionOnSet(LAMBDA v, acc : v * acc, 1, <<2, 3, 5>>, {1, 3}) = 10
FoldFunctionOnSet(op(_, _), base, fun, indices) ==
  LET value(i) == fun[i]
      any(T)   == CHOOSE i \in T : TRUE
  IN  MapThenFoldSet(op, base, value, any, indices)

\* The same for all values of fun.
\* Example: FoldFunction(LAMBDA v, acc : {v} \cup acc, {}, <<2, 3, 2>>) = {2, 3}
FoldFunction(op(_, _), base, fun) ==
  FoldFunctionOnSet(op, base, fun, DOMAIN fun)

\* The sum of the integers fun[i] for i in indices.
\* Example: SumFunctionOnSet(<<4, 5, 6>>, {1, 2}) = 9
SumFunctionOnSet(fun, indices) == FoldFunctionOnSet(+, 0, fun, indices)

\* The sum of all values of fun.
\* Example: SumFunction(<<4, 5, 6>>) = 15
SumFunction(fun) == SumFunctionOnSet(fun, DOMAIN fun)
=============================================================================
