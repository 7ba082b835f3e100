"""What a module asks of one person: the whole for a newcomer, the delta for who was current."""

from lms.domain.standing import concerned, to_learn
from tests.domain.make import (
    day,
    editorial,
    make_evidence,
    make_person,
    make_policy,
    make_version,
    material,
    removed,
)

V1 = make_version(1, "1 Jan", "a b c")
V2 = make_version(2, "1 Mar", "a b d", material("b"), removed("c"), material("d"), published="20 Feb")
POLICY = make_policy(V1, V2)
PASSED = make_evidence(1, "5 Jan")


def asked(policy, person, at):
    return to_learn(policy, person, at=day(at), known_at=day(at))


def test_a_newcomer_learns_the_whole():
    found = asked(POLICY, make_person(), "5 Jan")
    assert (found.clauses, found.is_whole) == (("a", "b", "c"), True)
    assert (found.required, found.version, found.effective_at) == (1, 1, None)
    assert found.covered_before == found.changing == found.unlearnings == frozenset()


def test_who_is_current_learns_nothing():
    found = asked(POLICY, make_person(PASSED), "6 Jan")
    assert (found.clauses, found.is_whole) == ((), False)


def test_the_delta_of_an_upcoming_version_counts_before_its_day():
    found = asked(POLICY, make_person(PASSED), "21 Feb")
    assert (found.clauses, found.is_whole) == (("b", "d", "c"), False)
    assert (found.required, found.version, found.effective_at) == (1, 2, day("1 Mar"))
    assert found.unlearnings == {"c"}
    assert found.changing == found.covered_before == {"b", "c"}
    later = asked(POLICY, make_person(PASSED), "2 Mar")
    assert (later.clauses, later.changing, later.unlearnings) == (("b", "d", "c"), frozenset(), {"c"})


def test_a_newcomer_before_the_day_learns_both_wordings():
    found = asked(POLICY, make_person(legal="21 Feb"), "22 Feb")
    assert (found.clauses, found.is_whole) == (("a", "b", "d", "c"), True)
    assert found.changing == found.unlearnings | {"b"} == {"b", "c"}
    assert found.covered_before == frozenset()


def test_a_clause_in_its_renewal_window_asks_for_the_whole():
    yearly = make_policy(V1, valid_days=100, window_days=30)
    assert asked(yearly, make_person(PASSED), "15 Mar").clauses == ()
    found = asked(yearly, make_person(PASSED), "16 Mar")
    assert (found.clauses, found.is_whole) == (("a", "b", "c"), True)
    assert found.covered_before == {"a", "b", "c"}


def test_a_part_of_a_split_is_in_the_window_of_the_whole():
    yearly = make_policy(
        make_version(1, "1 Jan", "a"),
        make_version(2, "1 Feb", "b c", editorial("b", "a"), editorial("c", "a")),
        valid_days=100,
        window_days=30,
    )
    assert asked(yearly, make_person(PASSED), "16 Mar").clauses == ("b", "c")


def test_another_name_in_the_upcoming_version_is_not_a_second_clause():
    renamed = make_policy(V1, make_version(2, "1 Mar", "a b see", editorial("see", "c"), published="20 Feb"))
    assert asked(renamed, make_person(), "21 Feb").clauses == ("a", "b", "see")


def test_parts_of_an_upcoming_split_are_a_change_of_the_whole():
    split = make_policy(
        make_version(1, "1 Jan", "a"),
        make_version(2, "1 Mar", "b c e", material("b", "a"), material("c", "a"), material("e"), published="20 Feb"),
    )
    found = asked(split, make_person(PASSED), "21 Feb")
    assert (found.clauses, found.changing) == (("b", "c", "e"), {"b", "c"})


def test_before_the_first_version_takes_effect_it_can_be_learnt():
    first = make_policy(make_version(1, "1 Feb", "a", published="10 Jan"))
    found = asked(first, make_person(), "11 Jan")
    assert (found.clauses, found.required, found.version, found.is_whole) == (("a",), None, 1, True)


def test_nothing_is_asked_before_anything_is_published_or_where_nothing_concerns():
    assert asked(POLICY, make_person(), "31 Dec 2025").version is None
    assert asked(POLICY, make_person(spam="1 Jan"), "5 Jan").clauses == ()


def test_all_the_queues_of_a_person_count():
    policy = make_policy(make_version(1, "1 Jan", "a b@abuse c@spam"))
    person = make_person(legal="1 Jan", abuse="1 Jan")
    assert asked(policy, person, "5 Jan").clauses == ("a", "b")
    assert concerned(policy, person, at=day("5 Jan"), known_at=day("5 Jan")) == ("a", "b")
    assert concerned(policy, person, at=day("31 Dec 2025"), known_at=day("5 Jan")) == ()


def test_looking_back_a_version_withdrawn_since_was_still_to_be_learnt():
    withdrawn = make_version(2, "1 Mar", "a b c", material("b"), published="10 Feb", withdrawn="20 Feb")
    found = to_learn(make_policy(V1, withdrawn), make_person(PASSED), at=day("15 Feb"), known_at=day("1 Apr"))
    assert (found.clauses, found.version) == (("b",), 2)


def test_a_clause_that_will_be_split_is_learnt_with_all_its_parts_even_those_for_others():
    split = make_version(2, "1 Mar", "b@abuse c@abuse", editorial("b", "b"), editorial("c", "b"), published="20 Feb")
    policy = make_policy(make_version(1, "1 Jan", "b"), split)
    found = asked(policy, make_person(), "21 Feb")
    assert (found.clauses, found.changing) == (("b", "c"), {"b", "c"})
