------------------------------ MODULE Naturals ------------------------------
(***************************************************************************)
(* The natural numbers with their arithmetic and order.                    *)
(*                                                                         *)
(* The definitions say what the operators mean, in the manner of Peano:    *)
(* the literals of the language are 0, its successor, the successor of     *)
(* that one, and so on.  A checker computes with numbers of its own and    *)
(* never unfolds this text; its operators also take negative integers, in  *)
(* agreement with module Integers.                                         *)
(***************************************************************************)

\* s is a successor function on a set in which 0 starts everything.
LOCAL IsSuccessor(s) ==
  /\ s \in [DOMAIN s -> DOMAIN s]
  /\ 0 \in DOMAIN s
  /\ \A m \in DOMAIN s : s[m] # 0
  /\ \A m, n \in DOMAIN s : s[m] = s[n] => m = n
  /\ \A T \in SUBSET DOMAIN s :
        (0 \in T /\ \A m \in T : s[m] \in T) => T = DOMAIN s

LOCAL Successor == CHOOSE s : IsSuccessor(s)

\* The set of the natural numbers, 0 among them.
\* Example: 0 \in Nat /\ 17 \in Nat
Nat == DOMAIN Successor

\* The number before n, for n other than 0.
LOCAL Predecessor(n) == CHOOSE m \in Nat : Successor[m] = n

\* Sum.
\* Example: 2 + 3 = 5
a + b ==
  LET plus[n \in Nat] == IF n = 0 THEN a ELSE Successor[plus[Predecessor(n)]]
  IN  plus[b]

\* Difference.  It leaves Nat when b is the larger one, see Integers.
\* Example: 7 - 4 = 3
a - b == CHOOSE d : d + b = a

\* Product.
\* Example: 6 * 7 = 42
a * b ==
  LET times[n \in Nat] == IF n = 0 THEN 0 ELSE times[Predecessor(n)] + a
  IN  times[b]

\* Power, for an exponent in Nat; 0 ^ 0 is left undefined by a checker.
\* Example: 2 ^ 10 = 1024
a ^ b ==
  LET power[n \in Nat] == IF n = 0 THEN 1 ELSE power[Predecessor(n)] * a
  IN  power[b]

\* At most; written =< or <= as well.
\* Example: 3 \leq 3 /\ 3 =< 4 /\ 3 <= 5
a \leq b == \E d \in Nat : a + d = b

\* At least; written >= as well.
\* Example: 4 \geq 3 /\ 4 >= 4
a \geq b == b \leq a

\* Less than.
\* Example: 3 < 4 /\ ~(4 < 4)
a < b == a \leq b /\ a # b

\* Greater than.
\* Example: 4 > 3 /\ ~(4 > 4)
a > b == b < a

\* The set of the integers from a to b, both included; empty when a > b.
\* Example: 2 .. 4 = {2, 3, 4}
\* Example: 4 .. 2 = {}
a .. b == {n \in Nat : a \leq n /\ n \leq b}

\* Quotient, rounded down, for b > 0.
\* Example: 17 \div 5 = 3
a \div b == CHOOSE q \in Nat : b * q \leq a /\ a < b * (q + 1)

\* Remainder of that division: 0 \leq a % b and a % b < b, for b > 0.
\* Example: 17 % 5 = 2
a % b == a - b * (a \div b)
=============================================================================
