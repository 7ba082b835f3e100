"""The items of a version as a file that other systems, or our own shelf, can read. Keys are in it: for owners only.

They are those that count today: a question that was corrected does not go out with the key that was wrong.
"""

from dataclasses import dataclass

from sqlalchemy import select

from lms import csv_files
from lms.exchange import csv_rows, qti_writing, yaml_items
from lms.extensions import db
from lms.models import Policy, Version
from lms.policies import banks
from lms.policies.reading import rules_of
from lms.policies.refusals import ItemsRefused

DRAFT = "draft"
LONGEST_NUMBER = 9
FORMATS = ("yaml", "qti3", "csv")
_KINDS = {
    "yaml": ("application/yaml", "yaml"),
    "qti3": ("application/zip", "zip"),
    "csv": ("text/csv; charset=utf-8; header=present", "csv"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOut:
    """A file of items."""

    content: bytes
    name: str
    content_type: str
    count: int
    """Of its items."""
    unsaid: frozenset[str]
    """Ids of those that have the key they were published with, since a file cannot say the one that counts."""


def hand_out(slug: str, *, format: str, version: str = "") -> HandedOut:
    """The items of a version, `draft` or its number; without one the draft, or else the newest that was published.

    Raises ItemsRefused, ExportRefused.
    """
    policy = banks.policy_with_quiz(slug)
    chosen = _version(policy, version)
    items, unsaid = banks.items_as_they_count(chosen.id)
    kind, ending = _KINDS[format]
    if format == "yaml":
        content = yaml_items.written(items, rules_of(chosen)).encode()
    elif format == "qti3":
        content = qti_writing.package(items, title=f"{policy.title}, version {chosen.number}")
    else:
        content = csv_files.text_of(csv_rows.COLUMNS, map(csv_rows.row_of, items)).encode()
    name = f"{slug}-v{chosen.number}-items.{ending}"
    return HandedOut(content=content, name=name, content_type=kind, count=len(items), unsaid=unsaid)


def _version(policy: Policy, label: str) -> Version:
    query = select(Version).where(Version.policy_id == policy.id)
    if label == DRAFT:
        query = query.where(Version.published_at.is_(None))
    elif label:
        is_number = label.isascii() and label.isdecimal() and len(label) < LONGEST_NUMBER
        query = query.where(Version.number == (int(label) if is_number else None))
    found = db.session.scalar(query.order_by(Version.number.desc()).limit(1))
    if found is None:
        raise ItemsRefused("“%(title)s” has no version “%(label)s”.", title=policy.title, label=label or DRAFT)
    return found
