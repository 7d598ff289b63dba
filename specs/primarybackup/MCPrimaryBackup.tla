-------------------------- MODULE MCPrimaryBackup ---------------------------
(***************************************************************************)
(* PrimaryBackup for exploration.                                          *)
(***************************************************************************)
EXTENDS PrimaryBackup, TLC

\* All servers but the first primary are interchangeable, and so are values.
Symmetry == Permutations(Server \ {First}) \cup Permutations(Value)
=============================================================================
