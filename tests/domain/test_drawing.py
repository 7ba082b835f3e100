"""Whether lessons and items are fresh, and which items are drawn."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.domain.drawing import draw
from lms.domain.quizzes import Case, Item, ItemType, QuizRules, Teaching, is_fresh, is_right_for
from lms.library.item_parts import item_from, item_question
from tests.domain.bank import CLAUSES, banks, decision, item, matching, options, ordering, right_since, short

TWO = QuizRules(per_clause=2)
ONE = QuizRules(per_clause=1)


@pytest.mark.parametrize(
    ("validity", "version", "expected"),
    [
        (right_since(2), 1, False),
        (right_since(2), 2, True),
        (right_since(2), 9, True),
        (right_since(1, until=2), 2, True),
        (right_since(1, until=2), 3, False),
    ],
)
def test_it_is_right_from_since_to_until_inclusive(validity: Teaching, version: int, expected: bool) -> None:
    assert is_right_for(validity, version) is expected


@pytest.mark.parametrize(
    ("validity", "version", "expected"),
    [
        (right_since(1), 1, True),
        (right_since(1), 2, True),  # changed later, in 3
        (right_since(1), 3, False),  # stale
        (right_since(1, checked=3), 3, True),
        (right_since(3), 3, True),
        (right_since(1, checked=3), 4, True),
        (right_since(1, checked=4), 5, False),  # another clause it names changed in 5
        (right_since(1, until=2), 3, False),  # not right for it at all
    ],
)
def test_it_is_stale_when_a_named_clause_changed_after_it_was_checked(
    validity: Teaching, version: int, expected: bool
) -> None:
    changed_in = {"notice": {1, 3}, "records": [5], "roles": (2,)}
    assert is_fresh(validity, ["notice", "records"], version=version, changed_in=changed_in) is expected


def drawn_ids(*bank: Item, clauses: tuple[str, ...], rules: QuizRules = ONE, seen: tuple[str, ...] = ()) -> set[str]:
    results = {
        frozenset(one.item_id for one in draw(bank, clauses=clauses, rules=rules, seen=seen, seed=seed))
        for seed in range(20)
    }
    assert len(results) == 1, "the draw should not depend on luck here"
    return set(results.pop())


def test_an_item_that_covers_several_missing_clauses_comes_first() -> None:
    bank = [item("n", "notice"), item("r", "records"), item("both", "notice", "records")]
    assert drawn_ids(*bank, clauses=("notice", "records")) == {"both"}


def test_what_was_not_seen_comes_before_what_was() -> None:
    bank = [item("n", "notice"), item("r", "records"), item("both", "notice", "records")]
    assert drawn_ids(*bank, clauses=("notice", "records"), seen=("both",)) == {"n", "r"}


def test_what_was_seen_is_drawn_when_nothing_else_is_left() -> None:
    bank = [item("1", "notice"), item("2", "notice")]
    assert drawn_ids(*bank, clauses=("notice",), rules=TWO, seen=("1",)) == {"1", "2"}


def test_items_of_other_clauses_are_not_drawn() -> None:
    assert drawn_ids(item("1", "notice"), item("2", "roles"), clauses=("notice",), rules=TWO) == {"1"}


def test_a_clause_without_items_is_passed_over() -> None:
    assert drawn_ids(item("1", "notice"), clauses=("notice", "roles")) == {"1"}


def test_a_failed_critical_item_is_asked_again_whatever_else_there_is() -> None:
    bank = [item(str(number), "notice") for number in range(6)]
    for seed in range(10):
        drawn = draw(bank, clauses=["notice"], rules=TWO, seen=["4"], seed=seed, always=["4", "gone"])
        assert "4" in {one.item_id for one in drawn}
        assert len(drawn) == 2
    assert draw(bank, clauses=["roles"], rules=TWO, seen=[], seed=1, always=["4"]) == ()


def test_options_are_shuffled_but_true_stands_where_the_author_put_it() -> None:
    bank = [decision(), item("t", type=ItemType.TRUE_FALSE, options=options("true", of=("true", "false")))]
    orders: Counter[tuple[str, ...]] = Counter()
    citations: Counter[tuple[str, ...]] = Counter()
    for seed in range(200):
        for one in draw(bank, clauses=["notice"], rules=TWO, seen=[], seed=seed):
            if one.item_id == "t":
                assert one.option_order == ("true", "false")
                assert one.citation_order == ()
            else:
                orders[one.option_order] += 1
                citations[one.citation_order] += 1
    assert len(orders) == 24
    assert len(citations) == 6


def test_the_same_seed_gives_the_same_draw_and_another_gives_others() -> None:
    bank = [item(str(number), "notice") for number in range(10)]
    one = draw(bank, clauses=["notice"], rules=TWO, seen=[], seed=7)
    assert one == draw(reversed(bank), clauses={"notice"}, rules=TWO, seen=[], seed=7)
    assert len({draw(bank, clauses=["notice"], rules=TWO, seen=[], seed=seed) for seed in range(20)}) > 10


@settings(deadline=None)
@given(
    bank=banks(max_size=12),
    clauses=st.sets(st.sampled_from(CLAUSES)),
    per_clause=st.integers(1, 3),
    seed=st.integers(),
    data=st.data(),
)
def test_every_clause_is_asked_as_often_as_wanted_or_possible(
    bank: list[Item], clauses: set[str], per_clause: int, seed: int, data: st.DataObject
) -> None:
    seen = data.draw(st.sets(st.sampled_from([one.id for one in bank]))) if bank else set()
    rules = QuizRules(per_clause=per_clause)
    drawn = draw(bank, clauses=clauses, rules=rules, seen=seen, seed=seed)
    by_id = {one.id: one for one in bank}
    chosen = [by_id[one.item_id] for one in drawn]
    assert len({one.id for one in chosen}) == len(chosen)
    counted = [one for one in chosen if not one.is_pilot]
    for clause in clauses:
        available = sum(clause in one.clauses for one in bank if not one.is_pilot)
        assert sum(clause in one.clauses for one in counted) >= min(per_clause, available)
    assert all(clauses.intersection(one.clauses) for one in chosen)
    assert len(counted) <= per_clause * len(clauses)
    assert len(chosen) - len(counted) <= 1
    for one in drawn:
        asked = by_id[one.item_id]
        offered = asked.choices if asked.type is ItemType.MATCHING else asked.options
        assert sorted(one.option_order) == sorted(each.id for each in offered)
        assert sorted(one.citation_order) == sorted(by_id[one.item_id].citations)
    shuffled = data.draw(st.permutations(bank))
    assert draw(shuffled, clauses=clauses, rules=rules, seen=seen, seed=seed) == drawn


CASES = [
    replace(item(f"{name}-{place}", clause), case=Case(id=name, text="It is 3 a.m.", place=place))
    for name in ("night", "dawn")
    for place, clause in ((2, "notice"), (1, "roles"), (3, "records"))
]
BANK = [item(f"q-{number}", "notice") for number in range(3)]
PILOTS = [item(f"p-{number}", "notice", is_pilot=True) for number in range(3)]


class TestACase:
    def drawn(self, *clauses: str, seed: int = 1, more: Sequence[Item] = (), **options: object) -> list[str]:
        asked = {"rules": QuizRules(per_clause=1), "seen": (), **options}
        return [one.item_id for one in draw([*CASES, *more], clauses=clauses, seed=seed, **asked)]  # type: ignore[arg-type]

    def test_stays_together_and_in_its_order(self) -> None:
        for seed in range(20):
            ids = self.drawn("notice", "roles", "records", seed=seed)
            assert ids in (["night-1", "night-2", "night-3"], ["dawn-1", "dawn-2", "dawn-3"])

    def test_only_what_is_to_learn_is_asked_of_it(self) -> None:
        assert self.drawn("roles", "records") in (["night-1", "night-3"], ["dawn-1", "dawn-3"])

    def test_it_is_not_preferred_for_its_length(self) -> None:
        single = [item(f"s-{number}", "notice") for number in range(6)]
        asked = [self.drawn("notice", seed=seed, more=single) for seed in range(40)]
        assert any(ids[0].startswith("s-") for ids in asked)
        assert any(not ids[0].startswith("s-") for ids in asked)

    def test_one_that_was_seen_in_part_comes_last(self) -> None:
        for seed in range(10):
            assert self.drawn("notice", "roles", "records", seed=seed, seen={"night-2"})[0].startswith("dawn")

    def test_a_critical_item_that_was_failed_brings_its_case(self) -> None:
        assert "dawn-2" in self.drawn("notice", "roles", always={"dawn-2"})
        assert "dawn-1" in self.drawn("notice", "roles", always={"dawn-2"})


class TestWhatIsTriedOut:
    def drawn(self, bank: Sequence[Item], *, seen: Sequence[str] = (), seed: int = 1) -> list[str]:
        found = draw(bank, clauses=["notice"], rules=QuizRules(per_clause=2), seen=seen, seed=seed)
        return sorted(one.item_id for one in found)

    def test_one_comes_besides(self) -> None:
        for seed in range(10):
            ids = self.drawn([*BANK, *PILOTS], seed=seed)
            assert [name[0] for name in ids] == ["p", "q", "q"]

    def test_it_does_not_replace_what_must_be_asked(self) -> None:
        assert self.drawn(PILOTS) == []
        assert self.drawn([*BANK[:1], *PILOTS[:1]]) == ["p-0", "q-0"]

    def test_nobody_is_asked_it_twice(self) -> None:
        assert self.drawn([*BANK, *PILOTS], seen=["p-0", "p-1", "p-2"]) != []
        ids = self.drawn([*BANK, *PILOTS], seen=["p-0", "p-1", "p-2"])
        assert all(name.startswith("q") for name in ids)


def test_a_matching_shuffles_what_is_matched_with_and_written_answers_offer_nothing() -> None:
    pairs, order = matching("a=x", "b=y"), ordering("a", "b", "c", "d")
    bank = [replace(pairs, id="m"), replace(order, id="o"), replace(keyless(short("word")), id="s")]
    found = {one.item_id: one for one in draw(bank, clauses=["notice"], rules=QuizRules(per_clause=3), seen=(), seed=3)}
    assert sorted(found["m"].option_order) == ["x", "y", "z"]
    assert sorted(found["o"].option_order) == ["a", "b", "c", "d"]
    assert found["s"].option_order == ()


def keyless(one: Item) -> Item:
    return item_from(item_question(one), {"keys": [], "feedback": {}, "right_until": {}, "cites_key": None,
                                          "cites_others": []})  # fmt: skip
