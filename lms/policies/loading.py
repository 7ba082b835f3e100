"""Loads a whole shelf, all or nothing: drafts, or versions published as the files record it. Holds actions."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from sqlalchemy import select

from lms import auditing
from lms.auditing import Act
from lms.domain.changes import Tally, tally
from lms.domain.policies import Release
from lms.domain.quizzes import QuizRules
from lms.extensions import db, writing
from lms.library import digests
from lms.library.shelf import Shelf, ShelfPolicy
from lms.models import Policy, Version
from lms.policies import drafts
from lms.policies.people import person_by_email
from lms.policies.publishing import publish
from lms.policies.reading import changes_of, version_clauses
from lms.policies.refusals import AlreadyPublished, ContentRefused, PublicationRefused
from lms.policies.requirements import kept_by_hand
from lms.policies.shelving import keep_policy, record_file, requirement_in, script_of
from lms.policies.translating import KeptTranslation, keep_translations

Progress = Callable[[int, int, str], None]
"""Called with how many are done, of how many, and which comes next."""


class Outcome(StrEnum):
    """What loading did with one version."""

    PUBLISHED = "published"
    DRAFTED = "drafted"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedVersion:
    """One version of the shelf and what became of it."""

    policy: str
    number: int
    outcome: Outcome
    is_draft: bool
    clause_count: int
    tally: Tally
    """Its changes by sort; of a first version nothing is counted."""
    undecided: int
    """Changes without a verdict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadReport:
    """What loading a shelf did."""

    versions: tuple[LoadedVersion, ...]
    policies_changed: tuple[str, ...]
    """Slugs of policies whose title, owner, requirement or the like was new or different."""
    translated: tuple[KeptTranslation, ...]
    """Translations that were new or different."""
    warnings: tuple[str, ...]
    """What the shelf's checks say beside errors."""

    @property
    def is_changed(self) -> bool:
        """False when everything was there already."""
        return bool(self.policies_changed or self.translated) or any(
            v.outcome is not Outcome.UNCHANGED for v in self.versions
        )


def load_shelf(root: Path, *, is_publishing: bool, on_progress: Progress | None = None, now: datetime) -> LoadReport:
    """Load every policy under `root` (which holds content/ and quizzes/); the second time changes nothing.

    Without `is_publishing` the next version of each policy becomes its draft; with it, the versions that policy.yaml
    records up to `now` are published as recorded. Raises ContentRefused with everything that is wrong, or
    PublicationRefused; then nothing was loaded.
    """
    shelf, problems = Shelf.read(root)
    errors = [str(problem) for problem in problems if problem.is_error]
    if errors:
        raise ContentRefused("\n".join(["The content cannot be loaded. Mend these first:", *errors]))
    warnings = tuple(str(problem) for problem in problems if not problem.is_error)
    return _load(shelf, is_publishing=is_publishing, warnings=warnings, on_progress=on_progress, now=now)


@writing()
def _load(
    shelf: Shelf, *, is_publishing: bool, warnings: tuple[str, ...], on_progress: Progress | None, now: datetime
) -> LoadReport:
    loaded: list[LoadedVersion] = []
    changed: list[str] = []
    translated: list[KeptTranslation] = []
    for place, shelf_policy in enumerate(shelf.policies):
        if on_progress:
            on_progress(place, len(shelf.policies), shelf_policy.slug)
        first = shelf_policy.releases[0].published_at if is_publishing and shelf_policy.releases else now
        policy, is_changed = keep_policy(shelf_policy, by=None, from_at=min(first, now), now=now)
        if is_changed:
            changed.append(policy.slug)
            auditing.note(Act.POLICY_LOADED, by=None, at=now, about=policy.slug)
        warnings += (*_set_by_hand(policy, shelf_policy), *_mended_too_late(policy, shelf_policy))
        versions = _load_versions(policy, shelf_policy, is_publishing=is_publishing, now=now)
        _note(versions, now=now)
        loaded += versions
        translated += keep_translations(policy, shelf_policy, by=None, now=now)
    db.session.commit()
    return LoadReport(
        versions=tuple(loaded), policies_changed=tuple(changed), translated=tuple(translated), warnings=warnings
    )


