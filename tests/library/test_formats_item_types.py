"""Items that are ordered, matched, written or told as a case, as authors write them."""

from decimal import Decimal

import pytest

from lms.domain.quizzes import Case, ItemType
from lms.library import quiz_files
from lms.library.problems import ContentError
from lms.library.quiz_files import QuizFile

ORDERING = """\
items:
  - id: o
    type: ordering
    clauses: [steps]
    since: 1
    stem: In which order?
    credit: whole
    options: [{id: a, text: First.}, {id: b, text: Second.}, {id: c, text: Third.}]
"""
MATCHING = """\
items:
  - id: m
    type: matching
    clauses: [kinds]
    since: 1
    stem: What goes with what?
    options: [{id: a, text: A subpoena, match: x, feedback: Details only.}, {id: b, text: A warrant, match: y}]
    choices: [{id: x, text: Account details}, {id: y, text: Messages}, {id: z, text: Nothing}]
"""
NUMBER = """\
items:
  - id: n
    type: number
    clauses: [times]
    since: 2
    stem: By when?
    options: [{id: a, text: "240", key: true}, {id: b, text: "1440", right_until: 1}]
    units: [{id: minutes, text: minutes}, {id: hours, text: hours, factor: 60}]
    tolerance: 0.5
"""
SHORT = """\
items:
  - id: s
    type: short
    clauses: [words]
    since: 1
    pilot: true
    stem: What is it called?
    options: [{id: a, text: preservation request, also: [preservation, a 2703(f) letter], key: true}]
"""
CASE = """\
items:
  - id: night
    type: case
    since: 2
    checked: 3
    sensitive: threats
    stem: It is 3 a.m. A detective calls.
    items:
      - {id: night-1, type: single, clauses: [a], critical: true, stem: What now?,
         options: [{id: a, text: This., key: true}, {id: b, text: That.}]}
      - {id: night-2, type: number, clauses: [b], stem: How long?, options: [{id: a, text: "4", key: true}]}
  - {id: other, type: single, clauses: [a], since: 1, stem: And now?,
     options: [{id: a, text: This., key: true}, {id: b, text: That.}]}
"""
KEYED = ", key: true"


def read(text: str) -> QuizFile:
    return quiz_files.read(text, file="q.yaml")


def test_an_ordering_keeps_the_order_of_its_options() -> None:
    (one,) = read(ORDERING).items
    assert (one.type, one.is_whole, one.keys) == (ItemType.ORDERING, True, frozenset())
    assert [option.id for option in one.options] == ["a", "b", "c"]


def test_a_matching_has_choices() -> None:
    (one,) = read(MATCHING).items
    assert {option.id: option.match for option in one.options} == {"a": "x", "b": "y"}
    assert [choice.text for choice in one.choices] == ["Account details", "Messages", "Nothing"]


def test_a_number_has_units_and_a_tolerance() -> None:
    (one,) = read(NUMBER).items
    assert [(unit.id, unit.factor) for unit in one.units] == [("minutes", 1), ("hours", 60)]
    assert (one.tolerance, one.keys) == (Decimal("0.5"), {"a"})


def test_a_short_text_has_other_ways_to_write_it() -> None:
    (one,) = read(SHORT).items
    assert one.options[0].also == ("preservation", "a 2703(f) letter")
    assert one.is_pilot


def test_a_case_is_several_items_with_one_vignette() -> None:
    quiz = read(CASE)
    first, second, other = quiz.items
    assert first.case == Case(id="night", text="It is 3 a.m. A detective calls.", place=1)
    assert (second.case.place if second.case else 0, other.case) == (2, None)
    assert (first.validity.since, first.validity.checked, first.sensitive) == (2, 3, "threats")
    assert (first.is_critical, second.is_critical) == (True, False)
    of_case = {f"night-{place + 1}": ("items", 0, "items", place) for place in range(2)}
    assert quiz.paths == of_case | {"other": ("items", 1)}


