"""From the shelf to a policy's own row and to the script of one of its versions. Nothing here commits."""

from datetime import datetime

from sqlalchemy import select

from lms.domain.policies import Proof
from lms.domain.quizzes import is_right_for
from lms.extensions import db
from lms.library.shelf import ShelfPolicy
from lms.models import Policy
from lms.policies import drafts
from lms.policies.drafts import Script
from lms.policies.people import person_by_email
from lms.policies.refusals import ContentRefused
from lms.policies.requirements import Requirement, requirement_of, settle


def record_file(shelf_policy: ShelfPolicy) -> str:
    """The file that says what is decided about a policy, as refusals name it."""
    return f"content/{shelf_policy.slug}/policy.yaml"


def keep_policy(shelf_policy: ShelfPolicy, *, by: int | None, from_at: datetime, now: datetime) -> tuple[Policy, bool]:
    """Make or refresh a policy and its requirement; the row and whether anything was written.

    A first requirement holds from `from_at`, a different one from `now`; one that a person set since stays as long as
    the files say the same as before. `by` records it; None means the owner.
    Raises ContentRefused.
    """
    file = record_file(shelf_policy)
    wanted = {
        "title": shelf_policy.title,
        "kind": shelf_policy.kind,
        "proof": shelf_policy.proof,
        "owner_id": person_by_email(shelf_policy.owner, where=f"{file}: owner"),
        "timezone": shelf_policy.timezone,
        "is_need_to_know": shelf_policy.is_need_to_know,
    }
    policy = db.session.scalar(select(Policy).where(Policy.slug == shelf_policy.slug))
    is_changed = policy is None
    if policy is None:
        policy = Policy(slug=shelf_policy.slug, created_at=from_at, **wanted)
        db.session.add(policy)
        db.session.flush()
    drafts.lock(policy.id)
    for name, value in wanted.items():
        if getattr(policy, name) != value:
            setattr(policy, name, value)
            is_changed = True
    db.session.flush()
    is_settled = settle(
        policy.id,
        requirement_in(shelf_policy),
        by=by if by is not None else policy.owner_id,
        where=f"{file}: audience",
        from_at=from_at if requirement_of(policy.id) is None else now,
    )
    return policy, is_changed or is_settled


def requirement_in(shelf_policy: ShelfPolicy) -> Requirement:
    """What the files ask of whom."""
    return Requirement(
        queues=frozenset(shelf_policy.audience),
        is_everybody=shelf_policy.is_everybody,
        onboarding_days=shelf_policy.onboarding_days,
        grace_days=shelf_policy.grace_days,
        valid_days=shelf_policy.valid_days,
        window_days=shelf_policy.window_days,
        reentry_days=shelf_policy.reentry_days,
    )


def script_of(shelf_policy: ShelfPolicy, number: int, *, is_record: bool = False) -> Script:
    """A version as the shelf has it, with the lessons and items that are right for it. Raises ContentRefused."""
    text = shelf_policy.texts.get(number)
    if text is None:
        raise ContentRefused(
            "content/%(slug)s: there is no text v%(number)s.md. Write it first.", slug=shelf_policy.slug, number=number
        )
    release = next((release for release in shelf_policy.releases if release.number == number), None)
    columns: dict[str, object] = {}
    if release is not None:
        columns = {
            "reason": release.reason,
            "grace_days": release.grace_days,
            "provisional_hours": release.provisional_hours,
            "effective_at": release.effective_at,
        }
    return Script(
        number=number,
        text=text,
        title=shelf_policy.title,
        file=f"content/{shelf_policy.slug}/v{number}.md",
        lessons=tuple(lesson for lesson in shelf_policy.lessons if is_right_for(lesson.validity, number)),
        items=tuple(item for item in shelf_policy.items if is_right_for(item.validity, number)),
        rules=shelf_policy.rules if shelf_policy.proof is Proof.QUIZ else None,
        decided=release.changes if release else (),
        is_record=is_record,
        columns=columns,
    )
