------------------------ MODULE SequencesExtTheorems ------------------------
(***************************************************************************)
(* Facts about the operators of module SequencesExt.  Statements only;     *)
(* they are for proofs to cite.                                            *)
(***************************************************************************)
EXTENDS Sequences, SequencesExt, Functions, Integers, WellFoundedInduction

-----------------------------------------------------------------------------
\* Bounded length.

THEOREM SeqOfSeq ==
  ASSUME NEW S, NEW n \in Int
  PROVE  {s \in Seq(S) : Len(s) \leq n} = SeqOf(S, n)

-----------------------------------------------------------------------------
\* Cons.

THEOREM ConsProperties ==
  ASSUME NEW S, NEW s \in Seq(S), NEW e \in S
  PROVE  LET t == Cons(e, s)
         IN  /\ t \in Seq(S) /\ t # <<>> /\ Len(t) = Len(s) + 1
             /\ Head(t) = e /\ t[1] = e /\ Tail(t) = s
             /\ \A i \in 1 .. Len(s) : t[i + 1] = s[i]
             /\ \A i \in 2 .. (Len(s) + 1) : t[i] = s[i - 1]

THEOREM ConsEmpty == \A e : <<e>> = Cons(e, <<>>)

THEOREM ConsHeadTail ==
  ASSUME NEW S, NEW s \in Seq(S), s # <<>>
  PROVE  s = Cons(Head(s), Tail(s))

THEOREM ConsAppend ==
  ASSUME NEW S, NEW s \in Seq(S), NEW e \in S, NEW f \in S
  PROVE  Append(Cons(e, s), f) = Cons(e, Append(s, f))

THEOREM ConsConcat ==
  ASSUME NEW S, NEW e \in S, NEW s \in Seq(S), NEW t \in Seq(S)
  PROVE  Cons(e, s \o t) = Cons(e, s) \o t

THEOREM ConsInjective ==
  ASSUME NEW S, NEW e \in S, NEW s \in Seq(S), NEW f \in S, NEW t \in Seq(S)
  PROVE  (e = f /\ s = t) <=> Cons(e, s) = Cons(f, t)

THEOREM SequencesInductionCons ==
  ASSUME NEW P(_), NEW S, P(<<>>),
         \A s \in Seq(S) : \A e \in S : P(s) => P(Cons(e, s))
  PROVE  \A s \in Seq(S) : P(s)

-----------------------------------------------------------------------------
\* Contains.

THEOREM ContainsRange ==
  ASSUME NEW S, NEW s \in Seq(S), NEW e
  PROVE  e \in Range(s) <=> Contains(s, e)

THEOREM ContainsEmpty == \A e : ~Contains(<<>>, e)

THEOREM ContainsSingleton == \A f, e : Contains(<<f>>, e) <=> f = e

THEOREM ContainsAppend ==
  ASSUME NEW S, NEW s \in Seq(S), NEW f, NEW e
  PROVE  Contains(Append(s, f), e) <=> (e = f \/ Contains(s, e))

THEOREM ContainsCons ==
  ASSUME NEW S, NEW s \in Seq(S), NEW f, NEW e
  PROVE  Contains(Cons(f, s), e) <=> (e = f \/ Contains(s, e))

THEOREM ContainsConcat ==
  ASSUME NEW S, NEW s \in Seq(S), NEW T, NEW t \in Seq(T), NEW e
  PROVE  Contains(s \o t, e) <=> (Contains(t, e) \/ Contains(s, e))

THEOREM ContainsTail ==
  ASSUME NEW S, NEW s \in Seq(S), s # <<>>, NEW e
  PROVE  Contains(Tail(s), e) => Contains(s, e)

THEOREM ContainsTailExceptHead ==
  ASSUME NEW S, NEW s \in Seq(S), s # <<>>,
         NEW e, e # Head(s), Contains(s, e)
  PROVE  Contains(Tail(s), e)

-----------------------------------------------------------------------------
\* IsSorted.

LOCAL Transitive(op(_, _), S) ==
  \A x, y, z \in S : op(x, y) /\ op(y, z) => op(x, z)

THEOREM SortedEmpty ==
  ASSUME NEW op(_, _)
  PROVE  IsSorted(<<>>, op)

THEOREM SortedSingleton ==
  ASSUME NEW S, NEW e \in S, NEW op(_, _)
  PROVE  IsSorted(<<e>>, op)

