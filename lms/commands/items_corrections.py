"""`muster items void | rescore | restore`: a question that was wrong, and what that does to people."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, TypeVar

import click

from lms.commands.items import items
from lms.commands.terminal import database, plural, print_table

if TYPE_CHECKING:
    from lms.correcting.outcome import Outcome
    from lms.correcting.queries import Asked
    from lms.domain.correcting import NewKey

Command = TypeVar("Command", bound=Callable[..., Any])
COLUMNS = ("person", "attempt", "version", "handed in (UTC)", "score", "then", "result", "what follows")
SHARED = (
    click.argument("item"),
    click.option("--policy", required=True, metavar="SLUG", help="Whose question it is."),
    click.option(
        "--version", type=int, metavar="N", help="Its text in this version; the newest that has it if left out."
    ),
    click.option("--reason", required=True, metavar="TEXT", help="Why, in 10 characters or more; people read it."),
    click.option("--by", required=True, metavar="EMAIL", help="Who decided it."),
    click.option("--seen", metavar="DIGEST", help="Refuse anything but what a dry run showed under this digest."),
    click.option("--dry-run", is_flag=True, help="Show what it would do; write nothing."),
)


class Tolerance(click.ParamType):
    """How far off a number may be."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        """Read what was typed; click's hook."""
        try:
            return Decimal(value)
        except InvalidOperation:
            self.fail(f"{value!r} is no number; write 0 or 0.5", param, ctx)


def _shared(command: Command) -> Command:
    for each in reversed(SHARED):
        command = each(command)
    return command


@items.command()
@_shared
def void(**said: Any) -> None:
    """Let ITEM count for nobody: it is asked no more, and everybody who was asked is graded without it.

    \b
    Example:
      muster items void notice-3 --policy legal-requests --by pia@company.example \\
        --reason "A court decision of May says otherwise" --dry-run
    """
    from lms.domain.correcting import CorrectionKind

    _correct(CorrectionKind.VOID, None, **said)


@items.command()
@_shared
@click.option("--right", "right", multiple=True, required=True, metavar="OPTION", help="What is right; repeatable.")
@click.option("--cites", metavar="CLAUSE", help="The clause that says so, for a decision.")
@click.option("--tolerance", type=Tolerance(), help="How far off a number may be.")
@click.option("--feedback", multiple=True, metavar="OPTION=TEXT", help="What is told of an answer; repeatable.")
def rescore(
    right: tuple[str, ...], cites: str | None, tolerance: Decimal | None, feedback: tuple[str, ...], **said: Any
) -> None:
    """Grade ITEM by another key, for everybody who was asked and from now on.

    Give every OPTION that is right by its id; for an ordering all of them in their order, for a matching
    option=choice, where the answer is written what is right in words.

    \b
    Example:
      muster items rescore notice-3 --policy legal-requests --right a --right c --by pia@company.example \\
        --reason "Both are right since the court decided in May" --dry-run
    """
    from lms.domain.correcting import CorrectionKind, NewKey

    told = [each.partition("=") for each in feedback]
    if any(not mark for _, mark, _ in told):
        raise click.UsageError('Write --feedback OPTION=TEXT, such as a="Because the court said so."')
    new = NewKey(right=right, cites=cites, tolerance=tolerance, feedback={option: text for option, _, text in told})
    _correct(CorrectionKind.RESCORE, new, **said)


@items.command()
@_shared
def restore(**said: Any) -> None:
    """Take back what was corrected: ITEM counts as it was published.

    \b
    Example:
      muster items restore notice-3 --policy legal-requests --by pia@company.example \\
        --reason "The question was right after all" --dry-run
    """
    from lms.domain.correcting import CorrectionKind

    _correct(CorrectionKind.RESTORE, None, **said)


def _correct(
    kind: Any,
    new: "NewKey | None",
    *,
    item: str,
    policy: str,
    version: int | None,
    reason: str,
    by: str,
    seen: str | None,
    dry_run: bool,
) -> None:
    from lms import clock
    from lms.correcting import actions
    from lms.policies.people import person_by_email

    with database():
        asked, decides = _asked(policy, item, version), person_by_email(by, where="--by")
        actions.refuse_reason(reason)
        outcome = actions.tried_out(asked, kind, new)
        _print(asked, outcome)
        if dry_run:
            click.echo("Nothing was written: this was a dry run.")
            return
        done = actions.correct(
            policy,
            asked.revision_id,
            kind,
            new=new,
            reason=reason,
            seen=seen or outcome.digest,
            by=decides,
            now=clock.now(),
        )
    click.echo(f"It is done; mails go to {plural(len(done.told), 'person', 'people')}.")


def _asked(policy: str, item: str, version: int | None) -> "Asked":
    from lms.correcting import queries
    from lms.correcting.refusals import ItemUnknown

    revision = queries.revision_of(policy, item, version=version)
    asked = None if revision is None else queries.asked_item(policy, revision)
    if asked is None:
        where = f"“{policy}”" if version is None else f"version {version} of “{policy}”"
        raise ItemUnknown(f"No question “{item}” was published in {where}.")
    return asked


def _print(asked: "Asked", outcome: "Outcome") -> None:
    from lms.correcting import queries

    numbers = ", ".join(map(str, asked.versions))
    click.secho(f"{asked.policy}: {asked.slug}, in version {numbers}", bold=True)
    names = queries.names_of([each.sat.person_id for each in outcome.turned])
    rows = [
        (
            names.get(each.sat.person_id, "(erased)"),
            each.sat.number,
            each.sat.version,
            f"{each.sat.submitted_at:%Y-%m-%d %H:%M}",
            f"{each.sat.score.percent} %",
            f"{each.after.percent} %",
            "fail → pass" if each.after.is_passed else "pass → fail",
            "evidence ends" if each.ends else "evidence again" if each.again else "to sign" if each.is_to_sign else "",
        )
        for each in outcome.turned
    ]
    if rows:
        print_table(COLUMNS, rows, numbers=("score", "then"))
    click.echo(
        f"{plural(len(outcome.rescored), 'attempt')} graded anew, {outcome.count('is_other')} with another score; "
        f"{len(outcome.passing)} from fail to pass, {len(outcome.failing)} from pass to fail. "
        f"{queries.open_with(asked.revision_id)} going on."
    )
    click.echo(f"Digest: {outcome.digest}")
