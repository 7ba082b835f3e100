"""What a QTI item says of its answers: which are right, what each is worth, how near a number must be, its feedback."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from lms.domain.errors import Told
from lms.exchange import notes
from lms.exchange.building import ALL
from lms.exchange.sources import CannotTake
from lms.exchange.xml_trees import Element, attribute, child, children, inside, words

_LONGEST = 12
"""Digits of a number on either side of its point."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A response declaration, and how the item comes to points."""

    cardinality: str
    base: str
    correct: tuple[str, ...]
    worth: dict[str, Decimal]
    """Points by answer, where they are mapped."""
    is_mapped: bool
    """Points are given by the map, and not for all or nothing."""
    is_case_told: bool
    """Capital letters make a difference there."""
    notes: tuple[Told, ...]

    @property
    def is_whole(self) -> bool:
        """No points for a part of it."""
        return not self.is_mapped

    def shares(self, identifiers: Sequence[str], *, is_one: bool) -> list[Decimal]:
        """Per cent of the points that each choice gives."""
        best = max(self.worth.values(), default=Decimal(0))
        keys = set(self.correct) or {each for each, worth in self.worth.items() if worth > 0 and worth == best}
        if is_one:
            given = {each: worth * ALL / best for each, worth in self.worth.items()} if best > 0 else {}
            return [ALL if each in keys else min(given.get(each, ALL * 0), ALL - 1) for each in identifiers]
        if self.is_mapped:
            total = sum((worth for worth in self.worth.values() if worth > 0), Decimal(0))
            return [self.worth.get(each, Decimal(0)) * ALL / total if total else total for each in identifiers]
        share = ALL / max(len(keys), 1)
        return [share if each in keys else -share for each in identifiers]

    def typed(self) -> dict[str, Decimal]:
        """Per cent of the points that each written answer gives, those that are right first."""
        best = max(self.worth.values(), default=Decimal(0))
        found = dict.fromkeys(self.correct, ALL)
        for text, worth in self.worth.items():
            found.setdefault(text, worth * ALL / best if best > 0 else Decimal(0))
        return found


def response_of(root: Element, identifier: str) -> Response:
    """How the interaction with this response is answered. Raises CannotTake when nothing declares it."""
    those = children(root, "responseDeclaration")
    declared = next((each for each in those if each.get("identifier") == identifier), None)
    if declared is None:
        raise CannotTake(notes.BROKEN)
    right, mapping = child(declared, "correctResponse"), child(declared, "mapping")
    entries = list(children(mapping, "mapEntry")) if mapping is not None else []
    processing = child(root, "responseProcessing")
    is_mapped = bool(entries) and (_is_template(processing, "map_response") or _has(processing, "mapResponse"))
    is_known = is_mapped or processing is None or _is_template(processing, "match_correct") or _has(processing, "match")
    return Response(
        cardinality=declared.get("cardinality", "single"),
        base=attribute(declared, "baseType"),
        correct=tuple(words(each) for each in children(right, "value")) if right is not None else (),
        worth={attribute(each, "mapKey"): _number(attribute(each, "mappedValue")) for each in entries},
        is_mapped=is_mapped,
        is_case_told=any(attribute(each, "caseSensitive", "true") != "false" for each in entries) or not entries,
        notes=() if is_known else (notes.SCORING,),
    )


def _has(processing: Element | None, called: str) -> bool:
    return processing is not None and next(inside(processing, called), None) is not None


def _is_template(processing: Element | None, called: str) -> bool:
    if processing is None:
        return False
    template = processing.get("template", "").rpartition("/")[2]
    return bool(template.removesuffix(".xml") == called)


def tolerance_of(root: Element) -> Decimal:
    """How near a number must be; of a tolerance that differs up and down, the smaller. Raises CannotTake."""
    for equal in inside(root, "equal"):
        mode = attribute(equal, "toleranceMode", "exact")
        if mode == "absolute":
            return min(map(_number, equal.get("tolerance", "0").split()), default=Decimal(0))
        if mode == "relative":
            raise CannotTake(notes.RELATIVE)
    if next(inside(root, "equalRounded"), None) is not None:
        raise CannotTake(notes.RELATIVE)
    return Decimal(0)


def feedback_by_option(root: Element, options: Collection[str]) -> tuple[dict[str, Element], bool]:
    """Feedback by the identifier of the option that it is for; and whether there is any that is for none."""
    found: dict[str, Element] = {}
    is_any_left = False
    for each in inside(root, "feedbackInline", "modalFeedback", "feedbackBlock"):
        called = each.get("identifier", "")
        if called in options and attribute(each, "showHide", "show") == "show":
            found.setdefault(called, each)
        else:
            is_any_left = True
    return found, is_any_left


def _number(text: str) -> Decimal:
    """A number of the file; whatever is none counts as nothing."""
    try:
        found = Decimal(text.strip())
    except InvalidOperation:
        return Decimal(0)
    return found if found.is_finite() and abs(found.adjusted()) <= _LONGEST else Decimal(0)
