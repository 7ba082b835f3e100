"""Bringing people in: all or nothing, dated, appended, and the second time changes nothing."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from lms.access import Role
from lms.accounts import passwords
from lms.accounts.actions import NobodyHere, set_password
from lms.accounts.queries import person_of_email
from lms.accounts.sessions import reaches_of
from lms.extensions import db
from lms.models import (
    Credential,
    Identity,
    Person,
    PersonKind,
    Queue,
    SignInSession,
    Spell,
    Team,
)
from lms.people import known
from lms.people.importing import ImportRefused, PersonExists, create_person, import_people
from tests.cast import Cast
from tests.people.files import (
    ADA,
    BEN,
    LATER,
    NOW,
    bring_in,
    counts,
    csv_of,
    dublin,
    everything,
    facts,
    refused,
    standing,
)


class TestSomebodyNew:
    def test_is_made_with_everything_the_row_says(self, cast: Cast) -> None:
        report = bring_in(BEN | {"vendor": "Acme", "language": "pt-BR"})
        assert counts(report) == (1, 0, 0, 0)
        ben = db.session.scalars(select(Identity).where(Identity.external_id == "ben")).one()
        assert (ben.name, ben.email, ben.vendor) == ("Ben Odhiambo", "ben@demo.example", "Acme")
        assert (ben.timezone, ben.language) == ("Europe/Dublin", "pt-BR")
        assert db.session.get_one(Person, ben.person_id).kind is PersonKind.HUMAN
        assert standing("ben", NOW) == {
            "employment": ["yes"],
            "team": ["EMEA/Dublin"],
            "role": ["agent"],
            "queue": ["abuse-reports"],
        }

    def test_starts_when_the_day_begins_where_they_are(self, cast: Cast) -> None:
        bring_in(BEN | {"timezone": "America/Los_Angeles", "starts_on": "2026-05-06"})
        assert standing("ben", datetime(2026, 5, 6, 6, 59, tzinfo=UTC))["employment"] == []
        assert standing("ben", datetime(2026, 5, 6, 7, 0, tzinfo=UTC))["employment"] == ["yes"]
        assert standing("ben", datetime(2026, 5, 6, 6, 59, tzinfo=UTC))["queue"] == []

    def test_is_an_agent_from_today_in_utc_if_nothing_is_said(self, cast: Cast) -> None:
        bring_in({"external_id": "ben", "name": "Ben", "email": "ben@demo.example"})
        assert standing("ben", datetime(2026, 5, 3, 23, 59, tzinfo=UTC))["employment"] == []
        assert standing("ben", datetime(2026, 5, 4, 0, 0, tzinfo=UTC))["role"] == ["agent"]

    def test_who_has_left_already_is_there_for_the_record(self, cast: Cast) -> None:
        report = bring_in(BEN | {"starts_on": "2025-01-01", "ends_on": "2026-03-31"})
        assert counts(report) == (1, 0, 0, 0)
        ben = person_of_email("BEN@demo.example")
        assert ben is not None
        assert reaches_of(ben, NOW) is None
        assert standing("ben", dublin(2026, 3, 31))["employment"] == ["yes"]  # the last day is a day with us
        assert standing("ben", dublin(2026, 4, 1))["employment"] == []

    def test_queues_begin_on_the_effective_day_not_before(self, cast: Cast) -> None:
        bring_in(BEN | {"starts_on": "2026-01-01", "effective_on": "2026-04-01"})
        assert standing("ben", dublin(2026, 3, 1))["employment"] == ["yes"]
        assert standing("ben", dublin(2026, 3, 1))["queue"] == []
        assert standing("ben", dublin(2026, 4, 1))["queue"] == ["abuse-reports"]

    def test_teams_are_made_with_their_parents_and_queues_are_made_and_told(self, cast: Cast) -> None:
        report = bring_in(
            BEN | {"team": "APAC/Manila/Nights", "queues": "abuse-reports;appeals-desk"},
            BEN | {"external_id": "cy", "email": "cy@demo.example", "team": "APAC/Cebu"},
        )
        assert report.teams == ("APAC", "APAC/Manila", "APAC/Manila/Nights", "APAC/Cebu")
        assert report.queues == ("appeals-desk",)
        nights = db.session.scalars(select(Team).where(Team.path == "APAC/Manila/Nights")).one()
        assert nights.name == "Nights"
        assert db.session.get_one(Team, nights.parent_id).path == "APAC/Manila"
        assert db.session.scalar(select(Queue.name).where(Queue.slug == "appeals-desk")) == "Appeals desk"

    def test_the_system_records_it_unless_somebody_does(self, cast: Cast) -> None:
        bring_in(BEN)
        import_people(csv_of(BEN | {"external_id": "cy", "email": "cy@demo.example"}), by=cast.rune, now=NOW)
        recorders = {
            external_id: recorder
            for external_id, recorder in db.session.execute(
                select(Identity.external_id, Spell.recorded_by).join(Spell, Spell.person_id == Identity.person_id)
            )
        }
        assert recorders["cy"] == cast.rune
        assert db.session.get_one(Person, recorders["ben"]).kind is PersonKind.SYSTEM
        bring_in(BEN | {"external_id": "dee", "email": "dee@demo.example"})
        assert db.session.scalar(select(func.count()).where(Person.kind == PersonKind.SYSTEM)) == 1


class TestAllOrNothing:
    def test_one_wrong_row_keeps_everybody_out(self, cast: Cast) -> None:
        assert len(refused(BEN, BEN | {"external_id": "cy", "email": "sam@demo.example"})) == 1

    def test_an_address_of_somebody_else_is_refused(self, cast: Cast) -> None:
        assert refused(BEN | {"email": "SAM@demo.example"}) == ["row 2, email: it belongs to sam"]

    def test_a_team_in_other_letters_is_a_slip(self, cast: Cast) -> None:
        assert refused(BEN | {"team": "emea/dublin"}) == ["row 2, team: there is a team “EMEA” already"]
        assert refused(
            BEN | {"team": "APAC"}, BEN | {"external_id": "cy", "email": "c@x.example", "team": "Apac/Cebu"}
        ) == ["row 3, team: there is a team “APAC” already"]

    def test_at_most_a_hundred_mistakes_are_listed_and_all_are_counted(self, cast: Cast) -> None:
        rows = [BEN | {"external_id": f"b{n}", "email": f"b{n}"} for n in range(130)]
        with pytest.raises(ImportRefused) as caught:
            bring_in(*rows)
        assert (len(caught.value.problems), caught.value.count) == (100, 130)
        assert str(caught.value).startswith("Nothing was imported: 130 things are wrong in the file.\nrow 2, email")
        assert str(caught.value).endswith("… and 30 more")

    def test_a_dry_run_tells_the_same_and_writes_nothing(self, cast: Cast) -> None:
        content = csv_of(BEN | {"team": "APAC"}, ADA | {"team": "APAC", "coach_email": "cole@demo.example"})
        before = everything()
        told = import_people(content, is_dry_run=True, now=NOW)
        assert everything() == before
        done = import_people(content, now=NOW)
        assert facts(told) == facts(done)
        assert (told.is_dry_run, done.is_dry_run) == (True, False)
        assert counts(told) == counts(done) == (1, 2, 0, 0)

    @pytest.mark.parametrize("most_named", [5_000, 10])
    def test_the_number_of_statements_does_not_grow_with_the_file(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch, most_named: int
    ) -> None:
        monkeypatch.setattr(known, "MOST_NAMED", most_named)
        bring_in(BEN | {"external_id": "first", "email": "first@demo.example"})

        def rows(prefix: str, count: int) -> Iterable[dict[str, str]]:
            for n in range(count):
                ids = {"external_id": f"{prefix}{n}", "email": f"{prefix}{n}@demo.example"}
                yield BEN | ids | {"ends_on": "2027-01-01", "coach_email": "cole@demo.example", "team": f"{prefix}/{n}"}

        few = statements(csv_of(*rows("x", 3)))
        many = statements(csv_of(*rows("y", 60)))
        assert many == few
        assert many < 25
        again = [row | {"queues": "escalations"} for row in rows("y", 60)]
        assert statements(csv_of(*again)) <= many


def statements(content: bytes) -> int:
    sent: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")):
            sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        import_people(content, now=NOW)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(sent)


class TestOnePerson:
    def test_is_created_with_team_and_queues(self, cast: Cast) -> None:
        person_id = create_person(
            external_id="nora",
            name="Nora",
            email="Nora@demo.example",
            roles=(Role.LEAD, Role.OWNER),
            team="LATAM",
            queues=("abuse-reports",),
            starts_on=date(2026, 5, 1),
            by=cast.rune,
            now=NOW,
        )
        assert person_of_email("nora@demo.example") == person_id
        assert standing("nora", NOW)["role"] == ["lead@LATAM", "owner"]

    def test_is_not_created_twice(self, cast: Cast) -> None:
        with pytest.raises(PersonExists):
            create_person(external_id="ada", name="Ada", email="ada2@x.example", starts_on=date(2026, 5, 1), now=NOW)
        with pytest.raises(ImportRefused):
            create_person(external_id="ada2", name="Ada", email="ada@demo.example", starts_on=date(2026, 5, 1), now=NOW)

    def test_a_password_is_set_replaced_and_ends_sessions(self, cast: Cast) -> None:
        from lms.accounts.actions import start_session

        set_password(cast.ada, "a quiet morning in Dublin", now=NOW)
        start_session(cast.ada, agent="test", now=NOW)
        set_password(cast.ada, "another quiet morning there", now=LATER)
        credential = db.session.get_one(Credential, cast.ada)
        assert passwords.is_right("another quiet morning there", credential.password_hash)
        assert credential.changed_at == LATER
        assert db.session.scalars(select(SignInSession.ended_at)).all() == [LATER]

    def test_a_weak_password_is_refused_except_for_a_demo(self, cast: Cast) -> None:
        with pytest.raises(passwords.PasswordTooWeak):
            set_password(cast.ada, "short", now=NOW)
        set_password(cast.ada, "demo", is_demo=True, now=NOW)
        assert db.session.get(Credential, cast.ada) is not None

    def test_nobody_gets_a_password_that_is_not_here(self, app: Flask) -> None:
        with pytest.raises(NobodyHere):
            set_password(2**31 - 1, "a quiet morning in Dublin", now=NOW)
