"""Which source owns a field of a person: what another source says is reported and not taken. Pure.

Sources: feed (files), scim, oidc (claims of a provider), lms (roster of another LMS), hand (screens and commands).
A field that nobody owns is written by every source; the last one counts.
"""

from collections.abc import Mapping
from enum import StrEnum

FIELDS = ("name", "email", "vendor", "timezone", "language", "team", "role", "queues", "employment", "leave")


class Source(StrEnum):
    """Who may own a field."""

    FEED = "feed"
    SCIM = "scim"
    OIDC = "oidc"
    LMS = "lms"
    HAND = "hand"


Owners = Mapping[str, Source]
"""By field; one that is not named is nobody's own."""


def owners_of(text: str) -> dict[str, Source]:
    """Read `team=feed, email=oidc`; raise ValueError with a sentence."""
    found: dict[str, Source] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        field, _, source = (word.strip() for word in part.partition("="))
        if field not in FIELDS or source not in set(Source):
            raise ValueError(
                f"MUSTER_FIELD_OWNERS: “{part}” is not understood. Write field=source, of {', '.join(FIELDS)} "
                f"and {', '.join(Source)}."
            )
        found[field] = Source(source)
    return found


def may_write(owners: Owners, field: str, source: Source) -> bool:
    """True for the owner of a field, and for everybody where it has none."""
    return owners.get(field, source) is source
