"""Visible text to normalised words: what counts as the same wording, whatever its case, quotes and punctuation.

Source of the rule: research/clauses.md section 7, steps 3 and 4. Markdown is read before this, in `lms.library`.
"""

import re
import unicodedata
from functools import lru_cache

_FOLDED = str.maketrans(
    {
        "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "´": "'",
        "“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"', "″": '"',
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-",
        "\u200b": None, "\u2060": None, "\ufeff": None, "\u00ad": None,
    }
)  # fmt: skip
"""Quotes and dashes of word processors; zero-width spaces and soft hyphens go without a trace."""

VARIABLE = r"\{[{%][^{}]*[%}]\}"
"""A template variable, `{{ … }}` or `{% … %}`: one word, whatever stands inside."""

# Possessive and bounded repeats: an unbroken run of 200 kB must not take quadratic time.
_PROTECTED = re.compile(
    rf"""
      (?P<variable>{VARIABLE})
    | (?P<mail>(?<![\w.+-])[\w.+-]{{1,64}}+@[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{1,8}})
    | (?P<url>(?<!\w)(?:https?://|www\.)[^\s<>"]++)
    | (?P<site>(?<![\w.-])(?:[\w-]{{1,63}}+\.){{1,8}}[a-z]{{2,24}}(?![\w-])(?:/[^\s<>"]*+)?)
    | (?P<number>(?<![^\W_])(?:(?<!\S)-)?\d\w*+(?:[.,:/-]\d\w*+)*+(?:\(\w{{1,4}}\))*+)
    """,
    re.VERBOSE,
)
_TRAILING = ".,;:!?)]}'\"*_"
_OWN_WORDS = "%‰&"
"""Marks that carry meaning beside a number or a name, besides currency, mathematics and pictures."""

_TITLE_NUMBER = re.compile(
    r"""^\s*(?:§+\s*)?(?:
        (?:section|article|part|chapter|clause|annex|appendix|step|phase)\s+(?:\d+(?:\.\d+)*|[a-z]|[ivxlc]+)\s*[.:)-]\s*
      | \(?(?:\d+(?:\.\d+)*|[a-z]|[ivxlc]+)[.:)]+\s+
      | \d+(?:\.\d+)+\s+
      | \d+\s+-+\s+
    )""",
    re.VERBOSE | re.IGNORECASE,
)


class _Plain(dict[int, str]):
    """Translation of characters outside protected words: marks of punctuation become spaces."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        category = unicodedata.category(character)
        if character in _OWN_WORDS or (category in ("Sm", "Sc", "So") and character not in "|~"):
            replacement = f" {character} "
        elif category[0] in "PZC" or category in ("Sk", "Sm"):
            replacement = " "
        else:
            replacement = character
        self[code] = replacement
        return replacement


_PLAIN = _Plain()


def folded(text: str) -> str:
    """The text with compatibility characters, quotes, dashes, invisible characters and case folded."""
    return unicodedata.normalize("NFKC", text.translate(_FOLDED)).translate(_FOLDED).casefold()


@lru_cache(maxsize=4_096)
def words_of(text: str) -> tuple[str, ...]:
    """Normalised words of a visible text.

    Punctuation parts words, except inside e-mail addresses, URLs, numbers, dates, amounts, section numbers and
    template variables. A text of nothing but punctuation is one word, so that it is not mistaken for no text.
    """
    plain = folded(text)
    words: list[str] = []
    end = 0
    for match in _PROTECTED.finditer(plain):
        words += plain[end : match.start()].translate(_PLAIN).split()
        words.append(_protected(match))
        end = match.end()
    words += plain[end:].translate(_PLAIN).split()
    if not words and plain.strip():
        words = ["".join(plain.split())]
    return tuple(words)


def _protected(match: re.Match[str]) -> str:
    """A protected word in its one spelling."""
    word = match.group()
    if match.lastgroup == "variable":
        # `{{ site.data.x.a-b }}` and `{% data x.a_b %}` are two spellings of one template language.
        inside = re.sub(r"^(?:site\.data\.|site\.|data\s+)", "", word[2:-2].strip())
        return "{" + re.sub(r"\s+", " ", inside).replace("-", "_") + "}"
    if match.lastgroup in ("url", "site"):
        return word.rstrip(_TRAILING)
    return word


def without_number(title: str) -> str:
    """A heading without its leading number or letter: `7. Privacy`, `A. Scope` and `1 - High` lose it."""
    plain = title.translate(_FOLDED)
    found = _TITLE_NUMBER.match(plain)
    rest = plain[found.end() :].strip() if found else ""
    return rest or title.strip()


def title_key(title: str) -> str:
    """What two headings have in common when only number, case or punctuation differ."""
    return " ".join(words_of(without_number(title)))
