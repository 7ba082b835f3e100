"""Actions of passkeys: added, used to sign in, renamed by being added anew, removed. The cryptography is WebAuthn's."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import webauthn
from sqlalchemy import delete, select
from webauthn.helpers import options_to_json, parse_registration_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from lms import auditing
from lms.accounts import steps
from lms.accounts.sessions import reaches_of
from lms.auditing import Act
from lms.domain.errors import DomainError
from lms.extensions import db, writing
from lms.languages import N_
from lms.models import Identity, Passkey, Person

SITE_NAME = "Muster"
NOT_ADDED = N_("That passkey could not be added. Try again.")
NOT_RECOGNISED = N_("That passkey did not work here. Try again, or sign in with your password.")
MOST = 10
"""Passkeys of one person."""


class PasskeyRefused(DomainError):
    """The browser's answer does not hold: wrong site, wrong challenge, unknown key, or somebody who has left."""

    def __init__(self, why: str = NOT_RECOGNISED, **values: object) -> None:
        super().__init__(why, **values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Who we are to the browser."""

    host: str
    """The relying party id: a host name without a port."""
    origin: str


def options_to_add(person_id: int, site: Site, *, now: datetime) -> tuple[str, str]:
    """Options for the browser as JSON, and the token of the step that they belong to."""
    row = db.session.execute(
        select(Identity.email, Identity.name, Person.subject)
        .join(Person, Person.id == Identity.person_id)
        .where(Identity.person_id == person_id)
    ).one()
    known = db.session.scalars(select(Passkey.credential_id).where(Passkey.person_id == person_id)).all()
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=SITE_NAME,
        user_id=row.subject.encode(),
        user_name=row.email,
        user_display_name=row.name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=credential_id) for credential_id in known],
    )
    return options_to_json(options), steps.begin(person_id=person_id, challenge=options.challenge, now=now)


@writing()
def add(person_id: int, token: str | None, credential: Any, *, name: str, site: Site, now: datetime) -> None:
    """Keep a new passkey; raise PasskeyRefused or StepOver."""
    step = steps.use(token, now=now)
    if step.person_id != person_id or step.challenge is None:
        raise steps.StepOver
    if not isinstance(credential, dict):
        raise PasskeyRefused(NOT_ADDED)
    try:
        verified = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=step.challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
        transports = parse_registration_credential_json(credential).response.transports or []
    except WebAuthnException as wrong:
        raise PasskeyRefused(NOT_ADDED) from wrong
    mine = db.session.scalars(select(Passkey.credential_id).where(Passkey.person_id == person_id)).all()
    if len(mine) >= MOST:
        raise PasskeyRefused("You have %(most)s passkeys. Remove one that you no longer use.", most=MOST)
    if db.session.scalar(select(Passkey.id).where(Passkey.credential_id == verified.credential_id)):
        raise PasskeyRefused("That passkey was added already.")
    db.session.add(
        Passkey(
            person_id=person_id,
            credential_id=verified.credential_id,
            public_key=verified.credential_public_key,
            sign_count=verified.sign_count,
            transports=[transport.value for transport in transports],
            name=name[:100] or "Passkey",
            created_at=now,
        )
    )
    auditing.note(Act.PASSKEY_ADDED, by=person_id, at=now, person=person_id)
    db.session.commit()


def options_to_sign_in(site: Site, *, now: datetime) -> tuple[str, str]:
    """Options for the browser, for whoever owns a passkey of this site, and the token of the step."""
    options = webauthn.generate_authentication_options(
        rp_id=site.host, user_verification=UserVerificationRequirement.REQUIRED
    )
    return options_to_json(options), steps.begin(person_id=None, challenge=options.challenge, now=now)


@writing()
def recognise(token: str | None, credential: Any, *, site: Site, now: datetime) -> int:
    """Say whose passkey signed the challenge; raise PasskeyRefused or StepOver."""
    step = steps.use(token, now=now)
    if step.challenge is None:
        raise steps.StepOver
    passkey = db.session.scalar(select(Passkey).where(Passkey.credential_id == _id_of(credential)).with_for_update())
    if passkey is None or reaches_of(passkey.person_id, now) is None:
        raise PasskeyRefused
    try:
        verified = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=step.challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except WebAuthnException as wrong:
        raise PasskeyRefused from wrong
    passkey.sign_count, passkey.last_used_at = verified.new_sign_count, now
    person_id = passkey.person_id
    db.session.commit()
    return person_id


@writing()
def remove(person_id: int, passkey_id: int, *, by: int, now: datetime) -> None:
    """Forget one passkey of a person; twice is once."""
    gone = db.session.execute(
        delete(Passkey).where(Passkey.person_id == person_id, Passkey.id == passkey_id).returning(Passkey.id)
    ).first()
    if gone:
        auditing.note(Act.PASSKEY_REMOVED, by=by, at=now, person=person_id)
    db.session.commit()


def _id_of(credential: Any) -> bytes:
    try:
        return webauthn.base64url_to_bytes(credential["rawId"])
    except (TypeError, KeyError, ValueError, AttributeError) as wrong:
        raise PasskeyRefused from wrong
