"""GIFT: questions as Moodle lets people type them. Its rules: https://docs.moodle.org/en/GIFT_format."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

from lms.exchange import building, notes
from lms.exchange.building import ALL, Built, Said
from lms.exchange.naming import id_of
from lms.exchange.sources import CannotTake, Found, Source, Unread
from lms.exchange.texts import text_of
from lms.exchange.wording import HTML, MARKDOWN, PLAIN, UNSURE, Wording

_ESCAPES = {"~": "\x01", "=": "\x02", "#": "\x03", "{": "\x04", "}": "\x05", ":": "\x06", "n": "\x07", "\\": "\x08"}
"""What stands for a sign with a backslash before it, until the parts are told apart."""
_ESCAPED = re.compile(r"\\([~=#{}:n\\])")
_BACK = str.maketrans({mark: "\n" if sign == "n" else sign for sign, mark in _ESCAPES.items()})
_CONTROL = re.compile(r"[\x01-\x08]")
_CATEGORY = re.compile(r"\s*\$CATEGORY:(.*)")
_IN_COMMENT = re.compile(r"\[(id|tag):([^\]]*)\]")
_TITLE = re.compile(r"\s*::(.*?)::", re.DOTALL)
_WRITTEN = re.compile(r"\s*\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
_FORMATS = {"html": HTML, "moodle": UNSURE, "plain": PLAIN, "markdown": MARKDOWN}
_TRUTH = re.compile(r"(T|TRUE|F|FALSE)\s*(?:#(.*))?", re.IGNORECASE | re.DOTALL)
_ANSWER = re.compile(r"([=~])\s*(?:%(-?\d{1,3}(?:\.\d{1,9})?)%)?([^=~]*)", re.DOTALL)


@dataclass(slots=True)
class _Block:
    """The lines of one question, and what stands before it."""

    line: int
    category: str
    lines: list[str] = field(default_factory=list)
    named: str = ""
    tags: list[str] = field(default_factory=list)


def read(content: bytes) -> Source:
    """Every question of a GIFT file. Raises FileRefused."""
    text = _CONTROL.sub("", text_of(content))
    return Source(entries=tuple(_entry(block) for block in _blocks(text) if block.lines))


def _blocks(text: str) -> Iterator[_Block]:
    """Questions are parted by empty lines; comments belong to the question below them."""
    category = ""
    block = _Block(1, category)
    for number, line in enumerate(text.split("\n"), start=1):
        told = _CATEGORY.fullmatch(line)
        if line.lstrip().startswith("//"):
            for kind, value in _IN_COMMENT.findall(line):
                if kind == "tag":
                    block.tags.append(value.strip())
                else:
                    block.named = value.strip()
        elif told:
            category = told.group(1).strip()
            yield block
            block = _Block(number, category)
        elif line.strip():
            if not block.lines:
                block.line = number
            block.lines.append(line)
        elif block.lines:
            yield block
            block = _Block(number, category)
    yield block


def _entry(block: _Block) -> Found | Unread:
    text = _ESCAPED.sub(lambda found: _ESCAPES[found.group(1)], "\n".join(block.lines))
    title = _TITLE.match(text)
    name = " ".join(title.group(1).translate(_BACK).split()) if title else ""
    text = text[title.end() :] if title else text
    hints = (*block.tags, *reversed([part for part in re.split(r"(?<!/)/(?!/)", block.category) if part.strip()]))
    hints = tuple(hint.replace("//", "/").strip() for hint in hints)
    shown = name or " ".join(text.partition("{")[0].translate(_BACK).split())[:60]
    wording = Wording()
    try:
        built = _built(text, wording)
    except CannotTake as refused:
        return Unread(place=str(block.line), name=shown, why=(refused.why,), hints=hints)
    item = replace(built.item, id=id_of(block.named or shown))
    told = tuple(dict.fromkeys((*wording.notes, *built.notes)))
    return Found(place=str(block.line), name=shown, item=item, hints=hints, notes=told)


def _built(text: str, wording: Wording) -> Built:
    marked = _WRITTEN.match(text)
    written = _FORMATS[marked.group(1).casefold()] if marked else UNSURE
    text = text[marked.end() :] if marked else text
    before, is_asked, rest = text.partition("{")
    if not is_asked:
        raise CannotTake(notes.NO_ANSWER)
    inside, is_closed, after = rest.partition("}")
    if not is_closed:
        raise CannotTake(notes.BROKEN)
    if "{" in after:
        raise CannotTake(notes.SEVERAL_GAPS)
    if after.strip():
        wording.notes.append(notes.GAP)
        before = f"{before.rstrip()} ____{after if after[0] in '.,;:!?' else ' ' + after.strip()}"
    stem = wording.stem(before.translate(_BACK), written)
    answers, _, general = inside.partition("####")
    built = _answered(stem, answers.strip(), _Words(wording, written))
    return building.with_general(built, _Words(wording, written)(general))


class _Words:
    """Turns an answer as it is typed into plain words."""

    def __init__(self, wording: Wording, written: str) -> None:
        self._wording, self._written = wording, written

    def __call__(self, text: str) -> str:
        marked = _WRITTEN.match(text)
        written = _FORMATS[marked.group(1).casefold()] if marked else self._written
        return self._wording.plain((text[marked.end() :] if marked else text).translate(_BACK), written)


def _answered(stem: str, answers: str, words: _Words) -> Built:
    if not answers:
        raise CannotTake(notes.ESSAY)
    if answers.startswith("#"):
        return _number(stem, answers[1:].strip(), words)
    if truth := _TRUTH.fullmatch(answers):
        is_true = truth.group(1)[0] in "Tt"
        wrong, _, right = (truth.group(2) or "").partition("#")
        told = {is_true: words(right), not is_true: words(wrong)}
        return building.true_false(stem, is_true=is_true, when_true=told[True], when_false=told[False])
    found = _ANSWER.findall(answers)
    if not found or answers[0] not in "=~":
        raise CannotTake(notes.BROKEN)
    if any(sign == "=" and "->" in text for sign, _, text in found):
        return _matching(stem, [text for _, _, text in found], words)
    said = [_said(sign, share, text, words) for sign, share, text in found]
    signs = {sign for sign, _, _ in found}
    if signs == {"="}:
        return building.short(stem, said)
    return building.choice(stem, said, is_one="=" in signs)


def _said(sign: str, share: str, text: str, words: _Words) -> Said:
    answer, _, feedback = text.partition("#")
    given = Decimal(share) if share else ALL * (sign == "=")
    return Said(text=words(answer), share=given, feedback=words(feedback))


def _matching(stem: str, texts: list[str], words: _Words) -> Built:
    pairs, extra = [], []
    for text in texts:
        left, arrow, right = text.partition("->")
        if not arrow:
            raise CannotTake(notes.BROKEN)
        if left.strip():
            pairs.append((words(left), words(right)))
        else:
            extra.append(words(right))
    return building.matching(stem, pairs, extra=extra)


def _number(stem: str, answers: str, words: _Words) -> Built:
    if not answers.startswith(("=", "~")):
        answers = f"={answers}"
    return building.number(stem, [_near(sign, share, text, words) for sign, share, text in _ANSWER.findall(answers)])


def _near(sign: str, share: str, text: str, words: _Words) -> Said:
    """A number, one with a tolerance behind a colon, or a range with two points."""
    answer, _, feedback = text.translate({6: ":"}).partition("#")
    value, tolerance = answer.strip(), Decimal(0)
    if ".." in value:
        least, most = map(building.decimal_of, value.split("..", 1))
        value, tolerance = f"{(least + most) / 2:f}", (most - least) / 2
    elif ":" in value:
        value, _, given = value.partition(":")
        tolerance = building.decimal_of(given)
    if tolerance < 0:
        raise CannotTake(notes.NEGATIVE)
    given_share = Decimal(share) if share else ALL * (sign == "=")
    return Said(text=value, share=given_share, feedback=words(feedback), tolerance=tolerance)
