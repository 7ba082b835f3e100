"""Somebody flags what is wrong or unclear: from the quiz without leaving it, from a module, and reads the answer."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from lms import clock
from lms.extensions import db, writing
from lms.flags import actions, queries
from lms.flags.settling import flag_page
from lms.models import AuditEntry, Flag, FlagAnswer, FlagKind, FlagOutcome, FlagWords
from lms.privacy.queries import export
from lms.training import attesting
from lms.training.actions import submit_attempt
from lms.training.drawn import asked
from tests.training.make import DAY, HOUR, answers, begin, fields, refresher, start

WORDS = "Two of the options say the same."


@pytest.fixture
def quiz(app, cast, sign_in, simple):
    """Ada, at her quiz of six questions."""
    simple()
    ada = sign_in("ada")
    attempt_id = begin(ada)
    return ada, attempt_id, f"/train/attempts/{attempt_id}"


def flag_now(attempt_id, person, *, number=1, at=None, kind=FlagKind.UNCLEAR, words=WORDS):
    found = queries.item_to_flag(attempt_id, person, number, now=clock.now())
    actions.flag(person, found.subject, kind=kind, words=words, language="en", now=at or clock.now())
    return db.session.scalars(select(Flag.id).order_by(Flag.id.desc())).first()


def settle(flag_id, by, *, outcome=FlagOutcome.STAYS, words="Option b is the old rule.", at=None):
    page = flag_page(flag_id)
    return actions.settle(
        page.subject,
        [each.flag_id for each in page.raised],
        outcome=outcome,
        words=words,
        about="here",
        by=by,
        now=at or clock.now(),
    )


def test_a_question_is_flagged_from_the_quiz_and_the_answers_on_the_page_are_kept(quiz):
    ada, attempt_id, url = quiz
    assert ada.get(url).soup.select_one("button[name=flag][value='2']")
    sent = ada.post(url, {"answer-1": "b", "revision": 0, "flag": 2})
    assert sent.location == f"{url}/questions/2/flag"
    form = ada.get(sent.location)
    assert "Your answers so far are kept" in form.words
    done = ada.post(sent.location, {"kind": "wrong", "words": f"  {WORDS} "})
    assert done.location == f"{url}#item-2"
    page = ada.get(url)
    assert "It is flagged" in page.words
    assert page.soup.select_one("input[name=answer-1][checked]")["value"] == "b"
    flag = db.session.scalars(select(Flag)).one()
    second = next(each for each in asked([attempt_id]) if each.number == 2)
    assert (flag.attempt_id, flag.item_id, flag.kind, flag.language) == (attempt_id, second.revision_id, "wrong", "en")
    assert db.session.scalars(select(FlagWords.words)).one() == WORDS


def test_enter_in_a_field_never_presses_the_button_of_a_question(quiz):
    ada, _, url = quiz
    first = ada.get(url).soup.select_one("form[data-quiz]").select_one("button[type=submit]")
    assert first.get("name") is None


def test_a_handed_in_question_is_flagged_from_its_result(quiz):
    ada, attempt_id, url = quiz
    ada.post(f"{url}/submit", fields(answers(attempt_id)) | {"revision": 0})
    link = ada.get(f"{url}/result").soup.find("a", href=f"{url}/questions/1/flag")
    assert link
    assert ada.post(link["href"], {"kind": "typo", "words": WORDS}).location == f"{url}/result#item-1"
    late = ada.post(url, {"answer-1": "b", "revision": 0, "flag": 3})
    assert late.location == f"{url}/questions/3/flag"


def test_a_flag_says_something_short_and_what_is_the_matter(quiz):
    ada, _, url = quiz
    for sent in ({"kind": "wrong", "words": "no"}, {"kind": "wrong", "words": "x" * 501}, {"words": WORDS},
                 {"kind": "rude", "words": WORDS}):  # fmt: skip
        ada.post(f"{url}/questions/1/flag", sent, expect=422)
    assert not db.session.scalars(select(Flag)).all()


def test_others_attempts_and_questions_that_are_not_there_do_not_exist(quiz, sign_in):
    ada, _, url = quiz
    ada.get(f"{url}/questions/7/flag", expect=404)
    sign_in("sam").get(f"{url}/questions/1/flag", expect=404)
    sign_in("sam").post(f"{url}/questions/1/flag", {"kind": "wrong", "words": WORDS}, expect=404)


def test_words_are_shown_as_text(quiz, sign_in):
    _, attempt_id, _ = quiz
    ada = sign_in("ada")
    ada.post(f"/train/attempts/{attempt_id}/questions/1/flag", {"kind": "wrong", "words": "<b>bold</b> **x**"})
    flag_id = db.session.scalars(select(Flag.id)).one()
    for page in (ada.get("/record"), sign_in("pia").get(f"/flags/{flag_id}")):
        assert "&lt;b&gt;bold&lt;/b&gt; **x**" in page.text


def test_nobody_waits_for_two_answers_about_the_same(quiz, cast):
    ada, attempt_id, url = quiz
    flag_id = flag_now(attempt_id, cast.ada)
    page = ada.post(f"{url}/questions/1/flag", {"kind": "wrong", "words": WORDS}, expect=422)
    assert "You flagged this already." in page.words
    settle(flag_id, cast.pia)
    ada.post(f"{url}/questions/1/flag", {"kind": "wrong", "words": WORDS})


def test_a_person_flags_so_many_things_a_day(quiz, cast, monkeypatch):
    ada, attempt_id, url = quiz
    monkeypatch.setattr(actions, "MOST_IN_A_DAY", 2)
    flag_now(attempt_id, cast.ada, number=1, at=clock.now() - timedelta(hours=25))
    for number in (2, 3):
        flag_now(attempt_id, cast.ada, number=number)
    page = ada.post(f"{url}/questions/4/flag", {"kind": "wrong", "words": WORDS}, expect=422)
    assert "You flagged 2 things within a day." in page.words


@pytest.mark.parametrize("what", ["clause=kinds", "lesson=10-papers"])
def test_a_clause_or_a_lesson_of_a_module_is_flagged(app, cast, sign_in, simple, what):
    simple()
    ada = sign_in("ada")
    page = ada.get("/train/legal-requests")
    link = next(each["href"] for each in page.soup.select(".item-flag a") if what in each["href"])
    form = ada.get(link).soup.select_one("main form")
    sent = {each["name"]: each.get("value", "") for each in form.select("input[type=hidden]")}
    done = ada.post(form["action"], sent | {"kind": "out of date", "words": WORDS})
    assert done.location == f"/train/legal-requests#{what.replace('=', '-')}"
    flag = db.session.scalars(select(Flag)).one()
    assert (flag.clause_id is None, flag.lesson_id is None) == (what[0] != "c", what[0] == "c")
    record = ada.get("/record")
    assert "Waits for an answer" in record.words
    assert ("Kinds of paper" if what[0] == "c" else "Lesson 10-papers") in record.words
    pia = sign_in("pia")
    assert "1 open flag" in pia.get(pia.get("/flags").soup.select_one("th a")["href"]).words


def test_what_is_not_in_my_module_cannot_be_flagged(app, cast, sign_in, simple):
    simple()
    for name, what in (("ada", "clause=nothing"), ("ada", "lesson=none"), ("ada", ""), ("sam", "clause=kinds")):
        sign_in(name).get(f"/train/legal-requests/flag?{what}", expect=404)


def test_from_a_refresher_one_comes_back_to_it(app, cast, sign_in, simple):
    simple()
    number = refresher(cast.ada, cast.cole, "kinds")
    ada = sign_in("ada")
    link = ada.get(f"/train/legal-requests/refresher/{number}").soup.select_one(".item-flag a")["href"]
    assert f"refresher={number}" in link
    done = ada.post("/train/legal-requests/flag",
                    {"clause": "kinds", "refresher": number, "kind": "wrong", "words": WORDS})  # fmt: skip
    assert done.location == f"/train/legal-requests/refresher/{number}#clause-kinds"


def test_the_answer_is_told_on_the_record_and_at_home(quiz, cast):
    ada, attempt_id, url = quiz
    flag_id = flag_now(attempt_id, cast.ada)
    ada.post(f"{url}/submit", fields(answers(attempt_id)) | {"revision": 0})
    assert "flagged is answered" not in ada.get("/").words
    settle(flag_id, cast.pia, outcome=FlagOutcome.FIXED, words="It says so now.")
    assert "1 thing that you flagged is answered" in ada.get("/").words
    record = ada.get("/record")
    assert "Fixed" in record.words
    assert "It says so now." in record.words
    assert queries.answered_lately(cast.ada, now=clock.now() + 15 * DAY) == 0


def test_words_about_a_question_wait_until_its_person_has_passed(quiz, cast):
    """An owner who says why cannot but name what is right."""
    ada, attempt_id, _ = quiz
    flag_id = flag_now(attempt_id, cast.ada)
    settle(flag_id, cast.pia)

    def told():
        record = ada.get("/record")
        assert "Not changed" in record.words
        return "Option b is the old rule." in record.text

    assert not told()
    failed = answers(attempt_id, wrong=("kinds", "genuine", "notice"))
    submit_attempt(attempt_id, cast.ada, answers=failed, now=clock.now() - HOUR)
    assert not told()
    assert "You can read it once you have passed." in ada.get("/record").words
    again = start(cast.ada, at=clock.now())
    submit_attempt(again, cast.ada, answers=answers(again), now=clock.now())
    assert told()


def test_a_pass_before_the_flagged_attempt_opens_nothing(app, cast, simple):
    simple()
    first = start(cast.ada, at=clock.now() - 3 * HOUR)
    submit_attempt(first, cast.ada, answers=answers(first), now=clock.now() - 2 * HOUR)
    attesting.sign(first, cast.ada, now=clock.now() - 2 * HOUR)
    again = start(cast.ada, at=clock.now(), refresher_id=refresher(cast.ada, cast.cole, "kinds"))
    settle(flag_now(again, cast.ada), cast.pia)
    (mine,) = queries.mine(cast.ada)
    assert (mine.answer, mine.is_answer_kept) == ("", True)


def test_a_flag_is_mine_in_what_is_given_out_and_its_words_can_be_erased(quiz, cast):
    _, attempt_id, _ = quiz
    flag_now(attempt_id, cast.ada)
    given = {each["table"]: each["rows"] for each in export(cast.ada, now=clock.now())["tables"]}
    assert given["flags"][0]["person_id"] == "this person"
    assert given["flag_words"][0]["words"] == WORDS
    db.session.rollback()
    with writing():
        db.session.delete(db.session.scalars(select(FlagWords)).one())
        db.session.commit()
    assert queries.mine(cast.ada)[0].words == ""


@pytest.mark.parametrize("table", [Flag, FlagAnswer, FlagWords])
def test_nothing_of_a_flag_is_ever_changed(quiz, cast, table):
    _, attempt_id, _ = quiz
    settle(flag_now(attempt_id, cast.ada), cast.pia)
    column = {"flags": "kind", "flag_answers": "words", "flag_words": "words"}[table.__tablename__]
    with writing(), pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(update(table).values({column: "typo"}))


def test_the_log_does_not_tell_who_flagged(quiz, cast):
    _, attempt_id, _ = quiz
    settle(flag_now(attempt_id, cast.ada), cast.pia)
    noted = db.session.execute(select(AuditEntry.act, AuditEntry.by, AuditEntry.person_id)).all()
    assert ("flags answered", cast.pia, None) in [tuple(each) for each in noted]
    assert cast.ada not in {each.person_id for each in noted if "flag" in each.act}
