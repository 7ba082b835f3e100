"""A clause that only its audience and owners may read: not there for others, each reading noted, the reader named."""

import pytest
from sqlalchemy import select

from lms import clock
from lms.coaching.refusals import NotForThem
from lms.domain.policies import Verdict
from lms.extensions import db
from lms.models import AuditEntry, Spell, SpellKind
from lms.people.spells import end_spell
from lms.policies.actions import decide, propose
from lms.policies.queries import policy_state
from lms.training.queries import module_page
from tests.training.make import DAY, FIRST, HOUR, Shelf, prove, refresher

RINGS = {"rings": "We find rings by the shared payout account."}
NEW = {"rings": "We find rings by the shared payout account and the shared device."}
HIDDEN = "1 clause is need-to-know and not shown to you."
SHOWN = "1 clause may be read only by people in its queues and policy owners"


@pytest.fixture
def shelf(app, cast, tmp_path):
    """For everybody, but for one clause, which is for legal requests: Ada's queue and not Sam's."""
    made = Shelf(tmp_path, audience="everybody").version(
        FIRST | RINGS, ago=10 * DAY, queues={"rings": "legal-requests"}, secret=("rings",)
    )
    return made.items_for(*FIRST, "rings").lesson("20-rings", ["rings"], "How a ring looks.").publish()


def next_version(shelf, secret=("rings",)):
    return (
        shelf.version(
            FIRST | NEW,
            ago=HOUR,
            queues={"rings": "legal-requests"},
            changes={"rings": ("material", "Devices too.")},
            secret=secret,
        )
        .items_for("rings", since=2)
        .publish()
    )


def reads():
    rows = db.session.execute(
        select(AuditEntry.by, AuditEntry.about).where(AuditEntry.act == "need-to-know read").order_by(AuditEntry.id)
    ).all()
    db.session.rollback()
    return [tuple(row) for row in rows]


def get(reader, url):
    """A reading is noted, so this GET may write."""
    return reader._send("get", url)


PAGES = ("/policies/legal-requests", "/policies/legal-requests/v/1")


def test_it_is_not_there_for_whom_it_does_not_concern(cast, shelf, sign_in):
    for name in ("sam", "lena", "rune"):
        reader = sign_in(name)
        for url in PAGES:
            page = get(reader, url)
            assert "rings" not in page.text.lower(), f"{name} {url}"
            assert HIDDEN in page.words
            assert "Telling the user" in page.words
    assert reads() == []


def test_whom_it_concerns_reads_it_by_name_and_it_is_noted(cast, shelf, sign_in):
    ada = sign_in("ada")
    page = get(ada, PAGES[0])
    assert "shared payout account" in page.words
    assert SHOWN in page.words
    assert page.soup.select_one(".watermark").get_text().startswith("Ada")
    assert HIDDEN not in page.words
    assert reads() == [(cast.ada, "legal-requests version 1: rings")]
    get(ada, PAGES[1])
    assert len(reads()) == 2


def test_an_owner_reads_it_and_that_is_noted_too(cast, shelf, sign_in):
    assert "shared payout account" in get(sign_in("pia"), PAGES[0]).words
    assert reads() == [(cast.pia, "legal-requests version 1: rings")]


def test_a_text_without_such_a_clause_says_and_notes_nothing(cast, simple_policy, sign_in):
    page = get(sign_in("ada"), PAGES[0])
    assert "need-to-know" not in page.words
    assert reads() == []


@pytest.fixture
def simple_policy(app, cast, tmp_path):
    return Shelf(tmp_path).version(FIRST, ago=DAY).items_for(*FIRST).publish()


def test_comparing_hides_it_on_both_sides(cast, shelf, sign_in):
    next_version(shelf)
    url = "/policies/legal-requests/compare?from=1&to=2"
    page = get(sign_in("sam"), url)
    assert "device" not in page.words
    assert HIDDEN in page.words
    page = get(sign_in("ada"), url)
    assert "shared device" in page.words
    assert [about for _, about in reads()] == ["legal-requests version 1: rings", "legal-requests version 2: rings"]


