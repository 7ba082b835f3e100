"""Items and answers made by hand and by chance, for stories and properties of quizzes."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random

from hypothesis import strategies as st

from lms.domain.quizzes import (
    TYPED,
    Answer,
    Case,
    Choice,
    Item,
    ItemType,
    Lesson,
    LessonSection,
    Option,
    Teaching,
    Unit,
)

CLAUSES = ("appeals", "notice", "records", "roles")


def options(*keys: str, of: Sequence[str] = "abcd", old: str = "") -> tuple[Option, ...]:
    return tuple(
        Option(
            id=name, text=f"Do {name}", is_key=name in keys, right_until=1 if name in old and name not in keys else None
        )
        for name in of
    )


def item(name: str = "q", *clauses: str, type: ItemType = ItemType.SINGLE, **more: object) -> Item:
    values: dict[str, object] = {
        "id": name,
        "type": type,
        "clauses": clauses or ("notice",),
        "stem": "What do you do?",
        "options": options("a"),
        "validity": right_since(1),
    }
    return Item(**(values | more))  # type: ignore[arg-type]


def decision(name: str = "d", **more: object) -> Item:
    cites = {"cites_key": "notice", "cites_others": ("records", "roles")}
    return item(name, "notice", type=ItemType.DECISION, **(cites | more))


def right_since(since: int, *, until: int | None = None, checked: int | None = None) -> Teaching:
    return Teaching(since=since, until=until, checked=checked or since)


def ordering(*names: str, **more: object) -> Item:
    """The names stand in the right order."""
    return item(type=ItemType.ORDERING, options=options(of=names), **more)


def matching(*pairs: str, choices: str = "xyz", **more: object) -> Item:
    """`pairs` like `a=x`."""
    parted = [pair.split("=") for pair in pairs]
    return item(
        type=ItemType.MATCHING,
        options=tuple(Option(id=name, text=name, match=match) for name, match in parted),
        choices=tuple(Choice(id=name, text=name) for name in choices),
        **more,
    )


MINUTES = Unit(id="minutes", text="minutes", factor=Decimal(1))
HOURS = Unit(id="hours", text="hours", factor=Decimal(60))


def number(
    *values: str, key: str, old: str = "", tolerance: str = "0", units: Sequence[Unit] = (MINUTES, HOURS)
) -> Item:
    """Options are called by their values."""
    return item(
        type=ItemType.NUMBER,
        options=tuple(
            Option(id=f"n{value}", text=value, is_key=value == key, right_until=1 if value == old else None)
            for value in values
        ),
        units=tuple(units),
        tolerance=Decimal(tolerance),
    )


def short(key: str, *also: str, old: str = "") -> Item:
    known = [Option(id="key", text=key, also=also, is_key=True)]
    known += [Option(id="old", text=old, right_until=1)] if old else []
    return item(type=ItemType.SHORT, options=tuple(known))


def right(item: Item) -> Answer:
    """The answer that gives everything."""
    if item.type is ItemType.ORDERING:
        return chose(*(f"{option.id}@{place}" for place, option in enumerate(item.options, start=1)))
    if item.type is ItemType.MATCHING:
        return chose(*(f"{option.id}={option.match}" for option in item.options))
    if item.type in TYPED:
        return Answer(typed=next(option.text for option in item.options if option.is_key))
    return Answer(options=tuple(item.keys), citation=item.cites_key)


def wrote(text: str, *unit: str) -> Answer:
    return Answer(options=unit, typed=text)


def chose(*chosen: str, citation: str | None = None) -> Answer:
    return Answer(options=chosen, citation=citation)


def lesson(slug: str, *sections: tuple[str, str], validity: Teaching | None = None, **more: str) -> Lesson:
    """`sections` are (body, clauses parted by blanks)."""
    parts = tuple(LessonSection(title="", body=body, teaches=tuple(teaches.split())) for body, teaches in sections)
    taught = tuple(dict.fromkeys(clause for part in parts for clause in part.teaches))
    return Lesson(slug=slug, title=slug, teaches=taught, sections=parts, validity=validity or right_since(1), **more)


names = st.sampled_from("abcdefg")
some_text = st.sampled_from(["", " ", "a", "A b.", "A b. ", "ä", "a\u0308", "null", "\n", "👩", '"'])
teachings = st.builds(
    Teaching,
    since=st.integers(1, 4),
    until=st.none() | st.integers(1, 4),
    checked=st.integers(1, 4),
)
clause_sets = st.lists(st.sampled_from(CLAUSES), min_size=1, max_size=3, unique=True).map(tuple)


@st.composite
def items(draw: st.DrawFn, name: str | None = None) -> Item:
    kind = draw(st.sampled_from(ItemType))
    ids = draw(st.lists(names, min_size=2, max_size=2 if kind is ItemType.TRUE_FALSE else 6, unique=True))
    keyed = kind not in (ItemType.ORDERING, ItemType.MATCHING)
    most = len(ids) if kind is ItemType.MULTIPLE else 1
    keys = draw(st.sets(st.sampled_from(ids), min_size=1, max_size=most)) if keyed else set[str]()
    choices = ["x", "y", "z"] if kind is ItemType.MATCHING else []
    clauses = draw(clause_sets)
    is_decision = kind is ItemType.DECISION
    return Item(
        id=name if name is not None else draw(names),
        type=kind,
        clauses=clauses,
        stem=draw(some_text),
        options=tuple(
            Option(
                id=one,
                text=draw(some_text),
                is_key=one in keys,
                feedback=draw(some_text),
                right_until=None if one in keys else draw(st.none() | st.integers(0, 3)),
                match=draw(st.sampled_from(choices)) if choices else None,
                also=tuple(draw(st.lists(some_text, max_size=2))) if kind is ItemType.SHORT else (),
            )
            for one in ids
        ),
        choices=tuple(Choice(id=one, text=draw(some_text)) for one in choices),
        units=(MINUTES, HOURS) if kind is ItemType.NUMBER and draw(st.booleans()) else (),
        tolerance=Decimal(draw(st.sampled_from(["0", "0.5", "12"]))) if kind is ItemType.NUMBER else Decimal(0),
        is_whole=draw(st.booleans()),
        is_pilot=draw(st.booleans()),
        case=draw(st.none() | st.builds(Case, id=names, text=some_text, place=st.integers(1, 4))),
        validity=draw(teachings),
        is_critical=draw(st.booleans()),
        sensitive=draw(some_text),
        cites_key=clauses[0] if is_decision else None,
        cites_others=tuple(clause for clause in CLAUSES if clause != clauses[0]) if is_decision else (),
    )


def _made(name: str, chance: Random) -> Item:
    kind = chance.choice(list(ItemType))
    ids = [chr(97 + place) for place in range(2 if kind is ItemType.TRUE_FALSE else chance.randint(2, 6))]
    keys = chance.sample(ids, chance.randint(1, len(ids)) if kind is ItemType.MULTIPLE else 1)
    keys = [] if kind in (ItemType.ORDERING, ItemType.MATCHING) else keys
    clauses = tuple(chance.sample(CLAUSES, chance.randint(1, 3)))
    is_decision = kind is ItemType.DECISION
    return item(
        name,
        *clauses,
        type=kind,
        options=tuple(
            replace(option, text=str(10 * place), match=chance.choice("xyz") if kind is ItemType.MATCHING else None)
            if kind in (ItemType.NUMBER, ItemType.MATCHING)
            else option
            for place, option in enumerate(options(*keys, of="".join(ids), old="".join(chance.sample(ids, 1))))
        ),
        choices=tuple(Choice(id=one, text=one) for one in "xyz") if kind is ItemType.MATCHING else (),
        units=(MINUTES, HOURS) if kind is ItemType.NUMBER else (),
        is_whole=chance.random() < 0.2,
        is_pilot=chance.random() < 0.2,
        is_critical=chance.random() < 0.3,
        cites_key=clauses[0] if is_decision else None,
        cites_others=tuple(clause for clause in CLAUSES if clause != clauses[0]) if is_decision else (),
    )


def banks(min_size: int = 0, max_size: int = 8) -> st.SearchStrategy[list[Item]]:
    """Banks of any items, made from one number each: drawing every part of every item takes Hypothesis too long."""

    def made(count: int, seed: int) -> list[Item]:
        chance = Random(seed)  # noqa: S311 - made-up items
        return [_made(f"item-{number}", chance) for number in range(count)]

    return st.builds(made, st.integers(min_size, max_size), st.integers(0, 2**32))


@st.composite
def answers_to(draw: st.DrawFn, item: Item) -> Answer:
    ids = [option.id for option in item.options]
    if item.type in (ItemType.NUMBER, ItemType.SHORT):
        units = draw(st.lists(st.sampled_from([unit.id for unit in item.units]), max_size=1)) if item.units else []
        return wrote(draw(st.sampled_from(["", "x", *(option.text for option in item.options)])), *units)
    if item.type is ItemType.ORDERING:
        return chose(*(f"{one}@{draw(st.integers(1, len(ids)))}" for one in ids if draw(st.booleans())))
    if item.type is ItemType.MATCHING:
        return chose(*(f"{one}={draw(st.sampled_from('xyz'))}" for one in ids if draw(st.booleans())))
    most = len(ids) if item.type is ItemType.MULTIPLE else 1
    chosen = draw(st.lists(st.sampled_from(ids), max_size=most, unique=True))
    citation = draw(st.none() | st.sampled_from(item.citations)) if item.citations else None
    return Answer(options=tuple(chosen), citation=citation)
