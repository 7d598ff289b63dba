-------------------------- MODULE DyadicRationals ---------------------------
(***************************************************************************)
(* Fractions whose denominator is a power of two.  A fraction is a record  *)
(* of num and den, in lowest terms.                                        *)
(***************************************************************************)
LOCAL INSTANCE Integers
LOCAL INSTANCE Sequences
LOCAL INSTANCE TLC

\* num / den in lowest terms; only twos can be cancelled.
RECURSIVE Lowest(_, _)
LOCAL Lowest(num, den) ==
  IF num % 2 = 0 /\ den % 2 = 0 THEN Lowest(num \div 2, den \div 2)
                                ELSE [num |-> num, den |-> den]

\* The denominator of r is a power of two.
\* Example: IsDyadicRational([num |-> 3, den |-> 8])
\* Example: ~IsDyadicRational([num |-> 1, den |-> 6])
IsDyadicRational(r) == \E i \in 0 .. r.den : r.den = 2 ^ i

\* Example: Zero = [num |-> 0, den |-> 1]
Zero == [num |-> 0, den |-> 1]

\* Example: One = [num |-> 1, den |-> 1]
One == [num |-> 1, den |-> 1]

\* The sum of p and q.  The larger denominator is a multiple of the other.
\* Example: Add(Half(One), Half(Half(One))) = [num |-> 3, den |-> 4]
\* Example: Add(Half(One), Half(One)) = One
Add(p, q) ==
  LET den == IF p.den \geq q.den THEN p.den ELSE q.den
  IN  Lowest(p.num * (den \div p.den) + q.num * (den \div q.den), den)

\* Half of p.
\* Example: Half(One) = [num |-> 1, den |-> 2]
Half(p) == Lowest(p.num, 2 * p.den)

\* The text of p.
\* Example: PrettyPrint(Half(One)) = "1/2" /\ PrettyPrint(One) = "1"
PrettyPrint(p) ==
  IF p \in {Zero, One} THEN ToString(p.num)
                       ELSE ToString(p.num) \o "/" \o ToString(p.den)
=============================================================================
