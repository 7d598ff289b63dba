-------------------------- MODULE MCPresumedAbort ---------------------------
(***************************************************************************)
(* PresumedAbort for exploration.                                          *)
(***************************************************************************)
EXTENDS PresumedAbort, TLC

\* Transactions are interchangeable, and so are the RMs.
Symmetry == Permutations(RM) \cup Permutations(Txn)
=============================================================================
