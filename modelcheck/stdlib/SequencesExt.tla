---------------------------- MODULE SequencesExt ----------------------------
(***************************************************************************)
(* More operators on sequences: making, searching, cutting, combining.     *)
(***************************************************************************)
EXTENDS Sequences, Naturals, FiniteSets, FiniteSetsExt, Folds, Functions,
        Bags, TLC

-----------------------------------------------------------------------------
\* From sequences to sets and back.

\* The set of the elements of s.
\* Example: ToSet(<<1, 2, 1>>) = {1, 2}
ToSet(s) == {s[i] : i \in DOMAIN s}

\* The bag of the elements of s.
\* Example: ToBag(<<1, 2, 1>>) = <<2, 1>>
ToBag(s) ==
  LET places(e) == {i \in DOMAIN s : s[i] = e}
  IN  [e \in ToSet(s) |-> Cardinality(places(e))]

\* The elements of the finite set S as a sequence, each once.
\* Example: SetToSeq({}) = <<>> /\ SetToSeq({7}) = <<7>>
\* Example: LET s == SetToSeq({4, 5}) IN Len(s) = 2 /\ ToSet(s) = {4, 5}
SetToSeq(S) ==
  LET RECURSIVE list(_)
      list(T) ==
        IF T = {} THEN <<>>
        ELSE LET e == CHOOSE x \in T : TRUE IN <<e>> \o list(T \ {e})
  IN  list(S)

\* All such sequences.
\* Example: SetToSeqs({"t", "l"}) = {<<"t", "l">>, <<"l", "t">>}
SetToSeqs(S) == {s \in [1 .. Cardinality(S) -> S] : IsInjective(s)}

\* The one that is sorted by op, a total order.
\* Example: SetToSortSeq({3, 1, 2}, LAMBDA x, y : x > y) = <<3, 2, 1>>
SetToSortSeq(S, op(_, _)) == SortSeq(SetToSeq(S), op)

\* All sequences of different elements of S, of any length.
\* Example: SetToAllKPermutations({1, 2}) = {<<>>, <<1>>, <<2>>, <<1, 2>>, <<2, 1>>}
SetToAllKPermutations(S) == UNION {SetToSeqs(T) : T \in SUBSET S}

\* The sequences of length n with elements of set.
\* Example: TupleOf({0, 1}, 2) = {<<0, 0>>, <<0, 1>>, <<1, 0>>, <<1, 1>>}
TupleOf(set, n) == [1 .. n -> set]

\* The sequences of length at most n with elements of set.
\* Example: SeqOf({0}, 2) = {<<>>, <<0>>, <<0, 0>>}
SeqOf(set, n) == UNION {TupleOf(set, len) : len \in 0 .. n}

\* The same.
\* Example: BoundedSeq({0}, 1) = {<<>>, <<0>>}
BoundedSeq(S, n) == SeqOf(S, n)

-----------------------------------------------------------------------------
\* Tests and searches.

\* e is an element of s.
\* Example: Contains(<<1, 2>>, 2) /\ ~Contains(<<1, 2>>, 3)
Contains(s, e) == \E i \in DOMAIN s : s[i] = e

\* Each element stands in relation op to all later ones.
\* Example: IsSorted(<<1, 2, 2>>, <=) /\ ~IsSorted(<<1, 2, 2>>, <)
IsSorted(s, op(_, _)) ==
  \A j \in DOMAIN s : \A i \in 1 .. (j - 1) : op(s[i], s[j])

\* The first index whose element passes Test, 0 if there is none.
\* Example: SelectInSeq(<<5, 8, 9>>, LAMBDA x : x > 6) = 2
SelectInSeq(seq, Test(_)) ==
  LET found == {i \in DOMAIN seq : Test(seq[i])}
  IN  IF found = {} THEN 0 ELSE Min(found)

\* The first such index between from and to, which lie in the domain of seq
\* unless from > to.
\* Example: SelectInSubSeq(<<7, 5, 8, 9>>, 2, 4, LAMBDA x : x > 6) = 3
SelectInSubSeq(seq, from, to, Test(_)) ==
  LET found == {i \in from .. to : Test(seq[i])}
  IN  IF found = {} THEN 0 ELSE Min(found)

