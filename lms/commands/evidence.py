"""`muster evidence pack`: what was proved, as a file to check anywhere."""

import hashlib
import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lms.commands.people import evidence
from lms.commands.terminal import MOMENT, database, plural

if TYPE_CHECKING:
    from lms.evidence_pack.asked import Asked


@evidence.command("pack")
@click.option("--person", metavar="P", help="External id, e-mail, or the random identifier.")
@click.option("--version", "version", metavar="POLICY@N", help="A published version, such as legal-requests@3.")
@click.option("--team", metavar="T", help="A team's path; those below it come along.")
@click.option("--from", "from_at", type=MOMENT, metavar="AT", help="What happened from then on; else all of it.")
@click.option("--to", "to_at", type=MOMENT, metavar="AT", help="What was known by then; now if left out.")
@click.option(
    "--with-keys", is_flag=True, help="With questions and keys of the items: for nobody who may be asked them."
)
@click.option("-o", "file", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Where to write it.")
def pack(
    person: str | None,
    version: str | None,
    team: str | None,
    from_at: datetime | None,
    to_at: datetime | None,
    with_keys: bool,
    file: Path,
) -> None:
    """Write what was proved into one FILE that anybody can check: a person's, a version's, a team's, or a period's.

    AT is ISO 8601 with an offset or Z, or a date (its beginning in UTC). The same question with the same --to gives
    the same bytes again.

    \b
    Example:
      muster evidence pack --version legal-requests@3 --to 2026-10-01 -o legal-3.zip
    """
    from lms import clock
    from lms.evidence_pack.actions import note_made

    if sum(each is not None for each in (person, version, team)) > 1:
        raise click.UsageError("Name one of --person, --version and --team.")
    if (person, version, team, from_at) == (None, None, None, None):
        raise click.UsageError("Name a --person, a --version, a --team, or a period with --from.")
    now = clock.now()
    with database():
        asked = _asked(person, version, team, from_at=from_at, to_at=to_at or now, with_keys=with_keys)
        records = note_made(asked, by=None, now=now)
        digest = _write(asked, file)
    click.echo(f"{file}, {plural(records, 'record')}, as of {asked.to_at.isoformat().replace('+00:00', 'Z')}.")
    click.echo(f"SHA-256 {digest}")


def _asked(
    person: str | None,
    version: str | None,
    team: str | None,
    *,
    from_at: datetime | None,
    to_at: datetime,
    with_keys: bool,
) -> "Asked":
    from lms.evidence_pack import finding, versions
    from lms.evidence_pack.asked import About, Asked, PackRefused

    given = {"from_at": from_at, "to_at": to_at, "has_keys": with_keys}
    if person is not None:
        found = finding.person_id_of(person.strip())
        if found is None:
            raise PackRefused("Nobody here is “%(who)s”. Give an external id, an e-mail or an identifier.", who=person)
        return Asked(about=About.PERSON, person_id=found, has_answers=True, **given)
    if version is not None:
        slug, _, number = version.rpartition("@")
        is_known = number.isdecimal() and len(number) < 9 and versions.version_of(slug, int(number), known_at=to_at)
        if not is_known:
            raise PackRefused(
                "There is no published version %(version)s. Write POLICY@N, such as legal-requests@3.", version=version
            )
        return Asked(about=About.VERSION, policy=slug, number=int(number), has_secrets=True, **given)
    if team is not None:
        if not finding.has_team(team):
            raise PackRefused("There is no team %(team)s. Write its path, such as EMEA/Dublin.", team=team)
        return Asked(about=About.TEAM, team=team, **given)
    return Asked(about=About.PERIOD, **given)


def _write(asked: "Asked", file: Path) -> str:
    """Write it beside and put it in its place when it is whole; its SHA-256."""
    from lms.evidence_pack.making import stream

    digest = hashlib.sha256()
    part = file.with_name(f".{file.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            for piece in stream(asked):
                digest.update(piece)
                out.write(piece)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return digest.hexdigest()
