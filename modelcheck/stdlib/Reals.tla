------------------------------- MODULE Reals --------------------------------
(***************************************************************************)
(* The real numbers.  A checker computes with integers, and with quotients *)
(* only where they are integers; the text names what the rest means.       *)
(***************************************************************************)
EXTENDS Integers

\* S has a least upper bound in R.
LOCAL HasSupremum(S, R) ==
  \E u \in R : /\ \A x \in S : x \leq u
               /\ \A v \in R : (\A x \in S : x \leq v) => u \leq v

\* R holds the integers, is closed under the field operations, and every
\* bounded nonempty part of it has a least upper bound.
LOCAL IsComplete(R) ==
  /\ Int \subseteq R
  /\ \A x, y \in R : x + y \in R /\ x - y \in R /\ x * y \in R
  /\ \A x, y \in R : y # 0 => \E q \in R : q * y = x
  /\ \A S \in SUBSET R :
        (S # {} /\ \E b \in R : \A x \in S : x \leq b) => HasSupremum(S, R)

\* The set of all real numbers.
Real == CHOOSE R : IsComplete(R)

\* The quotient of a and b, for b other than 0.
\* Example: 6 / 3 = 2
a / b == CHOOSE q \in Real : q * b = a

\* A value above every real number, and not one itself.
Infinity == CHOOSE w : w \notin Real /\ \A r \in Real : r < w
=============================================================================
