"""Home: where I stand and what there is to do."""

from sqlalchemy import select

from lms import clock
from lms.extensions import db
from lms.models import Policy, SpellKind
from lms.training import actions, attesting
from tests.training.make import (
    DAY,
    FIRST,
    HOUR,
    MINUTE,
    SECOND,
    WITH_FAX,
    Shelf,
    answers,
    fail,
    prove,
    refresher,
    revoke,
    second,
    spell,
    start,
)


def tasks(page):
    return [task.get_text(" ", strip=True) for task in page.soup.select(".tasks .task")]


def test_a_newcomer_is_asked_for_the_whole_policy(app, cast, sign_in, simple):
    simple()
    page = sign_in("ada").get("/")
    assert "Ready for Abuse reports and Escalations." in page.words
    assert "Legal requests: 3 clauses to learn, about 7 minutes, due" in page.words
    assert "You have not shown yet that you know it: 3 clauses." in tasks(page)[0]
    assert page.soup.select_one(".task a")["href"] == "/train/legal-requests"
    assert page.soup.select_one("table .standing-due")


def test_who_proved_it_has_nothing_to_do(app, cast, sign_in, simple):
    simple()
    prove(cast.ada)
    page = sign_in("ada").get("/")
    assert "Ready for Abuse reports, Escalations and Legal requests." in page.words
    assert "Nothing to do." in page.words
    assert "What is coming" not in page.words


def test_a_change_is_told_by_clause_with_its_reason(app, cast, sign_in, simple):
    shelf = simple(ago=10 * DAY)
    prove(cast.ada, at=clock.now() - 9 * DAY)
    second(shelf)
    page = sign_in("ada").get("/")
    assert "Legal requests: 1 clause changed, about 3 minutes, due" in page.words
    assert "Telling the user : changed on" in tasks(page)[0]
    assert "Four hours, not a day." in tasks(page)[0]


def test_only_two_clauses_are_named_and_the_others_counted(app, cast, sign_in, simple):
    shelf = simple(ago=10 * DAY)
    prove(cast.ada, at=clock.now() - 9 * DAY)
    changed = {clause: f"{body} And more of it." for clause, body in FIRST.items()}
    shelf.version(changed, ago=HOUR, changes={clause: ("material", "There is more.") for clause in FIRST})
    shelf.checked(2).publish()
    assert "And 1 more clause." in tasks(sign_in("ada").get("/"))[0]


def test_overdue_comes_before_due_and_says_since_when(app, cast, sign_in, tmp_path, simple):
    simple(ago=40 * DAY)
    Shelf(tmp_path, slug="abuse-reports", title="Abuse reports policy", audience=["abuse-reports"]).version(
        FIRST, ago=DAY
    ).items_for(*FIRST).publish()
    page = sign_in("ada").get("/")
    assert "Legal requests: 3 clauses to learn, about 7 minutes, overdue since" in page.words
    assert [task.split()[0] for task in tasks(page)] == ["Legal", "Abuse"]


def test_what_takes_effect_later_can_be_learned_already(app, cast, sign_in, simple):
    shelf = simple(ago=10 * DAY)
    prove(cast.ada, at=clock.now() - 9 * DAY)
    second(shelf, in_force=-3 * DAY)
    page = sign_in("ada").get("/")
    assert "Ready for Abuse reports, Escalations and Legal requests." in page.words
    assert "Nothing to do." in page.words
    assert "What is coming" in page.words
    assert "Telling the user : changed from" in tasks(page)[0]


def test_a_renewal_is_offered_in_its_window(app, cast, sign_in, simple):
    simple(ago=90 * DAY, settings={"valid_days": "60", "window_days": "30"})
    prove(cast.ada, at=clock.now() - 40 * DAY)
    page = sign_in("ada").get("/")
    assert "Legal requests." in page.words.split("To do")[0]
    assert "What you showed runs out soon." in tasks(page)[0]
    assert "due in 19 days" in tasks(page)[0]


