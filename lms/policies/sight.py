"""Who sees what of a policy: drafts, policies and clauses that are need-to-know; and that each reading is noted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import abort
from flask_login import current_user
from sqlalchemy import select

from lms import clock
from lms.access import Role
from lms.domain.standing import named_for
from lms.extensions import db
from lms.models import ClauseRow, VersionClause
from lms.models.histories import person_histories, policy_histories
from lms.need_to_know import note_read
from lms.policies import queries
from lms.policies.comparing import ClauseChange
from lms.policies.queries import PolicyState, VersionLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """Clauses that are need-to-know, as one reader finds them."""

    hidden: frozenset[str]
    """Not for this reader."""
    read: frozenset[str]
    """Shown to them, which is noted."""

    def hides(self, change: ClauseChange) -> bool:
        """True when a wording on either side of a change is not for this reader."""
        return not self.hidden.isdisjoint({change.clause, *(old.id for old in change.olds)})


def sight() -> dict[str, bool]:
    """Which drafts the person may see: owners all, leads those that wait for approval."""
    return {"sees_drafts": current_user.has(Role.OWNER), "sees_proposals": current_user.has(Role.LEAD)}


def found(slug: str) -> PolicyState:
    """The policy, unless there is nothing of it for who asks: then 404."""
    now, mine = clock.now(), sight()
    state = queries.policy_state(slug, now=now, **mine) or abort(404)
    if not queries.may_read_all(state, **mine) and not queries.is_for(state, current_user.person_id, now=now):
        abort(404)
    return state


def secret(
    slug: str, lines: Sequence[VersionLine], *, newest: int, sees_all: bool, reader: int, now: datetime
) -> Secret:
    """What is need-to-know in these versions; what the version `newest` (its id) marks counts in older ones too.

    One statement where nothing is marked, and fourteen more where the reader is no owner.
    """
    ids = {line.version_id for line in lines}
    rows = db.session.execute(
        select(ClauseRow.slug, VersionClause.version_id)
        .join(VersionClause, VersionClause.clause_id == ClauseRow.id)
        .where(VersionClause.version_id.in_(ids | {newest}), VersionClause.is_need_to_know)
    )
    marked = frozenset(clause for clause, _ in rows)
    if not marked or sees_all:
        return Secret(hidden=frozenset(), read=marked)
    history, person = policy_histories([slug])[slug], person_histories([reader])[reader]
    mine = frozenset().union(*(named_for(history, person, version=line.number, at=now, known_at=now) for line in lines))
    return Secret(hidden=marked - mine, read=marked & mine)


def read(state: PolicyState, *lines: VersionLine, is_asked_to_approve: bool = False) -> Secret:
    """What of these versions is hidden from who asks; every reading of what is need-to-know is noted."""
    now, reader = clock.now(), current_user.person_id
    sees_all = sight()["sees_drafts"] or is_asked_to_approve
    newest = state.upcoming or state.in_force or lines[0]
    found = secret(state.policy.slug, lines, newest=newest.version_id, sees_all=sees_all, reader=reader, now=now)
    for line in lines if state.policy.is_need_to_know or found.read else ():
        clauses = () if state.policy.is_need_to_know else found.read
        note_read(state.policy.slug, number=line.number, clauses=clauses, by=reader, now=now)
    return found
