"""Teams, a tree, and queues: made, renamed and moved, with everybody who is in them."""

import pytest
from sqlalchemy import select

from lms import clock
from lms.access import Role
from lms.accounts.sessions import load_principal
from lms.extensions import db
from lms.models import AuditEntry, Policy, Queue, Team
from lms.organisation import actions
from lms.organisation.actions import OrganisationRefused
from lms.organisation.queries import queues
from lms.policies.actions import set_requirement
from lms.policies.requirements import Requirement
from tests.training.make import DAY


def paths():
    return db.session.scalars(select(Team.path).order_by(Team.path)).all()


def team(path):
    return db.session.scalar(select(Team.id).where(Team.path == path))


def test_the_tree_and_the_queues_with_how_many_are_in_them(cast, simple, sign_in):
    simple(ago=DAY)
    page = sign_in("rune").get("/organisation")
    rows = {row.th.get_text(strip=True): [cell.get_text(" ", strip=True) for cell in row.find_all("td")]
            for row in page.soup.select("tbody tr")}  # fmt: skip
    assert rows["EMEA"] == ["1 people in EMEA", "3"]
    assert rows["EMEA/Dublin"] == ["2 people in EMEA/Dublin", "2"]
    assert rows["Legal requests"] == ["legal-requests", "1 people in Legal requests", "Legal requests"]
    sign_in("lena").get("/organisation", expect=404)


def test_a_renamed_team_keeps_its_people_and_all_below_it(cast, sign_in):
    rune = sign_in("rune")
    url = f"/organisation/teams/{team('EMEA')}"
    assert "EMEA" in rune.get(url).words
    for _ in range(2):
        rune.post(url, {"name": "Europe", "parent": ""})
    assert paths() == ["Americas", "Americas/Austin", "Europe", "Europe/Dublin"]
    lena = sign_in("lena")
    with lena.client.session_transaction() as kept:
        principal = load_principal(kept["_user_id"])
    assert principal.team_paths(Role.LEAD) == ("Europe",)
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "team changed")).all()
    assert [(entry.before, entry.after) for entry in entries] == [({"team": "EMEA"}, {"team": "Europe"})]


def test_a_team_can_hang_elsewhere_but_not_below_itself(cast, sign_in):
    rune = sign_in("rune")
    rune.post(f"/organisation/teams/{team('EMEA')}", {"name": "EMEA", "parent": "Americas"})
    assert paths() == ["Americas", "Americas/Austin", "Americas/EMEA", "Americas/EMEA/Dublin"]
    page = rune.post(f"/organisation/teams/{team('Americas')}", {"name": "A", "parent": "Americas/EMEA"}, expect=422)
    assert "below itself" in page.words


def test_a_new_team_and_a_new_queue(cast, sign_in):
    rune = sign_in("rune")
    for url in ("/organisation/teams/new", "/organisation/queues/new"):
        rune.get(url)
    rune.post("/organisation/teams/new", {"name": "Nights", "parent": "EMEA/Dublin"})
    assert "EMEA/Dublin/Nights" in paths()
    rune.post("/organisation/queues/new", {"slug": "night-desk", "name": "Night desk"})
    queue = db.session.scalars(select(Queue).where(Queue.slug == "night-desk")).one()
    url = f"/organisation/queues/{queue.id}"
    assert "Night desk" in rune.get(url).words
    for _ in range(2):
        rune.post(url, {"name": "Desk at night"})
    assert "Desk at night" in rune.get("/organisation").words
    acts = db.session.scalars(select(AuditEntry.act).where(AuditEntry.act.startswith("queue"))).all()
    assert acts == ["queue added", "queue changed"]


@pytest.mark.parametrize(
    ("url", "fields", "sentence"),
    [
        ("teams/new", {"name": "a/b"}, "without a slash"),
        ("teams/new", {"name": ""}, "Write a name"),
        ("teams/new", {"name": "emea"}, "There is a team “EMEA” already"),
        ("teams/new", {"name": "x", "parent": "Nowhere"}, "Not a valid choice"),
        ("queues/new", {"slug": "Night Desk", "name": "x"}, "small letters"),
        ("queues/new", {"slug": "legal-requests", "name": "x"}, "already"),
        ("queues/new", {"slug": "x", "name": "y" * 301}, "Write a name"),
        ("queues/1", {"name": "y" * 301}, "Write a name"),
    ],
)
def test_what_cannot_be_is_told(cast, sign_in, url, fields, sentence):
    before = paths()
    assert sentence in sign_in("rune").post(f"/organisation/{url}", fields, expect=422).words
    assert paths() == before


def test_what_is_not_there_is_not_found(cast, sign_in):
    for url in ("teams/999", "queues/999"):
        rune = sign_in("rune")
        rune.get(rune.get(f"/organisation/{url}", expect=303).location, expect=404)
    more = {"by": cast.rune, "now": clock.now()}
    for refused in (
        lambda: actions.change_team(999, name="x", parent="", **more),
        lambda: actions.rename_queue(999, "x", **more),
        lambda: actions.add_team("x", parent="Nowhere", **more),
        lambda: actions.add_team("x" * 298, parent="EMEA/" + "Dublin", **more) and actions.add_team(
            "y" * 298, parent=f"EMEA/Dublin/{'x' * 298}", **more),
    ):  # fmt: skip
        with pytest.raises(OrganisationRefused):
            refused()


def test_paths_below_may_not_grow_too_long(cast):
    more = {"by": cast.rune, "now": clock.now()}
    actions.add_team("x" * 290, parent="EMEA/Dublin", **more)
    with pytest.raises(OrganisationRefused, match="too long together"):
        actions.change_team(team("EMEA"), name="E" * 299, parent="Americas/Austin", **more)
    assert "EMEA" in paths()


def test_a_queue_names_the_policies_that_it_needs_now_not_those_to_come(cast, simple):
    simple(ago=DAY)
    now = clock.now()
    slug = db.session.scalar(select(Policy.slug))
    wanted = Requirement(queues=frozenset({"abuse-reports"}))
    set_requirement(slug, wanted, from_at=now + DAY, reason="They take it over.", by=cast.pia, now=now)
    db.session.rollback()

    def served(at):
        return {line.slug: line.policies for line in queues(now=at) if line.policies}

    assert list(served(now)) == ["legal-requests"]
    assert list(served(now + DAY)) == ["abuse-reports"]
