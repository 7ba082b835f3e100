"""A team or queue is closed when nobody is in it and nothing names it; it can be opened again, and nothing is lost."""

from types import SimpleNamespace

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from lms import clock
from lms.extensions import db, writing
from lms.models import (
    AuditEntry,
    Closing,
    Queue,
    RequirementQueue,
    RequirementSetting,
    Spell,
    SpellEnd,
    SpellKind,
    Team,
)
from lms.organisation import actions, closing, held
from lms.organisation.actions import OrganisationRefused
from lms.people.actions import change
from lms.people.changing import Change, Word
from lms.people.importing import import_people
from tests.cast import add_spell
from tests.training import make
from tests.training.make import DAY, FIRST, MINUTE

WHY = "The site was given up."


def team(path: str) -> int:
    return db.session.scalars(select(Team.id).where(Team.path == path)).one()


def queue(slug: str) -> int:
    return db.session.scalars(select(Queue.id).where(Queue.slug == slug)).one()


def empty_austin(cast) -> None:
    """Sam, who was alone in Austin, goes to Dublin."""
    asked = Change(word=Word.TEAM, team="EMEA/Dublin", start_at=clock.now(), why=WHY)
    change([cast.sam], asked, by=cast.rune, now=clock.now())


def empty_escalations(cast) -> None:
    """Ada, who was alone in it, goes out of it."""
    asked = Change(word=Word.NO_QUEUE, queue="escalations", start_at=clock.now(), why=WHY)
    change([cast.ada], asked, by=cast.rune, now=clock.now())


@pytest.fixture
def closed(cast):
    """Austin and the escalations, closed."""
    empty_austin(cast)
    empty_escalations(cast)
    ids = SimpleNamespace(team=team("Americas/Austin"), queue=queue("escalations"))
    closing.close_team(ids.team, why=WHY, by=cast.rune, now=clock.now())
    closing.close_queue(ids.queue, why=WHY, by=cast.rune, now=clock.now())
    return ids


def refused(act, number, cast, sentence):
    before = db.session.query(Closing).count()
    with pytest.raises(OrganisationRefused, match=sentence):
        act(number, why=WHY, by=cast.rune, now=clock.now())
    assert db.session.query(Closing).count() == before


class TestATeam:
    def test_with_somebody_in_it_stays_open_and_the_page_says_who(self, cast, sign_in):
        refused(closing.close_team, team("Americas/Austin"), cast, "Somebody is in “Americas/Austin”")
        page = sign_in("rune").get(f"/organisation/teams/{team('Americas/Austin')}/closing")
        assert "1 person is in it or below it, or will be" in page.words
        links = {link["href"] for link in page.soup.select("main a")}
        assert {f"/people/{cast.sam}", "/people?team=Americas/Austin"} <= links
        assert not page.soup.select("main form[method=post]")

    def test_somebody_below_it_counts_and_open_teams_are_closed_first(self, cast, sign_in):
        refused(closing.close_team, team("Americas"), cast, "There are open teams below “Americas”")
        page = sign_in("rune").get(f"/organisation/teams/{team('Americas')}/closing")
        assert "1 open team is below it" in page.words
        assert "1 person is in it or below it" in page.words

    def test_who_will_be_in_it_keeps_it_open(self, cast):
        empty_austin(cast)
        with writing():
            add_spell(SimpleNamespace(id=cast.ada), kind=SpellKind.TEAM, team_id=team("Americas/Austin"),
                      start_at=clock.now() + 9 * DAY)  # fmt: skip
            db.session.commit()
        refused(closing.close_team, team("Americas/Austin"), cast, "or will be")

    def test_a_role_that_covers_it_keeps_it_open(self, cast, sign_in):
        for name in ("ada", "cole"):
            asked = Change(word=Word.TEAM, team="EMEA", start_at=clock.now(), why=WHY)
            change([getattr(cast, name)], asked, by=cast.rune, now=clock.now())
        refused(closing.close_team, team("EMEA/Dublin"), cast, "Somebody's role covers")
        page = sign_in("rune").get(f"/organisation/teams/{team('EMEA/Dublin')}/closing")
        assert "The role of 1 person covers just this team" in page.words

    def test_who_left_keeps_nothing_open_and_is_not_in_it_when_they_are_back(self, cast):
        row = f"external_id,name,email,ends_on\nsam,Sam,sam@demo.example,{clock.now() - 2 * DAY:%Y-%m-%d}\n"
        import_people(row.encode(), now=clock.now())
        closing.close_team(team("Americas/Austin"), why=WHY, by=cast.rune, now=clock.now())
        spell = select(Spell.id).where(Spell.person_id == cast.sam, Spell.kind == SpellKind.TEAM)
        ends = db.session.scalars(select(SpellEnd).where(SpellEnd.spell_id.in_(spell))).all()
        assert [end.reason for end in ends] == ["It was closed."]

    def test_below_a_closed_one_is_opened_after_it(self, cast, closed):
        closing.close_team(team("Americas"), why=WHY, by=cast.rune, now=clock.now())
        refused(closing.open_team, closed.team, cast, "“Americas” is closed. Open it again first")
        closing.open_team(team("Americas"), why=WHY, by=cast.rune, now=clock.now())
        closing.open_team(closed.team, why=WHY, by=cast.rune, now=clock.now())


