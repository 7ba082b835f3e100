"""The module: one code path for the whole, the delta and a refresher."""

from lms import clock
from lms.coaching.actions import call_off
from lms.training.queries import module_page
from tests.training.make import DAY, FIRST, HOUR, MINUTE, Shelf, fail, prove, refresher, second, start

WITH_FAX = FIRST | {"fax": "We take requests by fax on weekdays."}


def steps(page):
    return [item["class"][1] for item in page.soup.select(".steps .step")]


def headings(page, level="h3"):
    return [heading.get_text(strip=True) for heading in page.soup.select(f"main {level}")]


def test_a_newcomer_gets_the_text_and_its_lessons(app, cast, sign_in, simple):
    simple()
    page = sign_in("ada").get("/train/legal-requests")
    assert headings(page) == ["Lesson 10-papers", "Kinds of paper", "Is it genuine", "Telling the user"]
    assert headings(page, "h2") == ["Learn", "The rules", "Quiz"]
    assert not page.soup.select(".change, ins, del")
    assert steps(page) == ["step-current", "step-todo", "step-todo"]
    assert "3 clauses, about 7 minutes." in page.words
    assert "6 questions, pass mark 80 %." in page.words


def test_a_long_module_begins_with_what_is_in_it_and_shows_its_pictures(app, cast, sign_in, tmp_path):
    shelf = Shelf(tmp_path).version(FIRST, ago=DAY).items_for(*FIRST)
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><title>Two ways</title></svg>'
    media = tmp_path / "content" / "legal-requests" / "media"
    media.mkdir(parents=True)
    (media / "ways.svg").write_text(drawing)
    shelf.lesson("10-papers", ["kinds", "genuine"], "word " * 200).lesson(
        "20-notice", ["notice"], "![Two ways to tell the user](/media/legal-requests/ways.svg) ![x](/media/other.svg)"
    ).publish()
    page = sign_in("ada").get("/train/legal-requests")
    contents = page.soup.select_one("nav.contents")
    assert " ".join(contents.ol.get_text(" ").split()) == (
        "Lesson 10-papers 2 minutes Lesson 20-notice 1 minute "
        "The rules 3 clauses, as they are in force Quiz 6 questions"
    )
    for link in contents.select("a"):
        assert page.soup.select_one(link["href"])
    (picture,) = page.soup.select("main img")
    assert picture["alt"] == "Two ways to tell the user"
    assert picture["src"].startswith("data:image/svg+xml;base64,")


def test_who_was_current_gets_what_changed_side_by_side(app, cast, sign_in, simple):
    shelf = simple(ago=10 * DAY)
    prove(cast.ada, at=clock.now() - 9 * DAY)
    shelf.lesson("20-notice", ["notice"], "Why four hours.", since="2")
    second(shelf)
    page = sign_in("ada").get("/train/legal-requests")
    assert headings(page, "h2") == ["What changed", "Why it matters", "Quiz"]
    assert headings(page) == ["Telling the user", "Lesson 20-notice"]
    assert "24" in page.soup.select_one("del").get_text()
    assert "4" in page.soup.select_one("ins").get_text()
    assert "Four hours, not a day." in page.words
    assert "Reason for version 2 of it." in page.words
    assert "Before is version 1." in page.words


def test_old_is_what_this_person_proved_last(app, cast, sign_in, simple):
    shelf = simple(ago=10 * DAY)
    prove(cast.ada, at=clock.now() - 9 * DAY)
    second(shelf, ago=5 * DAY)
    third = FIRST | {"notice": "Tell the user within 2 hours unless a court forbids it."}
    shelf.version(third, ago=HOUR, changes={"notice": ("material", "Two hours.")})
    for item in shelf.items:
        if item["clauses"] == ["notice"]:
            item.setdefault("until", "2")
    shelf.items_for("notice", since=3).publish()
    part = module_page(cast.ada, "legal-requests", now=clock.now()).parts[0]
    assert part.old_number == 1
    assert "".join(run.text for run in part.pairs[0].old).startswith("Tell the user within 24 hours")
    assert part.reason == "Two hours."


