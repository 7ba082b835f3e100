"""How hard an English text is to read.

Flesch-Kincaid grade level: 0.39 x words per sentence + 11.8 x syllables per word - 15.59 (Kincaid et al., 1975).
Syllables are counted as groups of vowels, which is right for about nine words in ten.
"""

import re

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?]+(?=\s|$)|\n\s*(?=\n|[-*|#>\d])")
_NOT_PROSE = re.compile(r"```.*?```|`[^`]*`|^\|.*$|^#.*$|\]\([^)]*\)|\([^)]*\d[^)]*\)", re.DOTALL | re.MULTILINE)
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT_END = re.compile(r"(?<=[^aeiouyl])e$|(?<=[^aeiouydt])ed$|(?<=[^aeiouyscxz])es$")


def grade_level(markdown: str) -> float:
    """Give the school year, counted as in the United States, in which a text can be read; 0 for no words."""
    prose = _NOT_PROSE.sub(" ", markdown)
    words = _WORD.findall(prose)
    if not words:
        return 0.0
    sentences = sum(bool(_WORD.search(part)) for part in _SENTENCE_END.split(prose))
    return max(0.0, 0.39 * len(words) / sentences + 11.8 * sum(map(_syllables, words)) / len(words) - 15.59)


def _syllables(word: str) -> int:
    return max(1, len(_VOWELS.findall(_SILENT_END.sub("", word.lower()))))
