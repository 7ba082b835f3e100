"""What a directory does to people: made, changed, deleted; each is told on as a file would, and kept as it was said."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from scim2_models import InvalidValueException, UniquenessException
from sqlalchemy import or_, select

from lms import auditing
from lms.auditing import Act
from lms.extensions import db
from lms.models import Identity, Person, ScimResource
from lms.ownership import Source
from lms.people.importing import system_person
from lms.people.people_cells import CellWrong
from lms.people.people_file import PersonRow
from lms.people.telling import Teller, tell, tell_access
from lms.scim import reading
from lms.scim.mapping import Payload, row_of

TELLER = Teller(
    source=Source.SCIM,
    system=("system:scim", "Directory (SCIM)", "scim@system.invalid"),
    reason="The directory said so",
)
LONGEST_USER_NAME, LONGEST_EXTERNAL_ID = 320, 200
NOT_KEPT = frozenset({"id", "meta", "password", "groups"})


def create(payload: Payload, *, now: datetime) -> str:
    """Make somebody, or take back whom the directory deleted under the same external id; gives the subject.

    Raise UniquenessException, InvalidValueException. Who calls it holds the write transaction and commits.
    """
    external_id = payload.get("externalId")
    known = _by_external_id(external_id) if external_id else None
    if known is not None and (known.scim is None or known.scim.gone_at is None):
        raise UniquenessException(detail="Somebody has this externalId already.")
    _refuse_taken_user_name(payload, known.identity.person_id if known else None)
    row = _row(payload, known.identity.external_id if known else external_id or f"scim:{uuid.uuid4()}")
    _make_way(row, now=now)
    tell([row], TELLER, now=now)
    person_id = known.identity.person_id if known else _number_of(row.external_id)
    _keep(known.scim if known else None, person_id, payload, now=now)
    _set_access(person_id, payload, now=now)
    return db.session.scalars(select(Person.subject).where(Person.id == person_id)).one()


def change(person_id: int, payload: Payload, *, now: datetime) -> None:
    """Take the whole of what is now said of somebody. Raise UniquenessException, InvalidValueException."""
    payload = {"active": None} | dict(payload)
    _refuse_taken_user_name(payload, person_id)
    identity = db.session.get_one(Identity, person_id)
    row = _row(payload, identity.external_id)
    _make_way(row, now=now)
    tell([row], TELLER, now=now)
    kept = db.session.scalar(select(ScimResource).where(ScimResource.person_id == person_id))
    _keep(kept, person_id, payload, now=now)
    _set_access(person_id, payload, now=now)


def delete(person_id: int, *, now: datetime) -> None:
    """They have left; their record stays, and the directory sees them no more."""
    _set_access(person_id, {"active": False}, now=now)
    kept = db.session.scalar(select(ScimResource).where(ScimResource.person_id == person_id))
    kept = kept or _keep(None, person_id, {}, now=now)
    kept.gone_at, kept.modified_at, kept.user_name = now, now, None
    db.session.flush()


class _Known:
    def __init__(self, identity: Identity, scim: ScimResource | None) -> None:
        self.identity, self.scim = identity, scim


def _by_external_id(external_id: str) -> _Known | None:
    found = db.session.execute(
        select(Identity, ScimResource)
        .outerjoin(ScimResource, ScimResource.person_id == Identity.person_id)
        .where(or_(Identity.external_id == external_id, ScimResource.external_id == external_id))
        .order_by(ScimResource.gone_at.is_(None).desc(), Identity.person_id)
    ).first()
    return _Known(*found) if found else None


def _refuse_taken_user_name(payload: Payload, person_id: int | None) -> None:
    wanted = str(payload.get("userName") or "").casefold()
    if not wanted or len(wanted) > LONGEST_USER_NAME:
        raise InvalidValueException(detail=f"userName has 1 to {LONGEST_USER_NAME} characters.")
    if len(payload.get("externalId") or "") > LONGEST_EXTERNAL_ID:
        raise InvalidValueException(detail=f"externalId has {LONGEST_EXTERNAL_ID} characters or fewer.")
    holder = db.session.scalar(
        select(Identity.person_id)
        .outerjoin(ScimResource, ScimResource.person_id == Identity.person_id)
        .where(reading.is_there(), reading.is_called(wanted), Identity.person_id != (person_id or 0))
    )
    if holder is not None:
        raise UniquenessException(detail="Somebody has this userName already.")


def _row(payload: Payload, external_id: str) -> PersonRow:
    try:
        return row_of(payload, external_id)
    except CellWrong as wrong:
        raise InvalidValueException(detail=f"{str(wrong)[:1].upper()}{str(wrong)[1:]}.") from wrong


def _make_way(row: PersonRow, *, now: datetime) -> None:
    """An e-mail passes on when the directory deleted its holder; while they are there it is taken."""
    holder = db.session.execute(
        select(Identity, ScimResource.gone_at, Person.subject)
        .join(Person, Person.id == Identity.person_id)
        .outerjoin(ScimResource, ScimResource.person_id == Identity.person_id)
        .where(Identity.email == row.email, Identity.external_id != row.external_id)
    ).first()
    if holder is None:
        return
    identity, gone_at, subject = holder
    if gone_at is None:
        raise UniquenessException(detail="Somebody has this e-mail already.")
    was, identity.email = identity.email, f"{subject}@left.invalid"
    auditing.note(
        Act.PERSON_CHANGED,
        by=system_person(now, TELLER.system),
        at=now,
        person=identity.person_id,
        identity=({"email": was}, {"email": identity.email}),
        reason="The directory gave the e-mail to somebody else",
    )
    db.session.flush()


def _number_of(external_id: str) -> int:
    return db.session.scalars(select(Identity.person_id).where(Identity.external_id == external_id)).one()


def _keep(kept: ScimResource | None, person_id: int, payload: Mapping[str, Any], *, now: datetime) -> ScimResource:
    if kept is None:
        kept = ScimResource(person_id=person_id, created_at=now)
        db.session.add(kept)
    kept.payload = {name: value for name, value in payload.items() if name not in NOT_KEPT}
    kept.user_name = str(payload.get("userName") or "").casefold() or None
    kept.external_id = payload.get("externalId")
    kept.modified_at, kept.gone_at = now, None
    db.session.flush()
    return kept


def _set_access(person_id: int, payload: Payload, *, now: datetime) -> None:
    """`active` false is leaving, true is being back, none says nothing; who starts later is left to start then."""
    is_wanted = payload.get("active", True)
    if is_wanted is None:
        return
    [person] = reading.users(Person.id == person_id, now=now)
    if is_wanted != person.is_here and not (is_wanted and person.will_be):
        tell_access(person_id, TELLER, has_left=not is_wanted, now=now)
