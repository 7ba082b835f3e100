"""A policy whose quiz asks one item of each type, and a case."""

from pathlib import Path
from typing import Any

from tests.training.make import DAY, Shelf, option

CLAUSES = {"steps": "First this, then that.", "kinds": "A subpoena opens details.", "times": "Answer within 4 hours."}
ORDER = ["Check the sender", "Open a case", "Ask the legal desk", "Answer"]
PAIRS = {"A subpoena": "Account details", "A warrant": "Messages"}

CHOICES = [{"id": f"c{n}", "text": text} for n, text in enumerate(PAIRS.values())] + [{"id": "c9", "text": "Nothing"}]


def all_types(root: Path, **more: Any) -> Shelf:
    """Published; nothing that gives an answer away says anything but canary words."""
    shelf = Shelf(root, **more).version(CLAUSES, ago=DAY)
    shelf.rules |= {"per_clause": "6", "wait_minutes": "0"}  # so that all of them are asked
    shelf.items += [
        _item("o-1", "ordering", options=[option(f"o{n}", text, feedback=f"Canary {n}.")
                                                   for n, text in enumerate(ORDER)]),
        _item("m-1", "matching", choices=CHOICES,
              options=[option(f"m{n}", text, match=f"c{n}", feedback=f"Canary m{n}.") for n, text in enumerate(PAIRS)]),
        _item("n-1", "number", units=[{"id": "minutes", "text": "minutes"},
                                               {"id": "hours", "text": "hours", "factor": "60"}],
              options=[option("n1", "240", key=True, feedback="Canary right."),
                       option("n2", "1440", right_until="0", feedback="Canary old.")]),
        _item("s-1", "short", options=[option("s1", "preservation request", key=True, feedback="Canary short.",
                                                       also=["canary letter"])]),
        _item("p-1", "single", pilot="true", options=[option("a", "One thing", key=True, feedback="Canary."),
                                                               option("b", "Another thing", feedback="Canary.")]),
        {"id": "night", "type": "case", "since": "1", "stem": "It is three in the morning. A detective calls.",
         "items": [_part("night-1", "What do you do first?"), _part("night-2", "And what do you do then?")]},
    ]  # fmt: skip
    return shelf.publish()


def right(page: Any) -> dict[str, Any]:
    """Right answers to a quiz page, as its form sends them."""
    sent: dict[str, Any] = {}
    for field in page.soup.select("fieldset[data-item]"):
        number = field["data-item"]
        if field.select("[data-pair]"):
            sent |= {select["name"]: _value(select) for select in field.select("[data-pair]")}
        elif typed := field.select_one("[data-typed]"):
            is_number = typed.get("inputmode") == "decimal"
            sent[typed["name"]] = "4" if is_number else "Preservation  request!"
            sent |= {f"answer-{number}": "hours"} if is_number else {}
        else:
            sent[f"answer-{number}"] = next(
                each["value"] for each in field.select("[data-option]") if each["value"] == "a"
            )
    return sent


def _value(select: Any) -> str:
    words = select.find_previous("label").get_text(strip=True)
    if select["name"].startswith("place-"):
        return str(ORDER.index(words) + 1)
    return next(each["value"] for each in select.select("option") if each.get_text(strip=True) == PAIRS[words])


def _item(name: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "type": kind, "clauses": list(CLAUSES), "since": "1", "stem": f"Question {name}?", **more}


def _part(name: str, stem: str) -> dict[str, Any]:
    made = _item(name, "single", options=[option("a", f"This for {name}", key=True, feedback="Canary."),
                                                   option("b", f"That for {name}", feedback="Canary.")])  # fmt: skip
    del made["since"]
    return made | {"stem": stem}
