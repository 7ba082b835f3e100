"""What people at Northlane say of what they learn: two questions and a clause that somebody flagged."""

from datetime import datetime, timedelta

from sqlalchemy import select

from lms.demo.simulation import Simulation
from lms.extensions import db
from lms.flags.actions import flag, settle
from lms.flags.subjects import Subject
from lms.models import Attempt, AttemptState, ClauseRow, Flag, FlagKind, FlagOutcome, Policy, Version
from lms.training.drawn import asked

ITEM_WORDS = (
    ("escalations", FlagKind.UNCLEAR, "Two of these come to the same at night, when nobody of that team is there."),
    ("abuse-reports", FlagKind.WRONG, "I did what the clause says, and it was not right. Does the case still fit?"),
)  # fmt: skip
POLICY, CLAUSE = "legal-requests", "emergency-disclosure"
ASKED = "Whom do I call at three in the morning: the duty lead or the legal desk?"
ANSWERED = "The duty lead, who calls the legal desk. The next version says so in its first sentence."


def speak(simulation: Simulation, *, now: datetime) -> None:
    """Flag and answer, through the actions that people use."""
    for place, (policy, kind, words) in enumerate(ITEM_WORDS):
        attempt = _last_attempt(policy)
        subject = Subject(
            version_id=attempt.version_id, attempt_id=attempt.id, item_id=asked([attempt.id])[place].revision_id
        )
        person, at = attempt.person_id, attempt.submitted_at or now
        flag(person, subject, kind=kind, words=words, language="en", now=at + timedelta(minutes=2))
    version_id = _last_attempt(POLICY).version_id
    clause = select(ClauseRow.id).join(Policy, Policy.id == ClauseRow.policy_id)
    clause_id = db.session.scalars(clause.where(Policy.slug == POLICY, ClauseRow.slug == CLAUSE)).one()
    subject = Subject(version_id=version_id, clause_id=clause_id)
    flag(
        simulation.people["sam"],
        subject,
        kind=FlagKind.UNCLEAR,
        words=ASKED,
        language="en",
        now=now - timedelta(days=3),
    )
    mine = db.session.scalars(select(Flag.id).where(Flag.clause_id == clause_id)).all()
    settle(
        subject,
        mine,
        outcome=FlagOutcome.FIXED,
        words=ANSWERED,
        about=f"{POLICY}: clause {CLAUSE}",
        by=simulation.people["pia"],
        now=now - timedelta(days=2),
    )


def _last_attempt(policy: str) -> Attempt:
    """The newest that was handed in at a policy."""
    return db.session.scalars(
        select(Attempt)
        .join(Version, Version.id == Attempt.version_id)
        .join(Policy, Policy.id == Version.policy_id)
        .where(Policy.slug == policy, Attempt.state == AttemptState.SUBMITTED)
        .order_by(Attempt.submitted_at.desc(), Attempt.id.desc())
        .limit(1)
    ).one()