THEOREM SortedAppend ==
  ASSUME NEW S, NEW op(_, _), Transitive(op, S),
         NEW s \in Seq(S), IsSorted(s, op),
         NEW e \in S, s = <<>> \/ op(Last(s), e)
  PROVE  IsSorted(Append(s, e), op)

THEOREM SortedConcat ==
  ASSUME NEW S, NEW op(_, _), Transitive(op, S),
         NEW s \in Seq(S), IsSorted(s, op), NEW t \in Seq(S), IsSorted(t, op),
         s = <<>> \/ t = <<>> \/ op(Last(s), Head(t))
  PROVE  IsSorted(s \o t, op)

THEOREM SortedInjective ==
  ASSUME NEW S, NEW op(_, _), \A x \in S : ~op(x, x),
         NEW s \in Seq(S), IsSorted(s, op)
  PROVE  IsInjective(s)

THEOREM SortedSubSeq ==
  ASSUME NEW S, NEW op(_, _), NEW s \in Seq(S), IsSorted(s, op),
         NEW m \in 1 .. (Len(s) + 1), NEW n \in 0 .. Len(s)
  PROVE  IsSorted(SubSeq(s, m, n), op)

-----------------------------------------------------------------------------
\* Inserting and removing.

THEOREM InsertAtProperties ==
  ASSUME NEW S, NEW s \in Seq(S), NEW i \in 1 .. (Len(s) + 1), NEW e \in S
  PROVE  LET t == InsertAt(s, i, e)
         IN  /\ t \in Seq(S) /\ Len(t) = Len(s) + 1
             /\ \A j \in 1 .. (Len(s) + 1) :
                  t[j] = IF j = i THEN e ELSE IF j < i THEN s[j] ELSE s[j - 1]

THEOREM RemoveAtProperties ==
  ASSUME NEW S, NEW s \in Seq(S), NEW i \in 1 .. Len(s)
  PROVE  LET t == RemoveAt(s, i)
         IN  /\ t \in Seq(S) /\ Len(t) = Len(s) - 1
             /\ \A j \in 1 .. (Len(s) - 1) : t[j] = IF j \geq i THEN s[j + 1] ELSE s[j]

-----------------------------------------------------------------------------
\* Front and Last.

THEOREM FrontProperties ==
  ASSUME NEW S, NEW s \in Seq(S)
  PROVE  /\ Front(s) \in Seq(S)
         /\ Len(Front(s)) = IF s # <<>> THEN Len(s) - 1 ELSE 0
         /\ \A i \in 1 .. (Len(s) - 1) : Front(s)[i] = s[i]

THEOREM FrontOfEmpty == <<>> = Front(<<>>)

THEOREM LastProperties ==
  ASSUME NEW S, NEW s \in Seq(S), s # <<>>
  PROVE  Last(s) \in S /\ s = Append(Front(s), Last(s))

THEOREM FrontLastOfSubSeq ==
  ASSUME NEW S, NEW s \in Seq(S), NEW m \in 1 .. Len(s), NEW n \in m .. Len(s)
  PROVE  /\ Last(SubSeq(s, m, n)) = s[n]
         /\ Front(SubSeq(s, m, n)) = SubSeq(s, m, n - 1)

THEOREM FrontLastAppend ==
  ASSUME NEW S, NEW s \in Seq(S), NEW e \in S
  PROVE  Last(Append(s, e)) = e /\ Front(Append(s, e)) = s

LEMMA FrontInjectiveSeq ==
  ASSUME NEW S, NEW s \in Seq(S), s # <<>>, IsInjective(s)
  PROVE  /\ IsInjective(Front(s))
         /\ Range(Front(s)) = Range(s) \ {Last(s)}

THEOREM SequencesInductionFront ==
  ASSUME NEW S, NEW P(_), P(<<>>),
         \A s \in Seq(S) : P(Front(s)) /\ s # <<>> => P(s)
  PROVE  \A s \in Seq(S) : P(s)

-----------------------------------------------------------------------------
\* Reverse.

THEOREM ReverseProperties ==
  ASSUME NEW S, NEW s \in Seq(S)
  PROVE  /\ Reverse(s) \in Seq(S) /\ Len(Reverse(s)) = Len(s)
         /\ Reverse(Reverse(s)) = s

THEOREM ReverseEmpty == <<>> = Reverse(<<>>)

THEOREM ReverseSingleton == \A e : <<e>> = Reverse(<<e>>)

