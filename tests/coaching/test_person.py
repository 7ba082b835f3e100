"""One person: where they stand and why, what they tried, proved and were given."""

from lms.extensions import db, writing
from lms.models import Revocation, SpellKind
from tests.readiness.make import ago, end_spells, fail, prove, spell


def test_a_coach_opens_only_people_of_their_teams(team, cast, sign_in):
    cole = sign_in("cole")
    cole.get(f"/coaching/people/{team['due']}")
    for person in (cast.sam, cast.lena, cast.pia, 0, 999_999, 2**70):
        cole.get(f"/coaching/people/{person}", expect=404)
    sign_in("ada").get(f"/coaching/people/{team['due']}", expect=404)


def test_the_page_goes_with_the_team_the_role_or_the_employment(team, cast, sign_in):
    cole = sign_in("cole")
    end_spells(team["due"], SpellKind.EMPLOYMENT)
    end_spells(team["ready"], SpellKind.TEAM)
    cole.get(f"/coaching/people/{team['due']}", expect=404)
    cole.get(f"/coaching/people/{team['ready']}", expect=404)
    end_spells(cast.cole, SpellKind.ROLE)
    cole.get(f"/coaching/people/{team['late']}", expect=404)


def test_it_says_where_they_stand_and_why(team, sign_in):
    said = sign_in("cole").get(f"/coaching/people/{team['due']}").words
    assert "1 clause changed on" in said
    assert "Freeze" in said
    assert "Holds version 1, needs 2" in said
    assert "Move the due date" in said


def test_it_shows_attempts_proofs_and_what_was_taken_back(team, cast, sign_in):
    fail(team["due"], "legal", 2, days=[2], missed=["freeze"])
    evidence = prove(team["due"], "legal", 1, days=20, clauses=["intake"])
    with writing():
        db.session.add(
            Revocation(
                evidence_id=evidence,
                reason="Somebody else had answered.",
                occurred_at=ago(19),
                recorded_at=ago(19),
                recorded_by=cast.cole,
            )
        )
        db.session.commit()
    said = sign_in("cole").get(f"/coaching/people/{team['due']}").words
    assert "33 % not passed Freeze" in said
    assert said.count("Passed the quiz") == 2
    assert "Taken back: Somebody else had answered." in said


def test_it_shows_refreshers_open_done_and_called_off(team, assign, finish, sign_in):
    [done], [off], [_] = (assign("ready", days=5), assign("ready", days=4), assign("ready", days=3, is_blocking=True))
    finish(done, "ready")
    cole = sign_in("cole")
    cole.post(f"/coaching/refreshers/{off}/call-off", {"reason": "Two at once were too many."})
    said = cole.get(f"/coaching/people/{team['ready']}").words
    assert "done" in said
    assert "called off" in said
    assert "Called off: Two at once were too many." in said
    assert "blocking" in said
    assert said.count("Call off the refresher") == 1
    assert "by Cole" in said


def test_a_coach_decides_nothing_about_themselves(team, cast, sign_in):
    spell(cast.cole, SpellKind.QUEUE, days=100, queue="legal-requests")
    page = sign_in("cole").get(f"/coaching/people/{cast.cole}")
    assert "Assign a refresher" not in page.words
    assert "Move the due date" not in page.words


def test_somebody_in_no_queue_has_a_page_that_says_so(team, cast, sign_in):
    end_spells(cast.ada, SpellKind.QUEUE)
    page = sign_in("cole").get(f"/coaching/people/{cast.ada}")
    assert "works in no queue now" in page.words
    assert "Nothing is asked of Ada" in page.words


def test_nothing_of_a_key_or_an_answer_is_read(team, sign_in):
    fail(team["due"], "legal", 2, days=[2], missed=["freeze"])
    page = sign_in("cole").get(f"/coaching/people/{team['due']}")
    for table in ("item_keys", "responses"):
        assert not any(table in sent for sent in page.statements)


def test_it_takes_the_same_statements_whatever_was_done(team, assign, sign_in):
    cole = sign_in("cole")
    cole.get(f"/coaching/people/{team['late']}")  # what is kept by digest has been read by now
    few = len(cole.get(f"/coaching/people/{team['late']}").statements)
    for number in range(8):
        assign("late", days=20 - number)
        fail(team["late"], "legal", 2, days=[number + 1], missed=["freeze"])
    assert len(cole.get(f"/coaching/people/{team['late']}").statements) == few
