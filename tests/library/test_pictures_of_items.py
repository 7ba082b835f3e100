"""Pictures in items: held by the item, frozen with its digest, checked like those of lessons, blurred if sensitive."""

from pathlib import Path

import pytest

from lms.library import checks, digests, html
from lms.library.pictures import as_data
from lms.library.shelf import Shelf
from tests.library.on_shelf import QUIZ, lay_out
from tests.library.test_pictures import NAME, PLACE, SVG, WAYS, WORDS

IMAGE = f"![{WORDS}]({PLACE})"
SHOWN = QUIZ.replace("stem: What about n-1?", f'stem: "What about n-1? {IMAGE}"')
CASE = f"""\
  - id: c
    type: case
    since: 1
    checked: 2
    stem: "It is three. {IMAGE}"
    items:
"""
PART = "      - {{id: {0}, type: true_false, clauses: [notice], stem: Is {0} so?, options: [{1}]}}\n"
PARTS = "".join(
    PART.format(name, "{id: t, text: Yes, key: true, feedback: So.}, {id: f, text: No, feedback: So.}")
    for name in ("c-1", "c-2")
)
FILE = "quizzes/legal-requests.yaml"
VEIL = "Blurred:"


def read(root: Path, quiz: str, **more: str) -> Shelf:
    shelf, found = Shelf.read(lay_out(root, **{FILE: quiz, NAME: SVG, **more}))
    assert [str(each) for each in found] == []
    return shelf


def test_an_item_holds_the_pictures_of_its_stem_and_its_digest_covers_them(tmp_path: Path) -> None:
    plain, _ = Shelf.read(lay_out(tmp_path / "plain"))
    first, second, *_ = read(tmp_path / "drawn", SHOWN).policies[0].items
    assert (first.pictures, second.pictures) == ((WAYS,), ())
    assert second == plain.policies[0].items[1]
    assert "pictures" not in digests.item_question(second)
    assert digests.item_from(digests.item_question(first), digests.item_key(first)) == first
    again = read(tmp_path / "drawn", SHOWN, **{NAME: SVG.replace("M0", "M1")}).policies[0].items[0]
    assert digests.item_digest(again) != digests.item_digest(first)
    assert checks.problems(tmp_path / "drawn") == ()


def test_every_item_of_a_case_holds_the_picture_of_the_vignette(tmp_path: Path) -> None:
    items = read(tmp_path, QUIZ + CASE + PARTS).policies[0].items
    assert [item.id for item in items if item.pictures] == ["c-1", "c-2"]


@pytest.mark.parametrize(
    ("quiz", "more", "said"),
    [
        (SHOWN, {}, "error: * will not be shown"),
        (SHOWN.replace(WORDS, ""), {NAME: SVG}, "error: * says nothing to who cannot see it"),
        (SHOWN.replace(WORDS, "Ways"), {NAME: SVG}, "warning: * has 4 characters"),
        (QUIZ + CASE.replace(PLACE, "/media/legal-requests/x.svg") + PARTS, {}, "warning: * will not be shown"),
    ],
    ids=["not there", "no text", "short text", "in a vignette"],
)
def test_what_does_not_fit_is_told(tmp_path: Path, quiz: str, more: dict[str, str], said: str) -> None:
    level, _, words = said.partition(": * ")
    found = checks.problems(lay_out(tmp_path, **{FILE: quiz, **more}))
    told = [(each.level, str(each)) for each in found]
    assert any(words in each for _, each in told), told
    if level == "error" and more:
        assert any(each == "error" and words in text for each, text in told), told


def veiled(alt: str) -> str:
    return f'<details><summary>{VEIL} <img alt="{alt}" src="{as_data(SVG)}"></summary></details>'


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("Look: ![a]({0}) now.", f"<p>Look:  now.</p>{veiled('a')}"),
        ("- ![a]({0}) x", f"<ul><li>{veiled('a')} x</li></ul>"),
        ("x *![a]({0})* **b** ![c]({0}) y", f"<p>x <em></em> <strong>b</strong>  y</p>{veiled('a')}{veiled('c')}"),
        ("> ![a]({0})", f"<blockquote><p></p>{veiled('a')}</blockquote>"),
        ("## ![a]({0})", f"<h2></h2>{veiled('a')}"),
    ],
)
def test_a_sensitive_picture_is_covered_where_it_may_stand(markdown: str, shown: str) -> None:
    text = html.render(markdown.format(PLACE), pictures=[WAYS], veil=VEIL)
    assert "".join(text.split("\n")) == shown


def test_nobody_else_gets_to_write_what_opens_and_closes() -> None:
    assert "<details" not in html.render("<details><summary>x</summary></details>", veil=VEIL)
    assert "<details" not in html.render(IMAGE, pictures=[WAYS])
