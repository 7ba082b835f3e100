"""Who is known already: what a row changes, from when on, and what it leaves alone."""

from datetime import UTC, datetime

import pytest

from lms.accounts.queries import person_of_email
from lms.accounts.sessions import reaches_of
from lms.extensions import db
from lms.models import (
    Identity,
)
from tests.cast import Cast
from tests.people.files import ADA, BEN, LATER, NOW, bring_in, counts, dublin, everything, facts, refused, standing


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
        assert person_of_email("sam@demo.example") == cast.ada
        assert person_of_email("ada@demo.example") == cast.sam

    def test_somebody_new_may_take_an_address_that_is_given_up(self, cast: Cast) -> None:
        bring_in(BEN | {"email": "ada@demo.example"}, ADA | {"email": "ada.whelan@demo.example"})
        assert person_of_email("ada.whelan@demo.example") == cast.ada

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

    def test_somebody_of_a_vendor_is_no_administrator(self, cast: Cast) -> None:
        told = ["row 2, role: they work for a vendor, and an administrator sees everybody"]
        assert refused(BEN | {"role": "administrator", "vendor": "Helping Hands"}) == told
        rune = {"external_id": "rune", "name": "Rune", "email": "rune@demo.example"}
        assert refused(rune | {"vendor": "Helping Hands"}) == told
        bring_in(BEN | {"role": "lead", "vendor": "Helping Hands"})
        assert refused(BEN | {"role": "administrator", "vendor": "Helping Hands"}) == told
        bring_in(BEN | {"role": "administrator", "vendor": ""})
        assert standing("ben", NOW)["role"] == ["administrator"]

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
