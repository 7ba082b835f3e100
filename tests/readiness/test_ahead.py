"""What lies ahead, over somebody in every state: figures of the report at those instants, turns, and training."""

from zoneinfo import ZoneInfo

from lms import clock
from lms.readiness.ahead import Ahead
from lms.readiness.ahead_queries import ahead

UTC = ZoneInfo("UTC")


def looked(**asked) -> Ahead:
    return ahead(**{"scope": None, "at": clock.now(), "zone": UTC, "weeks": 4} | asked)


def test_it(mixed):
    found = looked()
    for each in found.counts.items():
        print(each)
    for each in found.events:
        print(each.week, each.kind, each.policy, each.version, each.effects)
    for each in found.training:
        print(each)


def test_pages(mixed, sign_in):
    rune = sign_in("rune")
    page = rune.get("/readiness/ahead?weeks=4")
    print(page.words)
    for link in page.soup.select("main a"):
        print(link["href"])
        rune.get(link["href"])
