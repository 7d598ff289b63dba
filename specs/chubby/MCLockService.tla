---------------------------- MODULE MCLockService ----------------------------
(***************************************************************************)
(* LockService for exploration: few generations, and little work.          *)
(***************************************************************************)
EXTENDS LockService

CONSTANTS
  GenMax,     \* how often the lock is lent when it was free
  WorkMax     \* how often something is done

Few == gen =< GenMax /\ Len(work) =< WorkMax
=============================================================================
