"""The gate: one answer as page, CSV, JSON and command; whose it is; and letting somebody in for some hours."""

import csv
import io
import json
from datetime import timedelta

import pytest

from lms import clock
from lms.domain.readiness import Answer
from lms.domain.standing import State
from lms.organisation.actions import OrganisationRefused
from lms.organisation.gates import meaning_at, set_gate
from lms.people.spells import end_employment
from lms.readiness.gate import person_named
from lms.readiness.queries import standings
from tests.cli.conftest import run as run  # the command as somebody types it
from tests.readiness.asking import HOUR, QUEUE, WHY, address, ask, give
from tests.readiness.conftest import ABUSE, LEGAL, SECRETS
from tests.readiness.make import Edition, Paper, publish


def test_each_is_answered_by_where_they_stand(mixed):
    told = {name: ask(mixed[name]) for name in mixed if name not in ("ada", "sam", "newcomer")}
    assert {name: f"{each.answer.value} {each.because}" for name, each in told.items()} == {
        "ready": "allow ready",
        "due": "caution due",
        "overdue": "deny overdue",
        "held": "deny held",
        "blocked": "deny held",
        "leave": "deny leave",
        "waived": "allow ready",
    }
    assert (told["ready"].then, told["due"].then) == (Answer.CAUTION, Answer.DENY)
    assert ask(mixed["sam"]).because == "not_in_queue"
    assert told["ready"].minutes == 0
    assert told["overdue"].minutes > 0
    assert told["blocked"].minutes > 0  # the refresher that must be done first
    assert [each.titles for each in told["overdue"].reasons] == [("Freeze",)]


def set_differently(*, by: int) -> None:
    """Legal requests say the opposite of what is usual: who is due may not work, who is held may."""
    now = clock.now()
    wanted = {**meaning_at(QUEUE, now, now=now), State.DUE: Answer.DENY, State.HELD: Answer.CAUTION}
    set_gate(QUEUE, wanted, is_confirmed=True, from_at=None, reason=WHY, by=by, now=now)


def test_one_answer_as_page_csv_json_and_command_by_what_the_queue_set(mixed, cast, sign_in, run):
    set_differently(by=cast.rune)
    give(mixed["overdue"], cast.lena)
    lena = sign_in("lena")
    rows = list(csv.DictReader(io.StringIO(lena.get("/readiness/report.csv?queue=legal-requests").text)))
    words = {"allow": "May take work", "caution": "May take work, with caution", "deny": "May not take work"}
    names = {row["person"]: row for row in rows}
    in_json = {
        row["person"]: row["gate"]
        for row in lena.get("/readiness/report.json?queue=legal-requests").response.get_json()["rows"]
    }
    for number, name in enumerate(name for name in mixed if name not in ("ada", "sam")):
        person = f"agent-{number + 1}"
        told = json.loads(run("gate", f"{person}@demo.example", QUEUE, "--json").stdout)
        row = names[told["person"]]
        assert row["gate"] == told["answer"]
        for each in ("until", "by", "reason"):
            assert row[f"override_{each}"] == (told["override"] or {}).get(each, "")
        assert in_json[told["person"]] == told["answer"]
        page = lena.get(address(mixed[name]))
        assert page.soup.select_one(".lead .tag").get_text(strip=True) == words[told["answer"]]
        if told["until"]:
            assert told["until"][:16] in str(page.soup.select_one("#why").parent)
        assert f"About {told['minutes']} minute" in page.words or not told["minutes"]
        minutes = {each.policy: each.minutes for each in standings(
            scope=None, at=clock.now(), known_at=clock.now(), queue=QUEUE, people=[mixed[name]]).rows}  # fmt: skip
        if name not in ("blocked", "leave", "waived"):
            assert told["minutes"] == sum(minutes.values())


def test_the_files_of_the_report_leave_the_gate_out_where_only_one_policy_is_looked_at(mixed, sign_in):
    lena = sign_in("lena")
    rows = csv.DictReader(io.StringIO(lena.get("/readiness/report.csv?policy=legal").text))
    assert {row["gate"] for row in rows} == {""}
    assert "may take work" not in lena.get("/readiness/?policy=legal").words
    assert "may take work" in lena.get("/readiness/").words


def test_one_answer_is_a_fixed_number_of_statements(mixed, cast, count_statements, tmp_path):
    few = count_statements(lambda: ask(mixed["overdue"]))
    give(mixed["overdue"], cast.lena)
    more = [
        Paper(slug=f"x-{number}", title="X", audience=[QUEUE], editions=[Edition(clauses={"x": "A."}, published=9)])
        for number in range(3)
    ]  # fmt: skip
    publish(tmp_path, LEGAL, ABUSE, SECRETS, *more)
    ask(mixed["overdue"])
    assert count_statements(lambda: ask(mixed["overdue"])) == few <= 27
    assert count_statements(lambda: ask(mixed["blocked"])) <= few


