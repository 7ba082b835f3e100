"""A coach or lead lets somebody into a queue for some hours: who may, how long, who sees it; nobody is ready by it."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from lms import clock
from lms.domain.readiness import Answer
from lms.extensions import db, writing
from lms.models import AuditEntry, Override, Spell, SpellEnd, SpellKind
from lms.models.gate_histories import let_in
from lms.people.spells import end_employment
from lms.readiness.actions import GateRefused, NotYours, end_override, give_override
from lms.readiness.queries import standings
from tests.cli.conftest import run as run  # the command as somebody types it
from tests.readiness.asking import HOUR, QUEUE, WHY, address, ask, give
from tests.readiness.make import ago, spell


@writing()
def leave_team(person: int) -> None:
    """Somebody is in no team from now on."""
    of_team = select(Spell.id).where(Spell.person_id == person, Spell.kind == SpellKind.TEAM)
    now = clock.now()
    db.session.add(
        SpellEnd(spell_id=db.session.scalars(of_team).one(), end_at=now, recorded_at=now, recorded_by=person)
    )
    db.session.commit()


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

    @pytest.mark.parametrize("reason", ["", "Short", " " * 12, WHY])
    def test_one_that_has_run_out_is_over_whatever_reason_was_typed(self, mixed, cast, sign_in, reason):
        number = give(mixed["overdue"], cast.lena, hours=1, now=clock.now() - 2 * HOUR)
        lena, end = sign_in("lena"), f"/readiness/gate/overrides/{number}/end"
        assert lena.post(end, {"reason": reason}).location.endswith(f"person={mixed['overdue']}&queue={QUEUE}")
        assert "over already" in lena.get(address(mixed["overdue"])).words
        give(mixed["overdue"], cast.lena)
        lena.post(end, {"reason": reason})
        assert ask(mixed["overdue"]).because == "override", "the one that was given since is not meant"

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

    def test_pressed_twice_it_is_given_once_also_when_the_first_press_waits_for_the_second(self, mixed, cast):
        now, soon = clock.now(), clock.now() + timedelta(seconds=1)
        what = {"queue": QUEUE, "until": soon + HOUR, "reason": WHY, "by": cast.lena}
        first = give_override(mixed["overdue"], **what, now=soon)
        assert give_override(mixed["overdue"], **what, now=now) == first
        with pytest.raises(GateRefused, match="let in already"):
            give_override(mixed["overdue"], **what | {"until": soon + 2 * HOUR}, now=now)

    def test_nobody_lets_in_themselves_or_who_is_not_theirs(self, mixed, cast, sign_in):
        spell(cast.lena, SpellKind.QUEUE, days=5, queue=QUEUE)
        for person, by in (
            (cast.lena, cast.lena),
            (cast.sam, cast.lena),
            (cast.cole, cast.cole),
            (cast.sam, cast.cole),
            (cast.lena, cast.cole),
            (cast.ada, cast.rune),
            (cast.ada, cast.pia),
            (mixed["due"], cast.ada),
        ):
            with pytest.raises(NotYours):
                give(person, by)
        fields = {"person": cast.sam, "queue": QUEUE, "until": (clock.now() + HOUR).isoformat(), "reason": WHY}
        sign_in("lena").post("/readiness/gate/override", fields, expect=404)
        sign_in("lena").post("/readiness/gate/override", {**fields, "person": "x"}, expect=404)
        sign_in("cole").post("/readiness/gate/override", fields, expect=404)
        sign_in("cole").post("/readiness/gate/override", {**fields, "person": cast.cole}, expect=404)
        for name, person in (("cole", cast.cole), ("lena", cast.lena), ("rune", mixed["due"])):
            assert not sign_in(name).get(address(person)).soup.select("form[action$='/gate/override']")
        for name in ("rune", "pia", "agent-1"):
            sign_in(name).post("/readiness/gate/override", {**fields, "person": mixed["due"]}, expect=404)

    def test_an_override_of_somebody_elses_people_is_not_there_to_end(self, mixed, cast, sign_in):
        number = give(mixed["overdue"], cast.lena)
        with pytest.raises(NotYours):
            end_override(number, reason=WHY, by=cast.rune, now=clock.now())
        with pytest.raises(NotYours):
            end_override(number + 1, reason=WHY, by=cast.lena, now=clock.now())
        sign_in("lena").post(f"/readiness/gate/overrides/{number + 1}/end", {"reason": WHY}, expect=404)
        leave_team(mixed["overdue"])
        with pytest.raises(NotYours):
            end_override(number, reason=WHY, by=cast.cole, now=clock.now())
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
