"""What an owner sees and does about a question that was wrong, and what who was asked sees of it."""

from decimal import Decimal

import pytest

from lms import clock
from lms.correcting import letters  # noqa: F401 - its mail
from lms.correcting.forms import form_for
from lms.correcting.queries import Asked, asked_item
from lms.domain.correcting import KeyRefused, NewKey
from lms.extensions import db, writing
from lms.mail.outbox import WRITERS
from lms.models import AttemptScore, AuditEntry, Identity, Person, Policy, Queue, SpellKind
from tests.cast import add_spell, leave
from tests.correcting.made import (
    DAY,
    RESCORE,
    RESTORE,
    SLUG,
    VOID,
    WHY,
    B,
    answer,
    decide,
    published,
    revision,
    shown,
    signed,
    sit,
)
from tests.correcting.made import standing as stands
from tests.domain.bank import decision, matching, number, ordering, short
from tests.training.make import HOUR, MINUTE, revoke, start

LIST = f"/policies/{SLUG}/items"


def test_the_list_tells_what_was_asked_and_what_was_corrected(cast, policy, sign_in):
    sit(cast.ada, at=clock.now() - DAY)
    start(cast.sam, at=clock.now() - HOUR)
    decide("notice-1", VOID, by=cast.pia, at=clock.now())
    decide("notice-2", RESCORE, B, by=cast.pia, at=clock.now())
    pia = sign_in("pia")
    page = pia.get(LIST)
    cells = {row.th.a.text: [cell.text.strip() for cell in row.select("td")] for row in page.soup.select("tbody tr")}
    assert cells["notice-1"] == ["1", "1", "1", "Void"]
    assert cells["notice-2"][-1] == "Another key"
    assert cells["kinds-1"][-1] == "As published"
    assert len(page.statements) == 6
    assert "Questions" in pia.get(f"/policies/{SLUG}").words


def test_looking_and_doing(cast, policy, sign_in):
    sit(cast.ada, at=clock.now() - DAY, notice_1="b", notice_2="b")
    signed(cast.sam, at=clock.now() - DAY)
    pia, url = sign_in("pia"), f"{LIST}/{revision('notice-1')}"
    db.session.rollback()
    assert "A question was wrong" in pia.get(url).words
    page = pia.post(f"{url}/preview", {"kind": "void", "reason": WHY}, expect=200)
    assert "Nothing is changed yet." in page.words
    assert [cell.get_text(" ", strip=True) for cell in page.soup.select("#who tbody tr > *")][::2] == [
        "Ada",
        "66 %",
        "fail → pass",
    ]
    assert "Passed, to be signed" in page.words
    sent = {each["name"]: each["value"] for each in page.soup.select("form")[-2].select("input") if each["name"]}
    assert "1 from fail to pass, 0 from pass to fail" in pia.get(pia.post(url, sent).location).words
    again = pia.post(url, sent, expect=422)
    assert "Not a valid choice" in again.words or "void already" in again.words
    history = pia.get(url).soup.select("#corrections tbody tr")
    assert ["Void" in row.text and WHY in row.text and "Pia" in row.text for row in history] == [True]


def test_it_says_before_who_gets_a_mail_and_who_gets_none(cast, policy, sign_in):
    now = clock.now()
    ada = signed(cast.ada, at=now - DAY, kinds_1="c")
    sit(cast.sam, at=now - DAY, notice_1="b", notice_2="b")
    revoke(ada, by=cast.rune, at=now - 3 * HOUR)
    decide("notice-1", RESCORE, B, by=cast.pia, at=now - HOUR)
    pia, url = sign_in("pia"), f"{LIST}/{revision('notice-1')}"
    db.session.rollback()
    page = pia.post(f"{url}/preview", {"kind": "restore", "reason": WHY}, expect=200)
    rows = {row.th.get_text(strip=True): row.get_text(" ", strip=True) for row in page.soup.select("#who tbody tr")}
    assert "Nothing, and no mail: somebody revoked its evidence." in rows["Ada"]
    assert "1 person gets a mail in their own language" in page.words
    assert "Each of them" not in page.words
    sent = {each["name"]: each["value"] for each in page.soup.select("form")[-2].select("input") if each["name"]}
    assert "1 person gets a mail." in pia.get(pia.post(url, sent).location).words


