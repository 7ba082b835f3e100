"""The page of a pack that people read: one file without scripts or anything from elsewhere, in English, in UTC."""

from datetime import UTC, datetime
from typing import Any

from flask import current_app

from lms.evidence_pack.asked import About, Asked

PLACE = "<!-- what was set aside -->"
"""Where the parts come; no text of anybody's can hold it, since it would be escaped."""


def utc(moment: datetime | str | None) -> str:
    """`2026-11-25 13:40:00 UTC`."""
    if moment is None:
        return "–"
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def part(what: str, rows: Any, *, is_first: bool) -> bytes:
    """One page of rows, or one version; the first of a kind brings its heading along."""
    return _render(f"{what}.html", rows=rows, is_first=is_first).encode()


def around(asked: Asked, said: dict[str, Any]) -> tuple[bytes, bytes]:
    """What comes before the parts and after them."""
    before, _, after = _render("pack.html", asked=asked, said=said, title=_title(asked, said)).partition(PLACE)
    return before.encode(), after.encode()


def _title(asked: Asked, said: dict[str, Any]) -> str:
    match asked.about:
        case About.PERSON:
            return f"Evidence of person {said['subject']}"
        case About.VERSION:
            return f"Evidence for {asked.policy}, version {asked.number}"
        case About.TEAM:
            return f"Evidence of the team {asked.team}"
    return "Evidence of a period"


def _render(name: str, **values: Any) -> str:
    # Without what pages get from a request: a pack is the same whoever asks, and made by a command too.
    return current_app.jinja_env.get_template(f"evidence_pack/paper_{name}").render(utc=utc, **values)
