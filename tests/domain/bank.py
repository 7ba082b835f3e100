"""Items and answers made by hand and by chance, for stories and properties of quizzes."""

from collections.abc import Sequence
from random import Random

from hypothesis import strategies as st

from lms.domain.quizzes import Answer, Item, ItemType, Lesson, LessonSection, Option, Teaching

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
    most = len(ids) if kind is ItemType.MULTIPLE else 1
    keys = draw(st.sets(st.sampled_from(ids), min_size=1, max_size=most))
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
            )
            for one in ids
        ),
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
    clauses = tuple(chance.sample(CLAUSES, chance.randint(1, 3)))
    is_decision = kind is ItemType.DECISION
    return item(
        name,
        *clauses,
        type=kind,
        options=options(*keys, of="".join(ids), old="".join(chance.sample(ids, 1))),
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
    most = len(ids) if item.type is ItemType.MULTIPLE else 1
    chosen = draw(st.lists(st.sampled_from(ids), max_size=most, unique=True))
    citation = draw(st.none() | st.sampled_from(item.citations)) if item.citations else None
    return Answer(options=tuple(chosen), citation=citation)
