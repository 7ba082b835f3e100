"""Spells: nobody is in the same thing twice at one time."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby

from sqlalchemy import select

from lms.extensions import db
from lms.models import Spell, SpellEnd, SpellKind
from lms.models.dated import last_end

SINGLE = (SpellKind.EMPLOYMENT, SpellKind.TEAM, SpellKind.ROLE, SpellKind.QUEUE)
"""Leave, waivers and holds may overlap: what overlaps counts once."""
END_OF_TIME = datetime(9999, 12, 31, tzinfo=UTC)
BATCH = 5_000


def overlaps() -> Iterator[str]:
    """Two spells of one person in the same employment, team, role or queue do not overlap, by the ends known now."""
    target = (Spell.person_id, Spell.kind, Spell.team_id, Spell.queue_id, Spell.role)
    rows = db.session.execute(
        select(*target, Spell.id, Spell.start_at, SpellEnd.end_at)
        .select_from(Spell)
        .outerjoin(SpellEnd, last_end(END_OF_TIME))
        .where(Spell.kind.in_(SINGLE))
        .order_by(*target, Spell.start_at, Spell.id)
        .execution_options(yield_per=BATCH)
    )
    for key, spells in groupby(rows, key=lambda row: tuple(row)[: len(target)]):
        last_id, last = None, None
        for spell in spells:
            end = spell.end_at or END_OF_TIME
            if end <= spell.start_at:
                continue  # called off
            if last is not None and spell.start_at < last:
                yield f"Person {key[0]} is in the same {key[1].value} twice at once: spells {last_id} and {spell.id}."
            if last is None or end > last:
                last_id, last = spell.id, end
