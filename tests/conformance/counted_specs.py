"""More small specs, of which only the counts are looked at: TLC's states generated and distinct.

A declared constant stands for the model value of its name; every module extends the four usual ones.
"""

from __future__ import annotations

#: name: (counts, text)
COUNTED: dict[str, tuple[tuple[int, int], str]] = {
    "functions_of_actions": (
        (10, 5),
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        F == [i \in 1..2 |-> x' = i]
        G(n) == [i \in {n} |-> y' \in {i, 0}]
        Next == (F[1] /\ UNCHANGED y) \/ (x = 1 /\ F[x + 1] /\ G(7)[7])
        """,
    ),
    "functions_chosen": (
        (17, 4),
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        Next == \E f \in [1..2 -> {0, 1}] : x' = f[1] /\ y' = f[2]
        """,
    ),
    "actions_as_conjuncts": (
        (8, 3),
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        A == x' = 1
        B == y' = 1
        Next == (A /\ B) \/ (A /\ UNCHANGED y /\ B) \/ LET C == A IN C /\ y' = 2
        """,
    ),
    "nested_branches": (
        (10, 3),
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        Next == \/ /\ x' = 1
                   /\ \/ y' = 1
                      \/ y' = 2
                      \/ y = 0 /\ y' = 1
                \/ ~(x = 0) /\ UNCHANGED <<x, y>>
        """,
    ),
    "guards_before_and_after_the_last_assignment": (
        (7, 3),
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        Next == (x = 0 \/ x = 1) /\ (\E i \in {1} : TRUE) /\ x' = 1 /\ (x' = 1 \/ x' = 2)
                /\ y' \in {1, 2} /\ (\E k \in {1, 2} : TRUE)
        """,
    ),
    "two_implications": (
        (3, 2),
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        Next == (x = 0 => x' = 1) /\ (x # 0 => x' = 0) /\ y' = y
        """,
    ),
    "two_names_over_one_set": (
        (14, 5),
        r"""
        VARIABLE x
        Init == \E i, j \in {1, 2} : x = i + j
        Next == \E i, j \in {1, 2} : i # j /\ x' = i - j
        """,
    ),
    "init_in_a_union": (
        (7, 4),
        r"""
        VARIABLE x
        Init == x \in {y \in 1..4 : y % 2 = 0} \cup {7}
        Next == x' \in {x, x + 1} /\ x < 4
        """,
    ),
    "queue": (
        (29, 15),
        r"""
        VARIABLE q
        Init == q = <<>>
        Push == Len(q) < 3 /\ \E e \in {"a", "b"} : q' = Append(q, e)
        Pop == q # <<>> /\ q' = Tail(q)
        Next == Push \/ Pop
        """,
    ),
    "commit": (
        (88, 35),
        r"""
        CONSTANTS r1, r2, r3
        VARIABLES st, msgs
        RM == {r1, r2, r3}
        Init == st = [r \in RM |-> "w"] /\ msgs = {}
        Send(m) == msgs' = msgs \cup {m}
        Prep(r) == st[r] = "w" /\ st' = [st EXCEPT ![r] = "p"] /\ Send([t |-> "p", r |-> r])
        Abort(r) == st[r] = "w" /\ st' = [st EXCEPT ![r] = "a"] /\ UNCHANGED msgs
        Commit == /\ \A r \in RM : [t |-> "p", r |-> r] \in msgs
                  /\ Send([t |-> "c"]) /\ UNCHANGED st
        Rcv(r) == [t |-> "c"] \in msgs /\ st' = [st EXCEPT ![r] = "c"] /\ UNCHANGED msgs
        Next == Commit \/ \E r \in RM : Prep(r) \/ Abort(r) \/ Rcv(r)
        """,
    ),
    "guard_below_exists": (
        (7, 3),
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        A(n) == x' = n /\ y' = n
        Next == \E n \in 1..3 : n > 1 /\ A(n)
        """,
    ),
    "two_exists_in_a_row": (
        (43, 7),
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        A(n) == x' = n
        Next == /\ \E n \in 1..3 : A(n)
                /\ \E n \in 1..3 : y' = n /\ n >= x'
        """,
    ),
    "for_all_over_tests_at_the_end": (
        (3, 2),
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        Next == /\ x' = 1
                /\ UNCHANGED y
                /\ \A i \in 1..3 : i > 0 \/ i < 10
        """,
    ),
    "for_all_over_tests_at_the_start": (
        (17, 2),
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        Next == /\ \A i \in 1..3 : i > 0 \/ i < 10
                /\ x' = 1
                /\ UNCHANGED y
        """,
    ),
    "for_all_over_tests_in_init": (
        (6, 2),
        r"""
        VARIABLES x, y
        Init == (\A i \in 1..2 : i > 0 \/ i < 10) /\ x = 0 /\ y = 0
        Next == x' = 1 /\ y' = y
        """,
    ),
    "choose_the_next": (
        (5, 5),
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        Next == (x' = CHOOSE v \in 0..5 : v > x) /\ x < 4 /\ y' = x
        """,
    ),
    "recursion_in_let": (
        (4, 4),
        r"""
        VARIABLES x
        Init == x = 0
        Next == LET RECURSIVE G(_)
                    G(n) == IF n = 0 THEN x ELSE G(n - 1) + 1
                IN x' = G(2) /\ x < 5
        """,
    ),
    "operators_as_arguments": (
        (3, 2),
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        Op(P(_), a) == P(a)
        Inc(v) == x' = v
        Next == Op(Inc, 3) /\ Op(LAMBDA v : y' = v, 4)
        """,
    ),
    "tests_of_what_is_assigned": (
        (3, 2),
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        Next == x' = 1 /\ y' = 2 /\ x' = 1 /\ (x' + y' = 3 \/ FALSE)
        """,
    ),
    "value_by_if": (
        (9, 6),
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        Next == \E d \in {-1, 1} : /\ x + d \in 0..2
                                   /\ x' = x + d
                                   /\ y' = IF x' = 2 THEN (y + 1) % 2 ELSE y
        """,
    ),
    "case_with_disjunction": (
        (8, 4),
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        Next == CASE x = 0 -> x' = 1 /\ y' = 1 [] x = 1 \/ x = 2 -> x' = 2 /\ y' \in {3, 4} [] OTHER -> FALSE
        """,
    ),
    "enabled_box_and_angle_of_instances": (
        (14, 8),
        r"""
        VARIABLES x, y
        ---- MODULE In ----
        EXTENDS Integers
        VARIABLES a
        Inc == a' = a + 1
        En == ENABLED (Inc /\ a' < 3)
        St == [Inc]_a
        An == <<a' \in {a, a + 1}>>_a
        ====
        I == INSTANCE In WITH a <- x
        J == INSTANCE In WITH a <- x + y
        Init == x = 0 /\ y = 0
        Next == (I!En /\ I!Inc /\ UNCHANGED y) \/ (x = 2 /\ I!An /\ y' = y)
                \/ (x = 1 /\ x' \in 0..2 /\ y' \in 0..1 /\ J!St)
        """,
    ),
    "everything_from_an_instance": (
        (5, 4),
        r"""
        VARIABLE x
        ---- MODULE In ----
        EXTENDS Integers
        VARIABLE x
        Init == x = 0
        Next == x' = (x + 1) % 4
        Spec == Init /\ [][Next]_x
        ====
        INSTANCE In
        Foo == x
        """,
    ),
    "history": (
        (4, 4),
        r"""
        VARIABLES x, hist
        ---- MODULE Base ----
        EXTENDS Integers
        VARIABLE x
        BInit == x = 0
        BNext == \/ x < 2 /\ x' = x + 1
                 \/ x = 2 /\ x' = 0
        ====
        B == INSTANCE Base
        Init == B!BInit /\ hist = <<>>
        Next == B!BNext /\ Len(hist) < 3 /\ hist' = Append(hist, x')
        """,
    ),
    "fields_and_paths": (
        (3, 3),
        r"""
        VARIABLE x
        Init == x = [a |-> 1, b |-> <<1, 2>>]
        Next == /\ x.a < 3
                /\ x' = [x EXCEPT !.a = @ + 1, !.b[2] = x.a, !.b[1] = @ * 2]
        """,
    ),
    "matrix": (
        (33, 16),
        r"""
        VARIABLE x
        Init == x = [i \in 1..2 |-> [j \in {"u", "v"} |-> 0]]
        Next == \E i \in 1..2, j \in {"u", "v"} : x[i][j] < 1 /\ x' = [x EXCEPT ![i][j] = @ + 1]
        """,
    ),
    "sets_of_sets": (
        (81, 16),
        r"""
        VARIABLE x
        Init == x = {}
        Next == \/ \E e \in SUBSET {1, 2} : x' = x \cup {e}
                \/ x' = UNION {x, {{}}}
        """,
    ),
    "flipping_booleans": (
        (12, 4),
        r"""
        VARIABLE x
        Init == x \in [1..2 -> BOOLEAN]
        Next == \E i \in DOMAIN x : x' = [x EXCEPT ![i] = ~@]
        """,
    ),
    "sequences_cut_and_grown": (
        (37, 14),
        r"""
        VARIABLE x
        Init == x = <<>>
        Next == \/ Len(x) < 3 /\ x' = x \o <<Len(x)>>
                \/ x # <<>> /\ x' = [i \in 1..Len(x) - 1 |-> x[i]]
                \/ x' = SubSeq(x, 2, Len(x))
        """,
    ),
    "swapping_elements": (
        (9, 3),
        r"""
        VARIABLE x
        Init == x \in SUBSET {1, 2, 3} /\ Cardinality(x) = 2
        Next == \E a \in x, b \in {1, 2, 3} \ x : x' = (x \ {a}) \cup {b}
        """,
    ),
    "owners": (
        (37, 9),
        r"""
        CONSTANTS a, b, c
        VARIABLE own
        Init == own = [p \in {a, b} |-> c]
        Next == \E p \in DOMAIN own : \E q \in {a, b, c} \ {own[p]} : own' = [own EXCEPT ![p] = q]
        """,
    ),
    "maximum": (
        (11, 7),
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        Max(S) == CHOOSE m \in S : \A n \in S : n <= m
        Next == x' = Max({x, y}) + 1 /\ x < 3 /\ y' \in {x, x'}
        """,
    ),
    "init_depends": (
        (8, 4),
        r"""
        VARIABLES x, y, z
        Init == x \in 0..1 /\ y = x /\ z \in {x, y, 5}
        Next == UNCHANGED <<x, y>> /\ z' = z
        """,
    ),
    "init_branches_at_the_end": (
        (10, 5),
        r"""
        VARIABLES x, y
        Init == /\ x \in 0..1
                /\ \/ x = 0 /\ y = 1
                   \/ x = 1 /\ y \in {2, 3}
                   \/ y = 9
        Next == UNCHANGED <<x, y>>
        """,
    ),
    "init_branches_before_the_end": (
        (5, 2),
        r"""
        VARIABLES x, y
        Init == /\ \/ x = 0
                   \/ x = 1
                /\ \/ x = 1
                   \/ TRUE
                /\ y = x
                /\ \/ y = 1
                   \/ TRUE
        Next == UNCHANGED <<x, y>>
        """,
    ),
    "two_witnesses": (
        (25, 6),
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        Next == (\E S \in SUBSET {1, 2} : x' = Cardinality(S)) /\ (\E i \in {y} : y' = 1 - i)
        """,
    ),
    "strings": (
        (10, 4),
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = "a"
        Next == \/ x' = 1 /\ y' = IF y = "a" THEN "b" ELSE y
                \/ x' = 0 /\ y' \in {"a", "c"} \ {y}
        """,
    ),
    "negated_guard_of_the_next_state": (
        (3, 2),
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        P == x = 0 \/ y = 0
        Next == P /\ x' = 1 /\ y' = 1 /\ ~P'
        """,
    ),
    "guard_now_and_next": (
        (4, 2),
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        P == x = 0 \/ y = 0 \/ x > 5
        Next == P /\ (x' = 1 \/ x' = 6) /\ y' = 1 /\ P'
        """,
    ),
    "two_processes": (
        (24, 16),
        r"""
        VARIABLES pc, n
        Init == pc = [p \in 1..2 |-> "a"] /\ n = 0
        a(self) == pc[self] = "a" /\ n' = n + 1 /\ pc' = [pc EXCEPT ![self] = "b"]
        b(self) == /\ pc[self] = "b"
                   /\ IF n > 1
                         THEN /\ n' = 0
                              /\ pc' = [pc EXCEPT ![self] = "a"]
                         ELSE /\ pc' = [pc EXCEPT ![self] = "Done"]
                              /\ n' = n
        p(self) == a(self) \/ b(self)
        Terminating == \A self \in 1..2 : pc[self] = "Done" /\ UNCHANGED <<pc, n>>
        Next == (\E self \in 1..2 : p(self)) \/ Terminating
        """,
    ),
    "let_of_a_record": (
        (3, 2),
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        Upd(v, k) == [v EXCEPT !.a = k]
        Next == LET r == [a |-> x, b |-> y] IN x' = Upd(r, r.b + 1).a /\ y' = Upd(r, 3).b + 0 * x'
        """,
    ),
    "if_let_case": (
        (4, 3),
        r"""
        VARIABLES x
        Init == x = 0
        Next == x' = IF x >= 2 THEN 0 ELSE LET y == x + 1 IN CASE y = 1 -> y [] y > 1 -> y * 1
        """,
    ),
    "witness_of_a_filter": (
        (11, 5),
        r"""
        VARIABLES x
        Init == x \in {0}
        Next == \E y \in {z \in 1..4 : z > x} : x' = y /\ \E w \in {y} : w = y
        """,
    ),
    "let_below_exists": (
        (13, 4),
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        Next == \E v \in {1, 2} : \/ x' = v /\ y' = 0 /\ v = 1
                                  \/ LET w == v * 2 IN x' = w /\ y' = v
        """,
    ),
    "assert_and_print": (
        (3, 2),
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        Next == /\ y' = y /\ x' = 1
                /\ Assert(y' = 0, "no")
                /\ PrintT(x) \/ TRUE
        """,
    ),
}