def test_proof_that_expired_or_was_taken_back_is_told(app, cast, sign_in, simple):
    simple(ago=90 * DAY, settings={"valid_days": "60", "window_days": "0"})
    attempt_id = prove(cast.ada, at=clock.now() - 80 * DAY)
    assert "what you showed is no longer valid on" in tasks(sign_in("ada").get("/"))[0]
    revoke(attempt_id, by=cast.cole, at=clock.now() - 50 * DAY)
    assert "your proof was taken back on" in tasks(sign_in("ada").get("/"))[0]


def test_a_refresher_comes_with_the_words_of_the_coach(app, cast, sign_in, simple):
    simple()
    prove(cast.ada)
    number = refresher(cast.ada, cast.cole, "notice")
    page = sign_in("ada").get("/")
    (task,) = tasks(page)
    assert "Refresher: Legal requests" in task
    assert "Let us look at this one again." in task
    assert "Cole" in task
    assert "Telling the user : once more." in task
    assert page.soup.select_one(".task a")["href"] == f"/train/legal-requests/refresher/{number}"
    assert "Ready for Abuse reports, Escalations and Legal requests." in page.words


def test_a_blocking_refresher_holds_its_queues(app, cast, sign_in, simple):
    simple()
    prove(cast.ada)
    refresher(cast.ada, cast.cole, "notice", is_blocking=True)
    page = sign_in("ada").get("/")
    assert "Legal requests: on hold until your refresher is done." in page.words
    assert "On hold" in tasks(page)[0]


def test_a_refresher_of_clauses_that_are_gone_says_so(app, cast, sign_in, tmp_path):
    shelf = Shelf(tmp_path).version(WITH_FAX, ago=10 * DAY).items_for(*WITH_FAX).publish()
    prove(cast.ada, at=clock.now() - 9 * DAY)
    refresher(cast.ada, cast.cole, "fax", at=clock.now() - DAY)
    shelf.version(FIRST, ago=HOUR, removed=("fax",)).publish()
    words = " ".join(tasks(sign_in("ada").get("/")))
    assert "None of its clauses is in force any more." in words
    assert "Requests by fax : no longer applies on" in words


def test_a_hold_leave_and_a_waiver_are_told_in_words(app, cast, sign_in, simple):
    simple()
    ada = sign_in("ada")
    policy_id = db.session.scalar(select(Policy.id))
    spell(cast.ada, SpellKind.WAIVER, policy_id=policy_id)
    assert "Legal requests: nothing is asked of you for now." in ada.get("/").words
    spell(cast.ada, SpellKind.HOLD)
    assert "on hold by your coach or lead" in ada.get("/").words
    spell(cast.ada, SpellKind.LEAVE)
    assert "Legal requests: you are on leave." in ada.get("/").words


def test_an_emergency_waits_to_be_seen_and_seeing_it_opens_provisional_readiness(app, cast, sign_in, simple):
    shelf = simple(ago=10 * DAY)
    prove(cast.ada, at=clock.now() - 9 * DAY)
    second(shelf, emergency={"provisional_hours": "24"})
    ada = sign_in("ada")
    page = ada.get("/")
    assert "say that you have seen it" in tasks(page)[0]
    button = page.soup.find("form", action="/train/legal-requests/acknowledge")
    assert button.find("input", attrs={"name": "version"})["value"] == "2"
    for _ in range(2):
        assert ada.post("/train/legal-requests/acknowledge", {"version": 2}).location == "/"
    page = ada.get("/")
    assert page.soup.select_one("table .standing-provisional")
    assert "provisionally ready meanwhile" in page.words
    assert "You have seen it" in tasks(page)[0]
    assert not page.soup.find("form", action="/train/legal-requests/acknowledge")
    prove(cast.ada)
    assert "Nothing to do." in ada.get("/").words


def test_only_an_emergency_can_be_acknowledged(app, cast, sign_in, simple):
    simple()
    ada = sign_in("ada")
    ada.post("/train/legal-requests/acknowledge", {"version": 1}, expect=422)
    ada.post("/train/legal-requests/acknowledge", {"version": 7}, expect=404)
    ada.post("/train/legal-requests/acknowledge", {"version": "x"}, expect=422)
    ada.post("/train/nothing/acknowledge", {"version": 1}, expect=404)


