"""Pictures: what may be drawn, what is refused, and that a lesson holds what it shows."""

from pathlib import Path

import pytest

from lms.domain.quizzes import Picture
from lms.library import checks, digests, html, pictures
from lms.library.problems import ContentError
from lms.library.shelf import Shelf
from tests.library.on_shelf import LESSON, lay_out

DARK = "<style>.a { fill: #111 } @media (prefers-color-scheme: dark) { .a { fill: #eee } }</style>"
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><title>Two ways</title>{DARK}<path d="M0 0"/></svg>'
WORDS = "Two ways: the short one and the long one, both with a call back"
PLACE, NAME = "/media/legal-requests/ways.svg", "content/legal-requests/media/ways.svg"
SHOWN = f"{LESSON}\n\n![{WORDS}]({PLACE})\n"
WAYS = Picture(address=PLACE, svg=SVG)


@pytest.mark.parametrize("text", [SVG, f'<?xml version="1.0" encoding="UTF-8"?>\n<!-- drawn by hand -->\n{SVG}'])
def test_a_plain_drawing_is_taken_as_it_is(text: str) -> None:
    assert pictures.read(text, file="a.svg") == text


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (SVG.replace("<path", "<script>alert(1)</script><path"), "<script> is not drawn"),
        (SVG.replace("<path", '<image href="//e/a.png"/><path'), "<image> is not drawn"),
        (SVG.replace("<path", "<foreignObject/><path"), "<foreignObject> is not drawn"),
        (SVG.replace("<path", '<path onclick="alert(1)"'), "onclick of <path> is not allowed"),
        (SVG.replace("<path", '<path href="#a"'), "href of <path> is not allowed"),
        (SVG.replace("<path", '<path fill="url(//e/a)"'), "fill of <path> is not allowed"),
        (SVG.replace("fill: #111", "fill: url(//e/a)"), "its style reaches for something elsewhere"),
        (SVG.replace("<style>", "<style>@import '//e';"), "its style reaches for something elsewhere"),
        (f"<!DOCTYPE svg [<!ENTITY a 'b'>]>{SVG}", "a document type, an entity or an instruction"),
        (f"<?xml-stylesheet href='//e'?>{SVG}", "a document type, an entity or an instruction"),
        (SVG.replace("</svg>", ""), "not well-formed"),
        (SVG.replace("http://www.w3.org/2000/svg", "http://www.w3.org/1999/xhtml"), "not an SVG picture"),
        (SVG.replace(' viewBox="0 0 9 9"', ""), "no viewBox"),
        (SVG.replace("<title>Two ways</title>", ""), "no title"),
        (SVG.replace("</svg>", f"<!--{'x' * pictures.MAX_BYTES}--></svg>"), "more than 65,536 bytes"),
    ],
)
def test_what_could_run_or_reach_out_is_refused(text: str, wrong: str) -> None:
    with pytest.raises(ContentError, match=wrong):
        pictures.read(text, file="a.svg")


def test_a_colour_may_come_from_the_picture_itself() -> None:
    assert pictures.read(SVG.replace("<path", '<path fill="url(#a)"'), file="a.svg")


def test_a_lesson_holds_the_pictures_it_shows_and_its_digest_covers_them(tmp_path: Path) -> None:
    plain, _ = Shelf.read(lay_out(tmp_path / "plain"))
    shelf, found = Shelf.read(lay_out(tmp_path / "drawn", **{"10-what-you-do.md": SHOWN, NAME: SVG}))
    first, second = shelf.policies[0].lessons
    assert found == ()
    assert first.pictures == (WAYS,)
    assert second.pictures == ()
    assert second == plain.policies[0].lessons[1]
    assert "pictures" not in digests.lesson_to_dict(second)
    assert digests.lesson_from_dict(digests.lesson_to_dict(first)) == first
    assert checks.problems(tmp_path / "drawn") == ()
    _, redrawn = (
        digests.lesson_digest(first),
        lay_out(tmp_path / "drawn", **{"10-what-you-do.md": SHOWN, NAME: SVG.replace("M0", "M1")}),
    )
    again, _ = Shelf.read(redrawn)
    assert digests.lesson_digest(again.policies[0].lessons[0]) != digests.lesson_digest(first)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"10-what-you-do.md": SHOWN}, "the image /media/legal-requests/ways.svg will not be shown"),
        ({NAME: SVG}, "nothing shows this picture"),
        ({"10-what-you-do.md": SHOWN.replace(WORDS, "Ways"), NAME: SVG}, "has 4 characters"),
        ({"10-what-you-do.md": SHOWN, NAME: SVG.replace(DARK, "")}, "no colours for a dark page"),
        ({"10-what-you-do.md": SHOWN, NAME: "<svg>"}, "not well-formed"),
        ({"content/legal-requests/media/Ways.PNG": SVG}, "a picture cannot have this name"),
    ],
)
def test_what_does_not_fit_is_told(tmp_path: Path, files: dict[str, str], said: str) -> None:
    assert any(said in str(problem) for problem in checks.problems(lay_out(tmp_path, **files)))


def test_a_known_picture_is_carried_in_the_page_and_no_other() -> None:
    shown = html.render(f"![{WORDS}]({PLACE}) ![x](/media/legal-requests/other.svg)", pictures=[WAYS])
    assert shown == f'<p><img alt="{WORDS}" src="{pictures.as_data(SVG)}"> <em>x</em></p>'
    typed = f'`<img src="{PLACE}">`'
    assert html.render(typed, pictures=[WAYS]) == f'<p><code>&lt;img src="{PLACE}"&gt;</code></p>'
