"""Say which lines and branches of the rules and the shelf no test ran, and whether the rest is covered well enough.

    python scripts/covered.py .coverage.json     exit status 1 when either falls short

The file is what slipcover writes.
"""

import json
import sys
from pathlib import Path
from typing import Any

WHOLE = ("lms/domain/", "lms/everybody/", "lms/library/", "lms/exchange/")
"""Every line and branch of these."""
ELSEWHERE = 90.0
"""Per cent of lines and branches."""
MOST = 12
"""So many of a file are named."""


def share(files: dict[str, Any]) -> float:
    """Per cent of lines and branches that some test ran."""
    run = sum(len(each["executed_lines"]) + len(each["executed_branches"]) for each in files.values())
    missed = sum(len(each["missing_lines"]) + len(each["missing_branches"]) for each in files.values())
    return 100 * run / (run + missed) if run + missed else 0.0


def report(path: Path) -> int:
    """Print what is missing where nothing may be, and the two figures; the exit status."""
    files = json.loads(path.read_text(encoding="utf-8"))["files"]
    whole = {name: each for name, each in files.items() if name.startswith(WHOLE)}
    rest = {name: each for name, each in files.items() if name not in whole}
    for name, each in sorted(whole.items()):
        for what in ("lines", "branches"):
            if missing := each[f"missing_{what}"]:
                print(f"{name}: no test runs the {what} {missing[:MOST]}")
    figures = share(whole), share(rest)
    print(f"{', '.join(WHOLE)}: {figures[0]:.2f} % (100 wanted); elsewhere: {figures[1]:.2f} % ({ELSEWHERE:g} wanted)")
    return int(figures[0] < 100 or figures[1] < ELSEWHERE)


if __name__ == "__main__":
    sys.exit(report(Path(sys.argv[1])))
