"""What standings mean at the gate of a queue: dated, with a reason, never overwritten, confirmed where it is grave."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from lms import clock
from lms.domain.readiness import Answer
from lms.domain.standing import State
from lms.extensions import db, writing
from lms.models import AuditEntry, GateSetting, SpellKind
from lms.models.gate_histories import gate_answers
from lms.organisation.actions import OrganisationRefused
from lms.organisation.closing import close_queue
from lms.organisation.gates import meaning_at, queue_gate, set_gate
from tests.cast import add_spell
from tests.cli.conftest import run as run  # the command as somebody types it
from tests.organisation.test_closing import empty_escalations, queue

QUEUE = "legal-requests"
WHY = "No law is answered on old rules."
DAY = timedelta(days=1)
USUAL = {"provisional": "allow", "due": "caution", "overdue": "deny", "held": "deny"}
PAGE = f"/organisation/queues/{QUEUE}/gate"


def settle(by: int, *, slug: str = QUEUE, from_at=None, is_confirmed=False, why=WHY, now=None, **answers) -> bool:
    wanted = {State(state): Answer(answer) for state, answer in (USUAL | answers).items()}
    return set_gate(slug, wanted, is_confirmed=is_confirmed, from_at=from_at, reason=why, by=by, now=now or clock.now())


def due(at=None, known=None, slug: str = QUEUE) -> str | None:
    now = clock.now()
    found = gate_answers(at=at or now, known_at=known or now).get(slug)
    return found[State.DUE].value if found else None


def make_lead_of_everything(person_id: int) -> None:
    with writing():
        from lms.models import Person

        add_spell(db.session.get_one(Person, person_id), kind=SpellKind.ROLE, role="lead")
        db.session.commit()


def test_what_is_set_counts_from_its_moment_and_what_was_stays_readable(cast):
    start = clock.now()
    assert settle(cast.rune, due="deny", now=start)
    assert settle(cast.rune, due="allow", from_at=start + 5 * DAY, now=start + DAY)
    assert (due(start + 2 * DAY, start + 2 * DAY), due(start + 6 * DAY, start + 2 * DAY)) == ("deny", "allow")
    assert due(start + 6 * DAY, start) == "deny"
    assert due(start - DAY, start + 2 * DAY) == "caution"
    assert due(slug="escalations") is None
    shown = queue_gate(QUEUE, now=start + 2 * DAY)
    assert [each.answers[State.DUE].value for each in shown.coming(start + 2 * DAY)] == ["allow"]
    assert settle(cast.rune, due="caution", now=start + 2 * DAY)
    again = queue_gate(QUEUE, now=start + 3 * DAY)
    assert again.coming(start + 3 * DAY) == ()
    assert len(again.lines) == 3
    told = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "gate set").order_by(AuditEntry.id)).all()
    assert [(each.by, each.about, each.before["due"], each.after["due"], each.reason) for each in told] == [
        (cast.rune, QUEUE, "caution", "deny", WHY),
        (cast.rune, QUEUE, "deny", "allow", WHY),
        (cast.rune, QUEUE, "deny", "caution", WHY),
    ]


def test_what_is_so_already_is_not_written_again(cast):
    assert not settle(cast.rune)
    assert settle(cast.rune, due="deny")
    assert not settle(cast.rune, due="deny")
    assert settle(cast.rune, due="allow", from_at=clock.now() + DAY)
    assert settle(cast.rune, due="deny")  # takes back what was to come


@pytest.mark.parametrize("state", ["overdue", "held"])
def test_letting_in_who_is_overdue_or_on_hold_is_confirmed(cast, state):
    with pytest.raises(OrganisationRefused, match="Confirm it"):
        settle(cast.rune, **{state: "allow"})
    assert settle(cast.rune, **{state: "allow"}, is_confirmed=True)
    columns = {**USUAL, state: "allow", "queue_id": queue(QUEUE), "reason": WHY, "recorded_by": cast.rune}
    with writing():
        now = clock.now()
        db.session.add(GateSetting(is_confirmed=False, from_at=now, recorded_at=now, **columns))
        with pytest.raises(DBAPIError, match="confirmed"):
            db.session.commit()
        db.session.rollback()


def test_an_answer_that_no_gate_knows_is_not_stored_and_nothing_is_rewritten(cast):
    settle(cast.rune, due="deny")
    columns = {**USUAL, "due": "maybe", "queue_id": queue(QUEUE), "reason": WHY, "recorded_by": cast.rune}
    for statement in ("UPDATE gate_settings SET due = 'allow'", "DELETE FROM gate_settings"):
        with writing():
            with pytest.raises(DBAPIError, match="append-only"):
                db.session.execute(text(statement))
            db.session.rollback()
    with writing():
        now = clock.now()
        db.session.add(GateSetting(is_confirmed=False, from_at=now, recorded_at=now, **columns))
        with pytest.raises(DBAPIError, match="known_answers"):
            db.session.commit()
        db.session.rollback()


def test_an_administrator_and_a_lead_of_everything_set_it_and_nobody_else(cast, sign_in):
    for name in ("lena", "cole", "pia"):
        with pytest.raises(OrganisationRefused, match="Only an administrator"):
            settle(getattr(cast, name), due="deny")
        sign_in(name).get(PAGE, expect=404)
    sign_in("lena").post(PAGE, {**USUAL, "due": "deny", "why": WHY}, expect=404)
    make_lead_of_everything(cast.lena)
    lena = sign_in("lena")
    lena.post(PAGE, {**USUAL, "due": "deny", "why": WHY})
    assert due() == "deny"
    assert "Readiness" in lena.get(PAGE).soup.select_one(".trail").get_text()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"from_at": clock.now() - DAY}, "That moment has passed"),
        ({"from_at": clock.now() + 4000 * DAY}, "too far ahead"),
        ({"why": "Short"}, "Say why, in 10 to 2000 characters"),
        ({"slug": "nothing"}, "There is no such queue."),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(cast, more, said):
    with pytest.raises(OrganisationRefused, match=said):
        settle(cast.rune, due="deny", **more)


def test_a_closed_queue_is_left_alone(cast):
    empty_escalations(cast)
    close_queue(queue("escalations"), why=WHY, by=cast.rune, now=clock.now())
    with pytest.raises(OrganisationRefused, match="is closed"):
        settle(cast.rune, slug="escalations", due="deny")


class TestThePage:
    def test_it_shows_what_counts_and_sets_something_else(self, cast, sign_in):
        rune = sign_in("rune")
        form = rune.get(PAGE).soup.select_one("main form[method=post]")
        chosen = {each["name"]: each.select_one("[selected]")["value"] for each in form.select("select")}
        assert chosen == USUAL
        later = f"{clock.now() + DAY:%Y-%m-%dT%H:%M}"
        rune.post(PAGE, {**USUAL, "due": "deny", "from_at": later, "why": WHY})
        page = rune.get(PAGE)
        assert "It is set." in page.words
        assert WHY in page.words
        assert (due(), due(clock.now() + 2 * DAY)) == ("caution", "deny")
        rune.post(PAGE, {**USUAL, "due": "deny", "from_at": later, "why": WHY})
        assert "It is so already" in rune.get(PAGE).words

    @pytest.mark.parametrize(
        ("more", "said"),
        [
            ({"overdue": "allow"}, "Confirm it if you mean it"),
            ({"due": "maybe"}, "Not a valid choice"),
            ({"why": ""}, "Say why."),
            ({"from_at": "soon"}, "is not a moment we can show"),
        ],
    )
    def test_what_is_not_right_comes_back_with_what_was_typed(self, cast, sign_in, more, said):
        page = sign_in("rune").post(PAGE, {**USUAL, "why": WHY, **more}, expect=422)
        assert said in page.words

    def test_a_queue_that_is_not_there(self, cast, sign_in):
        sign_in("rune").get("/organisation/queues/nothing/gate", expect=404)

    def test_the_queue_and_the_report_lead_to_it(self, cast, sign_in):
        rune = sign_in("rune")
        assert PAGE in rune.get(f"/organisation/queues/{queue(QUEUE)}").text


class TestTheCommand:
    ASK = ("queue", "gate", QUEUE)
    SIGNED = ("--by", "rune@demo.example", "--reason", WHY)

    def test_it_shows_and_sets_and_what_is_not_given_stays(self, cast, run):
        assert "Now: provisional allow, due caution, overdue deny, held deny" in run(*self.ASK).stdout
        told = run(*self.ASK, "--due", "deny", *self.SIGNED).stdout
        assert told.startswith("It is set.")
        assert "due deny" in told
        assert run(*self.ASK, "--due", "deny", *self.SIGNED).stdout.startswith("It is so already")
        told = run(*self.ASK, "--held", "allow", "--confirm", "--from", "2090-01-01", *self.SIGNED, expect=1)
        assert "too far ahead" in told.stderr
        later = (clock.now() + DAY).isoformat()
        told = run(*self.ASK, "--held", "allow", "--confirm", "--from", later, *self.SIGNED).stdout
        assert "UTC: provisional allow, due deny, overdue deny, held allow" in told
        assert meaning_at(QUEUE, clock.now(), now=clock.now())[State.HELD] is Answer.DENY

    @pytest.mark.parametrize(
        ("more", "code", "said"),
        [
            (("--overdue", "allow", *SIGNED), 1, "Confirm it if you mean it"),
            (("--due", "perhaps", *SIGNED), 2, "is not one of"),
            (("--due", "deny"), 2, "Say with --by who decided it."),
            (("--due", "deny", "--by", "nobody@x.example", "--reason", WHY), 1, "Nobody here has the e-mail"),
            (("--due", "deny", "--by", "lena@demo.example", "--reason", WHY), 1, "Only an administrator"),
        ],
    )
    def test_what_cannot_be_is_refused(self, cast, run, more, code, said):
        assert said in run(*self.ASK, *more, expect=code).stderr

    def test_a_queue_that_is_not_there(self, cast, run):
        assert "There is no such queue." in run("queue", "gate", "nothing", expect=1).stderr
