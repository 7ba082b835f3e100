"""Compare and judge: the page on which an owner decides, sees what it does to people, and sends it on."""

from datetime import UTC, datetime, timedelta

import pytest

from lms import clock
from lms.extensions import db, writing
from lms.models import ChangeRow, Version
from lms.models.proof import Proven, record_evidence, text_hashes
from lms.policies.actions import load_shelf, propose
from tests.policies.conftest import NOW
from tests.policies.shelves import ITEMS, RELEASE_1, V1, V2, write_shelf

DRAFT = "/policies/requests/draft"


def verdict_fields(clause, *, verdict="material", reason="It is another rule."):
    return {f"judge-{clause}-verdict": verdict, f"judge-{clause}-reason": reason}


def judge(reader, *clauses):
    for clause in clauses:
        reader.post(f"{DRAFT}/changes/{clause}", verdict_fields(clause))


def test_only_owners_see_a_draft(draft, sign_in):
    for name in ("ada", "cole", "lena", "rune"):
        sign_in(name).get(DRAFT, expect=404)
        sign_in(name).post(f"{DRAFT}/changes/speed", verdict_fields("speed"), expect=404)


def test_without_a_draft_there_is_no_page(published, sign_in):
    sign_in("pia").get(DRAFT, expect=404)


def test_each_change_is_shown_with_what_is_proposed_and_why(draft, sign_in):
    page = sign_in("pia").get(DRAFT)
    assert "It follows version 1. 3 clauses changed; 3 of these nobody judged yet." in page.words
    speed = page.soup.find(id="change-speed").get_text(" ", strip=True)
    assert "Proposed New meaning. The words changed: 1 word is new, 1 is gone." in speed
    assert "Please look at this one" not in speed
    assert not page.soup.select("input[checked]"), "nobody decides for the person"


def test_clauses_without_a_counterpart_are_marked_until_somebody_judges_them(draft, sign_in):
    pia = sign_in("pia")
    assert "Please look at this one" in pia.get(DRAFT).soup.find(id="change-records").get_text()
    judge(pia, "records")
    assert "Please look at this one" not in pia.get(DRAFT).soup.find(id="change-records").get_text()


def test_an_uncertain_link_can_be_confirmed(app, cast, root, sign_in):
    vague = V1.replace("Answer within 24 hours.", "Write back to whoever asked, within 24 hours or sooner if you can.")
    load_shelf(
        write_shelf(root, texts={1: V1, 2: vague.replace("{#speed}", "")}, releases=(RELEASE_1,)),
        is_publishing=True,
        now=NOW,
    )
    pia = sign_in("pia")
    page = pia.get(DRAFT)
    assert "the words have little in common" in page.words
    pia.post(f"{DRAFT}/changes/speed", verdict_fields("speed") | {"judge-speed-is_link_confirmed": "y"})
    assert "the words have little in common" not in pia.get(DRAFT).words


def test_a_judged_change_shows_its_verdict_and_can_be_judged_again(draft, sign_in):
    pia = sign_in("pia")
    page = pia.post(f"{DRAFT}/changes/speed", verdict_fields("speed"))
    assert page.location == f"{DRAFT}#change-speed"
    speed = pia.get(DRAFT).soup.find(id="change-speed")
    assert "Why: It is another rule." in speed.get_text(" ", strip=True)
    assert speed.find("summary", string="Judge it again")
    pia.post(f"{DRAFT}/changes/speed", verdict_fields("speed", verdict="editorial", reason="No, the same."))
    assert "Same meaning" in pia.get(DRAFT).soup.find(id="change-speed").get_text()


def test_a_verdict_without_a_reason_comes_back_with_what_was_typed(draft, sign_in, rows):
    page = sign_in("pia").post(f"{DRAFT}/changes/speed", verdict_fields("speed", reason=" "), expect=422)
    assert "Say in a few words why." in page.words
    assert page.soup.select_one("#change-speed input[checked]")["value"] == "material"
    assert not [row for row in rows(ChangeRow) if row["verdict"]]


def test_a_clause_that_did_not_change_cannot_be_judged(draft, sign_in):
    sign_in("pia").post(f"{DRAFT}/changes/who", verdict_fields("who"), expect=422)


def send(reader, *, reason="Answers took too long.", effective_at="", expect=303):
    fields = {"propose-reason": reason, "propose-effective_at": effective_at}
    return reader.post(f"{DRAFT}/propose", fields, expect=expect)


def test_it_is_sent_only_when_every_change_is_judged(draft, sign_in):
    page = send(sign_in("pia"), expect=422)
    assert "Nobody decided yet whether the meaning of “How fast”, “Records”, “fax” changed." in page.words


