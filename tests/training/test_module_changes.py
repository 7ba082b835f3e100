"""What changed since this person proved it: each clause in both wordings, whichever way it came, went or moved on."""

from lms import clock
from lms.training.queries import module_page
from tests.training.make import DAY, FIRST, HOUR, WITH_FAX, Shelf, prove, second
from tests.training.seen import headings, steps


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


def test_a_part_of_a_split_does_not_strike_through_what_the_other_part_keeps(app, cast, sign_in, tmp_path):
    both = "Tell the user within 24 hours unless a court forbids it.\n\nBlack out the names of officers before that."
    first, second_part = both.split("\n\n")
    shelf = Shelf(tmp_path).version(FIRST | {"notice": both}, ago=10 * DAY).items_for(*FIRST).publish()
    prove(cast.ada, at=clock.now() - 9 * DAY)
    parted = FIRST | {"notice": first, "names": second_part.replace("officers", "officers and of other people")}
    shelf.version(parted, ago=HOUR, changes={"notice": ("editorial", "Its second rule is a clause of its own.")})
    shelf.releases[-1]["changes"].append(
        {"clause": "names", "from": ["notice"], "verdict": "material", "reason": "Other people count too."}
    )
    shelf.items_for("names", since=2).publish()
    page = sign_in("ada").get("/train/legal-requests")
    assert headings(page) == ["Names"]
    assert "and of other people" in page.soup.select_one("ins").get_text()
    assert "Tell the user" not in page.words
    assert not page.soup.select(".diff-removed")


def test_what_a_split_gave_to_another_queue_is_gone_for_who_does_not_work_in_it(app, cast, sign_in, tmp_path):
    both = "Tell the user within 24 hours unless a court forbids it.\n\nBlack out the names of officers before that."
    first, second_part = both.split("\n\n")
    shelf = Shelf(tmp_path, audience=["abuse-reports", "escalations"])
    shelf.version(FIRST | {"notice": both}, ago=10 * DAY).items_for(*FIRST).publish()
    prove(cast.sam, at=clock.now() - 9 * DAY)
    parted = FIRST | {"notice": first, "names": second_part}
    gone = {"notice": ("material", "Names are for escalations.")}
    shelf.version(parted, ago=HOUR, changes=gone, queues={"names": "escalations"})
    shelf.releases[-1]["changes"].append(
        {"clause": "names", "from": ["notice"], "verdict": "material", "reason": "Names are for escalations."}
    )
    shelf.items_for("names", "notice", since=2).publish()
    page = sign_in("sam").get("/train/legal-requests")
    assert headings(page) == ["Telling the user"]
    assert "Black out the names of officers" in page.soup.select_one(".diff-removed").get_text()
