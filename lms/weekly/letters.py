"""The weekly mail to a lead, written when it is sent: in their language and zone, about whom they answer for then."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from flask import current_app
from flask_babel import get_locale, gettext, ngettext

from lms.extensions import db
from lms.mail.outbox import Letter, writes
from lms.models import Identity
from lms.shifts.queries import Gap
from lms.weekly import queries
from lms.weekly.difference import Difference, QueueShare
from lms.weekly.queries import KIND, LATEST, DueWeek

MOST = 10
"""Of a list; the page has all of it."""


def words(due: DueWeek, *, known_at: datetime) -> dict[str, str]:
    """What the outbox keeps: the moments that are compared, and nothing about anybody."""
    moments = {"at": due.at, "since": due.since, "known_at": known_at}
    return {"week_on": due.week_on.isoformat()} | {name: each.isoformat() for name, each in moments.items()}


@writes(KIND)
def _weekly(person_id: int, words: Mapping[str, Any], now: datetime) -> Letter | None:
    """None for who leads nobody any more, does not want it, has nothing to be told, or would get it too late."""
    at, since, known_at = (datetime.fromisoformat(words[name]) for name in ("at", "since", "known_at"))
    scope = queries.scope_of(person_id, now=now)
    if scope.teams == () or now - at > 2 * LATEST or not queries.is_wanted(person_id):
        return None
    identity = db.session.get_one(Identity, person_id)
    name, zone, week_on = identity.name, ZoneInfo(identity.timezone), date.fromisoformat(words["week_on"])
    found = queries.changes(scope, at=at, since=since, known_at=known_at, week_on=week_on, zone=zone)
    if not found.is_worth_a_mail:
        return None
    day = format_date(week_on, "d MMM y", locale=get_locale() or "en")
    said = [part for part in _parts(found, zone) if part]
    return Letter(
        subject=gettext("Readiness of your people, week of %(day)s", day=day),
        text="\n\n".join([_greeting(name, at, since, zone), *said, _closing(at, known_at)]) + "\n",
    )


def _greeting(name: str, at: datetime, since: datetime, zone: ZoneInfo) -> str:
    return gettext(
        "Hello %(name)s,\n\nhere is what changed among your people between %(since)s and %(at)s.",
        name=name,
        at=_moment(at, zone),
        since=_moment(since, zone),
    )


def _closing(at: datetime, known_at: datetime) -> str:
    public = current_app.extensions["muster"].public_url.rstrip("/")
    moments = {"at": _exact(at), "known": _exact(known_at)}
    return gettext(
        "The report with these figures:\n\n%(report)s\n\nYou get this mail on Mondays when there is something to say. "
        "To turn it off:\n\n%(choice)s",
        report=f"{public}/readiness/?{urlencode(moments)}",
        choice=f"{public}/account/mail",
    )


def _parts(found: Difference, zone: ZoneInfo) -> Iterator[str]:
    yield _list(gettext("Ready, by queue"), map(_share, found.queues))
    yield _list(gettext("Since then"), _since(found))
    yield _list(gettext("Takes effect within a week"), (_coming(each, zone) for each in found.coming))
    yield _list(gettext("Runs out within a week"), (_ending(each, zone) for each in found.running_out))
    yield _list(gettext("Too few ready people on shift this week"), (_gap(each, zone) for each in found.gaps))


def _list(title: str, lines: Iterable[str]) -> str:
    """A title with lines below it; empty without lines."""
    every = list(lines)
    shown = [f"- {line}" for line in every[:MOST]]
    if len(every) > MOST:
        shown.append("- " + ngettext("and %(num)s more", "and %(num)s more", len(every) - MOST))
    return "\n".join([title, *shown]) if every else ""


def _share(each: QueueShare) -> str:
    told = {"queue": each.name, "ready": each.ready, "counted": each.counted}
    if not each.is_other:
        return gettext("%(queue)s: %(ready)s of %(counted)s, as a week before", **told)
    return gettext(
        "%(queue)s: %(ready)s of %(counted)s, a week before %(ready_then)s of %(counted_then)s",
        ready_then=each.ready_then,
        counted_then=each.counted_then,
        **told,
    )


def _since(found: Difference) -> Iterator[str]:
    lost = sum(found.lost.values())
    if lost:
        named = current_app.jinja_env.get_template("readiness/reasons.html").make_module().REASONS  # type: ignore[attr-defined]
        why = ", ".join(f"{named.get(reason, reason)} {count}" for reason, count in found.lost.items())
        yield ngettext(
            "%(num)s person is not ready in a queue any more, or not yet (%(why)s)",
            "%(num)s people are not ready in a queue any more, or not yet (%(why)s)",
            lost,
            why=why,
        )
    if found.gained:
        yield ngettext("%(num)s person became ready in a queue", "%(num)s people became ready in a queue", found.gained)
    if found.overdue:
        yield ngettext(
            "%(num)s person has something newly overdue", "%(num)s people have something newly overdue", found.overdue
        )


def _coming(each: Any, zone: ZoneInfo) -> str:
    return gettext(
        "%(policy)s, version %(version)s, on %(when)s: %(not_ready)s of %(people)s are not ready for it",
        policy=each.policy_title,
        version=each.version,
        when=_moment(each.effective_at, zone),
        not_ready=each.not_ready,
        people=each.people,
    )


def _ending(each: Any, zone: ZoneInfo) -> str:
    return ngettext(
        "%(policy)s: what %(num)s person showed runs out within 30 days, first %(when)s.",
        "%(policy)s: what %(num)s people showed runs out within 30 days, first %(when)s.",
        each.people,
        policy=each.policy_title,
        when=_moment(each.first_at, zone),
    )


def _gap(each: Gap, zone: ZoneInfo) -> str:
    span = _span(each.time.start, each.time.end, zone)
    queue = gettext(
        "%(queue)s: %(ready)s of %(minimum)s.", queue=each.queue_name, ready=each.time.ready, minimum=each.time.minimum
    )
    return f"{span}, {queue}"


def _span(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """`Mon 23 Nov 2026, 08:00–15:00 GMT`; both moments whole where day or clocks change in between."""
    here, there = start.astimezone(zone), end.astimezone(zone)
    if (here.date(), here.utcoffset()) != (there.date(), there.utcoffset()):
        return f"{_moment(start, zone)} – {_moment(end, zone)}"
    return f"{_local(here)}–{there:%H:%M %Z}"


def _moment(value: datetime, zone: ZoneInfo) -> str:
    """`Mon 23 Nov 2026, 08:00 GMT`, where the lead is."""
    local = value.astimezone(zone)
    return f"{_local(local)} {local:%Z}"


def _local(local: datetime) -> str:
    return str(format_datetime(local.replace(tzinfo=None), "EEE d MMM y, HH:mm", locale=get_locale() or "en"))


def _exact(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
