"""What is published stays as it is: the database refuses every change, and only what is not in force is withdrawn."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete, event, insert, update
from sqlalchemy.exc import DBAPIError

from lms.extensions import db, writing
from lms.models import ChangeRow, Spell, SpellKind, Version, VersionClause, VersionItem, VersionLesson
from lms.policies.actions import approve, withdraw
from lms.policies.refusals import NothingToWithdraw
from tests.cast import add_spell, make_person
from tests.page import WRITE
from tests.policies.conftest import NOW
from tests.policies.sending import change_rows, judge, send

DAY = timedelta(days=1)


class TestAfterPublication:
    @pytest.mark.parametrize(
        "statement",
        [
            update(Version).values(text="Another text"),
            update(Version).values(reason="Another reason, long enough."),
            update(Version).values(effective_at=NOW),
            delete(Version),
            update(VersionClause).values(source="Another rule"),
            delete(VersionClause),
            update(ChangeRow).values(verdict="editorial"),
            delete(ChangeRow),
            delete(VersionLesson),
            delete(VersionItem),
            insert(VersionItem).values(version_id=1, item_id=5),
        ],
        ids=lambda statement: str(statement).split(" SET")[0].replace(" ", "-").replace("\n", ""),
    )
    def test_the_database_refuses_every_change(self, published, statement):
        with pytest.raises(DBAPIError, match="frozen"):
            change_rows(statement)

    def test_the_rows_of_a_publication_do_not_grow_with_people(self, draft, cast):
        judge(draft, cast)
        send(draft, cast)
        with writing():
            for number in range(20):
                add_spell(make_person(f"agent-{number}"), kind=SpellKind.QUEUE, queue_id=3)
            db.session.commit()
        sent = _writes(lambda: approve(draft, by=cast.lena, now=NOW))
        assert len(sent) == 4, sent
        assert db.session.query(Spell).count() > 20


def _writes(act: Callable[[], object]) -> list[str]:
    sent: list[str] = []

    def note(connection, cursor, statement, *rest):
        if WRITE.match(statement):
            sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return sent


class TestWithdrawing:
    @pytest.fixture
    def upcoming(self, draft, cast):
        judge(draft, cast)
        send(draft, cast, effective_at=NOW + 7 * DAY)
        approve(draft, by=cast.lena, now=NOW)
        return draft

    def test_the_newest_version_can_be_withdrawn_before_it_takes_effect(self, upcoming, rows, cast):
        withdraw(upcoming, by=cast.pia, now=NOW + DAY)
        withdraw(upcoming, by=cast.pia, now=NOW + 2 * DAY)
        version = rows(Version)[-1]
        assert version["withdrawn_at"] == version["withdrawn_recorded_at"] == NOW + DAY

    def test_but_not_once_it_takes_effect(self, upcoming, cast):
        with pytest.raises(NothingToWithdraw, match="Publish the next version instead"):
            withdraw(upcoming, by=cast.pia, now=NOW + 7 * DAY)

    def test_and_no_older_version_and_no_draft(self, upcoming, cast):
        for version_id in (1, 99):
            with pytest.raises(NothingToWithdraw):
                withdraw(version_id, by=cast.pia, now=NOW)

    def test_the_database_keeps_when_it_was_withdrawn(self, upcoming, cast):
        withdraw(upcoming, by=cast.pia, now=NOW)
        with pytest.raises(DBAPIError, match="withdrawn once"):
            change_rows(update(Version).where(Version.id == upcoming).values(withdrawn_at=NOW))