def test_it_takes_effect_in_the_time_of_the_policy(draft, sign_in, rows):
    pia = sign_in("pia")
    judge(pia, "speed", "records", "fax")
    assert "In the time of America/Los_Angeles." in pia.get(DRAFT).words
    send(pia, effective_at="2032-07-01T09:00")
    assert rows(Version)[-1]["effective_at"] == datetime(2032, 7, 1, 16, tzinfo=UTC)
    page = pia.get(DRAFT)
    assert "It is sent for approval" in page.words
    assert not page.soup.find("form", action=f"{DRAFT}/propose")


def test_an_hour_that_does_not_exist_is_refused(draft, sign_in):
    pia = sign_in("pia")
    judge(pia, "speed", "records", "fax")
    page = send(pia, effective_at="2032-03-14T02:30", expect=422)
    assert "there is no 02:30. Take 03:30." in page.words
    assert page.soup.find("textarea").get_text(strip=True) == "Answers took too long."


def test_a_moment_that_cannot_be_read_is_refused(draft, sign_in):
    pia = sign_in("pia")
    judge(pia, "speed", "records", "fax")
    assert send(pia, effective_at="soon", expect=422).soup.select_one("#propose-effective_at[aria-invalid]")


@pytest.mark.parametrize("reason", ["", "Faster."])
def test_a_version_says_why_it_exists(draft, sign_in, reason):
    assert send(sign_in("pia"), reason=reason, expect=422).soup.select_one("#propose-reason[aria-invalid]")


def test_it_can_be_taken_back(draft, sign_in, rows):
    pia = sign_in("pia")
    judge(pia, "speed", "records", "fax")
    send(pia)
    send(pia)
    assert pia.post(f"{DRAFT}/take-back").location == DRAFT
    assert rows(Version)[-1]["proposed_at"] is None
    assert pia.get(DRAFT).soup.find("form", action=f"{DRAFT}/propose")


def test_an_emergency_is_called_and_called_off(draft, sign_in, rows):
    pia = sign_in("pia")
    pia.post(f"{DRAFT}/emergency", {"emergency-provisional_hours": "72"})
    assert rows(Version)[-1]["provisional_hours"] == 72
    assert "It is an emergency version" in pia.get(DRAFT).words
    pia.post(f"{DRAFT}/emergency", {"emergency-provisional_hours": ""})
    assert rows(Version)[-1]["provisional_hours"] is None
    page = pia.post(f"{DRAFT}/emergency", {"emergency-provisional_hours": "99999"}, expect=422)
    assert "Write 1 to 2160 hours." in page.words


def test_what_is_stale_or_not_asked_about_is_listed(app, cast, root, sign_in):
    items = [item for item in ITEMS if item[0] != "speed-2"]
    load_shelf(write_shelf(root, releases=(RELEASE_1,), items=items), is_publishing=True, now=NOW)
    page = sign_in("pia").get(DRAFT)
    assert "Too few questions ask about 1 clause" in page.words
    assert "Write more, or check old ones" in page.words
    assert "2 questions may be out of date" in page.words
    assert "fax-1, speed-1" in page.words
    assert "1 lesson may be out of date" in page.words


def test_a_draft_of_a_text_that_is_split_otherwise_today_is_still_read(draft, sign_in):
    with writing():
        db.session.query(Version).filter_by(id=draft).update({"text": "One paragraph."})
        db.session.commit()
    page = sign_in("pia").get(DRAFT)
    assert "Answer within 4 hours." in page.soup.find(id="change-speed").get_text(" ", strip=True).replace(
        "added: ", ""
    ).replace(" (end)", "")


def test_a_first_version_is_all_new(app, cast, root, sign_in):
    load_shelf(write_shelf(root, texts={1: V1}, releases=()), is_publishing=False, now=NOW)
    pia = sign_in("pia")
    page = pia.get(DRAFT)
    assert "The first version: 4 clauses, all of them new." in page.words
    assert page.soup.find(id="clause-speed")
    pia.post(f"{DRAFT}/emergency", {"emergency-provisional_hours": "24"})
    send(pia, reason="The first version of it.")


def test_a_version_without_any_change_says_so(app, cast, root, sign_in):
    load_shelf(write_shelf(root, texts={1: V1, 2: V1}, releases=(RELEASE_1,)), is_publishing=True, now=NOW)
    page = sign_in("pia").get(DRAFT)
    assert "No clause is different." in page.words
    assert "Nobody has to learn anything" in page.words


