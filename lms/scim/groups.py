"""What a directory does to groups: each is a team, or a queue; being a member is being in it from this moment on.

A group that is called `queue:` and a short name, or as a queue that there is, is that queue; any other is a team,
called by its path. Teams and queues are never deleted: records hang on them.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scim2_models import InvalidValueException, UniquenessException
from sqlalchemy import select, true

from lms import auditing
from lms.auditing import Act
from lms.extensions import db
from lms.models import Identity, Queue, ScimResource, Spell, SpellKind, Team
from lms.models.closed import Table, is_closed, is_open
from lms.organisation.actions import OrganisationRefused, move_team
from lms.people import people_cells as cells
from lms.people.importing import make_queues, make_teams, system_person
from lms.people.people_file import PersonRow
from lms.people.telling import tell
from lms.scim import reading
from lms.scim.mapping import Payload
from lms.scim.people import LONGEST_EXTERNAL_ID, NOT_KEPT, TELLER

QUEUE_MARK = "queue:"


@dataclass(frozen=True, slots=True)
class Place:
    """The team or queue that a group is."""

    kind: SpellKind
    number: int
    name: str


def create(payload: Payload, *, now: datetime) -> str:
    """Make a group, or take back one that was deleted, and give its key.

    Raise UniquenessException, InvalidValueException. Who calls it holds the write transaction and commits.
    """
    there = {(group.kind, group.number) for group in reading.groups(now=now, with_members=False)}
    place = _place(str(payload.get("displayName") or ""), now=now)
    if (place.kind, place.number) in there:
        raise UniquenessException(detail="There is a group with this displayName already.")
    _put_members(place, _said_members(payload), now=now)
    _keep(_kept(place), place, payload, now=now)
    return f"{place.kind.value}-{place.number}"


def change(group: reading.GroupNow, payload: Payload, *, now: datetime) -> None:
    """Take the whole of what is now said of a group. Raise UniquenessException, InvalidValueException."""
    place = Place(group.kind, group.number, group.name)
    said = str(payload.get("displayName") or "")
    if place.kind is SpellKind.TEAM and said != place.name:
        place = Place(place.kind, place.number, _rename(place, said, now=now))
    _put_members(place, _said_members(payload), now=now)
    _keep(_kept(place), place, payload, now=now)


def delete(group: reading.GroupNow, *, now: datetime) -> None:
    """Nobody is in it any more, and the directory sees it no more."""
    place = Place(group.kind, group.number, group.name)
    _put_members(place, frozenset(), now=now)
    kept = _kept(place) or _keep(None, place, {}, now=now)
    kept.gone_at = kept.modified_at = now
    db.session.flush()


def _place(said: str, *, now: datetime) -> Place:
    """The team or queue of this name, made where it is missing."""
    try:
        name = cells.tidy(said)
        slug = name.removeprefix(QUEUE_MARK)
        queue_id = db.session.scalar(select(Queue.id).where(Queue.slug == slug))
        if queue_id is None and slug != name:
            if not cells.queues(slug):
                raise cells.CellWrong("write the short name of the queue after the colon")
            queue_id = make_queues([slug])[slug]
            auditing.note(Act.QUEUE_ADDED, by=system_person(now, TELLER.system), at=now, about=slug)
        if queue_id is not None:
            _refuse_closed(Queue, queue_id, slug)
            return Place(SpellKind.QUEUE, queue_id, slug)
        return _team(cells.team(name), now=now)
    except (cells.CellWrong, ValueError) as wrong:
        raise InvalidValueException(detail=f"displayName: {wrong}.") from wrong


def _team(path: str, *, now: datetime) -> Place:
    known = dict(db.session.execute(select(Team.path, is_open(Team))).all())
    spelled = {path.casefold(): path for path in known}
    parts = path.split("/")
    paths = ["/".join(parts[:depth]) for depth in range(1, len(parts) + 1)]
    for each in paths:
        if spelled.get(each.casefold(), each) != each:
            raise UniquenessException(detail=f"There is a team “{spelled[each.casefold()]}” already.")
        if not known.get(each, True):
            raise InvalidValueException(detail=_closed(each))
    missing = [each for each in paths if each.casefold() not in spelled]
    ids = make_teams(missing)
    for each in missing:
        auditing.note(Act.TEAM_ADDED, by=system_person(now, TELLER.system), at=now, about=each)
    return Place(SpellKind.TEAM, ids[path], path)


def _closed(name: str) -> str:
    return f"“{name}” is closed. Open it again in Muster first."


def _refuse_closed(table: Table, number: int, name: str) -> None:
    if is_closed(table, number):
        raise InvalidValueException(detail=_closed(name))


def _rename(place: Place, said: str, *, now: datetime) -> str:
    above, _, name = said.rpartition("/")
    if above:
        _place(above, now=now)
    try:
        by = system_person(now, TELLER.system)
        return move_team(db.session.get_one(Team, place.number), name=name, parent=above, by=by, now=now)
    except OrganisationRefused as refused:
        raise InvalidValueException(detail=str(refused)) from refused


def _said_members(payload: Payload) -> frozenset[str]:
    """Subjects; groups inside groups say nothing here, since a team's place is in its path."""
    said = [str(each.get("value") or "") for each in payload.get("members") or ()]
    people = {each for each in said if each and not each.startswith(("team-", "queue-"))}
    unknown = people - reading.people_named(people).keys()
    if unknown:
        raise InvalidValueException(detail=f"members: there is no user {min(unknown)}.")
    return frozenset(people)


