"""The list of people, one person, and changing one or many after a preview: dated, appended, noted."""

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from lms import clock
from lms.access import Role
from lms.accounts.queries import person_of_external_id
from lms.extensions import db
from lms.models import AuditEntry, Identity, Spell, SpellKind
from lms.people.actions import Who, change, change_identity
from lms.people.changing import Change, ChangeRefused, Word
from lms.people.importing import import_people
from lms.readiness.queries import standings
from lms.verifying.spells import overlaps
from tests.training.make import DAY, prove

WHY = "The nights need two more people."
HEADER = "external_id,name,email,role,team,vendor,queues\n"


def do(cast, *names, word, start=None, end=None, **more):
    now = clock.now()
    asked = Change(word=word, start_at=start or now, end_at=end, why=more.pop("why", WHY), **more)
    return change([getattr(cast, name) for name in names], asked, by=cast.rune, now=now)


def names(page):
    return [link.get_text() for link in page.soup.select("tbody th a")]


def shown(sign_in, person):
    page = sign_in("rune").get(f"/people/{person}")
    pairs = zip(page.soup.select(".facts dt"), page.soup.select(".facts dd"), strict=True)
    return {word.get_text(strip=True): value.get_text(" ", strip=True) for word, value in pairs}


class TestTheList:
    def test_everybody_is_in_it_with_where_they_work(self, cast, sign_in):
        page = sign_in("rune").get("/people")
        assert "6 people" in page.words
        assert names(page) == ["Ada", "Cole", "Lena", "Pia", "Rune", "Sam"]
        assert "EMEA/Dublin" in page.words

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ("who=ADA", ["Ada"]),
            ("who=sam%40demo", ["Sam"]),
            ("team=EMEA", ["Ada", "Cole", "Lena"]),
            ("queue=legal-requests", ["Ada"]),
            ("role=lead", ["Lena"]),
            ("state=here", ["Ada", "Cole", "Lena", "Pia", "Rune", "Sam"]),
            ("state=left", []),
            ("state=coming", []),
            ("state=on+leave", []),
            ("who=%25", []),
        ],
    )
    def test_it_is_filtered(self, cast, sign_in, asked, found):
        assert names(sign_in("rune").get(f"/people?{asked}")) == found

    def test_states_follow_what_is_recorded(self, cast, sign_in):
        now = clock.now()
        do(cast, "ada", word=Word.LEAVE, end=now + DAY)
        do(cast, "sam", word=Word.LEFT)
        rows = f"{HEADER}n1,Nora New,nora@demo.example,agent,EMEA,Acme,\n".replace("queues\n", "queues,starts_on\n")
        later = f"{now + 3 * DAY:%Y-%m-%d}"
        import_people(rows.replace("Acme,\n", f"Acme,,{later}\n").encode(), now=now)
        rune = sign_in("rune")
        for state, found in (("on+leave", ["Ada"]), ("left", ["Sam"]), ("coming", ["Nora New"])):
            assert names(rune.get(f"/people?state={state}")) == found
        assert names(rune.get("/people?vendor=Acme")) == ["Nora New"]

    def test_a_question_that_makes_no_sense_is_told(self, cast, sign_in):
        sign_in("rune").get("/people?role=king", expect=422)
        sign_in("rune").get("/people?state=lost", expect=422)

    def test_it_has_pages_in_a_fixed_number_of_statements_and_a_file_of_all(self, cast, sign_in):
        rows = "".join(f"x{n},Person {n:03},p{n}@demo.example,agent,EMEA,,abuse-reports\n" for n in range(60))
        import_people(f"{HEADER}{rows}".encode(), now=clock.now())
        rune = sign_in("rune")
        few, many = rune.get("/people?who=ada"), rune.get("/people")
        assert len(few.statements) == len(many.statements)
        assert "Page 2 of 2" in rune.get("/people?page=9").words
        lines = list(csv.DictReader(io.StringIO(rune.get("/people/people.csv?queue=abuse-reports").text)))
        assert len(lines) == 62
        assert lines[2]["team"] == "EMEA"

    def test_nobody_else_sees_it(self, cast, sign_in):
        for name in ("ada", "cole", "lena", "pia"):
            for url in ("/people", "/people/people.csv", f"/people/{cast.ada}", "/people/change", "/people/new"):
                sign_in(name).get(url, expect=404)


