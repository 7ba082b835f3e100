"""The main job, end to end, each person in a real browser on the demo organisation."""

import re

from flask import Flask
from playwright.sync_api import Page, Route, expect

from tests.journeys.answering import answer_everything, hand_in_and_sign, with_options
from tests.journeys.conftest import PHONE, SignedIn, assert_accessible


def test_ada_trains_on_a_changed_policy_and_turns_ready(demo: Flask, sign_in_as: SignedIn) -> None:
    page = sign_in_as("ada", size=PHONE)
    expect(page.get_by_role("heading", name="Are you ready?")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Legal requests: 2 clauses changed")

    page.get_by_role("link", name=re.compile("Start")).first.click()
    expect(page.locator("main")).to_contain_text("Emergency disclosure")
    expect(page.locator("ins").first).to_be_visible()
    expect(page.locator("del").first).to_be_visible()

    page.get_by_role("button", name="Start the quiz").click()
    answer_everything(page, demo)
    assert_accessible(page)
    page.reload()
    assert page.locator("[data-item] input:checked").count() > 0, "answers come back"

    hand_in_and_sign(page)
    expect(page.locator("main")).to_contain_text("You are ready again")
    assert_accessible(page)
    page.get_by_role("link", name="Home").last.click()
    expect(page.locator("main")).not_to_contain_text("2 clauses changed")
    expect(page.locator("main")).to_contain_text("Ready for")
    page.get_by_role("link", name="My record").first.click()
    expect(page.locator("main")).to_contain_text("Legal requests")


def test_cole_assigns_a_refresher_and_ada_does_it(demo: Flask, sign_in_as: SignedIn) -> None:
    coach = sign_in_as("cole")
    coach.get_by_role("navigation").get_by_role("link", name="Team", exact=True).click()
    coach.get_by_role("link", name="Ada Whelan").first.click()
    expect(coach.get_by_role("heading", level=1)).to_contain_text("Ada Whelan")
    assert_accessible(coach)
    coach.get_by_role("link", name=re.compile("refresher", re.IGNORECASE)).first.click()
    coach.get_by_label("Policy").select_option("abuse-reports")
    coach.get_by_role("button", name="Show its clauses").click()
    for box in coach.locator("input[name=clause]:checked").all():
        box.uncheck()
    coach.locator("input[name=clause][value=evidence]").check()
    coach.get_by_label("Due").fill("2099-01-31T17:00")
    coach.get_by_label(re.compile("Why")).fill("Two of your last cases lacked the second source. Ten minutes, please.")
    coach.get_by_role("button", name="Preview").click()
    expect(coach.locator("main")).to_contain_text("1 person, about")
    assert_accessible(coach)
    coach.get_by_role("button", name="Assign to 1 person").click()
    expect(coach.get_by_role("heading", level=1)).to_contain_text("assigned")

    page = sign_in_as("ada")
    expect(page.locator("main")).to_contain_text("Two of your last cases lacked the second source")
    page.locator("a[href*='/refresher/']").first.click()
    page.get_by_role("button", name="Start the quiz").click()
    answer_everything(page, demo)
    hand_in_and_sign(page)

    coach.get_by_role("link", name="Ada Whelan").first.click()
    expect(coach.locator("main")).to_contain_text(re.compile(r"done \d+ \w+ \d{4}"))


def test_pia_publishes_and_lena_sees_the_figures_move(sign_in_as: SignedIn) -> None:
    lead = sign_in_as("lena")
    lead.goto("/readiness/")
    before = _headline(lead, "Legal requests")

    owner = sign_in_as("pia")
    owner.goto("/policies/legal-requests/draft")
    waiting = owner.get_by_role("button", name="Decide").locator("visible=true")
    expect(waiting).not_to_have_count(0)
    to_judge = waiting.count()
    assert 3 <= to_judge < 20
    for left in reversed(range(to_judge)):
        form = owner.locator("form[action*='/draft/changes/']").locator("visible=true").first
        form.get_by_label("New meaning").check()
        form.get_by_label("Why").fill("What people have to do is different from now on.")
        form.get_by_role("button", name="Decide").click()
        expect(waiting).to_have_count(left)
    expect(owner.locator("main")).not_to_contain_text("First judge the")
    owner.get_by_label("Why does this version exist?").fill("The yearly review moved two deadlines and split a clause.")
    owner.get_by_role("button", name="Send for approval").click()
    expect(owner.locator("main")).to_contain_text("sent for approval")
    owner.goto("/policies/legal-requests/draft/approve")
    expect(owner.get_by_role("button", name="Approve and publish")).to_have_count(0)

    lead.goto("/policies/legal-requests/draft/approve")
    expect(lead.locator("main")).to_contain_text(re.compile("would no longer be ready"))
    assert_accessible(lead)
    lead.get_by_role("button", name="Approve and publish").click()
    expect(lead.locator("main")).to_contain_text("ersion 3")
    lead.goto("/readiness/")
    assert _headline(lead, "Legal requests") != before


def _headline(page: Page, queue: str) -> str:
    return page.locator("main section, main li, main article").filter(has_text=queue).first.inner_text()


def test_sam_can_open_nothing_of_theirs(demo: Flask, sign_in_as: SignedIn) -> None:
    ada = sign_in_as("ada")
    ada.get_by_role("link", name=re.compile("Start")).first.click()
    ada.get_by_role("button", name="Start the quiz").click()
    quiz = ada.url
    sam = sign_in_as("sam")
    for path in (
        quiz,
        f"{quiz}/review",
        f"{quiz}/result",
        f"{quiz}/sign",
        "/coaching/",
        "/coaching/people/1",
        "/readiness/",
        "/readiness/report.csv",
        "/policies/legal-requests/draft",
        "/train/abuse-reports/refresher/1",
    ):
        answer = sam.goto(path)
        assert answer is not None
        assert answer.status == 404, path
    expect(sam.locator("main")).to_contain_text("There is nothing here for you")
    assert_accessible(sam)


def test_an_answer_given_without_a_connection_is_kept_and_sent(demo: Flask, sign_in_as: SignedIn) -> None:
    page = sign_in_as("ada", size=PHONE)
    page.get_by_role("link", name=re.compile("Start")).first.click()
    page.get_by_role("button", name="Start the quiz").click()
    page.wait_for_load_state("networkidle")  # the script that keeps answers has arrived
    page.context.set_offline(True)
    with_options(page)[0].locator("input[data-option]").first.check()
    expect(page.locator("[data-save-state]")).to_contain_text(re.compile("not saved", re.IGNORECASE))
    page.context.set_offline(False)
    expect(page.locator("[data-save-state]")).to_contain_text("Saved")
    page.reload()
    assert page.locator("[data-item] input:checked").count() == 1


def test_an_answer_given_before_the_script_is_there_is_saved_too(demo: Flask, sign_in_as: SignedIn) -> None:
    page = sign_in_as("ada")
    page.get_by_role("link", name=re.compile("Start")).first.click()
    held: list[Route] = []
    page.route("**/quiz.js", lambda route: held.append(route))
    page.get_by_role("button", name="Start the quiz").click(no_wait_after=True)
    with_options(page)[0].locator("input[data-option]").first.check()
    expect(page.locator("[data-save-state]")).to_be_empty()
    for route in held:
        route.continue_()
    expect(page.locator("[data-save-state]")).to_contain_text("Saved")
    page.unroute("**/quiz.js")
    page.reload()
    expect(page.locator("[data-item] input[data-option]").first).to_be_checked()
    expect(page.locator("[data-save-state]")).to_contain_text("Each answer is saved")
