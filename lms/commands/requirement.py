"""`muster requirement`: who needs a policy, and by when."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from lms.commands.terminal import MOMENT, database, plural, print_table

if TYPE_CHECKING:
    from lms.policies.requirement_history import RequirementState, SettingLine
    from lms.policies.requirement_preview import Outlook
    from lms.policies.requirements import Requirement

DAYS = ("onboarding_days", "grace_days", "valid_days", "window_days", "reentry_days")
NUMBERS = tuple(name.removesuffix("_days") for name in DAYS)
COLUMNS = ("from (UTC)", "until", "state", "needed by", *NUMBERS, "recorded", "by", "why")


class Validity(click.ParamType):
    """A number of days, or none."""

    name = "days"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | str:
        """Read what was typed; click's hook."""
        if isinstance(value, int) or value == "none":
            return value
        if not value.isdecimal() or len(value) > 9:
            self.fail(f"{value!r} is neither a number of days nor none", param, ctx)
        return int(value)


@click.group()
def requirement() -> None:
    """Who needs a policy, and by when."""


@requirement.command()
@click.argument("policy")
def show(policy: str) -> None:
    """What is in force for POLICY, what is coming, and everything that was set, last recorded first.

    \b
    Example:
      muster requirement show legal-requests
    """
    from lms import clock

    now = clock.now()
    with database():
        state = _state(policy)
    click.secho(f"{state.title} ({state.slug})", bold=True)
    current = state.current(now)
    click.echo(f"Needed now by: {_who(current.requirement) if current else 'nobody yet'}")
    for line in state.coming(now):
        click.echo(f"From {_moment(line.from_at)} UTC by: {_who(line.requirement)}")
    if state.lines:
        print_table(COLUMNS, [_row(line, now) for line in state.lines], numbers=NUMBERS)


def _row(line: "SettingLine", now: datetime) -> tuple[object, ...]:
    until = "never in force" if line.is_taken_back else _moment(line.until) if line.until else "open"
    days = [getattr(line.requirement, name) for name in DAYS]
    return (
        _moment(line.from_at), until, line.state(now), _who(line.requirement),
        *("none" if each is None else each for each in days),
        _moment(line.recorded_at), line.by if line.is_by_hand else "files", line.reason,
    )  # fmt: skip


@requirement.command("set")
@click.argument("policy")
@click.option("--queue", "queues", multiple=True, metavar="SLUG", help="Who works in this queue needs it; repeatable.")
@click.option("--everybody", is_flag=True, help="Everybody needs it.")
@click.option("--onboarding-days", type=int, metavar="N", help="For newcomers.")
@click.option("--grace-days", type=int, metavar="N", help="After a change.")
@click.option("--valid-days", type=Validity(), metavar="N|none", help="For which it counts; none: without end.")
@click.option("--window-days", type=int, metavar="N", help="Before that end in which it can be renewed.")
@click.option("--reentry-days", type=int, metavar="N", help="Away, after which somebody is a newcomer again.")
@click.option("--from", "from_at", type=MOMENT, metavar="AT", help="When it begins to count; now if left out.")
@click.option("--reason", required=True, metavar="TEXT", help="Why, in 10 characters or more.")
@click.option("--by", required=True, metavar="EMAIL", help="Who decided it.")
@click.option("--dry-run", is_flag=True, help="Show what it would do; write nothing.")
def set_(policy: str, from_at: datetime | None, reason: str, by: str, dry_run: bool, **said: Any) -> None:
    """Set who needs POLICY, and by when; what is not given stays as it is at that moment.

    AT is ISO 8601 with an offset or Z, or a date (its beginning in UTC); it cannot lie in the past. What is recorded
    last counts: setting something from now on takes back what was to come.

    \b
    Example:
      muster requirement set legal-requests --queue legal-requests --queue escalations --grace-days 3 \\
        --from 2026-12-01 --reason "Escalations decide these too" --by pia@company.example --dry-run
    """
    from lms import clock
    from lms.policies.actions import set_requirement
    from lms.policies.people import person_by_email
    from lms.policies.requirement_preview import changes_nothing, outlook
    from lms.policies.requiring import refuse_unless_sound

    if said["queues"] and said["everybody"]:
        raise click.UsageError("Give --queue or --everybody, not both.")
    now = clock.now()
    with database():
        state, decides = _state(policy), person_by_email(by, where="--by")
        wanted = _wanted(state.base(from_at or now), said)
        refuse_unless_sound(wanted, from_at=from_at, reason=reason, now=now)
        _refuse_unknown(wanted, state)
        if changes_nothing(state.settings, wanted, from_at or now):
            click.echo("It is so already; nothing was changed.")
            return
        _print_outlook(outlook(state, wanted, from_at=from_at or now, now=now))
        if not dry_run:
            set_requirement(policy, wanted, from_at=from_at, reason=reason, by=decides, seen=state.seen, now=now)
    click.echo("Nothing was written: this was a dry run." if dry_run else "It is set.")


def _state(policy: str) -> "RequirementState":
    from lms.policies.refusals import PolicyUnknown
    from lms.policies.requirement_history import requirement_state

    state = requirement_state(policy)
    if state is None:
        raise PolicyUnknown(f"There is no policy “{policy}”. Load its files first.")
    return state


def _wanted(base: "Requirement", said: Mapping[str, Any]) -> "Requirement":
    from dataclasses import replace

    given: dict[str, Any] = {name: said[name] for name in DAYS if said[name] is not None}
    if given.get("valid_days") == "none":
        given["valid_days"] = None
    if said["everybody"] or said["queues"]:
        given |= {"is_everybody": said["everybody"], "queues": frozenset(said["queues"])}
    return replace(base, **given)


def _refuse_unknown(wanted: "Requirement", state: "RequirementState") -> None:
    from lms.policies.refusals import RequirementRefused

    unknown = sorted(wanted.queues - state.offered.keys())
    if unknown:
        there = ", ".join(state.offered) or "none yet"
        raise RequirementRefused(f"There is no queue {', '.join(unknown)}. There are: {there}.")


def _print_outlook(outlook: "Outlook") -> None:
    click.echo(f"From {_moment(outlook.at)} UTC:")
    for name, (was, then) in outlook.differences.items():
        click.echo(f"    {name:16} {_said(was)} → {_said(then)}")
    for line in outlook.taken_back:
        click.echo(f"    taken back       what was set for {_moment(line.from_at)} UTC, for {_who(line.requirement)}")
    for queue in outlook.queues:
        click.echo(
            f"    {queue.name}: {queue.before} need it, then {queue.after}; {queue.newly_required} newly required, "
            f"{queue.made_not_ready} no longer ready, {queue.no_longer_required} no longer required"
        )
    click.echo(
        f"{plural(outlook.newly_required, 'person', 'people')} newly required, {outlook.made_not_ready} no longer "
        f"ready for a queue, {outlook.no_longer_required} no longer required."
    )


def _who(wanted: "Requirement") -> str:
    return "everybody" if wanted.is_everybody else ", ".join(sorted(wanted.queues)) or "nobody"


def _said(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(value) or "(none)"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value)


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"
