"""Actions that close a team or a queue and open it again: appended, never rewritten; what is recorded stays."""

from datetime import datetime

from sqlalchemy import insert

from lms import auditing
from lms.auditing import Act
from lms.extensions import db, writing
from lms.models import Closing, Queue, SpellEnd, Team
from lms.models.closed import is_closed
from lms.organisation import held
from lms.organisation.actions import OrganisationRefused
from lms.organisation.held import Held
from lms.people.changing import SHORTEST_WHY
from lms.people.importing import one_import_at_a_time


@writing()
def close_team(team_id: int, *, why: str, by: int, now: datetime) -> None:
    """Nobody can be put into it any more. Closing it twice closes it once. Raise OrganisationRefused."""
    team = _team(team_id, why)
    if is_closed(Team, team_id):
        return
    found = held.team(team_id, team.path, now=now)
    if found.teams:
        raise OrganisationRefused("There are open teams below “%(name)s”. Close them first.", name=team.path)
    if found.people:
        raise OrganisationRefused("Somebody is in “%(name)s”, or will be. Move them first.", name=team.path)
    if found.covering:
        raise OrganisationRefused("Somebody's role covers “%(name)s”. Take it away first.", name=team.path)
    _end_left_open(found, by=by, now=now)
    _record(Closing(team_id=team_id, is_closed=True), why, by=by, now=now)
    auditing.note(Act.TEAM_CLOSED, by=by, at=now, about=team.path, reason=why.strip())
    db.session.commit()


@writing()
def open_team(team_id: int, *, why: str, by: int, now: datetime) -> None:
    """It is offered again, as it was. Raise OrganisationRefused."""
    team = _team(team_id, why)
    if not is_closed(Team, team_id):
        return
    if team.parent_id is not None and is_closed(Team, team.parent_id):
        above = team.path.rpartition("/")[0]
        raise OrganisationRefused("“%(name)s” is closed. Open it again first.", name=above)
    _record(Closing(team_id=team_id, is_closed=False), why, by=by, now=now)
    auditing.note(Act.TEAM_OPENED, by=by, at=now, about=team.path, reason=why.strip())
    db.session.commit()


@writing()
def close_queue(queue_id: int, *, why: str, by: int, now: datetime) -> None:
    """Nobody can be put into it, and no policy can name it any more. Closing it twice closes it once.

    Raise OrganisationRefused.
    """
    queue = _queue(queue_id, why)
    if is_closed(Queue, queue_id):
        return
    found = held.queue(queue_id, queue.slug, now=now)
    if found.people:
        raise OrganisationRefused("Somebody works in “%(name)s”, or will. Take them out first.", name=queue.name)
    if found.policies:
        raise OrganisationRefused(
            "Policies name “%(name)s”: %(policies)s. Take it out of them first.",
            name=queue.name,
            policies="; ".join(title for _, title in found.policies),
        )
    _end_left_open(found, by=by, now=now)
    _record(Closing(queue_id=queue_id, is_closed=True), why, by=by, now=now)
    auditing.note(Act.QUEUE_CLOSED, by=by, at=now, about=queue.slug, reason=why.strip())
    db.session.commit()


@writing()
def open_queue(queue_id: int, *, why: str, by: int, now: datetime) -> None:
    """It is offered again, as it was. Raise OrganisationRefused."""
    queue = _queue(queue_id, why)
    if not is_closed(Queue, queue_id):
        return
    _record(Closing(queue_id=queue_id, is_closed=False), why, by=by, now=now)
    auditing.note(Act.QUEUE_OPENED, by=by, at=now, about=queue.slug, reason=why.strip())
    db.session.commit()


def _team(team_id: int, why: str) -> Team:
    """The row, locked: who hangs a team below it or puts somebody into it waits, and then looks again."""
    one_import_at_a_time()
    team = db.session.get(Team, team_id, with_for_update=True)
    if team is None:
        raise OrganisationRefused("There is no such team.")
    _refuse_short(why)
    return team


def _queue(queue_id: int, why: str) -> Queue:
    one_import_at_a_time()
    queue = db.session.get(Queue, queue_id, with_for_update=True)
    if queue is None:
        raise OrganisationRefused("There is no such queue.")
    _refuse_short(why)
    return queue


def _refuse_short(why: str) -> None:
    if len(why.strip()) < SHORTEST_WHY:
        raise OrganisationRefused("Say why, in %(shortest_why)s characters or more.", shortest_why=SHORTEST_WHY)


def _end_left_open(found: Held, *, by: int, now: datetime) -> None:
    """Who left keeps nothing open, and is not in it again when they come back."""
    recorded = {"reason": "It was closed.", "recorded_at": now, "recorded_by": by}
    rows = [recorded | {"spell_id": number, "end_at": max(now, start_at)} for number, start_at in found.left_open]
    if rows:
        db.session.execute(insert(SpellEnd), rows)


def _record(closing: Closing, why: str, *, by: int, now: datetime) -> None:
    closing.from_at = closing.recorded_at = now
    closing.reason, closing.recorded_by = why.strip(), by
    db.session.add(closing)
