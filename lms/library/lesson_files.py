"""`lessons/<slug>.md`: front matter, then Markdown whose `## ` headings begin sections. Source: formats.md."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lms.domain.quizzes import Lesson, LessonSection
from lms.library import formats, strict_yaml, teaching
from lms.library.formats import Line, Wrong
from lms.library.problems import ContentError, Problem
from lms.library.strict_yaml import Document
from lms.library.teaching import TeachingForm

MARK = "---"
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r"##[ \t]+(?P<title>.*?)(?:[ \t]+#+)?[ \t]*")
_ATTRIBUTES = re.compile(r"(?P<title>.*?)[ \t]*\{:?\s*(?P<inside>(?:#|\w+\s*=)[^{}]*)\}")
_TEACHES = re.compile(r"teaches\s*=\s*\"(?P<clauses>[^\"]*)\"\s*")


class LessonForm(TeachingForm):
    """The front matter of a lesson."""

    title: Line
    teaches: list[Line]


@dataclass(frozen=True, slots=True)
class LessonFile:
    """A lesson as read, with the lines of its front matter."""

    lesson: Lesson
    document: Document


@dataclass(slots=True)
class Part:
    """A heading with what stands below it, as written."""

    line: int
    title: str
    body: list[str]


def read(text: str, *, file: str, slug: str) -> LessonFile:
    """Read a lesson. Raises ContentError with every problem of the front matter, or of the sections."""
    front, body, first_line = front_matter(text, file)
    document = strict_yaml.load(front, file=file, first_line=2)
    form = formats.read_as(LessonForm, document)
    problems = [formats.problem_at(document, (key,), wrong) for key, wrong in teaching.problems(form)]
    if not form.teaches:
        wrong = Wrong("no clause is named", "name the clauses that it teaches")
        problems.append(formats.problem_at(document, ("teaches",), wrong))
    taught = ((("teaches", place), clause) for place, clause in enumerate(form.teaches))
    problems += formats.refuse_twins(taught, document=document, what="clauses")
    found_parts = parts(body, first_line)
    if not found_parts:
        problems.append(Problem(file, first_line, "", "the lesson is empty", "write something below the second ---"))
    sections = []
    for part in found_parts:
        title, teaches, found = _heading(part, form.teaches, file)
        problems += found
        sections.append(LessonSection(title=title, body="\n".join(part.body).strip("\n") + "\n", teaches=teaches))
    if problems:
        raise ContentError(problems)
    lesson = Lesson(
        slug=slug,
        title=form.title,
        teaches=tuple(form.teaches),
        sections=tuple(sections),
        validity=form.validity,
        sensitive=form.sensitive or "",
    )
    return LessonFile(lesson, document)


def front_matter(text: str, file: str) -> tuple[str, str, int]:
    """Give front matter, body, and the line on which the body begins. Raises ContentError."""
    lines = text.split("\n")
    if lines[0].rstrip() != MARK:
        raise ContentError(
            [Problem(file, 1, "", "the front matter is missing", "begin with --- and the keys title, teaches, since")]
        )
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() == MARK:
            return "\n".join(lines[1:number]), "\n".join(lines[number + 1 :]), number + 2
    raise ContentError([Problem(file, 1, "", "the front matter does not end", "write --- on a line of its own")])


def parts(body: str, first_line: int) -> list[Part]:
    """Cut the body before each `## ` outside of code, and give the parts that say something."""
    return [part for part in _cut(body, first_line) if part.title or "".join(part.body).strip()]


def _cut(body: str, first_line: int) -> Iterator[Part]:
    part = Part(first_line, "", [])
    fence = ""
    for number, line in enumerate(body.split("\n"), start=first_line):
        mark = _FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1].startswith(fence):
            fence = ""
        heading = None if fence else _HEADING.fullmatch(line)
        if heading:
            yield part
            part = Part(number, heading["title"], [])
        else:
            part.body.append(line)
    yield part


def _heading(part: Part, taught: list[str], file: str) -> tuple[str, tuple[str, ...], list[Problem]]:
    """Give the title, the clauses that the section teaches, and what is wrong with its heading."""
    attributes = _ATTRIBUTES.fullmatch(part.title)
    if not attributes:
        return part.title, tuple(taught), []
    teaches = _TEACHES.fullmatch(attributes["inside"])
    if not teaches or not teaches["clauses"].split():
        remedy = 'write {teaches="clause-id another-id"}'
        problem = Problem(file, part.line, attributes["title"], "what stands in braces is not understood", remedy)
        return attributes["title"], tuple(taught), [problem]
    clauses = tuple(dict.fromkeys(teaches["clauses"].split()))
    problems = [
        Problem(
            file, part.line, attributes["title"], f"the lesson does not teach `{clause}`", "add it to `teaches` above"
        )
        for clause in clauses
        if clause not in taught
    ]
    return attributes["title"], clauses, problems
