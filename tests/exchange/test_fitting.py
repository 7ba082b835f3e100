"""What becomes of each question of a file in a draft: new, changed, there already, or refused with a reason."""

from dataclasses import replace

import pytest

from lms.domain.quizzes import Item, QuizRules, Teaching
from lms.exchange import fitting, yaml_items
from lms.exchange.cleaning import trimmed
from lms.exchange.fitting import Bank, Outcome
from lms.exchange.sources import FileRefused
from lms.library import quiz_files
from tests.exchange.samples import BANK, CLAUSES, fitted, items, why

ONE = "::one:: Is it? {T}"


def bank(source: str, **options: object) -> Bank:
    made = items(source, clause="speed", filename="a.gift", **options)
    return Bank(number=2, clauses=CLAUSES, items=made)


def outcomes(source: str, there: Bank, **options: object) -> list[str]:
    return [
        line.outcome.value for line in fitted(source, bank=there, clause="speed", filename="a.gift", **options).lines
    ]


def test_what_is_there_already_stays_as_it_is() -> None:
    assert outcomes(ONE, bank(ONE)) == ["there already"]
    assert outcomes(ONE + "  \n", bank(ONE)) == ["there already"]


def test_another_question_with_the_same_id_takes_its_place_only_when_somebody_says_so() -> None:
    other = "::one:: Is it not? {T}"
    assert outcomes(other, bank(ONE)) == ["refused"]
    assert "another item “one”" in why(other, bank=bank(ONE), clause="speed")[0]
    assert outcomes(other, bank(ONE), is_replacing=True) == ["changed"]


def test_an_item_that_is_there_keeps_its_versions() -> None:
    there = bank(ONE)
    later = Bank(number=5, clauses=CLAUSES, items=there.items)
    assert outcomes(ONE, later) == ["there already"]
    report = fitted("::one:: Is it not? {T}", bank=later, clause="speed", is_replacing=True)
    assert report.brought[0].validity == Teaching(since=2, until=None, checked=2)


def test_a_chosen_clause_must_be_one_of_the_draft() -> None:
    with pytest.raises(FileRefused, match="no clause “elsewhere”"):
        fitted(ONE, clause="elsewhere")


def test_a_draft_takes_no_more_items_than_a_quiz_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitting, "MAX_ITEMS", 1)
    with pytest.raises(FileRefused, match="more than 1 items"):
        fitted("::two:: Is it not? {T}", bank=bank(ONE), clause="speed")


def test_characters_that_nobody_sees_are_left_out_and_told() -> None:
    table = "id,type,stem,key,option_1,option_2\none,single,Is\u200b it\u2028so\u202e?,1,a,b\n"
    report = fitted(table, clause="speed")
    assert report.brought[0].stem == "Is it\nso?"
    assert "nobody sees" in " ".join(report.lines[0].notes)


CASE = """\
items:
  - id: story
    type: case
    since: 1
    stem: A story.
    items:
      - {id: s-1, type: true_false, clauses: [speed], stem: "So?", options: [{id: t, text: "True", key: true}, {id: f, text: "False"}]}
      - {id: s-2, type: true_false, clauses: [CLAUSE], stem: "And so?", options: [{id: t, text: "True", key: true}, {id: f, text: "False"}]}
"""  # noqa: E501


def test_a_case_comes_in_whole_or_not_at_all() -> None:
    whole = CASE.replace("CLAUSE", "who")
    assert [item.case.place for item in items(whole).values() if item.case] == [1, 2]
    lines = fitted(CASE.replace("CLAUSE", "elsewhere")).lines
    assert [line.outcome for line in lines] == [Outcome.REFUSED] * 2
    assert "a case comes in whole" in lines[0].why[0]
    assert "no clause “elsewhere”" in lines[1].why[0]


def test_a_case_that_is_there_is_not_taken_apart() -> None:
    whole = CASE.replace("CLAUSE", "who")
    there = Bank(number=2, clauses=CLAUSES, items=items(whole))
    assert [line.outcome for line in fitted(whole, bank=there).lines] == [Outcome.SAME] * 2
    fewer = whole.replace("s-2", "s-3")
    assert "a case comes in whole" in why(fewer, bank=there)[0]


def test_a_case_and_an_item_cannot_have_one_name() -> None:
    there = bank("::story:: Is it? {T}")
    assert "another item “story”" in why(CASE.replace("CLAUSE", "who"), bank=there)[0]


def test_items_that_a_quiz_file_cannot_hold_are_not_written() -> None:
    (item,) = items(ONE, clause="speed").values()
    with pytest.raises(yaml_items.ExportRefused, match="do not fit in one quiz file"):
        yaml_items.written([item, item])
    with pytest.raises(yaml_items.ExportRefused, match="more than 262,144 bytes"):
        yaml_items.written([replace(item, stem="word " * 60_000)])
    assert yaml_items.written([]) == "items: []\n"
    assert yaml_items.problems([]) == ()
    halves = list(items(CASE.replace("CLAUSE", "who")).values())
    numbered = [replace(item, case=replace(item.case, place=item.case.place + 1)) for item in halves if item.case]
    with pytest.raises(yaml_items.ExportRefused, match="as QTI 3 instead"):
        yaml_items.written(numbered)
    assert "cannot be written" in str(yaml_items.problems(numbered)[0])


def test_a_quiz_file_has_its_rules_too() -> None:
    for rules in (QuizRules(), QuizRules(pass_mark=90, time_limit_minutes=20, retake="all", feedback="never")):
        assert quiz_files.read(yaml_items.written([], rules), file="x").rules == rules


def test_a_report_counts() -> None:
    report = fitted(ONE + "\n\n::two:: Why? {}", clause="speed", bank=BANK)
    assert (report.counted(Outcome.NEW), report.counted(Outcome.REFUSED)) == (1, 1)


def test_many_items_of_one_name_take_as_much_work_each_as_few(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[Item] = []
    monkeypatch.setattr(fitting, "trimmed", lambda item: (compared.append(item), trimmed(item))[1])

    def work(count: int) -> int:
        compared.clear()
        source = "\n\n".join(f"::one:: Is it {number}? {{T}}" for number in range(count))
        names = [line.item.id for line in fitted(source, clause="speed", filename="a.gift").lines if line.item]
        assert names == ["one", *(f"one-{number}" for number in range(2, count + 1))]
        return len(compared)

    assert work(40) == 4 * work(10)
