"""A policy owner reads what was flagged, in its context and without who it was, and answers once."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from lms import clock
from lms.extensions import db
from lms.flags import actions, queries, settling
from lms.flags.settling import flag_page
from lms.models import AuditEntry, FlagAnswer, FlagKind, Identity, Version
from lms.privacy.actions import erase
from lms.training.drawn import asked
from tests.cast import leave
from tests.flags.test_flagging import WORDS, flag_now, settle
from tests.training.make import DAY, answers, fields, second, start


@pytest.fixture
def two(app, cast, simple):
    """Ada and Sam each flag the same question, Sam another one too; ids of the attempts."""
    shelf = simple(audience="everybody")
    ids = {name: start(getattr(cast, name), at=clock.now(), seed=7) for name in ("ada", "sam")}
    flag_now(ids["ada"], cast.ada, kind=FlagKind.WRONG, at=clock.now() - 2 * DAY)
    flag_now(ids["sam"], cast.sam, words="The case does not say who calls.")
    flag_now(ids["sam"], cast.sam, number=2)
    return ids | {"shelf": shelf}


def test_open_flags_are_counted_by_what_they_are_about(two, sign_in):
    first, other = settling.waiting()
    assert (first.count, first.kinds, other.count) == (2, {FlagKind.WRONG: 1, FlagKind.UNCLEAR: 1}, 1)
    page = sign_in("pia").get("/flags")
    assert [row.select_one(".num").get_text() for row in page.soup.select("tbody tr")] == ["2", "1"]
    assert "3 open flags" in sign_in("pia").get("/policies").words
    assert "open flags" not in sign_in("ada").get("/policies").words


def test_only_policy_owners_read_them(two, sign_in):
    for name in ("ada", "cole", "lena", "rune"):
        sign_in(name).get("/flags", expect=404)
        sign_in(name).get("/flags/1", expect=404)
    sign_in("pia").get("/flags/999", expect=404)


def test_the_context_is_told_and_never_who_it_was(two, cast, sign_in):
    pia = sign_in("pia")
    page = pia.get(f"/flags/{settling.waiting()[0].flag_id}")
    for told in (WORDS, "The case does not say who calls.", "Legal requests, version 1", "Not handed in yet"):
        assert told in page.words
    drawn = next(each for each in asked([two["ada"]]) if each.number == 1)
    shown = [each.get_text() for each in page.soup.select_one("article").select(".answer-text")]
    texts = {each.id: each.text for each in drawn.item.options}
    assert shown == [texts[each] for each in drawn.option_order]
    assert page.soup.select_one(f"code[title='{drawn.digest}']")
    main = page.soup.main.get_text()
    for name, _, email in db.session.execute(select(Identity.name, Identity.person_id, Identity.email)):
        if name != "Pia":
            assert name not in main
            assert email not in page.text
    assert all(len(each["datetime"]) == len("2026-03-08") for each in page.soup.main.select("time"))  # no hour


def test_the_answer_that_was_given_and_how_it_went_are_told(two, cast, sign_in):
    ada = sign_in("ada")
    wrong = answers(two["ada"], wrong=("kinds", "genuine", "notice"))
    ada.post(f"/train/attempts/{two['ada']}/submit", fields(wrong) | {"revision": 0})
    page = flag_page(settling.waiting()[0].flag_id)
    mine = next(each for each in page.raised if each.words == WORDS)
    assert mine.asked.outcome == "wrong"
    assert [each.is_chosen for each in mine.asked.options].count(True) == 1
    assert [each.is_key for each in mine.asked.options].count(True) == 1
    shown = sign_in("pia").get(f"/flags/{settling.waiting()[0].flag_id}")
    assert "Their answer" in shown.words
    assert "Not right" in shown.words


def also(two, cast, person, words):
    """Somebody else flags the same question."""
    subject = queries.item_to_flag(two["sam"], cast.sam, 1, now=clock.now()).subject
    actions.flag(person, subject, kind=FlagKind.WRONG, words=words, language="en", now=clock.now())


def test_the_order_of_flags_of_a_day_tells_no_time(two, cast):
    also(two, cast, cast.lena, "9 words of it")
    also(two, cast, cast.cole, "8 words of it")
    said = [each.words for each in flag_page(settling.waiting()[0].flag_id).raised]
    assert said == [WORDS, "8 words of it", "9 words of it", "The case does not say who calls."]


def test_one_answer_settles_all_that_the_page_showed(two, cast, sign_in):
    pia = sign_in("pia")
    address = f"/flags/{settling.waiting()[0].flag_id}"
    form = pia.get(address).soup.select_one("main form")
    shown = [each["value"] for each in form.select("input[name=flag]")]
    also(two, cast, cast.lena, "This one came later.")
    sent = {"flag": shown, "outcome": "void to follow", "words": "Both can be defended; it goes."}
    assert pia.post(address, sent).location == "/flags"
    assert "2 flags are answered." in pia.get("/flags").words
    assert {each.outcome for each in db.session.scalars(select(FlagAnswer))} == {"void to follow"}
    assert [each.words for each in flag_page(int(shown[0])).raised] == ["This one came later."]
    assert "Both can be defended; it goes." in pia.get(address).words
    noted = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "flags answered")).one()
    assert (noted.by, noted.person_id, noted.after) == (cast.pia, None, {"outcome": "void to follow", "flags": 2})


def test_the_second_answer_changes_nothing(two, cast, sign_in):
    flag_id = settling.waiting()[0].flag_id
    assert settle(flag_id, cast.pia) == 2
    pia = sign_in("pia")
    pia.post(f"/flags/{flag_id}", {"flag": [flag_id], "outcome": "fixed", "words": "Another answer."})
    assert "This is answered already." in pia.get("/flags").words
    assert len(db.session.scalars(select(FlagAnswer)).all()) == 2


def test_an_answer_says_what_becomes_of_it_and_is_about_what_was_shown(two, cast, sign_in):
    pia = sign_in("pia")
    first, other = (each.flag_id for each in settling.waiting())
    for sent in ({"words": WORDS}, {"outcome": "fixed", "words": ""}, {"outcome": "gone", "words": WORDS},
                 {"outcome": "fixed", "words": WORDS, "flag": "x"}):  # fmt: skip
        pia.post(f"/flags/{first}", {"flag": [first], **sent}, expect=422)
    pia.post(f"/flags/{first}", {"flag": [other], "outcome": "fixed", "words": WORDS})
    with pytest.raises(actions.AlreadyAnswered):
        actions.settle(flag_page(first).subject, [], outcome="fixed", words=WORDS, about="", by=cast.pia,
                       now=clock.now())  # fmt: skip
    assert not db.session.scalars(select(FlagAnswer)).all()


def test_the_same_question_in_two_versions_is_one_thing(two, cast):
    second(two["shelf"])
    newer = db.session.scalars(select(Version.id).where(Version.number == 2)).one()
    subject = replace(queries.item_to_flag(two["sam"], cast.sam, 1, now=clock.now()).subject, version_id=newer)
    actions.flag(cast.lena, subject, kind=FlagKind.WRONG, words=WORDS, language="en", now=clock.now())
    assert [each.count for each in settling.waiting()] == [3, 1]


def test_the_words_of_somebody_who_was_erased_are_gone(two, cast, sign_in):
    leave(cast.ada)
    erase(cast.ada, reason="She asked for it in writing.", by=cast.rune, now=clock.now())
    page = sign_in("pia").get(f"/flags/{settling.waiting()[0].flag_id}")
    assert WORDS not in page.text
    assert "(erased)" in page.words
