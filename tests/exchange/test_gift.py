"""GIFT, as its rules say it (docs.moodle.org/en/GIFT_format)."""

from decimal import Decimal

import pytest

from lms.domain.quizzes import ItemType
from tests.exchange.samples import fitted, items, notes, sample, why

SPEED = {"clause": "speed"}


def test_each_type_is_read() -> None:
    found = items(sample("bank.gift"))
    assert {id: item.type.value for id, item in found.items()} == {
        "answer-time": "single", "late": "true_false", "two-signs": "multiple", "hours": "number", "range": "number",
        "who": "short", "pairs": "matching", "gap": "short",
    }  # fmt: skip
    first = found["answer-time"]
    assert first.stem == "A request came in at **15:00**. By when do you answer?"
    assert [(option.text, option.is_key) for option in first.options][:2] == [("19:00", True), ("20:40", False)]
    assert found["late"].options[1].feedback == "It is late: four hours are over."
    assert found["two-signs"].stem.startswith("Which two do you note: the time {in full}")
    assert (found["range"].options[0].text, found["range"].tolerance) == ("240", Decimal(10))
    assert found["who"].options[0].also == ("the shift lead",)
    assert found["who"].options[1].feedback == "Not the coach."
    assert [option.match for option in found["pairs"].options] == ["a", "b", "b"]
    assert found["gap"].stem == "You answer within \\_\\_\\_\\_ hours."


def test_a_category_or_a_tag_names_the_clause() -> None:
    found = items(sample("bank.gift"))
    assert found["answer-time"].clauses == ("speed",)
    assert found["two-signs"].clauses == ("records", "speed")


def test_what_cannot_come_in_says_its_line_and_why() -> None:
    refused = {line.name: (line.place, *map(str, line.why)) for line in fitted(sample("bank.gift")).lines if line.why}
    assert {name: place for name, (place, *_) in refused.items()} == {"Essay": "35", "Heading": "37", "Lost": "41"}
    assert "free words" in refused["Essay"][1]
    assert "a text, not a question" in refused["Heading"][1]
    assert "names no clause" in refused["Lost"][1]


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Which? {=a ~b", "cannot be understood"),
        ("Which? {a or b}", "cannot be understood"),
        ("Which? {~a ~b}", "None of its answers is the right one"),
        ("Which? {=a =b ~c}", "only one can be chosen"),
        ("Which {=a ~b} and {=c ~d}?", "several answers at once"),
        ("Which? {=a* =b}", "is a pattern"),
        ("Which? {=*}", "is a pattern"),
        ("Which? {=%50%a}", "None of its answers"),
        ("What? {=a -> b =c}", "cannot be understood"),
        ("What? {= -> b}", "An answer of it is empty"),
        ("What? {= a -> }", "An answer of it is empty"),
        ("How many? {#many}", "is no number"),
        ("How many? {#-4}", "below zero"),
        ("How many? {#5..3}", "below zero"),
        ("How many? {#=1 =2}", "Several numbers are right"),
        ("How many? {#~1}", "None of its answers"),
        ("{=a ~b}", "no words to ask with"),
        ("Which? {=a ~ }", "An answer of it is empty"),
        ("Look: <img src='x.png'> {T}", "It has a picture"),
        ("[markdown]![x](y.png) Right? {T}", "It has a picture"),
        ("Which? {=a ~a}", "options that say"),
        ("Which? {=a " + " ".join(f"~b{n}" for n in range(12)) + "}", "there are 13 options"),
    ],
)
def test_a_question_that_cannot_become_an_item_says_why(question: str, sentence: str) -> None:
    (line,) = fitted(question, filename="x.gift", clause="speed").lines
    assert sentence in " ".join(line.why)
    assert line.place == "1"


def test_what_is_lost_is_told() -> None:
    told = " ".join(
        notes(
            "Which? {=a ~*#Hm. ~%25%b####Look it up.}\n\nWho? {=a#One =b#Two =%0%c* =%0%*}", **SPEED, filename="x.gift"
        )
    )
    assert "part of the points" in told
    assert "general feedback" in told
    assert "one here, with the feedback of the first" in told
    assert "any other answer" in told
    assert "Capital and small" in " ".join(notes("Who? {=Lead =%0%lead}", **SPEED, filename="x.gift"))
    told = " ".join(notes("Which two? {~%33%a ~%67%b ~%-10%c}\n\nHow many? {#=4:0.5 =%50%4.5:2 =%0%9}", **SPEED))
    assert "every right choice adds the same share" in told
    assert "one tolerance is for all" in told
    assert "too near" in told
    assert "wrong answers take" not in told
    assert "Wrong answers take points away" in " ".join(notes("Which? {=a ~%-50%b}", **SPEED))


def test_each_way_of_writing_is_taken_as_it_is_meant() -> None:
    found = items(
        "::a::[plain]Is 2*3*4 <b>more</b>? {T}\n\n::b::[markdown]Is **this** so? {F#No.#Yes.}\n\n"
        "::c::[html]<p>One.</p><p>Is it <code>so</code>?</p> {TRUE}\n\n"
        "::d::[moodle]One.\\n\\nTwo & three? {=[html]<b>x</b> ~y}",
        clause="speed",
    )
    assert found["a"].stem == "Is 2\\*3\\*4 &lt;b>more&lt;/b>?"
    assert found["b"].stem == "Is **this** so?"
    assert found["b"].options[0].feedback == "No."
    assert found["c"].stem == "One.\n\nIs it `so`?"
    assert found["d"].options[0].text == "x"


def test_a_name_that_stands_twice_gets_a_number_and_the_very_same_question_counts_once() -> None:
    report = fitted("::One:: A? {T}\n\n::One:: B? {T}\n\n::One:: A? {T}\n\n::你好:: C? {T}", clause="speed")
    ids = [line.item.id for line in report.lines if line.item]
    assert ids[:3] == ["one", "one-2", "one"]
    assert ids[3].startswith("item-")
    assert [item.type for item in report.brought] == [ItemType.TRUE_FALSE] * 3
    assert "here it is “one-2”" in " ".join(report.lines[1].notes)
    assert "counts once" in " ".join(report.lines[2].notes)


def test_the_same_question_under_another_name_is_another_question() -> None:
    report = fitted("::One:: A? {T}\n\n::Two:: A? {T}\n\n::Two:: A? {T}", clause="speed")
    assert [item.id for item in report.brought] == ["one", "two"]
    assert "counts once" in " ".join(report.lines[2].notes)


def test_without_a_clause_nothing_comes_in_and_one_can_be_chosen_for_all() -> None:
    assert "names no clause" in why("A? {T}", filename="a.txt")[0]
    assert items("A? {T}", filename="a.txt", clause="who")["a"].clauses == ("who",)
