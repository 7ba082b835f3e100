"""Tamperings with translations, and with what was read and signed in one."""

import json

from sqlalchemy import delete, func, select

from lms.extensions import db
from lms.models import Attempt, AttemptTranslation, Attestation, Evidence, TranslationFeedback, TranslationRow
from lms.models.proof import canonical
from tests.verifying.story import Case, Story, change

SPANISH = Attestation.language == "es"
A_TRANSLATION = TranslationRow.id == select(func.min(TranslationRow.id)).scalar_subquery()


def _signed_elsewhere(story: Story) -> None:
    evidence_id, body = db.session.execute(
        select(Evidence.id, Evidence.body).join(Attestation, Attestation.id == Evidence.attestation_id).where(SPANISH)
    ).one()
    said = json.loads(body)
    said["attestation"]["translation"] = "0" * 64
    change(Evidence, Evidence.id == evidence_id, body=canonical(said))


def _begun_elsewhere(story: Story) -> None:
    attempt_id, version_id = db.session.execute(
        select(Attempt.id, Attempt.version_id).join(AttemptTranslation, AttemptTranslation.attempt_id == Attempt.id)
    ).one()
    other = db.session.scalars(select(TranslationRow.id).where(TranslationRow.version_id != version_id)).first()
    change(AttemptTranslation, AttemptTranslation.attempt_id == attempt_id, translation_id=other)


TAMPERINGS: list[Case] = [
    (
        "the words of a translation",
        ("translations",),
        lambda story: change(TranslationRow, A_TRANSLATION, body={"title": "x"}),
        "(es) of version 1 of legal-requests is not the words that its digest names",
    ),
    (
        "the language of a translation",
        ("translations",),
        lambda story: change(TranslationRow, A_TRANSLATION, language="fr"),
        "(fr) of version 1 of legal-requests is not the words",
    ),
    (
        "the feedback of a translation",
        ("translation_feedback",),
        lambda story: change(TranslationFeedback, TranslationFeedback.translation_id > 0, feedback={"x": {}}),
        "is not the words that its digest names",
    ),
    (
        "feedback that is gone",
        ("translation_feedback",),
        lambda story: db.session.execute(delete(TranslationFeedback.__table__)),
        "has lost its feedback",
    ),
    (
        "the language that was signed",
        ("attestations",),
        lambda story: change(Attestation, SPANISH, language="ar"),
        "its body names another language than was signed",
    ),
    ("a translation that was signed", ("evidence",), _signed_elsewhere, "signed in a translation that is not there"),
    (
        "a translation of another version",
        ("attempt_translations",),
        _begun_elsewhere,
        "begun in a translation of another version",
    ),
]
