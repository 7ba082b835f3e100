"""A small shelf that has nothing wrong with it, to write to a folder and to damage."""

from pathlib import Path

POLICY = """\
title: Legal requests
kind: process
owner: pia@demo.example
timezone: UTC
audience: [legal-requests]
proof: quiz
onboarding_days: 14
grace_days: 7
versions:
  - number: 1
    published_at: 2026-01-05
    effective_at: 2026-01-12
    author: pia@demo.example
    approver: lena@demo.example
    reason: It is the first version.
  - number: 2
    published_at: 2026-02-05
    effective_at: 2026-02-12
    author: pia@demo.example
    approver: lena@demo.example
    reason: Two people are needed now, and no fax.
    changes:
      - {clause: emergency, verdict: material, reason: A second person must confirm.}
      - {clause: fax, verdict: material, removed: true, reason: We take no requests by fax.}
"""
V1 = """\
# Legal requests

## Telling the person {#notice}

Tell the person concerned before anything is disclosed, unless a court forbids it.

## Emergency {#emergency}

Where a life is in danger you may disclose at once what helps to avert the danger.

## Fax {#fax}

Answer requests by fax within ten days and file them in the cabinet.
"""
V2 = V1[: V1.index("## Fax")].replace("you may disclose at once", "you and a second person may disclose at once")
LESSON = """\
---
title: What you do
teaches: [notice, emergency]
since: 1
checked: 2
---
Tell people first.

## In an emergency {teaches="emergency"}

Read the form. Then act.
"""
FAX = """\
---
title: By fax
teaches: [fax]
since: 1
until: 1
---
Answer it within ten days.
"""


def item(name: str, clause: str, *, key: str = "b", more: str = "since: 1, checked: 2") -> str:
    options = ", ".join(
        f"{{id: {one}, text: {text}{', key: true' if one == key else ''}, feedback: It says so.}}"
        for one, text in {"a": "Hand it on.", "b": "Wait a day.", "c": "Call them."}.items()
    )
    top = f"id: {name}, type: single, clauses: [{clause}], {more}, stem: What about {name}?"
    return f"  - {{{top}, options: [{options}]}}\n"


QUIZ = "items:\n" + "".join(
    [
        item("n-1", "notice", key="a"),
        item("n-2", "notice", key="b"),
        item("e-1", "emergency", key="c"),
        item("e-2", "emergency", key="a"),
        item("f-1", "fax", key="b", more="since: 1, until: 1"),
        item("f-2", "fax", key="c", more="since: 2"),
        item("f-3", "fax", key="a", more="since: 1, until: 1"),
    ]
)
FILES = {
    "content/legal-requests/policy.yaml": POLICY,
    "content/legal-requests/v1.md": V1,
    "content/legal-requests/v2.md": V2,
    "content/legal-requests/lessons/10-what-you-do.md": LESSON,
    "content/legal-requests/lessons/20-fax.md": FAX,
    "quizzes/legal-requests.yaml": QUIZ,
}


def lay_out(root: Path, **changed: str | None) -> Path:
    """Write the shelf below `root`; `changed` maps a path, or the end of one, to another text, None for no file."""
    files: dict[str, str | None] = dict(FILES)
    for name, text in changed.items():
        files[next((path for path in files if path.endswith(name)), name)] = text
    for name, text in files.items():
        if text is not None:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
    return root
