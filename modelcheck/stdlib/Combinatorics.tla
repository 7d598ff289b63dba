--------------------------- MODULE Combinatorics ----------------------------
(***************************************************************************)
(* Counting arrangements and selections.                                   *)
(***************************************************************************)
EXTENDS Naturals

\* The number of ways to arrange n things in a row.
\* Example: factorial[0] = 1 /\ factorial[5] = 120
factorial[n \in Nat] == IF n = 0 THEN 1 ELSE factorial[n - 1] * n

\* The number of ways to take k of n things, for k in 0 .. n.
\* Example: choose(5, 2) = 10 /\ choose(4, 0) = 1
choose(n, k) == (factorial[n] \div factorial[n - k]) \div factorial[k]
=============================================================================
