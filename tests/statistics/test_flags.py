"""What is said of an item: each sentence at its figures, and nothing before enough people answered."""

from dataclasses import replace

import pytest

from lms.statistics.answers import Part, PartKind
from lms.statistics.figures import Estimate, ItemFigures, PartFigures
from lms.statistics.flags import ENOUGH, FlagKind, flags_of

NOTHING = Estimate(value=0.0, low=0.0, high=0.1, count=100)
GOOD = ItemFigures(
    attempts=100,
    facility=Estimate(value=0.7, low=0.6, high=0.78, count=100),
    discrimination=Estimate(value=0.4, low=0.2, high=0.5, count=100),
    old_rule=NOTHING,
    unanswered=NOTHING,
    seconds=Estimate(value=40, low=30, high=50, count=100),
    best=25,
    parts=(),
)


def kinds(figures, *parts):
    """Kinds of the flags of an item with these parts, each with its figures."""
    figures = replace(figures, parts=tuple(counted for _, counted in parts))
    return [flag.kind for flag in flags_of(figures, [part for part, _ in parts])]


def part(share, best, kind=PartKind.OPTION, **more):
    made = Part(kind=kind, id="c", text="Cut it off", **({"is_key": False, "is_old_rule": False} | more))
    counted = PartFigures(chosen=5, share=Estimate(value=share, count=100), rest=Estimate(), best=best)
    return made, counted


def value(value, low, high, count=100):
    return Estimate(value=value, low=low, high=high, count=count)


def test_a_good_item_has_none():
    assert kinds(GOOD, part(0.7, 0.9, is_key=True), part(0.3, 0.1)) == []


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"facility": value(0.96, 0.9, 0.98)}, FlagKind.EASY),
        ({"facility": value(0.2, 0.1, 0.3)}, FlagKind.HARD),
        ({"discrimination": value(-0.4, -0.6, -0.1)}, FlagKind.AGAINST),
        ({"discrimination": value(0.0, -0.1, 0.1)}, FlagKind.TELLS_NOTHING),
        ({"old_rule": value(0.33, 0.2, 0.4)}, FlagKind.OLD_RULE),
        ({"unanswered": value(0.2, 0.1, 0.3)}, FlagKind.SKIPPED),
        ({"seconds": value(3, 2, 4)}, FlagKind.HASTY),
    ],
)
def test_each_figure_has_its_flag(change, kind):
    assert kinds(replace(GOOD, **change)) == [kind]
    assert kinds(replace(GOOD, attempts=ENOUGH - 1, **change)) == [FlagKind.TOO_FEW]


def test_an_interval_that_reaches_further_says_nothing_yet():
    assert kinds(replace(GOOD, facility=value(0.2, 0.1, 0.5))) == []
    assert kinds(replace(GOOD, discrimination=value(-0.2, -0.5, 0.3))) == []
    assert kinds(replace(GOOD, seconds=value(3, 2, 4, count=ENOUGH - 1))) == []


def test_an_easy_item_is_not_blamed_for_telling_nothing_as_well():
    assert kinds(replace(GOOD, facility=value(0.97, 0.9, 1), discrimination=value(0, -0.1, 0.1))) == [FlagKind.EASY]


def test_the_key_is_in_doubt_when_most_of_the_best_choose_something_else():
    assert kinds(GOOD, part(0.4, 0.6)) == [FlagKind.KEY_DOUBTED]
    assert kinds(GOOD, part(0.4, 0.6, is_old_rule=True)) == []
    assert kinds(GOOD, part(0.4, 0.6, is_key=True)) == []
    assert kinds(GOOD, part(0.4, None)) == []


def test_an_option_that_nobody_takes_is_told_but_no_wrong_answer_that_nobody_writes():
    assert kinds(GOOD, part(0.01, 0)) == [FlagKind.IDLE_OPTION]
    assert kinds(GOOD, part(0.01, 0, kind=PartKind.WRITTEN)) == []
    assert kinds(GOOD, part(0.01, 0, kind=PartKind.CITED)) == []


def test_the_most_urgent_comes_first():
    found = kinds(replace(GOOD, old_rule=value(0.5, 0.4, 0.6)), part(0.01, 0), part(0.4, 0.6))
    assert found == [FlagKind.KEY_DOUBTED, FlagKind.OLD_RULE, FlagKind.IDLE_OPTION]


def test_the_sentences_name_what_they_are_about(app):
    figures = replace(GOOD, old_rule=value(0.3399, 0.2, 0.4), parts=(part(0.4, 0.6)[1],))
    doubt, old = flags_of(figures, [part(0.4, 0.6)[0]])
    assert doubt.sentence == "Most of the best choose “Cut it off”: is the key wrong, or the clause unclear?"
    assert old.sentence == "33 % still answer by the old rule."
    assert not doubt.is_good_to_know
