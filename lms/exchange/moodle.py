"""Moodle XML: question banks as Moodle exports them. Its rules: https://docs.moodle.org/en/Moodle_XML_format."""

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from lms.domain.errors import Told
from lms.domain.quizzes import Unit
from lms.exchange import building, notes
from lms.exchange.building import ALL, Built, Said
from lms.exchange.naming import id_of, ids_of
from lms.exchange.sources import CannotTake, Found, Source, Unread, plain_number
from lms.exchange.wording import HTML, MARKDOWN, PLAIN, UNSURE, Wording
from lms.exchange.xml_trees import Element, child, children, inside, tree_of, words

_FORMATS = {"html": HTML, "markdown": MARKDOWN, "plain_text": PLAIN, "moodle_auto_format": UNSURE}
_USUAL = re.compile(r"Your answer is (?:partially )?(?:in)?correct\.|", re.IGNORECASE)
"""What Moodle writes there by itself."""
_WHOLE = ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")
_REFUSED = {"essay": notes.ESSAY, "description": notes.NO_ANSWER, "cloze": notes.SEVERAL_GAPS}
_CHANGING = frozenset({"calculated", "calculatedsimple", "calculatedmulti", "random", "randomsamatch"})
_NOT_PATTERNS = 6
"""Digits behind the point that a factor of ours has."""

_LONGEST = 12
"""Digits of a number on either side of its point."""


def read(content: bytes) -> Source:
    """Every question of a Moodle XML file. Raises FileRefused."""
    category = ""
    entries: list[Found | Unread] = []
    has_penalty = False
    for question in children(tree_of(content), "question"):
        kind = question.get("type", "")
        if kind == "category":
            category = _text(child(question, "category"))
            continue
        has_penalty |= _number(question, "penalty") != 0
        entries.append(_entry(question, kind, category))
    return Source(entries=tuple(entries), notes=(notes.PENALTIES,) if has_penalty else ())


def _entry(question: Element, kind: str, category: str) -> Found | Unread:
    name = _text(child(question, "name")) or words(child(question, "questiontext"))[:60]
    tags = [_text(tag) for tag in inside(question, "tag")]
    path = [part.replace("//", "/").strip() for part in re.split(r"(?<!/)/(?!/)", category)]
    hints = tuple(hint for hint in (*tags, *reversed(path)) if hint)
    place = str(question.sourceline or "")
    wording = Wording()
    try:
        built = _built(question, kind, wording)
    except CannotTake as refused:
        return Unread(place=place, name=name, why=(refused.why,), hints=hints)
    item = replace(built.item, id=id_of(_text(child(question, "idnumber")) or name))
    told = tuple(dict.fromkeys((*wording.notes, *built.notes, *_of_all(question))))
    return Found(place=place, name=name, item=item, hints=hints, notes=told)


def _built(question: Element, kind: str, wording: Wording) -> Built:
    if kind in _CHANGING:
        raise CannotTake(notes.CHANGING)
    if kind not in _KINDS:
        raise CannotTake(_REFUSED.get(kind) or notes.kind_unknown(kind))
    asked = child(question, "questiontext")
    if next(inside(question, "file"), None) is not None:
        raise CannotTake(notes.PICTURE)
    stem = wording.stem(_raw(asked), _written(asked))
    built = _KINDS[kind](question, stem, wording)
    general = child(question, "generalfeedback")
    return building.with_general(built, wording.plain(_raw(general), _written(general)))


def _of_all(question: Element) -> list[Told]:
    """What is lost with any type of question."""
    told = []
    if any(not _USUAL.fullmatch(words(child(question, called))) for called in _WHOLE):
        told.append(notes.WHOLE_FEEDBACK)
    if child(question, "hint") is not None:
        told.append(notes.HINTS)
    if _number(question, "defaultgrade", "1") != 1:
        told.append(notes.OTHER_POINTS)
    if _text_of(question, "usecase") == "1":
        told.append(notes.CASE)
    kept = _text_of(question, "shuffleanswers") or _text_of(question, "shufflestems")
    if kept.casefold() in {"0", "false"} and question.get("type") in {"multichoice", "matching"}:
        told.append(notes.KEPT_ORDER)
    return told


def _multichoice(question: Element, stem: str, wording: Wording) -> Built:
    is_one = _text_of(question, "single").casefold() in {"", "1", "true"}
    return building.choice(stem, _answers(question, wording), is_one=is_one)


def _truefalse(question: Element, stem: str, wording: Wording) -> Built:
    told = {each.text.casefold(): each for each in _answers(question, wording)}
    if told.keys() != {"true", "false"}:
        raise CannotTake(notes.BROKEN)
    return building.true_false(
        stem,
        is_true=told["true"].share > told["false"].share,
        when_true=told["true"].feedback,
        when_false=told["false"].feedback,
    )