class TestWhatItDoesToPeople:
    @pytest.fixture
    def ready(self, draft, cast):
        """Ada has shown that she knows version 1."""
        with writing():
            from lms.models import Person

            ada, first = db.session.get(Person, cast.ada), db.session.get(Version, 1)
            proven = Proven(kind="passed", occurred_at=NOW, facts={})
            record_evidence(ada, first, clauses=text_hashes(first), proven=proven, recorded_at=NOW)
            db.session.commit()
        return cast.ada

    def test_it_says_how_many_stop_being_ready_by_queue(self, ready, sign_in):
        pia = sign_in("pia")
        assert "once every change is judged" in pia.get(DRAFT).words
        page = pia.get(f"{DRAFT}?effect=1")
        assert "1 person would no longer be ready when it takes effect" in page.words
        assert "learns 3 clauses, about" in page.words
        row = page.soup.find("table", id="effect-by-queue").tbody.get_text(" ", strip=True)
        assert row == "Legal requests 1 1 0 1"

    def test_what_does_not_change_the_meaning_does_nothing_to_them(self, ready, sign_in):
        pia = sign_in("pia")
        for clause in ("speed", "records", "fax"):
            fields = verdict_fields(clause, verdict="editorial", reason="Only said otherwise.")
            pia.post(f"{DRAFT}/changes/{clause}", fields)
        page = pia.get(DRAFT)
        assert "Nobody has to learn anything" in page.words
        row = page.soup.find("table", id="effect-by-queue").tbody.get_text(" ", strip=True)
        assert row == "Legal requests 1 1 1 0"

    def test_nobody_in_the_queue_is_said_too(self, app, cast, root, sign_in):
        with writing():
            from lms.models import Queue

            db.session.add(Queue(slug="night", name="Night"))
            db.session.commit()
        shelf = write_shelf(root, releases=(RELEASE_1,), audience="[night]")
        load_shelf(shelf, is_publishing=True, now=NOW)
        assert "Nobody works in a queue that needs this policy then." in sign_in("pia").get(f"{DRAFT}?effect=1").words

    def test_a_policy_for_everybody_counts_in_every_queue(self, app, cast, root, sign_in):
        load_shelf(write_shelf(root, releases=(RELEASE_1,), audience="everybody"), is_publishing=True, now=NOW)
        rows = sign_in("pia").get(f"{DRAFT}?effect=1").soup.find("table", id="effect-by-queue").tbody.find_all("tr")
        assert [row.th.get_text() for row in rows] == ["Abuse reports", "Escalations", "Legal requests"]
        assert rows[0].get_text(" ", strip=True) == "Abuse reports 2 0 0 0"

    def test_an_emergency_is_shown_without_the_version_it_withdraws(self, ready, cast, root, sign_in, rows):
        from lms.policies.actions import approve, call_emergency, decide

        now = clock.now()
        for clause in ("speed", "records", "fax"):
            decide(2, clause, verdict="material", reason="It is another rule.", by=cast.pia, now=now)
        later = now + timedelta(days=9)
        propose(2, effective_at=later, reason="Answers took too long.", by=cast.pia, now=now)
        approve(2, by=cast.lena, now=now)
        release = f"""\
  - number: 2
    published_at: {now.isoformat(timespec="seconds")}
    effective_at: {later.isoformat(timespec="seconds")}
    author: pia@demo.example
    approver: lena@demo.example
    reason: Answers took too long.
    changes:
      - {{clause: speed, verdict: material, reason: Four hours from now on.}}
      - {{clause: records, verdict: material, reason: Decisions were not noted.}}
      - {{clause: fax, verdict: material, removed: true, reason: We no longer take faxes.}}
"""
        third = V1.replace("The shift lead decides.", "The lead on call decides, and counsel on duty is told at once.")
        load_shelf(
            write_shelf(root, texts={1: V1, 2: V2, 3: third}, releases=(RELEASE_1, release)),
            is_publishing=True,
            now=now,
        )
        call_emergency(3, provisional_hours=24, by=cast.pia, now=now)
        page = sign_in("pia").get(f"{DRAFT}?effect=1")
        assert [section["id"] for section in page.soup.select("section.change")] == ["change-who"]
        assert "learns 1 clause, about" in page.words


def test_the_statements_do_not_grow_with_people_or_changes(draft, cast, sign_in):
    from lms.models import SpellKind
    from tests.cast import add_spell, make_person

    pia = sign_in("pia")
    pia.get(f"{DRAFT}?effect=1")  # what is kept by digest has been read by now
    few = len(pia.get(f"{DRAFT}?effect=1").statements)
    with writing():
        for number in range(10):
            person = make_person(f"agent-{number}")
            add_spell(person, kind=SpellKind.EMPLOYMENT)
            add_spell(person, kind=SpellKind.QUEUE, queue_id=3)
        db.session.commit()
    assert len(pia.get(f"{DRAFT}?effect=1").statements) == few
