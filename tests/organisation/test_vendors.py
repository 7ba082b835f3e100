"""Vendors: who works for one, in which teams and roles; renamed for everybody at once, and told apart by name."""

import pytest
from click.testing import CliRunner
from sqlalchemy import select, update

from lms import clock
from lms.accounts.sessions import load_principal
from lms.cli import main
from lms.extensions import db, writing
from lms.models import AuditEntry, Identity
from lms.organisation.actions import OrganisationRefused
from lms.organisation.renaming import rename_vendor
from lms.organisation.vendors import address_of, name_of, vendor, vendors
from tests.cast import leave
from tests.organisation.made import ADDRESS, VENDOR
from tests.people.test_ownership import owned  # noqa: F401 - a fixture

WHY = "They were bought in May."


def works_for(name, *people):
    with writing():
        db.session.execute(update(Identity).where(Identity.external_id.in_(people)).values(vendor=name))
        db.session.commit()


def by_vendor():
    rows = db.session.execute(select(Identity.vendor, Identity.external_id).order_by(Identity.external_id))
    found = {}
    for name, person in rows:
        found.setdefault(name, []).append(person)
    return found


class TestAddresses:
    @pytest.mark.parametrize(
        "name",
        ["Acme", "ACME", "A/B", "/", "//", ".", "..", "a b", "50% & more?#x", "~41", "Ünïcode Ltd", "日本サポート",
         "وكالة", "a\\b", "é" * 200, "-_-", "new", "%2F"],
    )  # fmt: skip
    def test_every_name_has_its_own_page(self, cast, sign_in, name):
        works_for(name, "sam")
        assert name_of(address_of(name)) == name
        assert "/" not in address_of(name)
        rune = sign_in("rune")
        link = rune.get("/organisation").soup.select_one("#table-vendors th a")
        assert link.get_text() == name
        assert rune.get(link["href"]).soup.h1.get_text(strip=True) == name

    def test_names_that_differ_in_case_only_are_two(self, cast):
        works_for("Acme", "sam")
        works_for("ACME", "ada")
        assert [line.name for line in vendors(now=clock.now())] == ["ACME", "Acme"]
        assert vendor("acme", now=clock.now()) is None

    @pytest.mark.parametrize("address", ["Nobody", "~", "~4", "~FF", "A~2fB", "~41", "~20", "x" * 3000])
    def test_what_is_no_address_is_not_found(self, cast, sign_in, address):
        works_for("A/B", "sam")
        works_for("A", "ada")
        sign_in("rune").get(f"/organisation/vendors/{address}", expect=404)


class TestThePage:
    def test_says_how_many_in_which_teams_and_who_has_a_role(self, cast, sign_in):
        works_for(VENDOR, "ada", "cole", "sam")
        leave(cast.sam)
        rune = sign_in("rune")
        row = rune.get("/organisation").soup.select_one("#table-vendors tbody tr")
        assert [cell.get_text(" ", strip=True) for cell in row.select("td")] == [f"2 people of {VENDOR}", "1"]
        page = rune.get(f"/organisation/vendors/{ADDRESS}")
        assert "People who work here now 2 With who left or is still to come 3 Teams they are in 1" in page.words
        assert page.soup.select_one("#table-teams tbody th").get_text(strip=True) == "EMEA/Dublin"
        roles = [row.get_text(" ", strip=True) for row in page.soup.select("#table-roles tbody tr")]
        assert roles == ["Cole Coach: EMEA/Dublin"]

    def test_leads_to_its_people_and_to_those_in_a_team(self, cast, sign_in):
        works_for(VENDOR, "ada", "cole")
        rune = sign_in("rune")
        page = rune.get(f"/organisation/vendors/{ADDRESS}")
        targets = [link["href"] for link in page.soup.select("main a") if link["href"].startswith("/people?")]
        assert len(targets) == 2
        for target in targets:
            listed = rune.get(target)
            assert "2 people" in listed.words
            assert {link.get_text() for link in listed.soup.select("tbody th a")} == {"Ada", "Cole"}

    def test_without_vendors_it_says_what_one_is(self, cast, sign_in):
        assert "No vendor yet" in sign_in("rune").get("/organisation").words

    def test_nobody_else_sees_it(self, cast, sign_in):
        works_for("Acme", "sam")
        for name in ("ada", "cole", "lena", "pia"):
            sign_in(name).get("/organisation/vendors/Acme", expect=404)
            sign_in(name).post("/organisation/vendors/Acme", {"name": "x", "why": WHY}, expect=404)


