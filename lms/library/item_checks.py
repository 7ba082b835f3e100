"""What can be measured of how well items are written; each finding is a warning to the author.

Source: content.md (items), after the item-writing rules of the NBME and of Haladyna, Downing and Rodriguez (2002).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import combinations
from math import sqrt

from lms.domain.quizzes import Item, ItemType, Option, QuizRules
from lms.library.item_rules import twin_key
from lms.library.reading_level import grade_level

Finding = tuple[str, str, str]
"""Id of the item (empty for the bank), what is wrong, what to do."""

HARDEST_STEM = 12.0
"""Reading grade."""
SMALLEST_BANK = 8
"""Items with one key below which shares over the bank say nothing."""
MOST_KEYS_LONGEST = 0.4
"""Share of items whose key is longer than every distractor; by chance it is a third or a quarter."""
MUCH_LONGER = 1.4
"""Times as long as the longest distractor …"""
MUCH_LONGER_BY = 12
"""… and by more than so many characters."""
LIKE = 0.9
"""Similarity of two options, by words, from which they say nearly the same."""
OFTEN = 4
"""A clause is asked too often with this many times `per_clause` items: the attention is missing elsewhere."""

FEWEST_CASES = 0.5
"""Share of items that tell a case."""

_SENTENCE_END = re.compile(r"[.!?:][\"”’)]*(?=\s|$)")
_SHORTEST_TELLING_WORD = 5
_SUBORDINATE = "although|as|because|before|if|since|that|though|unless|when|where|which|while|who|whose"
_NEGATIVE = re.compile(  # the question itself is negated, not a condition in it
    rf"(?i:\b(?:which|what|who|when)\b(?:\s+(?!(?:{_SUBORDINATE})\b)\w+){{0,6}}?"
    r"\s+(?:is|are|was|does|do|should|must|may|can|would|need)\s+(?:\w+\s+)?(?:not|never)\b[^.!]*\?)"
    r"|\b(?:NOT|EXCEPT|LEAST)\b",
)
_ABSOLUTE = re.compile(r"\b(?:always|never|in all cases|in every case|under no circumstances)\b", re.IGNORECASE)
_ALL_OR_NONE = re.compile(r"^\W*(?:all|none|both|neither) of (?:the above|these|them)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_EVERYWHERE = frozenset(
    "about after again before between could every first might other should their there until".split()
)
COMMON = 0.1
"""A word in more than this share of the items belongs to the work and gives no key away."""


def has_one_key(item: Item) -> bool:
    """True for the types in which one option of several is right."""
    return item.type in (ItemType.SINGLE, ItemType.DECISION)


def is_key_longest(item: Item) -> bool:
    """Tell whether the key has more characters than every distractor."""
    key, others = _key_and_others(item)
    return len(key.text) > max(len(other.text) for other in others)


def key_positions(items: Sequence[Item]) -> tuple[int, ...]:
    """Count the items with one key whose key stands first, second, …"""
    places = Counter(item.options.index(_key_and_others(item)[0]) for item in items if has_one_key(item))
    return tuple(places[place] for place in range(max(places, default=-1) + 1))


def common_words(items: Sequence[Item]) -> frozenset[str]:
    """Give the words that are so common in a bank that stem and key may share them."""
    texts = [" ".join([item.stem, *(option.text for option in item.options)]) for item in items]
    found = Counter(word for text in texts for word in set(_words(text)))
    return _EVERYWHERE | {word for word, count in found.items() if count > COMMON * max(len(items), SMALLEST_BANK)}


def of_item(item: Item, *, common: frozenset[str]) -> Iterator[Finding]:
    """Measure one item; `common` are the `common_words` of its bank."""
    yield from _of_stem(item)
    yield from _of_wording(item)
    yield from _of_pairs(item)
    if has_one_key(item):
        yield from _of_key(item, common)
    silent = [option.id for option in item.options if not option.feedback]
    if silent:
        yield item.id, f"no feedback for {', '.join(silent)}", "say why, by the clause"
    for option in item.options:
        if option.right_until is not None and option.right_until >= item.validity.since:
            message = f"{option.id} was right until version {option.right_until}, and the item asks since version "
            yield item.id, f"{message}{item.validity.since}", f"set `since` to {option.right_until + 1} or more"


def is_case(item: Item) -> bool:
    """Tell whether a stem tells something before it asks: a case, not recall."""
    return len(_SENTENCE_END.findall(item.stem.strip())) > 1


def has_old_rule(item: Item) -> bool:
    """Tell whether an option was right under an earlier version."""
    return any(option.right_until is not None for option in item.options)


def of_bank(items: Sequence[Item], *, clauses: Sequence[str], rules: QuizRules, version: int) -> Iterator[Finding]:
    """Measure all items that are asked in the newest version, `clauses` being the clauses of that version."""
    yield from _of_positions(items)
    if len(items) >= SMALLEST_BANK:
        yield from _of_sorts(items, version)
    single = [item for item in items if has_one_key(item)]
    longest = sum(map(is_key_longest, single))
    if len(single) >= SMALLEST_BANK and longest > MOST_KEYS_LONGEST * len(single):
        yield "", f"the key is the longest option in {longest} of {len(single)} items", "make distractors as long"
    stems: dict[str, str] = {}
    for item in items:
        twin = stems.setdefault(twin_key(item.stem), item.id)
        if twin != item.id:
            yield item.id, f"it asks the same as {twin}", "delete one of them, or change the case"
    asked = Counter(clause for item in items for clause in item.clauses)
    for clause in clauses:
        if asked[clause] > OFTEN * rules.per_clause:
            yield "", f"`{clause}` is asked {times(asked[clause])}", "ask about other clauses instead"


def _of_sorts(items: Sequence[Item], version: int) -> Iterator[Finding]:
    cases = sum(map(is_case, items))
    if cases < FEWEST_CASES * len(items):
        yield "", f"{cases} of {len(items)} items tell a case", "ask for a decision in one; recall fades first"
    if not any(item.type is ItemType.DECISION for item in items):
        yield "", "no item is a decision", "ask in some for the action and the clause that carries it"
    if version > 1 and not any(map(has_old_rule, items)):
        yield "", "no option is an old rule", "offer what was right before, with `right_until`"


def times(count: int) -> str:
    """Say how often."""
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count} times")


def _of_positions(items: Sequence[Item]) -> Iterator[Finding]:
    """Compare with chance, among items with the same number of options; two standard deviations are too many."""
    by_count: defaultdict[int, list[Item]] = defaultdict(list)
    for item in items:
        if has_one_key(item):
            by_count[len(item.options)].append(item)
    for count, group in sorted(by_count.items()):
        expected = len(group) / count
        limit = expected + 2 * sqrt(expected * (1 - 1 / count))
        for place, found in enumerate(key_positions(group), start=1):
            if len(group) >= SMALLEST_BANK and found > limit:
                message = f"the key is number {place} in {found} of {len(group)} items with {count} options"
                yield "", message, f"move some: about {round(expected)} would be even"


def _of_stem(item: Item) -> Iterator[Finding]:
    if _NEGATIVE.search(item.stem):
        yield item.id, "the stem asks what is not so", "ask what is so, or what the person does"
    level = grade_level(item.stem)
    if level > HARDEST_STEM:
        yield item.id, f"the stem reads like school year {level:.0f}", "use shorter sentences and plainer words"


def _of_wording(item: Item) -> Iterator[Finding]:
    for option in item.options:
        if found := _ABSOLUTE.search(option.text):
            yield item.id, f"{option.id} says `{found[0]}`, which marks an option as wrong or right", "leave it out"
        if found := _ALL_OR_NONE.search(option.text):
            yield item.id, f"{option.id} says `{found[0]}`", "name what is meant; let each option stand alone"


def _of_pairs(item: Item) -> Iterator[Finding]:
    for first, second in combinations(item.options, 2):
        one, two = _words(first.text), _words(second.text)
        is_inside = min(len(one), len(two)) > 1 and (_contains(one, two) or _contains(two, one))
        if is_inside or (_numbers(first) == _numbers(second) and _similarity(one, two) >= LIKE):
            yield item.id, f"{first.id} and {second.id} overlap", "make them exclude each other"


def _of_key(item: Item, common: frozenset[str]) -> Iterator[Finding]:
    key, others = _key_and_others(item)
    longest = max(len(other.text) for other in others)
    if len(key.text) > max(MUCH_LONGER * longest, longest + MUCH_LONGER_BY):
        message = f"the key has {len(key.text)} characters, the longest distractor {longest}"
        yield item.id, message, "shorten the key or say more in the distractors"
    distractors = {word for other in others for word in _words(other.text)}
    echoed = (set(_words(item.stem)) & set(_words(key.text))) - distractors - common
    telling = sorted(word for word in echoed if len(word) >= _SHORTEST_TELLING_WORD)
    if telling:
        yield item.id, f"stem and key alone share {', '.join(telling)}", "use the word in a distractor, or another word"


def _key_and_others(item: Item) -> tuple[Option, list[Option]]:
    key = next(option for option in item.options if option.is_key)
    return key, [option for option in item.options if option is not key]


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _numbers(option: Option) -> list[str]:
    """Numbers in an option: two that differ in them say different things, however alike their words are."""
    return re.findall(r"\d+", option.text)


def _contains(whole: list[str], part: list[str]) -> bool:
    return f" {' '.join(part)} " in f" {' '.join(whole)} "


def _similarity(one: list[str], two: list[str]) -> float:
    return SequenceMatcher(None, one, two, autojunk=False).ratio()
