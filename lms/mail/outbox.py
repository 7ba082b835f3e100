"""Puts mail into the outbox, within the transaction of the caller, who commits; knows who writes which mail."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from lms.extensions import db
from lms.models import OutboxMail


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail as it is read: plain text, lines as written."""

    subject: str
    text: str


Writer = Callable[[int, Mapping[str, Any], datetime], Letter | None]
"""Makes a mail when it is sent: person, words, now. May write, for instance a new link; none calls the mail off."""

WRITERS: dict[str, Writer] = {}
"""By kind of mail."""


def writes(kind: str) -> Callable[[Writer], Writer]:
    """Mark the function that writes a kind of mail."""

    def mark(writer: Writer) -> Writer:
        WRITERS[kind] = writer
        return writer

    return mark


def post(kind: str, person_id: int, *, now: datetime, **words: Any) -> None:
    """Put a mail for a person into the outbox; `words` hold neither name nor address nor secret."""
    db.session.add(OutboxMail(person_id=person_id, kind=kind, words=words, created_at=now, next_at=now))


def post_each(kind: str, words: Mapping[int, Mapping[str, Any]], *, now: datetime) -> None:
    """The same for many people at once: what each mail says, by person."""
    rows = [
        {"person_id": person_id, "kind": kind, "words": dict(said), "created_at": now, "next_at": now}
        for person_id, said in words.items()
    ]
    if rows:
        db.session.execute(insert(OutboxMail), rows)
