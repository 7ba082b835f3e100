"""The page: who may open it, what it asks and shows, and that every figure opens the rows behind it."""

import re

from lms import clock
from lms.models import SpellKind
from tests.readiness.make import ago, crew, end_spells, prove


def figures(page, label: str) -> str:
    """What the headline of a queue says."""
    card = next(card for card in page.soup.select(".cards li") if card.h3.get_text(strip=True) == label)
    return " ".join(card.get_text(" ").split())


def rows(page) -> list[str]:
    return [" ".join(row.get_text(" ").split()) for row in page.soup.select("#rows tbody tr")]


def people(page) -> set[str]:
    return {row.th.find(string=True).strip() for row in page.soup.select("#rows tbody tr")}


def test_an_agent_and_a_coach_find_nothing_here(app, sign_in):
    for name in ("ada", "cole", "sam"):
        reader = sign_in(name)
        for path in ("/readiness/", "/readiness/report.csv", "/readiness/report.json"):
            reader.get(path, expect=404)


def test_a_stranger_is_asked_to_sign_in(app, stranger):
    assert "/sign-in" in stranger.get("/readiness/", expect=302).location


def test_a_lead_sees_her_tree_and_an_owner_everybody(mixed, sign_in):
    assert "Sam" not in sign_in("lena").get("/readiness/").words
    assert "Sam" not in sign_in("lena").get("/readiness/report.csv").text
    for name in ("pia", "rune"):
        assert "Sam" in people(sign_in(name).get("/readiness/"))


def test_a_role_that_ended_shows_nothing_at_the_next_request(mixed, cast, sign_in):
    lena = sign_in("lena")
    lena.get("/readiness/")
    end_spells(cast.lena, SpellKind.ROLE)
    lena.get("/readiness/", expect=404)


def test_the_page_says_how_each_queue_is_covered(mixed, sign_in):
    page = sign_in("lena").get("/readiness/")
    said = figures(page, "Legal requests")
    assert "37 %" in said
    assert "3 of 8 ready" in said
    assert "4 of 8 may take work" in said
    assert "1 due, 2 overdue, 2 on hold, 1 exempt" in said


def test_the_page_says_who_is_not_ready_and_why(mixed, sign_in):
    said = rows(sign_in("lena").get("/readiness/?policy=legal"))
    assert any("Agent-4" in row and "Kept from this queue by a coach or lead" in row for row in said)
    assert any("Agent-8" in row and "A refresher must be done first" in row for row in said)
    assert any(
        "Agent-2" in row and "Overdue" in row and "1 clause changed on" in row and "Freeze" in row for row in said
    )
    assert any("Agent-7" in row and "2 clauses not shown yet: Intake, Freeze" in row for row in said)
    assert "On hold" in said[0]


def test_every_moment_is_named_with_its_zone_and_the_page_says_when_it_was_computed(mixed, sign_in):
    page = sign_in("pia").get("/readiness/")
    assert re.search(r"As of \w+ \d+ \w+ 20\d\d, \d\d:\d\d P[SD]T · known at .* · computed ", page.words)
    assert "As of (America/Los_Angeles)" in page.words


def test_a_figure_of_the_heat_map_opens_the_same_figure(mixed, sign_in):
    lena = sign_in("lena")
    cell = next(
        link
        for link in lena.get("/readiness/").soup.select("td.heat a")
        if "team=EMEA/Dublin" in link["href"].replace("%2F", "/") and "policy=legal" in link["href"]
    )
    behind = lena.get(cell["href"])
    assert cell.find(class_="heat-rows").get_text(strip=True) == "2/7"
    assert behind.soup.select_one("td.heat .heat-rows").get_text(strip=True) == "2/7"
    assert "2 of 7 ready" in figures(behind, "Legal requests")


def test_a_headline_opens_those_who_are_not_ready(mixed, sign_in):
    lena = sign_in("lena")
    card = next(
        card
        for card in lena.get("/readiness/").soup.select(".cards li")
        if card.h3.get_text(strip=True) == "Legal requests"
    )
    behind = lena.get(card.a["href"])
    assert len(people(behind)) == 5
    assert behind.soup.select_one("#filter-queue option[selected]")["value"] == "legal-requests"


