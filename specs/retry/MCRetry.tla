------------------------------ MODULE MCRetry -------------------------------
(***************************************************************************)
(* Retry for exploration.                                                  *)
(***************************************************************************)
EXTENDS Retry, TLC

\* Clients are interchangeable, and so are commands.
Symmetry == Permutations(Client) \cup Permutations(Command)
=============================================================================
