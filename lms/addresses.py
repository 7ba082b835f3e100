"""The address of a database as PostgreSQL's own programs take it, in the form that SQLAlchemy takes."""

import re

_SEVERAL_HOSTS = re.compile(
    r"(?P<scheme>postgresql(\+\w+)?://)(?P<who>[^@/]*@)?(?P<hosts>[^/?]*,[^/?]*)(?P<rest>/[^?]*)?"
)


def of_database(given: str) -> str:
    """The address for SQLAlchemy: `postgres://` is accepted, and several hosts, of which one is the primary.

    `postgresql://muster@a:5432,b:5433/muster?target_session_attrs=read-write` keeps its hosts as arguments, where
    SQLAlchemy hands them on in their order. A bare postgresql:// means psycopg 3 to SQLAlchemy 2.1.
    """
    url = given.replace("postgres://", "postgresql://", 1) if given.startswith("postgres://") else given
    found = _SEVERAL_HOSTS.match(url)
    if found is None:
        return url
    hosts = "&".join(f"host={host}" for host in found["hosts"].split(","))
    more = url[found.end() :].removeprefix("?")
    return f"{found['scheme']}{found['who'] or ''}{found['rest'] or '/'}?{hosts}{'&' if more else ''}{more}"
