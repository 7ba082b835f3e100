"""One page that leads to every part of running Muster."""

from dataclasses import dataclass

from flask import Blueprint, render_template
from flask_babel import lazy_gettext

from lms.access import Role, requires

bp = Blueprint("admin", __name__, url_prefix="/admin")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of running Muster, and what it is for."""

    label: str
    endpoint: str
    purpose: str


PARTS = (
    Part(
        lazy_gettext("People"),
        "people.index",
        lazy_gettext("Who is here, where they work and in which role; one or many at once."),
    ),
    Part(
        lazy_gettext("Teams, queues and vendors"),
        "organisation.index",
        lazy_gettext("The tree of teams, the streams of work, and the companies that people work for."),
    ),
    Part(
        lazy_gettext("Files"),
        "people.feeds",
        lazy_gettext("Bring in people, leave, queues and past completions, after a look at what they do."),
    ),
    Part(
        lazy_gettext("Invitations"),
        "accounts.invitations",
        lazy_gettext("Who cannot sign in yet, and a link for them."),
    ),
    Part(
        lazy_gettext("Mail"),
        "mail.outbox",
        lazy_gettext("What Muster wrote to people, and whether it arrived at the mail server."),
    ),
    Part(lazy_gettext("Audit log"), "audit.log", lazy_gettext("Who did what to whom, when and from where.")),
    Part(lazy_gettext("System"), "system.system", lazy_gettext("What Muster runs on, and whether it is well.")),
    Part(lazy_gettext("Privacy"), "privacy.index", lazy_gettext("What is kept about people, and for how long.")),
)
"""In the order in which somebody new needs them."""


@bp.get("")
@requires(Role.ADMINISTRATOR)
def index() -> str:
    """Every part, with what it is for."""
    return render_template("admin/index.html", parts=PARTS)