def _put_members(place: Place, wanted: Collection[str], *, now: datetime) -> None:
    column = Spell.team_id if place.kind is SpellKind.TEAM else Spell.queue_id
    inside = reading.members(column == place.number, now=now).get((place.kind, place.number), [])
    changed = reading.people_named(set(wanted) ^ {member.subject for member in inside})
    if changed.keys() & set(wanted):
        _refuse_closed(Team if place.kind is SpellKind.TEAM else Queue, place.number, place.name)
    queues = _queues_of(changed.values(), now=now) if place.kind is SpellKind.QUEUE else {}
    rows = []
    for number, (subject, identity) in enumerate(changed.items(), start=1):
        is_in = subject in wanted
        if place.kind is SpellKind.TEAM:
            said: dict[str, Any] = {"team": place.name if is_in else ""}
        else:
            others = queues.get(subject, set()) - {place.name}
            said = {"queues": frozenset(others | {place.name} if is_in else others)}
        rows.append(
            PersonRow(row=number, external_id=identity.external_id, name=identity.name, email=identity.email, **said)
        )
    if rows:
        tell(rows, TELLER, now=now)


def _queues_of(people: Collection[Identity], *, now: datetime) -> dict[str, set[str]]:
    """Short names of the queues they are in now, by subject."""
    some = [identity.person_id for identity in people]
    chosen = Spell.person_id.in_(some) if len(some) <= reading.MOST_NAMED else true()
    slugs = dict(db.session.execute(select(Queue.id, Queue.slug)).all())
    found: dict[str, set[str]] = {}
    for (kind, number), inside in reading.members(chosen, now=now).items():
        for member in inside if kind is SpellKind.QUEUE else ():
            found.setdefault(member.subject, set()).add(slugs[number])
    return found


def _kept(place: Place) -> ScimResource | None:
    column = ScimResource.team_id if place.kind is SpellKind.TEAM else ScimResource.queue_id
    return db.session.scalar(select(ScimResource).where(column == place.number))


def _keep(kept: ScimResource | None, place: Place, payload: Payload, *, now: datetime) -> ScimResource:
    if kept is None:
        column = "team_id" if place.kind is SpellKind.TEAM else "queue_id"
        kept = ScimResource(created_at=now, **{column: place.number})
        db.session.add(kept)
    if len(payload.get("externalId") or "") > LONGEST_EXTERNAL_ID:
        raise InvalidValueException(detail=f"externalId has {LONGEST_EXTERNAL_ID} characters or fewer.")
    kept.payload = {name: value for name, value in payload.items() if name not in NOT_KEPT}
    kept.external_id, kept.modified_at, kept.gone_at = payload.get("externalId"), now, None
    db.session.flush()
    return kept


def shown(group: reading.GroupNow) -> dict[str, Any]:
    """The group as it is given out, with who is in it now."""
    said = dict(group.payload or {})
    extras = {each.get("value"): each for each in said.pop("members", ())}
    if group.kind is SpellKind.TEAM or "displayName" not in said:
        said["displayName"] = group.name
    members = [_shown_member(member, extras) for member in group.members]
    members += [each for each in extras.values() if str(each.get("value") or "").startswith(("team-", "queue-"))]
    return said | ({"members": members} if members else {})


def _shown_member(member: reading.Member, extras: Mapping[Any, Payload]) -> dict[str, Any]:
    said = {"value": member.subject, "$ref": f"Users/{member.subject}", "type": "User", "display": member.name}
    return said | dict(extras.get(member.subject, {}))
