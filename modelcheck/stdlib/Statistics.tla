----------------------------- MODULE Statistics -----------------------------
(***************************************************************************)
(* Tests of hypotheses about counts.                                       *)
(***************************************************************************)
EXTENDS Naturals

\* Pearson's chi-square test at significance level alpha, written as a
\* string such as "0.01": the counts actual[i] do not contradict that they
\* were drawn with frequencies in proportion to expected[i].
ChiSquare(expected, actual, alpha) == CHOOSE b \in BOOLEAN : TRUE
=============================================================================
