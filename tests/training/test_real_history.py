"""A person is trained through the last version of a real policy by its delta: read what changed, sign, be ready."""

import shutil
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from lms import clock
from lms.domain.standing import State
from lms.policies.actions import import_history
from lms.readiness.queries import standings
from tests.cast import Cast
from tests.conftest import Readers

SLUG, LAST = "security-incident-response", 15
REAL = Path(__file__).parents[3] / "shared" / "real-policies" / SLUG

pytestmark = pytest.mark.skipif(not REAL.exists(), reason="the real policies are not beside this checkout")


def test_ada_learns_the_last_version_of_a_real_policy_by_its_delta(
    cast: Cast, sign_in: Readers, tmp_path: Path
) -> None:
    import_history(_as_it_was(tmp_path, LAST - 1), queues=["escalations"], now=clock.now())
    ada = sign_in("ada")
    whole = ada.get(f"/train/{SLUG}")
    assert whole.soup.find_all("ins") == [], "a newcomer reads the text, not a comparison"
    ada.post(f"/train/{SLUG}/sign")
    assert _standing(cast.ada) == (State.READY, LAST - 1, LAST - 1)

    report = import_history(REAL, queues=["escalations"], now=clock.now())
    assert report.versions[-1].material == 5
    assert _standing(cast.ada)[1:] == (LAST - 1, LAST)
    delta = ada.get(f"/train/{SLUG}")
    assert "(18 clauses of it)" in whole.words
    assert "(5 clauses of it)" in delta.words
    assert delta.soup.find_all("ins"), "what changed is marked"
    ada.post(f"/train/{SLUG}/sign")
    assert _standing(cast.ada) == (State.READY, LAST, LAST)
    assert "Security Incident Response" in ada.get("/record").words


def _as_it_was(folder: Path, number: int) -> Path:
    """The history without what came after a version."""
    made = folder / SLUG
    made.mkdir()
    yaml = YAML(typ="safe")
    record = yaml.load(REAL / "policy.yaml")
    record["versions"] = record["versions"][:number]
    record["versions_included"] = number
    for version in record["versions"]:
        shutil.copy(REAL / version["file"], made)
    yaml.dump(record, made / "policy.yaml")
    return made


def _standing(person: int) -> tuple[State, int | None, int | None]:
    now = clock.now()
    report = standings(scope=None, at=now, known_at=now)
    row = next(row for row in report.rows if row.person_id == person and row.policy == SLUG)
    return row.standing, row.held, row.required
