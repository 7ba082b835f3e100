"""The module: one code path for the whole, the delta and a refresher."""

from lms import clock
from lms.coaching.actions import call_off
from lms.training.queries import module_page
from tests.training.make import DAY, FIRST, HOUR, MINUTE, WITH_FAX, Shelf, fail, prove, refresher, second, start
from tests.training.seen import headings, steps


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
    assert (whole, delta, again) == (26, 26, 27)
