"""Items of every type, made up by Hypothesis: right by the rules of quiz files, odd in every other way."""

from decimal import Decimal

from hypothesis import strategies as st

from lms.domain.quizzes import Case, Choice, Item, ItemType, Option, Teaching, Unit

ODD = "ab Zé9ש漢😀|\\=>'\"`*_<>&#;:,.{}[]()~%$@+-!?/＝"
slugs = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,4})?", fullmatch=True)
lines = st.text(ODD, max_size=12).map(lambda text: " ".join(text.split()))
texts = st.lists(lines.filter(bool), max_size=3).map("\n".join)
amounts = st.decimals(min_value=0, max_value=9999, places=2)
CLAUSES = ("speed", "records", "who")


def _unlike(parts: list[str]) -> list[str]:
    """Texts that nobody takes for each other."""
    return [f"{part} x{place}".strip() for place, part in enumerate(parts)]


def _many(least: int, most: int = 4) -> st.SearchStrategy[list[str]]:
    return st.lists(lines, min_size=least, max_size=most).map(_unlike)


def _ids(count: int) -> st.SearchStrategy[list[str]]:
    return st.lists(slugs, min_size=count, max_size=count, unique=True)


@st.composite
def validities(draw: st.DrawFn) -> Teaching:
    """Versions that an item is for."""
    since = draw(st.integers(1, 3))
    until = draw(st.none() | st.integers(since, 5))
    return Teaching(since=since, until=until, checked=draw(st.integers(since, until or 5)))


@st.composite
def options_of(draw: st.DrawFn, kind: ItemType, choices: list[str]) -> tuple[Option, ...]:
    """What is offered, or recognised, in an item of this type; `choices` are the ids that a matching matches with."""
    fewest = {ItemType.NUMBER: 1, ItemType.SHORT: 1, ItemType.ORDERING: 3}.get(kind, 2)
    words = draw(_many(fewest, 2 if kind is ItemType.TRUE_FALSE else 4))
    if kind is ItemType.NUMBER:
        words = [f"{place * 50_000}.5" for place in range(len(words))]
    key = draw(st.integers(0, len(words) - 1))
    made = []
    for place, (word, name) in enumerate(zip(words, draw(_ids(len(words))), strict=True)):
        is_key = kind not in (ItemType.ORDERING, ItemType.MATCHING) and (
            place == key or (kind is ItemType.MULTIPLE and draw(st.booleans()))
        )
        made.append(
            Option(
                id=name,
                text=word,
                is_key=is_key,
                feedback=draw(texts),
                right_until=None if is_key else draw(st.none() | st.integers(0, 4)),
                match=draw(st.sampled_from(choices)) if choices else None,
                also=tuple(f"{word} or {other}" for other in draw(_many(0, 2))) if kind is ItemType.SHORT else (),
            )
        )
    return tuple(made)


@st.composite
def items(draw: st.DrawFn, kind: ItemType, id: str = "item") -> Item:
    """An item of this type."""
    choices = draw(_many(2)) if kind is ItemType.MATCHING else []
    of_choices = draw(_ids(len(choices)))
    units = draw(_many(0, 3)) if kind is ItemType.NUMBER else []
    clauses = draw(st.lists(st.sampled_from(CLAUSES), min_size=1, max_size=3, unique=True))
    cites = clauses[:1] if kind is ItemType.DECISION else []
    return Item(
        id=id,
        type=kind,
        clauses=tuple(clauses),
        stem=draw(texts.filter(bool)) + "?",
        options=draw(options_of(kind, of_choices)),
        validity=draw(validities()),
        is_critical=draw(st.booleans()),
        sensitive=draw(lines),
        cites_key=cites[0] if cites else None,
        cites_others=tuple(clause for clause in CLAUSES if clause not in cites) if cites else (),
        choices=tuple(Choice(id=name, text=text) for name, text in zip(of_choices, choices, strict=True)),
        units=tuple(
            Unit(id=name, text=text, factor=Decimal(1) if place == 0 else draw(amounts) + 1)
            for place, (name, text) in enumerate(zip(draw(_ids(len(units))), units, strict=True))
        ),
        tolerance=draw(amounts) if kind is ItemType.NUMBER else Decimal(0),
        is_whole=draw(st.booleans()),
        is_pilot=draw(st.booleans()),
    )


@st.composite
def banks(draw: st.DrawFn) -> list[Item]:
    """An item of each of three types, and two more that share a case."""
    kinds = draw(st.lists(st.sampled_from(list(ItemType)), min_size=5, max_size=5))
    made = [draw(items(kind, f"item-{place}")) for place, kind in enumerate(kinds)]
    first = made[3]
    text = draw(texts.filter(bool)) + "."
    for place in (3, 4):
        shared = {"validity": first.validity, "sensitive": first.sensitive, "is_pilot": first.is_pilot}
        values = {name: getattr(made[place], name) for name in Item.__dataclass_fields__}
        made[place] = Item(**values | shared | {"case": Case(id="the-case", text=text, place=place - 2)})
    return made
