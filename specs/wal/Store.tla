------------------------------- MODULE Store --------------------------------
(***************************************************************************)
(* The problem: transactions write pages, and each takes effect as a whole *)
(* or not at all.  A page that a transaction has written is its own until  *)
(* it ends.  Several may end at once: those that were under way when the   *)
(* system crashes do.                                                      *)
(***************************************************************************)
CONSTANTS
  Txn,        \* the transactions
  Page,       \* what they write to
  Value,      \* what they write
  Initial,    \* what every page holds at first
  None        \* stands for nothing written

ASSUME None \notin Value \cup {Initial}

VARIABLES
  data,       \* what the transactions that took effect have left
  writes      \* what each transaction under way has written

vars == <<data, writes>>

-----------------------------------------------------------------------------

TypeOK ==
  /\ data   \in [Page -> Value \cup {Initial}]
  /\ writes \in [Txn -> [Page -> Value \cup {None}]]

Nothing == [p \in Page |-> None]

Init ==
  /\ data   = [p \in Page |-> Initial]
  /\ writes = [t \in Txn |-> Nothing]

-----------------------------------------------------------------------------

(***************************************************************************)
(* Transaction t writes v to p.  Enabled:                                  *)
(*   - no other has written p.                                             *)
(***************************************************************************)
Write(t, p, v) ==
  /\ \A u \in Txn : u # t => writes[u][p] = None
  /\ UNCHANGED data
  /\ writes' = [writes EXCEPT ![t][p] = v]

(***************************************************************************)
(* Those of T take effect, and those of A do not.  Enabled:                *)
(*   - those that take effect have written something.                      *)
(***************************************************************************)
End(T, A) ==
  /\ writes' = [t \in Txn |-> IF t \in T \cup A THEN Nothing ELSE writes[t]]
  /\ \A t \in T : writes[t] # Nothing
  /\ data' = [p \in Page |->
                IF \E t \in T : writes[t][p] # None
                  THEN LET t == CHOOSE u \in T : writes[u][p] # None
                       IN  writes[t][p]
                  ELSE data[p]]

-----------------------------------------------------------------------------

Next ==
  \/ \E T \in SUBSET Txn : \E A \in SUBSET (Txn \ T) : End(T, A)
  \/ \E t \in Txn, p \in Page, v \in Value : Write(t, p, v)

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------

\* Without it two transactions would have written the same page at once.
Apart ==
  \A t, u \in Txn, p \in Page :
    t # u => writes[t][p] = None \/ writes[u][p] = None

THEOREM Spec => [](TypeOK /\ Apart)

(***************************************************************************)
(* Checked: MCStore, with two transactions, two pages and two values.      *)
(***************************************************************************)
=============================================================================
