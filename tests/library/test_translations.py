"""Files of a translation: what they give, and what is said of those that do not fit."""

from pathlib import Path

import pytest

from lms.domain.translations import ClauseWords, Translation, item_in
from lms.library import checks, digests, translation_digests
from lms.library.clauses import first_version
from lms.library.shelf import Shelf
from lms.library.translating import clauses_in
from tests.library.on_shelf import POLICY, V2, lay_out

TEXT, TEXT2 = "content/legal-requests/v1.es.md", "content/legal-requests/v2.es.md"
LESSON = "content/legal-requests/lessons/10-what-you-do.es.md"
QUIZ = "quizzes/legal-requests.es.yaml"
V1_ES = """\
# Solicitudes legales

## Avisar a la persona {#notice}

Avisa a la persona antes de revelar nada.

## Emergencia {#emergency}

Si hay una vida en peligro, puedes revelar de inmediato.

## Fax {#fax}

Responde por fax en diez días.
"""
V2_ES = "## Emergencia {#emergency}\n\nSi hay una vida en peligro, tú y otra persona podéis revelar de inmediato.\n"
LESSON_ES = "---\ntitle: Qué haces\n---\nPrimero avisa.\n\n## En una emergencia\n\nLee el formulario.\n"
ITEM_ES = """\
  - id: n-1
    stem: ¿Qué pasa con n-1?
    options:
      - {id: a, text: Pásalo., feedback: Lo dice.}
      - {id: b, text: Espera un día.}
      - {id: c, text: Llámalos.}
"""
QUIZ_ES = f"items:\n{ITEM_ES}"


def with_spanish(root: Path, **changed: str) -> Path:
    given = {TEXT: V1_ES, TEXT2: V2_ES, LESSON: LESSON_ES, QUIZ: QUIZ_ES, **changed}
    policy = POLICY.replace("kind:", "titles: {es: Solicitudes legales}\nkind:", 1)
    return lay_out(root, **{"policy.yaml": policy, **given})


def told(root: Path) -> list[str]:
    return [f"{problem.level}: {problem}" for problem in checks.problems(root)]


def test_it_is_read_beside_the_english(tmp_path: Path) -> None:
    shelf, found = Shelf.read(with_spanish(tmp_path))
    assert found == ()
    (policy,) = shelf.policies
    assert list(policy.translations) == ["es"]
    spanish = policy.translations["es"]
    assert spanish.title == "Solicitudes legales"
    assert {number: list(texts) for number, texts in spanish.texts.items()} == {
        1: ["notice", "emergency", "fax"],
        2: ["emergency"],
    }
    assert spanish.texts[1]["notice"] == ClauseWords(
        title="Avisar a la persona",
        source="\nAvisa a la persona antes de revelar nada.\n",
        path=("Solicitudes legales",),
    )
    assert spanish.lessons["10-what-you-do"].sections == (
        ("", "Primero avisa.\n"),
        ("En una emergencia", "Lee el formulario.\n"),
    )
    assert spanish.items["n-1"].options == {"a": "Pásalo.", "b": "Espera un día.", "c": "Llámalos."}
    assert spanish.items["n-1"].feedback == {"a": "Lo dice."}
    assert [lesson.slug for lesson in policy.lessons] == ["10-what-you-do", "20-fax"]


def test_english_files_alone_are_no_translation(tmp_path: Path) -> None:
    (policy,) = Shelf.read(lay_out(tmp_path))[0].policies
    assert policy.translations == {}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({TEXT: "## Avisar\n\nAvisa.\n"}, f"{TEXT}:1 Avisar: this heading does not say which clause it is"),
        ({TEXT: '## A {#notice queues="x"}\n\nAvisa.\n'}, f"{TEXT}:1 A: a translation has the id of a clause alone"),
        ({TEXT: "## A {#notice}\n\nA.\n\n## B {#notice}\n\nB.\n"}, f"{TEXT}:5: The id “notice” stands in line 1"),
        ({"content/legal-requests/v9.es.md": V2_ES}, "v9.es.md: there is no version that it translates"),
        ({"content/legal-requests/words.es.md": V2_ES}, "words.es.md: there is no version that it translates"),
        ({"content/legal-requests/v1.en.md": V1_ES}, "v1.en.md: English is what is translated"),
        ({"content/legal-requests/v1.Spanish.md": V1_ES}, "v1.Spanish.md: `Spanish` is no language"),
        ({"policy.yaml": POLICY.replace("kind:", "titles: {Es: x}\nkind:", 1)}, "policy.yaml:2 titles.Es"),
        ({"content/legal-requests/lessons/9-x.es.md": LESSON_ES}, "9-x.es.md: there is no lesson that it translates"),
        (
            {LESSON: LESSON_ES + "\n## Más\n\nMás.\n"},
            f"{LESSON}: it has 3 sections, and the English lesson has 2",
        ),
        (
            {LESSON: "---\ntitle: x\n---\n## Uno\n\nUno.\n\n## Dos\n\nDos.\n"},
            f"{LESSON}: its sections begin in other places than those of the English lesson",
        ),
        (
            {LESSON: LESSON_ES.replace("emergencia\n", 'emergencia {teaches="emergency"}\n')},
            f'{LESSON}:6 En una emergencia {{teaches="emergency"}}: a translation does not say what a section teaches',
        ),
        ({LESSON: "title: x\n"}, f"{LESSON}:1: the front matter is missing"),
        ({LESSON: LESSON_ES.replace("title", "titel")}, f"{LESSON}:2 titel"),
        ({QUIZ: QUIZ_ES.replace("n-1", "n-9", 1)}, f"{QUIZ}:2 items[0].id: there is no item of this id"),
        (
            {QUIZ: QUIZ_ES.replace("{id: c", "{id: d")},
            "its options are not those of the English item",
        ),
        ({QUIZ: QUIZ_ES + ITEM_ES}, "there are two items `n-1`"),
        ({QUIZ: QUIZ_ES.replace("Llámalos", "Pásalo")}, "there are two options that say `pásalo.`"),
        ({QUIZ: QUIZ_ES.replace("{id: c", "{id: b")}, "there are two options `b`"),
        ({QUIZ: "items: nothing\n"}, f"{QUIZ}:1 items"),
        ({"quizzes/other.es.yaml": QUIZ_ES}, "other.es.yaml: there is no policy of this name"),
    ],
)
def test_what_does_not_fit_is_an_error_that_says_where(tmp_path: Path, changed: dict[str, str], expected: str) -> None:
    found = [str(problem) for problem in Shelf.read(with_spanish(tmp_path, **changed))[1] if problem.is_error]
    assert [each for each in found if expected in each], found


