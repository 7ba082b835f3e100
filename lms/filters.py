"""How moments, numbers and texts are shown: always in the reader's zone, with the zone named."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.lists import format_list
from flask import Flask
from flask_babel import format_decimal, get_locale, gettext, lazy_gettext, lazy_pgettext, ngettext
from flask_login import current_user
from jinja2 import StrictUndefined
from markupsafe import Markup

from lms import clock
from lms.domain.quizzes import Picture
from lms.languages import is_right_to_left
from lms.library.html import render
from lms.wording import word


def zone() -> ZoneInfo:
    """The reader's time zone; UTC for somebody who is not signed in."""
    return ZoneInfo(current_user.timezone) if current_user and current_user.is_authenticated else ZoneInfo("UTC")


def zone_label() -> str:
    """Such as `Europe/Dublin (GMT)`."""
    here = zone()
    return f"{here.key} ({clock.now().astimezone(here):%Z})"


Here = tuple[ZoneInfo, Locale | str]
"""Zone and language of the reader."""


def _here() -> Here:
    return zone(), get_locale() or "en"


@lru_cache(maxsize=4096)
def _written(value: datetime, pattern: str, here: Here) -> str:
    """A moment in a zone and a language; the pattern is CLDR's. Kept: a page says many moments more than once."""
    return format_datetime(value.astimezone(here[0]).replace(tzinfo=None), pattern, locale=here[1])


@lru_cache(maxsize=4096)
def _time_tag(moment: datetime, shown: str, here: Here) -> Markup:
    exact = f"{_written(moment, 'EEEE d MMMM y, HH:mm:ss', here)} {moment.astimezone(here[0]):%Z}"
    machine = moment.astimezone(UTC).isoformat(timespec="seconds")
    return Markup('<time datetime="{}" title="{}">{}</time>').format(machine, exact, shown)


def spoken(language: str) -> Markup:
    """The attributes of an element whose words are in this language."""
    return Markup('lang="{}" dir="{}"').format(language, "rtl" if is_right_to_left(language) else "ltr")


def moment(value: datetime | None) -> Markup:
    """`Fri 27 Nov 2026, 17:00 CET`."""
    if value is None:
        return Markup("–")
    here = _here()
    return _time_tag(value, f"{_written(value, 'EEE d MMM y, HH:mm', here)} {value.astimezone(here[0]):%Z}", here)


def day(value: datetime | None) -> Markup:
    """`27 Nov 2026`."""
    if value is None:
        return Markup("–")
    here = _here()
    return _time_tag(value, _written(value, "d MMM y", here), here)


def whole_day(value: date) -> Markup:
    """`27 Nov 2026`, where nothing is told of the time."""
    shown = format_date(value, "d MMM y", locale=get_locale() or "en")
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(), shown)


def relative(value: datetime | None) -> Markup:
    """`in 2 days`, `3 hours ago`."""
    if value is None:
        return Markup("–")
    return _time_tag(value, span_in_words(value - clock.now()), _here())


def span_in_words(span: timedelta) -> str:
    """A span from now in the largest unit that fits, rounded down, so that nothing is promised too long."""
    seconds, is_ahead = int(abs(span).total_seconds()), span > timedelta(0)
    if days := seconds // 86400:
        if is_ahead:
            return ngettext("in %(num)d day", "in %(num)d days", days)
        return ngettext("%(num)d day ago", "%(num)d days ago", days)
    if hours := seconds // 3600:
        if is_ahead:
            return ngettext("in %(num)d hour", "in %(num)d hours", hours)
        return ngettext("%(num)d hour ago", "%(num)d hours ago", hours)
    if minutes := seconds // 60:
        if is_ahead:
            return ngettext("in %(num)d minute", "in %(num)d minutes", minutes)
        return ngettext("%(num)d minute ago", "%(num)d minutes ago", minutes)
    return gettext("now")


def markdown(
    text: str, prefix: str = "", top_level: int = 3, pictures: Iterable[Picture] = (), is_veiled: object = False
) -> Markup:
    """Markdown of ours or of authors as safe HTML; pictures that are hard to look at are blurred until wanted."""
    veil = gettext("Sensitive picture, blurred until you open it:") if is_veiled else ""
    html = render(text, prefix=prefix, top_level=top_level, pictures=pictures, veil=veil)
    return Markup(html)  # noqa: S704 - sanitised by the library


def plain(markup: object) -> str:
    """What a macro or a filter says, on one line and without its tags, for paper and mail."""
    return " ".join(Markup(markup).striptags().split())  # noqa: S704 - loses its tags at once


def listed(values: Iterable[str]) -> str:
    """`a, b and c`."""
    locale = get_locale()
    return format_list(list(values), locale="en_GB" if locale is None or locale.language == "en" else locale)


def decimal(value: float) -> str:
    """`0.42`, `0,42`: two digits after the point, as the reader writes it."""
    shown = format_decimal(round(value, 2) + 0.0, format="0.00")  # + 0.0: no minus before nothing
    here = get_locale()
    is_moved = value < 0 and here is not None and is_right_to_left(here.language)
    return f"\N{LEFT-TO-RIGHT MARK}{shown}" if is_moved else str(shown)  # or the minus would come behind


def browser(agent: str) -> str:
    """`Firefox on Windows`, as well as its long name tells; the order matters, since most claim to be others too."""
    names = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
    systems = {"iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "Windows": "Windows", "Mac OS": "Mac"}
    name = next((said for mark, said in names.items() if mark in agent), "")
    system = next((said for mark, said in (systems | {"Linux": "Linux"}).items() if mark in agent), "")
    if name and system:
        return gettext("%(browser)s on %(system)s", browser=name, system=system)
    return name or system or agent[:60] or gettext("Unknown browser")


def tint(ready: int, total: int) -> tuple[int, float, int]:
    """The band of a share that is not of nothing, how much of a disc's edge it fills, and its percentage.

    Rounded down, so that 100 means all.
    """
    band = 5 if ready == total else 1 + sum(100 * ready >= limit * total for limit in (60, 80, 90))
    return band, round(21.99 * ready / total, 2), 100 * ready // total


def zip_self(values: Iterable[str]) -> list[tuple[str, str]]:
    """Each value as a choice that is called as it is."""
    return [(value, value) for value in values]


def worded(values: Iterable[str]) -> list[tuple[str, str]]:
    """Each stored word as a choice that is called as the reader calls it."""
    return [(value, word(value)) for value in values]


def register(app: Flask) -> None:
    """Make them known to templates."""
    app.jinja_env.filters.update(zip_self=zip_self, browser=browser)
    app.jinja_env.filters.update(moment=moment, day=day, whole_day=whole_day, relative=relative, markdown=markdown)
    app.jinja_env.filters.update(listed=listed, decimal=decimal, word=word, worded=worded, spoken=spoken)
    app.jinja_env.globals.update(
        zone_label=zone_label, read_at=clock.now, tint=tint, lazy_gettext=lazy_gettext, lazy_pgettext=lazy_pgettext
    )
    app.jinja_env.undefined = StrictUndefined  # a name that is not there is a mistake, not an empty place
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
