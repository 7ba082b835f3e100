"""Moodle XML, as its rules say it (docs.moodle.org/en/Moodle_XML_format)."""

from decimal import Decimal

import pytest

from tests.exchange.samples import fitted, items, notes, sample, why


def question(kind: str, inside: str) -> str:
    return (
        f'<quiz><question type="{kind}"><name><text>Q</text></name>'
        f"<questiontext><text>What?</text></questiontext>{inside}</question></quiz>"
    )


def answers(*said: tuple[str, str], inside: str = "") -> str:
    return "".join(f'<answer fraction="{share}"><text>{text}</text>{inside}</answer>' for share, text in said)


def test_each_type_is_read() -> None:
    found = items(sample("moodle.xml"))
    assert {id: item.type.value for id, item in found.items()} == {
        "speed-first": "single", "what-is-noted": "multiple", "late": "true_false", "who": "short", "hours": "number",
        "pairs": "matching", "steps": "ordering",
    }  # fmt: skip
    assert found["speed-first"].stem == (
        "A request came in at **15:00**.\n\n- It is Monday.\n- You are *alone*.\n\n"
        "By when? See [the rules](https://example.org/rules), `R-4`."
    )
    assert found["speed-first"].options[2].text == "the next day"
    assert found["speed-first"].options[2].feedback == "No.\nFour hours."
    assert found["what-is-noted"].clauses == ("records", "speed")
    assert found["late"].stem == "It is 19:30 \\*now\\*. It is late."
    assert [option.text for option in found["steps"].options] == ["Read", "Decide", "Note"]
    hours = found["hours"]
    assert [(unit.id, unit.factor) for unit in hours.units] == [("min", Decimal(1)), ("h", Decimal(60))]
    assert ([option.text for option in hours.options], hours.tolerance) == (["240", "1440"], Decimal(30))


def test_what_is_lost_is_told() -> None:
    report = fitted(sample("moodle.xml"))
    told = {line.name: " ".join(line.notes) for line in report.lines}
    for words in ("take points away", "general feedback", "as a whole", "hints", "more or less than one point"):
        assert words in told["Answer time"]
    assert "fixed order" in told["What is noted"]
    assert "Capital" in told["Who"]
    assert "smallest of its units" in told["Hours"]
    assert "missing or wrong unit" in told["Hours"]
    assert "another rule" in told["Steps"]
    assert "Only some" in told["Steps"]
    assert "Penalties" in " ".join(report.notes)


def test_what_cannot_come_in_says_why() -> None:
    refused = {line.name: " ".join(line.why) for line in fitted(sample("moodle.xml")).lines if line.why}
    assert "free words" in refused["Thoughts"]
    assert "several answers at once" in refused["{1:SHORTANSWER:=a} and {2:SHORTANSWER:=b}"]
    assert "drawn anew" in refused["Sum"]
    assert "“ddimageortext”" in refused["Drag"]
    assert "It has a picture" in refused["Picture"]


UNIT = "<unit><multiplier>{}</multiplier><unit_name>{}</unit_name></unit>"


@pytest.mark.parametrize(
    ("kind", "inside", "sentence"),
    [
        ("truefalse", answers(("100", "yes"), ("0", "no")), "cannot be understood"),
        ("multichoice", "<single>false</single>" + answers(("0", "a"), ("0", "b")), "None of its answers"),
        ("multichoice", answers(("many", "a"), ("1e99", "b")), "None of its answers"),
        ("numerical", answers(("100", "4")) + "<units>" + UNIT.format(0, "h") + "</units>", "units cannot be told"),
        ("numerical", answers(("100", "4")) + "<units>" + UNIT.format(3, "h") + UNIT.format(7, "w") + "</units>",
         "units cannot be told"),
        ("shortanswer", "", "None of its answers"),
        ("matching", "", "An answer of it is empty"),
        ("ordering", answers(("1", "a"), ("2", "b")), "there are 2 options"),
        ("description", "", "a text, not a question"),
        ("random", "", "drawn anew"),
    ],
)  # fmt: skip
def test_a_question_that_cannot_become_an_item_says_why(kind: str, inside: str, sentence: str) -> None:
    assert sentence in " ".join(why(question(kind, inside), clause="speed"))


def test_units_that_are_hidden_are_none_and_an_ordering_can_be_all_or_nothing() -> None:
    numbers = answers(("100", "4"), ("0", "*")) + "<units>" + UNIT.format(1, "h") + "</units>"
    assert items(question("numerical", f"{numbers}<showunits>3</showunits>"), clause="speed")["q"].units == ()
    shown = items(question("numerical", numbers), clause="speed")
    assert [unit.id for unit in shown["q"].units] == ["h"]
    rows = answers(("1", "a"), ("2", "b"), ("3", "c"))
    order = question("ordering", f"<gradingtype>ALL_OR_NOTHING</gradingtype>{rows}")
    assert items(order, clause="speed")["q"].is_whole
    assert notes(order, clause="speed") == []


def test_a_question_without_a_name_or_a_text_is_still_told() -> None:
    bare = '<quiz><question type="truefalse"><answer fraction="100"><text>true</text></answer>{}</question></quiz>'
    assert "cannot be understood" in why(bare.format(""), clause="speed")[0]
    assert "no words to ask with" in why(bare.format(answers(("0", "false"))), clause="speed")[0]
