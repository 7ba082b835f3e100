"""Actions on one-time links: an invitation, and the way to a new password for who forgot theirs."""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from flask import current_app
from flask_babel import gettext
from sqlalchemy import select, update

from lms import auditing
from lms.accounts import passwords
from lms.accounts.actions import put_password
from lms.accounts.sessions import hash_of, reaches_of
from lms.auditing import Act
from lms.config import Settings
from lms.domain.errors import DomainError
from lms.extensions import db, writing
from lms.mail.outbox import Letter, post, writes
from lms.models import Identity, OneTimeLink

TO_USE = timedelta(minutes=30)
"""From pressing the button to having chosen a password."""


class Purpose(StrEnum):
    """What a link is for."""

    INVITATION = "invitation"
    PASSWORD = "password"  # noqa: S105 - a word for a link


TO_OPEN = {Purpose.INVITATION: timedelta(days=7), Purpose.PASSWORD: timedelta(minutes=30)}


class LinkOver(DomainError):
    """The link was used, is too old, or was followed by a newer one."""

    def __init__(self) -> None:
        super().__init__("This link no longer works: it was used, is too old, or a newer one came after it. Ask again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link that still works."""

    person_id: int
    purpose: Purpose
    name: str
    is_open: bool


def address(token: str) -> str:
    """Where the link leads, as a mail writes it."""
    settings: Settings = current_app.extensions["muster"]
    return f"{settings.public_url.rstrip('/')}/link/{token}"


def make(person_id: int, purpose: Purpose, *, now: datetime) -> str:
    """Make a link within the caller's transaction and give its token; the older ones of the person end."""
    token = secrets.token_urlsafe(32)
    _end_all(person_id, now)
    db.session.add(OneTimeLink(token_hash=hash_of(token), person_id=person_id, purpose=purpose.value, made_at=now))
    return token


def look(token: str, *, now: datetime) -> Link:
    """What a link is for, without using it up; raise LinkOver. Two statements."""
    found = db.session.execute(
        select(OneTimeLink, Identity.name)
        .join(Identity, Identity.person_id == OneTimeLink.person_id)
        .where(OneTimeLink.token_hash == hash_of(token), OneTimeLink.ended_at.is_(None))
    ).first()
    if found is None:
        raise LinkOver
    link, name = found
    purpose = Purpose(link.purpose)
    is_late = now > (link.opened_at + TO_USE if link.opened_at else link.made_at + TO_OPEN[purpose])
    if is_late or reaches_of(link.person_id, now) is None:
        raise LinkOver
    return Link(person_id=link.person_id, purpose=purpose, name=name, is_open=link.opened_at is not None)


@writing()
def open_link(token: str, *, now: datetime) -> None:
    """Its button was pressed: from now on there are thirty minutes. Pressed twice it is opened once."""
    link = look(token, now=now)
    if not link.is_open:
        db.session.execute(update(OneTimeLink).where(OneTimeLink.token_hash == hash_of(token)).values(opened_at=now))
        auditing.note(Act.LINK_OPENED, by=link.person_id, at=now, person=link.person_id, about=link.purpose.value)
    db.session.commit()


@writing()
def choose_password(token: str, password: str, *, now: datetime) -> int:
    """Use the link up: the person has this password now, and no session from before. Gives the person.

    Raises LinkOver and PasswordTooWeak; after the latter the link still works.
    """
    link = look(token, now=now)
    if not link.is_open:
        raise LinkOver
    passwords.check_new(password)
    put_password(link.person_id, password, by=link.person_id, now=now)
    _end_all(link.person_id, now)
    if link.purpose is Purpose.PASSWORD:
        post("password changed", link.person_id, now=now)
    db.session.commit()
    return link.person_id


@writing()
def invite(people: Collection[int], *, by: int | None, now: datetime) -> None:
    """Put an invitation for each person who works here, or will, into the outbox."""
    for person_id in dict.fromkeys(people):
        post(Purpose.INVITATION.value, person_id, now=now)
        auditing.note(Act.INVITED, by=by, at=now, person=person_id)
    db.session.commit()


@writing()
def invite_by_hand(person_id: int, *, by: int | None, now: datetime) -> str:
    """Give the address of an invitation, to be handed over where no mail is set up."""
    token = make(person_id, Purpose.INVITATION, now=now)
    auditing.note(Act.INVITED, by=by, at=now, person=person_id)
    db.session.commit()
    return address(token)


@writing()
def forgotten(email: str, *, now: datetime) -> None:
    """Put the way to a new password into the outbox; nobody learns whether the address is known."""
    person_id = db.session.scalar(select(Identity.person_id).where(Identity.email == email.strip().casefold()))
    if person_id is not None and reaches_of(person_id, now) is not None:
        post("new password", person_id, now=now)
    auditing.note(Act.PASSWORD_FORGOTTEN, by=None, at=now, person=person_id)
    db.session.commit()


@writing()
def change_password(person_id: int, password: str, *, now: datetime) -> None:
    """A new password for somebody who is signed in; every session ends, and a mail says so."""
    passwords.check_new(password)
    put_password(person_id, password, by=person_id, now=now)
    post("password changed", person_id, now=now)
    db.session.commit()


@writes("invitation")
def _invitation(person_id: int, words: Mapping[str, Any], now: datetime) -> Letter:
    text = gettext(
        "Hello %(name)s,\n\nYou have an account at Muster, where your team learns what changed in its policies.\n"
        "Choose a password here, within 7 days:\n\n%(link)s\n\n"
        "The link works once. If you did not expect this, do nothing.\n",
        name=_name(person_id),
        link=address(make(person_id, Purpose.INVITATION, now=now)),
    )
    return Letter(subject=gettext("Your account at Muster"), text=text)


@writes("new password")
def _new_password(person_id: int, words: Mapping[str, Any], now: datetime) -> Letter:
    text = gettext(
        "Hello %(name)s,\n\nSomebody, most likely you, wants a new password for your account at Muster.\n"
        "Choose it here, within 30 minutes:\n\n%(link)s\n\nIf it was not you, do nothing: your password stays.\n",
        name=_name(person_id),
        link=address(make(person_id, Purpose.PASSWORD, now=now)),
    )
    return Letter(subject=gettext("A new password for Muster"), text=text)


@writes("password changed")
def _password_changed(person_id: int, words: Mapping[str, Any], now: datetime) -> Letter:
    text = gettext(
        "Hello %(name)s,\n\nYour password at Muster was changed, and you were signed out everywhere.\n"
        "If it was not you, tell your administrator now.\n",
        name=_name(person_id),
    )
    return Letter(subject=gettext("Your password at Muster was changed"), text=text)


def _name(person_id: int) -> str:
    return db.session.scalar(select(Identity.name).where(Identity.person_id == person_id)) or ""


def _end_all(person_id: int, now: datetime) -> None:
    db.session.execute(
        update(OneTimeLink)
        .where(OneTimeLink.person_id == person_id, OneTimeLink.ended_at.is_(None))
        .values(ended_at=now)
    )