class TestAQueue:
    def test_in_which_somebody_works_stays_open(self, cast, sign_in):
        refused(closing.close_queue, queue("escalations"), cast, "Somebody works in “Escalations”")
        page = sign_in("rune").get(f"/organisation/queues/{queue('escalations')}/closing")
        assert "1 person works in it, or will" in page.words
        assert f"/people/{cast.ada}" in page.text

    def test_that_a_policy_serves_stays_open_and_the_policy_is_named(self, cast, simple, sign_in):
        simple(ago=DAY)
        asked = Change(word=Word.NO_QUEUE, queue="legal-requests", start_at=clock.now(), why=WHY)
        change([cast.ada], asked, by=cast.rune, now=clock.now())
        refused(closing.close_queue, queue("legal-requests"), cast, "Policies name “Legal requests”: Legal requests")
        page = sign_in("rune").get(f"/organisation/queues/{queue('legal-requests')}/closing")
        assert "1 policy names it" in page.words
        assert "/policies/legal-requests" in page.text

    def test_only_policies_that_serve_it_are_named(self, cast, tmp_path):
        make.simple(tmp_path / "legal", ago=DAY)
        make.simple(tmp_path / "more", ago=DAY, slug="more", title="More", audience=["escalations"])
        named = held.queue(queue("legal-requests"), "legal-requests", now=clock.now()).policies
        assert named == (("legal-requests", "Legal requests"),)

    @pytest.mark.parametrize(
        ("settings", "is_named"),
        [
            ([(-9, True)], True),
            ([(-9, True), (-1, False)], False),
            ([(-9, True), (1, False)], True),
            ([(-9, False), (1, True)], True),
            ([(-9, False), (2, True), (1, False)], False),
            ([(-9, False), (2, True), (3, False)], True),
            ([(2, True), (-1, False)], False),
        ],
    )
    def test_a_requirement_counts_while_it_is_in_force_or_will_be(self, cast, tmp_path, settings, is_named):
        make.simple(tmp_path, ago=20 * DAY, audience=["abuse-reports"])
        now = clock.now()
        with writing():
            first = db.session.scalars(select(RequirementSetting)).one()
            for number, (days, serves) in enumerate(settings):
                columns = {
                    each.name: getattr(first, each.name) for each in first.__table__.columns if each.name != "id"
                }
                more = {"from_at": now + days * DAY, "recorded_at": now + number * MINUTE}
                setting = RequirementSetting(**columns | more)
                db.session.add(setting)
                db.session.flush()
                named = queue("escalations" if serves else "abuse-reports")
                db.session.add(RequirementQueue(setting_id=setting.id, queue_id=named))
            db.session.commit()
        assert bool(held.queue(queue("escalations"), "escalations", now=now).policies) == is_named

    @pytest.mark.parametrize("ago", [DAY, -DAY])
    def test_that_a_clause_names_stays_open_whether_in_force_or_a_draft(self, cast, simple, ago):
        shelf = simple(ago=9 * DAY)
        changed = FIRST | {"kinds": "A subpoena opens less than it did."}
        shelf.version(changed, ago=ago, changes={"kinds": ("material", "It opens less.")},
                      queues={"kinds": "escalations"})  # fmt: skip
        shelf.checked(2).items_for("kinds", since=2).publish()
        empty_escalations(cast)
        refused(closing.close_queue, queue("escalations"), cast, "Policies name “Escalations”")

    def test_that_only_an_older_version_named_can_be_closed(self, cast, simple):
        shelf = simple(ago=9 * DAY)
        for ago, queues in ((5 * DAY, {"kinds": "escalations"}), (DAY, {})):
            changed = FIRST | {"kinds": f"A subpoena opens less than it did, {ago}."}
            shelf.version(changed, ago=ago, changes={"kinds": ("material", "It opens less.")}, queues=queues)
            shelf.checked(len(shelf.texts)).items_for("kinds", since=len(shelf.texts))
        shelf.publish()
        empty_escalations(cast)
        closing.close_queue(queue("escalations"), why=WHY, by=cast.rune, now=clock.now())
        shelf.publish()  # what is published already is left alone


