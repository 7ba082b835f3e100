"""When each shipped version goes out in the demo, in days before today, and the one change that did not land.

Order and rough spacing are those of the dates in the policies' own files, drawn together to half a year. What the
documents say of each other holds: appeals expect that leads suspend already, and the wave of scams has an end.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """When a shipped version goes out: days before today."""

    policy: str
    number: int
    published: float
    effective: float | None
    """None: at once, by an emergency. Below zero: still to come."""


RELEASES = tuple(
    Release(policy=policy, number=number, published=published, effective=effective)
    for policy, number, published, effective in (
        ("sensitive-content", 1, 180, 174),
        ("abuse-reports", 1, 178, 171),
        ("legal-requests", 1, 175, 168),
        ("appeals-and-quality", 1, 174, 167),
        ("confidentiality", 1, 168, 161),
        ("escalations", 1, 167, 160),
        ("impersonation-and-scams", 1, 162, 155),
        ("product-messaging-safety", 1, 156, 149),
        ("abuse-reports", 2, 123, 109),
        ("product-messaging-safety", 2, 102, 95),
        ("confidentiality", 2, 68, 54),
        ("escalations", 2, 67, 60),
        ("impersonation-and-scams", 2, 66.7, None),
        ("product-messaging-safety", 3, 46, 39),
        ("abuse-reports", 3, 32, 18),
        ("appeals-and-quality", 2, 25, 11),
        ("sensitive-content", 2, 24, 10),
        ("impersonation-and-scams", 3, 22, 6),
        ("escalations", 3, 11, -3),
        ("legal-requests", 2, 1.6, None),
    )
)
DRAFTED = ("legal-requests", 3)
"""Lies on Pia's desk, unjudged."""
LEFT_TO_LEARN = {"ada": ("legal-requests", 2), "sam": ("escalations", 3)}
"""What the agents of the README have not learned yet. They learn everything else in time and answer it right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """A clause that is answered by the rule before: by whom knew that rule, until they have proven the new one."""

    policy: str
    number: int
    """The version that changed it."""
    clause: str
    share: float
    """Chance that a question which offers the old rule is answered by it, at the first attempt."""


NOT_LANDED = Habit(policy="appeals-and-quality", number=2, clause="second-review", share=0.7)
"""The change that has not landed: that an appeal goes to another team stands in the new version, and on the floor it
still goes to whoever sits near. The other changes of that day are known."""