THEOREM ReverseEqual ==
  ASSUME NEW S, NEW s \in Seq(S), NEW t \in Seq(S), Reverse(t) = Reverse(s)
  PROVE  s = t

THEOREM ReverseEmptyIffEmpty ==
  ASSUME NEW S, NEW s \in Seq(S), Reverse(s) = <<>>
  PROVE  s = <<>>

THEOREM ReverseConcat ==
  ASSUME NEW S, NEW s \in Seq(S), NEW t \in Seq(S)
  PROVE  Reverse(t) \o Reverse(s) = Reverse(s \o t)

THEOREM ReverseAppend ==
  ASSUME NEW S, NEW s \in Seq(S), NEW e \in S
  PROVE  Cons(e, Reverse(s)) = Reverse(Append(s, e))

THEOREM ReverseCons ==
  ASSUME NEW S, NEW s \in Seq(S), NEW e \in S
  PROVE  Append(Reverse(s), e) = Reverse(Cons(e, s))

THEOREM ReverseSubSeq ==
  ASSUME NEW S, NEW s \in Seq(S), NEW m \in 1 .. Len(s), NEW n \in 0 .. Len(s)
  PROVE  LET mirror(i) == 1 + Len(s) - i
         IN  Reverse(SubSeq(s, m, n)) = SubSeq(Reverse(s), mirror(n), mirror(m))

THEOREM ReversePalindrome ==
  ASSUME NEW S, NEW s \in Seq(S), s = Reverse(s)
  PROVE  s \o s = Reverse(s \o s)

THEOREM LastEqualsHeadReverse ==
  ASSUME NEW S, NEW s \in Seq(S), s # <<>>
  PROVE  Head(Reverse(s)) = Last(s)

THEOREM ReverseFrontEqualsTailReverse ==
  ASSUME NEW S, NEW s \in Seq(S), s # <<>>
  PROVE  Tail(Reverse(s)) = Reverse(Front(s))

THEOREM RangeReverse ==
  ASSUME NEW S, NEW s \in Seq(S)
  PROVE  DOMAIN s = DOMAIN Reverse(s) /\ Range(s) = Range(Reverse(s))

-----------------------------------------------------------------------------
\* Prefixes.

THEOREM IsPrefixProperties ==
  ASSUME NEW S, NEW s \in Seq(S), NEW t \in Seq(S)
  PROVE  /\ IsPrefix(s, t) <=> \E u \in Seq(S) : s \o u = t
         /\ IsPrefix(s, t) <=> Len(s) \leq Len(t) /\ s = SubSeq(t, 1, Len(s))
         /\ IsPrefix(s, t) <=> Len(s) \leq Len(t) /\ s = Restrict(t, DOMAIN s)

THEOREM IsStrictPrefixProperties ==
  ASSUME NEW S, NEW s \in Seq(S), NEW t \in Seq(S)
  PROVE  /\ IsStrictPrefix(s, t) <=> \E u \in Seq(S) \ {<<>>} : s \o u = t
         /\ IsStrictPrefix(s, t) <=> Len(s) < Len(t) /\ s = SubSeq(t, 1, Len(s))
         /\ IsStrictPrefix(s, t) <=> Len(s) < Len(t) /\ s = Restrict(t, DOMAIN s)
         /\ IsStrictPrefix(s, t) <=> Len(s) < Len(t) /\ IsPrefix(s, t)

THEOREM IsPrefixElts ==
  ASSUME NEW S, NEW s \in Seq(S), NEW t \in Seq(S), IsPrefix(s, t),
         NEW i \in 1 .. Len(s)
  PROVE  t[i] = s[i]

THEOREM EmptyIsPrefix ==
  ASSUME NEW S, NEW s \in Seq(S)
  PROVE  /\ IsPrefix(<<>>, s)
         /\ s # <<>> <=> IsStrictPrefix(<<>>, s)
         /\ s = <<>> <=> IsPrefix(s, <<>>)
         /\ ~IsStrictPrefix(s, <<>>)

THEOREM IsPrefixConcat ==
  ASSUME NEW S, NEW s \in Seq(S), NEW t \in Seq(S)
  PROVE  IsPrefix(s, s \o t)

THEOREM IsStrictPrefixAppend ==
  ASSUME NEW S, NEW s \in Seq(S), NEW e \in S
  PROVE  IsStrictPrefix(s, Append(s, e))

