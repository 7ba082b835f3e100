"""Which clauses concern whom, and how coverage passes through versions: splits, merges, removals, withdrawals."""

# ruff: noqa: E501 (a story is one line)

from datetime import datetime

import pytest

from lms.domain.standing import concerned, standing
from tests.domain.make import (
    day,
    editorial,
    make_evidence,
    make_hold,
    make_person,
    make_policy,
    make_refresher,
    make_seen,
    make_settings,
    make_version,
    material,
    removed,
    told,
)

V1 = make_version(1, "1 Jan", "a b")
SPLIT = make_version(2, "1 Feb", "a b c", editorial("b", "b"), editorial("c", "b"))
HALF = make_version(2, "1 Feb", "a b c", editorial("b", "b"), material("c", "b"))
MERGED = make_version(2, "1 Feb", "m", editorial("m", "a b"))
MERGED_ANEW = make_version(2, "1 Feb", "m", material("m", "a b"))
RENAMED = make_version(2, "1 Feb", "a bee", editorial("bee", "b"))
GONE = make_version(2, "1 Feb", "a", removed("b"))
TIDIED_LATER = make_version(4, "1 Apr", "a", removed("b", is_material=False))
TIDIED = make_version(2, "1 Feb", "a", removed("b", is_material=False))
ADDED = make_version(2, "1 Feb", "a b c", editorial("c"))
BACK = make_version(3, "1 Mar", "a b", material("b"))
UPCOMING = make_version(2, "1 Feb", "a b", material("b"), published="10 Jan")
ONLY_ABUSE = make_version(2, "1 Feb", "a b@abuse")
FOR_ALL = make_version(3, "1 Mar", "a b")
URGENT = make_version(2, "1 Feb", "a b", material("b"), provisional="4 Feb")
URGENT_NEW = make_version(2, "1 Feb", "a b c", material("c"), provisional="4 Feb")
URGENT_SPLIT = make_version(3, "2 Feb", "a b c", editorial("b", "b"), editorial("c", "b"))
NAMES_ABUSE = make_version(1, "1 Jan", "a b@abuse")
DROPS_ABUSE = make_version(2, "1 Feb", "a", removed("b"))
LEGAL_TO_SPAM = [make_settings(), make_settings("spam", "15 Feb")]
EVERYBODY = make_policy(V1, settings=[make_settings("", everybody=True)])
OPEN_HOLD = make_hold("10 Jan")


def withdrawn(text, *changes):
    return make_version(2, "1 Feb", text, *changes, published="10 Jan", withdrawn="20 Jan")


AGAIN = make_version(3, "1 Mar", "a b", material("b"), published="25 Jan")
CHANGED_BACK = make_policy(V1, withdrawn("a b=new", material("b")), make_version(3, "1 Mar", "a b=new", material("b"), published="25 Jan"))  # fmt: skip
SWAPPED = make_policy(V1, withdrawn("x=a b=new", editorial("x", "a"), material("b")))
WITHDRAWN = make_policy(V1, withdrawn("a b=new", material("b")))

ALL = make_evidence(1, "5 Jan")
A, B = make_evidence(1, "5 Jan", "a"), make_evidence(1, "5 Jan", "b")
SEEN = make_seen(2, "1 Feb")


def p(*versions):
    return make_policy(V1, *versions)


def who(*records, **spells):
    return make_person(*records, **spells)


