"""An action that notes that somebody read a text that is need-to-know: the fourth write that a GET may make."""

from collections.abc import Collection
from datetime import datetime

from lms import auditing
from lms.auditing import Act
from lms.extensions import db, writing


@writing()
def note_read(slug: str, *, number: int, clauses: Collection[str] = (), by: int, now: datetime) -> None:
    """Note in the audit log that `by` was shown a version of a policy, or `clauses` of it alone; each time anew."""
    about = f"{slug} version {number}"
    if clauses:
        about += f": {', '.join(sorted(clauses))}"
    auditing.note(Act.NEED_TO_KNOW_READ, by=by, at=now, about=about)
    db.session.commit()