THEOREM FrontIsPrefix ==
  ASSUME NEW S, NEW s \in Seq(S)
  PROVE  IsPrefix(Front(s), s) /\ (s = <<>> \/ IsStrictPrefix(Front(s), s))

THEOREM IsPrefixPartialOrder ==
  ASSUME NEW S
  PROVE  \A s \in Seq(S) :
           /\ IsPrefix(s, s)
           /\ \A t \in Seq(S) :
                /\ IsPrefix(s, t) /\ IsPrefix(t, s) => s = t
                /\ \A u \in Seq(S) :
                     IsPrefix(s, t) /\ IsPrefix(t, u) => IsPrefix(s, u)

THEOREM ConcatIsPrefix ==
  ASSUME NEW S, NEW s \in Seq(S), NEW t \in Seq(S),
         NEW u \in Seq(S), IsPrefix(s \o t, u)
  PROVE  IsPrefix(s, u)

THEOREM ConcatIsPrefixCancel ==
  ASSUME NEW S, NEW s \in Seq(S), NEW t \in Seq(S), NEW u \in Seq(S)
  PROVE  IsPrefix(t, u) <=> IsPrefix(s \o t, s \o u)

THEOREM ConsIsPrefixCancel ==
  ASSUME NEW S, NEW e \in S, NEW s \in Seq(S), NEW t \in Seq(S)
  PROVE  IsPrefix(s, t) <=> IsPrefix(Cons(e, s), Cons(e, t))

THEOREM ConsIsPrefix ==
  ASSUME NEW S, NEW e \in S, NEW s \in Seq(S),
         NEW u \in Seq(S), IsPrefix(Cons(e, s), u)
  PROVE  Head(u) = e /\ IsPrefix(s, Tail(u))

THEOREM IsStrictPrefixStrictPartialOrder ==
  ASSUME NEW S
  PROVE  \A s \in Seq(S) :
           /\ ~IsStrictPrefix(s, s)
           /\ \A t \in Seq(S) :
                /\ ~(IsStrictPrefix(s, t) /\ IsStrictPrefix(t, s))
                /\ \A u \in Seq(S) :
                     IsStrictPrefix(s, t) /\ IsStrictPrefix(t, u) => IsStrictPrefix(s, u)

THEOREM IsStrictPrefixWellFounded ==
  \A S : IsWellFoundedOn(OpToRel(IsStrictPrefix, Seq(S)), Seq(S))

THEOREM SeqStrictPrefixInduction ==
  ASSUME NEW P(_), NEW S,
         \A s \in Seq(S) : (\A p \in Seq(S) : IsStrictPrefix(p, s) => P(p)) => P(s)
  PROVE  \A s \in Seq(S) : P(s)

-----------------------------------------------------------------------------
\* Suffixes.

THEOREM IsSuffixProperties ==
  ASSUME NEW S, NEW s \in Seq(S), NEW t \in Seq(S)
  PROVE  LET end == SubSeq(t, Len(t) - Len(s) + 1, Len(t))
         IN  /\ IsSuffix(s, t) <=> \E u \in Seq(S) : u \o s = t
             /\ IsSuffix(s, t) <=> Len(s) \leq Len(t) /\ s = end

THEOREM IsStrictSuffixProperties ==
  ASSUME NEW S, NEW s \in Seq(S), NEW t \in Seq(S)
  PROVE  LET end == SubSeq(t, Len(t) - Len(s) + 1, Len(t))
         IN  /\ IsStrictSuffix(s, t) <=> \E u \in Seq(S) \ {<<>>} : u \o s = t
             /\ IsStrictSuffix(s, t) <=> Len(s) < Len(t) /\ s = end
             /\ IsStrictSuffix(s, t) <=> IsSuffix(s, t) /\ Len(s) < Len(t)
             /\ IsStrictSuffix(s, t) <=> IsStrictPrefix(Reverse(s), Reverse(t))

THEOREM IsSuffixElts ==
  ASSUME NEW S, NEW s \in Seq(S), NEW t \in Seq(S), IsSuffix(s, t),
         NEW i \in 1 .. Len(s)
  PROVE  t[i + Len(t) - Len(s)] = s[i]

THEOREM EmptyIsSuffix ==
  ASSUME NEW S, NEW s \in Seq(S)
  PROVE  /\ IsSuffix(<<>>, s)
         /\ s # <<>> <=> IsStrictSuffix(<<>>, s)
         /\ s = <<>> <=> IsSuffix(s, <<>>)
         /\ ~IsStrictSuffix(s, <<>>)

