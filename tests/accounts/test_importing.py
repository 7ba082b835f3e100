"""Bringing people in: all or nothing, dated, appended, and the second time changes nothing."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from lms.access import Role
from lms.accounts import importing, passwords, queries
from lms.accounts.importing import ImportRefused, PersonExists, create_person, import_people, set_password
from lms.accounts.people_changes import Report
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
    SpellEnd,
    SpellKind,
    Team,
)
from lms.models.dated import spells_at
from tests.cast import Cast

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
LATER = datetime(2026, 6, 15, 12, tzinfo=UTC)
COLUMNS = (
    "external_id", "name", "email", "role", "team", "vendor", "coach_email",
    "queues", "timezone", "language", "starts_on", "ends_on", "effective_on",
)  # fmt: skip
ADA = {"external_id": "ada", "name": "Ada", "email": "ada@demo.example"}
BEN = {
    "external_id": "ben", "name": "Ben Odhiambo", "email": "ben@demo.example", "role": "agent",
    "team": "EMEA/Dublin", "queues": "abuse-reports", "timezone": "Europe/Dublin", "starts_on": "2026-05-04",
}  # fmt: skip


def csv_of(*rows: dict[str, str]) -> bytes:
    """A file with just the columns that one of the rows names."""
    columns = [column for column in COLUMNS if any(column in row for row in rows)]
    lines = [",".join(columns), *(",".join(f'"{row.get(column, "")}"' for column in columns) for row in rows)]
    return "\n".join(lines).encode()


def bring_in(*rows: dict[str, str], now: datetime = NOW) -> Report:
    return import_people(csv_of(*rows), now=now)


def refused(*rows: dict[str, str], now: datetime = NOW) -> list[str]:
    """What is said about a file that is refused, after a look that nothing was written."""
    before = everything()
    with pytest.raises(ImportRefused) as caught:
        bring_in(*rows, now=now)
    assert everything() == before
    return [str(problem) for problem in caught.value.problems]


def everything() -> tuple[int, ...]:
    counts = [
        db.session.scalar(select(func.count()).select_from(table)) or 0
        for table in (Person, Identity, Spell, SpellEnd, Team, Queue)
    ]
    db.session.rollback()
    return tuple(counts)


def standing(external_id: str, at: datetime, *, known_at: datetime = LATER) -> dict[str, list[str]]:
    """What somebody is in at an instant, by kind of spell."""
    person = db.session.scalars(select(Identity.person_id).where(Identity.external_id == external_id)).one()
    rows = db.session.execute(
        spells_at(Spell.kind, Spell.role, Team.path, Queue.slug, kinds=list(SpellKind), at=at, known_at=known_at)
        .outerjoin(Team, Team.id == Spell.team_id)
        .outerjoin(Queue, Queue.id == Spell.queue_id)
        .where(Spell.person_id == person)
    ).all()
    db.session.rollback()
    found: dict[str, list[str]] = {"employment": [], "team": [], "role": [], "queue": []}
    for kind, role, path, slug in rows:
        words = {"role": f"{role}@{path}" if path else role, "team": path, "queue": slug, "employment": "yes"}
        found[kind].append(words[kind])
    return {kind: sorted(words) for kind, words in found.items()}


def facts(report: Report) -> dict[str, list[tuple[str, str, str]]]:
    return {
        difference.external_id: [(fact.column, fact.before, fact.after) for fact in difference.facts]
        for difference in report.differences
    }


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.created, report.changed, report.ended, report.unchanged


def dublin(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=ZoneInfo("Europe/Dublin"))


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
        ben = queries.person_of_email("BEN@demo.example")
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


class TestSomebodyKnown:
    def test_an_unchanged_row_changes_nothing(self, cast: Cast) -> None:
        row = ADA | {"role": "agent", "team": "EMEA/Dublin", "queues": "legal-requests;escalations;abuse-reports"}
        before = everything()
        assert counts(bring_in(row)) == (0, 0, 0, 1)
        assert everything() == before

    def test_a_moved_agent_ends_one_spell_and_starts_another(self, cast: Cast) -> None:
        moved = ADA | {"team": "Americas/Austin", "effective_on": "2026-06-01"}
        report = bring_in(moved)
        assert facts(report) == {"ada": [("team", "EMEA/Dublin", "Americas/Austin")]}
        assert standing("ada", dublin(2026, 5, 31))["team"] == ["EMEA/Dublin"]
        assert standing("ada", dublin(2026, 6, 1))["team"] == ["Americas/Austin"]
        assert standing("ada", dublin(2026, 6, 1), known_at=datetime(2026, 5, 1, tzinfo=UTC))["team"] == ["EMEA/Dublin"]
        assert counts(bring_in(moved)) == (0, 0, 0, 1)

    def test_a_row_that_repeats_today_leaves_a_planned_move_alone(self, cast: Cast) -> None:
        bring_in(ADA | {"team": "Americas/Austin", "effective_on": "2026-06-01"})
        assert counts(bring_in(ADA | {"team": "EMEA/Dublin"})) == (0, 0, 0, 1)
        assert standing("ada", LATER)["team"] == ["Americas/Austin"]

    def test_what_changes_before_a_planned_move_gives_way_to_it(self, cast: Cast) -> None:
        bring_in(ADA | {"team": "Americas/Austin", "effective_on": "2026-06-01"})
        bring_in(ADA | {"team": "Americas"})
        assert standing("ada", dublin(2026, 5, 20))["team"] == ["Americas"]
        assert standing("ada", LATER)["team"] == ["Americas/Austin"]

    def test_a_planned_move_is_called_off_by_a_row_for_its_day(self, cast: Cast) -> None:
        bring_in(ADA | {"team": "Americas/Austin", "effective_on": "2026-06-01"})
        bring_in(ADA | {"team": "EMEA/Dublin", "effective_on": "2026-06-01"})
        assert standing("ada", LATER)["team"] == ["EMEA/Dublin"]
        assert standing("ada", dublin(2026, 5, 31))["team"] == ["EMEA/Dublin"]

    def test_queues_named_are_the_queues_worked_in(self, cast: Cast) -> None:
        report = bring_in(ADA | {"queues": "legal-requests; appeals-desk"})
        before = "abuse-reports; escalations; legal-requests"
        assert facts(report) == {"ada": [("queues", before, "appeals-desk; legal-requests")]}
        assert standing("ada", NOW)["queue"] == ["appeals-desk", "legal-requests"]
        bring_in(ADA | {"queues": ""})
        assert standing("ada", NOW)["queue"] == []
        bring_in(ADA | {"queues": "escalations"})
        assert standing("ada", NOW)["queue"] == ["escalations"]

    def test_names_and_addresses_are_changed_in_place(self, cast: Cast) -> None:
        report = bring_in(ADA | {"name": "Ada Whelan-Byrne", "email": "ADA.WB@demo.example", "vendor": "Acme"})
        assert [column for column, _, _ in facts(report)["ada"]] == ["name", "email", "vendor"]
        ada = db.session.get_one(Identity, cast.ada)
        assert (ada.name, ada.email, ada.vendor, ada.timezone) == (
            "Ada Whelan-Byrne", "ada.wb@demo.example", "Acme", "Europe/Dublin",
        )  # fmt: skip

    def test_two_people_may_swap_their_addresses(self, cast: Cast) -> None:
        report = bring_in(
            ADA | {"email": "sam@demo.example"},
            {"external_id": "sam", "name": "Sam", "email": "ada@demo.example"},
        )
        assert report.changed == 2
        assert queries.person_of_email("sam@demo.example") == cast.ada
        assert queries.person_of_email("ada@demo.example") == cast.sam

    def test_somebody_new_may_take_an_address_that_is_given_up(self, cast: Cast) -> None:
        bring_in(BEN | {"email": "ada@demo.example"}, ADA | {"email": "ada.whelan@demo.example"})
        assert queries.person_of_email("ada.whelan@demo.example") == cast.ada

    def test_a_new_role_is_held_beside_those_that_are_named_too(self, cast: Cast) -> None:
        bring_in(ADA | {"role": "agent;owner"})
        assert standing("ada", NOW)["role"] == ["agent", "owner"]
        bring_in(ADA | {"role": "owner"})
        assert standing("ada", NOW)["role"] == ["owner"]
        assert counts(bring_in(ADA | {"role": ""})) == (0, 0, 0, 1)


class TestLeavingAndComingBack:
    def test_the_last_day_is_a_day_with_us_and_the_next_request_after_it_is_nobodys(self, cast: Cast) -> None:
        report = bring_in(ADA | {"ends_on": "2026-05-31"})
        assert counts(report) == (0, 0, 1, 0)
        assert facts(report)["ada"] == [("ends_on", "", "2026-05-31")]
        assert reaches_of(cast.ada, datetime(2026, 5, 31, 22, 59, tzinfo=UTC)) is not None
        assert reaches_of(cast.ada, datetime(2026, 5, 31, 23, 0, tzinfo=UTC)) is None
        assert counts(bring_in(ADA | {"ends_on": "2026-05-31"})) == (0, 0, 0, 1)

    def test_an_end_can_be_moved_and_taken_back(self, cast: Cast) -> None:
        bring_in(ADA | {"ends_on": "2026-05-31"})
        bring_in(ADA | {"ends_on": "2026-08-31"})
        assert standing("ada", LATER)["employment"] == ["yes"]
        report = bring_in(ADA | {"ends_on": ""})
        assert facts(report)["ada"] == [("ends_on", "2026-08-31", "")]
        assert report.changed == 1
        assert standing("ada", datetime(2027, 1, 1, tzinfo=UTC))["employment"] == ["yes"]

    def test_a_file_without_the_column_ends_nobodys_leaving(self, cast: Cast) -> None:
        bring_in(ADA | {"ends_on": "2026-05-31"})
        assert counts(bring_in(ADA, now=LATER)) == (0, 0, 0, 1)
        assert reaches_of(cast.ada, LATER) is None

    def test_who_has_left_does_not_come_back_by_an_empty_cell(self, cast: Cast) -> None:
        bring_in(ADA | {"ends_on": "2026-05-31"})
        (told,) = refused(ADA | {"ends_on": ""}, now=LATER)
        assert told.startswith("row 2, starts_on: this person left on 2026-05-31")

    def test_who_comes_back_works_from_that_day(self, cast: Cast) -> None:
        bring_in(ADA | {"ends_on": "2026-05-31"})
        back = ADA | {"starts_on": "2026-06-10", "ends_on": "", "queues": "escalations"}
        report = bring_in(back, now=datetime(2026, 6, 8, tzinfo=UTC))
        assert ("starts_on", "", "2026-06-10") in facts(report)["ada"]
        assert standing("ada", dublin(2026, 6, 9))["employment"] == []
        assert standing("ada", dublin(2026, 6, 10))["employment"] == ["yes"]
        assert standing("ada", LATER)["queue"] == ["escalations"]
        assert counts(bring_in(back, now=LATER)) == (0, 0, 0, 1)

    def test_the_first_day_can_be_corrected(self, cast: Cast) -> None:
        report = bring_in(ADA | {"starts_on": "2026-01-15"})
        assert facts(report)["ada"] == [("starts_on", "2026-01-01", "2026-01-15")]
        assert standing("ada", dublin(2026, 1, 14))["employment"] == []
        assert standing("ada", NOW)["employment"] == ["yes"]
        assert counts(bring_in(ADA | {"starts_on": "2026-01-15"})) == (0, 0, 0, 1)
        report = bring_in(ADA | {"starts_on": "2026-01-10", "ends_on": "2026-12-31"})
        assert facts(report)["ada"] == [("starts_on", "2026-01-15", "2026-01-10"), ("ends_on", "", "2026-12-31")]

    def test_a_move_between_time_zones_changes_no_date(self, cast: Cast) -> None:
        bring_in(BEN | {"ends_on": "2026-12-31"})
        report = bring_in(BEN | {"ends_on": "2026-12-31", "timezone": "America/Chicago"})
        assert facts(report)["ben"] == [("timezone", "Europe/Dublin", "America/Chicago")]

    def test_nobody_leaves_before_they_started(self, cast: Cast) -> None:
        told = refused(ADA | {"ends_on": "2025-12-31"})
        assert told == ["row 2, ends_on: it lies before the day on which this person started"]

    def test_an_earlier_time_with_us_is_not_written_over(self, cast: Cast) -> None:
        bring_in(ADA | {"ends_on": "2026-02-28"})
        bring_in(ADA | {"starts_on": "2026-05-01", "ends_on": ""})
        (told,) = refused(ADA | {"starts_on": "2026-02-10"})
        assert told.startswith("row 2, starts_on: it lies in an earlier time with us")


class TestRolesAndCoaches:
    def test_a_coach_and_a_lead_cover_the_tree_of_their_team_an_owner_everything(self, cast: Cast) -> None:
        bring_in(
            BEN | {"role": "coach;owner"},
            BEN | {"external_id": "cy", "email": "cy@demo.example", "role": "lead", "team": "EMEA"},
        )
        assert standing("ben", NOW)["role"] == ["coach@EMEA/Dublin", "owner"]
        assert standing("cy", NOW)["role"] == ["lead@EMEA"]

    def test_a_coach_without_a_team_is_refused(self, cast: Cast) -> None:
        assert refused(BEN | {"role": "coach", "team": ""}) == [
            "row 2, team: it is empty, and a coach covers the people of a team"
        ]
        cole = {"external_id": "cole", "name": "Cole", "email": "cole@demo.example"}
        assert len(refused(cole | {"team": ""})) == 1

    def test_a_coach_who_moves_covers_the_new_team_and_no_longer_the_old_one(self, cast: Cast) -> None:
        moved = {"external_id": "cole", "name": "Cole", "email": "cole@demo.example", "team": "Americas/Austin"}
        report = bring_in(moved)
        assert ("role", "coach (EMEA/Dublin)", "coach (Americas/Austin)") in facts(report)["cole"]
        assert standing("cole", NOW)["role"] == ["coach@Americas/Austin"]
        assert counts(bring_in(moved)) == (0, 0, 0, 1)

    def test_whoever_is_named_as_coach_covers_that_team(self, cast: Cast) -> None:
        row = BEN | {"team": "Americas/Austin", "coach_email": "Cole@demo.example"}
        report = bring_in(row)
        assert counts(report) == (1, 1, 0, 0)
        assert facts(report)["cole"] == [
            ("role", "coach (EMEA/Dublin)", "coach (Americas/Austin); coach (EMEA/Dublin)")
        ]
        assert standing("cole", NOW)["role"] == ["coach@Americas/Austin", "coach@EMEA/Dublin"]
        assert counts(bring_in(row)) == (0, 0, 0, 1)

    def test_a_coach_or_lead_of_a_wider_tree_covers_it_already(self, cast: Cast) -> None:
        report = bring_in(
            BEN | {"team": "EMEA/Dublin/Nights", "coach_email": "cole@demo.example"},
            BEN | {"external_id": "cy", "email": "cy@demo.example", "coach_email": "lena@demo.example"},
        )
        assert counts(report) == (2, 0, 0, 0)

    def test_a_coach_may_come_with_the_same_file(self, cast: Cast) -> None:
        rows = (
            BEN | {"coach_email": "mae@demo.example"},
            BEN | {"external_id": "cy", "email": "cy@demo.example", "coach_email": "mae@demo.example", "team": "EMEA"},
            BEN | {"external_id": "mae", "email": "mae@demo.example", "role": "coach", "team": "Americas"},
        )
        assert bring_in(*rows).created == 3
        assert standing("mae", NOW)["role"] == ["coach@Americas", "coach@EMEA"]
        assert counts(bring_in(*rows)) == (0, 0, 0, 3)

    def test_a_coach_who_moves_keeps_the_people_the_file_says(self, cast: Cast) -> None:
        bring_in(
            {"external_id": "cole", "name": "Cole", "email": "cole@demo.example", "team": "Americas/Austin"},
            ADA | {"coach_email": "cole@demo.example", "team": "EMEA/Dublin"},
        )
        assert standing("cole", NOW)["role"] == ["coach@Americas/Austin", "coach@EMEA/Dublin"]

    @pytest.mark.parametrize(
        ("coach_email", "words"),
        [
            ("nobody@demo.example", "nobody has this e-mail"),
            ("ben@demo.example", "nobody is their own coach"),
            ("sam@demo.example", "row 3 gives them another role; add coach to it"),
            ("gone@demo.example", "this person has left"),
        ],
    )
    def test_a_coach_who_cannot_be_one_is_told(self, cast: Cast, coach_email: str, words: str) -> None:
        bring_in(
            BEN
            | {"external_id": "gone", "email": "gone@demo.example", "starts_on": "2025-01-01", "ends_on": "2025-02-01"}
        )
        told = refused(
            BEN | {"coach_email": coach_email},
            {
                "external_id": "sam",
                "name": "Sam",
                "email": "sam@demo.example",
                "role": "agent",
                "team": "Americas/Austin",
            },
        )
        assert told[0].startswith(f"row 2, coach_email: {words}")

    def test_nobody_coaches_a_person_without_a_team(self, cast: Cast) -> None:
        told = refused(BEN | {"team": "", "coach_email": "cole@demo.example"})
        assert told == ["row 2, coach_email: a coach answers for a team, and this person is in none"]

    def test_a_coach_is_not_called_unknown_because_their_own_row_is_wrong(self, cast: Cast) -> None:
        told = refused(
            BEN | {"coach_email": "mae@demo.example"},
            BEN | {"external_id": "mae", "email": "mae@demo.example", "role": "boss"},
        )
        assert len(told) == 1
        assert told[0].startswith("row 3, role")


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
        monkeypatch.setattr(queries, "MOST_NAMED", most_named)
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
        assert queries.person_of_email("nora@demo.example") == person_id
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
        with pytest.raises(importing.NobodyHere):
            set_password(2**31 - 1, "a quiet morning in Dublin", now=NOW)
