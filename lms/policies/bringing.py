"""Brings items of other systems into the draft of a policy, after showing what would come in. Holds actions."""

from datetime import datetime

from lms import auditing
from lms.auditing import Act
from lms.exchange import fitting, reading
from lms.exchange.fitting import Outcome, Report
from lms.extensions import db, writing
from lms.models import Policy, Version
from lms.policies import banks, drafts
from lms.policies.refusals import ItemsRefused

__all__ = ["Outcome", "Report", "bring_in", "look", "take_out"]


def look(slug: str, content: bytes, *, filename: str = "", clause: str = "", is_replacing: bool = False) -> Report:
    """What would become of each question of a file; nothing is written. Raises FileRefused, ItemsRefused."""
    draft = _draft(banks.policy_with_quiz(slug))
    return _fitted(draft, content, filename=filename, clause=clause, is_replacing=is_replacing)


@writing()
def bring_in(
    slug: str,
    content: bytes,
    *,
    filename: str = "",
    clause: str = "",
    is_replacing: bool = False,
    is_rest_wanted: bool = False,
    by: int | None,
    now: datetime,
) -> Report:
    """Bring a file into the draft of a policy; the second time changes nothing.

    When a question cannot come in, nothing does, unless `is_rest_wanted`: somebody saw which, and wants the others.
    Raises FileRefused, ItemsRefused, DraftWithApprover.
    """
    policy = banks.policy_with_quiz(slug)
    drafts.lock(policy.id)
    draft = _draft(policy)
    drafts.refuse_while_with_approver(draft)
    report = _fitted(draft, content, filename=filename, clause=clause, is_replacing=is_replacing)
    if report.brought and (is_rest_wanted or not report.counted(Outcome.REFUSED)):
        items = {item.id: item for item in banks.items_of(draft.id)}
        banks.write_items(draft, (items | {item.id: item for item in report.brought}).values())
        draft.author_id = by if by is not None else draft.author_id
        after = {
            "items": [item.id for item in report.brought],
            "new": report.counted(Outcome.NEW),
            "changed": report.counted(Outcome.CHANGED),
            "refused": report.counted(Outcome.REFUSED),
        }
        auditing.note(Act.ITEMS_BROUGHT_IN, by=by, at=now, about=drafts.called(draft), after=after)
    db.session.commit()
    return report


@writing()
def take_out(slug: str, item_id: str, *, by: int, now: datetime) -> None:
    """Take an item that was brought into a draft out again, with those of its case; what is in a file is mended there.

    Raises ItemsRefused, DraftWithApprover.
    """
    policy = banks.policy_with_quiz(slug)
    drafts.lock(policy.id)
    draft = _draft(policy)
    drafts.refuse_while_with_approver(draft)
    about, items = drafts.called(draft), banks.items_of(draft.id)
    asked = next((item for item in items if item.id == item_id), None)
    if asked is None or item_id not in banks.brought_in(about):
        raise ItemsRefused("“%(item)s” was not brought into this draft. Look at it again.", item=item_id)
    case = asked.case.id if asked.case else None
    gone = {item.id for item in items if item.id == item_id or (case and item.case and item.case.id == case)}
    banks.write_items(draft, [item for item in items if item.id not in gone])
    draft.author_id = by
    auditing.note(Act.ITEM_TAKEN_OUT, by=by, at=now, about=about, before={"items": sorted(gone)})
    db.session.commit()


def _draft(policy: Policy) -> Version:
    draft = drafts.draft_of(policy.id)
    if draft is None:
        raise ItemsRefused(
            "“%(title)s” has no draft. Load one from its files, then bring the items into it.", title=policy.title
        )
    return draft


def _fitted(draft: Version, content: bytes, *, filename: str, clause: str, is_replacing: bool) -> Report:
    found, source = reading.read(content, filename)
    return fitting.fit(found, source, banks.bank_of(draft), clause=clause, is_replacing=is_replacing)


def too_large(most: int) -> ItemsRefused:
    """A file that a page cannot send back."""
    return ItemsRefused(
        "A page takes files up to %(size)s MB. Split it, or use muster items import.", size=f"{most / 1_000_000:.1f}"
    )
