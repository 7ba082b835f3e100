"""What policy.yaml may say, and what it is told when it says something else."""

from datetime import UTC, datetime

import pytest

from lms.domain.policies import Decided, Kind, Proof, Verdict
from lms.library.policy_files import read
from lms.library.problems import ContentError

TOP = """\
title: Legal requests
kind: process
owner: pia@demo.example
timezone: America/Los_Angeles
audience: [legal-requests, escalations]
proof: quiz
onboarding_days: 14
grace_days: 7
"""
VERSION = """\
  - number: {number}
    published_at: {published}
    effective_at: {effective}
    author: pia@demo.example
    approver: lena@demo.example
    reason: It is the first version.
"""


def version(number: int = 1, published: str = "2026-01-05", effective: str = "2026-01-12") -> str:
    return VERSION.format(number=number, published=published, effective=effective)


ONE = TOP + "versions:\n" + version()
TWO = ONE + version(2, "2026-03-02T09:00:00-08:00", "2026-03-16")


def problems(text: str) -> list[str]:
    with pytest.raises(ContentError) as refused:
        read(text, file="p.yaml")
    return [str(problem) for problem in refused.value.problems]


def test_what_is_left_out_has_its_default() -> None:
    form = read(TOP, file="p").form
    assert (form.title, form.kind, form.proof) == ("Legal requests", Kind.PROCESS, Proof.QUIZ)
    assert form.audience == ["legal-requests", "escalations"]
    assert (form.valid_days, form.window_days, form.reentry_days, form.versions) == (None, 0, 90, ())


def test_what_is_said_counts() -> None:
    form = read(TOP + "valid_days: 365\nwindow_days: 30\nreentry_days: 10\n", file="p").form
    assert (form.valid_days, form.window_days, form.reentry_days) == (365, 30, 10)
    assert read(TOP + "valid_days: null\n", file="p").form.valid_days is None
    assert read(TOP.replace("[legal-requests, escalations]", "everybody"), file="p").form.audience == ["everybody"]


def test_moments_are_utc_and_a_bare_date_is_midnight_of_the_policy() -> None:
    first, second = read(TWO, file="p").releases
    assert first.published_at == datetime(2026, 1, 5, 8, tzinfo=UTC)
    assert second.published_at == datetime(2026, 3, 2, 17, tzinfo=UTC)
    assert second.effective_at == datetime(2026, 3, 16, 7, tzinfo=UTC)  # summer time by then
    assert second.effective_at.tzinfo is UTC
    zulu = read(ONE.replace("published_at: 2026-01-05", "published_at: 2026-01-05T09:00Z"), file="p").releases[0]
    assert zulu.published_at == datetime(2026, 1, 5, 9, tzinfo=UTC)


