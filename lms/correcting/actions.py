"""The action that corrects an item: what was shown happens, in one transaction, as new rows beside the old ones."""

from datetime import datetime

from sqlalchemy import select

from lms import auditing
from lms.auditing import Act, Entry
from lms.correcting import queries
from lms.correcting.outcome import Outcome, Rescored
from lms.correcting.queries import Asked
from lms.correcting.records import give_again, record_scores, revoke
from lms.correcting.refusals import LONGEST_REASON, SHORTEST_REASON, CorrectionRefused, ItemUnknown, SomethingChanged
from lms.domain.correcting import CorrectionKind, NewKey
from lms.extensions import db, writing
from lms.mail.outbox import post_each
from lms.models import ItemCorrection, Person, Policy
from lms.models.corrections import correction_digest
from lms.models.proof import stamp
from lms.training.queries import Correction

ACTS = {
    CorrectionKind.VOID: Act.ITEM_VOIDED,
    CorrectionKind.RESCORE: Act.ITEM_RESCORED,
    CorrectionKind.RESTORE: Act.ITEM_RESTORED,
}


def tried_out(asked: Asked, kind: CorrectionKind, new: NewKey | None) -> Outcome:
    """What a correction would do; nothing is written. Raises CorrectionRefused and KeyRefused."""
    _refuse_what_is_so(asked, kind)
    return queries.outcome(asked, queries.correction(asked, kind, new))


@writing()
def correct(
    slug: str,
    revision_id: int,
    kind: CorrectionKind,
    *,
    new: NewKey | None = None,
    reason: str,
    seen: str,
    by: int,
    now: datetime,
) -> Outcome:
    """Void an item, give it another key, or take that back, and grade everybody anew who was asked.

    `seen` is the digest of the outcome as it was shown. Raises ItemUnknown, KeyRefused, CorrectionRefused, and
    SomethingChanged where it would be another by now.
    """
    reason = reason.strip()
    refuse_reason(reason)
    # Against who grades and who corrects (see `hold_keys`), not against who only refers to the policy.
    db.session.execute(select(Policy.id).where(Policy.slug == slug).with_for_update(key_share=True))
    asked = queries.asked_item(slug, revision_id)
    if asked is None:
        raise ItemUnknown("There is no such question in this policy.")
    _refuse_what_is_so(asked, kind)
    made = queries.correction(asked, kind, new)
    row = _recorded(asked, made, reason, by=by, now=now)
    found = queries.outcome(asked, queries.correction(asked, kind, new, number=row.id))
    if found.digest != seen:
        raise SomethingChanged("Something changed since you looked at what it does. Look again, then decide.")
    _write(found, row, by=by, now=now)
    _note(found, asked, reason, by=by, now=now)
    db.session.commit()
    return found


def _recorded(asked: Asked, made: Correction, reason: str, *, by: int, now: datetime) -> ItemCorrection:
    digest = correction_digest(
        item=asked.digest,
        kind=made.kind.value,
        key=made.key,
        reason=reason,
        by=db.session.get_one(Person, by).subject,
        at=stamp(now),
    )
    row = ItemCorrection(
        item_id=asked.revision_id,
        kind=made.kind,
        key=made.key,
        reason=reason,
        digest=digest,
        decided_by=by,
        decided_at=now,
    )
    db.session.add(row)
    db.session.flush()
    return row


def refuse_reason(reason: str) -> None:
    """Raise CorrectionRefused for a reason that says too little, or too much."""
    if not SHORTEST_REASON <= len(reason.strip()) <= LONGEST_REASON:
        raise CorrectionRefused(
            "Say why, in %(least)s to %(most)s characters.", least=SHORTEST_REASON, most=LONGEST_REASON
        )


def _refuse_what_is_so(asked: Asked, kind: CorrectionKind) -> None:
    if kind is CorrectionKind.VOID and asked.is_void:
        raise CorrectionRefused("This question is void already. There is nothing to do.")
    if kind is CorrectionKind.RESTORE and not asked.is_corrected:
        raise CorrectionRefused("This question counts as it was published. There is nothing to take back.")


def _write(found: Outcome, row: ItemCorrection, *, by: int, now: datetime) -> None:
    ended = revoke(found.rescored, row, by=by, now=now)
    given = give_again(found.rescored, row, now=now)
    record_scores(found.rescored, row, ended=ended, given=given, now=now)
    last = {each.sat.person_id: each.sat.attempt_id for each in sorted(found.turned, key=_weight) if each.is_told}
    post_each("corrected result", {person: {"attempt": attempt} for person, attempt in last.items()}, now=now)


def _weight(each: Rescored) -> tuple[bool, int]:
    """Of several attempts of a person, a mail is about the one that changes what is proven, else the last."""
    return each.ends is not None or each.again is not None, each.sat.attempt_id


def _note(found: Outcome, asked: Asked, reason: str, *, by: int, now: datetime) -> None:
    auditing.note(
        ACTS[found.kind],
        by=by,
        at=now,
        about=f"{asked.policy}: {asked.slug}",
        after={
            "item": asked.digest,
            "attempts": len(found.rescored),
            "passing": len(found.passing),
            "failing": len(found.failing),
            "ended": found.count("ends"),
            "given again": found.count("again"),
        },
        reason=reason,
    )
    entries: dict[int, Entry] = {}
    for each in sorted(found.turned, key=_weight):
        said = [
            {"attempt": each.sat.attempt_id, "percent": one.percent, "passed": one.is_passed}
            for one in (each.sat.score, each.after)
        ]
        entries[each.sat.person_id] = Entry(
            person=each.sat.person_id, before=said[0], after=said[1], was=None, now_is=None
        )
    auditing.note_each(Act.RESULT_CORRECTED, list(entries.values()), by=by, at=now, reason=reason)
