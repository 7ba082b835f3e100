"""Short ways to write down histories: dates like "3 Mar", versions like "a b c@abuse", and standings as one line.

Without a year it is 2026; what is not said to be recorded later was recorded as it occurred.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from lms.domain.records import (
    Acknowledgement,
    Decision,
    Evidence,
    Hold,
    Override,
    PersonHistory,
    PinnedClause,
    PolicyHistory,
    Revocation,
    Settings,
    Spell,
    SpellEnd,
    Version,
    VersionChange,
    Waiver,
)
from lms.domain.standing import Standing, State, standing
from tests.everybody.both import assert_agree

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
POLICY = "requests"


def day(text: str) -> datetime:
    """Read "3 Mar", "3 Mar 12:30" or "3 Mar 2027"."""
    number, month, *rest = text.split()
    year = next((int(each) for each in rest if ":" not in each), 2026)
    hour, minute = next((each.split(":") for each in rest if ":" in each), ("0", "0"))
    return datetime(year, MONTHS.index(month) + 1, int(number), int(hour), int(minute), tzinfo=UTC)


def maybe(text: str | None) -> datetime | None:
    return None if text is None else day(text)


def make_settings(
    queues: str = "legal", since: str = "1 Jan", *, recorded: str | None = None, everybody: bool = False, **days: int
) -> Settings:
    """Onboarding 14 days and grace 7 unless said: `onboarding_days`, `grace_days`, `valid_days` …"""
    return Settings(
        from_at=day(since),
        recorded_at=day(recorded or since),
        queues=frozenset(queues.split()),
        is_everybody=everybody,
        **{"onboarding_days": 14, "grace_days": 7, **days},
    )


def make_clause(text: str) -> PinnedClause:
    """Read "id", "id@queue" or "id@queue,queue", with "=words" behind for another text than its id."""
    text, _, words = text.partition("=")
    name, _, queues = text.partition("@")
    named = frozenset(queues.split(",")) if queues else frozenset()
    return PinnedClause(id=name, queues=named, text_hash=words or name)


def material(clause: str, of: str = "") -> VersionChange:
    return VersionChange(clause=clause, predecessors=tuple(of.split()), is_material=True)


def editorial(clause: str, of: str = "") -> VersionChange:
    return VersionChange(clause=clause, predecessors=tuple(of.split()), is_material=False)


def removed(clause: str, *, is_material: bool = True) -> VersionChange:
    return VersionChange(clause=clause, predecessors=(clause,), is_material=is_material, is_removal=True)


def make_version(
    number: int,
    effective: str,
    clauses: str,
    *changes: VersionChange,
    published: str | None = None,
    recorded: str | None = None,
    grace: int | None = None,
    provisional: str | None = None,
    withdrawn: str | None = None,
    withdrawn_recorded: str | None = None,
) -> Version:
    return Version(
        number=number,
        published_at=day(published or effective),
        effective_at=day(effective),
        recorded_at=day(recorded or published or effective),
        clauses=tuple(make_clause(each) for each in clauses.split()),
        changes=changes,
        grace_days=grace,
        provisional_until=maybe(provisional),
        withdrawn_at=maybe(withdrawn),
        withdrawn_recorded_at=maybe(withdrawn_recorded or withdrawn),
    )


def make_policy(
    *versions: Version,
    settings: Iterable[Settings] | None = None,
    retired: str | None = None,
    retired_recorded: str | None = None,
    **days: int,
) -> PolicyHistory:
    return PolicyHistory(
        slug=POLICY,
        settings=(make_settings(**days),) if settings is None else tuple(settings),
        versions=versions,
        retired_at=maybe(retired),
        retired_recorded_at=maybe(retired_recorded or retired),
    )


def make_spell(text: str, *, recorded: str | None = None, ended_recorded: str | None = None) -> Spell:
    """Read "1 Feb" (open) or "1 Feb - 1 Jun"; the end is recorded with the start unless said."""
    start, _, end = text.partition(" - ")
    known_at = day(recorded or start)
    ends = (SpellEnd(at=day(end), recorded_at=maybe(ended_recorded) or known_at),) if end else ()
    return Spell(start=day(start), recorded_at=known_at, ends=ends)


def make_spells(texts: str | Spell | Iterable[str | Spell]) -> tuple[Spell, ...]:
    texts = (texts,) if isinstance(texts, str | Spell) else texts
    return tuple(each if isinstance(each, Spell) else make_spell(each) for each in texts)


def make_evidence(
    version: int,
    won: str,
    clauses: str | None = None,
    *,
    recorded: str | None = None,
    revoked: str | None = None,
    revoked_recorded: str | None = None,
    policy: str = POLICY,
) -> Evidence:
    """Without clauses: all of the version, as an import gives it."""
    revocations = ()
    if revoked:
        revocations = (Revocation(occurred_at=day(revoked), recorded_at=day(revoked_recorded or revoked)),)
    return Evidence(
        policy=policy,
        version=version,
        clauses=None if clauses is None else frozenset(clauses.split()),
        occurred_at=day(won),
        recorded_at=day(recorded or won),
        is_imported=clauses is None,
        revocations=revocations,
    )


def make_decision(due: str, decided: str, *, recorded: str | None = None) -> Decision:
    return Decision(policy=POLICY, due_at=day(due), occurred_at=day(decided), recorded_at=day(recorded or decided))


def make_seen(version: int, at: str, *, recorded: str | None = None) -> Acknowledgement:
    return Acknowledgement(policy=POLICY, version=version, occurred_at=day(at), recorded_at=day(recorded or at))


def make_hold(spell: str, queue: str | None = "legal") -> Hold:
    return Hold(spell=make_spell(spell), queue=queue, policy=None)


def make_refresher(spell: str, policy: str = POLICY) -> Hold:
    return Hold(spell=make_spell(spell), queue=None, policy=policy)


def make_override(spell: str, queue: str = "legal") -> Override:
    return Override(spell=make_spell(spell), queue=queue)


def make_person(
    *records: Evidence | Decision | Acknowledgement | Hold | Override,
    employed: str | Iterable[str] = "1 Jan 2020",
    leave: str | Spell | Iterable[str | Spell] = (),
    waived: str | Spell | Iterable[str | Spell] = (),
    **queues: str | Spell | Iterable[str | Spell],
) -> PersonHistory:
    """Queues by name with their spells; in legal since 1 Jan when none is said."""

    def only(kind):
        return tuple(each for each in records if isinstance(each, kind))

    return PersonHistory(
        employment=make_spells(employed),
        queues={queue: make_spells(spells) for queue, spells in (queues or {"legal": "1 Jan"}).items()},
        leave=make_spells(leave),
        waivers=tuple(Waiver(policy=POLICY, spell=each) for each in make_spells(waived)),
        holds=only(Hold),
        overrides=only(Override),
        evidence=only(Evidence),
        decisions=only(Decision),
        acknowledgements=only(Acknowledgement),
    )


def written(moment: datetime) -> str:
    """Write a moment as `day` reads it."""
    clock = f" {moment:%H:%M}" if moment.hour or moment.minute else ""
    year = f" {moment.year}" if moment.year != 2026 else ""
    return f"{moment.day} {MONTHS[moment.month - 1]}{year}{clock}"


def told(
    policy: PolicyHistory, person: PersonHistory, at: str, *, queue: str = "legal", known: str | None = None
) -> str:
    """Ask both forms of the rule; give the standing as one line: "DUE until 8 Mar: v2 a b", "EXEMPT (leave)"."""
    moments = {"at": day(at), "known_at": day(known or at)}
    assert_agree(policy, [person], [queue], **moments)
    return line(standing(policy, person, queue=queue, **moments))


def line(found: Standing) -> str:
    reason = f" ({found.because})" if found.because and found.state is not State.PROVISIONAL else ""
    words = found.state.name + reason
    if found.state in (State.DUE, State.OVERDUE) and found.due_at:
        words += f" {'until' if found.state is State.DUE else 'since'} {written(found.due_at)}"
    if found.state in (State.DUE, State.OVERDUE, State.PROVISIONAL):
        clauses = (f"-{each.clause}" if each.is_unlearning else each.clause for each in found.uncovered)
        words += f": v{found.required} {' '.join(clauses)}"
    if found.state is State.READY:
        words += f", held {found.held}"
    return words + (f", upcoming {found.upcoming}" if found.upcoming else "")
