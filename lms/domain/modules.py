"""The module that one person works through, for any set of clauses of one policy.

A whole module, a delta and a refresher differ only in the clauses asked for. Which clauses a person has to learn is
settled elsewhere. Source of the rules: domain.md section 5.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from lms.domain.drawing import draw
from lms.domain.quizzes import Item, Lesson, LessonSection, Picture, QuizRules, is_fresh, is_right_for

WORDS_PER_MINUTE = 160
MINUTES_PER_ITEM = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleLesson:
    """What a module shows of one lesson."""

    slug: str
    title: str
    sections: tuple[LessonSection, ...]
    """Those that teach a clause of the module, in the order of the lesson."""
    is_stale: bool
    """A clause that the lesson names changed materially after somebody last checked it: shown with a warning."""
    sensitive: str
    pictures: tuple[Picture, ...]

    @property
    def words(self) -> int:
        """Words to read in it."""
        return words_in(self.sections)

    @property
    def minutes(self) -> int:
        """Minutes to read it."""
        return minutes(self.words, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """Lessons and quiz for a set of clauses."""

    lessons: tuple[ModuleLesson, ...]
    """In the order of their slugs."""
    clauses: tuple[str, ...]
    words: int
    item_count: int
    """Items that a draw asks; a draw with other luck may need one or two more or fewer."""
    minutes: int


def assemble(
    lessons: Iterable[Lesson],
    items: Iterable[Item],
    *,
    clauses: Collection[str],
    version: int,
    changed_in: Mapping[str, Collection[int]],
    rules: QuizRules | None,
    texts: Mapping[str, str],
) -> Module:
    """Put the module for `clauses` of `version` together.

    `lessons` and `items` may be all that the policy has; those not right for `version` are left out, stale items too.
    `changed_in` as for `is_fresh`. `rules` is None where there is no quiz (`proof: attest`). `texts` maps a clause id
    to what the module shows of that clause, in Markdown, the old wording too if it is shown; only `clauses` count.
    """
    asked = tuple(dict.fromkeys(clauses))
    shown = _lessons(lessons, frozenset(asked), version=version, changed_in=changed_in)
    fresh = [i for i in items if is_fresh(i.validity, i.clauses, version=version, changed_in=changed_in)]
    item_count = len(draw(fresh, clauses=asked, rules=rules, seen=(), seed=0)) if rules else 0
    words = sum(lesson.words for lesson in shown)
    words += sum(word_count(texts.get(clause, "")) for clause in asked)
    return Module(lessons=shown, clauses=asked, words=words, item_count=item_count, minutes=minutes(words, item_count))


def minutes(words: int, item_count: int) -> int:
    """Minutes of work in so many words to read and items to answer, rounded up."""
    return -(-words // WORDS_PER_MINUTE) + item_count * MINUTES_PER_ITEM


def words_in(sections: Iterable[LessonSection]) -> int:
    """Words to read in these sections of a lesson, their headings too."""
    return sum(word_count(section.title) + word_count(section.body) for section in sections)


@lru_cache(maxsize=8192)
def word_count(markdown: str) -> int:
    """Count the words of a Markdown text; marks that stand alone, such as `-` or `|`, are not words."""
    return sum(any(character.isalnum() for character in word) for word in markdown.split())


def _lessons(
    lessons: Iterable[Lesson], asked: frozenset[str], *, version: int, changed_in: Mapping[str, Collection[int]]
) -> tuple[ModuleLesson, ...]:
    found = []
    for lesson in sorted(lessons, key=lambda lesson: lesson.slug):
        sections = tuple(section for section in lesson.sections if asked.intersection(section.teaches))
        if sections and is_right_for(lesson.validity, version):
            is_stale = not is_fresh(lesson.validity, lesson.teaches, version=version, changed_in=changed_in)
            found.append(
                ModuleLesson(
                    slug=lesson.slug,
                    title=lesson.title,
                    sections=sections,
                    is_stale=is_stale,
                    sensitive=lesson.sensitive,
                    pictures=lesson.pictures,
                )
            )
    return tuple(found)
