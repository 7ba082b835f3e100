"""What may be written for a short text in another language: read, kept apart from the words, held against the key."""

from pathlib import Path

import pytest

from lms.domain.translations import Translation
from lms.library import checks, translation_digests
from lms.library.shelf import Shelf
from tests.library.test_translations import QUIZ, QUIZ_ES, with_spanish

SHORT = """\
  - id: s
    type: short
    clauses: [notice]
    since: 1
    checked: 2
    stem: Which word?
    options:
      - {id: o, text: Take over, key: true, also: [takeover], feedback: So.}
      - {id: p, text: Accept, feedback: So.}
"""
SPANISH = """\
  - id: s
    stem: ¿Qué palabra?
    options:
      - {id: o, forms: [Relevar, tomar el relevo], feedback: Sí.}
      - {id: p, forms: [aceptar]}
"""


def read(root: Path, words: str = SPANISH) -> tuple[list[str], Shelf]:
    with_spanish(root, **{QUIZ: QUIZ_ES + words})
    english = root / "quizzes/legal-requests.yaml"
    english.write_text(english.read_text() + SHORT)
    shelf, found = Shelf.read(root)
    return [str(problem) for problem in found], shelf


def test_forms_are_read_and_stand_apart_from_what_pages_read(tmp_path: Path) -> None:
    found, shelf = read(tmp_path)
    assert found == []
    items = shelf.policies[0].translations["es"].items
    assert items["s"].forms == {"o": ("Relevar", "tomar el relevo"), "p": ("aceptar",)}
    assert items["s"].feedback == {"o": "Sí."}
    whole = Translation(language="es", title="", clauses={}, lessons={}, items=items)
    said = str(translation_digests.to_dict(whole)) + str(translation_digests.feedback_of(whole))
    assert "relevo" not in said
    assert translation_digests.forms_of(whole) == {"s": {"o": ["Relevar", "tomar el relevo"], "p": ["aceptar"]}}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("[aceptar]", "[RELEVAR]", "is in o and p"),
        ("[aceptar]", "[takeover]", "is in o and p"),
        ("[aceptar]", '["¿?"]', "a form of p has no letters or digits"),
        ("id: p, forms", "id: q, forms", "its `forms` are not of the English options"),
        ("id: s", "id: n-2", "`forms` belong to the type short"),
    ],
)
def test_what_does_not_fit_is_told(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert old in SPANISH
    found, _ = read(tmp_path, SPANISH.replace(old, new, 1))
    assert any(expected in each for each in found), found


def test_an_option_that_is_chosen_needs_its_text(tmp_path: Path) -> None:
    found, _ = read(
        tmp_path, "  - id: n-2\n    stem: ¿Y?\n    options: [{id: a}, {id: b, text: B}, {id: c, text: C}]\n"
    )
    assert any("its options are not those of the English item" in each for each in found), found


def test_a_short_text_that_takes_english_answers_alone_is_a_warning(tmp_path: Path) -> None:
    read(tmp_path, "  - {id: s, stem: ¿Qué palabra?}\n")
    assert any("only English answers to `s` are right" in str(each) for each in checks.problems(tmp_path))
