"""Words in another language: which clause gets whose, and what stays English."""

import pytest

from lms.domain.modules import ModuleLesson
from lms.domain.quizzes import Item, ItemType, Lesson, LessonSection, Option, Teaching
from lms.domain.translations import (
    ClauseWords,
    ItemWords,
    LessonWords,
    Translation,
    Worded,
    carried,
    headings,
    item_in,
    lesson_in,
)
from lms.library.clauses import first_version

ENGLISH = "# Rules\n\n## A {#a}\n\nOne.\n\n## B {#b}\n\nTwo.\n"
ALWAYS = Teaching(since=1, until=None, checked=1)


def words(title: str, *path: str) -> ClauseWords:
    return ClauseWords(title=title, source=f"{title}.", path=path)


A, B = words("A-es"), words("B-es")


@pytest.mark.parametrize(
    ("second", "own", "expected"),
    [
        pytest.param(ENGLISH, {}, {"a": A, "b": B}, id="the same text: the words of before"),
        pytest.param(ENGLISH.replace("Two.", "Three."), {}, {"a": A}, id="another text: none, they say the old rule"),
        pytest.param(ENGLISH.replace("## B", "## C"), {}, {"a": A}, id="another title: none"),
        pytest.param(
            ENGLISH.replace("Two.", "Three."), {"b": words("new")}, {"a": A, "b": words("new")}, id="its own come first"
        ),
        pytest.param(ENGLISH.replace("Two.", "**Two**."), {}, {"a": A, "b": B}, id="another layout says the same"),
        pytest.param(ENGLISH.replace("{#b}", "{#c}"), {}, {"a": A}, id="another clause with the same text: none"),
    ],
)
def test_words_are_carried_where_the_english_is_the_same(second, own, expected):
    earlier = [
        Worded(clause=clause, words={"a": A, "b": B}[clause.id])
        for clause in first_version(ENGLISH, default_title="Rules")
    ]
    assert carried(own, first_version(second, default_title="Rules"), earlier=earlier) == expected


def test_of_several_earlier_versions_the_last_counts():
    (a, _) = first_version(ENGLISH, default_title="Rules")
    earlier = [Worded(clause=a, words=words("old")), Worded(clause=a, words=words("mended"))]
    assert carried({}, [a], earlier=earlier) == {"a": words("mended")}


def test_headings_above_are_told_by_whichever_clause_has_them():
    clauses = first_version(ENGLISH, default_title="Rules")
    assert headings(clauses, {"a": words("A-es"), "b": words("B-es", "Reglas")}) == {
        ("Rules", "A"): "A-es",
        ("Rules", "B"): "B-es",
        ("Rules",): "Reglas",
    }
    assert headings(clauses, {}) == {}


def item(**more):
    options = (Option(id="a", text="Yes", is_key=True, feedback="Why"), Option(id="b", text="No", feedback="Not so"))
    made = {"id": "i", "type": ItemType.SINGLE, "clauses": ("a",), "stem": "What?", "options": options}
    return Item(**{**made, "validity": ALWAYS, "sensitive": "threats", **more})


def test_an_item_keeps_its_ids_and_key_and_what_is_not_translated():
    given = ItemWords(stem="¿Qué?", sensitive="", options={"a": "Sí", "b": "No-es"}, feedback={"a": "Porque"})
    made = item_in(item(), given)
    assert (made.id, made.stem, made.sensitive, made.keys) == ("i", "¿Qué?", "threats", {"a"})
    assert [(one.id, one.text, one.feedback) for one in made.options] == [
        ("a", "Sí", "Porque"),
        ("b", "No-es", "Not so"),
    ]
    assert (
        item_in(item(), ItemWords(stem="x", sensitive="amenazas", options={"a": "", "b": ""})).sensitive == "amenazas"
    )


def test_a_lesson_shows_the_same_sections_in_other_words():
    parts = tuple(LessonSection(title=name, body=f"{name}.", teaches=(name,)) for name in ("one", "two", "three"))
    lesson = Lesson(slug="l", title="L", teaches=("one",), sections=parts, validity=ALWAYS)
    shown = ModuleLesson(
        slug="l", title="L", sections=(parts[0], parts[2]), is_stale=True, sensitive="blood", pictures=()
    )
    spanish = LessonWords(title="L-es", sensitive="", sections=(("uno", "Uno."), ("dos", "Dos."), ("tres", "Tres.")))
    made = lesson_in(shown, lesson, spanish)
    assert (made.title, made.is_stale, made.sensitive) == ("L-es", True, "blood")
    assert [(each.title, each.body, each.teaches) for each in made.sections] == [
        ("uno", "Uno.", ("one",)),
        ("tres", "Tres.", ("three",)),
    ]


@pytest.mark.parametrize(
    ("more", "is_empty"),
    [({}, True), ({"title": "Reglas"}, False), ({"clauses": {"a": A}}, False)],
)
def test_a_translation_without_any_words_is_empty(more, is_empty):
    nothing = {"language": "es", "title": "", "clauses": {}, "lessons": {}, "items": {}}
    assert Translation(**{**nothing, **more}).is_empty is is_empty
