------------------------------- MODULE Lease --------------------------------
(***************************************************************************)
(* How long a lease may be trusted: the clocks behind Lock.                *)
(*                                                                         *)
(* A client may rely on its lease until its own clock says so, and its     *)
(* clock may be fast or slow: in the time of a lease it strays from true   *)
(* time by at most Drift.  The client does two things about that.  It      *)
(* counts from the moment it sent the request, not from the answer, which  *)
(* may have been long under way; and it stops Margin before the end.  If   *)
(* the margin is at least the drift, no two clients rely on it at once.    *)
(*                                                                         *)
(* This is worth having (fewer refused writes, reads without asking), and  *)
(* it is not safety: a client that is paused between looking at its clock  *)
(* and the arrival of its write breaks any rule about clocks.  Hence the   *)
(* tokens of Lock.                                                         *)
(*                                                                         *)
(* Time is a count of ticks, and nothing happens during a tick but that    *)
(* clocks advance and that those stop whose time is over.                  *)
(*                                                                         *)
(* Source: C. Gray, D. Cheriton, "Leases: an efficient fault-tolerant      *)
(*   mechanism for distributed file cache consistency", SOSP 1989,         *)
(*   pp. 202-210, section 5 (clocks).                                      *)
(* Left out: renewal, which is another lease; release before the end;      *)
(*   crashes (a client that crashes does not rely on anything).            *)
(***************************************************************************)
EXTENDS Integers

CONSTANTS
  Client,     \* those who want the lock
  None,       \* stands for nobody
  Duration,   \* of a lease, in ticks
  Drift,      \* how far a client's clock may stray in the time of a lease
  Margin      \* how long before the end a client stops to rely on it

ASSUME None \notin Client
ASSUME /\ Duration \in Nat /\ Drift \in Nat /\ Margin \in Nat
       /\ Margin < Duration

VARIABLES
  holder,     \* to whom the service has lent the lock, or None
  left,       \* how many ticks are left of that, by the service's clock
  state,      \* what each client is doing
  granted,    \* the clients whose last request was granted
  since,      \* true ticks since a client sent its request
  clock       \* what its own clock makes of them

vars == <<holder, left, state, granted, since, clock>>

TypeOK ==
  /\ holder \in Client \cup {None}
  /\ left   \in 0..Duration
  /\ state  \in [Client -> {"idle", "waiting", "holding"}]
  /\ granted \subseteq Client
  /\ since  \in [Client -> 0..(Duration + Drift)]
  /\ clock  \in [Client -> 0..Duration]

Init ==
  /\ holder  = None
  /\ left    = 0
  /\ state   = [c \in Client |-> "idle"]
  /\ granted = {}
  /\ since   = [c \in Client |-> 0]
  /\ clock   = [c \in Client |-> 0]

-----------------------------------------------------------------------------

(***************************************************************************)
(* Client c asks for the lock; its clock runs from now.  Enabled:          *)
(*   - it is doing nothing.                                                *)
(***************************************************************************)
Ask(c) ==
  /\ state[c] = "idle"
  /\ state'   = [state EXCEPT ![c] = "waiting"]
  /\ granted' = granted \ {c}
  /\ UNCHANGED <<holder, left, since, clock>>

(***************************************************************************)
(* The service lends the lock to c; its clock runs from now.  Enabled:     *)
(*   - c is waiting;                                                       *)
(*   - it is not lent.                                                     *)
(***************************************************************************)
Grant(c) ==
  /\ state[c] = "waiting"
  /\ left = 0
  /\ holder'  = c
  /\ left'    = Duration
  /\ granted' = granted \cup {c}
  /\ UNCHANGED <<state, since, clock>>

(***************************************************************************)
(* Client c hears of it, perhaps much later.  Enabled:                     *)
(*   - it is waiting;                                                      *)
(*   - its request was granted.                                            *)
(***************************************************************************)
Hold(c) ==
  /\ state[c] = "waiting"
  /\ c \in granted
  /\ state' = [state EXCEPT ![c] = "holding"]
  /\ UNCHANGED <<holder, left, granted, since, clock>>

\* How a clock can go on: slow, right or fast, and not too far from the truth.
Readings(c) ==
  {k \in clock[c]..(clock[c] + 2) : /\ k - (since[c] + 1) =< Drift
                                    /\ (since[c] + 1) - k =< Drift}

\* Client c has nothing to measure, or its time is over.
Over(c, k) == state[c] = "idle" \/ k >= Duration - Margin

(***************************************************************************)
(* Time goes on by one tick.  Enabled:                                     *)
(*   - always.                                                             *)
(***************************************************************************)
Tick ==
  \E k \in [Client -> 0..(Duration + 2)] :
    /\ \A c \in Client : k[c] \in Readings(c)
    /\ left'   = IF left = 0 THEN 0 ELSE left - 1
    /\ holder' = IF left =< 1 THEN None ELSE holder
    /\ state'  = [c \in Client |-> IF Over(c, k[c]) THEN "idle" ELSE state[c]]
    /\ since'  = [c \in Client |-> IF Over(c, k[c]) THEN 0 ELSE since[c] + 1]
    /\ clock'  = [c \in Client |-> IF Over(c, k[c]) THEN 0 ELSE k[c]]
    /\ UNCHANGED granted

-----------------------------------------------------------------------------

Next ==
  \/ \E c \in Client : Ask(c) \/ Grant(c) \/ Hold(c)
  \/ Tick

Spec == Init /\ [][Next]_vars

\* Without it two clients would rely on the lock at once.
Exclusive ==
  \A c, d \in Client : state[c] = "holding" /\ state[d] = "holding" => c = d

\* Without it a client would rely on what the service may lend to another.
Covered == \A c \in Client : state[c] = "holding" => holder = c

THEOREM Margin >= Drift => (Spec => [](TypeOK /\ Exclusive /\ Covered))

(***************************************************************************)
(* Checked: MCLease, with a margin equal to the drift.  One tick less, and *)
(* Exclusive is violated: tests/specs holds that.                          *)
(***************************************************************************)
=============================================================================
