"""Persons by e-mail, and the two system persons who record imported histories. Nothing here commits."""

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from lms.extensions import db
from lms.models import Identity, Person, PersonKind
from lms.policies.refusals import PersonUnknown

IMPORT_AUTHOR = ("system:import-author", "History import", "import-author@system.invalid")
IMPORT_APPROVER = ("system:import-approver", "History import, second", "import-approver@system.invalid")
"""External id, name and e-mail; `.invalid` is a domain that no mail ever reaches."""


def person_by_email(email: str, *, where: str) -> int:
    """The id of the person with this e-mail; raises PersonUnknown, naming `where` the e-mail stands."""
    found = db.session.scalar(select(Identity.person_id).where(Identity.email == email.strip().casefold()))
    if found is None:
        raise PersonUnknown(
            "%(where)s: nobody here has the e-mail %(email)s. Add the person first, or mend the e-mail.",
            where=where,
            email=email,
        )
    return found


def system_person(who: tuple[str, str, str], *, now: datetime) -> int:
    """The id of a system person, who is made when first needed."""
    external_id, name, email = who
    found = db.session.scalar(select(Identity.person_id).where(Identity.external_id == external_id))
    if found is not None:
        return found
    person = Person(subject=str(uuid.uuid4()), kind=PersonKind.SYSTEM, created_at=now)
    db.session.add(person)
    db.session.flush()
    db.session.add(
        Identity(person_id=person.id, external_id=external_id, name=name, email=email, timezone="UTC", language="en")
    )
    db.session.flush()
    return person.id


def names_of(person_ids: Collection[int | None]) -> dict[int, str]:
    """Names by person id; who was erased is left out. One statement."""
    rows = db.session.execute(
        select(Identity.person_id, Identity.name).where(
            Identity.person_id.in_({person for person in person_ids if person is not None})
        )
    )
    return {person: name for person, name in rows}
