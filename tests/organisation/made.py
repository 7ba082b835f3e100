"""What the demo has none of: a vendor, and a team and a queue that are closed."""

from sqlalchemy import select, update

from lms import clock
from lms.extensions import db, writing
from lms.models import Identity
from lms.organisation import actions, closing

VENDOR = "Acme Trust & Safety / Night Desk"
ADDRESS = "Acme~20Trust~20~26~20Safety~20~2F~20Night~20Desk"
ORGANISATION = (
    "/organisation/teams/1/closing", "/organisation/queues/1/closing",
    "/organisation/teams/6/closing", "/organisation/queues/4/closing", f"/organisation/vendors/{ADDRESS}",
)  # fmt: skip
"""Pages of the demo: a team and a queue that are held open, those that are closed, and the vendor."""
WHY = "The site was given up, and its work is done elsewhere now."


def vendor_and_closed() -> tuple[int, int]:
    """Sam and a coach work for a vendor; a team and a queue are made and closed: their numbers."""
    rune = db.session.scalars(select(Identity.person_id).where(Identity.external_id == "rune")).one()
    more = {"by": rune, "now": clock.now()}
    team = actions.add_team("Nights that were given up", parent="", **more)
    queue = actions.add_queue("faxes", "Requests by fax", **more)
    closing.close_team(team, why=WHY, **more)
    closing.close_queue(queue, why=WHY, **more)
    with writing():
        some = Identity.email.in_(["sam@demo.example", "carmen.ortega@demo.example"])
        db.session.execute(update(Identity).where(some).values(vendor=VENDOR))
        db.session.commit()
    return team, queue
