"""A person of the list as a row of a file: the same on the page and on the command line."""

from lms.people.queries import Line

COLUMNS = ("external_id", "name", "email", "vendor", "team", "roles", "queues", "state", "until")


def row_of(line: Line) -> dict[str, str]:
    """Cells by column; moments in UTC."""
    return {
        "external_id": line.external_id,
        "name": line.name,
        "email": line.email,
        "vendor": line.vendor,
        "team": line.team,
        "roles": "; ".join(line.roles),
        "queues": "; ".join(line.queues),
        "state": line.state.value,
        "until": line.until_at.isoformat() if line.until_at else "",
    }
