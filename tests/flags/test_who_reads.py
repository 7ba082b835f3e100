"""Who reads flags: no owner who is being asked the same, nobody of a vendor; and what is need-to-know is noted."""

import pytest
from sqlalchemy import select, update

from lms import clock
from lms.extensions import db, writing
from lms.flags import settling
from lms.models import AuditEntry, FlagKind, Identity, Person, Queue, SpellKind
from tests.cast import add_spell
from tests.flags.test_flagging import flag_now
from tests.training.make import FIRST, HOUR, Shelf, start

EXPORT = "/policies/legal-requests/v/1/items/yaml"


@pytest.fixture
def flag(app, cast, simple):
    """Ada flags a question; the number of the flag."""
    simple()
    return _flagged(cast)


def _flagged(cast):
    flag_now(start(cast.ada, at=clock.now()), cast.ada, kind=FlagKind.WRONG)
    found = settling.waiting()[0].flag_id
    db.session.rollback()
    return found


def test_an_owner_who_is_being_asked_sees_no_key(flag, cast, sign_in):
    with writing():
        queue = db.session.scalars(select(Queue).where(Queue.slug == "legal-requests")).one()
        add_spell(db.session.get_one(Person, cast.pia), kind=SpellKind.QUEUE, queue_id=queue.id)
        db.session.commit()
    pia = sign_in("pia")
    assert "Right thing" in pia.get(f"/flags/{flag}").words
    assert "key: true" in pia.get(EXPORT).text
    start(cast.pia, at=clock.now() - HOUR)
    db.session.rollback()
    for address in (f"/flags/{flag}", EXPORT):
        page = pia.get(address, expect=422)
        assert "You are taking this quiz yourself" in page.words
        assert not any("item_keys" in sent for sent in page.statements)
    assert pia.post(f"/flags/{flag}", {"flag": flag, "outcome": "fixed", "words": "It is."}, expect=422)


def test_nobody_of_a_vendor_reads_them(flag, cast, sign_in):
    with writing():
        db.session.execute(update(Identity).where(Identity.person_id == cast.pia).values(vendor="Acme"))
        db.session.commit()
    for address in ("/flags", f"/flags/{flag}", EXPORT):
        sign_in("pia").get(address, expect=404)
    assert "open flag" not in sign_in("pia").get("/policies").words


def noted():
    found = db.session.scalars(select(AuditEntry.about).where(AuditEntry.act == "need-to-know read")).all()
    db.session.rollback()
    return list(found)


@pytest.mark.parametrize(
    ("more", "secret", "about"),
    [
        ({"settings": {"need_to_know": "true"}}, (), "legal-requests version 1"),
        ({}, tuple(FIRST), "legal-requests version 1: "),
    ],
)
def test_reading_what_is_need_to_know_is_noted_and_the_list_shows_none_of_it(
    app, cast, sign_in, tmp_path, more, secret, about
):
    shelf = Shelf(tmp_path, **more).version(FIRST, ago=24 * HOUR, secret=secret).items_for(*FIRST, count=2)
    shelf.publish()
    flag = _flagged(cast)
    pia = sign_in("pia")
    assert "what do you do?" not in pia.get("/flags").words
    assert noted() == []
    assert "what do you do?" in pia._send("get", f"/flags/{flag}").words  # which writes
    assert [each.startswith(about) for each in noted()] == [True]


def test_what_everybody_may_know_is_not_noted(flag, sign_in):
    assert "what do you do?" in sign_in("pia").get("/flags").words
    sign_in("pia").get(f"/flags/{flag}")
    assert noted() == []
