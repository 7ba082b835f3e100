"""The servers, the worker and nginx as processes of this machine: started, waited for, killed."""

import http.client
import os
import re
import shutil
import signal
import ssl
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from deploy.rehearsal.postgresql import Missing, free_port
from lms import clock

HOST = "127.0.0.1"
MUSTER = str(Path(sys.executable).with_name("muster"))
SITE = Path(__file__).parents[1] / "nginx.conf"
START_SECONDS = 60
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
"""What nginx keeps on disk while it passes on."""


@dataclass
class Machine:
    """One process with what belongs to it."""

    name: str
    command: list[str]
    log: Path
    environment: dict[str, str] = field(default_factory=dict)
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; it may take a while until it answers."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command, env=os.environ | self.environment, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self) -> None:
        """SIGKILL to all of it at once."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Let it finish what is under way."""
        self._end(signal.SIGTERM)

    def lives(self) -> bool:
        """Is it still running?"""
        return self._process is not None and self._process.poll() is None

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None and self.lives():
            os.killpg(self._process.pid, number)
            self._process.wait()


def muster(number: int, *, folder: Path, environment: dict[str, str]) -> tuple[Machine, int]:
    """A server of its own and its port."""
    port = free_port()
    log = folder / f"server-{number}.log"
    return Machine(f"server {number}", [MUSTER, "serve"], log, environment | {"MUSTER_PORT": str(port)}), port


def worker(*, folder: Path, environment: dict[str, str]) -> Machine:
    """The worker that sends mail."""
    return Machine("worker", [MUSTER, "worker"], folder / "worker.log", environment)


def nginx(*, folder: Path, servers: list[int]) -> tuple[Machine, int]:
    """nginx with the site that is in deploy/, only with ports, names and a certificate of its own; and its port."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        raise Missing("nginx is missing. On Debian: apt-get install nginx-light; or leave it out with --without-nginx")
    port = free_port()
    _certificate(folder)
    (folder / "site.conf").write_text(site(servers, port=port, folder=folder))
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;\n"
        "worker_processes 1; events { worker_connections 512; }\n"
        "http { access_log off; "
        + " ".join(f"{name}_temp_path {folder}/{name};" for name in TEMPORARY)
        + f"\ninclude {folder}/site.conf; }}\n"
    )
    command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf")]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    if checked.returncode:
        raise RuntimeError(f"nginx does not take the site: {checked.stderr.strip()}")
    return Machine("nginx", command, folder / "nginx-out.log"), port


def site(servers: list[int], *, port: int, folder: Path) -> str:
    """The shipped site with the two servers, the port and the certificate of the rehearsal."""
    text = SITE.read_text(encoding="utf-8")
    for shipped, ours in zip(re.findall(r"server 127\.0\.0\.1:(\d+) ", text), servers, strict=True):
        text = text.replace(f"server {HOST}:{shipped} ", f"server {HOST}:{ours} ")
    begin, end = text.index("server {\n  listen 80;"), text.index("server {\n  listen 443 ssl;")
    text = text[:begin] + text[end:]  # nobody comes by plain HTTP here
    text = text.replace("listen 443 ssl;", f"listen {HOST}:{port} ssl;").replace("  listen [::]:443 ssl;\n", "")
    text = text.replace("muster.example", HOST)
    return text.replace("/etc/ssl/muster/fullchain.pem", f"{folder}/chain.pem").replace(
        "/etc/ssl/muster/privkey.pem", f"{folder}/key.pem"
    )


def wait_for(port: int, *, is_tls: bool = False) -> None:
    """Wait until a server, or nginx in front of it, can work."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if _is_ready(port, is_tls=is_tls):
            return
        time.sleep(0.1)
    raise RuntimeError(f"Nothing is ready on port {port}.")


def connection(port: int, *, is_tls: bool, timeout: float = 40) -> http.client.HTTPConnection:
    """To a server of ours; its certificate is made a moment ago and known to nobody."""
    if not is_tls:
        return http.client.HTTPConnection(HOST, port, timeout=timeout)
    return http.client.HTTPSConnection(HOST, port, timeout=timeout, context=_TRUSTING)


_TRUSTING = ssl.create_default_context()
_TRUSTING.check_hostname = False
_TRUSTING.verify_mode = ssl.CERT_NONE


def reports_read(port: int, token: str) -> dict[str, int]:
    """How many reports a server has read where, and why, as its figures for monitoring say."""
    line = connection(port, is_tls=False)
    try:
        line.request("GET", "/metrics", headers={"Authorization": f"Bearer {token}"})
        said = line.getresponse().read().decode()
    finally:
        line.close()
    found = re.findall(r'^muster_reports_read_total\{because="(.*?)",source="(.*?)"\} ([\d.e+]+)$', said, re.MULTILINE)
    return {f"{source} ({because})" if because else source: int(float(number)) for because, source, number in found}


def _is_ready(port: int, *, is_tls: bool) -> bool:
    line = connection(port, is_tls=is_tls, timeout=START_SECONDS)
    try:
        line.request("GET", "/readyz")
        return line.getresponse().status == HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


def _certificate(folder: Path) -> None:
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = clock.now()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (folder / "chain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
