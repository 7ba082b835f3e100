"""One page that leads to every part of running Muster."""

from dataclasses import dataclass

from flask import Blueprint, render_template

from lms.access import Role, requires

bp = Blueprint("admin", __name__, url_prefix="/admin")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of running Muster, and what it is for."""

    label: str
    endpoint: str
    purpose: str


PARTS = (
    Part("People", "people.index", "Who is here, where they work and in which role; one or many at once."),
    Part("Teams and queues", "organisation.index", "The tree of teams, and the streams of work."),
    Part("Files", "people.feeds", "Bring in people, leave, queues and past completions, after a look at what they do."),
    Part("Invitations", "accounts.invitations", "Who cannot sign in yet, and a link for them."),
    Part("Mail", "mail.outbox", "What Muster wrote to people, and whether it arrived at the mail server."),
    Part("Audit log", "audit.log", "Who did what to whom, when and from where."),
    Part("System", "system.system", "What Muster runs on, and whether it is well."),
    Part("Privacy", "privacy.index", "What is kept about people, and for how long."),
)
"""In the order in which somebody new needs them."""


@bp.get("")
@requires(Role.ADMINISTRATOR)
def index() -> str:
    """Every part, with what it is for."""
    return render_template("admin/index.html", parts=PARTS)