def test_an_upcoming_change_is_taught_in_both_wordings_with_the_day(app, cast, sign_in, simple):
    shelf = simple(ago=10 * DAY)
    second(shelf, in_force=-3 * DAY)
    page = sign_in("ada").get("/train/legal-requests")
    assert len(page.soup.select(".change")) == 1
    assert len(page.soup.select(".clause")) == 2
    assert "The new wording takes effect" in page.words
    assert "Version 2 takes effect" in page.words
    assert "24" in page.soup.select_one("del").get_text()


def test_a_removed_clause_is_struck_through_and_unlearned_by_signing(app, cast, sign_in, tmp_path):
    shelf = Shelf(tmp_path).version(WITH_FAX, ago=10 * DAY).items_for(*WITH_FAX).publish()
    prove(cast.ada, at=clock.now() - 9 * DAY)
    shelf.version(FIRST, ago=HOUR, removed=("fax",)).publish()
    ada = sign_in("ada")
    page = ada.get("/train/legal-requests")
    assert page.soup.select_one(".diff-removed")
    assert "No longer applies" in page.words
    assert "We take requests by fax on weekdays." in page.words
    assert steps(page) == ["step-current", "step-todo"]
    assert "I have read “Legal requests”, version 2 (1 clause of it), and will work by it." in page.words
    ada.post("/train/legal-requests/start", expect=422)
    assert ada.post("/train/legal-requests/sign").location == "/"
    assert "Nothing to do." in ada.get("/").words
    ada.post("/train/legal-requests/sign")
    assert "Read and signed" in ada.get("/record").words


def test_a_removed_clause_may_have_a_question_of_its_own(app, cast, sign_in, tmp_path):
    shelf = Shelf(tmp_path).version(WITH_FAX, ago=10 * DAY).items_for(*WITH_FAX).publish()
    prove(cast.ada, at=clock.now() - 9 * DAY)
    shelf.version(FIRST, ago=HOUR, removed=("fax",)).item("fax", 9, since=2).publish()
    ada = sign_in("ada")
    assert "1 question, pass mark 80 %." in ada.get("/train/legal-requests").words
    ada.post("/train/legal-requests/sign", expect=422)
    prove(cast.ada)
    assert "Nothing to do." in ada.get("/").words


def test_a_clause_that_will_go_is_struck_through_with_the_day(app, cast, sign_in, tmp_path):
    shelf = Shelf(tmp_path).version(WITH_FAX, ago=10 * DAY).items_for(*WITH_FAX).publish()
    prove(cast.ada, at=clock.now() - 9 * DAY)
    shelf.version(FIRST, ago=HOUR, in_force=-2 * DAY, removed=("fax",)).publish()
    page = sign_in("ada").get("/train/legal-requests")
    assert page.soup.select_one(".diff-removed")
    assert "The new wording takes effect" in page.words


def test_a_new_clause_is_shown_as_new(app, cast, sign_in, simple):
    shelf = simple(ago=10 * DAY)
    prove(cast.ada, at=clock.now() - 9 * DAY)
    shelf.version(WITH_FAX, ago=HOUR, changes={"fax": ("material", "Fax is back.")}).items_for("fax", since=2).publish()
    page = sign_in("ada").get("/train/legal-requests")
    assert headings(page) == ["Requests by fax"]
    assert "New to you" in page.words
    assert "Fax is back." in page.words


def test_an_editorial_change_asks_nothing(app, cast, sign_in, simple):
    shelf = simple(ago=10 * DAY)
    prove(cast.ada, at=clock.now() - 9 * DAY)
    mended = FIRST | {"kinds": "A subpoena opens account details, nothing else."}
    shelf.version(mended, ago=HOUR, changes={"kinds": ("editorial", "Said better.")}).publish()
    page = sign_in("ada").get("/train/legal-requests")
    assert "Nothing to learn here now" in page.words
    assert page.soup.find("a", href="/policies/legal-requests")


def test_a_merged_clause_is_held_against_all_it_came_from(app, cast, sign_in, simple):
    shelf = simple(ago=10 * DAY)
    prove(cast.ada, at=clock.now() - 9 * DAY)
    merged = {"kinds": FIRST["kinds"], "genuine": f"{FIRST['genuine']}\n\n{FIRST['notice']}\n\nWrite both down."}
    shelf.version(merged, ago=HOUR)
    shelf.releases[-1]["changes"] = [
        {"clause": "genuine", "verdict": "material", "reason": "One clause now.", "from": ["genuine", "notice"]}
    ]
    for item in shelf.items:
        if item["clauses"] == ["notice"]:
            item["until"] = "1"
    shelf.checked(2).publish()
    part = module_page(cast.ada, "legal-requests", now=clock.now()).parts[0]
    assert part.clause == "genuine"
    assert [pair.status.value for pair in part.pairs] == ["equal", "equal", "added"]


