"""The desk and the board: who needs the coach and why, and where everybody stands."""

from datetime import timedelta

from lms import clock
from lms.accounts.actions import start_session
from lms.models import SpellKind
from tests.readiness.make import crew, end_spells, fail, prove, spell


def desk(page) -> dict[str, str]:
    """What the desk says about each person."""
    return {task.h3.get_text(strip=True): " ".join(task.get_text(" ").split()) for task in page.soup.select(".task")}


def quiet(page) -> str:
    found = page.soup.find("details")
    return " ".join(found.get_text(" ").split()) if found else ""


def cells(page, name: str) -> list[str]:
    row = next(row for row in page.soup.select(".table-board tbody tr") if row.th.a.get_text(strip=True) == name)
    return [" ".join(cell.get_text(" ").split()) for cell in row.find_all("td")]


def names(page) -> list[str]:
    return [row.th.a.get_text(strip=True) for row in page.soup.select(".table-board tbody tr")]


def test_only_coaches_and_leads_have_a_board(app, sign_in):
    for name in ("ada", "pia", "rune"):
        sign_in(name).get("/coaching/", expect=404)


def test_a_stranger_of_another_team_never_appears(team, sign_in):
    for name in ("cole", "lena"):
        assert "Sam" not in sign_in(name).get("/coaching/").words


def test_a_role_that_ended_shows_nothing_at_the_next_request(team, cast, sign_in):
    cole = sign_in("cole")
    cole.get("/coaching/")
    end_spells(cast.cole, SpellKind.ROLE)
    cole.get("/coaching/", expect=404)


def test_the_desk_names_who_is_overdue_and_who_will_be_soon(team, sign_in):
    page = sign_in("cole").get("/coaching/")
    said = desk(page)
    assert list(said) == ["Agent-3", "Ada", "Agent-2"]
    assert "Legal requests: due 99 days ago" in said["Agent-3"] or "due " in said["Agent-3"]
    assert "Legal requests: due in " in said["Ada"]
    assert "Agent-1" not in said
    assert "3 people need you" in page.words


def test_the_desk_names_who_is_stuck_first(team, sign_in):
    fail(team["due"], "legal", 2, days=[2, 1], missed=["freeze"])
    said = desk(sign_in("cole").get("/coaching/"))
    assert next(iter(said)) == "Agent-2"
    assert "Stuck in Legal requests after 2 attempts" in said["Agent-2"]


def test_who_may_still_try_is_not_stuck(team, sign_in):
    fail(team["due"], "legal", 2, days=[1], missed=["freeze"])
    assert "Stuck" not in sign_in("cole").get("/coaching/").words


def test_a_run_that_a_version_overtook_or_that_was_shown_otherwise_is_not_stuck(team, sign_in):
    fail(team["due"], "legal", 1, days=[50, 49], missed=["freeze"])
    fail(team["ready"], "legal", 2, days=[4, 3], missed=["freeze"])
    assert "Stuck" not in sign_in("cole").get("/coaching/").words


def test_somebody_stuck_in_what_is_only_coming_is_named(team, sign_in):
    fail(team["ready"], "later", 1, days=[2, 1], missed=["messages"])
    assert "Stuck in Messaging" in desk(sign_in("cole").get("/coaching/"))["Agent-1"]


def test_somebody_stuck_in_a_refresher_is_named_until_it_is_over(team, assign, sign_in):
    [refresher] = assign("ready", days=3)
    fail(team["ready"], "legal", 2, days=[2, 1], missed=["freeze"], refresher=refresher)
    cole = sign_in("cole")
    assert "Stuck in Legal requests" in desk(cole.get("/coaching/"))["Agent-1"]
    cole.post(f"/coaching/refreshers/{refresher}/call-off", {"reason": "We talked it through instead."})
    assert "Agent-1" not in desk(cole.get("/coaching/"))


def test_a_refresher_past_its_due_moment_is_named(team, assign, sign_in):
    assign("ready", days=5)
    page = sign_in("cole").get("/coaching/")
    assert "Refresher on Legal requests: due 2 days ago and not done" in desk(page)["Agent-1"]
    assert "Legal requests: open, due 2 days ago" in cells(page, "Agent-1")[-1]


def test_who_was_not_heard_from_in_a_week_is_named_apart(team, sign_in):
    prove(team["ready"], "legal", 1, days=1, clauses=["intake"])
    said = quiet(sign_in("cole").get("/coaching/"))
    assert "Agent-1" not in said


