"""Whether the record can be trusted: every guard, digest and derived figure is checked against what it rests on.

Reads only. Each check gives a sentence for everything that is not as it must be. It finds what was changed behind the
application's back; who can change all that rests on each other unnoticed is told in reliability.md 5.9.
"""

from collections.abc import Callable, Iterable

from lms.extensions import db
from lms.verifying.attempts import attempt_numbers, scores
from lms.verifying.corrections import corrections, ended
from lms.verifying.database import guards, integrity, schema
from lms.verifying.erasures import erasures
from lms.verifying.evidence import evidence, signatures, snapshots
from lms.verifying.spells import overlaps
from lms.verifying.translations import read_in, translations
from lms.verifying.versions import items, lessons, versions

CHECKS: tuple[Callable[[], Iterable[str]], ...] = (
    schema,
    integrity,
    guards,
    lessons,
    items,
    versions,
    translations,
    evidence,
    signatures,
    read_in,
    snapshots,
    erasures,
    corrections,
    scores,
    ended,
    attempt_numbers,
    overlaps,
)
"""In the order in which they are run."""


def verify() -> list[str]:
    """Run every check on the database of `db.session`; an empty list says that the record is whole."""
    return [finding for check in CHECKS for finding in run(check)]


def run(check: Callable[[], Iterable[str]]) -> list[str]:
    """What one check finds; that it stumbled over what somebody wrote there is a finding too."""
    found: list[str] = []
    try:
        found.extend(check())
    except Exception as error:
        db.session.rollback()
        found.append(
            f"The check of {check.__name__.replace('_', ' ')} came to no end ({type(error).__name__}: {error})."
        )
    return found
