"""Small made-up policies, published through the real actions, and a person who answers their quizzes."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from lms import clock
from lms.coaching.actions import assign_refresher
from lms.domain.quizzes import Answer
from lms.extensions import db, writing
from lms.models import Evidence, Refresher, Revocation, Spell, SpellKind
from lms.policies.actions import load_shelf
from lms.training import actions, attesting
from lms.training.drawn import graded
from tests.page import Page, Reader
from tests.training import spanish

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
RULES = {"pass_mark": 80, "per_clause": 2, "attempts": 3, "wait_minutes": 15, "retake": "missed"}
TITLES = {"kinds": "Kinds of paper", "genuine": "Is it genuine", "notice": "Telling the user", "fax": "Requests by fax"}
FIRST = {
    "kinds": "A subpoena opens account details only.",
    "genuine": "Call the agency on a number from its public site before you answer.",
    "notice": "Tell the user within 24 hours unless a court forbids it.",
}
WITH_FAX = FIRST | {"fax": "We take requests by fax on weekdays."}


@dataclass
class Shelf:
    """One policy on disk that grows version by version."""

    root: Path
    slug: str = "legal-requests"
    title: str = "Legal requests"
    proof: str = "quiz"
    audience: Any = field(default_factory=lambda: ["legal-requests"])
    settings: dict[str, Any] = field(default_factory=dict)
    rules: dict[str, Any] = field(default_factory=lambda: dict(RULES))
    texts: list[str] = field(default_factory=list)
    releases: list[dict[str, Any]] = field(default_factory=list)
    items: list[dict[str, Any]] = field(default_factory=list)
    lessons: dict[str, str] = field(default_factory=dict)
    spanish: dict[str, str] = field(default_factory=dict)

    def version(
        self,
        clauses: Mapping[str, str],
        *,
        ago: timedelta,
        in_force: timedelta | None = None,
        changes: Mapping[str, tuple[str, str]] | None = None,
        removed: tuple[str, ...] = (),
        queues: Mapping[str, str] | None = None,
        secret: tuple[str, ...] = (),
        **more: Any,
    ) -> "Shelf":
        """Add the next version: published `ago` (and in force then, or `in_force` ago), with verdicts and reasons."""
        number = len(self.texts) + 1
        now = clock.now()
        self.texts.append(text(clauses, queues=queues or {}, secret=secret))
        judged = (changes or {}).items()
        entries = [{"clause": clause, "verdict": verdict, "reason": reason} for clause, (verdict, reason) in judged]
        gone = {"verdict": "material", "reason": "We stopped it.", "removed": "true"}
        entries += [{"clause": clause, **gone} for clause in removed]
        self.releases.append(
            {
                "number": str(number),
                "published_at": (now - ago).isoformat(timespec="seconds"),
                "effective_at": (now - (ago if in_force is None else in_force)).isoformat(timespec="seconds"),
                "author": "pia@demo.example",
                "approver": "lena@demo.example",
                "reason": f"Reason for version {number} of it.",
                "changes": entries,
                **more,
            }
        )
        return self

    def item(self, clause: str, place: int, *, since: int = 1, **more: Any) -> "Shelf":
        """Add an item; its key is option a."""
        self.items.append(
            {
                "id": f"{clause}-{place}",
                "type": "single",
                "clauses": [clause],
                "since": str(since),
                "stem": f"Case {place} about {clause}: what do you do?",
                "options": [option("a", f"Right thing {place}", key=True), option("b", f"Wrong thing {place}"),
                            option("c", f"Other thing {place}")],
            }
            | more
        )  # fmt: skip
        return self

    def items_for(self, *clauses: str, count: int = 4, since: int = 1) -> "Shelf":
        """Add some items for each clause."""
        for clause in clauses:
            for place in range(1, count + 1):
                self.item(clause, place + 100 * (since - 1), since=since)
        return self

    def lesson(self, slug: str, teaches: list[str], body: str = "Read this.", **more: Any) -> "Shelf":
        """Add a lesson."""
        front = {"title": f"Lesson {slug}", "teaches": teaches, "since": "1"} | more
        self.lessons[slug] = f"---\n{json.dumps(front)}\n---\n{body}\n"
        return self

    def in_spanish(self, number: int, *clauses: str, **more: Sequence[str]) -> "Shelf":
        """Translate these clauses of a version, and `lessons=` and `items=`."""
        self.spanish |= spanish.files(self.slug, self.items, number, clauses, **more)
        self.settings["titles"] = {"es": "Solicitudes legales"}
        return self

    def checked(self, version: int) -> "Shelf":
        """Somebody checked every item and lesson against a version."""
        for item in self.items:
            item.setdefault("checked", str(version))
            item["checked"] = str(max(version, int(item["checked"])))
        return self

    def publish(self) -> "Shelf":
        """Write the files and publish what is due."""
        load_shelf(self.write(), is_publishing=True, now=clock.now())
        db.session.rollback()
        return self

    def write(self) -> Path:
        """Write the files, and say where."""
        folder = self.root / "content" / self.slug
        (folder / "lessons").mkdir(parents=True, exist_ok=True)
        (self.root / "quizzes").mkdir(exist_ok=True)
        record = {
            "title": self.title,
            "kind": "process",
            "owner": "pia@demo.example",
            "timezone": "UTC",
            "audience": self.audience,
            "proof": self.proof,
            "onboarding_days": "14",
            "grace_days": "7",
            **self.settings,
            "versions": self.releases,
        }
        (folder / "policy.yaml").write_text(json.dumps(record))
        for number, body in enumerate(self.texts, start=1):
            (folder / f"v{number}.md").write_text(body)
        for slug, body in self.lessons.items():
            (folder / "lessons" / f"{slug}.md").write_text(body)
        quiz = {"quiz": {key: str(value) for key, value in self.rules.items()}, "items": self.items}
        (self.root / "quizzes" / f"{self.slug}.yaml").write_text(json.dumps(quiz))
        for path, body in self.spanish.items():
            (self.root / path).write_text(body)
        return self.root


def option(name: str, words: str, **more: Any) -> dict[str, Any]:
    """One option as a file has it."""
    made = {"id": name, "text": words, "feedback": f"Because of {words.lower()}.", **more}
    return {field: (str(value).lower() if isinstance(value, bool) else value) for field, value in made.items()}


def text(clauses: Mapping[str, str], *, queues: Mapping[str, str], secret: Sequence[str]) -> str:
    """A policy text with these clauses."""
    parts = ["# Legal requests\n"]
    for clause, body in clauses.items():
        named = f' queues="{queues[clause]}"' if clause in queues else ""
        named += ' need_to_know="true"' if clause in secret else ""
        parts.append(f"## {TITLES.get(clause, clause.capitalize())} {{#{clause}{named}}}\n\n{body}\n")
    return "\n".join(parts)


def simple(root: Path, *, ago: timedelta = DAY, **more: Any) -> Shelf:
    """A policy of three clauses, published some time ago, four items each."""
    shelf = Shelf(root, **more).version(FIRST, ago=ago).items_for(*FIRST)
    return shelf.lesson("10-papers", ["kinds", "genuine"], "One idea about papers.").publish()


SECOND = FIRST | {"notice": "Tell the user within 4 hours unless a court forbids it."}


def second(shelf: Shelf, *, ago: timedelta = HOUR, **more: Any) -> Shelf:
    """Version 2: the notice clause says 4 hours."""
    shelf.version(SECOND, ago=ago, changes={"notice": ("material", "Four hours, not a day.")}, **more)
    for item in shelf.items:
        if item["clauses"] == ["notice"]:
            item["until"] = "1"
    return shelf.items_for("notice", since=2).publish()


def answers(attempt_id: int, *, wrong: tuple[str, ...] = ()) -> dict[int, Answer]:
    """Right answers to a whole attempt, but for the clauses named in `wrong`."""
    found = {}
    for each in graded([attempt_id]):
        keys = sorted(each.item.keys)
        others = [one.id for one in each.item.options if not one.is_key]
        is_wrong = bool(set(wrong).intersection(each.item.clauses))
        found[each.position] = Answer(options=tuple(others[:1] if is_wrong else keys), citation=each.item.cites_key)
    db.session.rollback()
    return found


def fields(given: Mapping[int, Answer]) -> dict[str, Any]:
    """The same as a form sends it."""
    sent: dict[str, Any] = {}
    for position, answer in given.items():
        sent[f"answer-{position}"] = list(answer.options)
        if answer.citation:
            sent[f"citation-{position}"] = answer.citation
    return sent


def start(person: int, slug: str = "legal-requests", *, at: datetime, **more: Any) -> int:
    """Begin a quiz."""
    attempt_id = actions.start_attempt(person, slug, now=at, **more)
    assert attempt_id is not None
    return attempt_id


def fail(
    person: int, slug: str = "legal-requests", *, at: datetime, wrong: tuple[str, ...] = ("notice",), **more: Any
) -> int:
    """Hand in a quiz with wrong answers."""
    attempt_id = start(person, slug, at=at, **more)
    actions.submit_attempt(attempt_id, person, answers=answers(attempt_id, wrong=wrong), now=at)
    return attempt_id


def prove(person: int, slug: str = "legal-requests", *, at: datetime | None = None, **more: Any) -> int:
    """Pass a quiz and sign; the id of the attempt."""
    at = at or clock.now()
    attempt_id = start(person, slug, at=at, **more)
    actions.submit_attempt(attempt_id, person, answers=answers(attempt_id), now=at)
    assert attesting.sign(attempt_id, person, now=at)
    return attempt_id


def begin(reader: Reader, slug: str = "legal-requests", **more: Any) -> int:
    """Begin a quiz in a browser; the id of the attempt."""
    page = reader.post(f"/train/{slug}/start", more)
    return attempt_in(page)


def attempt_in(page: Page) -> int:
    """The attempt that an address names."""
    found = re.search(r"/train/attempts/(\d+)", page.location)
    assert found, page.location
    return int(found.group(1))


def refresher(
    person: int,
    coach: int,
    *clauses: str,
    is_blocking: bool = False,
    due_in: timedelta = 3 * DAY,
    slug: str = "legal-requests",
    at: datetime | None = None,
) -> int:
    """A coach assigns one; its id."""
    at = at or clock.now()
    assign_refresher(
        people=[person],
        policy=slug,
        clauses=list(clauses),
        due_at=at + due_in,
        note="Let us look at this one again.",
        is_blocking=is_blocking,
        by=coach,
        now=at,
    )
    found = db.session.scalars(select(func.max(Refresher.id)).where(Refresher.person_id == person)).one()
    db.session.rollback()
    return int(found)


@writing()
def spell(person: int, kind: SpellKind, **columns: Any) -> None:
    """Leave, a hold, a waiver: from yesterday on."""
    at = clock.now() - DAY
    fixed = {"start_at": at, "recorded_at": at, "recorded_by": person, "reason": "Because."}
    db.session.add(Spell(person_id=person, kind=kind, **fixed, **columns))
    db.session.commit()


@writing()
def revoke(attempt_id: int, *, by: int, at: datetime) -> None:
    """Take a proof back."""
    evidence_id = db.session.scalars(select(Evidence.id).where(Evidence.attempt_id == attempt_id)).one()
    why = {"reason": "Answered by somebody else.", "occurred_at": at, "recorded_at": at, "recorded_by": by}
    db.session.add(Revocation(evidence_id=evidence_id, **why))
    db.session.commit()