\* The last index whose element passes Test, 0 if there is none.
\* Example: SelectLastInSeq(<<7, 8, 5>>, LAMBDA x : x > 6) = 2
SelectLastInSeq(seq, Test(_)) ==
  LET found == {i \in DOMAIN seq : Test(seq[i])}
  IN  IF found = {} THEN 0 ELSE Max(found)

\* The last such index between from and to.
\* Example: SelectLastInSubSeq(<<7, 8, 5, 9>>, 1, 3, LAMBDA x : x > 6) = 2
SelectLastInSubSeq(seq, from, to, Test(_)) ==
  LET found == {i \in from .. to : Test(seq[i])}
  IN  IF found = {} THEN 0 ELSE Max(found)

-----------------------------------------------------------------------------
\* Changing elements.

\* s backwards.
\* Example: Reverse(<<1, 2, 3>>) = <<3, 2, 1>>
Reverse(s) == [i \in 1 .. Len(s) |-> s[1 + Len(s) - i]]

\* s without any e.
\* Example: Remove(<<1, 2, 1>>, 1) = <<2>>
Remove(s, e) == SelectSeq(s, LAMBDA x : x # e)

\* s with new in place of each old.
\* Example: ReplaceAll(<<1, 2, 1>>, 1, 7) = <<7, 2, 7>>
ReplaceAll(s, old, new) ==
  [i \in DOMAIN s |-> IF s[i] = old THEN new ELSE s[i]]

\* s with e at position i; what was there and after it moves up.
\* Example: InsertAt(<<1, 2>>, 2, 9) = <<1, 9, 2>>
InsertAt(s, i, e) == Append(SubSeq(s, 1, i - 1), e) \o SubSeq(s, i, Len(s))

\* s with e at position i instead of what was there.
\* Example: ReplaceAt(<<1, 2>>, 2, 9) = <<1, 9>>
ReplaceAt(s, i, e) == [s EXCEPT ![i] = e]

\* s without its i-th element.
\* Example: RemoveAt(<<1, 2, 3>>, 2) = <<1, 3>>
RemoveAt(s, i) == SubSeq(s, 1, i - 1) \o SubSeq(s, i + 1, Len(s))

\* s without the first element that passes Test, if there is one.
\* Example: RemoveFirstMatch(<<5, 8, 9>>, LAMBDA x : x > 6) = <<5, 9>>
RemoveFirstMatch(s, Test(_)) ==
  LET i == SelectInSeq(s, Test) IN IF i = 0 THEN s ELSE RemoveAt(s, i)

\* s without the first e, if there is one.
\* Example: RemoveFirst(<<2, 1, 2>>, 2) = <<1, 2>>
RemoveFirst(s, e) == RemoveFirstMatch(s, LAMBDA x : x = e)

\* elt in front of seq.
\* Example: Cons(1, <<2, 3>>) = <<1, 2, 3>>
Cons(elt, seq) == <<elt>> \o seq

\* elt behind seq.
\* Example: Snoc(3, <<1, 2>>) = <<1, 2, 3>>
Snoc(elt, seq) == Append(seq, elt)

\* All of s but its last element.
\* Example: Front(<<1, 2, 3>>) = <<1, 2>> /\ Front(<<>>) = <<>>
Front(s) == [i \in 1 .. (Len(s) - 1) |-> s[i]]

\* The last element of s, which must not be empty.
\* Example: Last(<<1, 2, 3>>) = 3
Last(s) == s[Len(s)]

-----------------------------------------------------------------------------
\* Beginnings and ends.

\* t begins with s.
\* Example: IsPrefix(<<1>>, <<1, 2>>) /\ ~IsPrefix(<<2>>, <<1, 2>>)
IsPrefix(s, t) == Len(s) \leq Len(t) /\ \A i \in 1 .. Len(s) : s[i] = t[i]

\* t begins with s and is longer.
\* Example: IsStrictPrefix(<<1>>, <<1, 2>>) /\ ~IsStrictPrefix(<<1>>, <<1>>)
IsStrictPrefix(s, t) == IsPrefix(s, t) /\ s # t

\* t ends with s.
\* Example: IsSuffix(<<2>>, <<1, 2>>) /\ ~IsSuffix(<<1>>, <<1, 2>>)
IsSuffix(s, t) ==
  /\ Len(s) \leq Len(t)
  /\ \A i \in 1 .. Len(s) : s[i] = t[Len(t) - Len(s) + i]

\* t ends with s and is longer.
\* Example: IsStrictSuffix(<<2>>, <<1, 2>>) /\ ~IsStrictSuffix(<<2>>, <<2>>)
IsStrictSuffix(s, t) == IsSuffix(s, t) /\ s # t

\* All sequences with which s begins, the empty one and s itself included.
\* Example: Prefixes(<<1, 2>>) = {<<>>, <<1>>, <<1, 2>>}
Prefixes(s) == {SubSeq(s, 1, n) : n \in 0 .. Len(s)}

\* All sequences with which every element of S begins, for a nonempty S.
\* Example: CommonPrefixes({<<1, 2>>, <<1, 3>>}) = {<<>>, <<1>>}
CommonPrefixes(S) ==
  {p \in UNION {Prefixes(s) : s \in S} : \A s \in S : IsPrefix(p, s)}

\* The longest of them.
\* Example: LongestCommonPrefix({<<1, 2>>, <<1, 3>>}) = <<1>>
LongestCommonPrefix(S) ==
  CHOOSE p \in CommonPrefixes(S) : \A q \in CommonPrefixes(S) : IsPrefix(q, p)

\* All sequences with which s ends, the empty one and s itself included.
\* Example: Suffixes(<<1, 2>>) = {<<>>, <<2>>, <<1, 2>>}
Suffixes(s) == {SubSeq(s, n, Len(s)) : n \in 1 .. (Len(s) + 1)}

-----------------------------------------------------------------------------
\* Combining all elements.

\* a modulo b among 1 .. b, for indexes that go round.
\* Example: SeqMod(3, 3) = 3 /\ SeqMod(4, 3) = 1
SeqMod(a, b) == ((a - 1) % b) + 1

\* base and the elements of seq combined by op, in an order left open.
\* Example: FoldSeq(LAMBDA x, acc : {x} \cup acc, {}, <<1, 2, 1>>) = {1, 2}
FoldSeq(op(_, _), base, seq) == FoldFunction(op, base, seq)

\* op(op(op(base, s1), s2), s3) and so on.
\* Example: FoldLeft(LAMBDA acc, x : <<acc, x>>, 0, <<3, 1>>) = <<<<0, 3>>, 1>>
FoldLeft(op(_, _), base, seq) ==
  LET upTo[i \in 0 .. Len(seq)] ==
        IF i = 0 THEN base ELSE op(upTo[i - 1], seq[i])
  IN  upTo[Len(seq)]

\* op(s1, op(s2, op(s3, base))) and so on.
\* Example: FoldRight(LAMBDA x, acc : <<x, acc>>, <<3, 1>>, 0) = <<3, <<1, 0>>>>
FoldRight(op(_, _), seq, base) ==
  LET from[i \in 1 .. (Len(seq) + 1)] ==
        IF i > Len(seq) THEN base ELSE op(seq[i], from[i + 1])
  IN  from[1]

\* The same two for the indexes of seq instead of its elements.
\* Example: FoldLeftDomain(LAMBDA acc, i : Append(acc, i), <<>>, <<"a", "b">>) = <<1, 2>>
FoldLeftDomain(op(_, _), base, seq) ==
  FoldLeft(op, base, [i \in 1 .. Len(seq) |-> i])

\* Example: FoldRightDomain(LAMBDA i, acc : Append(acc, i), <<"a", "b">>, <<>>) = <<2, 1>>
FoldRightDomain(op(_, _), seq, base) ==
  FoldRight(op, [i \in 1 .. Len(seq) |-> i], base)

\* The sequences in the sequence seqs, one after the other.  Strings may
\* stand for sequences.
\* Example: FlattenSeq(<<<<1, 2>>, <<>>, <<3>>>>) = <<1, 2, 3>>
FlattenSeq(seqs) ==
  LET upTo[i \in 1 .. Len(seqs)] ==
        IF i = 1 THEN seqs[1] ELSE upTo[i - 1] \o seqs[i]
  IN  IF seqs = <<>> THEN <<>> ELSE upTo[Len(seqs)]

\* Pairs of elements at the same index, as long as both sequences go.
\* Example: Zip(<<1, 3>>, <<2, 4, 6>>) = <<<<1, 2>>, <<3, 4>>>>
Zip(s, t) == [i \in 1 .. Min({Len(s), Len(t)}) |-> <<s[i], t[i]>>]

\* The elements of s and t in turn, each as a sequence of its own; s and t
\* have the same length.  Two empty sequences give a pair of them.
\* Example: Interleave(<<1, 3>>, <<2, 4>>) = <<<<1>>, <<2>>, <<3>>, <<4>>>>
\* Example: Interleave(<<>>, <<>>) = <<<<>>, <<>>>>
Interleave(s, t) ==
  CASE Len(s) = Len(t) /\ s # <<>> ->
         [i \in 1 .. (2 * Len(s)) |->
            IF i % 2 = 1 THEN <<s[(i + 1) \div 2]>> ELSE <<t[i \div 2]>>]
    [] Len(s) = Len(t) /\ s = <<>> -> <<s, t>>

-----------------------------------------------------------------------------
\* Parts of a sequence.

\* The contiguous parts of s.
\* Example: SubSeqs(<<1, 2>>) = {<<>>, <<1>>, <<2>>, <<1, 2>>}
SubSeqs(s) ==
  {<<>>} \cup UNION {{SubSeq(s, i, j) : j \in i .. Len(s)} : i \in DOMAIN s}

\* What is left of s when any of its elements are taken out.
\* Example: AllSubSeqs(<<1, 2, 3>>) = SubSeqs(<<1, 2, 3>>) \cup {<<1, 3>>}
AllSubSeqs(s) ==
  LET at(I) ==
        FoldLeftDomain(LAMBDA acc, i : IF i \in I THEN Append(acc, s[i]) ELSE acc,
                       <<>>, s)
  IN  {at(I) : I \in SUBSET DOMAIN s}

\* s is the part of t that begins at index i.
LOCAL OccursAt(i, s, t) == SubSeq(t, i, i + Len(s) - 1) = s

\* The first index at which s is a part of t.
\* Example: IndexFirstSubSeq(<<2, 3>>, <<1, 2, 3, 2, 3>>) = 2
IndexFirstSubSeq(s, t) ==
  Min({i \in 1 .. (Len(t) - Len(s) + 1) : OccursAt(i, s, t)})

\* t with r in place of its part s at index i.
\* Example: ReplaceSubSeqAt(2, <<9>>, <<2, 3>>, <<1, 2, 3, 4>>) = <<1, 9, 4>>
ReplaceSubSeqAt(i, r, s, t) ==
  SubSeq(t, 1, i - 1) \o r \o SubSeq(t, i + Len(s), Len(t))

\* t with r in place of the first part s, if there is one.
\* Example: ReplaceFirstSubSeq(<<9>>, <<1>>, <<1, 1>>) = <<9, 1>>
ReplaceFirstSubSeq(r, s, t) ==
  IF \E i \in 1 .. (Len(t) - Len(s) + 1) : OccursAt(i, s, t)
  THEN ReplaceSubSeqAt(IndexFirstSubSeq(s, t), r, s, t)
  ELSE t

\* t with r in place of every part s, found from left to right.  An empty s
\* stands before each element of t.
\* Example: ReplaceAllSubSeqs(<<2, 2>>, <<1, 1>>, <<1, 1, 1>>) = <<2, 2, 1>>
\* Example: ReplaceAllSubSeqs(<<0>>, <<>>, <<4, 5>>) = <<0, 4, 0, 5>>
ReplaceAllSubSeqs(r, s, t) ==
  LET n == Len(t)
      RECURSIVE from(_)
      from(i) ==
        IF i > n THEN <<>>
        ELSE IF s = <<>> THEN r \o <<t[i]>> \o from(i + 1)
        ELSE IF i + Len(s) - 1 \leq n /\ OccursAt(i, s, t)
             THEN r \o from(i + Len(s))
             ELSE <<t[i]>> \o from(i + 1)
  IN  IF s = t THEN r ELSE from(1)
=============================================================================