class TestWhoMayAsk:
    def test_a_coach_and_a_lead_ask_about_their_teams_an_administrator_about_everybody(self, mixed, cast, sign_in):
        for name, reaches in (("cole", False), ("lena", False), ("rune", True)):
            reader = sign_in(name)
            assert "Agent-1" in reader.get(address(mixed["ready"])).words
            reader.get(address(cast.sam), expect=200 if reaches else 404)

    def test_who_left_is_answered_to_the_administrator_and_the_command(self, mixed, cast, sign_in, run):
        end_employment(mixed["ready"], at=clock.now(), by=cast.rune, now=clock.now())
        assert "does not work here" in sign_in("rune").get(address(mixed["ready"])).words
        sign_in("lena").get(address(mixed["ready"]), expect=404)
        assert run("gate", "agent-1", QUEUE).stdout.startswith("deny: Agent-1")

    @pytest.mark.parametrize(
        ("query", "status"),
        [
            ("?queue=nothing", 404),
            ("?person=999999", 404),
            ("?person=1x", 200),
            ("?person=99999999999999999999", 200),
            ("?at=soon", 422),
            ("?at=2026-03-01T10:00&zone=Nowhere", 422),
        ],
    )
    def test_what_is_not_there_is_a_404_and_what_is_not_understood_a_sentence(self, mixed, sign_in, query, status):
        sign_in("lena").get(f"/readiness/gate{query}", expect=status)

    def test_people_are_found_by_letters_of_their_name_or_their_email_in_scope(self, mixed, cast, sign_in):
        lena = sign_in("lena")
        found = lena.get(f"/readiness/gate?who=GENT&queue={QUEUE}&at=2026-03-01T10:00")
        links = [link["href"] for link in found.soup.select("#called ~ ul a")]
        assert len(links) == 8
        assert f"queue={QUEUE}" in links[0]
        assert "Ada" in lena.get("/readiness/gate?who=ADA@demo.example").words
        assert "Nobody whom you answer for" in lena.get("/readiness/gate?who=sam").words
        assert "Nobody whom you answer for" in lena.get("/readiness/gate?who=%25").words

    def test_it_answers_for_another_moment_and_then_offers_nothing(self, mixed, sign_in):
        page = sign_in("lena").get(address(mixed["due"], at=f"{clock.now() + timedelta(days=30):%Y-%m-%dT%H:%M}"))
        assert "May not take work" in page.words
        assert not page.soup.select("form[method=post][action*=override]")


class TestOnTheCommandLine:
    def test_letting_in_and_ending_it(self, mixed, run):
        more = ("--by", "lena@demo.example", "--reason", WHY)
        until = (clock.now() + HOUR).isoformat()
        told = run("override", "give", "agent-2", QUEUE, "--until", until, *more).stdout
        assert told.startswith("allow: Agent-2 in legal-requests")
        assert f"by Lena: {WHY}" in told
        assert "then: deny" in told
        assert "    legal is overdue, due " in told
        assert run("override", "end", "agent-2", QUEUE, *more).stdout.startswith("deny: ")
        assert "over already" in run("override", "end", "agent-2", QUEUE, *more, expect=1).stderr

    def test_what_it_asks_about_must_be_there(self, mixed, run):
        assert "There is no queue nothing" in run("gate", "agent-1", "nothing", expect=1).stderr
        assert "Nobody here has the e-mail or id nobody." in run("gate", "nobody", QUEUE, expect=1).stderr
        assert person_named("AGENT-1@demo.example") == mixed["ready"]

    def test_at_another_moment(self, mixed, run):
        later = (clock.now() + timedelta(days=30)).isoformat()
        assert run("gate", "agent-3", QUEUE).stdout.startswith("caution: ")
        assert run("gate", "agent-3", QUEUE, "--at", later).stdout.startswith("deny: ")
        assert "the whole queue is held (hold)" in run("gate", "agent-4", QUEUE).stdout


def test_home_says_each_queue_once_with_where_they_stand_and_what_the_gate_says(mixed, sign_in):
    for name, standing, work in (
        ("agent-3", "Due", "You may take work, with caution. From"),
        ("agent-2", "Overdue", "You may not take work now."),
        ("agent-1", "Ready", "You may take work. From"),
    ):
        page = sign_in(name).get("/")
        (row,) = page.soup.select("#queues tbody tr")
        head, *cells = (" ".join(each.get_text(" ").split()) for each in row.select("th, td"))
        assert head == "Legal requests"
        assert cells[0].startswith(standing)
        assert cells[1].startswith(work)
        assert page.words.count("take work") == 1 + 1, "in the row and in the caption, and nowhere else"
        assert [each.get_text(strip=True) for each in page.soup.select("h2")].count("Your queues") == 1


def test_the_headline_counts_by_what_the_queue_set(mixed, cast):
    def may_work() -> int:
        report = standings(scope=None, at=clock.now(), known_at=clock.now(), queue=QUEUE)
        return report.queues[0].share.may_work

    before, now = may_work(), clock.now()
    strict = {**meaning_at(QUEUE, now, now=now)}
    strict |= {state: Answer.DENY for state in strict}
    more = {"is_confirmed": False, "from_at": None, "reason": WHY, "now": now}
    with pytest.raises(OrganisationRefused):
        set_gate(QUEUE, strict, by=cast.lena, **more)
    set_gate(QUEUE, strict, by=cast.rune, **more)
    assert may_work() < before
    assert ask(mixed["due"]).answer is Answer.DENY