def test_a_clause_that_will_go_into_another_is_taught_while_it_is_in_force(app, cast, sign_in, simple):
    shelf = simple(ago=10 * DAY)
    merged = {"kinds": FIRST["kinds"], "genuine": f"{FIRST['genuine']}\n\n{FIRST['notice']}\n\nWrite both down."}
    shelf.version(merged, ago=HOUR, in_force=-DAY)
    shelf.releases[-1]["changes"] = [
        {"clause": "genuine", "verdict": "material", "reason": "One clause now.", "from": ["genuine", "notice"]}
    ]
    for item in shelf.items:
        if item["clauses"] == ["notice"]:
            item["until"] = "1"
    shelf.checked(2).publish()
    page = sign_in("ada").get("/train/legal-requests")
    assert headings(page)[1:] == ["Kinds of paper", "Is it genuine", "Telling the user"]
    assert "In force until" in page.words
    assert "from then on other clauses say it." in page.words


def test_a_stale_lesson_has_a_warning_and_a_sensitive_one_stays_closed(app, cast, sign_in, simple):
    shelf = simple(ago=10 * DAY)
    shelf.lesson("20-notice", ["notice"], "The old way.", sensitive="threats of violence")
    second(shelf)
    page = sign_in("ada").get("/train/legal-requests")
    closed = page.soup.select_one("details.sensitive")
    assert "This part is sensitive: threats of violence." in closed.get_text(" ", strip=True)
    assert "The old way." in closed.get_text()
    assert not closed.has_attr("open")
    assert "This lesson may be out of date" in page.words


def test_a_lesson_narrows_to_the_sections_that_teach_what_is_asked(app, cast, sign_in, simple):
    shelf = simple(ago=10 * DAY)
    prove(cast.ada, at=clock.now() - 9 * DAY)
    shelf.lesson(
        "30-both",
        ["kinds", "notice"],
        '## About kinds {teaches="kinds"}\n\nKinds only.\n\n## About notice {teaches="notice"}\n\nNotice only.',
        checked="2",
    )
    second(shelf)
    page = sign_in("ada").get("/train/legal-requests")
    assert "Notice only." in page.words
    assert "Kinds only." not in page.words


def test_a_refresher_teaches_its_clauses_and_has_its_own_quiz(app, cast, sign_in, simple):
    simple()
    prove(cast.ada)
    number = refresher(cast.ada, cast.cole, "notice", "kinds")
    ada = sign_in("ada")
    page = ada.get(f"/train/legal-requests/refresher/{number}")
    assert page.soup.h1.get_text(strip=True) == "Refresher: Legal requests"
    assert "Let us look at this one again." in page.words
    assert headings(page, "h2") == ["The clauses", "Why it matters", "Quiz"]
    assert "Kinds of paper" in headings(page)
    assert "Is it genuine" not in headings(page)
    assert page.soup.find("input", attrs={"name": "refresher"})["value"] == str(number)
    prove(cast.ada, refresher_id=number)
    page = ada.get(f"/train/legal-requests/refresher/{number}")
    assert "This refresher is over since" in page.words
    assert "Nothing to do." in ada.get("/").words


def test_a_refresher_follows_its_clauses_into_later_versions(app, cast, sign_in, tmp_path):
    shelf = Shelf(tmp_path).version(WITH_FAX, ago=10 * DAY).items_for(*WITH_FAX).publish()
    number = refresher(cast.ada, cast.cole, "genuine", "fax", at=clock.now() - 2 * DAY)
    split = FIRST | {"again": "Note the time of the call in the case."}
    split["genuine"] = "Call the agency on a number from its public site."
    shelf.version(split, ago=HOUR, in_force=-DAY, removed=("fax",))
    shelf.releases[-1]["changes"] += [
        {"clause": "genuine", "verdict": "editorial", "reason": "Split."},
        {"clause": "again", "from": ["genuine"], "verdict": "material", "reason": "Split out."},
    ]
    shelf.items_for("again", since=2).checked(2).publish()
    page = module_page(cast.ada, "legal-requests", refresher_id=number, now=clock.now())
    assert [part.clause for part in page.parts] == ["genuine", "again", "fax"]
    assert [part.is_coming for part in page.parts] == [False, True, True]
    later = module_page(cast.ada, "legal-requests", refresher_id=number, now=clock.now() + 2 * DAY)
    assert [part.clause for part in later.parts] == ["genuine", "again"]


