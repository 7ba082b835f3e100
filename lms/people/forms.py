"""What may be asked of the list of people, and what may be typed to change them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flask_babel import lazy_gettext
from wtforms import EmailField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from lms.access import Role
from lms.filters import zone
from lms.forms import Form, QuestionNotUnderstood, clean, moment_of, page_of
from lms.people.changing import LABELS, Change, Word
from lms.wording import WORDS

NONE = SelectChoice("", "–")
ROLES = [SelectChoice(role.value, WORDS[role.value]) for role in Role]


class State(StrEnum):
    """How somebody stands to the organisation."""

    HERE = "here"
    LEAVE = "on leave"
    COMING = "coming"
    LEFT = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question to the list."""

    who: str = ""
    team: str = ""
    queue: str = ""
    role: Role | None = None
    vendor: str = ""
    state: State | None = None
    page: int = 1

    def address(self, **changes: str | int) -> dict[str, str | int]:
        """Arguments of an address that asks the same, with changes."""
        asked: dict[str, str | int] = {
            "who": self.who,
            "team": self.team,
            "queue": self.queue,
            "role": self.role.value if self.role else "",
            "vendor": self.vendor,
            "state": self.state.value if self.state else "",
        }
        return {name: value for name, value in (asked | changes).items() if value}


def asked(args: Mapping[str, str]) -> Asked:
    """Read the arguments of an address; raise QuestionNotUnderstood."""
    role, state = args.get("role", ""), args.get("state", "")
    if (role and role not in set(Role)) or (state and state not in set(State)):
        raise QuestionNotUnderstood("There is no such role or state. Choose one from the list.")
    return Asked(
        who=clean(args.get("who"))[:100],
        team=args.get("team", "")[:600],
        queue=args.get("queue", "")[:80],
        role=Role(role) if role else None,
        vendor=args.get("vendor", "")[:200],
        state=State(state) if state else None,
        page=page_of(args.get("page", "")),
    )


class ChangeForm(Form):
    """One change for some people; the choices of teams, queues and policies are set by the view."""

    people = HiddenField()
    """Numbers of people, separated by commas."""
    word = SelectField(
        lazy_gettext("What"), choices=[SelectChoice(word.value, label) for word, label in LABELS.items()]
    )
    team = SelectField(
        lazy_gettext("Team"),
        choices=[],
        default="",
        description=lazy_gettext("For a team; for a role: whom it covers."),
    )
    queue = SelectField(lazy_gettext("Queue"), choices=[], default="")
    role = SelectField(lazy_gettext("Role"), choices=[NONE, *ROLES], default="")
    policy = SelectField(lazy_gettext("Policy"), choices=[], default="", description=lazy_gettext("To waive."))
    start = StringField(lazy_gettext("From"), [Optional()], description=lazy_gettext("Your time. Empty: now."))
    end = StringField(lazy_gettext("Until"), [Optional()], description=lazy_gettext("Your time. Empty: open."))
    why = TextAreaField(
        lazy_gettext("Why"), [InputRequired(lazy_gettext("Say why.")), Length(max=2000)], render_kw={"rows": 2}
    )

    def numbers(self) -> list[int]:
        """The people."""
        parts = (self.people.data or "").split(",")
        return [int(part) for part in parts if part.isascii() and part.isdecimal() and len(part) < 16]

    def change(self, *, now: datetime) -> Change:
        """What is asked for; raise QuestionNotUnderstood for a moment that is none."""
        here = zone().key
        return Change(
            word=Word(self.word.data),
            start_at=moment_of((self.start.data or "").strip(), here) or now,
            end_at=moment_of((self.end.data or "").strip(), here),
            team=self.team.data or "",
            queue=self.queue.data or "",
            role=Role(self.role.data) if self.role.data else None,
            policy=self.policy.data or "",
            why=self.why.data or "",
        )


class IdentityForm(Form):
    """Who somebody is."""

    name = StringField(lazy_gettext("Name"), [InputRequired(lazy_gettext("Type the name.")), Length(max=200)])
    email = EmailField(lazy_gettext("E-mail"), [InputRequired(lazy_gettext("Type the e-mail.")), Length(max=320)])
    timezone = StringField(
        lazy_gettext("Time zone"), [InputRequired(lazy_gettext("Type the time zone.")), Length(max=64)]
    )
    language = StringField(
        lazy_gettext("Language"), [InputRequired(lazy_gettext("Type the language.")), Length(max=12)]
    )
    vendor = StringField(
        lazy_gettext("Vendor"),
        [Length(max=200)],
        description=lazy_gettext("The other company they work for; empty for none."),
    )
    why = TextAreaField(
        lazy_gettext("Why"), [InputRequired(lazy_gettext("Say why.")), Length(max=2000)], render_kw={"rows": 2}
    )


class NewForm(Form):
    """Somebody new."""

    external_id = StringField(
        lazy_gettext("External id"), [InputRequired(lazy_gettext("Type the external id.")), Length(max=200)]
    )
    name = StringField(lazy_gettext("Name"), [InputRequired(lazy_gettext("Type the name.")), Length(max=200)])
    email = EmailField(lazy_gettext("E-mail"), [InputRequired(lazy_gettext("Type the e-mail.")), Length(max=320)])
    team = SelectField(lazy_gettext("Team"), choices=[])
    role = SelectField(lazy_gettext("Role"), choices=ROLES)
    timezone = StringField(
        lazy_gettext("Time zone"), [InputRequired(lazy_gettext("Type the time zone."))], default="UTC"
    )
