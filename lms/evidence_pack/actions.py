"""The action that notes that a pack is made: of what, by whom, with how many records."""

from datetime import datetime

from lms import auditing
from lms.auditing import Act
from lms.evidence_pack import queries
from lms.evidence_pack.asked import About, Asked, check
from lms.evidence_pack.versions import is_secret
from lms.extensions import db, writing


@writing()
def note_made(asked: Asked, *, by: int | None, now: datetime) -> int:
    """Note it, and the reading of a text that is need-to-know; the number of records. Raises PackRefused."""
    check(asked, now=now)
    records = queries.count(asked)
    after = {"records": records, "from_at": asked.from_at, "to_at": asked.to_at}
    auditing.note(
        Act.EVIDENCE_PACKED,
        by=by,
        at=now,
        person=asked.person_id,
        about=asked.words,
        after=after | ({"has_keys": True} if asked.has_keys else {}),
    )
    if asked.about is About.VERSION and asked.has_secrets and is_secret(asked.policy):
        auditing.note(Act.NEED_TO_KNOW_READ, by=by, at=now, about=f"{asked.policy} version {asked.number}")
    db.session.commit()
    return records
