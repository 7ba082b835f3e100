"""What is left out before a wording is hashed, and the three hashes of a clause: text, title and links.

Source: research/clauses.md section 7. Steps 1, 2 and 6 (what of the Markdown is visible, where links point) are in
`visible.py`, steps 3 and 4 (characters, case, punctuation) in `lms.domain.words`; here are 5 and 7 and the slug.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable

from lms.domain.policies import Block
from lms.domain.words import VARIABLE, folded, title_key, without_number, words_of

LONGEST_SLUG = 60

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_DAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
_DATE_WORD = (
    rf"(?:{VARIABLE}|{_MONTH}\b\.?|{_DAY}\b\.?|\d[\d:./-]*(?:st|nd|rd|th|z)?\b|at\b|of\b|on\b|utc\b|gmt\b|[ap]m\b)"
)
_STAMP = re.compile(
    rf"""(?:
        (?:this\ page\ was\ |page\ )?(?:last\ (?:updated|modified|revised|reviewed|changed|edited)|updated|revised)
        (?:\ on|\ at)?\s*:?
      | (?:effective|publication|revision|review)\ date\s*:?
      | effective(?:\ as\ of|\ from|\ on)?\s*:?
    )\s*(?=[^\d{{]*[\d{{])(?:{_DATE_WORD}[\s,]*+){{1,12}}\.?
    | (?:\w+\ ){{0,2}}(?:document|revision|version)\ history\s*(?:\([^()]*\))?""",
    re.VERBOSE,
)


def is_stamp(shown: str) -> bool:
    """True for a line that only dates the document: "Last updated …", "Effective date …", "Document history".

    A rule that merely begins so ("Effective dates are checked by …") is not one.
    """
    return len(shown) < 200 and _STAMP.fullmatch(folded(shown).strip()) is not None


def slug(title: str) -> str:
    """A clause id made from a heading without its number: small letters a to z, digits and hyphens.

    Accents are dropped and other scripts left out, because ids are typed in policy.yaml and stand in addresses. At
    most 60 characters, cut between words. `clause` when nothing is left.
    """
    plain = unicodedata.normalize("NFKD", folded(without_number(title)).replace("'", ""))
    words = re.findall(r"[a-z0-9]+", "".join(mark for mark in plain if unicodedata.category(mark) != "Mn"))
    made = ""
    for word in words:
        longer = f"{made}-{word}" if made else word[:LONGEST_SLUG]
        if len(longer) > LONGEST_SLUG:
            break
        made = longer
    return made or "clause"


def text_hash(blocks: Iterable[Block]) -> str:
    """SHA-256, hex, over the normalised words of a clause.

    Leaves out its heading, number and place, date stamps, and where one block ends and the next begins: a list that
    becomes a paragraph is layout.
    """
    return _sha256(" ".join(block.words for block in blocks if block.words))


def title_hash(title: str) -> str:
    """SHA-256, hex, over the normalised words of a heading without its number."""
    return _sha256(title_key(title))


def links_hash(links: Iterable[str]) -> str:
    """SHA-256, hex, over where the links of a clause point, in order (`visible.link_key`)."""
    return _sha256("\n".join(links))


def normalised(shown: str) -> str:
    """The normalised words of a visible text, parted by single spaces."""
    return " ".join(words_of(shown))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
