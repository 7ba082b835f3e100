"""Brings a database to the newest schema and says where it stands."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from lms.config import ROOT
from lms.extensions import writing


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return config


def migrate(engine: Engine, *, to: str = "head") -> None:
    """Run the migrations that are missing up to `to`, each in one transaction."""
    config = _config()
    with writing(), engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def newest() -> str:
    """The number of the newest migration of this release."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def is_current(engine: Engine) -> bool:
    """True when nothing is left to migrate."""
    with engine.connect() as connection:
        heads = MigrationContext.configure(connection).get_current_heads()
    return set(heads) == set(ScriptDirectory.from_config(_config()).get_heads())
