"""The gate: one answer as page, CSV, JSON and command; whose it is; and letting somebody in for some hours."""

import csv
import io
import json
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from lms import clock
from lms.domain.readiness import Answer
from lms.extensions import db, writing
from lms.models import AuditEntry, Override, SpellKind
from lms.models.gate_histories import let_in
from lms.organisation.actions import OrganisationRefused
from lms.organisation.gates import meaning_at, set_gate
from lms.people.spells import end_employment
from lms.readiness.actions import GateRefused, NotYours, end_override, give_override
from lms.readiness.gate import gate_report, person_named
from lms.readiness.queries import standings
from tests.cli.conftest import run as run  # the command as somebody types it
from tests.readiness.conftest import ABUSE, LEGAL, SECRETS
from tests.readiness.make import Edition, Paper, ago, publish, spell

QUEUE = "legal-requests"
WHY = "Nobody else is on shift tonight."
HOUR = timedelta(hours=1)


def ask(person: int, *, at=None, queue: str = QUEUE):
    now = clock.now()
    return gate_report(person, queue, person="", at=at or now, known_at=now)


def give(person: int, by: int, *, hours: float = 4, queue: str = QUEUE, why: str = WHY, now=None) -> int:
    now = now or clock.now()
    return give_override(person, queue=queue, until=now + hours * HOUR, reason=why, by=by, now=now)


def address(person: int, **more: str) -> str:
    asked = "&".join(f"{name}={value}" for name, value in {"queue": QUEUE, **more}.items())
    return f"/readiness/gate?person={person}&{asked}"


def test_each_is_answered_by_where_they_stand(mixed):
    told = {name: ask(mixed[name]) for name in mixed if name not in ("ada", "sam", "newcomer")}
    assert {name: f"{each.answer.value} {each.because}" for name, each in told.items()} == {
        "ready": "allow ready",
        "due": "caution due",
        "overdue": "deny overdue",
        "held": "deny held",
        "blocked": "deny held",
        "leave": "deny leave",
        "waived": "allow ready",
    }
    assert (told["ready"].then, told["due"].then) == (Answer.CAUTION, Answer.DENY)
    assert ask(mixed["sam"]).because == "not_in_queue"
    assert told["ready"].minutes == 0
    assert told["overdue"].minutes > 0
    assert told["blocked"].minutes > 0  # the refresher that must be done first
    assert [each.titles for each in told["overdue"].reasons] == [("Freeze",)]


def test_one_answer_as_page_csv_json_and_command(mixed, cast, sign_in, run):
    give(mixed["overdue"], cast.lena)
    lena = sign_in("lena")
    rows = list(csv.DictReader(io.StringIO(lena.get("/readiness/report.csv?queue=legal-requests").text)))
    words = {"allow": "May take work", "caution": "May take work, with caution", "deny": "May not take work"}
    names = {row["person"]: row for row in rows}
    for number, name in enumerate(name for name in mixed if name not in ("ada", "sam")):
        person = f"agent-{number + 1}"
        told = json.loads(run("gate", f"{person}@demo.example", QUEUE, "--json").stdout)
        row = names[told["person"]]
        assert (row["gate"], row["override_until"]) == (told["answer"], (told["override"] or {}).get("until", ""))
        page = lena.get(address(mixed[name]))
        assert page.soup.select_one(".lead .tag").get_text(strip=True) == words[told["answer"]]
        if told["until"]:
            assert told["until"][:16] in str(page.soup.select_one("#why").parent)
        assert f"About {told['minutes']} minute" in page.words or not told["minutes"]
        minutes = {each.policy: each.minutes for each in standings(
            scope=None, at=clock.now(), known_at=clock.now(), queue=QUEUE, people=[mixed[name]]).rows}  # fmt: skip
        if name not in ("blocked", "leave", "waived"):
            assert told["minutes"] == sum(minutes.values())
        plain = run("gate", person, QUEUE).stdout
        assert plain.startswith(f"{told['answer']}: ")