def test_what_was_typed_comes_back(cast, policy, sign_in):
    pia, url = sign_in("pia"), f"{LIST}/{revision('notice-1')}"
    db.session.rollback()
    typed = {"kind": "rescore", "right": ["b", "c"], "feedback-b": "By the new rule.", "reason": WHY}
    page = pia.post(f"{url}/preview", typed | {"change": "yes"}, expect=200)
    assert [each["value"] for each in page.soup.select("input[name=right][checked]")] == ["b", "c"]
    assert page.soup.select_one("[name=feedback-b]").text.strip() == "By the new rule."
    page = pia.post(f"{url}/preview", typed | {"right": "a", "feedback-a": "Because of right thing 1.",
                                               "feedback-b": "Because of wrong thing 1.",
                                               "feedback-c": "Because of other thing 1."}, expect=422)  # fmt: skip
    assert "That is the key already" in page.words
    assert "Say it in 10 to" in pia.post(f"{url}/preview", typed | {"reason": "No."}, expect=422).words
    assert "Choose one of these" in pia.post(url, {"reason": WHY}, expect=422).words
    stale = pia.post(url, typed | {"seen": "0" * 64}, expect=422)
    assert "Something changed since you looked" in stale.words


@writing()
def _now_owned_by(person):
    db.session.query(Policy).one().owner_id = person
    db.session.commit()


@writing()
def _works_for(person, vendor):
    db.session.get(Identity, person).vendor = vendor
    db.session.commit()


def test_only_the_owner_of_the_policy_has_its_questions(cast, policy, sign_in):
    pia, url = sign_in("pia"), f"{LIST}/{revision('notice-1')}"
    db.session.rollback()
    sign_in("lena").get(url, expect=404)
    _works_for(cast.pia, "Other Ltd")
    for path in (LIST, url):
        pia.get(path, expect=404)
    _works_for(cast.pia, "")
    _now_owned_by(cast.rune)
    for path in (LIST, url):
        pia.get(path, expect=404)
    assert "Questions" not in [link.text.strip() for link in pia.get(f"/policies/{SLUG}").soup.select("main a")]
    typed = {"kind": "void", "reason": WHY, "seen": shown("notice-1", VOID).digest}
    db.session.rollback()
    pia.post(url, typed, expect=404)
    pia.post(f"{url}/preview", typed, expect=404)


@writing()
def _works_in_the_queue(person):
    queue = db.session.query(Queue).filter_by(slug=SLUG).one()
    add_spell(db.session.get(Person, person), kind=SpellKind.QUEUE, queue_id=queue.id)
    db.session.commit()


def test_who_takes_the_quiz_does_not_see_its_keys(cast, policy, sign_in):
    _works_in_the_queue(cast.pia)
    attempt_id = start(cast.pia, at=clock.now() - HOUR)
    pia, url = sign_in("pia"), f"{LIST}/{revision('notice-1')}"
    db.session.rollback()
    page = pia.get(url, expect=422)
    assert "You are taking this quiz yourself" in page.words
    assert "Right thing" not in page.words
    answer(attempt_id, cast.pia, {}, at=clock.now())
    assert "Right thing" in pia.get(url).words


def test_only_what_was_published_there_has_a_page(cast, policy, sign_in):
    pia = sign_in("pia")
    pia.get(f"{LIST}/99999", expect=404)
    pia.get("/policies/nowhere/items", expect=404)
    pia.get(f"/policies/nowhere/items/{revision('notice-1')}", expect=404)


def test_reading_a_question_of_what_is_need_to_know_is_noted(cast, tmp_path, sign_in):
    shelf = published(tmp_path)
    shelf.settings["need_to_know"] = "true"
    shelf.publish()
    pia = sign_in("pia")
    number = revision("notice-1")
    db.session.rollback()
    for url in (LIST, f"{LIST}/{number}"):
        assert pia._send("get", url).status == 200
    acts = [each.act for each in db.session.query(AuditEntry)]
    assert acts.count("need-to-know read") == 2


def test_who_was_asked_sees_the_new_result_with_the_reason(cast, policy, sign_in):
    ada_attempt = sit(cast.ada, at=clock.now() - DAY, notice_1="b", notice_2="b")
    decide("notice-1", VOID, by=cast.pia, at=clock.now())
    ada = sign_in("ada")
    page = ada.get(f"/train/attempts/{ada_attempt}/result")
    assert "80 %, 80 % needed." in page.words
    assert "it was 66 % then, not passed" in page.words
    assert f"This question was corrected: {WHY}" in page.words
    assert [tag.get_text(strip=True) for tag in page.soup.select(".result .tag")].count("Not counted") == 1
    assert ada.get("/").soup.select_one(f"a[href$='/train/attempts/{ada_attempt}/sign']")


def test_a_question_that_is_void_says_so_while_it_is_asked(cast, policy, sign_in):
    attempt_id = start(cast.ada, at=clock.now() - HOUR)
    ada = sign_in("ada")
    assert "Not counted" not in ada.get(f"/train/attempts/{attempt_id}").words
    decide("notice-1", VOID, by=cast.pia, at=clock.now())
    page = ada.get(f"/train/attempts/{attempt_id}")
    assert page.words.count("Not counted: this question was found wrong.") == 1
    assert WHY not in page.words


