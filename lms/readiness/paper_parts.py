"""What the printed report says, part by part, in the reader's language and the words of the page.

Gives plain lists and texts for `paper.typ`; a chart is SVG from our own template. No database, no clock.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import get_locale, gettext, ngettext

from lms import filters
from lms.domain.standing import State
from lms.filters import plain
from lms.languages import is_right_to_left
from lms.readiness.export import Narrowed
from lms.readiness.listing import most_urgent
from lms.readiness.overview import Overview
from lms.readiness.report import Cell
from lms.readiness.rows import NOT_READY, Row
from lms.wording import word

Part = dict[str, Any]
"""title, and chart, tables and after (texts below) as far as there are any."""
MOST_ROWS = 400
"""Of the list: what is printed is read; the files have all of them."""
ABREAST = 5
"""Policies beside each other in the heat map."""
COLOURS = {
    State.READY: "#0c6a66",
    State.PROVISIONAL: "#2b5fa3",
    State.DUE: "#8a5200",
    State.OVERDUE: "#b23312",
    State.HELD: "#6c3d8f",
}
"""As on the page; each is named beside it."""


def said_by(file: str) -> Any:
    """The words and macros of a template of the page, for what is said there and here."""
    return current_app.jinja_env.get_template(file).make_module()


def moment(value: datetime | None) -> str:
    """`Fri 27 Nov 2026, 17:00 CET`, in the reader's zone."""
    return plain(filters.moment(value))


def state_word(state: State) -> str:
    """What a standing is called."""
    return str(said_by("components/tag.html").WORDS[state.value])


def share(ready: int, counted: int) -> str:
    """`37 %`, as the page says it; a dash where nobody counts."""
    return plain(said_by("components/figure.html").percent(ready, counted)) if counted else "–"


def table(heads: Sequence[str], rows: Iterable[Sequence[Any]], *, wide: Sequence[int], numbers: Sequence[int]) -> Part:
    """A table; `wide` has the part of the width of each column (0: as wide as it must be), `numbers` which are such."""
    return {"heads": list(heads), "rows": [list(row) for row in rows], "widths": list(wide), "numbers": list(numbers)}


def with_hints(main: str, *hints: str) -> dict[str, Any]:
    """A cell with smaller lines below."""
    return {"main": main, "hints": [hint for hint in hints if hint]}


def by_queue(report: Overview, narrowed: Narrowed) -> Part:
    """The headline of each queue: a chart and the same as a table."""
    states = (*COLOURS, State.EXEMPT)
    queues = (replace(report.everybody, name=gettext("Everybody here")), *report.queues)
    may_work = [] if narrowed.policy else [gettext("May take work")]
    heads = [gettext("Queue"), gettext("Ready"), gettext("People"), gettext("Share"), *may_work]
    rows = [
        [each.name, str(each.share.ready), str(each.share.counted), share(each.share.ready, each.share.counted)]
        + ([str(each.share.may_work)] if may_work else [])
        + [str(each.states.get(state, 0)) for state in states[1:]]
        for each in queues
    ]
    heads += [state_word(state) for state in states[1:]]
    bars = [
        _bar(
            each.name,
            f"{share(each.share.ready, each.share.counted)} ({each.share.ready}/{each.share.counted})",
            [(each.states.get(state, 0), COLOURS[state]) for state in COLOURS],
            each.share.counted,
        )
        for each in queues
    ]
    shown = table(heads, rows, wide=[1, *([0] * (len(heads) - 1))], numbers=range(1, len(heads)))
    return {
        "title": gettext("By queue"),
        "chart": {"bars": bars, "legend": [{"colour": COLOURS[each], "word": state_word(each)} for each in COLOURS]},
        "tables": [shown],
        "after": [],
    }


def _bar(label: str, said: str, counts: Iterable[tuple[int, str]], whole: int) -> dict[str, Any]:
    """One line of a chart: number and colour of each of its parts, in the order in which they stand."""
    here = get_locale()
    drawing = current_app.jinja_env.get_template("readiness/paper_bar.svg")
    pieces = [{"share": count / whole, "colour": colour, "text": str(count)} for count, colour in counts if count]
    svg = drawing.render(parts=pieces, is_turned=here is not None and is_right_to_left(here.language))
    return {"label": label, "said": said, "svg": svg, "alt": f"{label}: {said}"}


def why(report: Overview) -> Part:
    """Why rows are not ready, and how long what is overdue has been overdue."""
    reasons = said_by("readiness/reasons.html").REASONS
    most = max(report.why.values())
    bars = [
        _bar(str(reasons.get(reason, reason)), str(count), [(count, COLOURS[State.OVERDUE])], most)
        for reason, count in report.why.items()
    ]
    ages = ", ".join(f"{word(words)} {count}" for words, count in report.ageing)
    return {
        "title": gettext("Why they are not ready"),
        "chart": {"bars": bars, "legend": []},
        "tables": [],
        "after": [gettext("One for each person, queue and policy.")]
        + ([gettext("Overdue for: %(ages)s.", ages=ages)] if ages else []),
    }


