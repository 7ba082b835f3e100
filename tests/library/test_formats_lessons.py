"""What a lesson may look like, and what it is told when it looks otherwise."""

import pytest

from lms.domain.quizzes import LessonSection, Teaching
from lms.library.lesson_files import read
from lms.library.problems import ContentError

FRONT = """\
---
title: Is it genuine?
teaches: [genuine, kinds]
since: 1
---
"""
BODY = """
Before the first heading.

## One idea

Text.

### Smaller

```markdown
## Not a heading
~~~
```

## Narrow {teaches="kinds"} ##

More.

---

End.
"""


def lesson(text: str = FRONT + BODY):  # type: ignore[no-untyped-def]
    return read(text, file="l.md", slug="10-genuine").lesson


def problems(text: str) -> list[str]:
    with pytest.raises(ContentError) as refused:
        lesson(text)
    return [str(problem) for problem in refused.value.problems]


def test_front_matter_and_sections_are_read() -> None:
    one = lesson()
    assert (one.slug, one.title, one.teaches, one.sensitive) == (
        "10-genuine",
        "Is it genuine?",
        ("genuine", "kinds"),
        "",
    )
    assert one.validity == Teaching(since=1, until=None, checked=1)
    assert one.sections == (
        LessonSection(title="", body="Before the first heading.\n", teaches=("genuine", "kinds")),
        LessonSection(
            title="One idea",
            body="Text.\n\n### Smaller\n\n```markdown\n## Not a heading\n~~~\n```\n",
            teaches=("genuine", "kinds"),
        ),
        LessonSection(title="Narrow", body="More.\n\n---\n\nEnd.\n", teaches=("kinds",)),
    )


def test_validity_and_warning_are_read() -> None:
    one = lesson(FRONT.replace("since: 1", "since: 2\nuntil: 4\nchecked: 3\nsensitive: graphic description") + "Text.")
    assert (one.validity, one.sensitive) == (Teaching(since=2, until=4, checked=3), "graphic description")
    assert lesson(FRONT.replace("since: 1", "since: 1\nuntil: null") + "Text.").validity.until is None


def test_without_text_before_the_first_heading_there_is_no_section_for_it() -> None:
    assert [section.title for section in lesson(FRONT + "\n\n## A\n\nText.\n").sections] == ["A"]


def test_braces_that_are_no_attributes_belong_to_the_title() -> None:
    assert lesson(FRONT + "## Write {name} here\nText.\n").sections[0].title == "Write {name} here"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "l.md:1: the front matter is missing - begin with --- and the keys title, teaches, since"),
        ("\n" + FRONT + BODY, "l.md:1: the front matter is missing"),
        ("---\ntitle: a\n", "l.md:1: the front matter does not end - write --- on a line of its own"),
        (FRONT, "l.md:6: the lesson is empty - write something below the second ---"),
        (FRONT.replace("since: 1\n", "") + BODY, "l.md:2 since: `since` is missing - add it"),
        (
            FRONT.replace("since: 1", "since: 0") + BODY,
            "l.md:4 since: 0 is out of range - write a number from 1 to 9999",
        ),
        (
            FRONT.replace("since: 1", "since: 2\nuntil: 1") + BODY,
            "l.md:5 until: it ends with version 1, before it begins",
        ),
        (FRONT.replace("since: 1", "since: 2\nchecked: 1") + BODY, "l.md:5 checked: it is right since version 2 only"),
        (FRONT.replace("[genuine, kinds]", "[]") + "Text.", "l.md:3 teaches: no clause is named - name the clauses"),
        (FRONT.replace("[genuine, kinds]", "genuine") + BODY, "l.md:3 teaches: this has another shape than expected"),
        (FRONT.replace("[genuine, kinds]", "[a, a]") + "Text.", "l.md:3 teaches[1]: there are two clauses `a`"),
        (
            FRONT + '## A {teaches="notice"}\nText.',
            "l.md:6 A: the lesson does not teach `notice` - add it to `teaches`",
        ),
        (FRONT + "## A {#id}\nText.", 'l.md:6 A: what stands in braces is not understood - write {teaches="clause-id'),
        (FRONT + '## A {teaches=""}\nText.', "l.md:6 A: what stands in braces is not understood"),
        (FRONT.replace("title", "titel") + BODY, "l.md:2 title: `title` is missing"),
        (FRONT.replace("since: 1", "since: 1\nsince: 2") + BODY, "l.md:5: the key `since` stands here twice"),
    ],
)
def test_it_is_told_what_is_wrong(text: str, expected: str) -> None:
    found = problems(text)
    assert any(message.startswith(expected) for message in found), found
