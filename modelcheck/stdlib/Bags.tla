-------------------------------- MODULE Bags --------------------------------
(***************************************************************************)
(* Bags, also called multisets.  A bag is a function from its elements to  *)
(* how often each occurs, a natural number above 0.                        *)
(***************************************************************************)
EXTENDS TLC
LOCAL INSTANCE Naturals

\* B is a bag.
\* Example: IsABag([x \in {"a"} |-> 2]) /\ ~IsABag([x \in {"a"} |-> 0])
IsABag(B) == B \in [DOMAIN B -> {n \in Nat : n > 0}]

\* The set of the elements of B.
\* Example: BagToSet([x \in {"a", "b"} |-> 2]) = {"a", "b"}
BagToSet(B) == DOMAIN B

\* The bag in which each element of S occurs once.
\* Example: SetToBag({"a"}) = [x \in {"a"} |-> 1]
SetToBag(S) == [e \in S |-> 1]

\* e occurs in B.
\* Example: BagIn("a", SetToBag({"a"})) /\ ~BagIn("b", SetToBag({"a"}))
BagIn(e, B) == e \in DOMAIN B

\* The bag without elements.
\* Example: BagToSet(EmptyBag) = {}
EmptyBag == [e \in {} |-> 1]

\* How often e occurs in B, 0 if it does not.
\* Example: CopiesIn("a", [x \in {"a"} |-> 2]) = 2 /\ CopiesIn("b", EmptyBag) = 0
CopiesIn(e, B) == IF e \in DOMAIN B THEN B[e] ELSE 0

\* Both bags poured together.
\* Example: SetToBag({1}) (+) SetToBag({1, 2}) = <<2, 1>>
A (+) B ==
  [e \in DOMAIN A \cup DOMAIN B |-> CopiesIn(e, A) + CopiesIn(e, B)]

\* A without what is in B, copy by copy.
\* Example: <<2, 1>> (-) <<1, 1>> = SetToBag({1})
\* Example: SetToBag({1}) (-) SetToBag({1, 2}) = EmptyBag
A (-) B ==
  [e \in {x \in DOMAIN A : A[x] > CopiesIn(x, B)} |-> A[e] - CopiesIn(e, B)]

\* A is contained in B: nothing occurs in A more often than in B.
\* Example: <<1, 1>> \sqsubseteq <<2, 1>> /\ ~(<<2>> \sqsubseteq <<1, 5>>)
A \sqsubseteq B == \A e \in DOMAIN A : e \in DOMAIN B /\ A[e] \leq B[e]

\* The sum of F over the finite set S.
LOCAL Total(F(_), S) ==
  LET sum[T \in SUBSET S] ==
        IF T = {} THEN 0
        ELSE LET e == CHOOSE x \in T : TRUE IN F(e) + sum[T \ {e}]
  IN  sum[S]

\* All bags of the finite set S poured together.
\* Example: BagUnion({SetToBag({1}), SetToBag({1, 2})}) = <<2, 1>>
BagUnion(S) ==
  [e \in UNION {DOMAIN B : B \in S} |-> Total(LAMBDA B : CopiesIn(e, B), S)]

\* The set of all bags contained in B.
\* Example: SubBag(<<2>>) = {EmptyBag, <<1>>, <<2>>}
SubBag(B) ==
  LET most == CHOOSE n \in {0} \cup {B[e] : e \in DOMAIN B} :
                \A e \in DOMAIN B : B[e] \leq n
      withElements(S) == {A \in [S -> 1 .. most] : A \sqsubseteq B}
  IN  UNION {withElements(S) : S \in SUBSET DOMAIN B}

\* The bag of F(e) for the elements e of B, each as often as e occurs.
\* Example: BagOfAll(LAMBDA x : 1, <<2, 5>>) = <<7>>
BagOfAll(F(_), B) ==
  [v \in {F(e) : e \in DOMAIN B} |->
     Total(LAMBDA e : B[e], {e \in DOMAIN B : F(e) = v})]

\* How many elements B has, repetitions counted.
\* Example: BagCardinality(<<2, 5>>) = 7
BagCardinality(B) == Total(LAMBDA e : B[e], DOMAIN B)
=============================================================================
