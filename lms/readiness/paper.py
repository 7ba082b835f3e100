"""The report as a PDF that somebody can print: tagged, in the reader's language, the same bytes for the same answer.

Needs an app context; `paper.typ` says how it looks, decision 0034 why it is made like this.
"""

import json
import logging
from functools import cache, partial
from pathlib import Path
from typing import Any

from flask_babel import get_locale, gettext

from lms.languages import is_right_to_left
from lms.readiness import paper_parts as parts
from lms.readiness.export import Narrowed
from lms.readiness.overview import Overview

LOOK = Path(__file__).with_name("paper.typ")
log = logging.getLogger("muster")

STANDARD = ["ua-1"]
FONTS = Path(__file__).parent.parent / "fonts"


def pdf(report: Overview, narrowed: Narrowed) -> bytes:
    """The report on A4 pages, tagged; PDF/UA-1 unless somebody's name has letters that no font here has."""
    import typst

    words = {"told": json.dumps(told(report, narrowed), ensure_ascii=False)}
    printed = partial(
        typst.compile,
        str(LOOK),
        output=None,
        root=str(LOOK.parent),
        format="pdf",
        sys_inputs=words,
        timestamp=int(report.known_at.timestamp()),
    )
    try:
        return printed(font_paths=_fonts(is_ours_only=True), pdf_standards=STANDARD)
    except typst.TypstError as wrong:
        log.info("A report is printed with other fonts too: %s", wrong)
        return printed(font_paths=_fonts(is_ours_only=False))


@cache
def _fonts(*, is_ours_only: bool) -> Any:
    """Ours and no others, so that it looks the same everywhere, or also those of the system; read once."""
    import typst

    return typst.Fonts(include_system_fonts=not is_ours_only, include_embedded_fonts=False, font_paths=[str(FONTS)])


def told(report: Overview, narrowed: Narrowed) -> dict[str, Any]:
    """Everything that stands on the pages, as texts."""
    here = get_locale()
    language = here.language if here else "en"
    at, known_at = parts.moment(report.at), parts.moment(report.known_at)
    return {
        "language": language,
        "is_right_to_left": is_right_to_left(language),
        "title": gettext("Who is ready"),
        "lead": gettext("As of %(at)s, as known at %(known_at)s.", at=at, known_at=known_at),
        "stamp": gettext("Muster · as of %(at)s · known at %(known_at)s", at=at, known_at=known_at),
        "page": gettext("Page %(page)s of %(pages)s", page="{page}", pages="{pages}"),
        "facts": parts.facts(report, narrowed),
        "parts": [*_parts(report, narrowed), _how(report)],
    }


def _parts(report: Overview, narrowed: Narrowed) -> list[parts.Part]:
    shown = [parts.by_queue(report, narrowed)] if report.queues else []
    if report.why and not narrowed.state:
        shown.append(parts.why(report))
    if report.policies:
        shown.append(parts.heat_map(report))
    shown.append(parts.coming(report))
    if report.let_in:
        shown.append(parts.let_in(report))
    return [*shown, parts.rows_of(report, narrowed)]


def _how(report: Overview) -> parts.Part:
    """How the figures came about, for whoever has only the paper."""
    words = [
        gettext(
            "A person is ready for a policy when every clause that concerns them has been proven, on its current "
            "meaning, within its validity. In a queue they stand where they stand worst over its policies."
        ),
        gettext(
            "A share is the number of people who are ready, of those of whom something is required and who are not "
            "exempt. Whoever is let in by override, or works provisionally, is not counted as ready."
        ),
        gettext(
            "Nothing here is stored: it was worked out from the records that were known at %(known_at)s, and can be "
            "worked out again with the same two moments.",
            known_at=parts.moment(report.known_at),
        ),
    ]
    if report.at > report.known_at:
        words.append(gettext("This is how things will be if nobody does anything more until then."))
    return {"title": gettext("How this was computed"), "tables": [], "after": words}