def test_a_standing_opens_its_rows(mixed, sign_in):
    lena = sign_in("lena")
    for item in lena.get("/readiness/").soup.select(".breakdown li"):
        behind = lena.get(item.a["href"])
        assert len(rows(behind)) == int(item.a.find(string=True))


def test_what_comes_next_opens_the_forecast(mixed, sign_in):
    lena = sign_in("lena")
    page = lena.get("/readiness/")
    link = next(link for link in page.soup.find_all("a") if "not ready that day" in link.get_text(" "))
    then = lena.get(link["href"])
    assert len(people(then)) == int(link.find(string=True))
    assert "A forecast" in then.words
    assert {"Ada", "Agent-1"} <= people(then)


def test_nothing_comes_next(papers, cast, sign_in):
    prove(cast.ada, "secrets", 1, days=3)
    assert "No published version is waiting" in sign_in("lena").get("/readiness/?policy=secrets").words


def test_the_past_is_asked_in_the_readers_zone_and_shared_with_it(mixed, sign_in):
    then = ago(9.5)
    lena, pia = sign_in("lena"), sign_in("pia")
    local = f"{then:%Y-%m-%dT%H:%M}"
    mine = lena.get(f"/readiness/?at={local}&zone=UTC&policy=legal")
    theirs = pia.get(f"/readiness/?at={local}&zone=UTC&policy=legal&team=EMEA")
    day = re.compile(r" (?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ")  # the same instant may be another day for her
    assert day.split(rows(mine)[0])[0] == day.split(rows(theirs)[0])[0]
    assert figures(mine, "Legal requests") == figures(theirs, "Legal requests")
    assert "PST" in theirs.words or "PDT" in theirs.words


def test_as_known_then_differs_from_as_known_now(mixed, sign_in):
    lena = sign_in("lena")
    then = f"{ago(2):%Y-%m-%dT%H:%M:%SZ}"
    known_now = lena.get(f"/readiness/?at={then}&queue=legal-requests&policy=legal&state=held", expect=200)
    assert rows(known_now) == []
    assert "Nobody stands there" in known_now.words


def test_a_file_has_what_the_page_had_however_late_it_is_fetched(mixed, sign_in):
    lena = sign_in("lena")
    page = lena.get("/readiness/?policy=legal&state=overdue")
    href = next(link["href"] for link in page.soup.find_all("a") if "report.csv" in link["href"])
    assert "state=overdue" in href
    before = lena.get(href)
    prove(mixed["overdue"], "legal", 2, days=-0.001)  # recorded after the page was made
    assert lena.get(href).text == before.text
    assert before.text.count("\n") == 1 + len(rows(page)) == 3


def test_the_files_say_what_they_are(mixed, sign_in):
    lena = sign_in("lena")
    csv_page, json_page = lena.get("/readiness/report.csv"), lena.get("/readiness/report.json")
    assert csv_page.response.content_type.startswith("text/csv; charset=utf-8")
    assert re.fullmatch(
        r'attachment; filename="readiness-\d{8}T\d{6}Z\.csv"', csv_page.response.headers["Content-Disposition"]
    )
    assert json_page.response.content_type == "application/json"
    assert json_page.response.get_json()["known_at"].endswith("Z")


def test_the_list_can_be_sorted_either_way_and_has_pages(mixed, sign_in):
    crew(60, team="EMEA/Dublin", queues=["legal-requests"], name="many")
    lena = sign_in("lena")
    first = lena.get("/readiness/?policy=legal&sort=person")
    assert rows(first)[0].startswith("Agent-2")
    assert "Page 1 of 3" in first.words
    assert first.soup.select_one('th[aria-sort="ascending"]').get_text(strip=True) == "Person"
    turned = lena.get(first.soup.select_one("th[aria-sort] a")["href"])
    assert rows(turned)[0].startswith("Many-9")
    last = lena.get(first.soup.select_one('a[rel="next"]')["href"])
    assert "Page 2 of 3" in last.words
    assert last.soup.select_one('a[rel="prev"]') is not None
    assert "Page 3 of 3" in lena.get("/readiness/?policy=legal&sort=person&page=99").words
    for order in ("team", "policy", "due", "-minutes", "nonsense"):
        assert rows(lena.get(f"/readiness/?sort={order}"))


