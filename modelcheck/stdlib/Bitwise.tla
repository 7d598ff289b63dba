------------------------------ MODULE Bitwise -------------------------------
(***************************************************************************)
(* Operators on the binary digits of natural numbers.                      *)
(***************************************************************************)
LOCAL INSTANCE Naturals

\* The number whose digits are op of the digits of a and b.
LOCAL DigitByDigit(op(_, _), a, b) ==
  LET RECURSIVE go(_, _)
      go(x, y) ==
        IF x = 0 /\ y = 0 THEN 0
        ELSE 2 * go(x \div 2, y \div 2) + op(x % 2, y % 2)
  IN  go(a, b)

\* A digit is 1 where both have 1.
\* Example: 12 & 10 = 8
a & b == DigitByDigit(LAMBDA p, q : p * q, a, b)

\* A digit is 1 where at least one has 1.
\* Example: (12 | 10) = 14
a | b == DigitByDigit(LAMBDA p, q : p + q - p * q, a, b)

\* A digit is 1 where just one has 1.
\* Example: 12 ^^ 10 = 6
a ^^ b == DigitByDigit(LAMBDA p, q : (p + q) % 2, a, b)

\* Every digit of a is replaced by the other one, from the highest 1 down.
\* Example: Not(10) = 5 /\ Not(0) = 0
Not(a) == DigitByDigit(LAMBDA p, q : 1 - p, a, a)

\* n without its last pos digits.
\* Example: shiftR(13, 2) = 3
shiftR(n, pos) == n \div (2 ^ pos)
=============================================================================
