"""Bring the fonts of printed reports into lms/fonts again, with npm, and check that they are the ones we looked at.

python scripts/fonts.py          fetch what is listed
python scripts/fonts.py --check  exit status 1 when a font that is here is not the listed one
"""

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

PACKAGE = "dejavu-fonts-ttf@2.37.3"
"""Latin, Arabic and other scripts in one family; free to embed and to pass on (its LICENSE stands beside the fonts)."""
FILES = {
    "package/ttf/DejaVuSans.ttf": "7da195a74c55bef988d0d48f9508bd5d849425c1770dba5d7bfc6ce9ed848954",
    "package/ttf/DejaVuSans-Bold.ttf": "e6476c1b80502924294eed40894c5b18e06c181444ca953e5334262df9c27724",
    "package/LICENSE": "7a083b136e64d064794c3419751e5c7dd10d2f64c108fe5ba161eae5e5958a93",
}
"""Path in the package and SHA-256."""
FOLDER = Path(__file__).resolve().parent.parent / "lms" / "fonts"


def sum_of(content: bytes) -> str:
    """SHA-256, hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def wrong() -> list[str]:
    """Names of files that are missing here, or are not the listed ones."""
    here = {Path(name).name: (FOLDER / Path(name).name, digest) for name, digest in FILES.items()}
    return [name for name, (path, digest) in here.items() if not path.exists() or sum_of(path.read_bytes()) != digest]


def fetch() -> None:
    """Fetch the package and put its files into their folder; nothing is written unless each is the listed one."""
    npm = shutil.which("npm") or sys.exit("This needs npm.")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([npm, "pack", PACKAGE, "--silent"], cwd=folder, check=True, capture_output=True)  # noqa: S603
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as packed:
            found = {name: packed.extractfile(name).read() for name in FILES}  # type: ignore[union-attr]
    for name, digest in FILES.items():
        if sum_of(found[name]) != digest:
            sys.exit(f"{name} of {PACKAGE} is not the listed one; nothing was changed.")
    FOLDER.mkdir(exist_ok=True)
    for name, content in found.items():
        (FOLDER / Path(name).name).write_bytes(content)


if __name__ == "__main__":
    if "--check" not in sys.argv:
        fetch()
    if bad := wrong():
        sys.exit(f"Not the listed ones: {', '.join(bad)}")