THEOREM IsSuffixConcat ==
  ASSUME NEW S, NEW s \in Seq(S), NEW t \in Seq(S)
  PROVE  IsSuffix(s, t \o s)

THEOREM IsStrictSuffixCons ==
  ASSUME NEW S, NEW s \in Seq(S), NEW e \in S
  PROVE  IsStrictSuffix(s, Cons(e, s))

THEOREM TailIsSuffix ==
  ASSUME NEW S, NEW s \in Seq(S), s # <<>>
  PROVE  IsStrictSuffix(Tail(s), s)

THEOREM IsSuffixPartialOrder ==
  ASSUME NEW S
  PROVE  \A s \in Seq(S) :
           /\ IsSuffix(s, s)
           /\ \A t \in Seq(S) :
                /\ IsSuffix(s, t) /\ IsSuffix(t, s) => s = t
                /\ \A u \in Seq(S) :
                     IsSuffix(s, t) /\ IsSuffix(t, u) => IsSuffix(s, u)

THEOREM ConcatIsSuffix ==
  ASSUME NEW S, NEW s \in Seq(S), NEW t \in Seq(S),
         NEW u \in Seq(S), IsSuffix(s \o t, u)
  PROVE  IsSuffix(t, u)

THEOREM ConcatIsSuffixCancel ==
  ASSUME NEW S, NEW s \in Seq(S), NEW t \in Seq(S), NEW u \in Seq(S)
  PROVE  IsSuffix(s, u) <=> IsSuffix(s \o t, u \o t)

THEOREM AppendIsSuffixCancel ==
  ASSUME NEW S, NEW e \in S, NEW s \in Seq(S), NEW t \in Seq(S)
  PROVE  IsSuffix(s, t) <=> IsSuffix(Append(s, e), Append(t, e))

THEOREM AppendIsSuffix ==
  ASSUME NEW S, NEW e \in S, NEW s \in Seq(S),
         NEW u \in Seq(S), IsSuffix(Append(s, e), u)
  PROVE  Last(u) = e /\ IsSuffix(s, Front(u))

THEOREM IsStrictSuffixStrictPartialOrder ==
  ASSUME NEW S
  PROVE  \A s \in Seq(S) :
           /\ ~IsStrictSuffix(s, s)
           /\ \A t \in Seq(S) :
                /\ ~(IsStrictSuffix(s, t) /\ IsStrictSuffix(t, s))
                /\ \A u \in Seq(S) :
                     IsStrictSuffix(s, t) /\ IsStrictSuffix(t, u) => IsStrictSuffix(s, u)

THEOREM IsStrictSuffixWellFounded ==
  \A S : IsWellFoundedOn(OpToRel(IsStrictSuffix, Seq(S)), Seq(S))

THEOREM SeqStrictSuffixInduction ==
  ASSUME NEW P(_), NEW S,
         \A s \in Seq(S) : (\A p \in Seq(S) : IsStrictSuffix(p, s) => P(p)) => P(s)
  PROVE  \A s \in Seq(S) : P(s)

-----------------------------------------------------------------------------
\* Recursion along prefixes and suffixes.

\* Def(f, s) uses f at the strict prefixes of s only.
StrictPrefixesDetermineDef(S, Def(_, _)) ==
  \A f, g : \A s \in Seq(S) :
     (\A p \in Seq(S) : IsStrictPrefix(p, s) => f[p] = g[p]) => Def(f, s) = Def(g, s)

LEMMA StrictPrefixesDetermineDef_WFDefOn ==
  ASSUME NEW S, NEW Def(_, _), StrictPrefixesDetermineDef(S, Def)
  PROVE  WFDefOn(OpToRel(IsStrictPrefix, Seq(S)), Seq(S), Def)

THEOREM PrefixRecursiveSequenceFunctionUnique ==
  ASSUME NEW S, NEW Def(_, _), StrictPrefixesDetermineDef(S, Def)
  PROVE  WFInductiveUnique(Seq(S), Def)

THEOREM PrefixRecursiveSequenceFunctionDef ==
  ASSUME NEW S, NEW Def(_, _), StrictPrefixesDetermineDef(S, Def),
         NEW f, OpDefinesFcn(f, Seq(S), Def)
  PROVE  WFInductiveDefines(f, Seq(S), Def)

