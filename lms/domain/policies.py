"""Policies, versions, clauses and changes as values; how they are matched is in `matching.py`.

Source of the rules: domain.md section 2.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What a controlled document settles."""

    POLICY = "policy"
    PROCESS = "process"
    PRODUCT = "product"


class Proof(StrEnum):
    """How its clauses are proven: by a quiz, or by reading and signing."""

    QUIZ = "quiz"
    ATTEST = "attest"


class Verdict(StrEnum):
    """Did the meaning change?"""

    MATERIAL = "material"
    EDITORIAL = "editorial"


class Sort(StrEnum):
    """What happened to a clause between two versions; one change may have several sorts."""

    ADDED = "added"
    REWORDED = "reworded"
    REMOVED = "removed"
    SPLIT = "split"
    MERGED = "merged"
    MOVED = "moved"
    RETITLED = "retitled"
    REQUEUED = "requeued"
    """The queues that the clause names changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A paragraph, list item (without nested items), table row or code block of a clause."""

    kind: str
    """paragraph | item | row | code | stamp (a date line such as "Last updated …")"""
    source: str
    """Markdown as written."""
    words: str
    """Visible words, normalised as in research/clauses.md section 7; what is compared and hashed. Empty for a stamp."""
    shown: str = ""
    """Visible text with its case and punctuation, in one line (code keeps its lines); what is displayed."""
    anchors: tuple[str, ...] = ()
    """Names of raw `<a name>` anchors standing in it; trusted before its words when blocks are matched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The text under one heading as it stands in a source, before a clause id is settled."""

    explicit_id: str | None
    title: str
    """Visible words of the heading, without `{#id}`; that of the document for text before the first heading."""
    level: int
    """1 to 6; 0 for text before the first heading."""
    path: tuple[str, ...]
    """Titles of the headings above, outermost first."""
    source: str
    """Markdown under the heading, exact but for line ends, which are `\\n`."""
    blocks: tuple[Block, ...]
    queues: frozenset[str] = frozenset()
    is_need_to_know: bool = False
    """Only whom it concerns may read it."""
    anchors: tuple[str, ...] = ()
    """Further anchors found inside (`<a name>`), kept aside."""
    links: tuple[str, ...] = ()
    """Last path segment and fragment of each link, for the reference hash."""
    line: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A section with its settled id: what people own, approve and are trained on."""

    id: str
    title: str
    level: int
    path: tuple[str, ...]
    source: str
    blocks: tuple[Block, ...]
    queues: frozenset[str]
    text_hash: str
    """SHA-256 hex over the normalised words; leaves out heading, number and place."""
    title_hash: str
    links_hash: str
    is_need_to_know: bool = False
    """Only whom it concerns may read it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A predecessor of a clause and how sure the matching is, 0 to 1 (1.0 for an explicit id or equal text)."""

    predecessor: str
    similarity: float
    is_confirmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What happened to one clause between two versions."""

    clause: str
    """Its id in the newer version; for a removal its id in the older."""
    sorts: frozenset[Sort]
    links: tuple[Link, ...] = ()
    proposed: Verdict
    proposed_because: str
    verdict: Verdict | None = None
    """None while nobody decided."""
    reason: str = ""
    gained_queues: frozenset[str] = frozenset()
    """Queues that the clause concerns now and did not before; material for those who work in them. Empty for an
    added clause, which is new to everybody."""

    @property
    def predecessors(self) -> tuple[str, ...]:
        """Ids in the older version."""
        return tuple(link.predecessor for link in self.links)

    @property
    def is_removal(self) -> bool:
        """True when the clause has no successor."""
        return Sort.REMOVED in self.sorts


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What is decided about a version besides its text: one entry of `versions` in policy.yaml."""

    number: int
    reason: str
    author: str
    approver: str
    published_at: datetime
    effective_at: datetime
    grace_days: int | None = None
    provisional_hours: int | None = None
    """Set for an emergency: how long an acknowledgement keeps people provisionally ready."""
    changes: tuple["Decided", ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """One entry of `changes` in policy.yaml: a person's verdict, and links drawn by hand."""

    clause: str
    verdict: Verdict
    reason: str
    predecessors: tuple[str, ...] | None = None
    """`from:`; None means as matched."""
    is_removed: bool = False
