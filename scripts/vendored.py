"""Fetch what we serve of other people's scripts, as it is in its npm package, or check what is there.

    python scripts/vendored.py          fetch (needs npm) into lms/static/vendor
    python scripts/vendored.py --check  exit status 1 when a file is missing, changed or not listed here

A new version: change it here, fetch, look at what changed, and write the new sums that are printed.
"""

import hashlib
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "lms" / "static" / "vendor"


@dataclass(frozen=True, kw_only=True)
class Package:
    """Files of an npm package, under their own names in a folder of the package's name."""

    name: str
    version: str
    licence: str
    why: str
    files: Mapping[str, str]
    """Path in the package to SHA-256."""

    def target(self, path: str) -> Path:
        """Where a file of the package is kept."""
        return FOLDER / self.name / Path(path).name


PACKAGES = (
    Package(
        name="echarts",
        version="6.1.0",
        licence="Apache-2.0",
        why="interactive charts; the smaller of its builds that has tooltips and marks",
        files={
            "dist/echarts.common.min.js": "61f13280aba3161f77fc801bf5f9c786f55f10432153a0683fc5cc0700b013d5",
            "LICENSE": "634293835b43a6dd2094fa39182a3d9a6b9ca43b7fdb9ac354e8037af2a3093a",
            "NOTICE": "d491d358344f842685c1b1585970999db65fe30ecf7ef3867af8814f4016c016",
            "licenses/LICENSE-d3": "e1211892da0b0e0585b7aebe8f98c1274fba15bafe47fa1f4ee8a7a502c06304",
        },
    ),
    Package(
        name="zrender",
        version="6.1.0",
        licence="BSD-3-Clause",
        why="is inside echarts: its licence",
        files={"LICENSE": "a681e9d183c72b4af4856935893805eb48c08f0f5a3f260203db7444c20fb98a"},
    ),
)


def sum_of(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def wrong() -> Iterator[str]:
    """What is not as it is listed."""
    listed = {package.target(path): sum_ for package in PACKAGES for path, sum_ in package.files.items()}
    for target, sum_ in listed.items():
        name = target.relative_to(FOLDER)
        if not target.is_file():
            yield f"{name} is missing"
        elif sum_of(target) != sum_:
            yield f"{name} is not what is listed: {sum_of(target)}"
    yield from (
        f"{each.relative_to(FOLDER)} is not listed"
        for each in FOLDER.rglob("*")
        if each.is_file() and each not in listed
    )


def fetch(package: Package) -> None:
    """Copy the files of a package from its archive."""
    with tempfile.TemporaryDirectory() as folder:
        wanted = f"{package.name}@{package.version}"
        packed = subprocess.run(  # noqa: S603 - the names are ours
            ["npm", "pack", "--silent", wanted],  # noqa: S607
            cwd=folder, check=True, capture_output=True, text=True,
        )  # fmt: skip
        with tarfile.open(Path(folder) / packed.stdout.split()[-1]) as archive:
            for path in package.files:
                source = archive.extractfile(f"package/{path}")
                if source is None:
                    sys.exit(f"{wanted} has no file {path}.")
                target = package.target(path)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(source.read())


def main() -> int:
    """Fetch unless only a check is wanted; say what is wrong."""
    if "--check" not in sys.argv:
        for package in PACKAGES:
            fetch(package)
    found = list(wrong())
    print("\n".join(found) or "What is vendored is what is listed.")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