def test_the_files_of_the_report_leave_the_gate_out_where_only_one_policy_is_looked_at(mixed, sign_in):
    lena = sign_in("lena")
    rows = csv.DictReader(io.StringIO(lena.get("/readiness/report.csv?policy=legal").text))
    assert {row["gate"] for row in rows} == {""}
    assert "may take work" not in lena.get("/readiness/?policy=legal").words
    assert "may take work" in lena.get("/readiness/").words


def test_one_answer_is_a_fixed_number_of_statements(mixed, cast, count_statements, tmp_path):
    few = count_statements(lambda: ask(mixed["overdue"]))
    give(mixed["overdue"], cast.lena)
    more = [
        Paper(slug=f"x-{number}", title="X", audience=[QUEUE], editions=[Edition(clauses={"x": "A."}, published=9)])
        for number in range(3)
    ]  # fmt: skip
    publish(tmp_path, LEGAL, ABUSE, SECRETS, *more)
    ask(mixed["overdue"])
    assert count_statements(lambda: ask(mixed["overdue"])) == few <= 27
    assert count_statements(lambda: ask(mixed["blocked"])) <= few


class TestWhoMayAsk:
    def test_a_coach_and_a_lead_ask_about_their_teams_an_administrator_about_everybody(self, mixed, cast, sign_in):
        for name, reaches in (("cole", False), ("lena", False), ("rune", True)):
            reader = sign_in(name)
            assert "Agent-1" in reader.get(address(mixed["ready"])).words
            reader.get(address(cast.sam), expect=200 if reaches else 404)

    def test_who_left_is_answered_to_the_administrator_and_the_command(self, mixed, cast, sign_in, run):
        end_employment(mixed["ready"], at=clock.now(), by=cast.rune, now=clock.now())
        assert "does not work here" in sign_in("rune").get(address(mixed["ready"])).words
        sign_in("lena").get(address(mixed["ready"]), expect=404)
        assert run("gate", "agent-1", QUEUE).stdout.startswith("deny: Agent-1")

    @pytest.mark.parametrize(
        ("query", "status"),
        [
            ("?queue=nothing", 404),
            ("?person=999999", 404),
            ("?person=1x", 200),
            ("?person=99999999999999999999", 200),
            ("?at=soon", 422),
            ("?at=2026-03-01T10:00&zone=Nowhere", 422),
        ],
    )
    def test_what_is_not_there_is_a_404_and_what_is_not_understood_a_sentence(self, mixed, sign_in, query, status):
        sign_in("lena").get(f"/readiness/gate{query}", expect=status)

    def test_people_are_found_by_letters_of_their_name_or_their_email_in_scope(self, mixed, cast, sign_in):
        lena = sign_in("lena")
        found = lena.get(f"/readiness/gate?who=GENT&queue={QUEUE}&at=2026-03-01T10:00")
        links = [link["href"] for link in found.soup.select("#called ~ ul a")]
        assert len(links) == 8
        assert f"queue={QUEUE}" in links[0]
        assert "Ada" in lena.get("/readiness/gate?who=ADA@demo.example").words
        assert "Nobody whom you answer for" in lena.get("/readiness/gate?who=sam").words
        assert "Nobody whom you answer for" in lena.get("/readiness/gate?who=%25").words

    def test_it_answers_for_another_moment_and_then_offers_nothing(self, mixed, sign_in):
        page = sign_in("lena").get(address(mixed["due"], at=f"{clock.now() + timedelta(days=30):%Y-%m-%dT%H:%M}"))
        assert "May not take work" in page.words
        assert not page.soup.select("form[method=post][action*=override]")


