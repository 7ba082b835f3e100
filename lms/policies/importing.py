"""Imports the dated versions of a policy that was published elsewhere, as history. Holds actions.

Nobody decided its verdicts here: proposals are taken as they are, and every version says that it was imported.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from lms import auditing
from lms.auditing import Act
from lms.domain.changes import Tally, tally
from lms.domain.policies import Proof
from lms.extensions import db, writing
from lms.library.histories import History, HistoryRefused, PastVersion, read
from lms.models import Policy, Version
from lms.policies import drafts
from lms.policies.drafts import Script
from lms.policies.people import IMPORT_APPROVER, IMPORT_AUTHOR, system_person
from lms.policies.publishing import publish
from lms.policies.reading import changes_of, version_clauses
from lms.policies.refusals import SHORTEST_REASON, AlreadyPublished, ContentRefused
from lms.policies.requirements import Requirement, settle


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedVersion:
    """One line of the report."""

    number: int
    published_at: datetime
    added: int
    """Clauses; of the first version, all."""
    reworded: int
    removed: int
    moved: int
    retitled: int
    material: int
    """How many clauses changed their meaning, as proposed."""
    is_new: bool
    """False when it was there before this import."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What importing a folder did."""

    slug: str
    title: str
    versions: tuple[ImportedVersion, ...]
    is_required_now: bool
    """True when this import set whom the policy is for."""

    @property
    def is_changed(self) -> bool:
        """False when everything was there already."""
        return self.is_required_now or any(version.is_new for version in self.versions)


def import_history(
    folder: Path,
    *,
    queues: Collection[str] = (),
    is_everybody: bool = False,
    on_version: Callable[[ImportedVersion], None] | None = None,
    now: datetime,
) -> ImportReport:
    """Import a folder of dated versions, all or nothing; the second time changes nothing.

    Without queues and not for everybody the policy has no requirement: it can be read, and nobody needs it.
    `on_version` is called for each version as soon as it is written. Raises ContentRefused.
    """
    try:
        history = read(folder)
    except HistoryRefused as error:
        raise ContentRefused(str(error)) from error
    wanted = Requirement(queues=frozenset(queues), is_everybody=is_everybody)
    return _import(history, wanted, on_version=on_version or (lambda version: None), now=now)


@writing()
def _import(
    history: History, wanted: Requirement, *, on_version: Callable[[ImportedVersion], None], now: datetime
) -> ImportReport:
    author, approver = (system_person(who, now=now) for who in (IMPORT_AUTHOR, IMPORT_APPROVER))
    policy = _policy(history, owner_id=author, now=now)
    query = select(Version).where(Version.policy_id == policy.id, Version.published_at.is_not(None))
    known = {version.number: version for version in db.session.scalars(query)}
    rows = []
    for past in history.versions:
        version = known.get(past.number)
        if version is not None and version.text != past.text:
            raise AlreadyPublished(
                "%(slug)s/%(file)s: this version was imported with another text. A published version never "
                "changes; add a new file instead.",
                slug=history.slug,
                file=past.file,
            )
        is_new = version is None
        if version is None:
            version, _ = drafts.write_draft(policy, _script(history, past), author_id=author, now=now)
            publish(version, approver_id=approver, at=past.published_at, recorded_at=now)
        rows.append(_row(version, is_new=is_new))
        on_version(rows[-1])
    is_required_now = not wanted.is_for_nobody and settle(policy.id, wanted, by=author, where=history.slug, from_at=now)
    if is_required_now or any(row.is_new for row in rows):
        after = {"versions": [row.number for row in rows if row.is_new]}
        auditing.note(Act.HISTORY_IMPORTED, by=None, at=now, about=policy.slug, after=after)
    db.session.commit()
    return ImportReport(slug=policy.slug, title=policy.title, versions=tuple(rows), is_required_now=is_required_now)


def _policy(history: History, *, owner_id: int, now: datetime) -> Policy:
    """The policy's own row, made when it is first imported."""
    policy = db.session.scalar(select(Policy).where(Policy.slug == history.slug))
    if policy is None:
        policy = Policy(
            slug=history.slug,
            title=history.title,
            kind=history.kind,
            proof=Proof.ATTEST,
            owner_id=owner_id,
            timezone="UTC",
            source=_source(history),
            created_at=now,
        )
        db.session.add(policy)
        db.session.flush()
    elif not policy.source:
        raise ContentRefused("There is a policy “%(slug)s” of your own. Import under another slug.", slug=history.slug)
    elif drafts.draft_of(policy.id) is not None:
        raise ContentRefused("“%(title)s” has a draft. Publish it before more history is imported.", title=policy.title)
    drafts.lock(policy.id)
    return policy


def _source(history: History) -> str:
    """Where the text is from and under which licence, as it is shown beside the text."""
    where = f"{history.source.repo} on {history.source.host}, {history.licence.name} ({history.licence.spdx})."
    return f"{where} {history.licence.attribution}".strip()[:2000]


def _script(history: History, past: PastVersion) -> Script:
    reason = past.reason if len(past.reason) >= SHORTEST_REASON else f"Imported: {past.reason or past.subject}"
    return Script(
        number=past.number,
        text=past.text,
        title=past.title,
        file=f"{history.slug}/{past.file}",
        is_imported=True,
        columns={"reason": reason[:2000]},
    )


def _row(version: Version, *, is_new: bool) -> ImportedVersion:
    counted: Tally = tally(changes_of([version.id])[version.id])
    clause_count = len(version_clauses(version.id)) if version.number == 1 else 0
    return ImportedVersion(
        number=version.number,
        published_at=version.published_at or version.recorded_at,
        added=counted.added + clause_count,
        reworded=counted.reworded,
        removed=counted.removed,
        moved=counted.moved,
        retitled=counted.retitled,
        material=counted.material + clause_count,
        is_new=is_new,
    )
