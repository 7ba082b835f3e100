"""Clauses are followed through all versions between two that are compared."""

from lms.domain.changes import redraw
from lms.domain.policies import Decided, Sort, Verdict
from lms.domain.wording import Status
from lms.library.clauses import first_version, next_version
from lms.policies.comparing import Step, clause_changes

WHO = "The shift lead decides in every case that comes in before noon on a working day."
NOTE = "Whoever decides writes the reason into the case log, with the name of the clause."
ONE = f"## Deciding\n\n{WHO}\n\n{NOTE}\n"
TWO = f"## Deciding\n\n{WHO}\n\n## Noting\n\n{NOTE}\n"
THREE = f"## Deciding\n\n{WHO}\n"


def compared(*texts, decided=()):
    versions = [first_version(texts[0])]
    steps = []
    for number, text in enumerate(texts[1:], start=2):
        found = next_version(versions[-1], text, taken=frozenset())
        found = redraw(versions[-1], found, decided=[one for n, one in decided if n == number], is_draft=True)
        versions.append(found.clauses)
        steps.append(Step(number=number, changes=found.changes))
    return clause_changes(versions[0], versions[-1], steps=steps)


def test_a_part_of_a_split_clause_shows_nothing_as_gone_that_went_to_another_part():
    deciding, noting = compared(ONE, TWO)
    assert deciding.sorts == noting.sorts == {Sort.SPLIT}
    assert deciding.is_part
    for change in (deciding, noting):
        assert [pair.status for pair in change.pairs] == [Status.EQUAL]
    assert noting.old_title == "Deciding"


def test_what_was_split_off_and_then_removed_is_told_with_its_reason():
    verdicts = [(3, Decided(clause="noting", verdict=Verdict.MATERIAL, reason="No log any more.", is_removed=True))]
    (deciding,) = compared(ONE, TWO, THREE, decided=verdicts)
    assert deciding.clause == "deciding"
    assert [pair.status for pair in deciding.pairs] == [Status.EQUAL, Status.REMOVED]


def test_a_clause_that_came_and_went_in_between_is_not_told():
    extra = ONE + "\n## For a while\n\nSomething that was there for one version only.\n"
    assert compared(ONE, extra, ONE) == ()


def test_a_removal_is_told_with_what_removed_it():
    second = "## Deciding\n\n" + WHO + "\n"
    first = second + "\n## Faxes\n\nWe take requests by fax.\n"
    verdicts = [(2, Decided(clause="faxes", verdict=Verdict.MATERIAL, reason="No faxes.", is_removed=True))]
    (faxes,) = compared(first, second, decided=verdicts)
    assert (faxes.new, faxes.title, faxes.verdict, faxes.reason) == (None, "Faxes", Verdict.MATERIAL, "No faxes.")


def test_without_the_versions_between_clauses_are_compared_by_their_ids():
    old, new = first_version(ONE), first_version(THREE.replace("## Deciding", "## Who decides {#deciding}"))
    (deciding,) = clause_changes(old, new, steps=[])
    assert deciding.sorts == {Sort.REWORDED, Sort.RETITLED}
    assert deciding.verdict is None
    assert deciding.reason == ""
