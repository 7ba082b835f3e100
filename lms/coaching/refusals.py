"""What a coach can be refused; each message is the sentence that they read."""

from collections.abc import Sequence

from lms.domain.errors import DomainError


class CoachingRefused(DomainError):
    """A coach cannot do this."""


class NotYourPeople(CoachingRefused):
    """Somebody is not in the teams that this coach or lead answers for (any more)."""

    def __init__(self) -> None:
        super().__init__("Somebody you chose is not in your teams. Choose people from your team board.")


class YourOwnRecord(CoachingRefused):
    """Nobody assigns, moves or calls off their own training."""

    def __init__(self) -> None:
        super().__init__("You cannot decide about your own training. Ask another coach or your lead.")


class WordsMissing(CoachingRefused):
    """Every decision says why."""


class DueInThePast(CoachingRefused):
    """A due moment lies ahead."""

    def __init__(self) -> None:
        super().__init__("The due moment has passed already. Choose one that lies ahead.")


class UntilInThePast(CoachingRefused):
    """What somebody is given ends later than now."""

    def __init__(self) -> None:
        super().__init__("The end has passed already. Choose one that lies ahead, or leave it empty.")


class NothingToEnd(CoachingRefused):
    """What gives nothing ends something."""

    def __init__(self) -> None:
        super().__init__("They have what everybody has already. Choose more time or more attempts.")


class NothingInForce(CoachingRefused):
    """The policy has no version that governs the work now."""


class NotForThem(CoachingRefused):
    """A clause is need-to-know, and not for somebody who was chosen."""

    def __init__(self, clauses: Sequence[str]) -> None:
        super().__init__(
            "%(clauses)s: need-to-know. It can be given only to people who work in its queues.",
            clauses=", ".join(f"“{clause}”" for clause in clauses),
        )


class ClauseNotInForce(CoachingRefused):
    """A clause is not part of the version in force, or none was chosen."""

    def __init__(self, gone: Sequence[str] = ()) -> None:
        names = ", ".join(f"“{clause}”" for clause in gone)
        if gone:
            super().__init__(
                "%(clauses)s: not part of the version in force. Go back and choose from the clauses that are shown.",
                clauses=names,
            )
        else:
            super().__init__("Choose at least one clause.")


class NothingDue(CoachingRefused):
    """A due moment can only be moved while there is something to do."""

    def __init__(self) -> None:
        super().__init__("Nothing of this policy is waiting to be done, so there is no due moment to move.")


class NotStuck(CoachingRefused):
    """Another attempt is for a run of which all were used."""

    def __init__(self) -> None:
        super().__init__("They can go on by themselves: not all of their attempts are used.")


class RefresherOver(CoachingRefused):
    """A refresher ends once."""

    def __init__(self) -> None:
        super().__init__("This refresher is over already: it was passed or called off.")
