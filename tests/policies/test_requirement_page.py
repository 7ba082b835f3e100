"""The page about who needs a policy: what counts, what is coming, what was, and setting it after a look."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from lms import clock
from lms.extensions import db, writing
from lms.models import Policy, RequirementSetting
from lms.policies.actions import load_shelf, set_requirement
from lms.policies.requirement_history import requirement_state
from lms.policies.requirements import Requirement
from tests.policies.conftest import NOW
from tests.policies.shelves import V1, write_shelf

URL = "/policies/requests/requirement"
DAYS = {"onboarding_days": "14", "grace_days": "7", "valid_days": "", "window_days": "0", "reentry_days": "90"}
TYPED = DAYS | {"queues": ["legal-requests"], "reason": "The review of March said so."}
WIDER = TYPED | {"queues": ["legal-requests", "abuse-reports"]}
HERE = ZoneInfo("America/Los_Angeles")


def typed(moment):
    return f"{moment.astimezone(HERE):%Y-%m-%dT%H:%M}"


def hidden(page, action):
    """What a form of the preview sends again."""
    form = next(form for form in page.soup.select("form") if form.get("action") == action)
    fields = {}
    for box in form.select("input[type=hidden]"):
        if box["name"] != "csrf_token":
            fields.setdefault(box["name"], []).append(box["value"])
    return fields


def section(page, name):
    return " ".join(page.soup.find(id=name).get_text(" ").split())


def test_who_may_see_it(published, sign_in):
    for name in ("pia", "rune"):
        page = sign_in(name).get("/policies/requests")
        assert page.soup.select_one(f'a[href="{URL}"]').get_text() == "Who needs it"
        sign_in(name).get(URL)
    for name in ("ada", "cole", "lena"):
        assert URL not in sign_in(name).get("/policies/requests").text
        sign_in(name).get(URL, expect=404)
        sign_in(name).post(URL, TYPED, expect=404)
        sign_in(name).post(f"{URL}/preview", TYPED, expect=404)


def test_what_is_in_force_stands_there_in_words(published, sign_in):
    page = sign_in("pia").get(URL)
    words = section(page, "current")
    assert "Who needs it Whoever works in Legal requests" in words
    assert "Newcomers have 14 days to show that they know it." in words
    assert "After a change there are 7 days to learn it." in words
    assert "What somebody has shown counts without end." in words
    assert "away from the queue for more than 90 days" in words
    assert "Nothing. What is in force stays." in section(page, "coming")
    assert "From the files" in section(page, "history")


def test_the_form_begins_with_what_is_in_force(published, sign_in):
    page = sign_in("pia").get(URL)
    assert [box["value"] for box in page.soup.select("input[name=queues][checked]")] == ["legal-requests"]
    assert page.soup.find(id="valid_days").get("value", "") == ""
    assert page.soup.find(id="reentry_days")["value"] == "90"
    assert "cannot be changed afterwards" in page.words


def test_it_is_looked_at_and_then_set(published, sign_in, rows):
    pia = sign_in("pia")
    page = pia.post(f"{URL}/preview", WIDER, expect=200)
    assert "It would count from now on. Nothing is set yet." in page.words
    assert "Whoever works in Legal requests Whoever works in Abuse reports and Legal requests" in section(
        page, "differences"
    )
    assert "Newly required 2 people" in section(page, "effect")
    assert "Abuse reports 0 2 2 2 0" in section(page, "effect-by-queue")
    assert len(rows(RequirementSetting)) == 1

    assert pia.post(URL, hidden(page, URL)).location == URL
    after = pia.get(URL)
    assert "It is set." in after.words
    assert "Who needs it Whoever works in Abuse reports and Legal requests" in section(after, "current")
    assert "The review of March said so." in section(after, "history")
    assert rows(RequirementSetting)[-1]["reason"] == TYPED["reason"]

    pia.post(URL, hidden(page, URL))
    assert "It was so already; nothing was changed." in pia.get(URL).words
    assert len(rows(RequirementSetting)) == 2


def test_coming_back_to_change_something_keeps_what_was_typed(published, sign_in):
    rune = sign_in("rune")
    at = typed(clock.now() + timedelta(days=5))
    page = rune.post(f"{URL}/preview", WIDER | {"valid_days": "200", "from_at": at}, expect=200)
    back = rune.post(f"{URL}/preview", hidden(page, f"{URL}/preview") | {"change": "yes"}, expect=200)
    assert len(back.soup.select("input[name=queues][checked]")) == 2
    assert back.soup.find(id="valid_days")["value"] == "200"
    assert back.soup.find(id="from_at")["value"] == at
    assert back.soup.find(id="reason").get_text().strip() == TYPED["reason"]


def test_a_moment_is_typed_in_the_zone_of_the_policy_and_told_as_coming(published, sign_in, rows):
    pia = sign_in("pia")
    at = (clock.now() + timedelta(days=5)).replace(second=0, microsecond=0)
    page = pia.post(f"{URL}/preview", WIDER | {"from_at": typed(at)}, expect=200)
    pia.post(URL, hidden(page, URL))
    assert rows(RequirementSetting)[-1]["from_at"] == at
    page = pia.get(URL)
    assert "Who needs it Whoever works in Legal requests" in section(page, "current")
    assert "Who needs it Whoever works in Abuse reports and Legal requests" in section(page, "coming")
    assert "Upcoming" in section(page, "history")


def test_what_is_coming_is_taken_back_by_setting_again_what_counts(published, sign_in):
    pia = sign_in("pia")
    at = typed(clock.now() + timedelta(days=5))
    pia.post(URL, WIDER | {"from_at": at, "seen": str(requirement_state("requests").seen)})
    page = pia.post(f"{URL}/preview", TYPED, expect=200)
    assert "What is coming would be taken back" in page.words
    assert "(Whoever works in Abuse reports and Legal requests) would never come into force" in page.words
    pia.post(URL, hidden(page, URL))
    page = pia.get(URL)
    assert "Nothing. What is in force stays." in section(page, "coming")
    assert "Taken back" in section(page, "history")
    assert "never comes into force" in section(page, "history")


def test_what_is_so_already_is_not_previewed(published, sign_in):
    page = sign_in("pia").post(f"{URL}/preview", TYPED, expect=422)
    assert "It is so from then on already. There is nothing to save." in page.words


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"queues": []}, "Choose at least one queue, or everybody."),
        ({"is_everybody": "y"}, "Choose queues, or everybody, not both."),
        ({"queues": ["nowhere"]}, "There is no such queue."),
        ({"onboarding_days": ""}, "Write a number of days; 0 is one."),
        ({"grace_days": "soon"}, "Write a whole number of days."),
        ({"grace_days": "9" * 5000}, "Write a whole number of days."),
        ({"reentry_days": "-1"}, "Write 0 to 3650 days."),
        ({"valid_days": "0"}, "Write 1 to 3650 days, or leave it empty."),
        ({"valid_days": "20", "window_days": "21"}, "days of renewal at most 20"),
        ({"reason": "Short."}, "Say it in 10 to 2000 characters."),
        ({"reason": ""}, "Say why."),
        ({"from_at": "tomorrow"}, "Write a day and a time, like 2026-11-25 13:40."),
        ({"from_at": "9999-12-31T23:59"}, "Write a day and a time, like 2026-11-25 13:40."),
        ({"from_at": "2199-01-01T00:00"}, "Choose a moment within the next 10 years."),
        ({"from_at": "2020-01-01T00:00"}, "That moment has passed."),
    ],
)
def test_what_cannot_be_meant_is_refused_where_it_stands(published, sign_in, rows, wrong, why):
    pia = sign_in("pia")
    for url in (f"{URL}/preview", URL):
        page = pia.post(url, TYPED | {"seen": "1"} | {"grace_days": "8"} | wrong, expect=422)
        assert why in page.words
        assert page.soup.select_one(".error-summary")
    assert len(rows(RequirementSetting)) == 1


def test_a_moment_that_the_clocks_jump_over_does_not_exist(published, sign_in):
    year = clock.now().year + 1
    sundays = [day for day in range(8, 15) if clock.now().replace(year=year, month=3, day=day).weekday() == 6]
    skipped = {"from_at": f"{year}-03-{sundays[0]:02}T02:30"}
    assert "The clocks go forward then" in sign_in("pia").post(f"{URL}/preview", WIDER | skipped, expect=422).words


def test_what_somebody_else_set_meanwhile_is_not_set_over(published, cast, sign_in, rows):
    pia = sign_in("pia")
    page = pia.post(f"{URL}/preview", WIDER, expect=200)
    everybody = Requirement(queues=frozenset(), is_everybody=True)
    set_requirement("requests", everybody, from_at=None, reason="All of us, now.", by=cast.rune, now=clock.now())
    refused = pia.post(URL, hidden(page, URL), expect=422)
    assert "Somebody set it since you looked at it." in refused.words
    assert "Everybody, in every queue" in section(refused, "current")
    pia.post(URL, hidden(page, URL) | {"seen": "not a number"}, expect=422)
    assert len(rows(RequirementSetting)) == 2


def test_it_can_be_set_before_anything_is_published(app, root, cast, sign_in):
    load_shelf(write_shelf(root, texts={1: V1}, releases=()), is_publishing=False, now=NOW)
    pia = sign_in("pia")
    assert pia.get("/policies/requests/draft").soup.select_one(f'a[href="{URL}"]')
    page = pia.post(f"{URL}/preview", WIDER, expect=200)
    assert "Nobody works in a queue that needs this policy then." in page.words
    pia.post(URL, hidden(page, URL))
    assert not sign_in("rune").get(URL).soup.select('a[href="/policies/requests"]'), "there is nothing to read yet"


def test_a_policy_that_only_some_may_read_shows_an_administrator_no_way_to_its_text(published, sign_in):
    with writing():
        db.session.query(Policy).update({"is_need_to_know": True})
        db.session.commit()
    assert not sign_in("rune").get(URL).soup.select('a[href="/policies/requests"]')
    assert sign_in("pia").get(URL).soup.select('a[href="/policies/requests"]')


def test_an_unknown_policy_is_not_there(published, sign_in):
    sign_in("pia").get("/policies/nothing/requirement", expect=404)
    sign_in("pia").post("/policies/nothing/requirement", TYPED, expect=404)


def test_the_statements_do_not_grow_with_what_was_set(published, cast, sign_in):
    pia = sign_in("pia")
    few = len(pia.get(URL).statements)
    for days in range(1, 6):
        wanted = Requirement(queues=frozenset({"escalations"}), grace_days=days)
        set_requirement(
            "requests", wanted, from_at=clock.now() + timedelta(days=days), reason="Step by step.", by=cast.pia,
            now=clock.now(),
        )  # fmt: skip
    assert len(pia.get(URL).statements) == few