def test_a_mark_of_the_newest_version_counts_in_older_ones(cast, shelf, sign_in, tmp_path):
    open_one = Shelf(tmp_path / "other", slug="open", title="Open").version(FIRST | RINGS, ago=10 * DAY)
    open_one.settings["audience"] = ["legal-requests"]
    open_one.items_for(*FIRST, "rings").publish()
    sam = sign_in("sam")
    assert "payout" in get(sam, "/policies/open/v/1").words
    open_one.version(FIRST | NEW, ago=HOUR, changes={"rings": ("material", "Devices too.")}, secret=("rings",))
    open_one.items_for("rings", since=2).publish()
    assert "payout" not in get(sam, "/policies/open/v/1").words
    assert "payout" in get(sign_in("ada"), "/policies/open/v/1").words


def test_a_clause_that_is_open_again_is_open(cast, shelf, sign_in):
    next_version(shelf, secret=())
    sam = sign_in("sam")
    assert "shared device" in get(sam, PAGES[0]).words
    assert "payout" not in get(sam, PAGES[1]).words


def test_the_mark_alone_is_no_change(cast, shelf):
    shelf.version(FIRST | RINGS, ago=HOUR, queues={"rings": "legal-requests"}, secret=()).publish()
    prove(cast.ada)
    assert module_page(cast.ada, "legal-requests", now=clock.now()).parts == ()


def test_a_module_with_it_names_the_reader_and_is_noted(cast, shelf, sign_in):
    page = get(sign_in("ada"), "/train/legal-requests")
    assert "How a ring looks." in page.words
    assert SHOWN in page.words
    assert page.soup.select_one(".watermark")
    assert reads() == [(cast.ada, "legal-requests version 1: rings")]
    page = get(sign_in("sam"), "/train/legal-requests")
    assert "ring" not in page.words
    assert not page.soup.select_one(".watermark")
    assert len(reads()) == 1


@pytest.fixture
def leaves():
    """Ends the time of a person in every queue."""

    def leave(person):
        ids = db.session.scalars(select(Spell.id).where(Spell.person_id == person, Spell.kind == SpellKind.QUEUE)).all()
        db.session.rollback()
        for spell_id in ids:
            now = clock.now()
            end_spell(spell_id, end_at=now, reason="She moved on.", by=person, now=now)

    return leave


def test_it_is_given_to_nobody_whom_it_is_not_for(cast, shelf, leaves):
    assert refresher(cast.ada, cast.cole, "rings", "notice")
    leaves(cast.ada)
    with pytest.raises(NotForThem, match="“rings”: need-to-know"):
        refresher(cast.ada, cast.cole, "rings", "notice")
    assert refresher(cast.ada, cast.cole, "notice")


def test_who_left_its_queue_no_longer_gets_it_in_a_refresher(cast, shelf, sign_in, leaves):
    number = refresher(cast.ada, cast.cole, "rings", "notice")
    ada = sign_in("ada")
    assert "payout" in get(ada, f"/train/legal-requests/refresher/{number}").words
    leaves(cast.ada)
    words = get(ada, f"/train/legal-requests/refresher/{number}").words
    assert "payout" not in words
    assert "Telling the user" in words


def test_who_is_asked_to_approve_reads_it_all(cast, shelf, sign_in):
    shelf.version(
        FIRST | NEW,
        ago=-DAY,
        in_force=-2 * DAY,
        queues={"rings": "legal-requests"},
        changes={"rings": ("material", "Devices too.")},
        secret=("rings",),
    )
    shelf.items_for("rings", since=2).publish()

    state = policy_state("legal-requests", sees_drafts=True, now=clock.now())
    db.session.rollback()
    now = clock.now()
    decide(state.draft.version_id, "rings", verdict=Verdict.MATERIAL, reason="Devices too.", by=cast.pia, now=now)
    propose(state.draft.version_id, reason="Rings use devices now.", effective_at=None, by=cast.pia, now=now)
    assert "shared device" in get(sign_in("lena"), "/policies/legal-requests/draft/approve").words
    assert reads()[-1] == (cast.lena, "legal-requests version 2: rings")
    assert "device" not in get(sign_in("lena"), PAGES[0]).words