def test_feedback_that_the_english_has_not_is_an_error(tmp_path: Path) -> None:
    root = with_spanish(tmp_path)
    quiz = root / "quizzes/legal-requests.yaml"
    quiz.write_text(quiz.read_text().replace(", feedback: It says so.", "", 1))
    assert any("the English option a has no feedback" in each for each in told(root))


def test_what_is_missing_is_told_and_no_error(tmp_path: Path) -> None:
    found = [each for each in told(with_spanish(tmp_path)) if "have no words" in each]
    assert found == [
        "warning: quizzes/legal-requests.es.yaml: 4 items have no words in `es`: e-1, e-2, f-2, n-2 - "
        "they are read in English until they are translated"
    ]
    (tmp_path / LESSON).unlink()
    (tmp_path / TEXT2).unlink()
    found = [each.partition(" - ")[0] for each in told(tmp_path) if "have no words" in each]
    assert found[:2] == [
        "warning: content/legal-requests/lessons: 1 lessons have no words in `es`: 10-what-you-do",
        "warning: content/legal-requests/v2.es.md: 1 clauses have no words in `es`: emergency",
    ]


def test_a_long_list_of_missing_items_is_cut(tmp_path: Path) -> None:
    root = with_spanish(tmp_path)
    quiz = (root / "quizzes/legal-requests.yaml").read_text()
    first = quiz.splitlines()[1]
    more = [first.replace("n-1", f"x-{number}") for number in range(9)]
    (root / "quizzes/legal-requests.yaml").write_text("\n".join([*quiz.splitlines(), *more]) + "\n")
    assert any("e-1, e-2, f-2, n-2, x-0, x-1, x-2, x-3, … -" in each for each in told(root))


def test_a_clause_that_the_version_has_not_is_an_error(tmp_path: Path) -> None:
    root = with_spanish(tmp_path, **{TEXT2: V2_ES.replace("#emergency", "#fax")})
    assert any(each.startswith(f"error: {TEXT2} fax: version 2 has no clause `fax`") for each in told(root))


def test_words_that_were_not_renewed_are_told(tmp_path: Path) -> None:
    old = V1_ES[V1_ES.index("## Emergencia") : V1_ES.index("## Fax")]
    root = with_spanish(tmp_path, **{TEXT2: old})
    assert any("`emergency` changed, and its words are those of version 1" in each for each in told(root))
    assert not any("its words are those" in each for each in told(with_spanish(tmp_path, **{TEXT2: V2_ES})))


def test_markdown_that_cannot_be_shown_is_told(tmp_path: Path) -> None:
    root = with_spanish(
        tmp_path,
        **{
            TEXT: V1_ES.replace("Responde", "<b>Responde</b>"),
            LESSON: LESSON_ES.replace("Primero", "<i>Primero</i>"),
            QUIZ: QUIZ_ES.replace("Pásalo.", "<u>Pásalo</u>"),
        },
    )
    found = told(root)
    assert any(each.startswith(f"error: {TEXT} fax: `<b>`") for each in found)
    assert any(each.startswith(f"warning: {LESSON}: `<i>`") for each in found)
    assert any(each.startswith(f"warning: {QUIZ} n-1: `<u>`") for each in found)


