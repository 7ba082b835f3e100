"""What is drawn: items that enough people were asked, flagged where there is something to look at."""

from dataclasses import replace
from types import SimpleNamespace

from lms.statistics.figures import Estimate
from lms.statistics.flags import ENOUGH, Flag, FlagKind
from lms.statistics.listing import points
from tests.statistics.test_flags import GOOD


def line(name, figures, *kinds):
    return SimpleNamespace(
        item=SimpleNamespace(id=name), figures=figures, flags=tuple(Flag(kind=each) for each in kinds)
    )


def test_a_point_stands_where_its_figures_say():
    shown = points(
        SimpleNamespace(
            items=[
                line("good", GOOD, FlagKind.IDLE_OPTION),
                line("hard", replace(GOOD, facility=Estimate(value=0.2)), FlagKind.HARD),
                line("alike", replace(GOOD, discrimination=Estimate())),
                line("few", replace(GOOD, attempts=ENOUGH - 1), FlagKind.TOO_FEW),
            ]
        )
    )
    assert [(each.slug, each.right, each.up, each.is_flagged) for each in shown] == [
        ("good", 70, 70, False),
        ("hard", 20, 70, True),
    ]
