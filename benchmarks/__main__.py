"""Prints the table of all benchmarks; exit status 1 when a goal is missed."""

import sys

from rich.console import Console
from rich.table import Table

from benchmarks import everybody, killing, people, reading, restoring, statistics, writing
from benchmarks.measure import Row


def main() -> int:
    """Run them all, print as they come."""
    console = Console()
    rows: list[Row] = []
    for part in (reading, people, everybody, statistics, writing, killing, restoring):
        for row in part.rows():
            rows.append(row)
            console.print(f"  {row.work}, {row.size}: {row.measured}", style="dim")
    table = Table("work", "size", "measured", "floor", "ratio", "goal", "", title="Muster, measured")
    for row in rows:
        table.add_row(
            row.work, row.size, row.measured, row.floor, row.ratio, row.goal, "met" if row.is_met else "SHORT"
        )
    console.print(table)
    return 0 if all(row.is_met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
