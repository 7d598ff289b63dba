---------------------------- MODULE BagsTheorems ----------------------------
(***************************************************************************)
(* Facts about bags.  Statements only; they are for proofs to cite.        *)
(***************************************************************************)
EXTENDS Bags
LOCAL INSTANCE Naturals
LOCAL INSTANCE Sequences
LOCAL INSTANCE FiniteSets

\* Everything n times as often as in B.
\* Example: Scaling(3, <<2, 1>>) = <<6, 3>> /\ Scaling(0, <<2>>) = EmptyBag
Scaling(n, B) == IF n = 0 THEN EmptyBag ELSE [e \in DOMAIN B |-> n * B[e]]

\* The bag of the elements of a sequence.
\* Example: SeqToBag(<<1, 2, 1>>) = <<2, 1>>
SeqToBag(s) ==
  [e \in {s[i] : i \in DOMAIN s} |-> Cardinality({i \in DOMAIN s : s[i] = e})]

-----------------------------------------------------------------------------
\* \sqsubseteq is a partial order.

THEOREM Bags_SqsubsetPO_Reflexivity ==
  ASSUME NEW B, IsABag(B)
  PROVE  B \sqsubseteq B

THEOREM Bags_SqsubseteqPO_AntiSymmetry ==
  ASSUME NEW A, IsABag(A), NEW B, IsABag(B), A \sqsubseteq B, B \sqsubseteq A
  PROVE  B = A

THEOREM Bags_SqsubseteqPO_Transitivity ==
  ASSUME NEW A, IsABag(A), NEW B, IsABag(B), NEW C, IsABag(C),
         A \sqsubseteq B, B \sqsubseteq C
  PROVE  A \sqsubseteq C

-----------------------------------------------------------------------------
\* The empty bag.

THEOREM Bags_EmptyBag ==
  ASSUME NEW B, IsABag(B)
  PROVE  /\ IsABag(EmptyBag) /\ DOMAIN EmptyBag = {}
         /\ \A e : ~BagIn(e, EmptyBag)
         /\ DOMAIN B = {} <=> EmptyBag = B
         /\ EmptyBag \sqsubseteq B

THEOREM Bags_EmptyBagOperations ==
  ASSUME NEW B, IsABag(B)
  PROVE  B = B (+) EmptyBag /\ B = B (-) EmptyBag

-----------------------------------------------------------------------------
\* Bags and sets.

THEOREM Bags_Inverse == \A S : S = BagToSet(SetToBag(S))

THEOREM Bags_Inverse1 ==
  ASSUME NEW B, IsABag(B)
  PROVE  SetToBag(BagToSet(B)) \sqsubseteq B

THEOREM Bags_SetToBagIsABag == \A S : IsABag(SetToBag(S))

THEOREM Bags_SetToBagEquality == \A S, T : SetToBag(S) = SetToBag(T) <=> S = T

THEOREM Bags_CopiesInSetToBag ==
  \A S, e : CopiesIn(e, SetToBag(S)) = IF e \notin S THEN 0 ELSE 1

THEOREM Bags_IsABagSeqToBag ==
  ASSUME NEW S, NEW s \in Seq(S)
  PROVE  IsABag(SeqToBag(s))

-----------------------------------------------------------------------------
\* Union and difference.

THEOREM Bags_Union ==
  ASSUME NEW A, IsABag(A), NEW B, IsABag(B)
  PROVE  /\ IsABag(A (+) B)
         /\ DOMAIN (A (+) B) = (DOMAIN A) \cup (DOMAIN B)
         /\ \A e : CopiesIn(e, A) + CopiesIn(e, B) = CopiesIn(e, A (+) B)

THEOREM Bags_Difference ==
  ASSUME NEW A, IsABag(A), NEW B, IsABag(B)
  PROVE  /\ IsABag(A (-) B)
         /\ DOMAIN (A (-) B) = {e \in DOMAIN A : CopiesIn(e, B) < A[e]}
         /\ \A e : CopiesIn(e, A (-) B) =
                     IF CopiesIn(e, A) > CopiesIn(e, B)
                     THEN CopiesIn(e, A) - CopiesIn(e, B) ELSE 0

THEOREM Bags_UnionCommutative ==
  ASSUME NEW A, IsABag(A), NEW B, IsABag(B)
  PROVE  B (+) A = A (+) B

THEOREM Bags_UnionAssociative ==
  ASSUME NEW A, IsABag(A), NEW B, IsABag(B), NEW C, IsABag(C)
  PROVE  A (+) (B (+) C) = (A (+) B) (+) C

THEOREM Bags_UnionSqSubset ==
  ASSUME NEW A, IsABag(A), NEW B, IsABag(B)
  PROVE  A \sqsubseteq (A (+) B)

THEOREM Bags_DifferenceSqsubset ==
  ASSUME NEW A, IsABag(A), NEW B, IsABag(B)
  PROVE  (A (-) B) \sqsubseteq A

THEOREM Bags_CopiesInBagsInMonotone ==
  ASSUME NEW A, IsABag(A), NEW B, IsABag(B), A \sqsubseteq B, NEW e
  PROVE  CopiesIn(e, A) \leq CopiesIn(e, B) /\ (BagIn(e, A) => BagIn(e, B))

-----------------------------------------------------------------------------
\* Scaling.

THEOREM Bags_Scaling ==
  ASSUME NEW B, IsABag(B), NEW m \in Nat, NEW n \in Nat
  PROVE  /\ IsABag(Scaling(m, B))
         /\ Scaling(0, B) = EmptyBag /\ Scaling(m, EmptyBag) = EmptyBag
         /\ Scaling(1, B) = B
         /\ Scaling(m, Scaling(n, B)) = Scaling(m * n, B)
         /\ m # 0 => DOMAIN Scaling(m, B) = DOMAIN B

THEOREM Bags_ScalingMonotonic ==
  ASSUME NEW B, IsABag(B), NEW n \in Nat, NEW m \in 0 .. n
  PROVE  Scaling(m, B) \sqsubseteq Scaling(n, B)

THEOREM Bags_CopiesInScaling ==
  ASSUME NEW B, IsABag(B), NEW n \in Nat, NEW e
  PROVE  n * CopiesIn(e, B) = CopiesIn(e, Scaling(n, B))
=============================================================================