@pytest.mark.parametrize(
    ("text", "old", "new", "expected"),
    [
        (ORDERING, "text: Third.", "text: Third., key: true", "options: no option of the type ordering"),
        (ORDERING, ", {id: c, text: Third.}", "", "options: there are 2 options - give 3 to 10"),
        (ORDERING, "text: Third.", "text: First.", "options[2].text: there are two options that say `first.`"),
        (ORDERING, "credit: whole", "credit: half", "credit: this is none of the words"),
        (MATCHING, "match: y", "match: q", "options: option b matches no choice - write `match:`"),
        (MATCHING, ", match: y", "", "options: option b matches no choice"),
        (MATCHING, "match: y", "match: y, key: true", "no option of the type matching is the right one - write"),
        (MATCHING, ", {id: y, text: Messages}, {id: z, text: Nothing}", "", "choices: there are 1 choices - give 2"),
        (MATCHING, "id: z", "id: y", "choices[2].id: there are two choices `y`"),
        (MATCHING, "text: Nothing", "text: messages", "there are two choices that say `messages`"),
        (NUMBER, 'text: "240"', "text: four", "options: option a: this is not a number"),
        (NUMBER, "tolerance: 0.5", "tolerance: 600", "tolerance: with it a number can be two options at once"),
        (NUMBER, "tolerance: 0.5", "tolerance: -1", "tolerance: this is not a number"),
        (NUMBER, "factor: 60", "factor: 0", "units: a unit is nothing"),
        (NUMBER, "text: minutes}", "text: minutes, factor: 2}", "units: the first unit is the one of the options"),
        (NUMBER, "id: hours", "id: minutes", "units[1].id: there are two units `minutes`"),
        (NUMBER, KEYED, "", "options: no option is the right one"),
        (NUMBER, ", right_until: 1", KEYED, "2 options are right - leave one `key: true`"),
        (SHORT, "text: preservation request", "text: '?!'", "options: option a has no letters or digits"),
        (SHORT, KEYED + "}", KEYED + "}, {id: b, text: Preservation.}", "`Preservation.` is in a and b"),
        (ORDERING, "text: First.", "text: First., also: [One.]", "options: `also` belongs to the type short"),
        (ORDERING, "text: First.", "text: First., match: b", "options: `match` belongs to the type matching"),
        (ORDERING, "credit: whole", "units: [{id: h, text: h}]", "units: `units` belongs to the type number"),
        (ORDERING, "credit: whole", "tolerance: 1", "tolerance: `tolerance` belongs to the type number"),
        (ORDERING, "credit: whole", "choices: [{id: h, text: h}]", "choices: `choices` belongs to the type matching"),
        (CASE, "type: number", "type: case", "items[0].items[1].type: a case cannot stand in a case"),
        (CASE, "sensitive: threats", "critical: true", "items[0].critical: a case is not critical as a whole"),
        (CASE, "sensitive: threats", "clauses: [a]", "items[0].clauses: a case has no clauses of its own"),
        (CASE, "night-2", "night-1", "there are two items `night-1`"),
        (CASE, "id: other", "id: night", "items[0].id: there are two items `night`"),
        (CASE, "checked: 3", "checked: 1", "items[0].checked: it is right since version 2 only"),
        (CASE, "{id: night-2", "{since: 1, id: night-2", "the key `since` is not known here"),
        (CASE, "clauses: [b]", "clauses: []", "items[0].items[1].clauses: no clause is named"),
    ],
)
def test_what_does_not_fit_is_told_with_its_place(text: str, old: str, new: str, expected: str) -> None:
    assert old in text
    with pytest.raises(ContentError) as refused:
        read(text.replace(old, new, 1))
    assert any(expected in str(problem) for problem in refused.value.problems), refused.value.problems


def test_a_case_of_one_item_is_none() -> None:
    text = "\n".join(line for line in CASE.splitlines() if "night-2" not in line)
    with pytest.raises(ContentError, match="a case has two items or more"):
        read(text)
