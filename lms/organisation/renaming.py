"""Action that renames a vendor, for everybody who works for it, at once."""

from datetime import datetime

from flask import current_app
from sqlalchemy import func, select, update

from lms import auditing
from lms.auditing import Act
from lms.extensions import db, writing
from lms.models import Identity
from lms.organisation.actions import OrganisationRefused
from lms.ownership import Source, may_write
from lms.people import people_cells as cells
from lms.people.changing import SHORTEST_WHY
from lms.people.importing import one_import_at_a_time


@writing()
def rename_vendor(old: str, new: str, *, why: str, by: int, now: datetime) -> int:
    """Give a vendor another name, for every person, and say for how many. Raise OrganisationRefused.

    Two spellings of one vendor are a slip: people of the one would not be seen by coaches of the other.
    """
    one_import_at_a_time()
    _refuse_owned()
    if not new or len(new) > cells.LONGEST_NAME:
        raise OrganisationRefused("Write a name of 1 to %(most)s characters.", most=cells.LONGEST_NAME)
    if len(why.strip()) < SHORTEST_WHY:
        raise OrganisationRefused("Say why, in %(shortest_why)s characters or more.", shortest_why=SHORTEST_WHY)
    known = dict(
        db.session.execute(select(Identity.vendor, func.count(Identity.person_id)).group_by(Identity.vendor)).all()
    )
    if not old or old not in known:
        raise OrganisationRefused("There is no vendor “%(name)s”.", name=old)
    for other in sorted(known.keys() - {old, ""}):
        if other.casefold() == new.casefold():
            raise OrganisationRefused("There is a vendor “%(name)s” already.", name=other)
    if new == old:
        return 0
    db.session.execute(update(Identity).where(Identity.vendor == old).values(vendor=new))
    after = {"vendor": new, "people": known[old]}
    auditing.note(Act.VENDOR_RENAMED, by=by, at=now, about=new, before={"vendor": old}, after=after, reason=why.strip())
    db.session.commit()
    return known[old]


def _refuse_owned() -> None:
    owners = current_app.extensions["muster"].owners
    if not may_write(owners, "vendor", Source.HAND):
        raise OrganisationRefused(
            "The vendor comes from another source here: %(owner)s. Rename it there.", owner=owners["vendor"]
        )
