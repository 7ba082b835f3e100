"""A coach lets people of their teams into a queue: as a lead does, with the same limits, and nobody else's people."""

import pytest
from sqlalchemy import select, update

from lms import clock
from lms.domain.readiness import Answer
from lms.extensions import db, writing
from lms.models import AuditEntry, Identity, Spell, SpellEnd, SpellKind
from lms.readiness.actions import GateRefused, NotYours
from lms.readiness.queries import standings
from tests.readiness.asking import HOUR, QUEUE, WHY, address, ask, give


@writing()
def employ(vendor: str, *people: int) -> None:
    """These people work for another company."""
    db.session.execute(update(Identity).where(Identity.person_id.in_(people)).values(vendor=vendor))
    db.session.commit()


class TestACoach:
    """Cole coaches EMEA/Dublin, where everybody of `mixed` is."""

    def test_lets_in_from_the_persons_page_and_it_stands_in_every_report_with_their_name(self, mixed, cast, sign_in):
        cole, person = sign_in("cole"), mixed["overdue"]
        page = cole.get(f"/coaching/people/{person}")
        assert "Ask the gate, or let them in:" in page.words
        link = page.soup.select_one("a[href*='/readiness/gate?']")["href"]
        form = cole.get(link).soup.select_one("form[action$='/gate/override']")
        fields = {each["name"]: each["value"] for each in form.select("input") if each["name"] != "csrf_token"}
        cole.post("/readiness/gate/override", {**fields, "reason": WHY})
        told = ask(person)
        assert (told.answer, told.because, told.state.value) == (Answer.ALLOW, "override", "overdue")
        assert told.until <= clock.now() + 4 * HOUR
        for reader, path in (
            (cole, "/coaching/"),
            (cole, f"/coaching/people/{person}"),
            (sign_in("lena"), "/readiness/?queue=legal-requests"),
            (sign_in("agent-2"), "/"),
        ):
            words = reader.get(path).words
            assert WHY in words
            assert "Cole" in words
        report = standings(scope=None, at=clock.now(), known_at=clock.now())
        assert [(name, each.by) for name, each in report.let_in] == [("Agent-2", "Cole")]
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "override given")).one()
        assert (entry.person_id, entry.by) == (person, cast.cole)

    @pytest.mark.parametrize(("hours", "said"), [(12.1, "at most 12 hours"), (0, "has passed")])
    def test_has_the_same_limits(self, mixed, cast, sign_in, hours, said):
        with pytest.raises(GateRefused, match=said):
            give(mixed["overdue"], cast.cole, hours=hours)
        until = (clock.now() + hours * HOUR).isoformat()[:19] + "Z"
        fields = {"person": mixed["overdue"], "queue": QUEUE, "until": until, "reason": WHY}
        assert said in sign_in("cole").post("/readiness/gate/override", fields, expect=422).words
        with pytest.raises(GateRefused, match="Say why"):
            give(mixed["overdue"], cast.cole, why="Short")
        with pytest.raises(GateRefused, match="on leave"):
            give(mixed["leave"], cast.cole)

    def test_it_counts_nobody_as_ready(self, mixed, cast):
        now = clock.now()
        (before,) = standings(scope=None, at=now, known_at=now, queue=QUEUE).queues
        give(mixed["overdue"], cast.cole, now=now)
        (after,) = standings(scope=None, at=now, known_at=now, queue=QUEUE).queues
        assert (after.share.ready, after.states) == (before.share.ready, before.states)
        assert after.share.may_work == before.share.may_work + 1

    def test_passes_over_a_hold_and_the_lead_ends_it(self, mixed, cast, sign_in):
        number = give(mixed["held"], cast.cole)
        assert (ask(mixed["held"]).answer, ask(mixed["held"]).state.value) == (Answer.ALLOW, "held")
        sign_in("lena").post(f"/readiness/gate/overrides/{number}/end", {"reason": "They stay out for now."})
        assert ask(mixed["held"]).answer is Answer.DENY

    def test_ends_what_a_lead_gave(self, mixed, cast, sign_in):
        number = give(mixed["overdue"], cast.lena)
        sign_in("cole").post(f"/readiness/gate/overrides/{number}/end", {"reason": "Ben is back at his desk."})
        assert ask(mixed["overdue"]).answer is Answer.DENY

    def test_no_longer_once_they_are_no_coach(self, mixed, cast, sign_in):
        cole = sign_in("cole")
        of_role = select(Spell.id).where(Spell.person_id == cast.cole, Spell.kind == SpellKind.ROLE)
        now = clock.now()
        with writing():
            ended = {"end_at": now, "recorded_at": now, "recorded_by": cast.rune}
            db.session.add(SpellEnd(spell_id=db.session.scalars(of_role).one(), **ended))
            db.session.commit()
        with pytest.raises(NotYours):
            give(mixed["overdue"], cast.cole)
        fields = {"person": mixed["overdue"], "queue": QUEUE, "until": (now + HOUR).isoformat(), "reason": WHY}
        cole.post("/readiness/gate/override", fields, expect=404)

    def test_a_vendors_coach_lets_in_that_vendors_people_only(self, mixed, cast, sign_in):
        employ("Acme", cast.cole, mixed["overdue"])
        give(mixed["overdue"], cast.cole)
        with pytest.raises(NotYours):
            give(mixed["due"], cast.cole)
        fields = {"person": mixed["due"], "queue": QUEUE, "until": (clock.now() + HOUR).isoformat(), "reason": WHY}
        sign_in("cole").post("/readiness/gate/override", fields, expect=404)
        number = give(mixed["due"], cast.lena)
        sign_in("cole").post(f"/readiness/gate/overrides/{number}/end", {"reason": WHY}, expect=404)

    def test_our_own_coach_lets_a_vendors_person_of_their_team_into_our_queue(self, mixed, cast, sign_in):
        employ("Acme", mixed["overdue"])
        assert sign_in("cole").get(address(mixed["overdue"])).soup.select("form[action$='/gate/override']")
        give(mixed["overdue"], cast.cole)
        assert ask(mixed["overdue"]).let_in.by == "Cole"
