"""The statistics as a file: the same items as the page, a line for each item, then one for each of its parts."""

from collections.abc import Iterator

from lms import csv_files
from lms.statistics.figures import Estimate, PartFigures
from lms.statistics.queries import ItemStatistics, Statistics

ESTIMATES = ("facility", "discrimination", "old_rule", "unanswered", "seconds")
COLUMNS = (
    "policy",
    "version",
    "item",
    "type",
    "clauses",
    "pilot",
    "part",
    "part_kind",
    "key",
    "attempts",
    *(f"{name}{end}" for name in ESTIMATES for end in ("", "_low", "_high")),
    "seconds_count",
    "discrimination_count",
    "chosen",
    "share",
    "share_low",
    "share_high",
    "rest_mean",
    "rest_mean_low",
    "rest_mean_high",
    "flags",
)
DIGITS = 4

Record = dict[str, str | int | float | None]


def csv_text(found: Statistics) -> str:
    """Lines of items have no `part`; those of parts only the figures of parts. English, and a point in decimals."""
    return csv_files.text_of(COLUMNS, (record for line in found.items for record in _records(found, line)))


def _records(found: Statistics, line: ItemStatistics) -> Iterator[Record]:
    same = dict.fromkeys(COLUMNS) | {
        "policy": found.policy.slug,
        "version": found.version.number,
        "item": line.item.id,
        "type": line.item.type.value,
        "clauses": " ".join(line.item.clauses),
        "pilot": _yes(line.item.is_pilot),
        "attempts": line.figures.attempts,
    }
    figures: Record = {}
    for name in ESTIMATES:
        figures |= _estimate(name, getattr(line.figures, name))
    yield (
        same
        | figures
        | {
            "seconds_count": line.figures.seconds.count,
            "discrimination_count": line.figures.discrimination.count,
            "flags": "; ".join(dict.fromkeys(flag.kind.value for flag in line.flags)),
        }
    )
    for part, counted in line.parts:
        is_old = "old rule" if part.is_old_rule else "no"
        yield same | _part(counted) | {
            "part": part.id, "part_kind": part.kind.value, "key": "yes" if part.is_key else is_old
        }  # fmt: skip
    for each in line.wrong:
        yield (
            same
            | {"part": each.text, "part_kind": "wrong", "key": "no", "chosen": each.people}
            | _estimate("share", each.share)
        )


def _part(counted: PartFigures) -> Record:
    return {"chosen": counted.chosen} | _estimate("share", counted.share) | _estimate("rest_mean", counted.rest)


def _estimate(name: str, estimate: Estimate) -> Record:
    return {
        name: _rounded(estimate.value), f"{name}_low": _rounded(estimate.low), f"{name}_high": _rounded(estimate.high)
    }  # fmt: skip


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)


def _yes(answer: bool) -> str:
    return "yes" if answer else "no"
