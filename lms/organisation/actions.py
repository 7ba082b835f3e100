"""Actions on teams and queues: a team keeps its people whatever it is called and wherever it hangs."""

import re
from datetime import datetime

from sqlalchemy import select

from lms import auditing
from lms.auditing import Act
from lms.domain.errors import DomainError
from lms.extensions import db, writing
from lms.models import Queue, Team
from lms.models.closed import is_closed, is_open
from lms.people.importing import one_import_at_a_time

LONGEST_NAME, LONGEST_PATH = 300, 600
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?")


class OrganisationRefused(DomainError):
    """The name or place cannot be taken; nothing was written."""


@writing()
def add_team(name: str, *, parent: str, by: int, now: datetime) -> int:
    """Make a team below `parent` (a path; empty for the top) and give its id; raise OrganisationRefused."""
    one_import_at_a_time()  # nobody closes, moves or makes one of these meanwhile
    above = _parent(parent)
    path = _path(name, above)
    _refuse_taken(path, None)
    team = Team(name=name, parent_id=above.id if above else None, path=path)
    db.session.add(team)
    db.session.flush()
    auditing.note(Act.TEAM_ADDED, by=by, at=now, about=path)
    team_id = team.id
    db.session.commit()
    return team_id


@writing()
def change_team(team_id: int, *, name: str, parent: str, by: int, now: datetime) -> None:
    """Rename a team or hang it elsewhere, with all below it; raise OrganisationRefused."""
    one_import_at_a_time()
    team = db.session.get(Team, team_id, with_for_update=True)
    if team is None:
        raise OrganisationRefused("There is no such team.")
    move_team(team, name=name, parent=parent, by=by, now=now)
    db.session.commit()


def move_team(team: Team, *, name: str, parent: str, by: int, now: datetime) -> str:
    """The same inside a transaction of the caller's; gives the path it has then."""
    if is_closed(Team, team.id):
        raise OrganisationRefused("“%(name)s” is closed. Open it again first.", name=team.path)
    above = _parent(parent)
    if above is not None and (above.path == team.path or above.path.startswith(f"{team.path}/")):
        raise OrganisationRefused("A team cannot hang below itself.")
    was, path = team.path, _path(name, above)
    if (was, team.name) == (path, name):
        return path
    _refuse_taken(path, team.id)
    for below in db.session.scalars(select(Team).where(Team.path.startswith(f"{was}/", autoescape=True))):
        moved = path + below.path[len(was) :]
        if len(moved) > LONGEST_PATH:
            raise OrganisationRefused("The names from the top down to the lowest team would be too long together.")
        below.path = moved
    team.name, team.path, team.parent_id = name, path, above.id if above else None
    auditing.note(Act.TEAM_CHANGED, by=by, at=now, about=path, before={"team": was}, after={"team": path})
    return path


@writing()
def add_queue(slug: str, name: str, *, by: int, now: datetime) -> int:
    """Make a queue and give its id; its slug stays for good. Raise OrganisationRefused."""
    if not SLUG.fullmatch(slug):
        raise OrganisationRefused("Write the short name with small letters, digits and single hyphens.")
    if not name or len(name) > LONGEST_NAME:
        raise OrganisationRefused("Write a name.")
    stands = db.session.scalar(select(is_open(Queue)).where(Queue.slug == slug))
    if stands:
        raise OrganisationRefused("There is a queue “%(slug)s” already.", slug=slug)
    if stands is not None:
        raise OrganisationRefused("There is a closed queue “%(slug)s”. Open it again instead.", slug=slug)
    queue = Queue(slug=slug, name=name)
    db.session.add(queue)
    db.session.flush()
    auditing.note(Act.QUEUE_ADDED, by=by, at=now, about=slug)
    queue_id = queue.id
    db.session.commit()
    return queue_id


@writing()
def rename_queue(queue_id: int, name: str, *, by: int, now: datetime) -> None:
    """Call a queue otherwise on screen; raise OrganisationRefused."""
    queue = db.session.get(Queue, queue_id, with_for_update=True)
    if queue is None:
        raise OrganisationRefused("There is no such queue.")
    if is_closed(Queue, queue_id):
        raise OrganisationRefused("“%(name)s” is closed. Open it again first.", name=queue.name)
    if not name or len(name) > LONGEST_NAME:
        raise OrganisationRefused("Write a name.")
    if queue.name != name:
        auditing.note(
            Act.QUEUE_CHANGED, by=by, at=now, about=queue.slug, before={"name": queue.name}, after={"name": name}
        )
        queue.name = name
    db.session.commit()


def _parent(path: str) -> Team | None:
    if not path:
        return None
    found = db.session.scalar(select(Team).where(Team.path == path))
    if found is None:
        raise OrganisationRefused("There is no team “%(path)s”.", path=path)
    if is_closed(Team, found.id):
        raise OrganisationRefused("“%(name)s” is closed. Open it again first.", name=path)
    return found


def _path(name: str, above: Team | None) -> str:
    if not name or "/" in name or len(name) > LONGEST_NAME:
        raise OrganisationRefused("Write a name without a slash.")
    path = f"{above.path}/{name}" if above else name
    if len(path) > LONGEST_PATH:
        raise OrganisationRefused("The names from the top down to this team are too long together.")
    return path


def _refuse_taken(path: str, team_id: int | None) -> None:
    """Two spellings of one team are a slip."""
    for other_id, other, stands in db.session.execute(select(Team.id, Team.path, is_open(Team))):
        if other_id != team_id and other.casefold() == path.casefold():
            if stands:
                raise OrganisationRefused("There is a team “%(other)s” already.", other=other)
            raise OrganisationRefused("There is a closed team “%(other)s”. Open it again instead.", other=other)
