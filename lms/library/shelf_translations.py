"""The translations of one policy on the shelf, by language, and whether each fits what it translates.

Which clauses a version has is not known here: `translation_checks.py` and loading hold the texts against them.
Source: content/README.md.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from lms.domain.marking import normal_form
from lms.domain.quizzes import TYPED, Item, ItemType, Lesson
from lms.domain.translations import ClauseWords, ItemWords, LessonWords
from lms.library import formats, plain_text, translation_files
from lms.library.problems import ContentError, Problem
from lms.library.strict_yaml import Document
from lms.library.translation_files import QuizWords

_CODED = re.compile(r"(?P<name>[^.]+)\.(?P<language>[^.]+)\.(?P<kind>md|yaml)")
_VERSION = re.compile(r"v([1-9][0-9]{0,3})")

Read = TypeVar("Read")


@dataclass(slots=True)
class ShelfTranslation:
    """Everything in one language."""

    title: str = ""
    texts: dict[int, dict[str, ClauseWords]] = field(default_factory=dict)
    """By the number of the version: clauses by id, those that its file has."""
    lessons: dict[str, LessonWords] = field(default_factory=dict)
    items: dict[str, ItemWords] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Translated:
    """All languages of a policy, and what is wrong with their files."""

    by_language: Mapping[str, ShelfTranslation]
    problems: tuple[Problem, ...]


def is_translation(name: str) -> bool:
    """Tell whether a file of this name is a translation of another."""
    return _CODED.fullmatch(name) is not None


def read(
    root: Path,
    folder: Path,
    quizzes: Path,
    *,
    titles: Mapping[str, str],
    numbers: Sequence[int],
    lessons: Sequence[Lesson],
    items: Sequence[Item],
) -> Translated:
    """Read what is beside the texts, lessons and quiz of the policy in `folder`; never raises for what is in a file."""
    reader = _Reader(root)
    for language, title in titles.items():
        reader.found[language].title = title
    known = {lesson.slug: lesson for lesson in lessons}
    for path, found in _coded(folder, "md"):
        reader.text(path, found, numbers)
    for path, found in _coded(folder / "lessons", "md"):
        reader.lesson(path, found, known)
    for path, found in _coded(quizzes, "yaml"):
        if found["name"] == folder.name:
            reader.quiz(path, found, {item.id: item for item in items})
    return Translated(dict(sorted(reader.found.items())), tuple(reader.problems))


def _coded(folder: Path, kind: str) -> list[tuple[Path, re.Match[str]]]:
    entries = sorted(folder.iterdir()) if folder.is_dir() else []
    return [(path, found) for path in entries if (found := _CODED.fullmatch(path.name)) and found["kind"] == kind]


class _Reader:
    """Reads the files of one policy and collects what is wrong."""

    def __init__(self, root: Path) -> None:
        self.found: dict[str, ShelfTranslation] = defaultdict(ShelfTranslation)
        self.problems: list[Problem] = []
        self._root = root

    def text(self, path: Path, named: re.Match[str], numbers: Sequence[int]) -> None:
        """Read the text of a version."""
        version = _VERSION.fullmatch(named["name"])
        if version is None or int(version[1]) not in numbers:
            self._report(path, "there is no version that it translates", "name it v<number>.<language>.md")
            return
        words = self._read(path, named, translation_files.text)
        if words is not None:
            self.found[named["language"]].texts[int(version[1])] = words

    def lesson(self, path: Path, named: re.Match[str], lessons: Mapping[str, Lesson]) -> None:
        """Read a lesson, which has the sections of the English one."""
        lesson = lessons.get(named["name"])
        if lesson is None:
            self._report(path, "there is no lesson that it translates", "name it <lesson>.<language>.md")
            return
        words = self._read(path, named, translation_files.lesson)
        if words is None:
            return
        expected, given = ([bool(title) for title in titles] for titles in (_titles(lesson), _titles(words)))
        if expected != given:
            message = f"it has {len(given)} sections, and the English lesson has {len(expected)}"
            if len(expected) == len(given):
                message = "its sections begin in other places than those of the English lesson"
            self._report(path, message, "give it the same sections in the same order")
            return
        self.found[named["language"]].lessons[lesson.slug] = words

    def quiz(self, path: Path, named: re.Match[str], items: Mapping[str, Item]) -> None:
        """Read a quiz, whose items have the options of the English ones."""
        words = self._read(path, named, translation_files.quiz)
        if words is None:
            return
        problems = [
            problem
            for index, (item_id, each) in enumerate(words.items.items())
            for problem in _misfits(each, items.get(item_id), ("items", index), words)
        ]
        self.problems += problems
        if not problems:
            self.found[named["language"]].items = words.items

    def _read(self, path: Path, named: re.Match[str], parse: Callable[..., Read]) -> Read | None:
        file = path.relative_to(self._root).as_posix()
        try:
            formats.language(named["language"])
            return parse(plain_text.read(path, file=file), file=file)
        except formats.Wrong as wrong:
            self._report(path, wrong.message, wrong.remedy)
        except ContentError as error:
            self.problems += error.problems
        return None

    def _report(self, path: Path, message: str, remedy: str) -> None:
        self.problems.append(Problem(path.relative_to(self._root).as_posix(), None, "", message, remedy))


def _titles(lesson: Lesson | LessonWords) -> list[str]:
    if isinstance(lesson, Lesson):
        return [section.title for section in lesson.sections]
    return [title for title, _ in lesson.sections]


def _misfits(words: ItemWords, item: Item | None, path: tuple[str | int, ...], quiz: QuizWords) -> list[Problem]:
    document: Document = quiz.document
    if item is None:
        wrong = formats.Wrong("there is no item of this id", "write the id of an item of the English quiz")
        return [formats.problem_at(document, (*path, "id"), wrong)]
    expected, given = [option.id for option in item.options], set(words.options)
    problems = []
    for name, known, said in (
        ("options", expected, given),
        ("choices", [choice.id for choice in item.choices], set(words.choices)),
        ("units", [unit.id for unit in item.units], set(words.units)),
    ):
        is_left_out = not said and (name != "options" or item.type in TYPED)  # then they are read in English
        if said != set(known) and not is_left_out:
            wrong = formats.Wrong(f"its {name} are not those of the English item", f"give it {', '.join(known)}")
            problems.append(formats.problem_at(document, (*path, name), wrong))
    if words.case and item.case is None:
        wrong = formats.Wrong("the English item is part of no case", "delete `case`")
        problems.append(formats.problem_at(document, (*path, "case"), wrong))
    for option in item.options:
        if option.id in words.feedback and not option.feedback:
            wrong = formats.Wrong(f"the English option {option.id} has no feedback", "delete it, or write it there too")
            problems.append(formats.problem_at(document, (*path, "options"), wrong))
    return problems + [formats.problem_at(document, (*path, "options"), wrong) for wrong in _of_forms(words, item)]


def _of_forms(words: ItemWords, item: Item) -> Iterator[formats.Wrong]:
    """What may be written must be of one option alone, in both languages together."""
    if words.forms and item.type is not ItemType.SHORT:
        yield formats.Wrong(f"`forms` belong to the type {ItemType.SHORT}", "delete them")
        return
    known = [option.id for option in item.options]
    if not words.forms.keys() <= set(known):
        yield formats.Wrong("its `forms` are not of the English options", f"give them to {', '.join(known)}")
    taken = {normal_form(text): option.id for option in item.options for text in (option.text, *option.also)}
    for option_id, forms in words.forms.items():
        for text in forms:
            form = normal_form(text)
            if not form:
                yield formats.Wrong(f"a form of {option_id} has no letters or digits", "write what a person would type")
            elif taken.setdefault(form, option_id) != option_id:
                yield formats.Wrong(f"`{text}` is in {taken[form]} and {option_id}", "leave it in one of them")