def test_clauses_take_over_words_and_headings_and_keep_the_rest() -> None:
    clauses = first_version(V2, default_title="Legal requests")
    spanish = {
        "emergency": ClauseWords(title="Emergencia", source="\n- Actúa.\n- Anótalo.\n", path=("Solicitudes legales",))
    }
    made = clauses_in(clauses, Translation(language="es", title="", clauses=spanish, lessons={}, items={}))
    notice, emergency = made
    assert (notice.title, notice.path) == ("Telling the person", ("Solicitudes legales",))
    assert (emergency.title, [block.shown for block in emergency.blocks]) == ("Emergencia", ["Actúa.", "Anótalo."])
    assert [each.text_hash for each in made] == [each.text_hash for each in clauses]


def test_stored_words_come_back_and_feedback_only_where_it_is_given(tmp_path: Path) -> None:
    (policy,) = Shelf.read(with_spanish(tmp_path))[0].policies
    spanish = policy.translations["es"]
    whole = Translation(
        language="es", title="T", clauses=spanish.texts[1], lessons=spanish.lessons, items=spanish.items
    )
    body, feedback = translation_digests.to_dict(whole), translation_digests.feedback_of(whole)
    assert "Lo dice." not in str(body)
    assert translation_digests.from_dict("es", body, feedback) == whole
    assert translation_digests.from_dict("es", body).items["n-1"].feedback == {}


def test_the_digest_names_words_feedback_language_and_version() -> None:
    def made(**more: object) -> str:
        given = {"body": {"title": "T"}, "feedback": {}, "policy": "p", "number": 1, "language": "es", **more}
        body, feedback = given.pop("body"), given.pop("feedback")
        return translation_digests.digest(body, feedback, **given)  # type: ignore[arg-type]

    others: list[dict[str, object]] = [
        {"body": {"title": "U"}},
        {"feedback": {"i": {"a": "x"}}},
        {"policy": "q"},
        {"number": 2},
        {"language": "ar"},
    ]
    assert len({made(), *(made(**other) for other in others)}) == 6
    assert made() == digests.digest_of({"of": ["p", 1], "language": "es", "words": {"title": "T"}, "feedback": {}})


MORE = """\
  - id: m
    stem: ¿Qué va con qué?
    options: [{id: a, text: Uno}, {id: b, text: Dos}]
    choices: [{id: x, text: Equis}, {id: y, text: I griega}]
  - id: n
    stem: ¿Cuánto?
    case: Son las tres.
    units: [{id: h, text: horas}]
"""
MORE_ENGLISH = """\
  - {id: m, type: matching, clauses: [notice], since: 1, checked: 2, stem: What?, choices: [{id: x, text: X},
     {id: y, text: Y}], options: [{id: a, text: One, match: x}, {id: b, text: Two, match: y}]}
  - id: c
    type: case
    since: 1
    checked: 2
    stem: It is three.
    items:
      - {id: n, type: number, clauses: [notice], stem: How long?, options: [{id: o, text: "4", key: true}],
         units: [{id: h, text: hours}]}
      - {id: s, type: short, clauses: [notice], stem: Who?, options: [{id: o, text: You, key: true}]}
"""


def more(root: Path, words: str = MORE) -> tuple[list[str], Shelf]:
    with_spanish(root, **{QUIZ: QUIZ_ES + words})
    english = root / "quizzes/legal-requests.yaml"
    english.write_text(english.read_text() + MORE_ENGLISH)
    shelf, found = Shelf.read(root)
    return [str(problem) for problem in found], shelf


def test_choices_units_and_vignettes_are_translated_and_written_answers_are_not(tmp_path: Path) -> None:
    found, shelf = more(tmp_path)
    assert found == []
    (policy,) = shelf.policies
    by_id = {item.id: item for item in policy.items}
    words = policy.translations["es"].items
    matching, number = item_in(by_id["m"], words["m"]), item_in(by_id["n"], words["n"])
    assert [choice.text for choice in matching.choices] == ["Equis", "I griega"]
    assert (number.case.text if number.case else "", number.units[0].text) == ("Son las tres.", "horas")
    assert [option.text for option in number.options] == ["4"]
    whole = Translation(language="es", title="", clauses={}, lessons={}, items=words)
    body = translation_digests.to_dict(whole)
    assert body["items"]["n"]["case"] == "Son las tres."
    assert "choices" not in body["items"]["n-1"]
    assert translation_digests.from_dict("es", body, translation_digests.feedback_of(whole)) == whole


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("{id: y, text: I griega}", "{id: z, text: I griega}", "its choices are not those of the English item"),
        ("id: h,", "id: m,", "its units are not those of the English item"),
        ("    choices:", "    case: Son las tres.\n    choices:", "the English item is part of no case"),
        ("[{id: a, text: Uno}, {id: b, text: Dos}]", "[]", "its options are not those of the English item"),
    ],
)
def test_parts_that_do_not_fit_are_told(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert old in MORE
    found, _ = more(tmp_path, MORE.replace(old, new, 1))
    assert any(expected in each for each in found), found