def test_what_was_passed_and_not_signed_is_one_click_away(app, cast, sign_in, simple):
    simple()
    attempt_id = start(cast.ada, at=clock.now())
    actions.submit_attempt(attempt_id, cast.ada, answers=answers(attempt_id), now=clock.now())
    page = sign_in("ada").get("/")
    (task,) = tasks(page)
    assert "Sign to finish" in task
    assert page.soup.select_one(".task a")["href"] == f"/train/attempts/{attempt_id}/sign"


def test_what_was_passed_on_an_older_version_can_still_be_signed(app, cast, sign_in, simple):
    shelf = simple(ago=10 * DAY)
    then = clock.now() - 2 * DAY
    attempt_id = start(cast.ada, at=then)
    actions.submit_attempt(attempt_id, cast.ada, answers=answers(attempt_id), now=then)
    second(shelf)
    page = sign_in("ada").get("/")
    assert len(tasks(page)) == 2
    assert f"/train/attempts/{attempt_id}/sign" in [link["href"] for link in page.soup.select(".task a")]
    assert attesting.sign(attempt_id, cast.ada, now=clock.now())
    (task,) = tasks(sign_in("ada").get("/"))
    assert "Telling the user : changed on" in task


def test_an_open_quiz_goes_on_where_it_was_left(app, cast, sign_in, simple):
    simple()
    attempt_id = start(cast.ada, at=clock.now())
    page = sign_in("ada").get("/")
    assert page.soup.select_one(".task a")["href"] == f"/train/attempts/{attempt_id}"


def test_waiting_and_being_stuck_are_told(app, cast, sign_in, simple):
    simple()
    ada = sign_in("ada")
    for ago in (60, 30):
        fail(cast.ada, at=clock.now() - ago * MINUTE)
    fail(cast.ada, at=clock.now() - MINUTE)
    assert "You have used every attempt" in ada.get("/train/legal-requests").words
    assert "You have used every attempt. Your coach has been told." in tasks(ada.get("/"))[0]
    simple(slug="abuse-reports", title="Abuse", audience=["abuse-reports"])
    fail(cast.ada, "abuse-reports", at=clock.now())
    assert "The short retake opens" in " ".join(tasks(ada.get("/")))


def test_a_newcomer_is_not_asked_to_acknowledge(app, cast, sign_in, simple):
    second(simple(ago=10 * DAY), emergency={"provisional_hours": "24"})
    page = sign_in("ada").get("/")
    assert "You have not shown yet that you know it" in tasks(page)[0]
    assert "I have seen it" not in page.words


def test_who_works_in_no_queue_is_shown_where_to_go(app, cast, sign_in, simple):
    simple()
    for name, link in (("cole", "Team"), ("lena", "Readiness"), ("pia", "Policies"), ("rune", "Readiness")):
        page = sign_in(name).get("/")
        assert "You work in no queue" in page.words
        assert link in [anchor.get_text(strip=True) for anchor in page.soup.select("main a")]


def test_home_takes_the_same_number_of_statements_whatever_there_is(app, cast, sign_in, tmp_path, simple):
    bare = len(sign_in("ada").get("/").statements)
    shelf = simple(ago=10 * DAY)
    for slug in ("abuse-reports", "escalations"):
        Shelf(tmp_path, slug=slug, title=slug, audience=[slug, "legal-requests"]).version(FIRST, ago=DAY).items_for(
            *FIRST
        ).publish()
    prove(cast.ada, at=clock.now() - 9 * DAY)
    second(shelf)
    for clause in SECOND:
        refresher(cast.ada, cast.cole, clause)
    fail(cast.ada, at=clock.now())
    full = sign_in("ada").get("/")
    assert len(tasks(full)) == 6
    assert bare <= len(full.statements) <= 29 + 2  # two more for lessons and questions read for the first time
    assert len(sign_in("ada").get("/").statements) == 29