def heat_map(report: Overview) -> Part:
    """The share ready of each team with each policy, some policies abreast."""
    policies, tables = list(report.policies), []
    for first in range(0, len(policies), ABREAST):
        some = policies[first : first + ABREAST]
        rows = [
            [team or gettext("In no team"), *(_heat(report.cells[team, slug]) for slug, _ in some)]
            for team in report.teams
        ]
        heads = [gettext("Team"), *(title for _, title in some)]
        tables.append(table(heads, rows, wide=[2, *([1] * len(some))], numbers=range(1, len(heads))))
    hint = gettext("Each person counts once in a cell, where they stand worst. A team counts everybody below it.")
    return {"title": gettext("Share ready by team and policy"), "tables": tables, "after": [hint]}


def _heat(cell: Cell) -> dict[str, Any]:
    """Paler the more are ready; the words say the same."""
    if not cell.counted:
        return with_hints("–")
    lacking = 1 - cell.ready / cell.counted
    shade = [round(255 - (255 - full) * lacking * 0.45) for full in (178, 51, 18)]
    fill = "#{:02x}{:02x}{:02x}".format(*shade) if lacking else "#dceeec"
    return with_hints(share(cell.ready, cell.counted), f"{cell.ready}/{cell.counted}") | {"fill": fill}


def coming(report: Overview) -> Part:
    """Versions that take effect, and proofs that run out."""
    heads = [
        *(gettext("Policy"), gettext("Takes effect"), gettext("People"), gettext("Ready for it")),
        *(gettext("Not ready that day"), gettext("Of these, ready now")),
    ]
    rows = [
        [
            with_hints(each.policy_title, gettext("Version %(version)s", version=each.version)),
            moment(each.effective_at),
            *(str(count) for count in (each.people, each.trained, each.not_ready, each.would_stop)),
        ]
        for each in report.coming
    ]
    ends = [
        ngettext(
            "%(policy)s: what %(num)s person showed runs out within 30 days, first %(when)s.",
            "%(policy)s: what %(num)s people showed runs out within 30 days, first %(when)s.",
            each.people,
            policy=each.policy_title,
            when=moment(each.first_at),
        )
        for each in report.running_out
    ]
    nothing = [] if rows else [gettext("No published version is waiting to take effect.")]
    tables = [table(heads, rows, wide=[3, 3, 1, 1, 1, 1], numbers=range(2, 6))] if rows else []
    return {"title": gettext("What comes next"), "tables": tables, "after": nothing + ends}


def let_in(report: Overview) -> Part:
    """Who is let in by override."""
    heads = [gettext("Person"), gettext("Queue"), gettext("Until"), gettext("Let in by"), gettext("Why")]
    rows = [
        [name, each.queue_name, moment(each.until), each.by or str(word("(erased)")), each.reason]
        for name, each in report.let_in
    ]
    return {
        "title": gettext("Let in by override"),
        "tables": [table(heads, rows, wide=[2, 2, 2, 2, 3], numbers=())],
        "after": [],
    }


def rows_of(report: Overview, narrowed: Narrowed) -> Part:
    """The list of the page: who is not ready, or who stands where it was asked; the most urgent first."""
    rows = most_urgent(report.in_state(narrowed.state), MOST_ROWS)
    if narrowed.state:
        total, title = report.states.get(narrowed.state, 0), state_word(narrowed.state)
    else:
        total, title = sum(report.states.get(state, 0) for state in NOT_READY), gettext("Who is not ready, and why")
    said = said_by("readiness/reasons.html")
    heads = [
        *(gettext("Person"), gettext("Standing"), gettext("Policy")),
        *(gettext("Minutes"), gettext("Due"), gettext("Team")),
    ]
    shown = table(heads, (_row(row, said) for row in rows), wide=[3, 5, 4, 0, 3, 3], numbers=(3,))
    nobody = gettext("Nobody stands there.") if narrowed.state else gettext("Everybody who is asked for is ready.")
    more = gettext(
        "These are the most urgent %(shown)s of %(total)s; the CSV, XLSX and JSON files have all of them.",
        shown=len(rows),
        total=total,
    )
    after = [nobody] if not rows else [more] if total > len(rows) else []
    return {"title": title, "tables": [shown] if rows else [], "after": after}


def _row(row: Row, said: Any) -> list[Any]:
    causes = (f"{plain(said.cause(each))}: {plain(said.some(each.titles))}" for each in row.reasons)
    inside = gettext("Let in by override until %(until)s", until=moment(row.let_in.until)) if row.let_in else ""
    gate = str(word(row.gate.value)) if row.gate else ""
    return [
        with_hints(row.person, row.queue_name),
        with_hints(state_word(row.standing), plain(said.because(row)), *causes, inside, gate),
        with_hints(row.policy_title, plain(said.holds(row))),
        str(row.minutes or "–"),
        moment(row.due_at),
        row.team or "–",
    ]


def facts(report: Overview, narrowed: Narrowed) -> list[dict[str, str]]:
    """What was asked: moments, zone, what it is narrowed to."""
    queues, policies = {each.queue: each.name for each in report.queues}, dict(report.policies)
    team = gettext("In no team") if narrowed.team == "-" else narrowed.team
    told = (
        (gettext("As of"), moment(report.at)),
        (gettext("Known at"), moment(report.known_at)),
        (gettext("Time zone"), filters.zone().key),
        (gettext("Queue"), queues.get(narrowed.queue, narrowed.queue) or gettext("All queues")),
        (gettext("Team"), team or gettext("All teams")),
        (gettext("Policy"), policies.get(narrowed.policy, narrowed.policy) or gettext("All policies")),
        *([(gettext("Standing"), state_word(narrowed.state))] if narrowed.state else []),
    )
    return [{"name": name, "value": value} for name, value in told]
