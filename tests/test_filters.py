"""Moments are shown in the reader's zone with the zone named; spans never promise too much."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask_babel import force_locale
from flask_login import login_user

from lms import clock, filters
from lms.accounts.actions import start_session
from lms.accounts.sessions import load_principal
from lms.forms import clean
from tests.cast import Cast

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("ada", "Fri 27 Nov 2026, 12:00 GMT"),
        ("sam", "Fri 27 Nov 2026, 06:00 CST"),
        ("rune", "Fri 27 Nov 2026, 13:00 CET"),
    ],
)
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_everybody_reads_moments_in_their_own_zone(app: Flask, cast: Cast, name: str, shown: str) -> None:
    with app.test_request_context():
        login_user(load_principal(start_session(getattr(cast, name), agent="", now=clock.now())))
        assert shown in filters.moment(NOON)
        assert 'datetime="2026-11-27T12:00:00+00:00"' in filters.moment(NOON)
        assert filters.day(NOON).endswith(">27 Nov 2026</time>")
        assert filters.zone_label().startswith(filters.zone().key)


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(days=2, hours=23), "in 2 days"),
        (timedelta(days=1), "in 1 day"),
        (timedelta(hours=23, minutes=59), "in 23 hours"),
        (timedelta(seconds=59), "now"),
        (-timedelta(minutes=1), "1 minute ago"),
        (-timedelta(days=40), "40 days ago"),
    ],
)
def test_a_span_is_told_in_the_largest_unit_that_fits(span: timedelta, words: str) -> None:
    assert filters.span_in_words(span) == words


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_what_is_not_there_is_a_dash(app: Flask) -> None:
    with app.test_request_context():
        assert filters.moment(None) == filters.day(None) == filters.relative(None) == "–"


@pytest.mark.parametrize(
    ("names", "shown"),
    [([], ""), (["Abuse reports"], "Abuse reports"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_names_are_listed(app: Flask, names: list[str], shown: str) -> None:
    assert filters.listed(names) == shown


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ada  ", "Ada"),
        ("e\u0301", "é"),
        ("a\u202eb\u200bc\u0000d", "abcd"),
        ("one\r\ntwo\tthree", "one\ntwo\tthree"),
        ("\u200b \u2060", ""),
        (None, ""),
    ],
)
def test_text_is_cleaned_once_at_the_door(typed: str | None, kept: str) -> None:
    assert clean(typed) == kept


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/156.0 Safari/537.36 Edg/156.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari on iPhone"),
        ("curl/8.0", "curl/8.0"),
        ("", "Unknown browser"),
    ],
)
def test_a_browser_is_called_by_its_short_name(agent: str, said: str) -> None:
    assert filters.browser(agent) == said


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_decimal_has_two_digits_and_nothing_has_no_sign(app: Flask) -> None:
    with app.test_request_context():
        assert [filters.decimal(each) for each in (0.416, -0.5, -0.001, 1)] == ["0.42", "-0.50", "0.00", "1.00"]
    with app.test_request_context(), force_locale("es"):
        assert filters.decimal(-0.416) == "-0,42"
    with app.test_request_context(), force_locale("ar"):
        assert filters.decimal(-0.416).startswith("\N{LEFT-TO-RIGHT MARK}")