STORIES = [
    ("a part of a split is covered by the whole", p(SPLIT), who(ALL), "2 Feb", "READY, held 2"),
    ("each part is uncovered as the whole was", p(SPLIT), who(A), "2 Feb", "OVERDUE since 15 Jan: v2 b c"),
    ("a part with a new meaning is not", p(HALF), who(ALL), "2 Feb", "DUE until 8 Feb: v2 c"),
    ("a merged clause needs both", p(MERGED), who(ALL), "2 Feb", "READY, held 2"),
    ("one of them is not enough", p(MERGED), who(A), "2 Feb", "OVERDUE since 15 Jan: v2 m"),
    ("the predecessor due earliest counts", p(MERGED), who(A, make_evidence(1, "5 Jan", "b", revoked="30 Jan")), "2 Feb", "DUE until 6 Feb: v2 m"),
    ("also of two", p(MERGED), who(make_evidence(1, "5 Jan", "a", revoked="28 Jan"), make_evidence(1, "5 Jan", "b", revoked="30 Jan")), "2 Feb", "DUE until 4 Feb: v2 m"),
    ("a merge that changes the meaning ends both", p(MERGED_ANEW), who(A), "2 Feb", "DUE until 8 Feb: v2 m"),
    ("an editorial merge passes its own end on", p(MERGED, make_version(3, "1 Mar", "m", material("m"))), who(ALL), "2 Mar", "DUE until 8 Mar: v3 m"),
    ("another name is the same clause", p(RENAMED), who(ALL), "2 Feb", "READY, held 2"),
    ("an editorial addition asks nobody", p(ADDED), who(ALL), "2 Feb", "READY, held 2"),
    ("what it says is learnt when it changes", p(ADDED, make_version(3, "1 Mar", "a b c", material("c"))), who(ALL), "2 Mar", "DUE until 8 Mar: v3 c"),
    ("evidence on a newer version counts for an older", p(UPCOMING), who(make_evidence(2, "11 Jan")), "12 Jan", "READY, held 1, upcoming 2"),
    ("also of a clause that will be split", p(make_version(2, "1 Feb", "a b c", editorial("b", "b"), editorial("c", "b"), published="10 Jan")), who(make_evidence(2, "11 Jan", "a b c")), "12 Jan", "READY, held 1, upcoming 2"),
    ("but not by one of its parts", p(make_version(2, "1 Feb", "a b c", editorial("b", "b"), editorial("c", "b"), published="10 Jan")), who(make_evidence(2, "11 Jan", "a c")), "12 Jan", "DUE until 15 Jan: v1 b, upcoming 2"),
    ("an id that the newer version lacks is pinned as it was", p(make_version(2, "1 Feb", "a x", editorial("x", "b"), published="10 Jan")), who(make_evidence(2, "11 Jan", "a b")), "2 Feb", "READY, held 2"),
    ("evidence on an old version after the change is late", p(UPCOMING), who(make_evidence(1, "3 Feb")), "4 Feb", "OVERDUE since 15 Jan: v2 b"),
    # unlearning
    ("a removed clause must be unlearned", p(GONE), who(ALL), "2 Feb", "DUE until 8 Feb: v2 -b"),
    ("it can be proven once", p(GONE), who(ALL, make_evidence(2, "2 Feb", "b")), "3 Feb", "READY, held 2"),
    ("who came later has nothing to unlearn", p(GONE), who(make_evidence(2, "3 Feb", "a"), legal="2 Feb"), "4 Feb", "READY, held 2"),
    ("who had left before and comes back has", p(GONE), who(ALL, legal=["1 Jan - 20 Jan", "5 Feb"]), "6 Feb", "DUE until 12 Feb: v2 -b"),
    ("what came back and was tidied away is not unlearned after all", p(GONE, BACK, TIDIED_LATER), who(ALL), "2 Apr", "READY, held 4"),
    ("an editorial removal asks nothing", p(TIDIED), who(A), "2 Feb", "READY, held 2"),
    ("a clause that is back is learnt, not unlearned", p(GONE, BACK), who(ALL), "2 Mar", "DUE until 8 Mar: v3 b"),
    ("imported evidence pins what was removed too", p(GONE, BACK), who(make_evidence(3, "1 Mar")), "2 Mar", "READY, held 3"),
    ("a queue that only a removed clause named unlearns it", make_policy(NAMES_ABUSE, DROPS_ABUSE), who(legal="1 Jan", abuse="1 Jan"), "2 Feb", "OVERDUE since 15 Jan: v2 a"),
    ("a queue without the policy unlearns nothing", make_policy(V1, GONE, settings=LEGAL_TO_SPAM), who(ALL), "20 Feb", "NOT_REQUIRED (not_concerned)"),
    # queues
    ("a clause for another queue is not asked", p(ONLY_ABUSE), who(A), "2 Feb", "READY, held 2"),
    ("a clause that comes back to the queue keeps its coverage", p(ONLY_ABUSE, FOR_ALL), who(ALL), "2 Mar", "READY, held 3"),
    ("who never had it gets the grace of that version", p(ONLY_ABUSE, FOR_ALL), who(A), "2 Mar", "DUE until 8 Mar: v3 b"),
    ("a policy for everybody counts in every queue", EVERYBODY, who(legal="5 Jan"), "6 Jan", "DUE until 19 Jan: v1 a b"),
    ("moving between queues does not start anew", make_policy(V1, settings=[make_settings("legal abuse")]), who(abuse="1 Jan - 10 Jan", legal="10 Jan"), "16 Jan", "OVERDUE since 15 Jan: v1 a b"),
    # withdrawn
    ("a withdrawn version is no longer upcoming", WITHDRAWN, who(ALL), "21 Jan", "READY, held 1"),
    ("before that it was", WITHDRAWN, who(ALL), "15 Jan", "READY, held 1, upcoming 2"),
    ("its evidence proves what has the same text", WITHDRAWN, who(make_evidence(2, "11 Jan")), "2 Mar", "OVERDUE since 27 Jan: v1 b"),
    ("what it no longer proves has the grace", WITHDRAWN, who(make_evidence(2, "11 Jan")), "21 Jan", "DUE until 27 Jan: v1 b"),
    ("while it stood it proved all", WITHDRAWN, who(make_evidence(2, "11 Jan")), "15 Jan", "READY, held 1, upcoming 2"),
    ("the same text under another id counts", SWAPPED, who(make_evidence(2, "11 Jan", "x")), "21 Jan", "OVERDUE since 15 Jan: v1 b"),
    ("it does not count for the next version yet", CHANGED_BACK, who(B, make_evidence(2, "11 Jan", "b")), "26 Jan", "OVERDUE since 15 Jan: v1 a, upcoming 3"),
    ("once that is effective it does", CHANGED_BACK, who(A, make_evidence(2, "11 Jan", "b")), "2 Mar", "READY, held 3"),
    ("a version withdrawn too late stays", p(make_version(2, "1 Feb", "a b", material("b"), withdrawn="2 Feb")), who(ALL), "3 Feb", "DUE until 8 Feb: v2 b"),
    # not required
    ("before the first version nothing is", p(), who(), "31 Dec 2025", "NOT_REQUIRED (no_version)"),
    ("nor without settings", make_policy(V1, settings=[]), who(ALL), "5 Jan", "NOT_REQUIRED (no_version)"),
    ("nor once it is retired", make_policy(V1, retired="1 Feb"), who(), "1 Feb", "NOT_REQUIRED (retired)"),
    ("until then it is", make_policy(V1, retired="1 Feb"), who(), "31 Jan", "OVERDUE since 15 Jan: v1 a b"),
    ("nor outside the queue", p(), who(legal="1 Jan - 5 Jan"), "5 Jan", "NOT_REQUIRED (not_in_queue)"),
    ("nor after leaving the company", p(), who(employed="1 Jan - 5 Jan"), "6 Jan", "NOT_REQUIRED (not_in_queue)"),
    ("what comes is told beside it", make_policy(make_version(1, "1 Mar", "a", published="1 Feb")), who(), "5 Feb", "NOT_REQUIRED (no_version), upcoming 1"),
    # the order of the states
    ("a hold on the queue holds", p(), who(ALL, OPEN_HOLD), "11 Jan", "HELD (hold)"),
    ("leave comes before it", p(), who(ALL, OPEN_HOLD, leave="10 Jan"), "11 Jan", "EXEMPT (leave)"),
    ("a hold elsewhere does not", p(), who(ALL, make_hold("10 Jan", "abuse"), make_refresher("10 Jan", "other")), "11 Jan", "READY, held 1"),
    ("a hold comes before a waiver", p(), who(OPEN_HOLD, waived="1 Jan"), "11 Jan", "HELD (hold)"),
    ("a waiver before being late", p(), who(waived="1 Jan"), "11 Mar", "EXEMPT (waiver)"),
    # emergencies
    ("who has seen it is provisional", p(URGENT), who(ALL, SEEN), "2 Feb", "PROVISIONAL: v2 b"),
    ("who has not is due", p(URGENT), who(ALL), "2 Feb", "DUE until 8 Feb: v2 b"),
    ("nor who has seen it later", p(URGENT), who(ALL, make_seen(2, "3 Feb")), "2 Feb", "DUE until 8 Feb: v2 b"),
    ("who was not covered before is not provisional", p(URGENT), who(A, SEEN), "2 Feb", "OVERDUE since 15 Jan: v2 b"),
    ("a clause that is new in it needs no before", p(URGENT_NEW), who(ALL, SEEN), "2 Feb", "PROVISIONAL: v2 c"),
    ("an editorial split of it changes nothing", p(URGENT, URGENT_SPLIT), who(ALL, SEEN), "3 Feb", "PROVISIONAL: v3 b c"),
    ("one other uncovered clause ends it", p(URGENT), who(make_evidence(1, "5 Jan", "a", revoked="1 Feb"), B, SEEN), "2 Feb", "DUE until 8 Feb: v2 a b"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("policy", "person", "at", "expected"), [pytest.param(*story[1:], id=story[0]) for story in STORIES]
)
def test_clauses_and_coverage(policy, person, at, expected):
    assert told(policy, person, at) == expected


def test_a_new_clause_for_a_queue_that_the_policy_did_not_serve_starts_its_onboarding():
    policy = p(make_version(2, "1 Feb", "a b c@abuse", material("c")))
    assert told(policy, who(abuse="1 Jan"), "9 Feb", queue="abuse") == "DUE until 15 Feb: v2 c"


def test_a_removed_clause_of_an_unserved_queue_is_still_unlearned_where_it_was_named():
    policy = make_policy(NAMES_ABUSE, DROPS_ABUSE)
    person = who(make_evidence(1, "5 Jan"), abuse="1 Jan")
    assert told(policy, person, "2 Feb", queue="abuse") == "DUE until 8 Feb: v2 -b"
    assert concerned(policy, person, at=day("2 Feb"), known_at=day("2 Feb")) == ("b",)


def test_moments_without_a_time_zone_are_refused():
    with pytest.raises(ValueError, match="no time zone"):
        standing(p(), who(), queue="legal", at=datetime(2026, 1, 1), known_at=day("1 Jan"))  # noqa: DTZ001
