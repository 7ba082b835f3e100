"""What is measured of how well items are written."""

from dataclasses import replace

import pytest

from lms.domain.quizzes import Item, ItemType, Option, QuizRules
from lms.library.item_checks import common_words, is_key_longest, key_positions, of_bank, of_item
from lms.library.reading_level import grade_level
from tests.domain.bank import item, right_since

RULES = QuizRules()


def made(*texts: str, key: int = 0, stem: str = "What do you do?", name: str = "q", clause: str = "notice") -> Item:
    options = tuple(
        Option(id="abcdefgh"[place], text=text, is_key=place == key, feedback="Because.")
        for place, text in enumerate(texts or ("Hand it on.", "Wait a day.", "Call them."))
    )
    return item(name, clause, options=options, stem=stem)


def findings(one: Item) -> list[str]:
    return [f"{message} - {remedy}" for _, message, remedy in of_item(one, common=frozenset({"report"}))]


def test_a_good_item_has_no_findings() -> None:
    assert findings(made()) == []


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (made(stem="Which of these is not a reason?"), "the stem asks what is not so"),
        (made(stem="All of these are reasons EXCEPT which?"), "the stem asks what is not so"),
        (made(stem="What must you never do?"), "the stem asks what is not so"),
        (
            made("You always call.", "Wait a day.", "Hand it on."),
            "a says `always`, which marks an option as wrong or right",
        ),
        (made("Call.", "All of the above.", "Wait."), "b says `All of the above` - name what is meant"),
        (made("Call.", "None of these", "Wait."), "b says `None of these`"),
        (made("Wait for a day", "Wait for a day or two", "Call them now"), "a and b overlap - make them exclude"),
        (made("Wait for a day or two", "Wait for a day", "Call them now"), "a and b overlap"),
        (
            made("Send it to the lead on shift by phone", "Send it to the lead on shift by mail", "Call them", "No"),
            "",
        ),
        (
            made(
                "Ask the lead on shift to call back the sender of it at once please",
                "Ask the lead on shift to call back the sender of it at noon please",
                "Delete what came in and tell nobody about any of it, today or later",
            ),
            "a and b overlap",
        ),
        (made("By 18:00 today", "By 15:00 today", "By 11:00 in two days"), ""),
        (made("Within 30 days", "Within 7 days", "When asked"), ""),
        (
            made("Hand it on to the lead, then call the agency back.", "Wait.", "Call them."),
            "the key has 50 characters, the",
        ),
        (
            made("Ask for the letterhead", "Wait a day", "Call them", stem="On a letterhead"),
            "stem and key alone share lett",
        ),
        (made("Close the report", "Wait a day", "Call them", stem="A report comes"), ""),
        (made("See the letterhead", "Ask for a letterhead", "Call", stem="On a letterhead"), ""),
        (
            made(stem="Notwithstanding organizational responsibilities, administrative considerations predominate."),
            "the stem reads like school year",
        ),
    ],
)
def test_an_item_is_measured(one: Item, expected: str) -> None:
    found = findings(one)
    assert (found == []) if not expected else any(finding.startswith(expected) for finding in found), found


def test_an_option_without_feedback_is_named() -> None:
    one = made()
    silent = replace(one, options=(replace(one.options[0], feedback=""), *one.options[1:]))
    assert findings(silent) == ["no feedback for a - say why, by the clause"]


def test_an_old_rule_must_be_old_when_the_item_asks() -> None:
    one = made()
    options = (one.options[0], replace(one.options[1], right_until=2), one.options[2])
    assert findings(replace(one, options=options, validity=right_since(2))) == [
        "b was right until version 2, and the item asks since version 2 - set `since` to 3 or more"
    ]
    assert findings(replace(one, options=options, validity=right_since(3))) == []


def test_several_keys_are_not_measured_for_length() -> None:
    one = made("Hand it on to the lead, then call the agency back.", "Wait.", "Call them.")
    assert findings(replace(one, type=ItemType.MULTIPLE)) == []


def bank(*keys: int, count: int = 3) -> list[Item]:
    texts = ("Hand it on.", "Wait a day.", "Call them.", "Ask them.")[:count]
    return [made(*texts, key=key, name=f"q{n}", stem=f"What about {n}?") for n, key in enumerate(keys)]


