"""Every setting is in the README, with its default, and nothing there is made up."""

from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlalchemy import make_url

from lms.config import ROOT, Settings, settings_of_environment

README = (Path(ROOT) / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", Settings.model_fields)
def test_the_readme_tells_each_setting(name: str) -> None:
    assert f"`MUSTER_{name.upper()}`" in README


def test_the_readme_tells_no_setting_that_is_not_there() -> None:
    import re

    told = set(re.findall(r"`MUSTER_([A-Z_]+)`", README)) - {"TEST_DATABASE_URL"}
    assert told == {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"env": "staging"}, "MUSTER_ENV must be"),
        ({"env": "production", "secret_key": "short", "trusted_hosts": "a.example"}, "MUSTER_SECRET_KEY"),
        ({"env": "production", "secret_key": "x" * 32}, "MUSTER_TRUSTED_HOSTS"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_a_sentence(given: dict[str, str], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        Settings(**given)


def test_a_machine_without_a_secret_gets_one_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("lms.config.ROOT", tmp_path)
    monkeypatch.delenv("MUSTER_SECRET_KEY", raising=False)
    first = settings_of_environment().secret_key
    assert len(first) >= 32
    assert settings_of_environment().secret_key == first
    assert (tmp_path / "var" / "secret_key").stat().st_mode & 0o077 == 0


def test_the_short_form_of_a_postgresql_address_is_taken() -> None:
    assert Settings(database_url="postgres://h/d").database_url == "postgresql://h/d"


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("postgresql://h/d", "postgresql://h/d"),
        (
            "postgresql://me:a,b@h1:5432,h2:5433/d?target_session_attrs=read-write",
            "postgresql://me:a,b@/d?host=h1:5432&host=h2:5433&target_session_attrs=read-write",
        ),
        ("postgres://h1,h2/d", "postgresql:///d?host=h1&host=h2"),
        ("postgresql+psycopg://me@h1,h2", "postgresql+psycopg://me@/?host=h1&host=h2"),
        ("sqlite:////var/a,b.db", "sqlite:////var/a,b.db"),
    ],
)
def test_several_hosts_are_written_as_postgresql_itself_takes_them(given: str, taken: str) -> None:
    assert Settings(database_url=given).database_url == taken
    made = make_url(taken)
    if "h2" in given:
        _, words = made.get_dialect()().create_connect_args(made)
        assert words["host"] == "h1,h2", "SQLAlchemy hands both on in their order"


def test_a_replica_is_one_of_postgresql() -> None:
    for given in (
        {"report_database_url": "postgresql://h/d", "database_url": "sqlite:///a.db"},
        {"report_database_url": "sqlite:///a.db", "database_url": "postgresql://h/d"},
    ):
        with pytest.raises(ValidationError, match="MUSTER_REPORT_DATABASE_URL is for a replica of PostgreSQL"):
            Settings(**given)
    assert Settings(database_url="postgresql://h/d", report_database_url="postgres://r/d").report_database_url.endswith(
        "postgresql://r/d"
    )
