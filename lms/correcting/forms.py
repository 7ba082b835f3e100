"""What an owner may send about a question that was wrong: what to do, the new key by the type of the item, and why."""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import Field, HiddenField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from lms.correcting.queries import Asked
from lms.correcting.refusals import LONGEST_REASON, SHORTEST_REASON
from lms.domain.correcting import LONGEST_FEEDBACK, CorrectionKind, KeyRefused, NewKey
from lms.domain.marking import MATCHED
from lms.domain.quizzes import TYPED, Item, ItemType
from lms.forms import Form

KINDS = {
    CorrectionKind.VOID: lazy_gettext("Void it: it counts for nobody, and is asked no more"),
    CorrectionKind.RESCORE: lazy_gettext("Another answer is right: grade by another key"),
    CorrectionKind.RESTORE: lazy_gettext("Take the correction back: it counts as it was published"),
}


class RightField(SelectMultipleField):
    """Options, each with its own box."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class CorrectForm(Form):
    """What every type of item has; `form_for` adds the fields of its key."""

    kind = RadioField(lazy_gettext("What to do"), [InputRequired(lazy_gettext("Choose one of these."))])
    reason = TextAreaField(
        lazy_gettext("Why"),
        [
            InputRequired(lazy_gettext("Say why.")),
            Length(
                SHORTEST_REASON,
                LONGEST_REASON,
                lazy_gettext("Say it in %(least)s to %(most)s characters.", least=SHORTEST_REASON, most=LONGEST_REASON),
            ),
        ],
        description=lazy_gettext(
            "It stays in the record, and everybody who was asked can read it: do not tell the answer."
        ),
        render_kw={"rows": 2},
    )
    seen = HiddenField()

    item: Item

    @property
    def what(self) -> CorrectionKind:
        """What to do; only after it was validated."""
        return CorrectionKind(self.kind.data)

    @property
    def new_key(self) -> NewKey | None:
        """The key that was chosen; None unless there is to be another. Raises KeyRefused."""
        if self.what is not CorrectionKind.RESCORE:
            return None
        told = {each.id: self[f"feedback-{each.id}"].data or "" for each in self.item.options}
        return NewKey(
            right=tuple(self._right()),
            cites=self["cites"].data if self.item.type is ItemType.DECISION else None,
            tolerance=self._tolerance(),
            feedback={each.id: told[each.id] for each in self.item.options if told[each.id] != each.feedback},
        )

    def _right(self) -> Iterator[str]:
        if self.item.type in TYPED:
            yield from (self["right"].data or "").splitlines()
        elif self.item.type is ItemType.ORDERING:
            places = sorted((int(self[f"place-{each.id}"].data or 0), each.id) for each in self.item.options)
            if [place for place, _ in places] != list(range(1, len(places) + 1)):
                raise KeyRefused("Give every part its place, each another one.")
            yield from (name for _, name in places)
        elif self.item.type is ItemType.MATCHING:
            for each in self.item.options:
                yield f"{each.id}{MATCHED}{self[f'match-{each.id}'].data}"
        else:
            yield from self["right"].data or ()

    def _tolerance(self) -> Decimal | None:
        if self.item.type is not ItemType.NUMBER:
            return None
        try:
            return Decimal(self["tolerance"].data or "0")
        except InvalidOperation:
            raise KeyRefused("Write how far off a number may be, like 0 or 0.5.") from None

    @property
    def parts(self) -> list[Field]:
        """The fields of the key, in the order of the page."""
        return [each for each in self if each.name not in {"kind", "reason", "seen", "csrf_token"}]

    @property
    def sent(self) -> list[tuple[str, str]]:
        """Everything that was typed, to be sent again."""
        fields = [self.kind, *self.parts, self.reason]
        return [(each.name, str(value)) for each in fields for value in each.raw_data or ()]


def form_for(asked: Asked, *formdata: Any) -> CorrectForm:
    """The form of one item, with its key as it counts now."""
    fields = dict(_key_fields(asked.item))
    fields |= {
        f"feedback-{each.id}": TextAreaField(
            gettext("What is told of “%(answer)s”", answer=each.text),
            [Optional(), Length(max=LONGEST_FEEDBACK)],
            default=each.feedback,
            render_kw={"rows": 2},
        )
        for each in asked.item.options
    }
    form = type("CorrectFormOfItem", (CorrectForm,), fields)(*formdata)
    form.item = asked.item
    offered = [CorrectionKind.VOID, CorrectionKind.RESCORE, CorrectionKind.RESTORE]
    if asked.is_void:
        offered.remove(CorrectionKind.VOID)
    if not asked.is_corrected:
        offered.remove(CorrectionKind.RESTORE)
    form.kind.choices = [SelectChoice(kind.value, KINDS[kind]) for kind in offered]
    return form


def _key_fields(item: Item) -> Iterator[tuple[str, Any]]:
    keys = [each for each in item.options if each.is_key]
    options = [SelectChoice(each.id, each.text) for each in item.options]
    if item.type in TYPED:
        yield (
            "right",
            TextAreaField(
                gettext("What is right"),
                default="\n".join(each.text for each in keys),
                description=gettext("One answer a line."),
                render_kw={"rows": 3},
            ),
        )
        if item.type is ItemType.NUMBER:
            yield "tolerance", StringField(gettext("How far off it may be"), default=str(item.tolerance))
    elif item.type is ItemType.ORDERING:
        places = [SelectChoice(str(place), str(place)) for place in range(1, len(options) + 1)]
        for place, each in enumerate(item.options, start=1):
            yield f"place-{each.id}", SelectField(each.text, choices=places, default=str(place))
    elif item.type is ItemType.MATCHING:
        choices = [SelectChoice(each.id, each.text) for each in item.choices]
        for each in item.options:
            yield f"match-{each.id}", SelectField(each.text, choices=choices, default=each.match)
    else:
        yield "right", RightField(gettext("What is right"), choices=options, default=[each.id for each in keys])
    if item.type is ItemType.DECISION:
        clauses = [SelectChoice(each, each) for each in item.citations]
        yield "cites", SelectField(gettext("Clause that says so"), choices=clauses, default=item.cites_key)
