"""One item of QTI 2.1, 2.2 or 3.0 as an item of ours. Its rules: https://www.imsglobal.org/spec/qti/v3p0/impl."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from lms.domain.quizzes import Item, ItemType, Option
from lms.exchange import building, markup, notes, qti_ours
from lms.exchange.building import Built, Said
from lms.exchange.naming import id_of, ids_of
from lms.exchange.qti_answers import Response, feedback_by_option, response_of, tolerance_of
from lms.exchange.sources import CannotTake, Found, Unread
from lms.exchange.wording import Wording
from lms.exchange.xml_trees import Element, attribute, child, children, inside, name, placed

_FREE = frozenset({"extendedTextInteraction", "uploadInteraction", "drawingInteraction"})
_CHANGING = ("templateDeclaration", "templateProcessing", "printedVariable", "templateInline", "templateBlock")
_APART = ("feedbackInline", "feedbackBlock", "rubricBlock", "stylesheet", "catalogInfo")
"""What does not belong to the question as it is asked."""
_TRUE, _FALSE = frozenset({"true", "t"}), frozenset({"false", "f"})
_GAP = " ____ "


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """An item with its one interaction, and what was read of it already."""

    root: Element
    interaction: Element
    response: Response
    feedback: dict[str, Element]
    """By the identifier of an option."""
    wording: Wording
    stem: str

    def told(self, identifier: str) -> str:
        """The feedback of an option, as plain words."""
        found = self.feedback.get(identifier)
        return self.wording.kept(_read(found, is_plain=True), is_plain=True) if found is not None else ""

    def text(self, choice: Element) -> str:
        """The words of a choice, without its feedback."""
        apart = list(inside(choice, *_APART))
        return self.wording.kept(_read(choice, is_plain=True, apart=apart), is_plain=True)


def read(root: Element, *, where: str = "", hints: Sequence[str] = ()) -> Found | Unread:
    """One item; `where` is its file in a package, `hints` what the package says of it."""
    place = placed(where, root.sourceline or 1)
    called, title = root.get("identifier", ""), " ".join(root.get("title", "").split())
    shown = (title or called)[:100]
    hints = tuple(hint for hint in (*hints, root.get("label", "")) if hint.strip())
    ours, is_changed = qti_ours.item_of(root)
    if ours is not None:
        return Found(place=place, name=ours.id, item=ours, hints=hints)
    wording = Wording()
    wording.notes += [notes.CHANGED_ELSEWHERE] * is_changed
    try:
        built = _built(root, wording)
    except CannotTake as refused:
        return Unread(place=place, name=shown, why=(refused.why,), hints=hints)
    told = tuple(dict.fromkeys((*wording.notes, *built.notes)))
    return Found(place=place, name=shown, item=replace(built.item, id=id_of(called or title)), hints=hints, notes=told)


def _built(root: Element, wording: Wording) -> Built:
    body = child(root, "itemBody")
    if body is None:
        raise CannotTake(notes.BROKEN)
    if root.get("adaptive") == "true" or next(inside(root, *_CHANGING), None) is not None:
        raise CannotTake(notes.CHANGING)
    if next(inside(root, "assessmentStimulusRef"), None) is not None:
        raise CannotTake(notes.STIMULUS)
    found = [each for each in inside(body) if name(each).endswith("Interaction")]
    if not found:
        raise CannotTake(notes.NO_INTERACTION)
    if len(found) > 1:
        raise CannotTake(notes.SEVERAL_GAPS)
    kind = name(found[0])
    if kind not in _KINDS:
        raise CannotTake(notes.ESSAY if kind in _FREE else notes.kind_unknown(kind))
    if next(inside(body, "rubricBlock"), None) is not None:
        wording.notes.append(notes.RUBRIC)
    feedback, is_any_left = feedback_by_option(root, [each.get("identifier", "") for each in inside(found[0])])
    wording.notes += [notes.OTHER_FEEDBACK] * is_any_left
    asked = _Asked(
        root=root,
        interaction=found[0],
        response=response_of(root, attribute(found[0], "responseIdentifier")),
        feedback=feedback,
        wording=wording,
        stem=_stem(body, found[0], wording),
    )
    return _KINDS[kind](asked)


def _stem(body: Element, interaction: Element, wording: Wording) -> str:
    """What stands around the interaction and in its prompt; an answer in the middle of a sentence is a gap."""
    if name(interaction) == "textEntryInteraction" and (interaction.tail or "").strip():
        wording.notes.append(notes.GAP)
        interaction.tail = f"{_GAP}{(interaction.tail or '').lstrip()}"
    apart = [interaction, *inside(body, *_APART)]
    parts = [wording.kept(_read(body, apart=apart))]
    prompt = child(interaction, "prompt")
    if prompt is not None:
        parts.append(wording.kept(_read(prompt)))
    return "\n\n".join(part for part in parts if part)


def _read(element: Element, *, is_plain: bool = False, apart: Sequence[Element] = ()) -> markup.Words:
    return markup.of_elements(element, name=name, is_plain=is_plain, skipped=apart)


def _choice(asked: _Asked) -> Built:
    choices = list(children(asked.interaction, "simpleChoice"))
    response = asked.response
    is_one = response.cardinality == "single"
    identifiers = [each.get("identifier", "") for each in choices]
    said = [
        Said(text=asked.text(each), share=share, feedback=asked.told(each.get("identifier", "")))
        for each, share in zip(choices, response.shares(identifiers, is_one=is_one), strict=True)
    ]
    built = building.choice(asked.stem, said, is_one=is_one)
    truth = [each.text.strip().casefold() for each in said]
    item = replace(built.item, is_whole=not is_one and response.is_whole)
    if is_one and len(truth) == 2 and truth[0] in _TRUE and truth[1] in _FALSE:
        item = replace(item, type=ItemType.TRUE_FALSE)
    kept = [notes.KEPT_ORDER] * (asked.interaction.get("shuffle") != "true" and item.type is not ItemType.TRUE_FALSE)
    return Built(item=_named(item, identifiers), notes=(*built.notes, *kept, *response.notes))


def _order(asked: _Asked) -> Built:
    choices = {each.get("identifier", ""): each for each in children(asked.interaction, "simpleChoice")}
    right = asked.response.correct
    if not right:
        raise CannotTake(notes.NO_KEY)
    if sorted(right) != sorted(choices):
        raise CannotTake(notes.BROKEN)
    rows = [Said(text=asked.text(choices[each]), feedback=asked.told(each)) for each in right]
    built = building.ordering(asked.stem, rows, is_whole=asked.response.is_whole)
    return Built(item=_named(built.item, right), notes=(*built.notes, *asked.response.notes))


def _match(asked: _Asked) -> Built:
    sets = list(children(asked.interaction, "simpleMatchSet"))
    if len(sets) != 2:
        raise CannotTake(notes.BROKEN)
    left, right = [
        {each.get("identifier", ""): asked.text(each) for each in children(one, "simpleAssociableChoice")}
        for one in sets
    ]
    pairs = [tuple(each.split()) for each in asked.response.correct]
    if not pairs:
        raise CannotTake(notes.NO_KEY)
    of = {pair[0]: pair[-1] for pair in pairs}
    if len(of) != len(pairs) or of.keys() != left.keys() or not set(of.values()) <= right.keys():
        raise CannotTake(notes.PAIRS)
    sides = [(text, right[of[each]]) for each, text in left.items()]
    built = building.matching(asked.stem, sides, extra=list(right.values()))
    options = tuple(
        replace(option, feedback=asked.told(each)) for option, each in zip(built.item.options, left, strict=True)
    )
    item = replace(built.item, options=options, is_whole=asked.response.is_whole)
    firsts: dict[str, str] = {}
    for each, text in right.items():
        firsts.setdefault(text, each)
    named = _named(item, list(left), choices=[firsts[choice.text] for choice in item.choices])
    in_order = sorted(named.choices, key=lambda choice: list(firsts).index(choice.text))
    return Built(item=replace(named, choices=tuple(in_order)), notes=(*built.notes, *asked.response.notes))


def _text_entry(asked: _Asked) -> Built:
    response = asked.response
    if response.cardinality != "single":
        raise CannotTake(notes.SEVERAL_GAPS)
    patterns = inside(asked.root, "patternMatch", "substring")
    if attribute(asked.interaction, "patternMask") or next(patterns, None) is not None:
        raise CannotTake(notes.PATTERN)
    is_number = response.base in {"float", "integer"}
    tolerance = tolerance_of(asked.root) if is_number else Decimal(0)
    shares = response.typed()
    if not shares:
        raise CannotTake(notes.NO_KEY)
    said = [Said(text=text, share=share, tolerance=tolerance) for text, share in shares.items()]
    built = building.number(asked.stem, said) if is_number else building.short(asked.stem, said, has_patterns=False)
    told = [notes.CASE] * (not is_number and response.is_case_told)
    return Built(item=built.item, notes=(*built.notes, *told))


def _named(item: Item, options: Sequence[str], choices: Sequence[str] = ()) -> Item:
    """The same with ids made of the identifiers of the file."""
    made = dict(zip((choice.id for choice in item.choices), ids_of(choices), strict=True))
    return replace(
        item,
        options=tuple(_with(option, id, made) for option, id in zip(item.options, ids_of(options), strict=True)),
        choices=tuple(replace(choice, id=made[choice.id]) for choice in item.choices),
    )


def _with(option: Option, id: str, choices: dict[str, str]) -> Option:
    return replace(option, id=id, match=choices[option.match] if option.match else None)


_KINDS: dict[str, Callable[[_Asked], Built]] = {
    "choiceInteraction": _choice,
    "orderInteraction": _order,
    "matchInteraction": _match,
    "textEntryInteraction": _text_entry,
}
