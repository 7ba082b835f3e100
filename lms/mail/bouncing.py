"""Mail that came back: which of ours it was, and why, out of the report that a mail server sends (RFC 3464).

A mail bears a name that only we can make, so that nobody can call mail of others failed by writing to us. Holds the
action that takes it back.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

from itsdangerous import BadSignature, Signer

from lms import auditing
from lms.auditing import Act
from lms.config import Settings
from lms.extensions import db, writing
from lms.models import OutboxMail

DOMAIN = "muster.invalid"
LARGEST = 1024 * 1024
"""Bytes of a report that are read; what is cut off is the mail that came back."""
LONGEST = 500
_NAMED = re.compile(rf"<muster-([\w-]{{1,40}}~[\w-]{{10,60}})@{re.escape(DOMAIN)}>")


@dataclass(frozen=True, slots=True, kw_only=True)
class CameBack:
    """What a report says of one of our mails."""

    mail_id: int
    is_final: bool
    """Else it is only late, and the server goes on trying."""
    why: str


def message_id_of(mail_id: int, settings: Settings) -> str:
    """The Message-ID of a mail, the same at every try."""
    return f"<muster-{_signer(settings).sign(str(mail_id)).decode()}@{DOMAIN}>"


def _signer(settings: Settings) -> Signer:
    return Signer(settings.secret_key, salt="mail", sep="~")


def read(report: bytes, settings: Settings) -> CameBack | None:
    """What a report says; None when it is none, or about no mail of ours."""
    message = BytesParser(policy=policy.default).parsebytes(report[:LARGEST])
    statuses = [status for part in _parts(message, "message/delivery-status") for status in part.iter_parts()]
    actions = [str(status.get("Action", "")).strip().lower() for status in statuses]
    mail_id = _mail_named_in(report[:LARGEST].decode("utf-8", "replace"), settings)
    if mail_id is None or not {"failed", "delayed"}.intersection(actions):
        return None
    said = next((status for status, action in zip(statuses, actions, strict=True) if action == "failed"), statuses[-1])
    words = str(said.get("Diagnostic-Code", "")) or str(said.get("Status", ""))
    why = " ".join(words.partition(";")[2].split() or words.split())
    return CameBack(mail_id=mail_id, is_final="failed" in actions, why=f"It came back: {why}"[:LONGEST])


def _parts(message: EmailMessage, kind: str) -> Iterator[EmailMessage]:
    return (part for part in message.walk() if part.get_content_type() == kind)


def _mail_named_in(text: str, settings: Settings) -> int | None:
    """The mail whose name stands there, in the headers of what came back or of the report."""
    for found in _NAMED.finditer(text):
        try:
            return int(_signer(settings).unsign(found[1]))
        except BadSignature:
            continue
    return None


@writing()
def take_back(came_back: CameBack, *, now: datetime) -> bool:
    """Note that a mail did not arrive; False when it is unknown or known to have failed. Late mail changes nothing."""
    mail = db.session.get(OutboxMail, came_back.mail_id, with_for_update=True)
    if mail is None or mail.sent_at is None or not came_back.is_final:
        return False
    mail.sent_at, mail.failed_at, mail.error = None, now, came_back.why
    auditing.note(Act.MAIL_CAME_BACK, by=None, at=now, person=mail.person_id)
    db.session.commit()
    return True