def test_what_does_not_exist_for_the_reader_is_no_page(app, sign_in):
    lena = sign_in("lena")
    for query in ("queue=nope", "team=Americas", "team=EMEA/Nowhere", "policy=nope"):
        lena.get(f"/readiness/?{query}", expect=404)
        lena.get(f"/readiness/report.csv?{query}", expect=404)


def test_what_is_not_understood_is_said(app, sign_in):
    lena = sign_in("lena")
    for query in ("at=yesterday", "known=31-12-2026", "at=2026-01-01T00:00&zone=Mars", "state=happy"):
        assert "is not a" in lena.get(f"/readiness/?{query}", expect=422).words


def test_a_page_that_is_no_number_is_the_first(app, sign_in):
    lena = sign_in("lena")
    for page in ("0", "-1", "x", "²", "9" * 30):
        assert lena.get(f"/readiness/?page={page}").status == 200


def test_moments_at_the_edge_of_the_calendar_are_no_accident(papers, sign_in):
    lena = sign_in("lena")
    for at in ("1970-01-01T00:00", "2199-12-31T23:59"):
        lena.get(f"/readiness/?at={at}&zone=UTC")
    for at in ("0001-01-01T00:00", "9999-12-31T23:59", "1969-12-31T23:59"):
        assert "is not a moment" in lena.get(f"/readiness/?at={at}", expect=422).words


def test_an_empty_report_says_what_to_do_next(app, sign_in):
    page = sign_in("lena").get("/readiness/")
    assert "Nobody here works in a queue that needs a policy" in page.words
    assert page.soup.select_one(".empty a") is not None


def test_a_person_of_no_team_is_found_under_no_team(papers, cast, sign_in):
    end_spells(cast.sam, SpellKind.TEAM)
    page = sign_in("rune").get("/readiness/?team=-")
    assert people(page) == {"Sam"}
    assert "In no team" in page.words


def test_everybody_ready_is_said(papers, cast, sign_in):
    for slug, number in (("legal", 2), ("abuse", 2), ("secrets", 1)):
        prove(cast.ada, slug, number, days=1)
    page = sign_in("lena").get("/readiness/")
    assert "Everybody who is asked for is ready" in page.words


def test_who_has_left_is_gone(mixed, cast, sign_in):
    end_spells(mixed["overdue"], SpellKind.EMPLOYMENT)
    assert "Agent-2" not in sign_in("lena").get("/readiness/").words


def test_the_page_takes_the_same_statements_for_three_and_thirty(mixed, sign_in):
    lena = sign_in("lena")
    lena.get("/readiness/")  # what is kept by digest has been read by now
    few = len(lena.get("/readiness/").statements)
    crew(3, team="EMEA/Dublin", queues=["legal-requests"], name="few")
    with_three_more = len(lena.get("/readiness/").statements)
    assert with_three_more > few, "who is new is read"
    crew(30, team="EMEA/Dublin", queues=["legal-requests", "abuse-reports"], name="many")
    assert len(lena.get("/readiness/").statements) == with_three_more
    assert len(lena.get("/readiness/").statements) <= few, "nothing new, and the rows of the page are known"


def test_it_is_now_unless_asked(mixed, sign_in):
    page = sign_in("lena").get("/readiness/")
    stamp = page.soup.select_one(".lead time")["datetime"]
    assert abs((clock.now() - clock.now().fromisoformat(stamp)).total_seconds()) < 60


def test_the_page_counts_the_reasons_and_how_old_they_are(mixed, sign_in):
    said = sign_in("lena").get("/readiness/?policy=legal").words
    assert "Why: a clause changed 2 , on hold 2 , not shown yet 1 ." in said or "Why: on hold 2" in said
    assert "Overdue for 1 to 7 days 1" in said


def test_the_page_tells_of_proofs_that_run_out(mixed, cast, sign_in):
    prove(cast.ada, "abuse", 2, days=60)
    said = sign_in("lena").get("/readiness/?policy=abuse").words
    assert "Abuse reports : what 1 person showed runs out within 30 days" in said
