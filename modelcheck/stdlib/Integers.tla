------------------------------ MODULE Integers ------------------------------
(***************************************************************************)
(* The integers: the naturals, and their negatives.  The operators of      *)
(* Naturals apply to all of them; division rounds towards minus infinity,  *)
(* so that a remainder is never negative.                                  *)
(***************************************************************************)
EXTENDS Naturals

\* Negation, written -a.  (-. is how the prefix operator is named.)
\* Example: 3 - 5 = -2 /\ -(3 - 5) = 2
\* Example: (-7) \div 2 = -4 /\ (-7) % 2 = 1
\* Example: (-2) .. 1 = {-2, -1, 0, 1}
-. a == 0 - a

\* The set of all integers.
\* Example: -3 \in Int /\ 3 \in Int
Int == Nat \cup {-n : n \in Nat}
=============================================================================
