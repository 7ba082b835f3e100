"""The rehearsal as a story: all is well, a server dies, the database dies and its replica takes over; then counting.

Exit status 1 when anything acknowledged is lost (unless replication is asynchronous) or doubled, an answer was wrong,
or the record is not whole.
"""

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.killing import reconcile
from benchmarks.population import Reader, populate, signed_in
from deploy.rehearsal import machines
from deploy.rehearsal.counting import Phase, lines
from deploy.rehearsal.load import Doors, Load
from deploy.rehearsal.machines import HOST, MUSTER, Machine
from deploy.rehearsal.postgresql import Missing, Pair, pair
from lms import clock
from lms.app import create_app
from lms.config import Settings
from lms.extensions import db, dispose_engines
from lms.migrating import migrate
from tests.cast import Cast

POLICY = "abuse-reports"
DATABASE = "muster"
SECRET = "a secret for rehearsals, 32 or more"
TOKEN = "a token for rehearsals"
CANNOT_RUN = 3


@dataclass
class Stage:
    """Everything that runs."""

    both: Pair
    folder: Path
    servers: list[Machine]
    ports: list[int]
    worker: Machine
    load: Load
    phases: list[Phase] = field(default_factory=list)
    reports: dict[str, Counter[str]] = field(default_factory=dict)
    """Where reports were read, by when that was asked."""

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """What happens inside counts for this phase."""
        began = time.monotonic()
        print(f"  {name} …", file=sys.stderr, flush=True)
        yield
        self.phases.append(Phase(name=name, began=began, ended=time.monotonic()))

    def count_reports(self, when: str) -> None:
        """Ask every server where it has read reports since it was started."""
        self.reports[when] = Counter()
        for port in self.ports:
            self.reports[when].update(machines.reports_read(port, TOKEN))


def arguments() -> argparse.Namespace:
    """What was typed."""
    parser = argparse.ArgumentParser(
        prog="deploy/rehearse",
        description="PostgreSQL with a streaming replica, two servers, worker and nginx on this machine, under load: "
        "one server is killed, then the primary, and the replica is promoted.",
    )
    parser.add_argument("--seconds", type=float, default=20, help="length of each phase (default 20)")
    parser.add_argument("--notice", type=float, default=3, help="seconds until somebody promotes the replica (3)")
    parser.add_argument("--people", type=int, default=200, help="agents who train (200)")
    parser.add_argument("--clients", type=int, default=6, help="agents at once (6)")
    parser.add_argument("--asynchronous", action="store_true", help="acknowledge before the replica has it")
    parser.add_argument(
        "--apart",
        type=float,
        default=0,
        help="seconds, below 5, that primary and replica are parted before the end (0)",
    )
    parser.add_argument("--without-nginx", action="store_true", help="clients turn to the other server themselves")
    parser.add_argument("--postgresql", default="", metavar="FOLDER", help="where its programs are")
    return parser.parse_args()


def environment(both: Pair) -> dict[str, str]:
    """As in production, but that nobody needs a second factor."""
    return {
        "MUSTER_ENV": "production",
        "MUSTER_DATABASE_URL": both.url(DATABASE),
        "MUSTER_REPORT_DATABASE_URL": both.replica.url(DATABASE),
        "MUSTER_SECRET_KEY": SECRET,
        "MUSTER_TRUSTED_HOSTS": HOST,
        "MUSTER_IS_HTTPS": "true",
        "MUSTER_PROXY_HOPS": "1",
        "MUSTER_SECOND_FACTOR": "nobody",
        "MUSTER_METRICS_TOKEN": TOKEN,
    }


@contextmanager
def people_on(both: Pair, number: int) -> Iterator[tuple[list[Reader], list[Reader]]]:
    """Agents and leads with sessions, on a database that is set up."""
    settings = Settings(env="test", database_url=both.url(DATABASE), secret_key=SECRET, is_https=True)
    app = create_app(settings)
    with app.app_context():
        migrate(db.engine)
        agents = populate(app, people=number, policy=POLICY, secret=SECRET)
        leads = signed_in(app, [Cast.of_database().lena, Cast.of_database().pia], secret=SECRET)
        db.session.remove()
        yield agents, leads
        db.session.remove()
        dispose_engines()