THEOREM PrefixRecursiveSequenceFunctionType ==
  ASSUME NEW S, NEW T, T # {}, NEW Def(_, _), StrictPrefixesDetermineDef(S, Def),
         \A g \in [Seq(S) -> T] : \A s \in Seq(S) : Def(g, s) \in T,
         NEW f, WFInductiveDefines(f, Seq(S), Def)
  PROVE  f \in [Seq(S) -> T]

\* Def(f, s) uses f at the strict suffixes of s only.
StrictSuffixesDetermineDef(S, Def(_, _)) ==
  \A f, g : \A s \in Seq(S) :
     (\A p \in Seq(S) : IsStrictSuffix(p, s) => f[p] = g[p]) => Def(f, s) = Def(g, s)

LEMMA StrictSuffixesDetermineDef_WFDefOn ==
  ASSUME NEW S, NEW Def(_, _), StrictSuffixesDetermineDef(S, Def)
  PROVE  WFDefOn(OpToRel(IsStrictSuffix, Seq(S)), Seq(S), Def)

THEOREM SuffixRecursiveSequenceFunctionUnique ==
  ASSUME NEW S, NEW Def(_, _), StrictSuffixesDetermineDef(S, Def)
  PROVE  WFInductiveUnique(Seq(S), Def)

THEOREM SuffixRecursiveSequenceFunctionDef ==
  ASSUME NEW S, NEW Def(_, _), StrictSuffixesDetermineDef(S, Def),
         NEW f, OpDefinesFcn(f, Seq(S), Def)
  PROVE  WFInductiveDefines(f, Seq(S), Def)

THEOREM SuffixRecursiveSequenceFunctionType ==
  ASSUME NEW S, NEW T, T # {}, NEW Def(_, _), StrictSuffixesDetermineDef(S, Def),
         \A g \in [Seq(S) -> T] : \A s \in Seq(S) : Def(g, s) \in T,
         NEW f, WFInductiveDefines(f, Seq(S), Def)
  PROVE  f \in [Seq(S) -> T]

