"""`muster gate`, `muster queue gate`, `muster override`: may they take work, what decides it, letting somebody in."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from lms.commands.terminal import MOMENT, database, print_table

if TYPE_CHECKING:
    from lms.readiness.gate import GateReport

STATES = ("provisional", "due", "overdue", "held")
ANSWER = click.Choice(["allow", "caution", "deny"])


@click.command()
@click.argument("person")
@click.argument("queue")
@click.option("--at", type=MOMENT, metavar="AT", help="When; now if left out. May lie ahead.")
@click.option("--json", "is_json", is_flag=True, help="As JSON, for programs.")
def gate(person: str, queue: str, at: datetime | None, is_json: bool) -> None:
    """May PERSON (e-mail or id of the feed) take work of QUEUE now: allow, caution or deny, why, and until when.

    AT is ISO 8601 with an offset or Z, or a date (its beginning in UTC). The exit code is 0 whatever the answer is.

    \b
    Example:
      muster gate ada@company.example legal-requests --json
    """
    from lms import clock
    from lms.readiness.gate import json_text

    now = clock.now()
    with database():
        found = _asked(person, queue, at or now, now)
    click.echo(json_text(found), nl=False) if is_json else _print(found)


def _asked(person: str, queue: str, at: datetime, now: datetime) -> "GateReport":
    from lms.accounts.queries import queue_slugs
    from lms.domain.errors import DomainError
    from lms.readiness.gate import gate_report, person_in
    from lms.readiness.report import Within

    person_id = _person(person)
    name = person_in(Within(None), person_id, now=now) or ""
    found = gate_report(person_id, queue, person=name, at=at, known_at=now)
    if found is None:
        raise DomainError(f"There is no queue {queue}. There are: {', '.join(queue_slugs()) or 'none yet'}.")
    return found


def _person(text: str) -> int:
    from lms.domain.errors import DomainError
    from lms.readiness.gate import person_named

    found = person_named(text)
    if found is None:
        raise DomainError(f"Nobody here has the e-mail or id {text}.")
    return found


def _print(found: "GateReport") -> None:
    click.secho(f"{found.answer.value}: {found.person} in {found.queue}, as of {_moment(found.at)} UTC", bold=True)
    click.echo(f"Because: {found.because.replace('_', ' ')}")
    if found.let_in:
        click.echo(
            f"Let in by override until {_moment(found.let_in.until)} UTC by {found.let_in.by}: {found.let_in.reason}"
        )
    if found.until and found.then:
        click.echo(f"It stands until {_moment(found.until)} UTC, then: {found.then.value}")
    else:
        click.echo("It stands until something is recorded or set.")
    if found.minutes:
        click.echo(f"About {found.minutes} min of training until they are ready again.")
    for each in found.reasons:
        reason = each.reason
        due = f", due {_moment(reason.due_at)} UTC" if reason.due_at else ""
        clauses = f": {', '.join(reason.clauses)}" if reason.clauses else ""
        why = f" ({reason.because})" if reason.because else ""
        click.echo(f"    {reason.policy or 'the whole queue'} is {reason.state.value}{why}{due}{clauses}")


@click.group()
def queue() -> None:
    """Streams of work."""


@queue.command("gate")
@click.argument("slug", metavar="QUEUE")
@click.option("--provisional", type=ANSWER, help="What it means when somebody is provisional.")
@click.option("--due", type=ANSWER, help="… has something due.")
@click.option("--overdue", type=ANSWER, help="… is overdue.")
@click.option("--held", type=ANSWER, help="… is on hold.")
@click.option("--from", "from_at", type=MOMENT, metavar="AT", help="When it begins to count; now if left out.")
@click.option("--confirm", is_flag=True, help="Needed to let in who is overdue or on hold.")
@click.option("--reason", metavar="TEXT", default="", help="Why, in 10 characters or more.")
@click.option("--by", metavar="EMAIL", help="Who decided it: an administrator or a lead of every team.")
def queue_gate(slug: str, from_at: datetime | None, confirm: bool, reason: str, by: str | None, **said: str) -> None:
    """Show what the gate of QUEUE answers, or set it; what is not given stays as it is at that moment.

    \b
    Example:
      muster queue gate legal-requests --due deny --reason "No law is answered on old rules" --by lena@company.example
    """
    from lms import clock
    from lms.domain.readiness import Answer
    from lms.domain.standing import State
    from lms.organisation import gates

    now = clock.now()
    given = {State(state): Answer(answer) for state, answer in said.items() if answer}
    if given and by is None:
        raise click.UsageError("Say with --by who decided it.")
    with database():
        if given and by:
            base = gates.meaning_at(slug, from_at or now, now=now)
            is_set = gates.set_gate(
                slug,
                {**base, **given},
                is_confirmed=confirm,
                from_at=from_at,
                reason=reason,
                by=_person(by),
                now=now,
            )
            click.echo("It is set." if is_set else "It is so already; nothing was changed.")
        _show(slug, now)


def _show(slug: str, now: datetime) -> None:
    from lms.organisation import gates
    from lms.organisation.actions import OrganisationRefused

    found = gates.queue_gate(slug, now=now)
    if found is None:
        raise OrganisationRefused("There is no such queue.")
    click.secho(f"{found.name} ({found.queue})", bold=True)
    click.echo(f"Now: {_said(found.answers)}")
    for each in found.coming(now):
        click.echo(f"From {_moment(each.from_at)} UTC: {_said(each.answers)}")
    if found.lines:
        rows = [
            (_moment(each.from_at), _said(each.answers), _moment(each.recorded_at), each.by, each.reason)
            for each in found.lines
        ]
        print_table(("from (UTC)", "answers", "recorded", "by", "why"), rows)


def _said(answers: Any) -> str:
    return ", ".join(f"{state} {answers[state].value}" for state in STATES)


@click.group()
def override() -> None:
    """Let somebody into a queue for some hours, whatever they stand."""


@override.command()
@click.argument("person")
@click.argument("queue")
@click.option("--until", type=MOMENT, required=True, metavar="AT", help="At most 12 hours from now.")
@click.option("--reason", required=True, metavar="TEXT", help="Why, in 10 characters or more.")
@click.option("--by", required=True, metavar="EMAIL", help="The coach or lead who decided it.")
def give(person: str, queue: str, until: datetime, reason: str, by: str) -> None:
    """Let PERSON take work of QUEUE until a moment.

    \b
    Example:
      muster override give ada@company.example legal-requests --until 2026-03-08T14:00Z \\
        --reason "Nobody else is on shift" --by lena@company.example
    """
    from lms import clock
    from lms.readiness.actions import give_override

    now = clock.now()
    with database():
        give_override(_person(person), queue=queue, until=until, reason=reason, by=_person(by), now=now)
        _print(_asked(person, queue, now, now))


@override.command()
@click.argument("person")
@click.argument("queue")
@click.option("--reason", required=True, metavar="TEXT", help="Why, in 10 characters or more.")
@click.option("--by", required=True, metavar="EMAIL", help="The coach or lead who decided it.")
def end(person: str, queue: str, reason: str, by: str) -> None:
    """End the override of PERSON in QUEUE before its time.

    \b
    Example:
      muster override end ada@company.example legal-requests --reason "Ben is back" --by lena@company.example
    """
    from lms import clock
    from lms.models.gate_histories import let_in
    from lms.readiness.actions import OverrideOver, end_override

    now = clock.now()
    with database():
        person_id, decides = _person(person), _person(by)
        there = let_in(at=now, known_at=now, people=[person_id]).get((person_id, queue))
        if there is None:
            raise OverrideOver
        end_override(there.id, reason=reason, by=decides, now=now)
        _print(_asked(person, queue, now, now))


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"
