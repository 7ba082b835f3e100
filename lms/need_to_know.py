"""Actions that note that somebody read a text that is need-to-know: the fourth write that a GET may make."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from lms import auditing
from lms.auditing import Act
from lms.extensions import db, writing
from lms.models import ClauseRow, Policy, Version, VersionClause


@writing()
def note_read(slug: str, *, number: int, clauses: Collection[str] = (), by: int, now: datetime) -> None:
    """Note in the audit log that `by` was shown a version of a policy, or `clauses` of it alone; each time anew."""
    about = f"{slug} version {number}"
    if clauses:
        about += f": {', '.join(sorted(clauses))}"
    auditing.note(Act.NEED_TO_KNOW_READ, by=by, at=now, about=about)
    db.session.commit()


def note_reading(slug: str, *, number: int, clauses: Collection[str], by: int, now: datetime) -> None:
    """The same where the policy, or any of these clauses as published, is need-to-know; one statement more."""
    secret = (
        select(ClauseRow.policy_id, ClauseRow.slug)
        .join(VersionClause, VersionClause.clause_id == ClauseRow.id)
        .join(Version, Version.id == VersionClause.version_id)
        .where(ClauseRow.slug.in_(clauses), VersionClause.is_need_to_know, Version.published_at.is_not(None))
        .distinct()
        .subquery()
    )
    rows = db.session.execute(
        select(Policy.is_need_to_know, secret.c.slug)
        .outerjoin(secret, secret.c.policy_id == Policy.id)
        .where(Policy.slug == slug)
    ).all()
    is_whole, found = any(row.is_need_to_know for row in rows), {row.slug for row in rows if row.slug}
    if is_whole or found:
        note_read(slug, number=number, clauses=() if is_whole else found, by=by, now=now)