class TestAChange:
    def test_a_move_ends_the_old_team_as_the_new_one_begins(self, cast, sign_in):
        start = clock.now() + DAY
        do(cast, "ada", word=Word.TEAM, team="Americas/Austin", start=start)
        spells = db.session.scalars(
            select(Spell).where(Spell.person_id == cast.ada, Spell.kind == SpellKind.TEAM).order_by(Spell.id)
        ).all()
        assert spells[1].start_at == start
        assert shown(sign_in, cast.ada)["Team"] == "EMEA/Dublin"
        assert list(overlaps()) == []

    def test_twice_is_once(self, cast):
        for word, more in (
            (Word.TEAM, {"team": "Americas"}),
            (Word.QUEUE, {"queue": "legal-requests"}),
            (Word.NO_QUEUE, {"queue": "abuse-reports"}),
            (Word.ROLE, {"role": Role.COACH, "team": "Americas"}),
            (Word.NO_ROLE, {"role": Role.AGENT}),
            (Word.LEFT, {}),
            (Word.BACK, {}),
        ):
            first = do(cast, "sam", word=word, **more)
            assert [step.skipped for step in first] == [""], word
            count = db.session.query(Spell).count()
            again = do(cast, "sam", word=word, **more)
            assert again[0].skipped, word
            assert db.session.query(Spell).count() == count
        assert list(overlaps()) == []

    def test_leave_and_waivers_are_recorded_once(self, cast, simple):
        simple(ago=10 * DAY)
        start = clock.now()
        for word, more in ((Word.LEAVE, {}), (Word.WAIVER, {"policy": "legal-requests"})):
            assert do(cast, "ada", word=word, start=start, end=start + DAY, **more)[0].skipped == ""
            assert do(cast, "ada", word=word, start=start, end=start + DAY, **more)[0].skipped == "was recorded already"

    def test_somebody_of_a_vendor_is_no_administrator(self, cast):
        identity = db.session.get_one(Identity, cast.sam)
        who = Who(name="Sam", email=identity.email, timezone="UTC", language="en", vendor="Helping Hands")
        change_identity(cast.sam, who, why="Moved to a partner.", by=cast.rune, now=clock.now())
        (step,) = do(cast, "sam", word=Word.ROLE, role=Role.ADMINISTRATOR)
        assert step.skipped == "works for a vendor, and an administrator sees everybody"
        assert do(cast, "ada", word=Word.ROLE, role=Role.ADMINISTRATOR)[0].skipped == ""
        other = replace(who, name="Ada", email="ada@demo.example")
        with pytest.raises(ChangeRefused, match="They are an administrator, who sees everybody"):
            change_identity(cast.ada, other, why="Moved to a partner.", by=cast.rune, now=clock.now() + DAY)

    def test_a_time_that_ends_goes_on_and_one_that_lies_ahead_is_taken_in(self, cast):
        now = clock.now()
        do(cast, "sam", word=Word.NO_QUEUE, queue="abuse-reports", start=now + DAY)
        do(cast, "sam", word=Word.QUEUE, queue="abuse-reports", start=now + 3 * DAY)
        do(cast, "sam", word=Word.QUEUE, queue="abuse-reports")
        assert list(overlaps()) == []
        assert do(cast, "sam", word=Word.QUEUE, queue="abuse-reports", start=now + 2 * DAY)[0].skipped

    def test_who_has_left_is_left_out_and_a_leaver_leaves_everything(self, cast, sign_in):
        do(cast, "sam", word=Word.LEFT)
        steps = do(cast, "sam", "ada", word=Word.QUEUE, queue="legal-requests")
        assert {step.name: step.skipped for step in steps} == {
            "Ada": "is in it already", "Sam": "does not work here then",
        }  # fmt: skip
        facts = shown(sign_in, cast.sam)
        assert (facts["State"], facts["Team"], facts["Roles"], facts["Queues"]) == ("Left", "–", "–", "–")
        do(cast, "sam", word=Word.BACK)
        assert shown(sign_in, cast.sam)["State"] == "Here"

    @pytest.mark.parametrize(
        ("more", "sentence"),
        [
            ({"word": Word.TEAM, "team": "Nowhere"}, "There is no team “Nowhere”"),
            ({"word": Word.TEAM}, "Choose a team"),
            ({"word": Word.QUEUE, "queue": "nothing"}, "There is no queue"),
            ({"word": Word.ROLE}, "Choose a role"),
            ({"word": Word.WAIVER, "policy": "nothing"}, "There is no policy"),
            ({"word": Word.LEFT, "why": "short"}, "10 characters"),
        ],
    )
    def test_what_cannot_be_meant_is_refused_and_nothing_is_written(self, cast, more, sentence):
        count = db.session.query(Spell).count()
        with pytest.raises(ChangeRefused, match=sentence):
            do(cast, "ada", **more)
        now = clock.now()
        with pytest.raises(ChangeRefused, match="before the beginning"):
            do(cast, "ada", word=Word.LEAVE, start=now, end=now - DAY)
        with pytest.raises(ChangeRefused, match="Choose 1 to"):
            do(cast, word=Word.LEFT)
        assert db.session.query(Spell).count() == count

    def test_each_person_has_an_entry_in_the_log(self, cast):
        do(cast, "ada", "sam", word=Word.QUEUE, queue="legal-requests")
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "spell begun")).one()
        assert (entry.person_id, entry.by, entry.reason) == (cast.sam, cast.rune, WHY)
        assert entry.after["queue"] == "legal-requests"

    def test_statements_do_not_grow_with_the_people(self, cast):
        from tests.policies.test_after_publication import _writes

        rows = "".join(f"x{n},Person {n},p{n}@demo.example,agent,EMEA,,\n" for n in range(40))
        import_people(f"{HEADER}{rows}".encode(), now=clock.now())
        ids = db.session.scalars(select(Identity.person_id).where(Identity.external_id.startswith("x"))).all()
        asked = Change(word=Word.QUEUE, queue="legal-requests", start_at=clock.now(), why=WHY)
        sent = _writes(lambda: change(ids, asked, by=cast.rune, now=clock.now()))
        assert len(sent) == 2, sent