\* f is what the recursion over Tail defines: f0 at <<>>, and Def(v, s) at s
\* if v is the value at Tail(s).
TailInductiveDefHypothesis(f, S, f0, Def(_, _)) ==
  f = CHOOSE h : h = [s \in Seq(S) |-> IF s # <<>> THEN Def(h[Tail(s)], s) ELSE f0]

\* f is as that definition says.
TailInductiveDefConclusion(f, S, f0, Def(_, _)) ==
  f = [s \in Seq(S) |-> IF s # <<>> THEN Def(f[Tail(s)], s) ELSE f0]

THEOREM TailInductiveDef ==
  ASSUME NEW S, NEW Def(_, _), NEW f, NEW f0,
         TailInductiveDefHypothesis(f, S, f0, Def)
  PROVE  TailInductiveDefConclusion(f, S, f0, Def)

THEOREM TailInductiveDefType ==
  ASSUME NEW S, NEW T, NEW Def(_, _), NEW f, NEW f0, f0 \in T,
         \A v \in T : \A s \in Seq(S) \ {<<>>} : Def(v, s) \in T,
         TailInductiveDefConclusion(f, S, f0, Def)
  PROVE  f \in [Seq(S) -> T]

\* The same two with Front.
FrontInductiveDefHypothesis(f, S, f0, Def(_, _)) ==
  f = CHOOSE h : h = [s \in Seq(S) |-> IF s # <<>> THEN Def(h[Front(s)], s) ELSE f0]

\* f is as that definition says.
FrontInductiveDefConclusion(f, S, f0, Def(_, _)) ==
  f = [s \in Seq(S) |-> IF s # <<>> THEN Def(f[Front(s)], s) ELSE f0]

THEOREM FrontInductiveDef ==
  ASSUME NEW S, NEW Def(_, _), NEW f, NEW f0,
         FrontInductiveDefHypothesis(f, S, f0, Def)
  PROVE  FrontInductiveDefConclusion(f, S, f0, Def)

THEOREM FrontInductiveDefType ==
  ASSUME NEW S, NEW T, NEW Def(_, _), NEW f, NEW f0, f0 \in T,
         \A v \in T : \A s \in Seq(S) \ {<<>>} : Def(v, s) \in T,
         FrontInductiveDefConclusion(f, S, f0, Def)
  PROVE  f \in [Seq(S) -> T]

-----------------------------------------------------------------------------
\* FoldLeft and FoldRight.

LOCAL Closed(op(_, _), Typ) == \A v, w \in Typ : op(v, w) \in Typ

LOCAL Associative(op(_, _), Typ) ==
  Closed(op, Typ) /\ \A u, v, w \in Typ : op(op(u, v), w) = op(u, op(v, w))

THEOREM FoldLeftEmpty ==
  ASSUME NEW op(_, _), NEW base
  PROVE  FoldLeft(op, base, <<>>) = base

THEOREM FoldLeftNonempty ==
  ASSUME NEW op(_, _), NEW base, NEW S, NEW s \in Seq(S), s # <<>>
  PROVE  FoldLeft(op, base, s) = op(FoldLeft(op, base, Front(s)), Last(s))

THEOREM FoldLeftRecursion ==
  ASSUME NEW op(_, _), NEW base, NEW S, NEW s \in Seq(S)
  PROVE  FoldLeft(op, base, s) =
           IF s # <<>> THEN op(FoldLeft(op, base, Front(s)), Last(s)) ELSE base

THEOREM FoldLeftAppend ==
  ASSUME NEW op(_, _), NEW base, NEW S, NEW s \in Seq(S), NEW e \in S
  PROVE  FoldLeft(op, base, Append(s, e)) = op(FoldLeft(op, base, s), e)

THEOREM FoldLeftType ==
  ASSUME NEW Typ, NEW op(_, _), Closed(op, Typ), NEW base \in Typ,
         NEW s \in Seq(Typ)
  PROVE  FoldLeft(op, base, s) \in Typ

THEOREM FoldLeftConcat ==
  ASSUME NEW Typ, NEW op(_, _), Associative(op, Typ),
         NEW base \in Typ, \A v \in Typ : op(v, base) = v,
         NEW s \in Seq(Typ), NEW t \in Seq(Typ)
  PROVE  FoldLeft(op, base, s \o t) =
           op(FoldLeft(op, base, s), FoldLeft(op, base, t))

THEOREM FoldRightEmpty ==
  ASSUME NEW op(_, _), NEW base
  PROVE  FoldRight(op, <<>>, base) = base

THEOREM FoldRightNonempty ==
  ASSUME NEW op(_, _), NEW base, NEW S, NEW s \in Seq(S), s # <<>>
  PROVE  FoldRight(op, s, base) = op(Head(s), FoldRight(op, Tail(s), base))

THEOREM FoldRightRecursion ==
  ASSUME NEW op(_, _), NEW base, NEW S, NEW s \in Seq(S)
  PROVE  FoldRight(op, s, base) =
           IF s # <<>> THEN op(Head(s), FoldRight(op, Tail(s), base)) ELSE base

THEOREM FoldRightCons ==
  ASSUME NEW op(_, _), NEW base, NEW S, NEW s \in Seq(S), NEW e \in S
  PROVE  FoldRight(op, Cons(e, s), base) = op(e, FoldRight(op, s, base))

THEOREM FoldRightType ==
  ASSUME NEW Typ, NEW op(_, _), Closed(op, Typ), NEW base \in Typ,
         NEW s \in Seq(Typ)
  PROVE  FoldRight(op, s, base) \in Typ

THEOREM FoldRightConcat ==
  ASSUME NEW Typ, NEW op(_, _), Associative(op, Typ),
         NEW base \in Typ, \A v \in Typ : op(base, v) = v,
         NEW s \in Seq(Typ), NEW t \in Seq(Typ)
  PROVE  FoldRight(op, s \o t, base) =
           op(FoldRight(op, s, base), FoldRight(op, t, base))

THEOREM FoldLeftDomainIsMFS ==
  ASSUME NEW op(_, _), NEW base, NEW S, NEW s \in Seq(S)
  PROVE  LET back(x, y) == op(y, x)
         IN  FoldLeftDomain(op, base, s) =
               MapThenFoldSet(back, base, LAMBDA i : i, Max, 1 .. Len(s))

THEOREM FoldRightDomainIsMFS ==
  ASSUME NEW op(_, _), NEW base, NEW S, NEW s \in Seq(S)
  PROVE  FoldRightDomain(op, s, base) =
           MapThenFoldSet(op, base, LAMBDA i : i, Min, 1 .. Len(s))
=============================================================================