class TestRenaming:
    def test_is_for_everybody_at_once_also_who_left_and_the_log_tells(self, cast, sign_in):
        works_for("Acme", "ada", "cole", "sam")
        works_for("Other", "pia")
        leave(cast.sam)
        rune = sign_in("rune")
        page = rune.post("/organisation/vendors/Acme", {"name": VENDOR, "why": WHY})
        assert "Renamed for 3 people." in rune.get(page.location).words
        assert by_vendor()[VENDOR] == ["ada", "cole", "sam"]
        assert by_vendor()["Other"] == ["pia"]
        [entry] = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "vendor renamed"))
        assert (entry.before, entry.after) == ({"vendor": "Acme"}, {"vendor": VENDOR, "people": 3})
        assert (entry.by, entry.reason) == (cast.rune, WHY)

    def test_keeps_who_sees_whom(self, cast, sign_in):
        works_for("Acme", "ada", "cole")
        rename_vendor("Acme", "Acme Ltd", why=WHY, by=cast.rune, now=clock.now())
        with sign_in("cole").client.session_transaction() as kept:
            assert load_principal(kept["_user_id"]).vendor == "Acme Ltd"
        assert "Ada" in sign_in("cole").get("/coaching/").words

    @pytest.mark.parametrize(
        ("new", "why", "sentence"),
        [
            ("Other", WHY, "There is a vendor “Other” already"),
            ("OTHER", WHY, "There is a vendor “Other” already"),
            ("", WHY, "Write a name"),
            ("x" * 201, WHY, "200"),
            ("\u200b", WHY, "Write a name"),
            ("New", "short", "Say why"),
        ],
    )
    def test_what_cannot_be_is_told_and_nothing_is_written(self, cast, sign_in, new, why, sentence):
        works_for("Acme", "ada")
        works_for("Other", "sam")
        before = by_vendor()
        page = sign_in("rune").post("/organisation/vendors/Acme", {"name": new, "why": why}, expect=422)
        assert sentence in page.words
        assert by_vendor() == before
        assert db.session.query(AuditEntry).filter_by(act="vendor renamed").count() == 0

    def test_the_case_of_its_own_name_can_be_mended(self, cast):
        works_for("acme", "ada")
        assert rename_vendor("acme", "Acme", why=WHY, by=cast.rune, now=clock.now()) == 1
        assert rename_vendor("Acme", "Acme", why=WHY, by=cast.rune, now=clock.now()) == 0
        assert db.session.query(AuditEntry).filter_by(act="vendor renamed").count() == 1

    def test_nobodys_vendor_is_not_renamed(self, cast):
        for old in ("", "Acme"):
            with pytest.raises(OrganisationRefused, match="There is no vendor"):
                rename_vendor(old, "New", why=WHY, by=cast.rune, now=clock.now())

    def test_is_refused_where_another_source_owns_the_vendor_and_the_page_says_so(self, cast, sign_in, owned):  # noqa: F811
        works_for("Acme", "ada")
        owned("vendor=feed")
        rune = sign_in("rune")
        page = rune.get("/organisation/vendors/Acme")
        assert "The vendor comes from another source here: feed. Rename it there." in page.words
        assert not page.soup.select("main form")
        said = rune.post("/organisation/vendors/Acme", {"name": "New", "why": WHY}, expect=422)
        assert "comes from another source here: feed" in said.words
        assert by_vendor()["Acme"] == ["ada"]

    def test_on_the_command_line(self, cast, database_url, monkeypatch):
        monkeypatch.setenv("MUSTER_DATABASE_URL", database_url)
        works_for("Acme", "ada", "sam")
        run = CliRunner().invoke
        given = ["people", "rename-vendor", "Acme", "Acme Ltd", "--why", WHY, "--by"]
        assert run(main, [*given, "nobody@demo.example"]).exit_code == 1
        assert run(main, [*given, "rune@demo.example"]).output == "Renamed for 2 people.\n"
        assert run(main, [*given, "rune@demo.example"]).exit_code == 1
