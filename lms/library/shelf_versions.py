"""The versions of one policy on the shelf one after the other: clauses with their ids, changes with their verdicts.

Source: domain.md section 2; the matching itself is in `clauses.py` and `lms.domain.changes`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from lms.domain import changes
from lms.domain.changes import Comparison, DecisionsDoNotFit
from lms.domain.policies import Change, Clause, Verdict
from lms.library.clauses import first_version, next_version
from lms.library.lines import TextRefused
from lms.library.problems import Problem
from lms.library.shelf import RECORD, ShelfPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfVersion:
    """One version of a policy, settled as far as the files settle it."""

    number: int
    is_draft: bool
    clauses: tuple[Clause, ...]
    changes: tuple[Change, ...]
    """One for each clause that is not unchanged; of the first version each clause is added."""

    @property
    def alive(self) -> frozenset[str]:
        """Ids of its clauses."""
        return frozenset(clause.id for clause in self.clauses)

    @property
    def material(self) -> tuple[Change, ...]:
        """Changes with that verdict; where none is given yet, with that proposal."""
        return tuple(change for change in self.changes if (change.verdict or change.proposed) is Verdict.MATERIAL)


def versions(policy: ShelfPolicy) -> tuple[tuple[ShelfVersion, ...], tuple[Problem, ...]]:
    """Settle the versions of a policy in order, and say what does not fit.

    A version whose text cannot be read ends the row: what follows it cannot be compared with anything. One whose
    `changes` do not fit goes on with the links and verdicts as they were found.
    """
    settled: list[ShelfVersion] = []
    problems: list[Problem] = []
    taken: set[str] = set()
    for number, text in policy.texts.items():
        before = settled[-1].clauses if settled else None
        try:
            comparison = _compare(policy, text, before=before, taken=frozenset(taken))
        except TextRefused as refused:
            problems.append(_unreadable(policy, number, refused))
            break
        if before is not None:
            comparison, found = _decide(policy, number, comparison, before=before)
            problems += found
        taken.update(clause.id for clause in comparison.clauses)
        settled.append(
            ShelfVersion(
                number=number,
                is_draft=number > len(policy.releases),
                clauses=comparison.clauses,
                changes=comparison.changes,
            )
        )
    return tuple(settled), tuple(problems)


def changed_in(settled: Iterable[ShelfVersion]) -> Mapping[str, Collection[int]]:
    """Numbers of the versions that changed each clause materially, its removal among them, for `quizzes.is_fresh`."""
    found: dict[str, set[int]] = defaultdict(set)
    for version in settled:
        for change in version.material:
            found[change.clause].add(version.number)
    return dict(found)


def removed_in(settled: Iterable[ShelfVersion]) -> Mapping[str, int]:
    """Give the first version from which each clause was removed."""
    later_first = reversed(tuple(settled))
    return {change.clause: version.number for version in later_first for change in version.changes if change.is_removal}


def _compare(policy: ShelfPolicy, text: str, *, before: tuple[Clause, ...] | None, taken: frozenset[str]) -> Comparison:
    if before is None:
        return changes.first(first_version(text, default_title=policy.title))
    return next_version(before, text, taken=taken, default_title=policy.title, audience=policy.audience)


def _decide(
    policy: ShelfPolicy, number: int, comparison: Comparison, *, before: tuple[Clause, ...]
) -> tuple[Comparison, list[Problem]]:
    """Put links and verdicts of policy.yaml on what was found; of a draft they are still to come."""
    if number > len(policy.releases):
        return comparison, []
    decided = policy.releases[number - 1].changes
    try:
        return changes.redraw(before, comparison, decided=decided, audience=policy.audience), []
    except DecisionsDoNotFit as error:
        file, place = f"{policy.folder}/{RECORD}", ("versions", number - 1, "changes")
        line = policy.documents[file].line(place) if file in policy.documents else None
        remedy = f"change `changes` of version {number}: one entry for each clause that is not unchanged"
        return comparison, [Problem(file, line, f"versions[{number - 1}].changes", str(error).rstrip("."), remedy)]


def _unreadable(policy: ShelfPolicy, number: int, refused: TextRefused) -> Problem:
    message = str(refused).removeprefix(f"Line {refused.line}: ").rstrip(".")
    return Problem(f"{policy.folder}/v{number}.md", refused.line, "", message, "change the text there")
