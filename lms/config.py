"""Every setting with its default and one comment; the environment gives them with the prefix MUSTER_.

The README's table of settings is compared with this class by a house test.
"""

import difflib
import os
import secrets
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from lms.addresses import of_database
from lms.ownership import Owners, owners_of

ROOT = Path(__file__).resolve().parent.parent
"""The checkout: content/, quizzes/, migrations/ and var/ stand here."""

SHORTEST_SECRET = 32
ELSEWHERE = frozenset({"MUSTER_TEST_DATABASE_URL"})
"""Read by something else."""


class OidcProvider(BaseModel):
    """One OpenID provider."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(pattern="^[a-z0-9-]{1,40}$")
    """In addresses; never changed, because links of people hang on it."""
    label: str
    """On the button."""
    issuer: str
    """Its discovery document is below this address."""
    client_id: str
    client_secret: str
    roles_claim: str = ""
    """Claim that holds groups or roles, such as `groups`; unset: it says nothing of roles."""
    roles: dict[str, Literal["agent", "coach", "lead", "owner", "administrator"]] = {}
    """Value of the claim to role; who has none of them is an agent."""
    team_claim: str = ""
    teams: dict[str, str] = {}
    """Value of the claim to path of the team; without it the value is the path."""
    makes_people: bool = False
    """Somebody whom nobody knows is made at their first sign-in, if the provider has verified their e-mail."""


class Settings(BaseSettings):
    """What can be set, typed; a wrong value stops the start with a sentence."""

    model_config = SettingsConfigDict(env_prefix="MUSTER_", extra="ignore")

    env: str = Field(
        "development", description="`production` refuses demo data, placeholder secrets and plain defaults"
    )
    database_url: str = Field(
        f"sqlite:///{ROOT / 'var' / 'muster.db'}", description="SQLite file or postgresql://… (psycopg 3)"
    )
    report_database_url: str = Field(
        "", description="Streaming replica of it that reports may read from; unset: everything reads the database"
    )
    report_lag_seconds: int = Field(60, ge=1, description="A replica that is further behind than this is not read from")
    secret_key: str = Field("", description="Signs cookies and forms; at least 32 characters; made under var/ if unset")
    port: int = Field(8000, description="Where `muster serve` listens, on 127.0.0.1 unless MUSTER_HOST says otherwise")
    host: str = Field("127.0.0.1", description="Address `muster serve` listens on")
    threads: int = Field(8, description="Threads of the server process")
    trusted_hosts: str = Field("", description="Host names served, separated by commas; required in production")
    proxy_hops: int = Field(0, description="How many proxies in front set X-Forwarded-*")
    is_https: bool = Field(False, description="Served over HTTPS: Secure cookies with the __Host- prefix, and HSTS")
    rate_limit_storage: str = Field("memory://", description="Where failed sign-ins are counted; redis://… for several")
    session_idle_minutes: int = Field(60, description="A session ends after this long without a request")
    session_idle_minutes_staff: int = Field(30, description="The same for leads, owners and administrators")
    session_hours: int = Field(12, description="A session ends after this long whatever happens")
    second_factor: str = Field(
        "", description="Who needs more than a password: nobody, staff or everybody; unset: staff in production"
    )
    local_passwords: bool = Field(True, description="Signing in with a password of ours; off leaves the providers")
    oidc_providers: list[OidcProvider] = Field(
        [],
        description="OpenID providers as JSON: name, label, issuer, client_id, client_secret; if wanted roles_claim, "
        "roles, team_claim, teams, makes_people",
    )
    public_url: str = Field("http://127.0.0.1:8000", description="Where people reach Muster; links in mails begin so")
    mail_url: str = Field(
        "", description="Mail server: smtp://user:password@host:587 (STARTTLS), smtps://…, or smtp+plain://localhost:25"
    )
    mail_from: str = Field("Muster <muster@localhost>", description="Sender of mails")
    metrics_token: str = Field("", description="Bearer token for /metrics; unset: there is no such page")
    scim_token: str = Field(
        "", description="Bearer token for /scim/v2, several parted by commas while it is renewed; unset: no such page"
    )
    field_owners: str = Field("", description="Who owns which field of a person, such as team=feed, email=oidc")
    keep_sessions_days: int = Field(90, ge=1, description="A session's row is deleted this long after its last use")
    keep_leavers_days: int = Field(0, ge=0, description="People who left are erased after this long; 0 means never")
    max_body_bytes: int = Field(2_000_000, description="Largest request body")

    @field_validator("env")
    @classmethod
    def _known_env(cls, value: str) -> str:
        if value not in {"development", "production", "test"}:
            raise ValueError("MUSTER_ENV must be development, production or test.")
        return value

    @field_validator("second_factor")
    @classmethod
    def _known_second_factor(cls, value: str) -> str:
        if value not in {"", "nobody", "staff", "everybody"}:
            raise ValueError("MUSTER_SECOND_FACTOR must be nobody, staff or everybody.")
        return value

    @field_validator("database_url", "report_database_url")
    @classmethod
    def _as_sqlalchemy_takes_it(cls, value: str) -> str:
        return of_database(value)

    @model_validator(mode="after")
    def _safe_in_production(self) -> "Settings":
        if self.is_production and len(self.secret_key) < SHORTEST_SECRET:
            raise ValueError(f"MUSTER_SECRET_KEY must be set to {SHORTEST_SECRET} or more random characters.")
        if self.is_production and not self.trusted_hosts:
            raise ValueError("MUSTER_TRUSTED_HOSTS must name the host names that are served.")
        return self

    @field_validator("field_owners")
    @classmethod
    def _known_owners(cls, value: str) -> str:
        owners_of(value)
        return value

    @field_validator("scim_token")
    @classmethod
    def _long_enough(cls, value: str) -> str:
        if any(len(token.strip()) < SHORTEST_SECRET for token in value.split(",") if value):
            raise ValueError(f"MUSTER_SCIM_TOKEN must have {SHORTEST_SECRET} or more random characters.")
        return value

    @field_validator("mail_url")
    @classmethod
    def _known_mail_server(cls, value: str) -> str:
        if value and not value.startswith(("smtp://", "smtps://", "smtp+plain://")):
            raise ValueError("MUSTER_MAIL_URL must begin with smtp://, smtps:// or smtp+plain://.")
        return value

    @model_validator(mode="after")
    def _replica_of_postgresql(self) -> "Settings":
        urls = (self.database_url, self.report_database_url)
        if self.report_database_url and not all(url.startswith("postgresql") for url in urls):
            raise ValueError(
                "MUSTER_REPORT_DATABASE_URL is for a replica of PostgreSQL: postgresql://… in both settings."
            )
        return self

    @model_validator(mode="after")
    def _some_way_in(self) -> "Settings":
        if not self.local_passwords and not self.oidc_providers:
            raise ValueError("MUSTER_LOCAL_PASSWORDS is off and MUSTER_OIDC_PROVIDERS is empty: nobody could sign in.")
        return self

    @property
    def owners(self) -> Owners:
        """Who owns which field of a person."""
        return owners_of(self.field_owners)

    @property
    def scim_tokens(self) -> tuple[str, ...]:
        """Who holds one of them is the directory; none means that there is no SCIM."""
        return tuple(token.strip() for token in self.scim_token.split(",") if token.strip())

    @property
    def factor_asked_of(self) -> str:
        """Who needs more than a password: nobody, staff or everybody."""
        return self.second_factor or ("staff" if self.is_production else "nobody")

    @property
    def is_production(self) -> bool:
        """True where demo data and defaults are refused."""
        return self.env == "production"

    @property
    def is_sqlite(self) -> bool:
        """True for the embedded database."""
        return self.database_url.startswith("sqlite")


def unknown_settings() -> dict[str, str]:
    """Variables that begin with MUSTER_ and mean nothing, each with the name that was perhaps meant."""
    known = {f"MUSTER_{name.upper()}" for name in Settings.model_fields}
    given = sorted(name for name in os.environ if name.startswith("MUSTER_") and name not in known | ELSEWHERE)
    return {name: next(iter(difflib.get_close_matches(name, known, 1, cutoff=0.85)), "") for name in given}


def settings_of_environment() -> Settings:
    """The settings as the environment gives them, with a secret of this machine's own where none is set."""
    settings = Settings()
    return settings if settings.secret_key else settings.model_copy(update={"secret_key": _own_secret()})


def _own_secret() -> str:
    path = ROOT / "var" / "secret_key"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(SHORTEST_SECRET))
    return path.read_text().strip()
