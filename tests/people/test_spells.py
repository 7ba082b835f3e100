"""Spells that people begin and end: appended, never changed."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from lms.accounts.sessions import reaches_of
from lms.extensions import db
from lms.models import Spell, SpellKind
from lms.models.dated import spells_at
from lms.people.spells import SpellRefused, begin_spell, end_employment, end_spell
from tests.cast import Cast

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def holds(person_id: int, kind: SpellKind, at: datetime) -> bool:
    found = db.session.scalar(
        spells_at(Spell.id, kinds=[kind], at=at, known_at=NOW + 30 * DAY).where(Spell.person_id == person_id)
    )
    db.session.rollback()
    return found is not None


def test_leave_begins_and_ends(cast: Cast) -> None:
    begin_spell(cast.ada, SpellKind.LEAVE, start_at=NOW, end_at=NOW + DAY, by=cast.cole, now=NOW)
    assert holds(cast.ada, SpellKind.LEAVE, NOW)
    assert not holds(cast.ada, SpellKind.LEAVE, NOW + DAY)


def test_an_end_can_be_recorded_later_moved_and_taken_back(cast: Cast) -> None:
    spell = begin_spell(
        cast.ada, SpellKind.HOLD, start_at=NOW, by=cast.cole, now=NOW, queue="escalations", reason="A talk first."
    )
    end_spell(spell, end_at=NOW + DAY, reason="We talked.", by=cast.cole, now=NOW + DAY)
    assert not holds(cast.ada, SpellKind.HOLD, NOW + 2 * DAY)
    end_spell(spell, end_at=None, reason="Not yet.", by=cast.cole, now=NOW + DAY)
    assert holds(cast.ada, SpellKind.HOLD, NOW + 2 * DAY)


def test_who_leaves_is_out_of_everything(cast: Cast) -> None:
    end_employment(cast.ada, at=NOW, by=cast.rune, now=NOW)
    assert reaches_of(cast.ada, NOW) is None
    assert not any(holds(cast.ada, kind, NOW) for kind in SpellKind)
    assert holds(cast.ada, SpellKind.QUEUE, NOW - DAY)


@pytest.mark.parametrize("wrong", [{"end_at": NOW}, {"queue": "no-such"}, {"policy": "no-such"}])
def test_what_could_not_hold_is_refused(cast: Cast, wrong: dict[str, object]) -> None:
    before = db.session.scalars(select(Spell.id)).all()
    with pytest.raises(SpellRefused):
        begin_spell(cast.ada, SpellKind.QUEUE, start_at=NOW, by=cast.cole, now=NOW, **wrong)  # type: ignore[arg-type]
    assert db.session.scalars(select(Spell.id)).all() == before