class TestLettingIn:
    def test_a_lead_lets_somebody_in_and_everybody_concerned_sees_it(self, mixed, cast, sign_in):
        lena = sign_in("lena")
        form = lena.get(address(mixed["overdue"])).soup.select_one("form[action$='/gate/override']")
        fields = {each["name"]: each["value"] for each in form.select("input") if each["name"] != "csrf_token"}
        before = lena.get("/readiness/?queue=legal-requests").soup.select_one(".share-figure").get_text()
        page = lena.post("/readiness/gate/override", {**fields, "reason": WHY})
        assert page.location.endswith(f"person={mixed['overdue']}&queue={QUEUE}")
        told = ask(mixed["overdue"])
        assert (told.answer, told.because, told.state.value) == (Answer.ALLOW, "override", "overdue")
        assert told.until is not None
        assert told.until == told.let_in.until <= clock.now() + 4 * HOUR
        report = lena.get("/readiness/?queue=legal-requests")
        assert "Let in by override until" in report.words
        assert report.soup.select_one(".share-figure").get_text() == before
        for reader, path in (
            (sign_in("cole"), "/coaching/"),
            (sign_in("cole"), f"/coaching/people/{mixed['overdue']}"),
            (sign_in("agent-2"), "/"),
            (sign_in("pia"), "/readiness/"),
        ):
            assert WHY in reader.get(path).words
            assert "Lena" in reader.get(path).words
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "override given")).one()
        assert (entry.person_id, entry.by, entry.about, entry.reason) == (mixed["overdue"], cast.lena, QUEUE, WHY)

    def test_it_ends_early_by_a_record_of_its_own(self, mixed, cast, sign_in):
        number = give(mixed["overdue"], cast.lena)
        lena = sign_in("lena")
        end = f"/readiness/gate/overrides/{number}/end"
        assert "Say why" in lena.post(end, {"reason": ""}, expect=422).words
        lena.post(end, {"reason": "Ben is back at his desk."})
        assert ask(mixed["overdue"]).answer is Answer.DENY
        lena.post(end, {"reason": "Ben is back at his desk."})
        assert "over already" in lena.get(address(mixed["overdue"])).words
        told = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "override ended")).one()
        assert (told.person_id, told.reason) == (mixed["overdue"], "Ben is back at his desk.")
        give(mixed["overdue"], cast.lena, hours=1)
        assert ask(mixed["overdue"]).answer is Answer.ALLOW

    def test_what_was_known_before_it_ended_stays(self, mixed, cast):
        given = clock.now() - 2 * HOUR
        number = give(mixed["overdue"], cast.lena, now=given)
        end_override(number, reason=WHY, by=cast.lena, now=given + HOUR)
        between, later = given + HOUR / 2, given + 1.5 * HOUR
        key = (mixed["overdue"], QUEUE)
        assert let_in(at=later, known_at=between)[key].until == given + 4 * HOUR
        assert key not in let_in(at=later, known_at=later)
        assert let_in(at=between, known_at=later)[key].until == given + HOUR
        assert key not in let_in(at=given - HOUR, known_at=later)

    def test_into_a_queue_they_are_not_in(self, mixed, cast, sign_in):
        give(mixed["ready"], cast.lena, queue="escalations")
        assert ask(mixed["ready"], queue="escalations").because == "override"
        assert "Escalations" in sign_in("agent-1").get("/").words
        report = standings(scope=None, at=clock.now(), known_at=clock.now(), queue="escalations")
        assert [name for name, _ in report.let_in] == ["Agent-1"]
        assert standings(scope=None, at=clock.now(), known_at=clock.now(), queue=QUEUE).let_in == ()

    @pytest.mark.parametrize(("hours", "said"), [(12.1, "at most 12 hours"), (0, "has passed"), (-1, "has passed")])
    def test_twelve_hours_at_most_and_ahead_by_form_action_and_command(self, mixed, cast, sign_in, run, hours, said):
        with pytest.raises(GateRefused, match=said):
            give(mixed["overdue"], cast.lena, hours=hours)
        until = clock.now() + hours * HOUR
        fields = {"person": mixed["overdue"], "queue": QUEUE, "until": until.isoformat()[:19] + "Z", "reason": WHY}
        assert said in sign_in("lena").post("/readiness/gate/override", fields, expect=422).words
        ask_for = ("override", "give", "agent-2", QUEUE, "--by", "lena@demo.example", "--reason", WHY)
        assert said in run(*ask_for, "--until", until.isoformat(), expect=1).stderr
        assert db.session.scalars(select(Override)).all() == []

    @pytest.mark.parametrize(
        ("span", "fits"), [(12 * HOUR, True), (12 * HOUR + timedelta(seconds=1), False), (0 * HOUR, False)]
    )
    def test_twelve_hours_at_most_by_the_database(self, mixed, cast, span, fits):
        given = ago(0) + timedelta(microseconds=999_999)
        columns = {"person_id": mixed["ready"], "queue_id": 1, "reason": WHY, "given_by": cast.lena}
        with writing():
            db.session.add(Override(given_at=given, until_at=given + span, **columns))
            if fits:
                db.session.commit()
            else:
                with pytest.raises(DBAPIError, match="half_a_day_at_most"):
                    db.session.commit()
                db.session.rollback()

    def test_nothing_of_it_is_changed_or_deleted(self, mixed, cast):
        number = give(mixed["overdue"], cast.lena)
        end_override(number, reason=WHY, by=cast.lena, now=clock.now())
        for table in ("overrides", "override_ends"):
            for statement in (f"UPDATE {table} SET reason = ''", f"DELETE FROM {table}"):
                with writing():
                    with pytest.raises(DBAPIError, match="append-only"):
                        db.session.execute(text(statement))
                    db.session.rollback()

    def test_pressed_twice_it_is_given_once_and_another_needs_the_first_to_end(self, mixed, cast):
        now = clock.now()
        assert give(mixed["overdue"], cast.lena, now=now) == give(mixed["overdue"], cast.lena, now=now)
        with pytest.raises(GateRefused, match="let in already"):
            give(mixed["overdue"], cast.lena, hours=5)

    def test_nobody_lets_in_themselves_or_who_is_not_theirs(self, mixed, cast, sign_in):
        spell(cast.lena, SpellKind.QUEUE, days=5, queue=QUEUE)
        for person, by in (
            (cast.lena, cast.lena),
            (cast.sam, cast.lena),
            (mixed["due"], cast.cole),
            (cast.ada, cast.rune),
        ):
            with pytest.raises(NotYours):
                give(person, by)
        fields = {"person": cast.sam, "queue": QUEUE, "until": (clock.now() + HOUR).isoformat(), "reason": WHY}
        sign_in("lena").post("/readiness/gate/override", fields, expect=404)
        sign_in("lena").post("/readiness/gate/override", {**fields, "person": "x"}, expect=404)
        sign_in("cole").post("/readiness/gate/override", {**fields, "person": mixed["due"]}, expect=404)
        assert not sign_in("cole").get(address(mixed["due"])).soup.select("form[action$='/gate/override']")
        assert not sign_in("lena").get(address(cast.lena)).soup.select("form[action$='/gate/override']")

    def test_an_override_of_somebody_elses_people_is_not_there_to_end(self, mixed, cast, sign_in):
        number = give(mixed["overdue"], cast.lena)
        with pytest.raises(NotYours):
            end_override(number, reason=WHY, by=cast.cole, now=clock.now())
        with pytest.raises(NotYours):
            end_override(number + 1, reason=WHY, by=cast.lena, now=clock.now())
        sign_in("lena").post(f"/readiness/gate/overrides/{number + 1}/end", {"reason": WHY}, expect=404)
        sign_in("cole").post(f"/readiness/gate/overrides/{number}/end", {"reason": WHY}, expect=404)

    def test_who_is_on_leave_or_gone_is_denied_whatever(self, mixed, cast, sign_in):
        with pytest.raises(GateRefused, match="on leave"):
            give(mixed["leave"], cast.lena)
        give(mixed["overdue"], cast.lena)
        spell(mixed["overdue"], SpellKind.LEAVE, days=0)
        told = ask(mixed["overdue"])
        assert (told.answer, told.because, told.let_in is None) == (Answer.DENY, "leave", False)
        assert "It does not help" in sign_in("lena").get(address(mixed["overdue"])).words
        end_employment(mixed["overdue"], at=clock.now(), by=cast.rune, now=clock.now())
        assert ask(mixed["overdue"]).because == "leaver"

    @pytest.mark.parametrize(
        ("more", "said"),
        [({"queue": "nothing"}, "There is no open queue"), ({"why": "Short"}, "Say why, in 10 to 2000")],
    )
    def test_a_queue_that_is_not_there_or_no_reason_is_refused(self, mixed, cast, more, said):
        with pytest.raises(GateRefused, match=said):
            give(mixed["overdue"], cast.lena, **more)

    def test_what_is_refused_comes_back_with_what_was_typed(self, mixed, cast, sign_in):
        lena = sign_in("lena")
        fields = {"person": mixed["leave"], "queue": QUEUE, "until": "soon", "reason": WHY}
        page = lena.post("/readiness/gate/override", fields, expect=422)
        assert "is not a moment we can show" in page.words
        assert "Say until when." in lena.post("/readiness/gate/override", {**fields, "until": ""}, expect=422).words
        ahead = (clock.now() + HOUR).isoformat()[:19] + "Z"
        lena.post("/readiness/gate/override", {**fields, "person": mixed["due"], "until": ahead})
        later = {**fields, "person": mixed["due"], "until": (clock.now() + 2 * HOUR).isoformat()[:19] + "Z"}
        assert "let in already" in lena.post("/readiness/gate/override", later, expect=422).words


