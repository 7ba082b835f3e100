"""How changes land, from the database to page and file: whom it counts, who may see it, what it opens."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import update

from lms import clock
from lms.extensions import db, writing
from lms.models import Identity, SpellKind
from lms.readiness.changes import changes
from lms.readiness.report import NO_TEAM, Within
from tests.readiness.make import ago, crew, prove, spell
from tests.readiness.test_over_time import _move, _team

LEGAL = "/readiness/changes/legal/2"


def landed(scope=None, *, key="legal@2", at=None, known_at=None, **asked):
    """Landed, counted, and who is missing."""
    now = clock.now()
    found = changes(scope, at=at or now, known_at=known_at or now, shown=[key], **asked)
    if not found.landings:
        return None
    (one,) = found.landings
    return one.figures.landed, one.figures.counted, [each.person for each in one.waiting]


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


def table(page, number):
    """The cells of a table, as words."""
    lines = page.soup.select(f"#{number} tbody tr")
    return [[" ".join(cell.get_text(" ").split()) for cell in line.select("th, td")] for line in lines]


def test_those_of_whom_it_asks_something_new_as_it_takes_effect(mixed):
    missing = ["Agent-2", "Agent-3", "Agent-5", "Agent-6", "Agent-7"]
    assert landed() == (4, 9, missing)
    late = crew(1, team="EMEA/Dublin", queues=[], name="late")
    spell(late[0], SpellKind.QUEUE, days=8, queue="legal-requests")
    assert landed() == (4, 9, missing), "who joins later is taught, not changed"
    assert landed(at=ago(9.5)) == (0, 9, ["Ada", *(f"Agent-{each}" for each in range(1, 9))])
    assert landed(at=ago(13)) is None, "it was not published then"
    assert landed(known_at=ago(9.5)) == (0, 9, ["Ada", *(f"Agent-{each}" for each in range(1, 9))])
    prove(mixed["overdue"], "legal", 3, days=1)
    assert landed() == (5, 9, [each for each in missing if each != "Agent-2"]), "a newer version proves it as well"
    assert landed(key="legal@9") is None


def test_a_version_that_is_coming_counts_those_it_will_ask(mixed):
    assert landed(key="legal@3")[:2] == (0, 7), "nine in the queue; two will be away that day"
    prove(mixed["ready"], "legal", 3, days=1)
    assert landed(key="legal@3")[:2] == (1, 7)


SCOPES = (
    (Within(("EMEA",)), {}, (4, 9)),
    (Within(("EMEA/Cork",)), {}, (0, 1)),
    (Within(("Americas",)), {}, (0, 0)),
    (Within(()), {}, (0, 0)),
    (Within(None, "Acme"), {}, (1, 2)),
    (Within(None, is_own_only=True), {}, (3, 7)),
    (None, {"queue": "legal-requests"}, (4, 9)),
    (None, {"queue": "abuse-reports"}, (0, 0)),
    (None, {"team": "EMEA/Dublin"}, (4, 8)),
    (None, {"team": "EMEA"}, (4, 9)),
    (None, {"team": NO_TEAM}, (0, 0)),
)


def test_scope_and_filters_are_looked_at_as_it_takes_effect(mixed, cast):
    _move(mixed["overdue"], _team("EMEA/Cork"), days=11)
    _move(mixed["due"], _team("EMEA/Galway"), days=2)
    with writing():
        some = Identity.person_id.in_([mixed["overdue"], mixed["ready"]])
        db.session.execute(update(Identity).where(some).values(vendor="Acme"))
        db.session.commit()
    for scope, asked, expected in SCOPES:
        assert landed(scope, **asked)[:2] == expected, (scope, asked)


def test_statements_do_not_grow_with_people_or_changes(mixed, count_statements):
    now = clock.now()

    def look(most):
        changes(None, at=now, known_at=now, shown=slice(most))

    look(1)  # what was added is remembered from here on
    few = count_statements(lambda: look(1))
    crew(20, team="EMEA/Dublin", queues=["legal-requests"], name="more")
    look(1)
    assert count_statements(lambda: look(None)) == few <= 10


@pytest.mark.parametrize("name", ["ada", "cole", "sam"])
def test_agents_and_coaches_find_nothing_here(app, sign_in, name):
    reader = sign_in(name)
    for path in ("over-time", "over-time.csv", "changes", "changes.csv", "changes/compare?change=legal@2",
                 "changes/compare.csv?change=legal@2", "changes/legal/2", "changes/legal/2/curve.csv",
                 "changes/legal/2/not-yet.csv"):  # fmt: skip
        reader.get(f"/readiness/{path}", expect=404)


def test_a_lead_sees_her_tree_and_others_everybody(mixed, cast, sign_in):
    _move(mixed["overdue"], _team("Americas/Lima"), days=11)
    lena, pia = (sign_in(name).get(LEGAL) for name in ("lena", "pia"))
    assert ("Agent-2" in lena.words, "Agent-2" in pia.words) == (False, True)
    assert "4 of 8 have shown it" in lena.words
    assert "4 of 9 have shown it" in pia.words
    assert "Agent-2" not in sign_in("lena").get(f"{LEGAL}/not-yet.csv").text
    assert "Its questions" in pia.words
    assert "Its questions" not in lena.words
    sign_in("lena").get(f"{LEGAL}?team=Americas", expect=404)


def test_what_does_not_exist_is_not_found(mixed, sign_in):
    lena = sign_in("lena")
    for path in (f"{LEGAL}0", "/readiness/changes/nothing/1", "/readiness/changes?page=9", f"{LEGAL}?queue=nothing",
                 "/readiness/changes/compare?change=legal@2&change=nothing@1",
                 "/readiness/changes?policy=nothing", "/readiness/over-time?team=Americas"):  # fmt: skip
        lena.get(path, expect=404)
    assert "Choose up to 6 changes" in lena.get("/readiness/changes/compare", expect=422).words


def test_the_list_is_what_its_file_says(mixed, sign_in):
    lena = sign_in("lena")
    page = lena.get("/readiness/changes")
    from_page = table(page, "changes")
    from_file = rows_of(lena.get(page.soup.select_one(".list-files a")["href"]).text)
    assert len(from_page) == len(from_file) == 6
    for cells, row in zip(from_page, from_file, strict=True):
        name = f"{row['policy_title']}, version {row['version']}"
        assert cells[0] == f"Compare {name} {name}"
        assert cells[3] == row["people"]
        hours = [row[f"hours_to_{goal}"] for goal in (50, 80, 95)]
        told = [f"{float(each):g} h" if each else "not yet" for each in hours] if int(row["people"]) else ["–"] * 3
        assert cells[4:7] == told
        assert cells[8].endswith(f"{row['landed']}/{row['people']}" if int(row["people"]) else "–")
    legal = next(row for row in from_file if (row["policy"], row["version"]) == ("legal", "2"))
    assert (legal["people"], legal["landed"], legal["landed_percent"]) == ("9", "4", "44.4")
    assert (legal["hours_to_50"], legal["landed_when_effective"]) == ("", "0")


def test_a_change_says_its_curve_where_it_lags_and_who_is_missing(mixed, sign_in):
    lena = sign_in("lena")
    page = lena.get(LEGAL)
    curve, people = (rows_of(lena.get(link["href"]).text) for link in page.soup.select(".list-files a"))
    assert [cells[0] for cells in table(page, "curve-table")] == [
        f"{float(row['hours']):g} hours after publication" for row in curve
    ]
    assert [cells[1].split(",")[1].strip().split(" ")[0] for cells in table(page, "curve-table")] == [
        row["landed"] for row in curve
    ]
    (effect,) = [cells[0] for cells in table(page, "curve-table") if "Takes effect" in cells[1]]
    assert effect.startswith("48 ")
    steps = [(row["is_effective"], row["landed"]) for row in curve]
    assert steps == [("no", "0"), ("yes", "0"), ("yes", "4"), ("yes", "4")]
    assert float(curve[2]["hours"]) == 72, "the end of the hour in which they had shown it"
    assert [cells[0] for cells in table(page, "people")] == [row["person"] for row in people]
    assert table(page, "by-queue")[0][:2] == ["Legal requests", "9"]
    assert [cells[0] for cells in table(page, "by-team")] == ["EMEA", "EMEA/Dublin"]
    narrowed = lena.get(page.soup.select("#by-team tbody a")[-1]["href"])
    assert "4 of 9 have shown it" in narrowed.words
    behind = lena.get(page.soup.select_one("#people tbody a")["href"])
    assert {"Agent-2", "Agent-3"} <= {row.th.find(string=True).strip() for row in behind.soup.select("#rows tbody tr")}


def test_who_is_not_counted_is_told(mixed, cast, sign_in):
    spell(mixed["waived"], SpellKind.LEAVE, days=11, until=9)
    page = sign_in("lena").get(LEGAL)
    assert "1 person was on leave or waived." in page.words
    assert "4 of 8 have shown it" in page.words
    assert "It asks nothing new of anybody here." in sign_in("lena").get(f"{LEGAL}?queue=abuse-reports").words


def test_changes_are_compared_side_by_side(mixed, sign_in):
    lena = sign_in("lena")
    page = lena.get("/readiness/changes/compare?change=legal@2&change=abuse@2&change=legal@2")
    assert [cells[0] for cells in table(page, "compared")] == ["Legal requests, version 2", "Abuse reports, version 2"]
    assert len(page.soup.select(".chart-key li")) == 2
    rows = rows_of(lena.get(page.soup.select_one(".list-files a")["href"]).text)
    assert {(row["policy"], row["version"]) for row in rows} == {("legal", "2"), ("abuse", "2")}
    legal = [row for row in rows if row["policy"] == "legal"]
    assert (legal[-1]["landed"], legal[-1]["people"], legal[-1]["is_effective"]) == ("4", "9", "yes")


def test_as_of_then_and_as_known_then(mixed, sign_in):
    then = (clock.now() - timedelta(days=9.5)).isoformat().replace("+00:00", "Z")
    page = sign_in("lena").get(f"{LEGAL}?at={then}")
    assert "0 of 9 have shown it" in page.words
    assert "not yet" in page.words
