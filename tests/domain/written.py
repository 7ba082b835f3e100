"""Clauses made by hand, for stories about versions: every line of a text is a block."""

import hashlib

from lms.domain.changes import Comparison, between
from lms.domain.matching import match
from lms.domain.policies import Block, Clause, Verdict
from lms.domain.words import title_key, words_of

MATERIAL, EDITORIAL = Verdict.MATERIAL, Verdict.EDITORIAL


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def block(shown: str, *, kind: str = "paragraph", anchors: tuple[str, ...] = ()) -> Block:
    words = "" if kind == "stamp" else " ".join(words_of(shown))
    return Block(kind=kind, source=shown, words=words, shown=shown, anchors=anchors)


def clause(
    name: str,
    *blocks: str | Block,
    title: str | None = None,
    level: int = 2,
    path: tuple[str, ...] = (),
    queues: tuple[str, ...] = (),
    links: str = "",
) -> Clause:
    made = tuple(block(one) if isinstance(one, str) else one for one in blocks)
    heading = name.replace("-", " ").capitalize() if title is None else title
    return Clause(
        id=name,
        title=heading,
        level=level,
        path=path,
        source="\n\n".join(one.source for one in made) + links,
        blocks=made,
        queues=frozenset(queues),
        text_hash=_hash(" ".join(one.words for one in made if one.words)),
        title_hash=_hash(title_key(heading)),
        links_hash=_hash(links),
    )


def compare(old: list[Clause], new: list[Clause], audience: tuple[str, ...] = ()) -> Comparison:
    return between(old, new, pairs=match(old, new), audience=frozenset(audience))


FAX = "Requests by fax are answered within ten working days by the legal desk and filed in the cabinet."
NOTICE = "Tell the person concerned before anything is disclosed, unless a court order or the law forbids it."
EMERGENCY = "Where a life is in danger one colleague may disclose at once what is needed to avert the danger."
PRESERVATION = "On a written request records are kept for ninety days while the requester obtains an order."
COSTS = "We may ask to be paid back for the costs of searching archives at the published hourly rate."