class TestOnTheCommandLine:
    def test_letting_in_and_ending_it(self, mixed, run):
        more = ("--by", "lena@demo.example", "--reason", WHY)
        until = (clock.now() + HOUR).isoformat()
        told = run("override", "give", "agent-2", QUEUE, "--until", until, *more).stdout
        assert told.startswith("allow: Agent-2 in legal-requests")
        assert f"by Lena: {WHY}" in told
        assert "then: deny" in told
        assert "    legal is overdue, due " in told
        assert run("override", "end", "agent-2", QUEUE, *more).stdout.startswith("deny: ")
        assert "over already" in run("override", "end", "agent-2", QUEUE, *more, expect=1).stderr

    def test_what_it_asks_about_must_be_there(self, mixed, run):
        assert "There is no queue nothing" in run("gate", "agent-1", "nothing", expect=1).stderr
        assert "Nobody here has the e-mail or id nobody." in run("gate", "nobody", QUEUE, expect=1).stderr
        assert person_named("AGENT-1@demo.example") == mixed["ready"]

    def test_at_another_moment(self, mixed, run):
        later = (clock.now() + timedelta(days=30)).isoformat()
        assert run("gate", "agent-3", QUEUE).stdout.startswith("caution: ")
        assert run("gate", "agent-3", QUEUE, "--at", later).stdout.startswith("deny: ")
        assert "the whole queue is held (hold)" in run("gate", "agent-4", QUEUE).stdout


def test_home_says_what_the_gate_says_in_words(mixed, sign_in):
    assert "Legal requests: you may take work, with caution. From" in sign_in("agent-3").get("/").words
    assert "Legal requests: you may not take work now." in sign_in("agent-2").get("/").words
    assert "Legal requests: you may take work. From" in sign_in("agent-1").get("/").words


def test_the_headline_counts_by_what_the_queue_set(mixed, cast):
    def may_work() -> int:
        report = standings(scope=None, at=clock.now(), known_at=clock.now(), queue=QUEUE)
        return report.queues[0].share.may_work

    before, now = may_work(), clock.now()
    strict = {**meaning_at(QUEUE, now, now=now)}
    strict |= {state: Answer.DENY for state in strict}
    more = {"is_confirmed": False, "from_at": None, "reason": WHY, "now": now}
    with pytest.raises(OrganisationRefused):
        set_gate(QUEUE, strict, by=cast.lena, **more)
    set_gate(QUEUE, strict, by=cast.rune, **more)
    assert may_work() < before
    assert ask(mixed["due"]).answer is Answer.DENY
