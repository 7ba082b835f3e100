"""People for a benchmark: rows written directly, a published policy through the real actions, and signed-in readers."""

import secrets
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import insert, select

from lms import clock
from lms.accounts.sessions import hash_of
from lms.config import ROOT
from lms.domain.marking import right_answer
from lms.extensions import db, writing
from lms.models import Identity, Person, PersonKind, Queue, SignInSession, Spell, SpellKind, Team
from lms.policies.actions import load_shelf
from lms.training.drawn import graded
from tests.cast import gather

JOINED_AT = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Reader:
    """A signed-in agent as a client needs it."""

    app: Flask
    person_id: int
    cookie: str
    csrf: str

    def answers(self, attempt: int) -> list[tuple[int, list[str], str, str]]:
        """Number, right options, clause to cite and what is written, from the keys, as only a benchmark may."""
        with self.app.app_context():
            drawn = graded([attempt])
            db.session.remove()
        right = [(each.number, right_answer(each.item)) for each in drawn]
        return [(number, list(answer.options), answer.citation or "", answer.typed) for number, answer in right]


def populate(app: Flask, *, people: int, policy: str, secret: str) -> list[Reader]:
    """Fill an empty database: the cast, the shipped policies as recorded, `people` agents of the policy's queue."""
    gather()
    load_shelf(ROOT, is_publishing=True, now=clock.now())
    ids = add_agents(people, queue=policy)
    return signed_in(app, ids, secret=secret)


def signed_in(app: Flask, ids: list[int], *, secret: str) -> list[Reader]:
    """A session for each of these people."""
    app.config["SECRET_KEY"] = secret
    return [_reader(app, person, token) for person, token in zip(ids, _sessions(ids), strict=True)]


@writing()
def add_agents(people: int, *, queue: str) -> list[int]:
    """Agents in one team and one queue since the beginning, by bulk inserts."""
    team, stream = (
        db.session.scalars(select(Team.id).limit(1)).one(),
        db.session.scalars(select(Queue.id).where(Queue.slug == queue)).one(),
    )
    rows = [{"subject": str(uuid.uuid4()), "kind": PersonKind.HUMAN, "created_at": JOINED_AT} for _ in range(people)]
    ids = list(db.session.scalars(insert(Person).returning(Person.id), rows))
    db.session.execute(
        insert(Identity),
        [
            {"person_id": person, "external_id": f"b{person}", "name": f"Agent {person}", "vendor": "",
             "email": f"b{person}@demo.example", "timezone": "UTC", "language": "en"}
            for person in ids
        ],
    )  # fmt: skip
    same = {"start_at": JOINED_AT, "recorded_at": JOINED_AT, "reason": ""}
    where = {"queue_id": None, "team_id": None, "role": None}
    for spell in (
        {"kind": SpellKind.EMPLOYMENT},
        {"kind": SpellKind.ROLE, "role": "agent"},
        {"kind": SpellKind.TEAM, "team_id": team},
        {"kind": SpellKind.QUEUE, "queue_id": stream},
    ):
        db.session.execute(
            insert(Spell), [same | where | spell | {"person_id": person, "recorded_by": person} for person in ids]
        )
    db.session.commit()
    return ids


@writing()
def _sessions(ids: list[int]) -> list[str]:
    now = clock.now()
    tokens = [secrets.token_urlsafe(32) for _ in ids]
    db.session.execute(
        insert(SignInSession),
        [
            {"token_hash": hash_of(token), "person_id": person, "created_at": now, "last_seen_at": now, "agent": ""}
            for person, token in zip(ids, tokens, strict=True)
        ],
    )
    db.session.commit()
    return tokens


def _reader(app: Flask, person: int, token: str) -> Reader:
    raw = secrets.token_hex(16)
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    cookie = serializer.dumps({"_user_id": token, "_fresh": True, "csrf_token": raw})
    csrf = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="wtf-csrf-token").dumps(raw)
    return Reader(app, person, f"{app.config['SESSION_COOKIE_NAME']}={cookie}", str(csrf))
