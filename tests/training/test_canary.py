"""Keys, feedback and authors' names of items leave the server after submission only, and then as the policy says."""

from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

from lms import clock
from lms.training.drawn import asked
from tests.page import Page, Reader
from tests.training.make import DAY, FIRST, MINUTE, Shelf, answers, begin, fail, fields, option

CANARY = "canary"


def guarded(tmp_path, **more) -> Shelf:
    """A policy whose items say "canary" wherever a learner must not look yet."""
    shelf = Shelf(tmp_path, **more).version(FIRST, ago=10 * DAY).lesson("10-all", list(FIRST), "All of it.")
    for clause in FIRST:
        others = [other for other in FIRST if other != clause]
        for place in range(3):
            options = [
                option(letter, f"Choice {letter} of {clause} {place}", key=letter == "a", feedback=f"Canary {letter}.")
                for letter in "abc"
            ]
            options[1]["right_until"] = "0"
            shelf.item(
                clause,
                place,
                id=f"canary-{clause}-{place}",
                options=options,
                **({"type": "decision", "cites": {"key": clause, "others": others}} if place == 0 else {}),
            )
    return shelf.publish()


def crawl(reader: Reader, *starts: str) -> dict[str, Page]:
    """Every page and file of ours that can be reached from these."""
    waiting, seen = list(starts), {}
    while waiting:
        url = waiting.pop()
        if url in seen:
            continue
        seen[url] = page = reader._send("get", url)
        page.response.close()
        links = [
            tag.get(name) for tag in page.soup.find_all(True) for name in ("href", "src", "action", "data-save-url")
        ]
        links.append(page.location)
        for link in links:
            parts = urlsplit(urljoin(f"http://localhost{url}", link or ""))
            if link and parts.netloc == "localhost" and parts.scheme == "http":
                waiting.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return seen


def hits(pages: Iterable[Page]) -> list[str]:
    """Where the word stands."""
    return [
        page.response.request.path
        for page in pages
        if CANARY in page.text.casefold() or CANARY in str(page.response.headers).casefold()
    ]


def tried(reader: Reader, attempt_id: int) -> list[Page]:
    """Every answer that saving and handing in can give before submission."""
    url = f"/train/attempts/{attempt_id}"
    saved = [
        reader._send("post", f"{url}/save", data={"csrf_token": reader.token(), **sent})
        for sent in (
            {"item": 1, "option": "a", "revision": 1},
            {"item": 1, "option": "b", "revision": 1},
            {"item": 2, "option": "zzz", "revision": 2},
            {"item": 2, "option": ["a", "b"], "revision": 2},
            {"item": 99, "option": "a", "revision": 2},
            {"item": "x"},
        )
    ]
    assert {page.status for page in saved} == {200, 409, 422}
    broken = [reader.post(f"{url}{page}", {"answer-1": "zzz"}, expect=422) for page in ("", "/submit")]
    return [*saved, *broken, reader.post(url, {"answer-2": "b"}), reader.post("/train/legal-requests/start")]


def test_nothing_is_told_before_submission_nor_after_a_fail(app, cast, sign_in, tmp_path):
    guarded(tmp_path)
    ada = sign_in("ada")
    attempt_id = begin(ada)
    pages = crawl(ada, "/", f"/train/attempts/{attempt_id}", "/train/legal-requests", "/policies/legal-requests")
    assert any(url.startswith("/policies/legal-requests/v") for url in pages)
    pages |= crawl(ada, f"/train/attempts/{attempt_id}/review", "/record", "/nothing/here")
    assert len(pages) > 10
    assert hits([*pages.values(), *tried(ada, attempt_id)]) == []

    wrong = fields(answers(attempt_id, wrong=tuple(FIRST)))
    handed_in = ada.post(f"/train/attempts/{attempt_id}/submit", wrong)
    late = ada.post(f"/train/attempts/{attempt_id}/save", {"item": 1, "option": "a", "revision": 9}, expect=409)
    after = crawl(ada, "/", f"/train/attempts/{attempt_id}/result", "/record")
    assert f"/train/attempts/{attempt_id}/result" in after
    assert hits([handed_in, late, *after.values()]) == []


def test_everything_is_told_after_a_pass(app, cast, sign_in, tmp_path):
    guarded(tmp_path)
    ada = sign_in("ada")
    attempt_id = begin(ada)
    ada.post(f"/train/attempts/{attempt_id}/submit", fields(answers(attempt_id)))
    assert "Canary a." in ada.get(f"/train/attempts/{attempt_id}/result").words


def test_who_is_stuck_is_not_told_either(app, cast, sign_in, tmp_path):
    guarded(tmp_path)
    ids = [fail(cast.ada, at=clock.now() - ago * MINUTE) for ago in (90, 60, 30)]
    ada = sign_in("ada")
    assert hits(crawl(ada, *(f"/train/attempts/{each}/result" for each in ids)).values()) == []


def test_what_pages_are_made_of_has_no_keys_before_submission(app, cast, sign_in, tmp_path):
    guarded(tmp_path)
    for each in asked([begin(sign_in("ada"))]):
        assert not each.item.keys
        assert not any(one.feedback or one.right_until is not None for one in each.item.options)
        if each.item.citations:
            assert each.item.cites_key == min(each.item.citations)


def test_the_tables_of_keys_are_not_even_read_before_submission(app, cast, sign_in, tmp_path):
    guarded(tmp_path)
    ada = sign_in("ada")
    attempt_id = begin(ada)
    pages = [*crawl(ada, "/", f"/train/attempts/{attempt_id}").values(), *tried(ada, attempt_id)]
    read = [sent for page in pages for sent in page.statements if "item_keys" in sent]
    assert read == []
