"""Home: where I stand and what there is to do."""


from lms import clock
from tests.training.make import DAY, prove, second, simple


def test_a_newcomer_is_asked_for_the_whole_policy(app, cast, sign_in, tmp_path):
    simple(tmp_path)
    page = sign_in("ada").get("/")
    assert "Ready for Abuse reports and Escalations." in page.words
    assert "Legal requests: 3 clauses to learn, about 8 minutes, due" in page.words
    task = page.soup.select_one(".tasks .task")
    assert "You have not shown yet that you know it: 3 clauses." in task.get_text(" ")
    assert task.select_one("a")["href"] == "/train/legal-requests"


def test_who_proved_it_has_nothing_to_do(app, cast, sign_in, tmp_path):
    simple(tmp_path)
    prove(cast.ada)
    page = sign_in("ada").get("/")
    assert "Ready for Abuse reports, Escalations and Legal requests." in page.words
    assert "Nothing to do." in page.words


def test_a_change_is_told_by_clause_with_its_reason(app, cast, sign_in, tmp_path):
    shelf = simple(tmp_path, ago=10 * DAY)
    prove(cast.ada, at=clock.now() - 9 * DAY)
    second(shelf)
    page = sign_in("ada").get("/")
    assert "Legal requests: 1 clause changed, about 3 minutes, due" in page.words
    assert "Telling the user changed on" in page.words
    assert "Four hours, not a day." in page.words
