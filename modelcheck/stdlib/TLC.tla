-------------------------------- MODULE TLC ---------------------------------
(***************************************************************************)
(* What a specification can ask of its model checker: printing, assertions *)
(* that stop a run, registers, and a few operators on functions.           *)
(*                                                                         *)
(* The operators that print, count or draw at random have an effect beside *)
(* their value.  The text gives the value only.                            *)
(***************************************************************************)
LOCAL INSTANCE Naturals
LOCAL INSTANCE Sequences

\* Prints out and val; its value is val.
\* Example: Print("seen", 2 + 2) = 4
Print(out, val) == val

\* Prints out; always true.
\* Example: PrintT("seen")
PrintT(out) == TRUE

\* True if cond is; otherwise the run stops and shows the message.
\* Example: Assert(2 + 2 = 4, "sum")
Assert(cond, message) == cond \/ CHOOSE v : FALSE

\* Seconds since the beginning of 1970, taken from the clock.
\* Example: JavaTime \in Nat
JavaTime == CHOOSE n \in Nat : TRUE

\* The value of register i (a natural number, set by TLCSet), or a fact of
\* the run: "level", "distinct", "queue", "diameter", "duration", "config",
\* and others.
TLCGet(i) == CHOOSE v : TRUE

\* Sets register i to v, or tells the run something ("exit", "pause"); true.
\* Example: TLCSet(42, "x")
TLCSet(i, v) == TRUE

\* The function that takes d to e and is defined nowhere else.
\* Example: (3 :> "x")[3] = "x" /\ DOMAIN (3 :> "x") = {3}
d :> e == [x \in {d} |-> e]

\* The functions f and g together; where both are defined, f decides.
\* Example: (1 :> "a") @@ (1 :> "b") @@ (2 :> "c") = <<"a", "c">>
f @@ g ==
  [x \in DOMAIN f \cup DOMAIN g |-> IF x \in DOMAIN f THEN f[x] ELSE g[x]]

\* All one-to-one functions from S onto S, for a finite S.
\* Example: Permutations({1, 2}) = {<<1, 2>>, <<2, 1>>}
Permutations(S) == {p \in [S -> S] : \A y \in S : \E x \in S : p[x] = y}

\* The elements of s arranged so that each is before the next one; Before
\* must be a total order.
\* Example: SortSeq(<<3, 1, 2>>, LAMBDA x, y : x < y) = <<1, 2, 3>>
SortSeq(s, Before(_, _)) ==
  LET insert(t, e) ==
        SelectSeq(t, LAMBDA x : ~Before(e, x)) \o <<e>>
          \o SelectSeq(t, LAMBDA x : Before(e, x))
      sorted[i \in 0 .. Len(s)] ==
        IF i = 0 THEN <<>> ELSE insert(sorted[i - 1], s[i])
  IN  sorted[Len(s)]

\* An element of S drawn at random, each with the same chance.
\* Example: RandomElement({1, 2, 3}) \in 1 .. 3
RandomElement(S) == CHOOSE x \in S : TRUE

\* A thing of which every value is an element; of use only to the right of
\* \in, in a formula that states a type.
\* Example: 1 \in Any /\ "a" \in Any
Any == CHOOSE A : TRUE

\* The text of v, written as the language writes it.
\* Example: ToString(<<1, 2>>) = "<<1, 2>>"
\* Example: ToString(12) = "12"
ToString(v) == CHOOSE t \in STRING : TRUE

\* v, computed at once and in full.
\* Example: TLCEval({x \in 1 .. 3 : x > 1}) = {2, 3}
TLCEval(v) == v
=============================================================================
