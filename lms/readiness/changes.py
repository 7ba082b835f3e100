"""How published versions land on the people of whom they ask something new, from the rows of the database."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import select

from lms.domain.landing import Arrival
from lms.domain.records import PolicyHistory, Version
from lms.everybody.everybody import Everybody
from lms.everybody.intervals import FOREVER, moment, number
from lms.everybody.landing import Landed, landings
from lms.extensions import db
from lms.models import Policy
from lms.models.histories import policy_histories
from lms.readiness.columns import columns
from lms.readiness.landing import HOUR, Arrived, Change, Landing
from lms.readiness.membership import Membership, membership
from lms.readiness.report import NO_TEAM, Scope


@dataclass(frozen=True, kw_only=True)
class Changes:
    """Published versions, last published first, and how some of them landed."""

    every: tuple[Change, ...]
    landings: tuple[Landing, ...]
    """In the order in which they were asked for."""


def changes(
    scope: Scope,
    *,
    at: datetime,
    known_at: datetime,
    policy: str | None = None,
    queue: str | None = None,
    team: str | None = None,
    shown: slice | Sequence[str],
) -> Changes:
    """How versions landed by `at`, as known at a moment: a slice of them, or those with these keys. Ten statements.

    Whom a version asks, and in which teams and queues they are, is looked at as it takes effect.
    """
    histories = policy_histories(None if policy is None else [policy])
    every = _changes(histories, at=at, known_at=known_at)
    by_key = {each.key: each for each in every}
    chosen = every[shown] if isinstance(shown, slice) else [by_key[each] for each in shown if each in by_key]
    instants = sorted({each.effective_at for each in chosen})
    found = membership(scope, instants, known_at=known_at, queue=queue, team=team)
    known = columns(found.people, known_at=known_at)
    roots = (scope.teams if scope else None) if team in (None, NO_TEAM) else (str(team),)
    return Changes(
        every=tuple(every),
        landings=tuple(
            Landing(
                change=each,
                until=at,
                arrived=tuple(_arrived(each, histories[each.policy], found, known, instants, at)),
                roots=roots,
            )
            for each in chosen
        ),
    )


def _changes(histories: Mapping[str, PolicyHistory], *, at: datetime, known_at: datetime) -> list[Change]:
    """Give the versions that were published by then and not withdrawn, as known."""
    titles = {slug: title for slug, title in db.session.execute(select(Policy.slug, Policy.title))}
    found = [
        Change(
            policy=slug,
            policy_title=titles[slug],
            version=version.number,
            published_at=version.published_at,
            effective_at=version.effective_at,
        )
        for slug, history in histories.items()
        for version in history.versions
        if version.published_at <= at and version.recorded_at <= known_at and not _is_withdrawn(version, at, known_at)
    ]
    return sorted(found, key=lambda each: (-each.published_at.timestamp(), each.policy_title, -each.version))


def _is_withdrawn(version: Version, at: datetime, known_at: datetime) -> bool:
    withdrawn_at, recorded_at = version.withdrawn_at, version.withdrawn_recorded_at
    return withdrawn_at is not None and withdrawn_at <= at and (recorded_at is None or recorded_at <= known_at)


def _arrived(
    change: Change,
    history: PolicyHistory,
    found: Membership,
    known: Everybody,
    instants: Sequence[datetime],
    at: datetime,
) -> Iterator[Arrived]:
    place = instants.index(change.effective_at)
    asked = {slug: np.flatnonzero(flags[place]) for slug, flags in found.queues.items() if slug in known.queues}
    teams = found.teams[place]
    landed = landings(history, known, asked, version=change.version, until=number(at))
    for slug, mine in landed.items():
        for row, hours, arrival in _of_queue(mine, change):
            yield Arrived(
                person_id=found.people[row],
                person=found.names[row],
                team=found.paths[teams[row]],
                queue=slug,
                queue_name=found.queue_names[slug],
                arrival=arrival,
                hours=hours,
            )


def _of_queue(mine: Landed, change: Change) -> Iterator[tuple[int, float | None, Arrival]]:
    columns: Collection[list[int]] = (each.tolist() for each in (mine.rows, mine.landed, mine.has_left, mine.is_exempt))
    for row, landed, has_left, is_exempt in zip(*columns, strict=True):
        if is_exempt or landed == FOREVER:
            yield row, None, Arrival.EXEMPT if is_exempt else Arrival.LEFT if has_left else Arrival.NOT_YET
        else:
            yield row, (moment(landed) - change.published_at) / HOUR, Arrival.LANDED
