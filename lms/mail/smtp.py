"""Hands one mail over to the mail server of the settings, and says in one sentence what went wrong."""

import smtplib
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from urllib.parse import unquote, urlsplit

from lms import clock
from lms.config import Settings
from lms.mail.outbox import Letter

SECONDS = 20
"""How long the server may take."""
PORTS = {"smtp": 587, "smtp+plain": 25, "smtps": 465}
"""smtp begins plain and must offer STARTTLS; smtp+plain never encrypts, for a server on the same machine."""


class NotSent(Exception):
    """It was not taken; `is_final` where trying again is of no use."""

    def __init__(self, why: str, *, is_final: bool = False) -> None:
        super().__init__(why[:500])
        self.is_final = is_final


def send(settings: Settings, address: str, letter: Letter, *, message_id: str = "") -> None:
    """Hand it over; raise NotSent. The same `message_id` each time lets a receiver drop a second copy."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = settings.mail_from, address, letter.subject
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = message_id or make_msgid(domain="muster.invalid")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    try:
        with _connected(settings) as server:
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as refused:
        code, said = next(iter(refused.recipients.values()))
        raise NotSent(f"The address was refused: {code} {_words(said)}", is_final=code >= 500) from refused
    except smtplib.SMTPResponseException as refused:
        is_final = refused.smtp_code >= 500 and not isinstance(refused, smtplib.SMTPAuthenticationError)
        said = f"{refused.smtp_code} {_words(refused.smtp_error)}"
        raise NotSent(f"The server said: {said}", is_final=is_final) from refused
    except (OSError, smtplib.SMTPException) as broken:
        raise NotSent(f"The server cannot be reached: {broken or type(broken).__name__}") from broken


def _connected(settings: Settings) -> smtplib.SMTP:
    where = urlsplit(settings.mail_url)
    host, port = where.hostname or "localhost", where.port or PORTS[where.scheme]
    kind = smtplib.SMTP_SSL if where.scheme == "smtps" else smtplib.SMTP
    server = kind(host, port, timeout=SECONDS)
    try:
        if where.scheme == "smtp":
            server.starttls()
        if where.username:
            server.login(unquote(where.username), unquote(where.password or ""))
    except BaseException:
        server.close()
        raise
    return server


def _words(said: bytes | str) -> str:
    return " ".join((said.decode(errors="replace") if isinstance(said, bytes) else said).split())
