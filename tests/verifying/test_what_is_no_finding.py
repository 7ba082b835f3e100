"""What is erased by right or goes on as it may is no finding, and looking for findings changes nothing."""

from sqlalchemy import delete, func, insert, select, text

from lms import clock
from lms.extensions import db
from lms.models import IdentitySnapshot, Person, Spell, SpellEnd, SpellKind
from lms.verifying import verify
from tests.training.make import HOUR
from tests.verifying.story import Story, findings


def test_what_is_erased_by_right_is_no_finding(story: Story) -> None:
    def erase(story: Story) -> None:
        db.session.execute(delete(IdentitySnapshot.__table__))
        db.session.execute(text("DELETE FROM answer_salts"))
        db.session.execute(text("DELETE FROM identities"))

    assert findings(story, erase) == []


def test_spells_that_follow_each_other_or_were_called_off_do_not_overlap(story: Story) -> None:
    def go_on(story: Story) -> None:
        mine = db.session.execute(
            select(Spell.__table__).where(Spell.person_id == story.cast.sam, Spell.kind == SpellKind.QUEUE)
        ).first()
        assert mine is not None
        row, now = dict(mine._mapping), clock.now()
        ended = {"reason": "", "recorded_at": now, "recorded_by": story.cast.sam}
        db.session.execute(insert(SpellEnd.__table__), [ended | {"spell_id": row.pop("id"), "end_at": now}])
        for start, end in ((now, now), (now, None), (now - HOUR, now - HOUR)):
            db.session.add(spell := Spell(**row | {"start_at": start}))
            db.session.flush()
            if end:
                db.session.execute(insert(SpellEnd.__table__), [ended | {"spell_id": spell.id, "end_at": end}])

    assert findings(story, go_on) == []


def test_persons_are_only_read(story: Story) -> None:
    """Verifying never writes: it runs in a read-only transaction."""
    before = db.session.scalar(select(func.count()).select_from(Person))
    assert verify() == []
    assert db.session.scalar(select(func.count()).select_from(Person)) == before
