"""What may be asked of the audit log, read from the address and written back into it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from lms.auditing import Act
from lms.forms import QuestionNotUnderstood, clean, moment_of, page_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question to the log."""

    who: str
    """Part of the name, e-mail or external id of who did it or to whom it was done."""
    act: Act | None
    since_text: str
    until_text: str
    since: datetime | None
    until: datetime | None
    page: int

    def address(self, **changes: str | int) -> dict[str, str | int]:
        """Arguments of an address that asks the same, with changes."""
        asked = {
            "who": self.who,
            "act": self.act.value if self.act else "",
            "since": self.since_text,
            "until": self.until_text,
        }
        return {name: value for name, value in (asked | changes).items() if value}


def asked(args: Mapping[str, str], *, zone: str) -> Asked:
    """Read the arguments of an address; moments are in `zone`. Raise QuestionNotUnderstood."""
    act, since, until = (args.get(name, "").strip() for name in ("act", "since", "until"))
    if act and act not in set(Act):
        raise QuestionNotUnderstood("“%(act)s” is not an act. Choose one from the list.", act=act[:40])
    return Asked(
        who=clean(args.get("who"))[:100],
        act=Act(act) if act else None,
        since_text=since,
        until_text=until,
        since=moment_of(since, zone),
        until=moment_of(until, zone),
        page=page_of(args.get("page", "")),
    )