SORTS = {": 0 of", ": no i", ": no o"}


def every_finding(items: list[Item], *clauses: str, version: int = 1) -> list[str]:
    return [f"{name}: {message}" for name, message, _ in of_bank(items, clauses=clauses, rules=RULES, version=version)]


def bank_findings(items: list[Item], *clauses: str) -> list[str]:
    """Without what is said of the sorts of items."""
    return [each for each in every_finding(items, *clauses) if each[:6] not in SORTS]


def test_a_key_that_stands_too_often_in_one_place_is_told() -> None:
    assert bank_findings(bank(1, 1, 1, 1, 1, 1, 0, 2, 1)) == [": the key is number 2 in 7 of 9 items with 3 options"]
    assert bank_findings(bank(1, 1, 1, 0, 0, 2, 2, 1, 2)) == []
    assert bank_findings(bank(1, 1, 1)) == []  # too few to say
    several = [replace(one, type=ItemType.MULTIPLE) for one in bank(1, 1, 1, 1, 1, 1, 1, 1)]
    assert bank_findings(several) == []  # keys of several kinds have no one place
    assert key_positions(several) == ()
    assert key_positions(bank(1, 1, 2)) == (0, 2, 1)
    assert key_positions([]) == ()


def test_a_bank_of_recall_without_decisions_and_old_rules_is_told() -> None:
    items = bank(0, 1, 2, 0, 1, 2, 0, 1)
    sorts = [": 0 of 8 items tell a case", ": no item is a decision", ": no option is an old rule"]
    assert every_finding(items, version=2) == sorts
    assert every_finding(items, version=1) == sorts[:2]  # nothing was right before
    assert every_finding(items[:7], version=2) == []  # too few to say
    told = [replace(one, stem=f'A woman writes "help." She is {n}. What do you do?') for n, one in enumerate(items[:4])]
    decided = replace(items[4], type=ItemType.DECISION, cites_key="notice")
    old = replace(items[5], options=(*items[5].options[:2], replace(items[5].options[2], right_until=1)))
    old = replace(old, options=(replace(old.options[0], right_until=1), *old.options[1:]))
    assert every_finding([*told, decided, old, *items[6:]], version=2) == []


def test_keys_that_are_mostly_longest_are_told() -> None:
    long_keys = [
        made(*("Hand it on now." if place == key else f"Wait {place}." for place in range(3)), key=key, stem=f"W {n}?")
        for n, key in enumerate([0, 1, 2, 0, 1, 2, 0, 1])
    ]
    assert all(map(is_key_longest, long_keys))
    assert bank_findings(long_keys) == [": the key is the longest option in 8 of 8 items"]


def test_the_same_question_twice_is_told() -> None:
    assert bank_findings([made(name="a"), made(name="b", stem="What do  YOU do?")]) == ["b: it asks the same as a"]


def test_clauses_asked_too_often_are_told() -> None:
    items = [made(name=str(n), stem=f"{n}?", clause="often") for n in range(9)]
    items += [made(name=f"o{n}", stem=f"o{n}?", clause="once") for n in range(1)]
    found = bank_findings(items, "often", "once")
    assert [each for each in found if "asked" in each] == [": `often` is asked 9 times"]


def test_words_of_the_work_are_common() -> None:
    items = [made(name=str(n), stem=f"A report {n}?") for n in range(10)] + [made(stem="A letterhead?")]
    common = common_words(items)
    assert "report" in common
    assert "letterhead" not in common
    assert "about" in common_words([])


def test_reading_levels_are_those_of_the_formula() -> None:
    """Checked by hand: 0.39 x 6 + 11.8 x 7/6 - 15.59 for one sentence of six words and seven syllables."""
    assert grade_level("The cat sat on the table.") == pytest.approx(0.39 * 6 + 11.8 * 7 / 6 - 15.59)
    assert grade_level("") == 0.0
    assert grade_level("| a | table |\n") == 0.0
    assert grade_level("Go. Sit.") == 0.0  # never below the first year
    hard = "Organizational responsibilities notwithstanding, administrative considerations predominate."
    assert grade_level(hard) > 20 > 6 > grade_level("You call the lead. Then you wait until the lead calls back.")
