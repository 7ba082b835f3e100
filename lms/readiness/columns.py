"""The records of people as columns, for those who ask about everybody at many instants."""

from collections.abc import Collection
from datetime import datetime

from lms.everybody.everybody import Everybody
from lms.everybody.telling import everybody
from lms.models.histories import person_histories


def columns(people: Collection[int], *, known_at: datetime) -> Everybody:
    """What is recorded of these people, in their order, as known at a moment; nine statements."""
    return everybody(list(person_histories(people).values()), known_at)
