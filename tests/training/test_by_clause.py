"""The result clause by clause, and no key in the words "not right"."""

import pytest

from lms.domain.quizzes import Choice, Item, ItemType, Option, Teaching
from lms.training.by_clause import is_given_away
from tests.training.make import DAY, FIRST, Shelf, begin, option
from tests.training.test_result import hand_in

TWO = [option("a", "Yes", key=True), option("b", "No")]


def rows(page):
    """Clause, points and what now of each line of the table."""
    table = page.soup.find("caption", string="Clause by clause").find_parent("table")
    return [tuple(cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])) for row in table.tbody("tr")]


def test_what_is_to_be_read_again_comes_first(app, cast, sign_in, simple):
    simple()
    ada = sign_in("ada")
    first, *others = rows(hand_in(ada, begin(ada), wrong=("notice",)))
    assert first == ("Telling the user", "0 %", "Read it again")
    assert {row[1:] for row in others} == {("100 %", "All right")}
    assert len(others) == 2


@pytest.fixture
def with_two_answers(tmp_path):
    shelf = Shelf(tmp_path, rules={"per_clause": 2}).version(FIRST, ago=DAY).items_for("kinds", "genuine", count=2)
    shelf.item("notice", 1, type="true_false", options=TWO).item("notice", 2)
    return shelf.publish()


def test_a_question_with_two_answers_does_not_tell_its_key_before_a_pass(app, cast, sign_in, with_two_answers):
    ada = sign_in("ada")
    page = hand_in(ada, begin(ada), wrong=("notice", "kinds"))
    assert page.words.count("Not right") == 3, "two of kinds, one of notice"
    notice = next(row for row in rows(page) if row[0] == "Telling the user")
    assert notice == ("Telling the user", "Told once you have passed", "Read it again")


def test_nor_when_it_was_right(app, cast, sign_in, with_two_answers):
    ada = sign_in("ada")
    page = hand_in(ada, begin(ada), wrong=("kinds",))
    told = [each.find_parent("section") for each in page.soup.find_all("h3")]
    assert sum("Told once you have passed" in each.get_text() for each in told) == 1


def test_after_a_pass_it_is_told(app, cast, sign_in, with_two_answers):
    ada = sign_in("ada")
    page = hand_in(ada, begin(ada))
    assert "Told once you have passed" not in page.words
    assert ("Telling the user", "100 %", "All right") in rows(page)


def item(kind: ItemType, options: int, *, choices: int = 0) -> Item:
    return Item(
        id="i",
        type=kind,
        clauses=("a",),
        stem="?",
        options=tuple(Option(id=f"o{each}", text="x", is_key=False) for each in range(options)),
        choices=tuple(Choice(id=f"c{each}", text="x") for each in range(choices)),
        validity=Teaching(since=1, until=None, checked=1),
    )


@pytest.mark.parametrize(
    ("asked", "is_so"),
    [
        (item(ItemType.TRUE_FALSE, 2), True),
        (item(ItemType.SINGLE, 2), True),
        (item(ItemType.SINGLE, 3), False),
        (item(ItemType.ORDERING, 2), True),
        (item(ItemType.ORDERING, 3), False),
        (item(ItemType.MATCHING, 3, choices=2), True),
        (item(ItemType.MATCHING, 3, choices=3), False),
        (item(ItemType.MULTIPLE, 2), False),
        (item(ItemType.DECISION, 2), False),
    ],
)
def test_which_questions_have_but_one_other_answer(asked, is_so):
    assert is_given_away(asked) is is_so
