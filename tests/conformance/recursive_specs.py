"""Small specs of actions under \\A and of RECURSIVE actions: TLC's states generated and distinct."""

from __future__ import annotations

#: name: (counts, text)
RECURSIVE: dict[str, tuple[tuple[int, int], str]] = {
    "branches_under_forall": (
        (3, 2),
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        Next == (\A i \in 1..2: LET k == i*10 IN \/ (k > 0 /\ x' = 1) \/ (x' = k)) /\ y'=0
        """,
    ),
    "second_element_is_only_a_test": (
        (10, 3),
        r"""
        VARIABLES x
        Init == x = 0
        Next == \A i \in 1..2: (\/ x' = 1 \/ x' \in {1, 2})
        """,
    ),
    "names_of_each_element": (
        (7, 3),
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        Next == (\A i \in 1..2: \E e \in {i, i+10} : \/ x' = e \/ (x' = e + 1)) /\ y'=0 /\ (\/ TRUE \/ TRUE)
        """,
    ),
    "tests_after_forall": (
        (41, 5),
        r"""
        VARIABLES x, y
        Init == x = 0 /\ y = 0
        Next == (\A i \in 1..2: \E e \in {i, i+1} : \/ x' = e \/ (x' = e + 1))
                /\ (\/ y' = 0 \/ y' = 1)
                /\ (\/ TRUE \/ x = 1 \/ y = 1)
        """,
    ),
    "recursive_action": (
        (61, 15),
        r"""
        VARIABLES x, y
        RECURSIVE Step(_)
        Step(n) == IF n = 0 THEN x' = x /\ y' = (y + 1) % 3
                   ELSE \/ x' = (x + n) % 5 /\ y' = y
                        \/ Step(n - 1)
        Init == x = 0 /\ y = 0
        Next == Step(3)
        """,
    ),
    "recursive_action_or_append": (
        (58, 39),
        r"""
        VARIABLES x, y
        RECURSIVE Set(_)
        Set(s) == IF s = <<>> THEN y' = y ELSE /\ Head(s) \in {1,2} /\ Set(Tail(s))
        Init == x = 0 /\ y = <<>>
        Next == /\ x' = (x + 1) % 3
                /\ \/ Len(y) < 2 /\ \E v \in 1..3 : y' = Append(y, v)
                   \/ Set(y)
        """,
    ),
    "recursive_search": (
        (5, 5),
        r"""
        VARIABLES x, y
        RECURSIVE Go(_)
        Go(k) == \/ /\ k = x
                    /\ x' = (x + 1) % 4
                    /\ y' = k
                 \/ /\ k < 3
                    /\ Go(k + 1)
        Init == x = 0 /\ y = 0
        Next == Go(y)
        """,
    ),
    "recursive_choice_and_let": (
        (43, 6),
        r"""
        VARIABLES x, y
        RECURSIVE Pick(_, _)
        Pick(S, T) == IF S = {} THEN x' = T /\ y' = y
                      ELSE \E e \in S : Pick(S \ {e}, IF e % 2 = y THEN T \cup {e} ELSE T)
        Next == \/ Pick(1..3, {})
                \/ LET RECURSIVE F(_)
                       F(n) == IF n > 2 THEN y' = 1 - y ELSE F(n + 1)
                   IN x' = x /\ F(y)
        RECURSIVE I(_)
        I(n) == IF n = 0 THEN x = {} ELSE I(n - 1)
        Init == y = 0 /\ I(2)
        """,
    ),
    "actions_passed_to_recursive_ones": (
        (117, 8),
        r"""
        VARIABLES x, y
        RECURSIVE Do(_, _)
        Do(A(_), n) == IF n = 0 THEN A(0) ELSE A(n) \/ Do(A, n - 1)
        RECURSIVE Do2(_, _)
        Do2(a, n) == IF n = 0 THEN a ELSE (n = x /\ a) \/ Do2(a, n - 1)
        Set(n) == x' = n
        Init == x = 0 /\ y = 0
        RECURSIVE Even(_), Odd(_)
        Even(n) == IF n = 0 THEN y' = 0 ELSE Odd(n-1)
        Odd(n) == IF n = 0 THEN y' = 1 ELSE Even(n-1) \/ (n = 3 /\ y' = 2)
        Next == \/ Do(Set, 3) /\ y' = y
                \/ Do(LAMBDA k : x' = (k + y) % 5, 2) /\ UNCHANGED y
                \/ \E z \in 0..3 : Do2(x' = z, z) /\ y' = (y + 1) % 2
                \/ x' = x /\ Even(x)
                \/ Odd(y) /\ x' = x
        """,
    ),
    "recursive_witnesses": (
        (13, 3),
        r"""
        VARIABLES x, y
        RECURSIVE All(_, _)
        All(S, k) == IF S = {} THEN TRUE ELSE \E e \in S : (x' = k \/ y' = k) /\ All(S \ {e}, k+1)
        Init == x = 0 /\ y = 0
        Next == All({1,2}, 0) /\ (TRUE \/ x = x)
        """,
    ),
}
