"""The items of a version with their keys, for who writes them; and which of a draft were brought in from a file.

Nothing here commits. Nothing of it may reach a page of training.
"""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import select

from lms.auditing import Act
from lms.domain.correcting import CorrectionKind
from lms.domain.policies import Proof
from lms.domain.quizzes import Item, QuizRules
from lms.exchange import yaml_items
from lms.exchange.fitting import Bank
from lms.extensions import db
from lms.library import digests
from lms.models import AuditEntry, ItemCorrection, ItemKey, ItemRevision, Policy, Version, VersionItem
from lms.models.corrections import last_correction
from lms.policies import freezing
from lms.policies.reading import changes_of, lessons_of, rules_of, version_clauses
from lms.policies.refusals import ItemsRefused


def items_of(version_id: int) -> tuple[Item, ...]:
    """The items of a version, keys and feedback included, in the order of their ids; one statement."""
    rows = db.session.execute(
        select(ItemRevision.question, ItemKey.key)
        .join(VersionItem, VersionItem.item_id == ItemRevision.id)
        .join(ItemKey, ItemKey.item_id == ItemRevision.id)
        .where(VersionItem.version_id == version_id)
        .order_by(ItemRevision.slug)
    )
    return tuple(digests.item_from(question, key) for question, key in rows)


def items_as_they_count(version_id: int) -> tuple[tuple[Item, ...], frozenset[str]]:
    """The same with the keys that count today, and the ids of those that go by another key than a file could say.

    Such an item, a single choice with two right answers, keeps the key that it was published with. One statement.
    """
    rows = db.session.execute(
        select(ItemRevision.question, ItemKey.key, ItemCorrection.kind, ItemCorrection.key)
        .join(VersionItem, VersionItem.item_id == ItemRevision.id)
        .join(ItemKey, ItemKey.item_id == ItemRevision.id)
        .outerjoin(ItemCorrection, last_correction(ItemRevision.id))
        .where(VersionItem.version_id == version_id)
        .order_by(ItemRevision.slug)
    )
    found, unsaid = list[Item](), set[str]()
    for question, key, kind, new_key in rows:
        item = digests.item_from(question, key)
        if kind is CorrectionKind.RESCORE and new_key is not None:
            other = digests.item_from(question, new_key)
            if yaml_items.problems([replace(other, case=None)]):
                unsaid.add(item.id)
            else:
                item = other
        found.append(item)
    return tuple(found), frozenset(unsaid)


def policy_with_quiz(slug: str) -> Policy:
    """The policy. Raises ItemsRefused when there is none, or it has no quiz."""
    policy = db.session.scalar(select(Policy).where(Policy.slug == slug))
    if policy is None:
        raise ItemsRefused("There is no policy “%(slug)s”.", slug=slug)
    if policy.proof != Proof.QUIZ:
        raise ItemsRefused("“%(title)s” is read and signed; it has no quiz.", title=policy.title)
    return policy


def bank_of(draft: Version) -> Bank:
    """A draft as items from elsewhere are held against it."""
    removed = {change.clause for change in changes_of([draft.id])[draft.id] if change.is_removal}
    items = {item.id: item for item in items_of(draft.id)}
    drawn = [picture for part in (*items.values(), *lessons_of(draft.id)) for picture in part.pictures]
    return Bank(
        number=draft.number,
        clauses=frozenset(clause.id for clause in version_clauses(draft.id)) | removed,
        items=items,
        pictures={picture.address: picture for picture in drawn},
    )


def brought_in(about: str) -> frozenset[str]:
    """Ids of items that were brought into a draft, and not taken out again; `about` names it in the audit log."""
    acts = (Act.ITEMS_BROUGHT_IN, Act.ITEM_TAKEN_OUT)
    found: set[str] = set()
    entries = db.session.execute(
        select(AuditEntry.act, AuditEntry.after, AuditEntry.before)
        .where(AuditEntry.act.in_(acts), AuditEntry.about == about)
        .order_by(AuditEntry.id)
    )
    for act, after, before in entries:
        if act == Act.ITEMS_BROUGHT_IN:
            found |= set((after or {}).get("items", ()))
        else:
            found -= set((before or {}).get("items", ()))
    return frozenset(found)


def with_brought_in(draft: Version, items: Iterable[Item], *, about: str) -> tuple[Item, ...]:
    """What files have for a draft, and besides that what was brought into it and is in no file yet."""
    listed = tuple(items)
    taken = {name for item in listed for name in (item.id, item.case.id if item.case else item.id)}
    kept = brought_in(about) - taken
    others = items_of(draft.id) if kept else ()
    return (*listed, *(item for item in others if item.id in kept and not (item.case and item.case.id in taken)))


def write_items(draft: Version, items: Iterable[Item]) -> None:
    """Make these all items of a draft."""
    listed, rules = tuple(items), rules_of(draft) or QuizRules()
    freezing.write_items(draft, listed)
    draft.digest = digests.version_digest(draft.text, lessons=lessons_of(draft.id), items=listed, rules=rules)
    db.session.flush()