class TestReadinessFollows:
    def test_from_the_day_it_is_said_and_the_past_stays(self, cast, simple):
        simple(ago=20 * DAY)
        prove(cast.ada, at=clock.now() - 10 * DAY)
        then = clock.now() - 3 * DAY
        before = standings(scope=None, at=then, known_at=then).rows
        do(cast, "sam", word=Word.QUEUE, queue="legal-requests", start=clock.now() + DAY)
        now = clock.now()
        today = {row.person for row in standings(scope=None, at=now, known_at=now, queue="legal-requests").rows}
        later = standings(scope=None, at=now + 2 * DAY, known_at=now, queue="legal-requests").rows
        assert today == {"Ada"}
        assert {row.person: row.standing.value for row in later} == {"Ada": "ready", "Sam": "due"}
        assert standings(scope=None, at=then, known_at=then).rows == before


class TestOnScreen:
    def test_a_change_is_shown_before_it_is_done(self, cast, sign_in):
        rune = sign_in("rune")
        assert "Change 2 people" in rune.get(f"/people/change?person={cast.ada}&person={cast.sam}&person=x").words
        fields = {"people": f"{cast.ada},{cast.sam}", "word": "queue", "queue": "legal-requests", "why": WHY}
        preview = rune.post("/people/change", fields, expect=200)
        assert "Left out: is in it already" in preview.words
        assert shown(sign_in, cast.sam)["Queues"] == "Abuse reports"
        rune.post("/people/change", fields | {"seen": "yes"})
        assert "Done for 1 of 2." in rune.get("/people").words
        assert shown(sign_in, cast.sam)["Queues"] == "Abuse reports; Legal requests"

    def test_one_person_leads_back_to_their_page_with_everything_recorded(self, cast, sign_in):
        rune = sign_in("rune")
        start = f"{clock.now() + timedelta(days=2):%Y-%m-%dT%H:%M}"
        fields = {"people": str(cast.ada), "word": "leave", "start": start, "why": WHY, "seen": "yes"}
        assert rune.post("/people/change", fields).location == f"/people/{cast.ada}"
        page = rune.get(f"/people/{cast.ada}")
        assert WHY in page.words
        assert "Time begun" in page.words

    def test_all_that_a_filter_finds_can_be_changed(self, cast, sign_in):
        assert "Change 3 people" in sign_in("rune").get("/people/change?all=1&team=EMEA").words

    @pytest.mark.parametrize(
        "fields",
        [{"word": "queue", "why": WHY}, {"word": "dance", "why": WHY}, {"word": "left", "why": ""},
         {"word": "left", "why": WHY, "start": "tomorrow"}, {"word": "left", "why": WHY, "people": "x"}],
    )  # fmt: skip
    def test_what_is_wrong_is_told(self, cast, sign_in, fields):
        sign_in("rune").post("/people/change", {"people": str(cast.ada)} | fields, expect=422)

    def test_who_somebody_is_can_be_mended_and_the_log_keeps_what_it_was(self, cast, sign_in):
        rune, url = sign_in("rune"), f"/people/{cast.ada}/identity"
        fields = {"name": "Ada Whelan", "email": "Ada.W@demo.example", "timezone": "Europe/Dublin", "language": "en",
                  "vendor": "", "why": "She married in spring."}  # fmt: skip
        assert "Ada" in rune.get(url).words
        for _ in range(2):
            rune.post(url, fields)
        facts = shown(sign_in, cast.ada)
        assert facts["E-mail"] == "ada.w@demo.example"
        assert "ada@demo.example" in rune.get(f"/people/{cast.ada}").words
        assert len(db.session.scalars(select(AuditEntry).where(AuditEntry.act == "person changed")).all()) == 1
        for wrong in ({"timezone": "Mars"}, {"email": "sam@demo.example"}, {"language": "é"}, {"why": "so"},
                      {"name": ""}, {"email": "no address"}):  # fmt: skip
            rune.post(url, fields | wrong, expect=422)
        rune.get("/people/999999", expect=404)
        with pytest.raises(ChangeRefused, match="no such person"):
            change_identity(999999, Who(name="x", email="x@y", timezone="UTC", language="en", vendor=""), why=WHY,
                            by=cast.rune, now=clock.now())  # fmt: skip

    def test_somebody_new_is_brought_in(self, cast, sign_in):
        rune = sign_in("rune")
        assert "never given to somebody else" in rune.get("/people/new").words
        fields = {"external_id": "n1", "name": "Nora", "email": "nora@demo.example", "team": "EMEA", "role": "agent",
                  "timezone": "UTC"}  # fmt: skip
        page = rune.post("/people/new", fields)
        assert page.location == f"/people/{person_of_external_id('n1')}"
        assert "already" in rune.post("/people/new", fields, expect=422).words
        rune.post("/people/new", fields | {"name": ""}, expect=422)