def test_a_new_key_is_told_with_its_own_words(cast, policy, sign_in):
    attempt_id = signed(cast.ada, at=clock.now() - DAY)
    decide("notice-1", RESCORE, NewKey(right=("b",), feedback={"b": "The court said so."}), by=cast.pia, at=clock.now())
    page = sign_in("ada").get(f"/train/attempts/{attempt_id}/result")
    (told,) = [part.text for part in page.soup.select(".result") if "The court said so." in part.text]
    assert "Because of wrong thing 1." not in told
    assert "Not right" in told


def test_the_record_tells_what_ended_and_what_counts_again(cast, policy, sign_in):
    now = clock.now()
    signed(cast.ada, at=now - DAY, kinds_1="c")
    decide("notice-1", RESCORE, B, by=cast.pia, at=now - HOUR)
    ada, cole = sign_in("ada"), sign_in("cole")
    assert WHY in ada.get("/record").words
    assert WHY in cole.get(f"/coaching/people/{cast.ada}").words
    decide("notice-1", RESTORE, by=cast.pia, at=now)
    assert ada.get("/record").words.count("83 %") == 2
    assert cole.get(f"/coaching/people/{cast.ada}").words.count("83 %") >= 2


@writing()
def _speaks(person, language):
    db.session.get(Identity, person).language = language
    db.session.commit()


def letter(person, attempt_id):
    written = WRITERS["corrected result"](person, {"attempt": attempt_id}, clock.now())
    db.session.rollback()
    return written


def test_the_mail_says_what_it_means_for_who_gets_it(cast, policy):
    now = clock.now()
    ada = signed(cast.ada, at=now - DAY, kinds_1="c")
    sam = sit(cast.sam, at=now - DAY, notice_1="b", notice_2="b")
    decide("notice-1", RESCORE, B, by=cast.pia, at=now)
    lost = letter(cast.ada, ada)
    assert lost.subject == "Your result changed: Legal requests"
    assert "you do not pass with it any more" in lost.text
    assert WHY in lost.text
    assert f"/train/attempts/{ada}/result" in lost.text
    assert "It counts once you have signed" in letter(cast.sam, sam).text
    decide("notice-1", RESTORE, by=cast.pia, at=now + MINUTE)
    assert "you need not do anything" in letter(cast.ada, ada).text
    leave(cast.ada)
    assert letter(cast.ada, ada) is None
    assert letter(cast.ada, sam) is None


def test_no_mail_says_that_it_counts_what_somebody_revoked_by_hand(cast, policy):
    now = clock.now()
    ada = signed(cast.ada, at=now - DAY, kinds_1="c")
    revoke(ada, by=cast.rune, at=now - 3 * HOUR)
    decide("notice-1", RESCORE, B, by=cast.pia, at=now - 2 * HOUR)
    assert "you do not pass with it any more" in letter(cast.ada, ada).text
    decide("notice-1", RESTORE, by=cast.pia, at=now - HOUR)
    assert stands(cast.ada) == []
    assert letter(cast.ada, ada) is None


def _form(app, item, **sent):
    asked = Asked(revision_id=1, slug=item.id, digest="", policy_id=1, policy="p", title="P", is_need_to_know=False,
                  frozen=item, versions=(1,), corrections=())  # fmt: skip
    with app.test_request_context("/", method="POST", data={"kind": "rescore", "reason": WHY, **sent}):
        form = form_for(asked)
        assert len(form.parts) >= len(item.options)
        form.validate()
        return form.new_key


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_each_type_of_question_has_a_form_of_its_own(app):
    told = {f"feedback-{each}": "" for each in "abc"}
    assert _form(app, decision(), right="a", cites="roles", **told).cites == "roles"
    made = _form(app, ordering("a", "b", "c"), **{"place-a": "2", "place-b": "3", "place-c": "1"})
    assert made.right == ("c", "a", "b")
    with pytest.raises(KeyRefused, match="Give every part its place"):
        _form(app, ordering("a", "b"), **{"place-a": "1", "place-b": "1"})
    assert _form(app, matching("a=x", "b=y"), **{"match-a": "y", "match-b": "x"}).right == ("a=y", "b=x")
    made = _form(app, number("4", "24", key="4"), right="4\n5", tolerance="0.5")
    assert (made.right, made.tolerance) == (("4", "5"), Decimal("0.5"))
    with pytest.raises(KeyRefused, match="how far off"):
        _form(app, number("4", key="4"), right="4", tolerance="a little")
    assert _form(app, short("subpoena"), right="subpoena\nsummons").right == ("subpoena", "summons")


def test_scores_are_kept_in_full(cast, policy):
    sit(cast.ada, at=clock.now() - DAY)
    decide("notice-1", VOID, by=cast.pia, at=clock.now())
    kept = db.session.query(AttemptScore).one()
    assert {"percent", "items", "missed", "corrections"} <= kept.result.keys()
    assert asked_item(SLUG, 99999) is None
