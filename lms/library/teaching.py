"""`since`, `until` and `checked`, which lessons and items have in common. Source: formats.md, domain.md section 2."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import BeforeValidator

from lms.domain.quizzes import Teaching
from lms.library import formats
from lms.library.formats import Count, Form, Line, Wrong

LaterCount = Annotated[int | None, BeforeValidator(formats.or_null(formats.between(1, 9999)))]


class TeachingForm(Form):
    """The keys that lessons and items have in common."""

    since: Count
    until: LaterCount = None
    checked: LaterCount = None
    sensitive: Line | None = None

    @property
    def validity(self) -> Teaching:
        """For which versions it is right."""
        return Teaching(since=self.since, until=self.until, checked=self.checked or self.since)


def problems(form: TeachingForm) -> Iterator[tuple[str, Wrong]]:
    """Give (key, what is wrong) where the three contradict each other."""
    if form.until is not None and form.until < form.since:
        yield "until", Wrong(f"it ends with version {form.until}, before it begins", "make it `since` or more")
    if form.checked is not None and form.checked < form.since:
        yield "checked", Wrong(f"it is right since version {form.since} only", "make it `since` or more")
