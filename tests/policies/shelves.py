"""A small made-up policy on a shelf of its own, in files as authors write them."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from lms.library.normalising import slug as slug_of

HEAD = """\
title: {title}
kind: process
owner: {owner}
timezone: America/Los_Angeles
audience: {audience}
proof: {proof}
onboarding_days: 14
grace_days: 7
"""

V1 = """\
What this is for.

## Who decides {#who}

The shift lead decides.

## How fast {#speed}

Answer within 24 hours.

## By fax {#fax}

We take requests by fax.
"""
V2 = """\
What this is for.

## Who decides {#who}

The shift lead decides.

## How fast {#speed}

Answer within 4 hours.

## Records {#records}

Note every decision in the case.
"""
RELEASE_1 = """\
  - number: 1
    published_at: 2026-01-05T09:00:00Z
    effective_at: 2026-01-12T00:00:00Z
    author: pia@demo.example
    approver: lena@demo.example
    reason: First version of the process.
"""
RELEASE_2 = """\
  - number: 2
    published_at: 2026-03-02T09:00:00Z
    effective_at: 2026-03-16T00:00:00Z
    author: pia@demo.example
    approver: lena@demo.example
    reason: Answers took too long in January.
    changes:
      - {clause: speed, verdict: material, reason: Four hours from now on.}
      - {clause: records, verdict: material, reason: Decisions were not noted.}
      - {clause: fax, verdict: material, removed: true, reason: We no longer take faxes.}
"""
ITEM = """\
  - id: {name}
    type: single
    clauses: [{clause}]
    since: {since}
    stem: What about {clause}?
    options:
      - {{id: a, text: This is right., key: true, feedback: "Right."}}
      - {{id: b, text: This is wrong., feedback: "Wrong."}}
      - {{id: c, text: This is odd., feedback: "Odd."}}
"""
LESSON = """\
---
title: About {clause}
teaches: [{clause}]
since: {since}
---
One idea about {clause}, told in a sentence or two.
"""
ITEMS: tuple[tuple[str, str, int], ...] = (
    ("about-1", "requests", 1),
    ("who-1", "who", 1),
    ("speed-1", "speed", 1),
    ("fax-1", "fax", 1),
    ("speed-2", "speed", 2),
    ("records-1", "records", 2),
)
"""Id, clause, since."""


def write_shelf(
    root: Path,
    *,
    texts: Mapping[int, str] | None = None,
    releases: Sequence[str] = (RELEASE_1, RELEASE_2),
    items: Sequence[tuple[str, str, int]] = ITEMS,
    slug: str = "requests",
    title: str = "Requests",
    owner: str = "pia@demo.example",
    audience: str = "[legal-requests]",
    proof: str = "quiz",
) -> Path:
    """Write content/ and quizzes/ for one policy below `root`, in place of what was there; returns `root`."""
    folder = root / "content" / slug
    (folder / "lessons").mkdir(parents=True, exist_ok=True)
    (root / "quizzes").mkdir(exist_ok=True)
    head = HEAD.format(title=title, owner=owner, audience=audience, proof=proof)
    (folder / "policy.yaml").write_text(head + ("versions:\n" + "".join(releases) if releases else ""))
    for old in folder.glob("v*.md"):
        old.unlink()
    for number, text in (texts if texts is not None else {1: V1, 2: V2}).items():
        (folder / f"v{number}.md").write_text(text)
    (folder / "lessons" / "10-speed.md").write_text(LESSON.format(clause="speed", since=1))
    if proof == "quiz":
        introduction = slug_of(title)
        made = "".join(
            ITEM.format(name=name, clause=introduction if clause == "requests" else clause, since=since)
            for name, clause, since in items
        )
        (root / "quizzes" / f"{slug}.yaml").write_text("quiz: {pass_mark: 80, per_clause: 1}\nitems:\n" + made)
    return root
