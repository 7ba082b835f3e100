"""`muster content`, `muster policies` and `muster publish`: from files to published versions."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lms.commands.terminal import MOMENT, REFUSED, database, plural, print_table, progress

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lms.library.measures import Row
    from lms.library.problems import Problem
    from lms.policies.actions import ImportedVersion, LoadedVersion

CHECKED = (
    "policy", "versions", "draft", "clauses", "lessons", "minutes", "grade", "items", "cases", "decisions", "old rule",
    "a clause", "keys", "longest",
)  # fmt: skip
BY_CLAUSE = ("words", "lessons", "items", "decisions", "old rule", "critical")
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group()
def content() -> None:
    """Policies, lessons and quizzes as files."""


@content.command()
@click.argument("folder", type=FOLDER, required=False)
@click.option("--brief", is_flag=True, help="Leave out the table of each document.")
@click.pass_context
def check(ctx: click.Context, folder: Path | None, brief: bool) -> None:
    """Find everything that is wrong with the files below FOLDER (which holds content/ and quizzes/).

    Without FOLDER: the shipped content. Exits with 1 when there is an error; a warning is none. Then a table of each
    document, clause by clause, and one of them all: school year in which its lessons can be read, items that tell
    a case, ask for a decision or hold an old rule, fewest and most items of a clause, how often the key is the first,
    second … option, and how often it is the longest.

    \b
    Example:
      muster content check my-policies
    """
    from lms.config import ROOT
    from lms.library import checks, measures
    from lms.library.shelf import Shelf

    root = folder or ROOT
    shelf, _ = Shelf.read(root)
    if not shelf.policies:
        click.echo(f"There is no policy below {root}/content.", err=True)
    found = checks.problems(root)
    _print_problems(found)
    _print_measures(measures.table(shelf), is_brief=brief)
    errors = sum(problem.is_error for problem in found)
    click.echo(f"{plural(errors, 'error')}, {plural(len(found) - errors, 'warning')}.")
    if errors or not shelf.policies:
        ctx.exit(REFUSED)


def _print_measures(rows: "Iterable[Row]", *, is_brief: bool) -> None:
    for row in () if is_brief else rows:
        click.secho(f"{row.title} ({row.slug})", bold=True)
        lines = [
            (line.clause, line.words, line.lessons, line.items, line.decisions, line.old_rules, line.critical)
            for line in row.lines
        ]
        print_table(("clause", *BY_CLAUSE), lines, numbers=BY_CLAUSE)
    print_table(CHECKED, [summary(row) for row in rows], numbers=CHECKED[1:])


def summary(row: "Row") -> tuple[object, ...]:
    """One document in one line, as `CHECKED` names the columns."""
    return (
        row.slug, row.versions, row.draft, row.clauses, row.lessons, row.minutes, f"{row.reading_level:.1f}",
        row.items, row.cases, row.decisions, row.old_rules, f"{row.asked[0]} to {row.asked[1]}",
        " ".join(map(str, row.key_positions)), row.key_longest,
    )  # fmt: skip


def _print_problems(found: "tuple[Problem, ...]") -> None:
    """As a compiler prints them, so that an editor can jump there."""
    for problem in found:
        click.secho(f"{problem.level}: ", fg="red" if problem.is_error else "yellow", nl=False)
        click.echo(str(problem))


@content.command()
@click.argument("folder", type=FOLDER, required=False)
@click.option("--publish", is_flag=True, help="Publish the versions that policy.yaml records, not only the next draft.")
def load(folder: Path | None, publish: bool) -> None:
    """Load the files below FOLDER into the database: all of it or nothing; the second time changes nothing.

    Without FOLDER: the shipped content.

    \b
    Example:
      muster content load my-policies --publish
    """
    from lms import clock
    from lms.config import ROOT
    from lms.policies.actions import load_shelf

    with database(), progress("Loading") as show:
        report = load_shelf(
            folder or ROOT,
            is_publishing=publish,
            on_progress=lambda done, total, _: show(done, total),
            now=clock.now(),
        )
    for warning in report.warnings:
        click.echo(f"warning: {warning}")
    _print_versions(report.versions)
    for each in report.translated:
        click.echo(f"{each.policy} version {each.number}: the words in “{each.language}” are new or different.")
    for slug in report.policies_changed:
        click.echo(f"{slug}: the policy or whom it is for is new or different.")
    click.echo("Loaded." if report.is_changed else "Everything was there already; nothing was changed.")


def _print_versions(versions: "Iterable[LoadedVersion]") -> None:
    rows = [
        (each.policy, each.number, f"{each.outcome.value}{' (draft)' if each.is_draft else ''}", each.clause_count,
         each.tally.added, each.tally.reworded, each.tally.removed, each.tally.material, each.undecided)
        for each in versions
    ]  # fmt: skip
    counted = ("clauses", "added", "reworded", "removed", "material", "undecided")
    print_table(("policy", "version", "now", *counted), rows, numbers=("version", *counted))


@click.group()
def policies() -> None:
    """Policies with a history elsewhere."""


@policies.command("import")
@click.argument("folder", type=FOLDER)
@click.option("--queue", "queues", multiple=True, metavar="QUEUE", help="Who works in this queue needs it; repeatable.")
@click.option("--everybody", is_flag=True, help="Everybody needs it.")
def import_(folder: Path, queues: tuple[str, ...], everybody: bool) -> None:
    """Import the dated versions of a policy, as history: its verdicts are proposals that nobody decided.

    FOLDER holds policy.yaml and a file a version, or one such folder for each policy. Without --queue and --everybody
    the policy can be read and nobody needs it.

    \b
    Example:
      muster policies import histories/acceptable-use --queue abuse-reports
    """
    from lms import clock
    from lms.policies.actions import import_history

    if queues and everybody:
        raise click.UsageError("Give --queue or --everybody, not both.")
    with database():
        for each in _folders(folder):
            click.echo(f"{each.name}:")
            report = import_history(
                each, queues=queues, is_everybody=everybody, on_version=_print_version, now=clock.now()
            )
            new = sum(version.is_new for version in report.versions)
            click.echo(f"{report.title}: {plural(new, 'new version')}, {len(report.versions)} in all.\n")


def _folders(folder: Path) -> list[Path]:
    if (folder / "policy.yaml").exists():
        return [folder]
    inside = sorted(path.parent for path in folder.glob("*/policy.yaml"))
    return inside or [folder]  # the import says what is missing


def _print_version(version: "ImportedVersion") -> None:
    counts = f"clauses: {version.added:3} added, {version.reworded:3} reworded, {version.removed:3} removed, "
    counts += f"{version.moved:3} moved, {version.retitled:3} retitled; {version.material:3} material"
    known = "" if version.is_new else "  (was here)"
    click.echo(f"  {version.number:3}  {version.published_at:%Y-%m-%d}  {counts}{known}")


@click.command()
@click.argument("policy")
@click.option("--by", required=True, metavar="EMAIL", help="Who wrote it.")
@click.option("--approved-by", required=True, metavar="EMAIL", help="Who approved it: somebody else.")
@click.option("--effective", type=MOMENT, metavar="AT", help="When it takes effect; at once if left out.")
def publish(policy: str, by: str, approved_by: str, effective: datetime | None) -> None:
    """Publish the draft of POLICY.

    AT is ISO 8601 with an offset or Z, or a date (its beginning in UTC).

    \b
    Example:
      muster publish legal-requests --by pia@demo.example --approved-by lena@demo.example --effective 2026-12-01
    """
    from lms import clock
    from lms.policies.actions import publish_draft

    with database():
        number = publish_draft(policy, by=by, approved_by=approved_by, effective_at=effective, now=clock.now())
    click.echo(f"Version {number} of {policy} is published.")
