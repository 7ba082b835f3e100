"""Whether a clause names a queue that looks like a slip of the pen: the shelf does not know which queues there are.

A queue that some policy is for is spelt right; a name that only resembles one is told. `muster content load` knows the
queues and refuses the rest.
"""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from lms.library import shelf_versions
from lms.library.problems import Problem
from lms.library.shelf import ShelfPolicy

LIKE = 0.75


def of_policies(policies: Iterable[ShelfPolicy]) -> Iterator[Problem]:
    """Name the queues of clauses that no policy is for and that resemble one that some policy is for."""
    policies = tuple(policies)
    known = sorted({queue for policy in policies for queue in policy.audience})
    for policy in policies:
        for version in shelf_versions.versions(policy)[0]:
            for clause in version.clauses:
                for queue in sorted(clause.queues - set(known)):
                    if meant := get_close_matches(queue, known, n=1, cutoff=LIKE):
                        message = f"no policy is for the queue {queue}"
                        remedy = f"is {meant[0]} meant? Then write that in `queues`"
                        file = f"{policy.folder}/v{version.number}.md"
                        yield Problem(file, None, clause.id, message, remedy, "warning")
