"""What a directory asks: filters, pages, order; statements do not grow with the people."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from lms import clock
from lms.extensions import db
from lms.people.importing import import_people
from tests.scim.conftest import Directory
from tests.scim.test_people import subject_of


class TestAsking:
    @pytest.mark.parametrize(
        ("wanted", "names"),
        [
            ('userName eq "ada@demo.example"', {"Ada"}),
            ('externalId eq "sam"', {"Sam"}),
            ('displayName sw "L"', {"Lena"}),
            ('active eq true and externalId eq "pia"', {"Pia"}),
            ('externalId eq "pia" or externalId eq "rune"', {"Pia", "Rune"}),
            ('not (userName eq "ada@demo.example")', {"Cole", "Lena", "Pia", "Rune", "Sam"}),
            ('roles.value eq "coach"', {"Cole"}),
            ('emails[value co "demo"] and active eq false', set()),
            ('userName eq "nobody"', set()),
            ("active eq true", {"Ada", "Cole", "Lena", "Pia", "Rune", "Sam"}),
        ],
    )
    def test_a_filter_finds_whom_it_says(self, directory: Directory, wanted: str, names: set[str]) -> None:
        found = directory("GET", f"/Users?filter={wanted}")
        assert {each["displayName"] for each in found.get("Resources", ())} == names

    def test_by_the_id(self, directory: Directory) -> None:
        found = directory("GET", f'/Users?filter=id eq "{subject_of("ada")}"')
        assert found["totalResults"] == 1

    @pytest.mark.parametrize("wanted", ['userName eq "a\\u0000"', "userName eq", "shoeSize eq 1 and ("])
    def test_a_filter_that_makes_no_sense_is_refused(self, directory: Directory, wanted: str) -> None:
        directory("GET", f"/Users?filter={wanted}", expect=400)

    def test_pages_and_order(self, directory: Directory) -> None:
        page = directory("GET", "/Users?startIndex=3&count=2")
        assert (page["totalResults"], page["itemsPerPage"]) == (6, 2)
        names = directory("GET", "/Users?sortBy=displayName&sortOrder=descending&count=2")["Resources"]
        assert [each["displayName"] for each in names] == ["Sam", "Rune"]

    def test_everything_at_once(self, directory: Directory) -> None:
        found = directory("GET", '/?filter=displayName eq "Ada" or displayName eq "EMEA"&count=9')
        assert {each["displayName"] for each in found["Resources"]} == {"Ada", "EMEA"}

    def test_statements_do_not_grow_with_the_people(self, app: Flask, directory: Directory) -> None:
        few = statements(app, lambda: directory("GET", "/Users"))
        rows = "".join(f"m{n},Many {n},m{n}@demo.example,EMEA\n" for n in range(60))
        import_people(f"external_id,name,email,team\n{rows}".encode(), now=clock.now())
        assert statements(app, lambda: directory("GET", "/Users?count=100")) == few == 3
        assert statements(app, lambda: directory("GET", "/Users?filter=active eq true")) == 2
        assert statements(app, lambda: directory("GET", "/Groups")) == 3


def statements(app: Flask, act: Callable[[], object]) -> int:
    sent: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.startswith("SELECT"):
            sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    act()
    event.remove(db.engine, "before_cursor_execute", note)
    return len(sent)