def test_quiet_people_are_named_with_when_they_were_last_heard_of(papers, cast, sign_in):
    [old, never, fresh, away, back, new] = crew(6, team="EMEA/Dublin", queues=[], name="quiet")
    for person in (old, never, fresh, away, back):
        spell(person, SpellKind.QUEUE, days=200, queue="escalations")
    spell(new, SpellKind.QUEUE, days=2, queue="escalations")
    prove(old, "legal", 1, days=8)
    start_session(fresh, agent="test", now=clock.now() - timedelta(days=1))
    spell(away, SpellKind.LEAVE, days=10)
    spell(back, SpellKind.LEAVE, days=20, until=3)
    said = quiet(sign_in("cole").get("/coaching/"))
    assert "2 people not heard from in a week" in said, "Ada is overdue, so she stands above"
    assert "Quiet-1 Not heard from since" in said
    assert "Quiet-2 Never heard from" in said
    for number in (3, 4, 5, 6):
        assert f"Quiet-{number}" not in said


def test_the_board_shows_the_worst_queue_of_each_policy(team, sign_in):
    page = sign_in("cole").get("/coaching/")
    assert names(page) == ["Ada", "Agent-1", "Agent-2", "Agent-3"]
    assert cells(page, "Agent-1")[0].startswith("Ready")
    assert cells(page, "Agent-3")[0].startswith("Overdue")
    assert cells(page, "Ada")[0].startswith("Due")


def test_the_board_shows_what_was_done_with_its_score(team, assign, sign_in, finish):
    [refresher] = assign("ready", days=2)
    finish(refresher, "ready")
    said = cells(sign_in("cole").get("/coaching/"), "Agent-1")[-1]
    assert "Legal requests: done" in said


def test_the_board_is_filtered_by_the_address(team, sign_in):
    cole = sign_in("cole")
    assert names(cole.get("/coaching/?state=overdue")) == ["Agent-3"]
    assert names(cole.get("/coaching/?name=ENT-2")) == ["Agent-2"]
    assert names(cole.get("/coaching/?queue=abuse-reports")) == ["Ada"]
    assert names(cole.get("/coaching/?team=EMEA/Dublin&policy=legal")) == ["Ada", "Agent-1", "Agent-2", "Agent-3"]
    nobody = cole.get("/coaching/?name=zzz")
    assert "Nobody fits this filter" in nobody.words
    assert cole.get("/coaching/?state=happy").status == 200
    for query in ("team=Americas", "queue=nope", "policy=nope"):
        cole.get(f"/coaching/?{query}", expect=404)


def test_an_empty_board_says_where_people_come_from(app, cast, sign_in):
    end_spells(cast.ada, SpellKind.QUEUE)
    page = sign_in("cole").get("/coaching/")
    assert "people import" in page.words


def test_selected_people_go_to_a_new_refresher(team, sign_in):
    cole = sign_in("cole")
    form = cole.get("/coaching/?policy=legal").soup.select_one("form[data-select]")
    assert (form["method"], form["action"]) == ("get", "/coaching/refreshers/new")
    assert {box["value"] for box in form.select('input[name="person"]')} == {
        str(team[name]) for name in ("ada", "ready", "due", "late")
    }
    assert form.select_one('input[name="policy"]')["value"] == "legal"


def test_a_lead_is_on_her_own_board_but_cannot_select_herself(team, cast, sign_in):
    spell(cast.lena, SpellKind.QUEUE, days=100, queue="legal-requests")
    page = sign_in("lena").get("/coaching/")
    assert "Lena" in names(page)
    assert str(cast.lena) not in {box["value"] for box in page.soup.select('input[name="person"]')}


def test_the_board_takes_the_same_statements_for_three_and_thirty(team, sign_in):
    cole = sign_in("cole")
    cole.get("/coaching/")  # what is kept by digest has been read by now
    few = len(cole.get("/coaching/").statements)
    crew(30, team="EMEA/Dublin", queues=["legal-requests", "abuse-reports"], name="many")
    assert len(cole.get("/coaching/").statements) == few


def test_a_long_desk_folds_and_a_long_board_has_pages(team, sign_in):
    crew(60, team="EMEA/Dublin", queues=["legal-requests"], name="many")
    cole = sign_in("cole")
    page = cole.get("/coaching/")
    assert "53 more" in page.words
    assert "64 of 64 people" in page.words
    assert len(names(page)) == 50
    last = cole.get(page.soup.select_one('a[rel="next"]')["href"])
    assert len(names(last)) == 14
    assert last.soup.select_one('a[rel="prev"]') is not None
    assert len(names(cole.get("/coaching/?page=99&name=many"))) == 10
    for nonsense in ("x", "0", "²", "9" * 30):
        assert len(names(cole.get(f"/coaching/?page={nonsense}"))) == 50
