"""What the load saw, by phase: how much was done, what was refused, and for how long nothing was."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from deploy.rehearsal.load import READ, WRITE, Load, Try


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A stretch of the rehearsal."""

    name: str
    began: float
    ended: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One kind of request in one phase."""

    done: int
    refused: Counter[int | str]
    longest_without: float
    """Seconds in which nobody's request was acknowledged."""
    longest_wait: float
    """Seconds that one client waited for one request, with all its tries."""


def seen(load: Load, phase: Phase, kind: str) -> Seen:
    """What came of the requests of a kind that were answered, or given up, in a phase."""
    tries = [each for each in load.tries if each.kind == kind]
    mine = [each for each in tries if phase.began <= each.ended < phase.ended]
    waits = [
        seconds for kind_of, first, seconds in load.waits if kind_of == kind and phase.began <= first < phase.ended
    ]
    return Seen(
        done=sum(each.is_done for each in mine),
        refused=Counter(each.answer for each in mine if not each.is_done),
        longest_without=longest_without(tries, phase),
        longest_wait=max(waits, default=0.0),
    )


def longest_without(tries: Sequence[Try], phase: Phase) -> float:
    """The longest time between two acknowledgements of anybody that began in the phase, also if it ended after it."""
    moments = sorted(each.ended for each in tries if each.is_done)
    last = max(moments, default=phase.ended)
    before = max((each for each in moments if each < phase.began), default=phase.began)
    inside = [before, *(each for each in moments if phase.began <= each < phase.ended)]
    after = next((each for each in moments if each >= phase.ended), max(last, phase.ended))
    return max(later - sooner for sooner, later in zip(inside, [*inside[1:], after], strict=True))


def lines(load: Load, phases: Sequence[Phase]) -> list[tuple[str, ...]]:
    """A row for each phase and kind, as they are printed."""
    found = []
    for phase in phases:
        for kind in (WRITE, READ):
            each = seen(load, phase, kind)
            refused = ", ".join(
                f"{number} × {answer}" for answer, number in sorted(each.refused.items(), key=_by_answer)
            )
            found.append(
                (
                    phase.name if kind == WRITE else "",
                    f"{phase.ended - phase.began:.0f} s" if kind == WRITE else "",
                    kind,
                    str(each.done),
                    refused or "–",
                    f"{each.longest_without:.1f} s",
                    f"{each.longest_wait:.1f} s",
                )
            )
    return found


def _by_answer(counted: tuple[int | str, int]) -> str:
    return str(counted[0])
