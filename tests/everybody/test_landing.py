"""How a version lands on everybody is how the scalar rule says it lands on each. Stories are in `tests/domain`."""

from datetime import datetime

import numpy as np
from hypothesis import given, settings

from lms.domain.landing import Arrival, Landing, landing
from lms.everybody.intervals import FOREVER, moment, number
from lms.everybody.landing import Landed, landings
from lms.everybody.telling import everybody
from tests.domain.histories import QUEUES, make_asked, make_person, make_policy, randoms

PEOPLE = 5


@settings(max_examples=30, deadline=None)
@given(randoms)
def test_every_version_lands_on_everybody_as_the_rule_says_of_each(random):
    policy = make_policy(random)
    people = [make_person(random, policy) for _ in range(PEOPLE)]
    until, known_at = make_asked(random)
    known = everybody(people, known_at)
    asked = dict.fromkeys((each for each in QUEUES if each in known.queues), np.arange(PEOPLE))
    for version in policy.versions:
        found = landings(policy, known, asked, version=version.number, until=number(until))
        for queue in QUEUES:
            expected = {
                row: mine
                for row, person in enumerate(people)
                if (
                    mine := landing(policy, person, version=version.number, queue=queue, until=until, known_at=known_at)
                )
            }
            assert (dict(_told(found[queue])) if queue in found else {}) == expected


def _told(found: Landed):
    for row, landed, has_left, is_exempt in zip(
        found.rows.tolist(), found.landed.tolist(), found.has_left, found.is_exempt, strict=True
    ):
        landed_at: datetime | None = None if landed == FOREVER or is_exempt else moment(landed)
        arrival = Arrival.EXEMPT if is_exempt else Arrival.LEFT if has_left else Arrival.NOT_YET
        yield row, Landing(arrival=Arrival.LANDED if landed_at else arrival, landed_at=landed_at)
