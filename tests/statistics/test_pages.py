"""The pages of statistics: who sees them, what counts, and that the file says the same."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from lms import clock
from lms.access import Role
from lms.domain.quizzes import Answer
from lms.extensions import db, writing
from lms.models import AuditEntry, Identity, Person, SpellKind
from lms.privacy.actions import erase
from tests.cast import add_spell, leave
from tests.readiness.make import crew
from tests.training import make
from tests.training.item_types import all_types

HOME = "/statistics/legal-requests"
ADDRESSES = (HOME, f"{HOME}/items.csv", f"{HOME}/items/notice-1")


@writing()
def give_role(person, role):
    """From the beginning on."""
    add_spell(db.session.get_one(Person, person), kind=SpellKind.ROLE, role=role.value)
    db.session.commit()


def lines(reader, query=""):
    """The lines of the file, for items only."""
    text = reader.get(f"{HOME}/items.csv{query}").text
    return {each["item"]: each for each in csv.DictReader(io.StringIO(text)) if not each["part"]}


def people_in(page):
    """How many were asked each question, as the table says."""
    rows = page.soup.select("#items ~ .table-scroll tbody tr, section[aria-labelledby=items] tbody tr")
    return {row.th.a.get_text(strip=True): int(row.select_one("td.num").get_text()) for row in rows}


class TestWhoSees:
    def test_an_owner_their_own_policy_and_an_administrator_all(self, six, sign_in):
        for name in ("pia", "rune"):
            reader = sign_in(name)
            assert "Legal requests" in reader.get("/statistics").words
            for address in ADDRESSES:
                reader.get(address)

    def test_another_owner_and_a_vendors_people_nothing(self, six, cast, sign_in):
        give_role(cast.sam, Role.OWNER)
        with writing():
            db.session.execute(update(Identity).where(Identity.person_id == cast.rune).values(vendor="Acme"))
            db.session.commit()
        for name in ("sam", "rune"):
            reader = sign_in(name)
            assert "Legal requests" not in reader.get("/statistics").words
            for address in ADDRESSES:
                assert reader.get(address, expect=404).words.count("There is nothing here for you")

    def test_agents_coaches_and_leads_nothing_and_no_key_is_read_for_them(self, six, sign_in):
        for name in ("ada", "cole", "lena"):
            for address in ("/statistics", *ADDRESSES):
                page = sign_in(name).get(address, expect=404)
                assert not any("item_keys" in sent for sent in page.statements)

    def test_who_is_being_asked_the_same_sees_no_key(self, six, cast, sign_in):
        give_role(cast.ada, Role.ADMINISTRATOR)
        ada = sign_in("ada")
        make.begin(ada)
        for address in ADDRESSES:
            page = ada.get(address, expect=422)
            assert not any("item_keys" in sent for sent in page.statements)
            assert "You are taking this quiz yourself" in page.words

    def test_what_does_not_exist_is_not_there(self, six, sign_in):
        pia = sign_in("pia")
        for address in ("/statistics/nothing", f"{HOME}/items/nothing", f"{HOME}?version=9"):
            pia.get(address, expect=404)


class TestNeedToKnow:
    def test_a_question_about_a_secret_clause_is_its_owners_only_and_reading_it_is_noted(
        self, app, cast, sign_in, tmp_path
    ):
        make.Shelf(tmp_path).version(make.FIRST, ago=make.DAY, secret=("notice",)).items_for(*make.FIRST).publish()
        rune = sign_in("rune").get(HOME)
        assert "4 questions are about clauses that only some may read" in rune.words
        assert "notice-1" not in rune.text
        sign_in("rune").get(f"{HOME}/items/notice-1", expect=404)
        assert "notice" not in sign_in("rune").get(f"{HOME}/items.csv").text
        assert noted() == []
        assert sign_in("pia")._send("get", f"{HOME}/items/notice-1").status == 200  # which writes
        assert noted() == ["legal-requests version 1: notice"]

    def test_a_secret_policy_is_its_owners_only(self, app, cast, sign_in, tmp_path):
        make.simple(tmp_path, settings={"need_to_know": "true"})
        sign_in("rune").get(HOME, expect=404)
        assert sign_in("pia")._send("get", f"{HOME}/items.csv").status == 200
        assert noted() == ["legal-requests version 1"]


def noted():
    """What readings were noted."""
    found = db.session.scalars(select(AuditEntry.about).where(AuditEntry.act == "need-to-know read")).all()
    db.session.rollback()
    return list(found)


class TestWhatCounts:
    def test_the_page_and_the_file_say_the_same(self, six, sign_in):
        pia = sign_in("pia")
        page, file = pia.get(HOME), lines(pia)
        assert people_in(page) == {item: int(line["attempts"]) for item, line in file.items()}
        assert sum(map(int, (line["attempts"] for line in file.values()))) == 6 * 6
        for row in page.soup.select("section[aria-labelledby=items] tbody tr"):
            line, cells = file[row.th.a.get_text(strip=True)], row.select("td")
            for cell, name in ((cells[1], "facility"), (cells[3], "old_rule")):
                said = cell.strong.get_text(strip=True) if cell.strong else ""
                assert said == (f"{int(100 * float(line[name]))} %" if line[name] else "")
            said = cells[2].strong.get_text(strip=True) if cells[2].strong else ""
            assert said == (f"{float(line['discrimination']):.2f}" if line["discrimination"] else "")

    def test_the_page_of_an_item_says_what_the_file_says_of_its_options(self, six, sign_in):
        pia = sign_in("pia")
        text = pia.get(f"{HOME}/items.csv").text
        parts = [each for each in csv.DictReader(io.StringIO(text)) if each["item"] == "notice-1" and each["part"]]
        rows = pia.get(f"{HOME}/items/notice-1").soup.select("section[aria-labelledby=answers] tbody tr")
        assert [each["key"] for each in parts] == ["yes", "no", "no"]
        assert [int(each["chosen"]) for each in parts] == [
            int(row.select("td")[0].select(".hint")[-1].get_text().split()[0]) for row in rows
        ]
        assert sum(int(each["chosen"]) for each in parts) == int(parts[0]["attempts"])

    def test_everybody_counts_once_at_their_first_attempt(self, six, sign_in):
        before = lines(sign_in("pia"))
        assert float(before["notice-1"]["facility"]) < 1
        make.prove(six[0], at=clock.now())
        assert lines(sign_in("pia")) == before

    def test_the_missed_items_are_the_hard_ones(self, six, sign_in):
        found = lines(sign_in("pia"))
        notice = [line for item, line in found.items() if item.startswith("notice") and line["facility"]]
        right = sum(float(line["facility"]) * int(line["attempts"]) for line in notice)
        assert right == pytest.approx(2 * 2, abs=0.01)
        others = [line["facility"] for item, line in found.items() if not item.startswith("notice")]
        assert set(others) <= {"1.0", ""}

    def test_a_period_counts_what_was_handed_in_within_it(self, six, sign_in):
        pia = sign_in("pia")
        today = clock.now().date()
        for query, people in (
            (f"?from={today - timedelta(days=6)}&to={today}", 6),
            (f"?from={today - timedelta(days=1)}", 0),
            (f"?to={today - timedelta(days=6)}", 0),
        ):
            assert f"of {people} people" in pia.get(HOME + query).words
            assert "Handed in" in pia.get(f"{HOME}/items/notice-1{query}").soup.select_one(".lead").get_text()
            assert sum(int(line["attempts"]) for line in lines(pia, query).values()) == 6 * people

    def test_each_version_has_its_own_and_the_newest_that_was_tried_is_shown(self, six, sign_in, tmp_path):
        shelf = make.second(make.simple(tmp_path / "again", ago=10 * make.DAY))
        assert len(shelf.texts) == 2
        pia = sign_in("pia")
        assert "version 1" in pia.get(HOME).words
        assert "of 0 people at version 2" in pia.get(f"{HOME}?version=2").words
        make.fail(crew(1, team="EMEA/Dublin", queues=["legal-requests"], name="new")[0], wrong=(), at=clock.now())
        assert "of 1 person at version 2" in pia.get(HOME).words
        assert "of 6 people at version 1" in pia.get(f"{HOME}?version=1").words

    def test_who_was_erased_is_not_counted(self, six, cast, sign_in):
        leave(six[0])
        erase(six[0], reason="They asked for it.", by=cast.rune, now=clock.now() + timedelta(seconds=1))
        assert "of 5 people" in sign_in("pia").get(HOME).words

    def test_few_attempts_are_said_to_be_few(self, six, sign_in):
        assert "Too few attempts yet to say." in sign_in("pia").get(f"{HOME}/items/notice-1").words


class TestThePage:
    def test_it_takes_the_same_statements_for_six_and_twelve(self, six, sign_in):
        pia = sign_in("pia")
        few = [len(pia.get(address).statements) for address in ADDRESSES]
        for place, person in enumerate(crew(6, team="EMEA/Dublin", queues=["legal-requests"], name="more")):
            make.fail(person, wrong=("kinds",), at=clock.now(), seed=100 + place)
        assert [len(pia.get(address).statements) for address in ADDRESSES] == few
        assert len(set(few)) == 1

    def test_it_is_sorted_by_links_and_turned_round_by_the_same_link(self, six, sign_in):
        pia = sign_in("pia")
        for order in ("people", "facility", "item"):
            up, down = (list(people_in(pia.get(f"{HOME}?sort={turn}{order}"))) for turn in ("", "-"))
            assert len(up) == 12
            assert up != down
        rising = list(people_in(pia.get(f"{HOME}?sort=people")).values())
        assert rising == sorted(rising)
        page = pia.get(f"{HOME}?sort=people")
        assert page.soup.select_one("th[aria-sort=ascending] a")["href"].split("#")[0].endswith("sort=-people")

    @pytest.mark.parametrize(
        ("query", "sentence"),
        [
            ("from=yesterday", "is not a day"),
            ("from=0001-01-01", "is not a day"),
            ("from=2026-03-02&to=2026-03-01", "ends before it begins"),
            ("version=two", "is not a version"),
            ("zone=Nowhere/At/All&from=2026-03-02", "is not a time zone"),
        ],
    )
    def test_what_is_not_understood_is_said(self, six, sign_in, query, sentence):
        assert sentence in sign_in("pia").get(f"{HOME}?{query}", expect=422).words

    def test_nobody_yet_is_no_error(self, app, cast, sign_in, tmp_path):
        make.simple(tmp_path)
        pia = sign_in("pia")
        assert "First attempts of 0 people" in pia.get(HOME).words
        assert all(line["facility"] == "" for line in lines(pia).values())
        pia.get(f"{HOME}/items/notice-1")

    def test_every_type_has_a_page_and_a_pilot_is_called_one(self, app, cast, sign_in, tmp_path):
        all_types(tmp_path)
        pia, at = sign_in("pia"), clock.now()
        make.actions.submit_attempt(make.start(cast.ada, at=at), cast.ada, now=at)
        found = lines(pia)
        assert {line["type"] for line in found.values()} == {"ordering", "matching", "number", "short", "single"}
        assert [item for item, line in found.items() if line["pilot"] == "yes"] == ["p-1"]
        for item in found:
            page = pia.get(f"{HOME}/items/{item}")
            assert ("Pilot, not scored" in page.words) == (item == "p-1")
        assert "It is three in the morning." in pia.get(f"{HOME}/items/night-2").words

    def test_what_five_people_wrote_alike_is_on_the_page_and_in_the_file(self, app, cast, sign_in, tmp_path):
        all_types(tmp_path)
        at = clock.now()
        for person in crew(5, team="EMEA/Dublin", queues=["legal-requests"]):
            attempt = make.start(person, at=at)
            place = next(each.position for each in make.graded([attempt]) if each.item.id == "s-1")
            make.actions.submit_attempt(attempt, person, answers={place: Answer(typed="Search  warrant")}, now=at)
        pia = sign_in("pia")
        assert "search warrant" in pia.get(f"{HOME}/items/s-1").words
        assert "s-1,short,steps kinds times,no,search warrant,wrong,no,5," in pia.get(f"{HOME}/items.csv").text

    def test_policies_lead_to_it_for_who_may(self, six, sign_in):
        assert "/statistics" in sign_in("pia").get("/policies").text
        assert "/statistics" not in sign_in("ada").get("/policies").text
