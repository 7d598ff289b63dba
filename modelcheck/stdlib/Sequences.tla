----------------------------- MODULE Sequences ------------------------------
(***************************************************************************)
(* Finite sequences.  A sequence of length n is a function on 1 .. n; the  *)
(* tuple <<x, y>> is the sequence s with s[1] = x and s[2] = y.            *)
(***************************************************************************)
LOCAL INSTANCE Naturals

\* All finite sequences of elements of S; infinitely many unless S is empty.
\* Example: <<1, 2, 1>> \in Seq({1, 2})
\* Example: <<>> \in Seq({}) /\ <<3>> \notin Seq({1, 2})
Seq(S) == UNION {[1 .. n -> S] : n \in Nat}

\* The length of s.
\* Example: Len(<<"a", "b", "a">>) = 3
Len(s) == CHOOSE n \in Nat : DOMAIN s = 1 .. n

\* First s, then t; written \circ as well.
\* Example: <<1, 2>> \o <<3>> = <<1, 2, 3>>
s \o t ==
  LET m == Len(s)
  IN  [i \in 1 .. (m + Len(t)) |-> IF i \leq m THEN s[i] ELSE t[i - m]]

\* s with e as a new last element.
\* Example: Append(<<1, 2>>, 3) = <<1, 2, 3>>
Append(s, e) == s \o <<e>>

\* The first element of s, which must not be empty.
\* Example: Head(<<7, 8, 9>>) = 7
Head(s) == s[1]

\* All of s but its first element; s must not be empty.
\* Example: Tail(<<7, 8, 9>>) = <<8, 9>>
Tail(s) == [i \in 1 .. (Len(s) - 1) |-> s[i + 1]]

\* The elements of s from the m-th to the n-th; the empty sequence if m > n.
\* Example: SubSeq(<<1, 2, 3>>, 2, 3) = <<2, 3>>
\* Example: SubSeq(<<1, 2, 3>>, 3, 2) = <<>>
SubSeq(s, m, n) == [i \in 1 .. (1 + n - m) |-> s[m + i - 1]]

\* The elements of s that pass Test, in their order.
\* Example: SelectSeq(<<5, 2, 7, 4>>, LAMBDA x : x > 4) = <<5, 7>>
SelectSeq(s, Test(_)) ==
  LET pick[i \in 0 .. Len(s)] ==
        IF i = 0 THEN <<>>
        ELSE IF Test(s[i]) THEN Append(pick[i - 1], s[i]) ELSE pick[i - 1]
  IN  pick[Len(s)]
=============================================================================
