"""The mail to somebody whose result is another since a question was corrected; written when it is sent."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import gettext
from sqlalchemy import select

from lms.extensions import db
from lms.mail.outbox import Letter, writes
from lms.models import Attempt, AttemptScore, Identity, ItemCorrection, Policy, Spell, SpellKind
from lms.models.dated import spells_at
from lms.training.queries import signature, signed_in_run


@writes("corrected result")
def _corrected_result(person_id: int, words: Mapping[str, Any], now: datetime) -> Letter | None:
    """None where there is nothing to tell any more, and for somebody who has left."""
    row = db.session.execute(
        select(Attempt, Policy.title, ItemCorrection.reason, Identity.name)
        .join(Policy, Policy.id == Attempt.policy_id)
        .join(AttemptScore, AttemptScore.attempt_id == Attempt.id)
        .join(ItemCorrection, ItemCorrection.id == AttemptScore.correction_id)
        .join(Identity, Identity.person_id == Attempt.person_id)
        .where(Attempt.id == words["attempt"], Attempt.person_id == person_id)
        .order_by(AttemptScore.id.desc())
    ).first()
    if row is None or not _works_here(person_id, now):
        return None
    signed = signature(row.Attempt, signed_in_run(row.Attempt))
    if row.Attempt.is_passed and signed and not signed.is_standing:
        return None  # somebody revoked it by hand, and no correction gives that again
    told = {
        "name": row.name,
        "title": row.title,
        "reason": row.reason,
        "link": f"{current_app.extensions['muster'].public_url.rstrip('/')}/train/attempts/{row.Attempt.id}/result",
    }
    return Letter(
        subject=gettext("Your result changed: %(title)s", title=row.title),
        text=_text(told, is_passed=bool(row.Attempt.is_passed), is_signed=signed is not None),
    )


def _works_here(person_id: int, now: datetime) -> bool:
    held = spells_at(Spell.id, kinds=[SpellKind.EMPLOYMENT], at=now, known_at=now).where(Spell.person_id == person_id)
    return db.session.scalar(held.limit(1)) is not None


def _text(told: Mapping[str, str], *, is_passed: bool, is_signed: bool) -> str:
    if not is_passed:
        return gettext(
            "Hello %(name)s,\n\nA question in your quiz “%(title)s” was corrected, and you do not pass with it any "
            "more. If you had signed for it, that no longer counts; nothing else of yours changed. This is no fault "
            "of yours.\n\nWhy it was corrected: %(reason)s\n\nYour result, and how to go on:\n\n%(link)s\n",
            **told,
        )
    if is_signed:
        return gettext(
            "Hello %(name)s,\n\nA question in your quiz “%(title)s” was corrected, and you pass. What you signed "
            "for it counts; you need not do anything.\n\nWhy it was corrected: %(reason)s\n\nYour result:\n\n"
            "%(link)s\n",
            **told,
        )
    return gettext(
        "Hello %(name)s,\n\nA question in your quiz “%(title)s” was corrected, and you pass now. It counts once "
        "you have signed.\n\nWhy it was corrected: %(reason)s\n\nYour result:\n\n%(link)s\n",
        **told,
    )
