"""QTI 2.1 and 3.0, as their rules say it (imsglobal.org/spec/qti)."""

from decimal import Decimal

import pytest

from lms.domain.quizzes import Item, ItemType
from lms.exchange import qti_writing
from tests.exchange.samples import fitted, items, notes, package, qti21, sample, why

ONE = 'cardinality="single" baseType="identifier"'
SEVERAL = 'cardinality="multiple" baseType="identifier"'
HEAD = '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="q" title="Q"'


def item(body: str, *, right: str = "", shape: str = ONE, more: str = "", head: str = "", after: str = "") -> str:
    values = "".join(f"<value>{value}</value>" for value in right.split("|") if value)
    return (
        f"{HEAD} {head}><responseDeclaration identifier='R' {shape}><correctResponse>{values}</correctResponse>{more}"
        f"</responseDeclaration><itemBody>{body}</itemBody>{after}</assessmentItem>"
    )


def choice(*texts: str, kind: str = "choiceInteraction", attributes: str = "") -> str:
    made = "".join(f'<simpleChoice identifier="c{place}">{text}</simpleChoice>' for place, text in enumerate(texts))
    return f"<p>Which?</p><{kind} responseIdentifier='R' {attributes}>{made}</{kind}>"


TYPED = "<p>Who?</p><p><textEntryInteraction responseIdentifier='R'/></p>"
STRING, FLOAT = 'cardinality="single" baseType="string"', 'cardinality="single" baseType="float"'


def test_each_type_of_a_package_is_read() -> None:
    found = items(qti21())
    assert {id: made.type.value for id, made in found.items()} == {
        "answer-time": "single", "noted": "multiple", "steps": "ordering", "pairs": "matching", "who": "short",
        "hours": "number",
    }  # fmt: skip
    first = found["answer-time"]
    assert first.stem == "A request came in at **15:00**.\n\nBy when do you answer?"
    assert [(option.id, option.text, option.feedback) for option in first.options] == [
        ("a19", "19:00", "Right."),
        ("b20", "20:40", "The clock starts when it comes in."),
        ("c15", "15:00 the next day", ""),
    ]
    assert [option.id for option in found["steps"].options] == ["read", "decide", "note"]
    assert found["steps"].is_whole
    assert not found["noted"].is_whole
    assert [(option.id, option.match) for option in found["pairs"].options] == [("f", "b"), ("l", "d")]
    assert [each.id for each in found["pairs"].choices] == ["k", "b", "d"]
    assert found["who"].stem == "It is the \\_\\_\\_\\_ who decides."
    assert found["hours"].tolerance == Decimal("0.25")


def test_a_keyword_of_the_manifest_or_the_label_names_the_clause() -> None:
    found = items(qti21())
    assert found["answer-time"].clauses == ("speed",)
    assert found["noted"].clauses == ("records",)


def test_what_is_lost_and_what_cannot_come_in_is_told_by_file() -> None:
    report = fitted(qti21())
    told = {line.place: " ".join((*line.notes, *line.why)) for line in report.lines}
    assert "belongs to no single answer" in told["choice.xml:2"]
    assert "fixed order" in told["choice.xml:2"]
    assert "graders" in told["multiple.xml:2"]
    assert "Capital" in told["text.xml:2"]
    assert "free words" in told["essay.xml:2"]
    assert "not in the package" in told["gone.xml"]


def test_an_item_of_qti_3_stands_alone() -> None:
    (late,) = items(sample("qti30/late.xml")).values()
    assert late.type is ItemType.TRUE_FALSE
    assert late.stem.endswith("1. Nobody answered.\n2. It is *late*.")
    assert late.options[1].feedback == "Four hours are over."


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (f"{HEAD}/>", "cannot be understood"),
        (item("<p>Read.</p>"), "nothing to answer"),
        (item(choice("a", "b") + choice("c", "d"), right="c0"), "several answers at once"),
        (item(choice("a", "b"), right="c0", head='adaptive="true"'), "drawn anew"),
        (item(choice("a", "b"), right="c0", after="<templateProcessing/>"), "drawn anew"),
        (item(choice("a", "b"), right="c0", after="<assessmentStimulusRef/>"), "another file"),
        (item("<p>x</p><hottextInteraction responseIdentifier='R'/>"), "“hottextInteraction”"),
        (item("<p>x</p><uploadInteraction responseIdentifier='R'/>"), "free words"),
        (item(choice("a", "b")), "None of its answers"),
        (item(choice("a", "b"), right="c0|c1"), "only one can be chosen"),
        (item(choice("a", "b").replace("'R'", "'X'"), right="c0"), "cannot be understood"),
        (item(choice("a", "<img src='a.png' alt=''/>"), right="c0"), "It has a picture"),
        (item(choice("a", "b", "c", kind="orderInteraction")), "None of its answers"),
        (item(choice("a", "b", "c", kind="orderInteraction"), right="c0|c1"), "cannot be understood"),
        (item("<p>x</p><matchInteraction responseIdentifier='R'/>"), "cannot be understood"),
        (item(TYPED, shape='cardinality="record"'), "several answers at once"),
        (item(TYPED, shape=STRING), "None of its answers"),
        (item(TYPED.replace("'R'", "'R' patternMask='a.*'"), right="a", shape=STRING), "is a pattern"),
        (item(TYPED, right="a", shape=STRING, after="<patternMatch/>"), "is a pattern"),
        (item(TYPED, right="4", shape=FLOAT, after="<equal toleranceMode='relative'/>"), "per cent or digits"),
        (item(TYPED, right="4", shape=FLOAT, after="<equalRounded/>"), "per cent or digits"),
        (item(TYPED, right="four", shape=FLOAT), "is no number"),
    ],
)  # fmt: skip
def test_an_item_that_cannot_become_one_of_ours_says_why(source: str, sentence: str) -> None:
    assert sentence in " ".join(why(source, clause="speed"))


