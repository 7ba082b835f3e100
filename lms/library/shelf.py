"""All content that stands in files: one value per policy, read from `content/` and `quizzes/`.

Whether the parts fit together is asked in `checks.py`. Source: formats.md.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from lms.domain.policies import Kind, Proof, Release
from lms.domain.quizzes import Item, Lesson, Picture, QuizRules
from lms.library import formats, lesson_files, pictures, plain_text, policy_files, quiz_files, shelf_translations
from lms.library.problems import ContentError, Problem
from lms.library.shelf_translations import ShelfTranslation, is_translation
from lms.library.strict_yaml import Document
from lms.library.strict_yaml import Path as DocumentPath

CONTENT, QUIZZES, LESSONS, MEDIA, RECORD = "content", "quizzes", "lessons", "media", "policy.yaml"
_VERSION = re.compile(r"v([1-9][0-9]{0,3})\.md")
_LESSON = re.compile(r"([a-z0-9]+(?:-[a-z0-9]+)*)\.md")
_READ_ME = "README.md"

Read = TypeVar("Read")
Part = TypeVar("Part", Lesson, Item)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfPolicy:
    """A policy with all its versions, lessons and items, as authors wrote it down."""

    slug: str
    title: str
    kind: Kind
    owner: str
    """An email address, as in every place where a file names a person."""
    timezone: str
    audience: frozenset[str]
    """Slugs of queues; empty when it is for everybody."""
    is_everybody: bool
    proof: Proof
    onboarding_days: int
    grace_days: int
    valid_days: int | None
    window_days: int
    reentry_days: int
    is_need_to_know: bool
    """Only its audience and policy owners may read it."""
    releases: tuple[Release, ...]
    """Of versions 1, 2, 3 …, without gaps."""
    texts: Mapping[int, str]
    """Markdown by the number of the version, the draft among them."""
    draft: int | None
    """Number of the version that has a text and no release."""
    lessons: tuple[Lesson, ...]
    """In the order of their slugs."""
    items: tuple[Item, ...]
    rules: QuizRules
    item_paths: Mapping[str, DocumentPath] = field(default_factory=dict, compare=False, repr=False)
    """Where each item stands in its file."""
    translations: Mapping[str, ShelfTranslation] = field(default_factory=dict)
    """By language."""
    documents: Mapping[str, Document] = field(default_factory=dict, compare=False, repr=False)
    """YAML of its files by path, to say where something stands."""

    @property
    def folder(self) -> str:
        """Path of its folder below the root."""
        return f"{CONTENT}/{self.slug}"

    @property
    def newest(self) -> int:
        """The number of the newest version, a draft included."""
        return max(self.texts)


@dataclass(frozen=True, slots=True)
class Shelf:
    """Every policy that could be read, in the order of slugs."""

    policies: tuple[ShelfPolicy, ...]

    @property
    def by_slug(self) -> dict[str, ShelfPolicy]:
        """The same, to look one up."""
        return {policy.slug: policy for policy in self.policies}

    @classmethod
    def read(cls, root: Path) -> tuple["Shelf", tuple[Problem, ...]]:
        """Read everything below `root`, which holds `content/` and `quizzes/`.

        What cannot be read is named in the problems, errors and warnings alike, in the order of files; a policy whose
        policy.yaml cannot be read is left out. Never raises for what stands in a file.
        """
        reader = _Reader(root)
        policies = [reader.policy(folder) for folder in reader.folders()]
        found = tuple(policy for policy in policies if policy)
        reader.refuse_orphans()
        return cls(found), tuple(sorted(reader.problems, key=lambda one: (one.file, one.line or 0)))


class _Reader:
    """Reads one root and collects what is wrong."""

    def __init__(self, root: Path) -> None:
        self.problems: list[Problem] = []
        self._root = root

    def folders(self) -> Iterator[Path]:
        """Folders that may hold a policy."""
        for path in self._entries(CONTENT):
            if path.is_dir():
                if self._is_slug(path.name):
                    yield path
            elif path.name != _READ_ME:
                self._warn(path, "this file belongs to no policy", "move it into the folder of a policy, or delete it")

    def policy(self, folder: Path) -> ShelfPolicy | None:
        """One policy, or None when nothing is known about it."""
        record = self._read(folder / RECORD, policy_files.read)
        texts = dict(sorted(self._texts(folder)))
        lessons = list(self._lessons(folder))
        quiz = self._quiz(folder.name, record)
        told = [lesson.lesson for lesson in lessons]
        drawn = self._pictures(folder, told, quiz.items if quiz else ())
        self._warn_of_strangers(folder)
        if not (record and texts):
            return None
        self._refuse_gaps(record, texts)
        items = tuple(_with_pictures(item, drawn) for item in quiz.items) if quiz else ()
        translations = self._translations(folder, record.form.titles, numbers=list(texts), lessons=told, items=items)
        form, is_everybody = record.form, record.form.audience == [policy_files.EVERYBODY]
        return ShelfPolicy(
            slug=folder.name,
            title=form.title,
            kind=form.kind,
            owner=form.owner,
            timezone=form.timezone,
            audience=frozenset() if is_everybody else frozenset(form.audience),
            is_everybody=is_everybody,
            proof=form.proof,
            onboarding_days=form.onboarding_days,
            grace_days=form.grace_days,
            valid_days=form.valid_days,
            window_days=form.window_days,
            is_need_to_know=form.need_to_know,
            reentry_days=form.reentry_days,
            releases=record.releases,
            texts=MappingProxyType(texts),
            draft=max(texts) if max(texts) > len(record.releases) else None,
            lessons=tuple(_with_pictures(lesson.lesson, drawn) for lesson in lessons),
            items=items,
            item_paths=quiz.paths if quiz else {},
            rules=quiz.rules if quiz else QuizRules(),
            translations=translations,
            documents=_documents(record, lessons, quiz),
        )

    def _translations(
        self, folder: Path, titles: Mapping[str, str], **originals: Any
    ) -> Mapping[str, ShelfTranslation]:
        found = shelf_translations.read(self._root, folder, self._root / QUIZZES, titles=titles, **originals)
        self.problems += found.problems
        return MappingProxyType(found.by_language)

    def refuse_orphans(self) -> None:
        """Name every quiz without a policy."""
        for path in self._entries(QUIZZES):
            if path.name == _READ_ME:
                continue
            name = path.name.partition(".")[0] if is_translation(path.name) else path.stem
            if path.suffix != ".yaml":
                self._warn(path, "this is not a quiz file", "name it <policy>.yaml, or delete it")
            elif not (self._root / CONTENT / name).is_dir():
                self._report(path, "there is no policy of this name", f"add {CONTENT}/{name}, or rename the file")

    def _texts(self, folder: Path) -> Iterator[tuple[int, str]]:
        numbers = [int(found[1]) for path in self._entries(folder) if (found := _VERSION.fullmatch(path.name))]
        if not numbers:
            self._report(folder, "there is no text", "write v1.md")
        for number in sorted(numbers):
            path = folder / f"v{number}.md"
            text = self._read(path, lambda text, file: text)
            if text is not None:
                yield number, text

    def _lessons(self, folder: Path) -> Iterator[lesson_files.LessonFile]:
        for path in self._entries(folder / LESSONS):
            found = _LESSON.fullmatch(path.name)
            if path.name == _READ_ME or is_translation(path.name):
                continue
            if not found or len(found[1]) > formats.MAX_SLUG:
                self._report(path, "a lesson cannot have this name", "name it like 10-checking-that-it-is-genuine.md")
                continue
            lesson = self._read(path, _lesson_reader(found[1]))
            if lesson:
                yield lesson

    def _pictures(self, folder: Path, lessons: Iterable[Lesson], items: Iterable[Item]) -> dict[str, Picture]:
        """Pictures by address; one that no lesson and no item shows is told."""
        parts: list[Lesson | Item] = [*lessons, *items]
        shown = {address for part in parts for address in _shown_in(part)}
        found: dict[str, Picture] = {}
        for path in self._entries(folder / MEDIA):
            address = pictures.address(folder.name, path.name)
            if not pictures.NAME.fullmatch(path.name):
                self._report(path, "a picture cannot have this name", "name it like path-of-a-case.svg")
            elif (svg := self._read(path, pictures.read)) is not None:
                found[address] = Picture(address=address, svg=svg)
                if address not in shown:
                    self._warn(path, "nothing shows this picture", f"write ![…]({address}) in a lesson, or delete it")
                if not pictures.is_for_the_dark(svg):
                    remedy = "give it colours inside @media (prefers-color-scheme: dark)"
                    self._warn(path, "it has no colours for a dark page", remedy)
        return found

    def _quiz(self, slug: str, record: policy_files.PolicyFile | None) -> quiz_files.QuizFile | None:
        path = self._root / QUIZZES / f"{slug}.yaml"
        if path.exists() or path.is_symlink():
            if record and record.form.proof is Proof.ATTEST:
                self._warn(
                    path, "this policy is read and signed; nobody sees the quiz", "say proof: quiz, or delete it"
                )
            return self._read(path, quiz_files.read)
        if record and record.form.proof is Proof.QUIZ:
            self._report(path, "the quiz is missing", "write it, or say proof: attest in policy.yaml")
        return None

    def _refuse_gaps(self, record: policy_files.PolicyFile, texts: Mapping[int, str]) -> None:
        released, folder = len(record.releases), self._root / CONTENT / Path(record.document.file).parent.name
        for number in range(1, max(released, *texts) + 1):
            path = folder / f"v{number}.md"
            if number > released + 1 and number in texts:
                self._report(path, "there is a draft before this one", "keep one draft at most, as the next number")
            elif number not in texts and not path.exists():
                self._report(path, "the text is missing", "write it, or number the versions without gaps")

    def _warn_of_strangers(self, folder: Path) -> None:
        for path in self._entries(folder):
            is_known = path.name in (RECORD, LESSONS, MEDIA, _READ_ME) or _VERSION.fullmatch(path.name)
            if not is_known and not (is_translation(path.name) and path.suffix == ".md"):
                self._warn(path, "nothing reads this file", "name it v<number>.md, move it to lessons/, or delete it")

    def _entries(self, folder: Path | str) -> list[Path]:
        path = self._root / folder
        return sorted(entry for entry in path.iterdir() if not entry.name.startswith(".")) if path.is_dir() else []

    def _is_slug(self, name: str) -> bool:
        if re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", name) and len(name) <= formats.MAX_SLUG:
            return True
        path = self._root / CONTENT / name
        self._report(path, "a policy cannot have this name", "use small letters a-z, digits and single hyphens")
        return False

    def _read(self, path: Path, parse: Callable[..., Read]) -> Read | None:
        file = self._name(path)
        try:
            return parse(plain_text.read(path, file=file), file=file)
        except ContentError as error:
            self.problems += error.problems
            return None

    def _report(self, path: Path, message: str, remedy: str) -> None:
        self.problems.append(Problem(self._name(path), None, "", message, remedy))

    def _warn(self, path: Path, message: str, remedy: str) -> None:
        self.problems.append(Problem(self._name(path), None, "", message, remedy, "warning"))

    def _name(self, path: Path) -> str:
        return path.relative_to(self._root).as_posix()


def _documents(
    record: policy_files.PolicyFile, lessons: Iterable[lesson_files.LessonFile], quiz: quiz_files.QuizFile | None
) -> Mapping[str, Document]:
    found = [record.document, *(lesson.document for lesson in lessons), *([quiz.document] if quiz else [])]
    return MappingProxyType({document.file: document for document in found})


def _shown_in(part: Lesson | Item) -> Iterator[str]:
    if isinstance(part, Item):
        texts = [part.stem, *([part.case.text] if part.case else [])]
    else:
        texts = [section.body for section in part.sections]
    return (address for text in texts for _, address in pictures.shown_in(text))


def _with_pictures(part: Part, drawn: Mapping[str, Picture]) -> Part:
    shown = sorted(drawn.keys() & set(_shown_in(part)))
    return replace(part, pictures=tuple(drawn[address] for address in shown))


def _lesson_reader(slug: str) -> Callable[..., lesson_files.LessonFile]:
    def read(text: str, *, file: str) -> lesson_files.LessonFile:
        return lesson_files.read(text, file=file, slug=slug)

    return read
