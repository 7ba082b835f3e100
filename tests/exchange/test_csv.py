"""Our own table of items: the template, and what each cell may say."""

from decimal import Decimal

import pytest

from lms import csv_files
from lms.domain.quizzes import Case, ItemType, Teaching
from lms.exchange import reading
from lms.exchange.csv_rows import COLUMNS, TEMPLATE
from lms.exchange.sources import FileRefused
from tests.exchange.samples import fitted, items, notes, why


def table(*rows: dict[str, str]) -> str:
    made = [{"id": f"r{n}", "type": "single", "clause": "speed", "stem": "When?", "key": "1", "option_1": "a",
             "option_2": "b"} | row for n, row in enumerate(rows, 1)]  # fmt: skip
    return csv_files.text_of(COLUMNS, made)


def test_every_row_of_the_template_comes_in_once_its_clause_is_told() -> None:
    filled = [row | {"clause": "speed"} for row in TEMPLATE]
    filled[-1]["cites"] = "speed | who | records"
    found = items(csv_files.text_of(COLUMNS, filled))
    assert [item.type for item in found.values()] == [
        ItemType.SINGLE, ItemType.MULTIPLE, ItemType.TRUE_FALSE, ItemType.ORDERING, ItemType.MATCHING, ItemType.NUMBER,
        ItemType.SHORT, ItemType.DECISION,
    ]  # fmt: skip
    number = found["photo-6"]
    assert (number.tolerance, number.options[1].right_until) == (Decimal(1), 1)
    assert [(unit.text, unit.factor) for unit in number.units] == [("minutes", 1), ("hours", 60)]
    assert found["photo-7"].options[0].also == ("photo needed",)
    assert found["photo-8"].cites_others == ("who", "records")
    without = fitted(csv_files.text_of(COLUMNS, TEMPLATE[:-1]), clause="who")
    assert len(without.brought) == len(TEMPLATE) - 1


def test_the_clause_of_a_decision_names_its_clause() -> None:
    (row,) = items(table({"type": "decision", "clause": "", "cites": "speed | who"})).values()
    assert row.clauses == ("speed",)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"type": "essay"}, "Column type: write one of single"),
        ({"stem": ""}, "Column stem: it is empty"),
        ({"option_1": ""}, "Column option_1: it is empty, and one behind it is not"),
        ({"key": "3"}, "Column key: write numbers of options"),
        ({"key": "x"}, "Column key: write numbers of options"),
        ({"key": ""}, "no option is the right one"),
        ({"old_rule": "soon"}, "Column old_rule: write the number of an option"),
        ({"old_rule": "7:1"}, "Column old_rule: write the number of an option"),
        ({"credit": "half"}, "Column credit: write whole or part"),
        ({"critical": "maybe"}, "Column critical: write true"),
        ({"since": "two"}, "Column since: write the number of a version"),
        ({"until": "2"}, "Column since: it is empty, and until or checked is not"),
        ({"since": "3"}, "it is not for version 2"),
        ({"clause": "elsewhere"}, "no clause “elsewhere”"),
        ({"type": "decision", "cites": "speed | elsewhere"}, "no clause “elsewhere”"),
        ({"type": "matching", "key": ""}, "Column option_1: write what belongs together"),
        ({"type": "number", "option_1": "4", "option_2": "9", "units": "a = b = c"}, "Column units"),
        (
            {"type": "number", "option_1": "4", "option_2": "9", "units": "min | h = many"},
            "Column units: write a number",
        ),
        ({"type": "number", "tolerance": "-1"}, "Column tolerance: write a number"),
        ({"ids": "a"}, "Column ids"),
        ({"ids": "a a"}, "Column ids"),
        ({"ids": "a B"}, "Column ids"),
        ({"ids": "a b | c d"}, "Column ids"),
        ({"case": "c"}, "Column case_text: it is empty in the first row"),
        ({"case": "c", "case_text": "One."}, "a case has two items or more"),
    ],
)
def test_a_row_that_is_not_right_says_which_cell(row: dict[str, str], sentence: str) -> None:
    report = fitted(table(row))
    assert sentence in " ".join(report.lines[0].why)
    assert report.lines[0].place == "2"


def test_a_case_has_its_text_in_its_first_row() -> None:
    first, other = {"case": "c", "case_text": "A story."}, {"case": "c"}
    found = items(table(first, other))
    assert [item.case for item in found.values()] == [
        Case(id="c", text="A story.", place=1),
        Case(id="c", text="A story.", place=2),
    ]
    assert "another one than" in why(table(first, other, {"case": "c", "case_text": "Another."}))[0]


def test_versions_are_taken_where_they_are_told() -> None:
    found = items(table({"since": "1", "checked": "2"}, {"since": "1", "until": "2"}, {}))
    assert found["r1"].validity == Teaching(since=1, until=None, checked=2)
    assert found["r2"].validity == Teaching(since=1, until=2, checked=1)
    assert found["r3"].validity == Teaching(since=2, until=None, checked=2)


def test_a_spreadsheet_may_have_put_semicolons_or_tabs_between() -> None:
    plain = "type,stem,clause,key,option_1,option_2\nsingle,When?,speed,1,a,b\n"
    for mark in (";", "\t"):
        assert items(plain.replace(",", mark))["when"].options[0].text == "a"
    assert items(f"\n\n{plain}\n,,\n\n")["when"]


def test_a_formula_is_taken_as_words_and_a_guarded_one_is_not_told() -> None:
    guarded = table({"option_1": "=1+1"})
    assert "'=1+1" in guarded
    assert items(guarded)["r1"].options[0].text == "=1+1"
    assert notes(guarded) == []
    assert "like a formula" in notes(guarded.replace("'=1+1", "=1+1"))[0]


def test_rows_and_headers_that_cannot_be_read_are_told() -> None:
    assert "more cells than the header" in why("type,stem\nsingle,When?,x\nsingle,Who?,\n")[0]
    for source, sentence in (
        ("type,stem,colour\n", "not known, missing or twice is colour"),
        ("type,stem,stem\n", "stem"),
        ('type,stem\nsingle,"When?" x\n', "Row 2 cannot be read"),
        ("type,stem\n", "no question"),
        (f"type,stem\nsingle,{'x' * 200_000}\n", "Row 2 cannot be read"),
    ):
        with pytest.raises(FileRefused, match=sentence):
            reading.read(source.encode())
    with pytest.raises(FileRefused, match="missing or twice is type"):
        reading.read(b"stem,key\n", "items.csv")