def _shortanswer(question: Element, stem: str, wording: Wording) -> Built:
    return building.short(stem, _answers(question, wording))


def _numerical(question: Element, stem: str, wording: Wording) -> Built:
    answers = _answers(question, wording)
    shown = _text_of(question, "showunits") != "3"
    parts = [each for each in inside(question, "unit") if shown]
    if not parts:
        return building.number(stem, answers)
    times = [_number(each, "multiplier", "1") for each in parts]
    largest = max(times)
    if min(times) <= 0:
        raise CannotTake(notes.UNITS)
    factors = [largest / each for each in times]
    if any(factor != round(factor, _NOT_PATTERNS) for factor in factors):
        raise CannotTake(notes.UNITS)
    names = [_text_of(each, "unit_name") for each in parts]
    units = [
        Unit(id=id, text=name, factor=Decimal(plain_number(factor)))
        for id, name, factor in zip(ids_of(names), names, factors, strict=True)
    ]
    built = building.number(
        stem, [_times(each, largest) for each in answers], sorted(units, key=lambda unit: unit.factor)
    )
    told = [notes.SMALLEST_UNIT] * (largest != 1) + [notes.UNIT_PENALTY] * (_number(question, "unitpenalty") != 0)
    return Built(item=built.item, notes=(*built.notes, *told))


def _times(said: Said, factor: Decimal) -> Said:
    """A number in another unit; `*` stays what it is."""
    if said.text.strip() == "*":
        return said
    return replace(said, text=f"{building.decimal_of(said.text) * factor:f}", tolerance=said.tolerance * factor)


def _matching(question: Element, stem: str, wording: Wording) -> Built:
    pairs, extra = [], []
    for each in children(question, "subquestion"):
        left, right = wording.plain(_raw(each), _written(each)), wording.plain(_raw(child(each, "answer")), PLAIN)
        if left:
            pairs.append((left, right))
        else:
            extra.append(right)
    return building.matching(stem, pairs, extra=extra)


def _ordering(question: Element, stem: str, wording: Wording) -> Built:
    is_whole = _text_of(question, "gradingtype") in {"ALL_OR_NOTHING", "-1"}
    rows = sorted(_answers(question, wording), key=lambda each: each.share)
    built = building.ordering(stem, rows, is_whole=is_whole)
    told = [notes.OTHER_CREDIT] * (not is_whole)
    told += [notes.SOME_SHOWN] * (_text_of(question, "selecttype") not in {"", "ALL", "0"})
    return Built(item=built.item, notes=tuple(told))


_KINDS: dict[str, Callable[[Element, str, Wording], Built]] = {
    "multichoice": _multichoice,
    "truefalse": _truefalse,
    "shortanswer": _shortanswer,
    "numerical": _numerical,
    "matching": _matching,
    "ordering": _ordering,
}


def _answers(question: Element, wording: Wording) -> list[Said]:
    return [_said(each, wording, is_typed=question.get("type") in {"shortanswer", "numerical"}) for each in
            children(question, "answer")]  # fmt: skip


def _said(answer: Element, wording: Wording, *, is_typed: bool) -> Said:
    feedback = child(answer, "feedback")
    return Said(
        text=_raw(answer).strip() if is_typed else wording.plain(_raw(answer), _written(answer)),
        share=_decimal(answer.get("fraction", "0"), ALL * 0),
        feedback=wording.plain(_raw(feedback), _written(feedback)),
        tolerance=_number(answer, "tolerance"),
    )


def _raw(element: Element | None) -> str:
    """The words of an element that has its text in `<text>`, as they are written."""
    text = child(element, "text") if element is not None else None
    return "".join(text.itertext()) if text is not None else ""


def _written(element: Element | None) -> str:
    return _FORMATS.get(element.get("format", ""), UNSURE) if element is not None else UNSURE


def _text(element: Element | None) -> str:
    """What stands in `<text>`, or in the element itself, on one line."""
    return " ".join(_raw(element).split()) or words(element)


def _text_of(element: Element, called: str) -> str:
    return words(child(element, called))


def _number(element: Element, called: str, other: str = "0") -> Decimal:
    return _decimal(_text_of(element, called) or other, Decimal(other))


def _decimal(text: str, other: Decimal) -> Decimal:
    """A number of the file; whatever is none counts as `other`."""
    try:
        found = Decimal(text.strip())
    except InvalidOperation:
        return other
    return found if found.is_finite() and abs(found.adjusted()) <= _LONGEST else other