def test_a_refresher_that_was_called_off_asks_nothing(app, cast, sign_in, simple):
    simple()
    number = refresher(cast.ada, cast.cole, "notice")
    call_off(number, reason="Not needed after all.", by=cast.cole, now=clock.now())
    ada = sign_in("ada")
    assert "This refresher is over since" in ada.get(f"/train/legal-requests/refresher/{number}").words
    ada.post("/train/legal-requests/start", {"refresher": number}, expect=422)


def test_what_does_not_exist_for_me_is_not_found(app, cast, sign_in, simple):
    simple()
    number = refresher(cast.ada, cast.cole, "notice")
    for reader, url in (
        ("ada", "/train/nothing"),
        ("ada", f"/train/nothing/refresher/{number}"),
        ("ada", "/train/legal-requests/refresher/99"),
        ("sam", f"/train/legal-requests/refresher/{number}"),
    ):
        sign_in(reader).get(url, expect=404)
    sam = sign_in("sam")
    sam.post("/train/legal-requests/start", {"refresher": number}, expect=404)
    sam.post("/train/legal-requests/sign", {"refresher": number}, expect=404)
    sam.post("/train/nothing/start", expect=404)
    sam.post("/train/legal-requests/start", {"refresher": "x"}, expect=422)
    for page in ("", "/review", "/result", "/sign"):
        sam.get(f"/train/attempts/{10**30}{page}", expect=404)
    sam.get(f"/train/legal-requests/refresher/{10**30}", expect=404)
    sam.post("/train/legal-requests/start", {"refresher": 10**30}, expect=422)


def test_a_policy_without_a_quiz_is_read_and_signed(app, cast, sign_in, tmp_path):
    shelf = Shelf(tmp_path, proof="attest", audience="everybody").version(FIRST, ago=DAY).publish()
    ada = sign_in("ada")
    page = ada.get("/")
    assert "Read and sign" in page.soup.select_one(".task").get_text(" ")
    page = ada.get("/train/legal-requests")
    assert steps(page) == ["step-current", "step-todo"]
    assert "I have read “Legal requests”, version 1 (3 clauses of it), and will work by it." in page.words
    ada.post("/train/legal-requests/start", expect=422)
    assert ada.post("/train/legal-requests/sign").location == "/"
    assert "Nothing to do." in ada.get("/").words
    assert shelf.proof == "attest"


def test_the_module_leads_on_from_wherever_the_quiz_stands(app, cast, sign_in, simple):
    simple()
    ada = sign_in("ada")

    def said():
        return ada.get("/train/legal-requests").words

    attempt_id = start(cast.ada, at=clock.now() - 90 * MINUTE)
    assert "You began it already; your answers are kept." in said()
    fail(cast.ada, at=clock.now() - 80 * MINUTE)
    assert "Only what you missed is asked again. 2 attempts left." in said()
    fail(cast.ada, at=clock.now() - MINUTE)
    assert "The retake opens soon" in said()
    assert attempt_id == 1


def test_an_open_quiz_on_an_older_version_is_finished_first(app, cast, sign_in, simple):
    shelf = simple(ago=10 * DAY)
    attempt_id = start(cast.ada, at=clock.now() - DAY)
    second(shelf)
    ada = sign_in("ada")
    assert "You began another quiz of this policy. Hand it in first" in ada.get("/train/legal-requests").words
    assert ada.post("/train/legal-requests/start").location == f"/train/attempts/{attempt_id}"


def test_it_takes_a_fixed_number_of_statements(app, cast, sign_in, simple):
    shelf = simple(ago=10 * DAY)
    ada = sign_in("ada")
    whole = len(ada.get("/train/legal-requests").statements)
    prove(cast.ada, at=clock.now() - 9 * DAY)
    second(shelf)
    delta = len(ada.get("/train/legal-requests").statements)
    number = refresher(cast.ada, cast.cole, "notice")
    again = len(ada.get(f"/train/legal-requests/refresher/{number}").statements)
    assert (whole, delta, again) == (24, 24, 25)