class TestClosingAndOpening:
    def test_on_screen_with_who_when_and_why(self, cast, sign_in):
        empty_austin(cast)
        rune, number = sign_in("rune"), team("Americas/Austin")
        assert f"/organisation/teams/{number}/closing" in rune.get(f"/organisation/teams/{number}").text
        url = f"/organisation/teams/{number}/close"
        assert "Say why" in rune.post(url, {"why": "short"}, expect=422).words
        rune.post(url, {"why": WHY})
        page = rune.get("/organisation")
        row = page.soup.select_one("#table-closed tbody tr").get_text(" ", strip=True)
        assert all(said in row for said in ("Americas/Austin", "Team", "Rune", WHY))
        assert "Americas/Austin" not in page.soup.select_one("#table-teams").get_text()
        closing_page = rune.get(rune.get(f"/organisation/teams/{number}", expect=303).location)
        assert "Open Americas/Austin again" in closing_page.words
        rune.post(f"/organisation/teams/{number}/open", {"why": "They are back there."})
        assert rune.get("/organisation").soup.select_one("#table-closed") is None
        told = rune.get(f"/organisation/teams/{number}/closing").words
        assert "Opened again" in told
        assert WHY in told

    def test_a_queue_likewise(self, cast, sign_in):
        empty_escalations(cast)
        rune, number = sign_in("rune"), queue("escalations")
        rune.post(f"/organisation/queues/{number}/close", {"why": WHY})
        assert "Escalations" in rune.get("/organisation").soup.select_one("#table-closed").get_text()
        rune.get(f"/organisation/queues/{number}", expect=303)
        rune.post(f"/organisation/queues/{number}/open", {"why": "There are escalations again."})
        assert rune.get(f"/organisation/queues/{number}")

    def test_twice_is_once_and_the_log_tells(self, cast, closed):
        for act in (closing.close_team, closing.close_team, closing.open_team, closing.open_team):
            act(closed.team, why=WHY, by=cast.rune, now=clock.now())
        closing.open_queue(closed.queue, why=WHY, by=cast.rune, now=clock.now())
        closing.open_queue(closed.queue, why=WHY, by=cast.rune, now=clock.now())
        acts = db.session.execute(
            select(AuditEntry.act, AuditEntry.about, AuditEntry.reason)
            .where(AuditEntry.act.contains("closed") | AuditEntry.act.contains("opened"))
            .order_by(AuditEntry.id)
        ).all()
        assert [(act, about) for act, about, _ in acts] == [
            ("team closed", "Americas/Austin"), ("queue closed", "escalations"),
            ("team opened again", "Americas/Austin"), ("queue opened again", "escalations"),
        ]  # fmt: skip
        assert {reason for _, _, reason in acts} == {WHY}
        assert db.session.query(Closing).count() == 4

    @pytest.mark.parametrize("statement", ["UPDATE closings SET is_closed = false", "DELETE FROM closings"])
    def test_what_was_recorded_refuses_to_be_changed(self, closed, statement):
        with writing():
            with pytest.raises(DBAPIError, match="append-only"):
                db.session.execute(text(statement))
            db.session.rollback()

    def test_what_is_not_there_is_told(self, cast, sign_in):
        for act in (closing.close_team, closing.open_team, closing.close_queue, closing.open_queue):
            refused(act, 999, cast, "There is no such")
        for kind in ("teams", "queues"):
            sign_in("rune").get(f"/organisation/{kind}/999/closing", expect=404)

    def test_closed_ones_are_not_changed(self, cast, closed):
        more = {"by": cast.rune, "now": clock.now()}
        for act in (
            lambda: actions.change_team(closed.team, name="Dallas", parent="Americas", **more),
            lambda: actions.change_team(team("EMEA/Dublin"), name="Dublin", parent="Americas/Austin", **more),
            lambda: actions.add_team("Nights", parent="Americas/Austin", **more),
            lambda: actions.rename_queue(closed.queue, "Nights", **more),
        ):
            with pytest.raises(OrganisationRefused, match="is closed"):
                act()
        with pytest.raises(OrganisationRefused, match="There is a closed team “Americas/Austin”"):
            actions.add_team("austin", parent="Americas", **more)
        with pytest.raises(OrganisationRefused, match="There is a closed queue “escalations”"):
            actions.add_queue("escalations", "Again", **more)
