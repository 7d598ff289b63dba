------------------------------ MODULE Relation ------------------------------
(***************************************************************************)
(* Binary relations on a set S.  A relation R is a function from S \X S to *)
(* BOOLEAN; R[x, y] says that x is related to y.  The variants that end in *)
(* Under take an operator instead, such as <.                              *)
(***************************************************************************)
EXTENDS Naturals, FiniteSets

\* The relation that op is on S.
LOCAL Under(op(_, _), S) == [x, y \in S |-> op(x, y)]

-----------------------------------------------------------------------------
\* Properties.

\* Everything is related to itself.
\* Example: IsReflexive([x, y \in 1 .. 2 |-> x = y], 1 .. 2)
IsReflexive(R, S) == \A x \in S : R[x, x]

\* Example: IsReflexiveUnder(<=, 1 .. 3) /\ ~IsReflexiveUnder(<, 1 .. 3)
IsReflexiveUnder(op(_, _), S) == IsReflexive(Under(op, S), S)

\* Nothing is related to itself.
\* Example: IsIrreflexive([x, y \in 1 .. 2 |-> x # y], 1 .. 2)
IsIrreflexive(R, S) == ~ \E x \in S : R[x, x]

\* Example: IsIrreflexiveUnder(<, 1 .. 3) /\ ~IsIrreflexiveUnder(<=, 1 .. 3)
IsIrreflexiveUnder(op(_, _), S) == IsIrreflexive(Under(op, S), S)

\* Whatever is related is so both ways.
\* Example: IsSymmetric([x, y \in 1 .. 2 |-> x # y], 1 .. 2)
IsSymmetric(R, S) == \A x, y \in S : R[x, y] => R[y, x]

\* Example: IsSymmetricUnder(=, 1 .. 3) /\ ~IsSymmetricUnder(<, 1 .. 3)
IsSymmetricUnder(op(_, _), S) == IsSymmetric(Under(op, S), S)

\* Different elements are related one way at most.
\* Example: IsAntiSymmetric([x, y \in 1 .. 2 |-> x = y], 1 .. 2)
IsAntiSymmetric(R, S) == \A x, y \in S : x # y => ~(R[x, y] /\ R[y, x])

\* Example: IsAntiSymmetricUnder(<=, 1 .. 3)
IsAntiSymmetricUnder(op(_, _), S) == IsAntiSymmetric(Under(op, S), S)

\* Nothing is related both ways, nor to itself.
\* Example: ~IsAsymmetric([x, y \in 1 .. 2 |-> x = y], 1 .. 2)
IsAsymmetric(R, S) == \A x, y \in S : R[x, y] => ~R[y, x]

\* Example: IsAsymmetricUnder(<, 1 .. 3) /\ ~IsAsymmetricUnder(<=, 1 .. 3)
IsAsymmetricUnder(op(_, _), S) == IsAsymmetric(Under(op, S), S)

\* Two relations in a row make one.
\* Example: ~IsTransitive([x, y \in 1 .. 3 |-> y = x + 1], 1 .. 3)
IsTransitive(R, S) ==
  \A y \in S : \A x, z \in S : R[x, y] /\ R[y, z] => R[x, z]

\* Example: IsTransitiveUnder(<, 1 .. 3)
IsTransitiveUnder(op(_, _), S) == IsTransitive(Under(op, S), S)

-----------------------------------------------------------------------------
\* Orders.

\* An order in which elements need not be comparable, as \subseteq.
\* Example: ~IsPartiallyOrdered([x, y \in 1 .. 2 |-> x < y], 1 .. 2)
IsPartiallyOrdered(R, S) ==
  IsReflexive(R, S) /\ IsAntiSymmetric(R, S) /\ IsTransitive(R, S)

\* Example: IsPartiallyOrderedUnder(LAMBDA A, B : A \subseteq B, SUBSET (1 .. 2))
IsPartiallyOrderedUnder(op(_, _), S) == IsPartiallyOrdered(Under(op, S), S)

\* The same without equality.
\* Example: IsStrictlyPartiallyOrdered([x, y \in 1 .. 2 |-> x < y], 1 .. 2)
IsStrictlyPartiallyOrdered(R, S) ==
  IsIrreflexive(R, S) /\ IsAntiSymmetric(R, S) /\ IsTransitive(R, S)

\* Example: IsStrictlyPartiallyOrderedUnder(<, 1 .. 3)
IsStrictlyPartiallyOrderedUnder(op(_, _), S) ==
  IsStrictlyPartiallyOrdered(Under(op, S), S)

\* An order in which all elements are comparable, as <=.
\* Example: IsTotallyOrdered([x, y \in 1 .. 2 |-> x <= y], 1 .. 2)
IsTotallyOrdered(R, S) ==
  IsPartiallyOrdered(R, S) /\ \A x, y \in S : R[x, y] \/ R[y, x]

\* Example: IsTotallyOrderedUnder(<=, 1 .. 3)
IsTotallyOrderedUnder(op(_, _), S) == IsTotallyOrdered(Under(op, S), S)

\* The same without equality.
\* Example: IsStrictlyTotallyOrdered([x, y \in 1 .. 2 |-> x < y], 1 .. 2)
IsStrictlyTotallyOrdered(R, S) ==
  /\ IsStrictlyPartiallyOrdered(R, S)
  /\ \A x, y \in S : x = y \/ R[x, y] \/ R[y, x]

\* Example: IsStrictlyTotallyOrderedUnder(<, 1 .. 3)
IsStrictlyTotallyOrderedUnder(op(_, _), S) ==
  IsStrictlyTotallyOrdered(Under(op, S), S)

-----------------------------------------------------------------------------
\* Closures, for a finite S.

\* x and y are related by one or more steps of R.  Steps by way of one more
\* element at a time (Warshall's algorithm).
\* Example: TransitiveClosure([x, y \in 1 .. 3 |-> y = x + 1], 1 .. 3) = [x, y \in 1 .. 3 |-> x < y]
TransitiveClosure(R, S) ==
  LET RECURSIVE close(_, _)
      close(Q, T) ==
        IF T = {} THEN Q
        ELSE LET z == CHOOSE e \in T : TRUE
             IN  close([x, y \in S |-> Q[x, y] \/ (Q[x, z] /\ Q[z, y])], T \ {z})
  IN  close([x, y \in S |-> R[x, y]], S)

\* x and y are related by steps of R, or the same.
\* Example: ReflexiveTransitiveClosure([x, y \in 1 .. 3 |-> y = x + 1], 1 .. 3) = [x, y \in 1 .. 3 |-> x <= y]
ReflexiveTransitiveClosure(R, S) ==
  TransitiveClosure([x, y \in S |-> x = y \/ R[x, y]], S)

\* Steps of R lead from everywhere to everywhere.
\* Example: IsConnected([x, y \in 1 .. 2 |-> x # y], 1 .. 2)
IsConnected(R, S) ==
  LET Q == ReflexiveTransitiveClosure(R, S) IN \A x, y \in S : Q[x, y]
=============================================================================