def _note(versions: list[LoadedVersion], *, now: datetime) -> None:
    acts = {Outcome.PUBLISHED: Act.VERSION_PUBLISHED, Outcome.DRAFTED: Act.DRAFT_LOADED}
    for each in versions:
        if each.outcome in acts:
            reason = "As recorded in the files." if each.outcome is Outcome.PUBLISHED else ""
            about = f"{each.policy} version {each.number}"
            auditing.note(acts[each.outcome], by=None, at=now, about=about, reason=reason)


def _set_by_hand(policy: Policy, shelf_policy: ShelfPolicy) -> Iterator[str]:
    """Say where what a person set counts, and not what the files say."""
    set_at = kept_by_hand(policy.id, requirement_in(shelf_policy))
    if set_at is not None:
        yield (
            f"{policy.slug}: who needs it, and by when, was set by hand at {set_at:%Y-%m-%d %H:%M} UTC, and that is "
            "kept. What the files say is taken when they change."
        )


def _mended_too_late(policy: Policy, shelf_policy: ShelfPolicy) -> Iterator[str]:
    """Say where lessons, items or quiz rules of the newest published version are not those that it froze."""
    newest = db.session.execute(
        select(Version.number, Version.text, Version.digest)
        .where(Version.policy_id == policy.id, Version.published_at.is_not(None))
        .order_by(Version.number.desc())
        .limit(1)
    ).first()
    if newest is None or shelf_policy.texts.get(newest.number) != newest.text or shelf_policy.newest > newest.number:
        return  # with a next version on its way they are meant for that one
    script = script_of(shelf_policy, newest.number)
    given = digests.version_digest(
        newest.text, lessons=script.lessons, items=script.items, rules=script.rules or QuizRules()
    )
    if given != newest.digest:
        yield (
            f"{policy.slug}: lessons, items or quiz rules are not those that version {newest.number} was published "
            "with. That version keeps what it has; what is new comes with the next one."
        )


def _load_versions(
    policy: Policy, shelf_policy: ShelfPolicy, *, is_publishing: bool, now: datetime
) -> list[LoadedVersion]:
    query = select(Version).where(Version.policy_id == policy.id, Version.published_at.is_not(None))
    published = {version.number: version for version in db.session.scalars(query)}
    releases = {release.number: release for release in shelf_policy.releases}
    loaded: list[LoadedVersion] = []
    for number, text in sorted(shelf_policy.texts.items()):
        if number in published:
            if published[number].text != text:
                raise AlreadyPublished(
                    "content/%(slug)s/v%(number)s.md: this version is published, and its text is not what it "
                    "was. Put it back and publish the next version instead, as v%(published)s.md.",
                    slug=policy.slug,
                    number=number,
                    published=max(published) + 1,
                )
            loaded.append(_loaded(policy, published[number], Outcome.UNCHANGED))
            continue
        release = releases.get(number)
        if is_publishing and release is not None and release.published_at <= now:
            loaded.append(_publish(policy, shelf_policy, release))
            continue
        script = script_of(shelf_policy, number)
        version, is_changed = drafts.write_draft(policy, script, author_id=policy.owner_id, now=now)
        loaded.append(_loaded(policy, version, Outcome.DRAFTED if is_changed else Outcome.UNCHANGED))
        break  # at most one draft: later texts wait for their turn
    return loaded


def _publish(policy: Policy, shelf_policy: ShelfPolicy, release: Release) -> LoadedVersion:
    """Publish one version as its release records it."""
    where = f"{record_file(shelf_policy)}: versions[{release.number}]"
    author = person_by_email(release.author, where=f"{where}.author")
    approver = person_by_email(release.approver, where=f"{where}.approver")
    script = script_of(shelf_policy, release.number, is_record=True)
    version, _ = drafts.write_draft(policy, script, author_id=author, now=release.published_at)
    version.author_id = author
    try:
        publish(version, approver_id=approver, at=release.published_at)
    except PublicationRefused as refused:
        raise type(refused)(f"{where}: {refused}") from refused
    return _loaded(policy, version, Outcome.PUBLISHED)


def _loaded(policy: Policy, version: Version, outcome: Outcome) -> LoadedVersion:
    changes = changes_of([version.id])[version.id]
    return LoadedVersion(
        policy=policy.slug,
        number=version.number,
        outcome=outcome,
        is_draft=version.published_at is None,
        clause_count=len(version_clauses(version.id)),
        tally=tally(changes),
        undecided=sum(change.verdict is None for change in changes),
    )
