----------------------------- MODULE LockService -----------------------------
(***************************************************************************)
(* A lock service: it lends one lock to sessions, to one that would be     *)
(* alone or to some that share it, and whoever has it works on something   *)
(* that the lock protects.                                                 *)
(*                                                                         *)
(* Each time that the lock is lent anew, that is its next generation.  Who *)
(* has it may work late, also when it is another's already; but never does *)
(* anybody work for an earlier generation after one has for a later.  So   *)
(* to those who look at what is protected, the holders come one after the  *)
(* other.                                                                  *)
(*                                                                         *)
(* This says what the lock of Chubby is for, and nothing of how: no        *)
(* servers, masters, leases, messages.  Chubby refines it: the lock is as  *)
(* the log of commands has it, and the work is that of the file server.    *)
(*                                                                         *)
(* Source: M. Burrows, "The Chubby lock service for loosely-coupled        *)
(*   distributed systems", OSDI 2006, section 2.4 (locks and sequencers).  *)
(***************************************************************************)
EXTENDS Naturals, Sequences, FiniteSets

CONSTANTS
  Session     \* those who may have the lock

VARIABLES
  mode,       \* how the lock is lent: "free", "shared" or "exclusive"
  holders,    \* the sessions that have it
  gen,        \* its generation: how often it was lent when it was free
  work        \* the generations for which something was done, in order

vars == <<mode, holders, gen, work>>

Modes == {"exclusive", "shared"}

TypeOK ==
  /\ mode \in Modes \cup {"free"}
  /\ holders \subseteq Session
  /\ gen \in Nat
  /\ work \in Seq(Nat)

Init ==
  /\ mode    = "free"
  /\ holders = {}
  /\ gen     = 0
  /\ work    = <<>>

-----------------------------------------------------------------------------

(***************************************************************************)
(* Session i gets the lock.  Enabled:                                      *)
(*   - it does not have it;                                                *)
(*   - nobody has it, or those who have it share it, and so would i.       *)
(***************************************************************************)
Lend(i, m) ==
  /\ i \notin holders
  /\ mode = "free" \/ (mode = "shared" /\ m = "shared")
  /\ mode'    = m
  /\ holders' = holders \cup {i}
  /\ gen'     = IF mode = "free" THEN gen + 1 ELSE gen
  /\ UNCHANGED work

(***************************************************************************)
(* Session i does not have the lock any more.  Enabled:                    *)
(*   - it has it.                                                          *)
(***************************************************************************)
Return(i) ==
  /\ i \in holders
  /\ holders' = holders \ {i}
  /\ mode'    = IF holders = {i} THEN "free" ELSE mode
  /\ UNCHANGED <<gen, work>>

(***************************************************************************)
(* Something is done for generation g.  Enabled:                           *)
(*   - there has been that generation;                                     *)
(*   - nothing was done for a later one.                                   *)
(***************************************************************************)
Work(g) ==
  /\ g \in 1 .. gen
  /\ \A n \in 1 .. Len(work) : work[n] =< g
  /\ work' = Append(work, g)
  /\ UNCHANGED <<mode, holders, gen>>

Next ==
  \/ \E i \in Session : (\E m \in Modes : Lend(i, m)) \/ Return(i)
  \/ \E g \in 1 .. gen : Work(g)

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------

\* Without it two would have the lock of whom one wants to be alone.
AtMostOne ==
  /\ mode = "exclusive" => Cardinality(holders) = 1
  /\ mode = "free" <=> holders = {}

\* Without it what is protected would be changed by one who had the lock
\* before.
InTurn == \A m, n \in 1 .. Len(work) : m < n => work[m] =< work[n]

\* Without it two who had the lock one after the other would have the same
\* sequencer.
OnwardOnly ==
  [][/\ gen =< gen'
     /\ mode = "free" /\ mode' # "free" => gen < gen']_vars

THEOREM Spec => [](TypeOK /\ AtMostOne /\ InTurn) /\ OnwardOnly

(***************************************************************************)
(* Checked: MCLockService, with three sessions.  The figures are in        *)
(* README.md.                                                              *)
(***************************************************************************)
=============================================================================