def side(*names: str) -> str:
    made = (f'<simpleAssociableChoice identifier="{name}">{name}</simpleAssociableChoice>' for name in names)
    return f"<simpleMatchSet>{''.join(made)}</simpleMatchSet>"


def match(right: str) -> str:
    sides = side("a", "b") + side("x", "y")
    return item(f"<p>x</p><matchInteraction responseIdentifier='R'>{sides}</matchInteraction>", right=right)


def test_each_part_of_a_matching_belongs_to_one_choice() -> None:
    assert items(match("a x|b x"), clause="speed")["q"].options[1].match == "x"
    for wrong in ("a x|a y", "a x", "a x|b z"):
        assert "exactly one choice" in why(match(wrong), clause="speed")[0]
    assert "None of its answers" in why(match(""), clause="speed")[0]


MAPPED = "<mapping>{}</mapping>"
ENTRY = '<mapEntry mapKey="{}" mappedValue="{}" caseSensitive="false"/>'
BY_MAP = "<responseProcessing><x><mapResponse identifier='R'/></x></responseProcessing>"


def test_points_by_a_map_are_taken_where_they_are_told() -> None:
    entries = MAPPED.format(ENTRY.format("c0", 2) + ENTRY.format("c1", 1) + ENTRY.format("c2", "many"))
    one = items(item(choice("a", "b", "c"), more=entries, after=BY_MAP), clause="speed")["q"]
    assert [option.is_key for option in one.options] == [True, False, False]
    several = item(
        choice("a", "b", "c"), more=entries, after=BY_MAP, shape='cardinality="multiple" baseType="identifier"'
    )
    made = items(several, clause="speed")["q"]
    assert [option.is_key for option in made.options] == [True, True, False]
    assert not made.is_whole
    assert "adds the same share" in " ".join(notes(several, clause="speed"))
    nothing = MAPPED.format(ENTRY.format("c0", 0))
    wrong = item(choice("a", "b"), more=nothing, after=BY_MAP, shape=SEVERAL)
    assert "None of its answers" in why(wrong, clause="speed")[0]
    typed = MAPPED.format(ENTRY.format("lead", 0))
    assert "None of its answers" in why(item(TYPED, more=typed, shape=STRING), clause="speed")[0]


def test_points_that_are_told_in_a_way_of_their_own_are_told() -> None:
    own = "<responseProcessing><lookupOutcomeValue identifier='SCORE'/></responseProcessing>"
    report = fitted(item(choice("a", "b", "c"), right="c0|c1", shape=SEVERAL, after=own), clause="speed")
    assert "not told in a way that is read here" in " ".join(report.lines[0].notes)
    assert report.brought[0].is_whole
    matched = own.replace("<lookupOutcomeValue identifier='SCORE'/>", "<match/>")
    assert "not told" not in " ".join(notes(item(choice("a", "b"), right="c0", after=matched), clause="speed"))


def test_a_tolerance_of_zero_is_exact() -> None:
    exact = item(TYPED, right="4", shape=FLOAT, after="<equal toleranceMode='exact'/>")
    assert items(exact, clause="speed")["q"].tolerance == 0


def test_a_broken_file_does_not_keep_the_others_out() -> None:
    made = package(
        {"a.xml": item(choice("a", "b"), right="c0"), "b.xml": "<assessmentItem>", "c.xml": "<other/>", "d.png": b"x"}
    )
    report = fitted(made, clause="speed")
    assert [(line.place, line.outcome.value) for line in report.lines] == [("a.xml:1", "new"), ("b.xml", "refused")]
    assert "b.xml:1 cannot be read as XML" in report.lines[1].why[0]


def exported() -> Item:
    return items("::photo:: Which? {=a#Yes. ~b}", clause="speed")["photo"]


def test_what_was_changed_elsewhere_is_read_anew_and_told() -> None:
    raw = qti_writing.document(exported())
    assert notes(raw) == []
    changed = raw.replace(b">b<", b">c<")
    assert "changed since it left here" in " ".join(notes(changed, clause="speed"))
    assert items(changed)["photo"].options[1].text == "c"
    for broken in (b'data-muster="[1]', b'data-muster="[[],{}]', b'data-muster="{'):
        start = raw.index(b'data-muster="')
        end = raw.index(b'"', start + 13)
        made = raw[:start] + broken + raw[end:]
        assert "changed since it left here" in " ".join(notes(made, clause="speed"))


def test_the_same_items_make_the_same_package() -> None:
    assert qti_writing.package([exported()], title="x") == qti_writing.package([exported()], title="x")