def play(asked: argparse.Namespace, stage: Stage) -> None:
    """The three phases."""
    first = stage.servers[0]
    with stage.phase("all is well"):
        time.sleep(asked.seconds)
    stage.count_reports("while all was well")
    with stage.phase("server 1 killed"):
        first.kill()
        time.sleep(asked.seconds)
    with stage.phase("server 1 started again"):
        first.start()
        machines.wait_for(stage.ports[0])
        time.sleep(asked.seconds / 4)
    if asked.apart:
        with stage.phase("replica out of reach"):
            stage.both.part()
            time.sleep(asked.apart)
    with stage.phase("primary killed, replica promoted"):
        stage.both.primary.kill()
        time.sleep(asked.notice)
        stage.both.replica.promote()
        time.sleep(asked.seconds)
    stage.count_reports("at the end, since each server started")


@contextmanager
def staged(asked: argparse.Namespace, folder: Path) -> Iterator[tuple[Stage, list[Reader], list[Reader]]]:
    """Start everything, end everything."""
    with ExitStack() as ending:
        both = ending.enter_context(pair(asked.postgresql, is_synchronous=not asked.asynchronous))
        both.primary.sql(f"CREATE DATABASE {DATABASE}")
        agents, leads = ending.enter_context(people_on(both, asked.people))
        given = environment(both)
        made = [machines.muster(number, folder=folder, environment=given) for number in (1, 2)]
        servers, ports = [machine for machine, _ in made], [port for _, port in made]
        worker = machines.worker(folder=folder, environment=given)
        running, doors = [*servers, worker], Doors(ports, is_tls=False)
        if not asked.without_nginx:
            proxy, port = machines.nginx(folder=folder, servers=ports)
            running, doors = [*running, proxy], Doors([port], is_tls=True)
        for machine in running:
            ending.callback(machine.kill)
            machine.start()
        for each in ports:
            machines.wait_for(each)
        machines.wait_for(doors.port(), is_tls=doors.is_tls)
        yield Stage(both, folder, servers, ports, worker, Load(doors, POLICY)), agents, leads


def verified(both: Pair) -> str:
    """What `muster verify` says at the end."""
    done = subprocess.run(
        [MUSTER, "verify"], env=os.environ | environment(both), capture_output=True, text=True, check=False
    )
    return (done.stdout + done.stderr).strip()


def told(stage: Stage, asked: argparse.Namespace) -> bool:
    """Print it all; is it as it should be?"""
    load, console = stage.load, Console(width=130)
    table = Table("phase", "length", "kind", "done", "refused, then tried again", "nobody's done for", "one waited")
    for line in lines(load, stage.phases):
        table.add_row(*line)
    console.print(table)
    stored, lost, doubled = reconcile(load.told)
    db.session.remove()
    whole = verified(stage.both)
    says = {
        "replication": ("asynchronous" if asked.asynchronous else "synchronous")
        + (f", parted for {asked.apart:g} s before the primary died" if asked.apart else ""),
        "in front": "nginx" if not asked.without_nginx else "no nginx: clients turn to the other server themselves",
        "acknowledged": f"{load.told.acknowledged} ({len(load.told.saves)} answers, {len(load.told.submitted)} "
        f"quizzes handed in, {len(load.told.signed)} signed)",
        "stored": str(stored),
        "lost": str(lost),
        "doubled": str(doubled),
        "wrong answers": "; ".join([str(len(load.told.refused)), *load.told.refused[:5]]),
        "503 without Retry-After": str(load.without_retry_after),
        **{
            f"reports read, {when}": ", ".join(
                f"{number} from the {where}" for where, number in sorted(reports.items())
            )
            for when, reports in stage.reports.items()
        },
        "worker": "lives" if stage.worker.lives() else "is dead",
        "muster verify": whole,
    }
    for name, value in says.items():
        console.print(f"{name}: {value}", highlight=False)
    is_kept = lost == 0 or asked.asynchronous
    is_right = not load.told.refused or bool(asked.asynchronous and lost)  # what was lost is not there to go on with
    is_right = is_right and not load.without_retry_after and stage.worker.lives()
    return load.told.acknowledged > 0 and is_kept and doubled == 0 and is_right and whole == "The record is whole."


def main() -> int:
    """Rehearse; the exit status."""
    asked, folder = arguments(), Path(tempfile.mkdtemp(prefix="muster-rehearsal-"))
    try:
        with staged(asked, folder) as (stage, agents, leads):
            print(
                f"{clock.now():%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores, {platform.system()}, Python "
                f"{platform.python_version()}, {stage.both.primary.run('postgres', '--version').strip()}",
                flush=True,
            )
            stage.load.begin(agents, leads, clients=asked.clients)
            play(asked, stage)
            stage.load.end()
            is_good = told(stage, asked)
    except Missing as missing:
        print(missing, file=sys.stderr)
        return CANNOT_RUN
    if is_good:
        shutil.rmtree(folder)
    else:
        print(f"The logs are in {folder}.", file=sys.stderr)
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
