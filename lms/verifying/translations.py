"""Translations: their digests computed anew, and whether what was begun or signed in one is one of that version."""

import json
from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import select

from lms.domain.translations import ORIGINAL
from lms.extensions import db
from lms.library import translation_digests
from lms.models import (
    Attempt,
    AttemptTranslation,
    Attestation,
    Evidence,
    Policy,
    TranslationFeedback,
    TranslationRow,
    Version,
)


def translations() -> Iterator[str]:
    """Each translation bears the digest of its words and feedback."""
    rows = db.session.execute(
        select(TranslationRow, TranslationFeedback.feedback, TranslationFeedback.forms, Policy.slug, Version.number)
        .join(Version, Version.id == TranslationRow.version_id)
        .join(Policy, Policy.id == Version.policy_id)
        .outerjoin(TranslationFeedback, TranslationFeedback.translation_id == TranslationRow.id)
        .order_by(TranslationRow.id)
    )
    for row, feedback, forms, slug, number in rows:
        name = f"Translation {row.id} ({row.language}) of version {number} of {slug}"
        if feedback is None:
            yield f"{name} has lost its feedback."
        elif row.digest != translation_digests.digest(
            row.body, feedback, forms=forms, policy=slug, number=number, language=row.language
        ):
            yield f"{name} is not the words that its digest names."


def read_in() -> Iterator[str]:
    """Attempts were begun, and statements signed, in a translation of their own version."""
    for attempt_id in db.session.scalars(
        select(Attempt.id)
        .join(AttemptTranslation, AttemptTranslation.attempt_id == Attempt.id)
        .join(TranslationRow, TranslationRow.id == AttemptTranslation.translation_id)
        .where(TranslationRow.version_id != Attempt.version_id)
        .order_by(Attempt.id)
    ):
        yield f"Attempt {attempt_id} was begun in a translation of another version."
    known: dict[int, set[str]] = defaultdict(set)
    for version_id, digest in db.session.execute(select(TranslationRow.version_id, TranslationRow.digest)):
        known[version_id].add(digest)
    signed = db.session.execute(
        select(Evidence.id, Evidence.version_id, Evidence.body, Attestation.language)
        .join(Attestation, Attestation.id == Evidence.attestation_id)
        .where(Attestation.language != ORIGINAL)
        .order_by(Evidence.id)
    )
    for row in signed:
        said = _attestation(row.body)
        if said.get("language") != row.language:
            yield f"Evidence {row.id}: its body names another language than was signed."
        elif said.get("translation") not in known[row.version_id]:
            yield f"Evidence {row.id}: it was signed in a translation that is not there."


def _attestation(body: bytes) -> dict[str, object]:
    """What the body says of the signature; nothing where it cannot be read, which `evidence` tells."""
    try:
        said = json.loads(body).get("attestation")
    except (ValueError, AttributeError):
        said = None
    return said if isinstance(said, dict) else {}
