"""Who may ask for which pack on screen, what the page says of mistakes, and that each pack is noted."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from lms import clock
from lms.extensions import db, writing
from lms.models import AuditEntry, Identity, Policy, Team
from tests.cast import leave
from tests.training.make import HOUR, Shelf

ABOUT_ADA = {"about": "person", "person": "ada@demo.example"}
VERSION = {"about": "version", "version": "legal-requests@1"}


@pytest.fixture
def ask(unpack):
    """Sends the form and unpacks what comes."""

    def send(reader, **fields):
        sent = {"csrf_token": reader.token(), **fields}
        with reader.app.app_context():
            answer = reader.client.post("/evidence", data=sent)
        assert (answer.status_code, answer.mimetype) == (200, "application/zip")
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="evidence-')
        db.session.remove()
        return unpack(answer.data)

    return send


def counts(folder):
    return json.loads((folder / "pack.json").read_text())["counts"]


def names(folder):
    return {json.loads(line)["name"] for line in (folder / "people.jsonl").read_text().splitlines()}


def abouts(reader):
    return [each["value"] for each in reader.get("/evidence").soup.select("input[name=about]")]


def test_everybody_is_offered_what_they_answer_for(trained, sign_in):
    assert abouts(sign_in("ada")) == abouts(sign_in("cole")) == ["mine"]
    assert abouts(sign_in("lena")) == ["mine", "person", "team", "period"]
    assert abouts(sign_in("pia")) == ["mine", "version"]
    assert abouts(sign_in("rune")) == ["mine", "person", "team", "period", "version"]
    page = sign_in("lena").get("/evidence")
    assert [each["value"] for each in page.soup.select("#team option")] == ["", "EMEA", "EMEA/Dublin"]


def test_my_own_record_comes_with_my_answers(trained, sign_in, ask):
    folder = ask(sign_in("ada"), about="mine")
    assert names(folder) == {"Ada"}
    assert counts(folder)["records"] == 1
    assert '"asked":' in (folder / "attempts.jsonl").read_text()
    assert counts(ask(sign_in("sam"), about="mine"))["records"] == 0


def test_a_lead_asks_about_her_own_people_without_their_answers(trained, sign_in, ask):
    lena = sign_in("lena")
    folder = ask(lena, **ABOUT_ADA)
    assert names(folder) == {"Ada"}
    assert '"asked":' not in (folder / "attempts.jsonl").read_text()
    assert names(ask(lena, about="team", team="EMEA/Dublin")) == {"Ada", "Cole"}
    assert names(ask(lena, about="period")) == {"Ada", "Cole", "Lena"}


def test_what_is_not_theirs_does_not_exist_for_them(trained, cast, sign_in):
    lena, ada, pia = sign_in("lena"), sign_in("ada"), sign_in("pia")
    for reader, fields in (
        (lena, {"about": "team", "team": "Americas"}),
        (lena, VERSION),
        (ada, ABOUT_ADA),
        (ada, {"about": "period"}),
        (ada, {"about": "team", "team": "EMEA"}),
        (pia, {"about": "version", "version": "legal-requests@2"}),
        (pia, ABOUT_ADA),
    ):
        reader.post("/evidence", fields, expect=404)
    for reader, question in (
        (lena, f"about=person&person={cast.sam}"),
        (ada, f"about=person&person={cast.ada}"),
        (ada, f"person={cast.ada}"),
        (lena, "about=version"),
        (lena, "about=team&team=Americas"),
        (pia, "about=version&version=legal-requests@2"),
    ):
        reader.get(f"/evidence?{question}", expect=404)
    nobody = "Nobody whom you answer for"
    for who in ("sam@demo.example", "nobody@demo.example", ""):
        assert nobody in lena.post("/evidence", {"about": "person", "person": who}, expect=422).words


def test_a_vendors_lead_sees_its_own_people_only(trained, cast, sign_in, ask):
    with writing():
        db.session.execute(update(Identity).where(Identity.person_id == cast.lena).values(vendor="Acme"))
        db.session.commit()
    lena = sign_in("lena")
    lena.post("/evidence", ABOUT_ADA, expect=422)
    lena.get(f"/evidence?about=person&person={cast.ada}", expect=404)
    assert names(ask(lena, about="period")) == {"Lena"}


def test_an_owner_asks_about_versions_of_her_own_policies(trained, cast, sign_in, ask):
    pia = sign_in("pia")
    folder = ask(pia, **VERSION)
    assert names(folder) == {"Ada"}
    assert (folder / "versions/legal-requests/1.json").exists()
    with writing():
        db.session.execute(update(Policy).values(owner_id=cast.rune))
        db.session.commit()
    pia.post("/evidence", VERSION, expect=404)
    assert counts(ask(sign_in("rune"), **VERSION))["records"] == 1


def test_an_administrator_asks_about_somebody_who_left(trained, cast, sign_in, ask):
    leave(cast.ada)
    assert counts(ask(sign_in("rune"), **ABOUT_ADA))["records"] == 1
    sign_in("lena").post("/evidence", ABOUT_ADA, expect=422)


def test_a_link_has_chosen_already(trained, cast, sign_in):
    page = sign_in("lena").get(f"/evidence?about=person&person={cast.ada}")
    assert page.soup.select_one("#person")["value"] == "ada@demo.example"
    assert page.soup.select_one("input[checked]")["value"] == "person"
    page = sign_in("pia").get("/policies/legal-requests/v/1")
    link = page.soup.find("a", string="Evidence pack")["href"]
    page = sign_in("pia").get(link)
    assert page.soup.select_one("#version option[selected]")["value"] == "legal-requests@1"


def test_mistakes_are_told_where_they_are(trained, sign_in):
    lena = sign_in("lena")
    ahead = f"{clock.now() + timedelta(days=2):%Y-%m-%dT%H:%M}"
    for fields, told in (
        ({"about": "team"}, "Choose a team."),
        ({"about": "mine", "since": "yesterday"}, "is not a moment we can show"),
        ({"about": "mine", "until": ahead}, "The end of the period lies ahead."),
        ({"about": "mine", "since": "2026-03-02T00:00", "until": "2026-03-01T00:00"}, "ends before it begins"),
    ):
        assert told in lena.post("/evidence", fields, expect=422).words
    assert "Choose a version." in sign_in("pia").post("/evidence", {"about": "version"}, expect=422).words
    assert "Choose what it is about." in lena.post("/evidence", {}, expect=422).words


def test_a_moment_is_in_the_readers_zone(trained, sign_in, ask):
    folder = ask(sign_in("sam"), about="mine", until="2026-03-01T12:00")
    assert json.loads((folder / "pack.json").read_text())["to"] == "2026-03-01T18:00:00.000000Z"


def test_each_pack_is_noted_with_who_what_and_how_many_records(trained, cast, sign_in, ask):
    ask(sign_in("lena"), **ABOUT_ADA)
    ask(sign_in("lena"), about="team", team="EMEA")
    noted = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "evidence packed").order_by(AuditEntry.id))
    first, second = noted.all()
    assert (first.by, first.person_id, first.about, first.after["records"]) == (cast.lena, cast.ada, "person", 1)
    assert (second.by, second.about, second.after["records"]) == (cast.lena, "team EMEA", 1)
    assert "to_at" in second.after


def test_an_owner_who_reads_what_is_need_to_know_is_noted_and_an_administrator_does_not(cast, tmp_path, sign_in, ask):
    Shelf(tmp_path, settings={"need_to_know": "true"}).version({"kinds": "A secret rule."}, ago=HOUR).items_for(
        "kinds"
    ).publish()
    of_version = "versions/legal-requests/1.json"
    assert "A secret rule." in (ask(sign_in("pia"), **VERSION) / of_version).read_text()
    assert "A secret rule." not in (ask(sign_in("rune"), **VERSION) / of_version).read_text()
    noted = db.session.execute(
        select(AuditEntry.by, AuditEntry.about).where(AuditEntry.act == "need-to-know read")
    ).all()
    assert noted == [(cast.pia, "legal-requests version 1")]


def test_the_page_is_a_fixed_number_of_statements(trained, sign_in):
    rune = sign_in("rune")
    few = len(rune.get("/evidence").statements)
    with writing():
        db.session.add_all([Team(name=f"T{n}", path=f"T{n}", parent_id=None) for n in range(20)])
        db.session.commit()
    assert len(rune.get("/evidence").statements) == few
