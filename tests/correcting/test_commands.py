"""`muster items void | rescore | restore`."""

import pytest

from lms import clock
from lms.extensions import db
from lms.models import AttemptScore, ItemCorrection
from tests.cli.conftest import run  # noqa: F401 - a fixture
from tests.correcting.made import DAY, SLUG, WHY, sit

WHO = ("--policy", SLUG, "--by", "pia@demo.example", "--reason", WHY)


def count(table):
    found = db.session.query(table).count()
    db.session.rollback()
    return found


def test_a_dry_run_shows_who_changes_and_writes_nothing(cast, policy, run):  # noqa: F811
    sit(cast.ada, at=clock.now() - DAY, notice_1="b", notice_2="b")
    told = run("items", "void", "notice-1", *WHO, "--dry-run").output
    assert "legal-requests: notice-1, in version 1" in told
    row = next(line for line in told.splitlines() if "Ada" in line)
    assert [each for each in ("66 %", "80 %", "fail → pass", "to sign") if each not in row] == []
    assert "1 attempt graded anew, 1 with another score; 1 from fail to pass, 0 from pass to fail. 0 going on." in told
    assert "Nothing was written: this was a dry run." in told
    assert count(ItemCorrection) == 0
    digest = told.split("Digest: ")[1].split()[0]
    assert "It is done" in run("items", "void", "notice-1", *WHO, "--seen", digest).output
    assert count(AttemptScore) == 1
    assert "It is done" in run("items", "restore", "notice-1", *WHO).output
    assert "Something changed" in run("items", "void", "notice-1", *WHO, "--seen", digest, expect=1).stderr


def test_another_key(cast, policy, run):  # noqa: F811
    run("items", "rescore", "notice-1", *WHO, "--right", "b", "--feedback", "b=The court said so.", "--version", "1")
    key = db.session.query(ItemCorrection).one().key
    assert (key["keys"], key["feedback"]["b"]) == (["b"], "The court said so.")


@pytest.mark.parametrize(
    ("args", "code", "why"),
    [
        (("void", "nothing"), 1, "No question “nothing” was published in “legal-requests”"),
        (("void", "notice-1", "--version", "2"), 1, "was published in version 2 of “legal-requests”"),
        (("restore", "notice-1"), 1, "counts as it was published"),
        (("rescore", "notice-1", "--right", "z"), 1, "“z” is not among the answers"),
        (("rescore", "notice-1", "--right", "b", "--feedback", "b"), 2, "OPTION=TEXT"),
        (("rescore", "notice-1", "--right", "b", "--tolerance", "far"), 2, "is no number"),
        (("rescore", "notice-1", "--right", "b", "--tolerance", "1"), 1, "Only a number can be a little off"),
    ],
)
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_what_makes_no_sense_is_told(cast, policy, run, args, code, why):  # noqa: F811
    assert why in run("items", *args, *WHO, expect=code).stderr
    assert count(ItemCorrection) == 0