def test_an_emergency_and_changes_are_read() -> None:
    text = TWO + (
        "    grace_days: 3\n    emergency: {provisional_hours: 72}\n    changes:\n"
        "      - {clause: a, verdict: material, reason: A second person must confirm.}\n"
        "      - {clause: b, from: [c, d], verdict: editorial, reason: Typo.}\n"
        "      - {clause: e, verdict: material, removed: true, reason: No fax.}\n"
        "      - {clause: f, from: [], verdict: material, reason: It only resembles another.}\n"
    )
    release = read(text, file="p").releases[1]
    assert (release.grace_days, release.provisional_hours) == (3, 72)
    assert release.changes == (
        Decided(clause="a", verdict=Verdict.MATERIAL, reason="A second person must confirm."),
        Decided(clause="b", verdict=Verdict.EDITORIAL, reason="Typo.", predecessors=("c", "d")),
        Decided(clause="e", verdict=Verdict.MATERIAL, reason="No fax.", is_removed=True),
        Decided(clause="f", verdict=Verdict.MATERIAL, reason="It only resembles another.", predecessors=()),
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("title: Legal requests\n", "", "p.yaml:1 title: `title` is missing - add it"),
        ("title: Legal requests", "title: '  '", "p.yaml:1 title: this is empty - write something"),
        (
            "title: Legal requests",
            "title: |\n  a\n  b",
            "p.yaml:1 title: this has several lines - write it in one line",
        ),
        ("title: Legal requests", "title: [a]", "p.yaml:1 title: this is not text - write words after the colon"),
        (
            "kind: process",
            "kind: law",
            "p.yaml:2 kind: this is none of the words that may stand here - write 'policy', ",
        ),
        ("owner:", "ownr:", "p.yaml:3 ownr: the key `ownr` is not known here - did you mean `owner`?"),
        ("America/Los_Angeles", "Mars/Base", "p.yaml:4 timezone: this is not a time zone - write a name such as"),
        ("America/Los_Angeles", "../../etc/passwd", "p.yaml:4 timezone: this is not a time zone"),
        ("timezone: America/Los_Angeles\n", "", "p.yaml:1 timezone: `timezone` is missing"),
        (
            "[legal-requests, escalations]",
            "[]",
            "p.yaml:5 audience: nobody is named - name at least one queue, or write",
        ),
        ("[legal-requests, escalations]", "", "p.yaml:5 audience: nobody is named"),
        (
            "[legal-requests, escalations]",
            "legal",
            "p.yaml:5 audience: this is not a list of queues - write the queues in",
        ),
        (
            "[legal-requests, escalations]",
            "[a, everybody]",
            "p.yaml:5 audience: everybody and queues exclude each other",
        ),
        (
            "[legal-requests, escalations]",
            "[a, a]",
            "p.yaml:5 audience[1]: there are two queues `a` - change one of them",
        ),
        ("escalations]", "Esc]", "p.yaml:5 audience[1]: `Esc` cannot be a name here - use small letters"),
        ("[legal-requests, escalations]", "{a: b}", "p.yaml:5 audience: this has another shape than expected - should"),
        ("grace_days: 7", "grace_days: 7.0", "p.yaml:8 grace_days: this is not a whole number - write digits only"),
        ("grace_days: 7", "grace_days: 010", "p.yaml:8 grace_days: this is not a whole number"),
        ("grace_days: 7", "grace_days: -1", "p.yaml:8 grace_days: this is not a whole number"),
        ("grace_days: 7", "grace_days:", "p.yaml:8 grace_days: this is not a whole number"),
        ("grace_days: 7", "grace_days: [7]", "p.yaml:8 grace_days: this is not a whole number"),
        (
            "grace_days: 7",
            "grace_days: 4000",
            "p.yaml:8 grace_days: 4000 is out of range - write a number from 0 to 3650",
        ),
        ("grace_days: 7", "grace_days: 7\nvalid_days: 0", "p.yaml:9 valid_days: 0 is out of range"),
        (
            "grace_days: 7",
            "grace_days: 7\nvalid_days: 10\nwindow_days: 11",
            "p.yaml:10 window_days: the renewal window is longer than the validity - make window_days",
        ),
        ("number: 2", "number: 3", "p.yaml:16 versions[1].number: this is entry 2, but says 3 - number the versions"),
        ("2026-03-16", "2026-03-01", "p.yaml:18 versions[1].effective_at: it would take effect before it is published"),
        (
            "2026-01-12",
            "2026-04-01",
            "p.yaml:18 versions[1].effective_at: version 2 would take effect before version 1",
        ),
        (
            "2026-03-16",
            "16/03/2026",
            "p.yaml:18 versions[1].effective_at: this is not a moment - write 2026-01-05T09:00",
        ),
        ("2026-03-16", "2026-02-30", "p.yaml:18 versions[1].effective_at: this is not a moment"),
        ("2026-03-16", "2026-03-16T09:00:00", "p.yaml:18 versions[1].effective_at: this is not a moment"),
        ("2026-03-16", "2026-03-16T24:00:00Z", "p.yaml:18 versions[1].effective_at: this is not a moment"),
        ("2026-03-16", "9999-12-31", "p.yaml:18 versions[1].effective_at: this is not a moment"),
        ("2026-03-16", "[a]", "p.yaml:18 versions[1].effective_at: this is not a moment"),
        (
            "lena@demo.example",
            "PIA@demo.example",
            "p.yaml:14 versions[0].approver: the author cannot approve the version",
        ),
        (
            "It is the first version.",
            "New.",
            "p.yaml:15 versions[0].reason: the reason is too short - say in 10 characters",
        ),
    ],
)
def test_it_is_told_what_is_wrong(old: str, new: str, expected: str) -> None:
    assert old in TWO
    found = problems(TWO.replace(old, new))
    assert any(message.startswith(expected) for message in found), found


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("{clause: a, verdict: maybe, reason: B.}", "verdict: this is none of the words"),
        ("{clause: a, verdict: material}", "changes[0].reason: `reason` is missing - add it"),
        ("{clause: a, verdict: material, removed: yes, reason: B.}", "this is neither true nor false - write true or"),
        ("{clause: a, verdict: material, removed: true, from: [b], reason: B.}", "a removed clause comes from nothing"),
        (
            "{clause: a, verdict: material, reason: B, or so it seems.}",
            "`or so it seems.` is not known here - delete it; if",
        ),
    ],
)
def test_a_change_is_told_what_is_wrong(entry: str, expected: str) -> None:
    (found,) = problems(TWO + f"    changes:\n      - {entry}\n")
    assert found.startswith("p.yaml:23 versions[1].changes[0]")
    assert expected in found


def test_a_change_may_stand_once_and_not_in_the_first_version() -> None:
    twice = "    changes:\n" + "      - {clause: a, verdict: material, reason: B.}\n" * 2
    assert problems(TWO + twice) == [
        "p.yaml:24 versions[1].changes[1]: there are two changes of the clause `a` - change one of them or delete it"
    ]
    once = "    changes: [{clause: a, verdict: material, reason: B.}]\n"
    assert problems(ONE + once) == [
        "p.yaml:16 versions[0].changes: the first version cannot change anything - delete the list: every clause of it "
        "is new"
    ]


def test_everything_wrong_is_told_at_once() -> None:
    assert len(problems(TWO.replace("grace_days: 7", "grace_days: x").replace("number: 1", "number: a"))) == 2
    assert len(problems("- a\n")) == 1
    assert len(problems("title: a\n")) == 7
