"""Files of people, good and bad: every mistake is told by row and column, and nothing makes the reader stumble."""

from datetime import date

import pytest

from lms.access import Role
from lms.people import table_file
from lms.people.people_file import PeopleFile, read

HEADER = "external_id,name,email,role,team,vendor,coach_email,queues,timezone,language,starts_on,ends_on,effective_on"
ROW = (
    "e1,Ada Whelan,Ada@Demo.Example,agent;coach,EMEA / Dublin,Acme,cole@demo.example,"
    "abuse-reports; escalations,Europe/Dublin,en,2026-01-05,2026-12-31,2026-01-06"
)


def file_of(*rows: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *rows, ""]).encode()


def told(file: PeopleFile) -> list[str]:
    return [str(problem) for problem in file.problems]


def test_a_full_row_is_read_with_every_column() -> None:
    file = read(file_of(ROW))
    assert told(file) == []
    (row,) = file.rows
    assert (row.row, row.external_id, row.name, row.email) == (2, "e1", "Ada Whelan", "ada@demo.example")
    assert row.role == {Role.AGENT, Role.COACH}
    assert (row.team, row.vendor, row.coach_email) == ("EMEA/Dublin", "Acme", "cole@demo.example")
    assert row.queues == {"abuse-reports", "escalations"}
    assert (row.timezone, row.language) == ("Europe/Dublin", "en")
    assert (row.starts_on, row.ends_on, row.effective_on) == (date(2026, 1, 5), date(2026, 12, 31), date(2026, 1, 6))
    assert row.has_end


def test_columns_that_are_left_out_say_nothing_and_empty_cells_say_none_or_nothing() -> None:
    (short,) = read(file_of("e1,Ada,ada@x.example", header="external_id,name,email")).rows
    assert (short.role, short.team, short.queues, short.vendor, short.has_end) == (None, None, None, None, False)
    (empty,) = read(file_of("e1,Ada,ada@x.example,,,,,,,,,,")).rows
    assert (empty.team, empty.vendor, empty.queues) == ("", "", frozenset())
    assert (empty.role, empty.timezone, empty.language, empty.starts_on, empty.ends_on) == (None,) * 5
    assert empty.has_end


@pytest.mark.parametrize(
    "content",
    [
        file_of(ROW).replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + file_of(ROW),
        file_of(ROW).replace(b"\n", b"\r"),
        file_of(ROW, "", ",,,,,,,,,,,,", ""),
        file_of(ROW, header=HEADER.upper().replace("NAME", "\u00a0Name ")),
        file_of('e1,"Ada Whelan",Ada@Demo.Example,agent', header="external_id,name,email,role"),
        file_of("Ada Whelan;e1;Ada@Demo.Example", header="name;external_id;email"),
        b"\n\n" + file_of("e1,Ada Whelan,ada@demo.example", header="external_id,name,email"),
    ],
    ids=["crlf", "bom", "cr", "blank lines", "header case", "quotes", "semicolons", "blank start"],
)
def test_the_ways_a_spreadsheet_saves_it_are_all_read(content: bytes) -> None:
    file = read(content)
    assert told(file) == []
    assert [(row.external_id, row.name, row.email) for row in file.rows] == [("e1", "Ada Whelan", "ada@demo.example")]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b" \n\r\n", "The file is empty."),
        (file_of(), "There is nobody in this file"),
        (file_of(ROW).decode().encode("utf-16"), "The file is UTF-16."),
        (file_of(ROW.replace("Ada W", "Adá W")).decode().encode("latin-1"), "row 2: The file is not UTF-8."),
        (file_of(ROW, ROW.replace("Ada W", "A\0da")), "row 3: There is a NUL character"),
        (file_of(ROW).replace(b",", b"\t"), "row 1: The cells are parted by tabs."),
        (file_of("e1,Ada", header="external_id,name"), "row 1: The header lacks email."),
        (file_of(ROW, header=HEADER.replace("vendor", "role")), "row 1: The header names role twice"),
        (file_of(ROW, header=HEADER.replace("vendor", "rôle")), "row 1: There is no column “rôle”."),
        (file_of('e1,"Ada,ada@x.example', header="external_id,name,email"), "row 2: The row cannot be read"),
        (file_of("e1,A" + "a" * 200_000 + ",x@y.example", header="external_id,name,email"), "row 2: The row cannot"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_what_to_do(content: bytes, sentence: str) -> None:
    file = read(content)
    assert file.rows == ()
    assert len(file.problems) == 1
    assert told(file)[0].startswith(sentence)


def test_too_large_a_file_and_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_file, "MOST_ROWS", 1)
    assert "more than 1 rows" in told(read(file_of(ROW, ROW.replace("e1", "e2"))))[0]
    monkeypatch.setattr(table_file, "LARGEST_FILE", 1_000_000)
    assert "larger than 1 MB" in told(read(b"x" * 1_000_001))[0]


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("external_id", "", "it is empty"),
        ("external_id", "x" * 201, "201 characters"),
        ("external_id", "system:people-import", "taken by Muster"),
        ("name", "  ", "it is empty"),
        ("name", "\u200b", "invisible character (U+200B)"),
        ("name", "Ada\u202eWhelan", "U+202E"),
        ("name", "Ada\x07", "U+0007"),
        ("name", "A\u0301" * 250, "250 characters"),
        ("name", "---", "write a name"),
        ("email", "ada", "no e-mail address"),
        ("email", "a@b@c.example", "no e-mail address"),
        ("email", "ada @x.example", "no e-mail address"),
        ("email", "ada@x..example", "no e-mail address"),
        ("email", "a" * 320 + "@x.example", "no e-mail address"),
        ("email", "ａｄｍｉｎ@x.example", "only look like plain ones"),
        ("role", "boss", "there is no role “boss”"),
        ("team", "EMEA//Dublin", "has no name"),
        ("team", "x" * 301, "301 characters"),
        ("team", "/".join(["x" * 200] * 4), "characters; 600"),
        ("queues", "Abuse Reports", "no queue"),
        ("queues", "x" * 81, "no queue"),
        ("timezone", "Mars/Olympus", "there is no time zone"),
        ("timezone", "../../etc/passwd", "there is no time zone"),
        ("timezone", "europe/dublin", "there is no time zone"),
        ("language", "english!", "no language"),
        ("coach_email", "cole", "no e-mail address"),
        ("vendor", "x" * 201, "201 characters"),
        ("starts_on", "03/04/2026", "no date"),
        ("starts_on", "2026-02-29", "no day"),
        ("starts_on", "46000", "no date"),
        ("starts_on", "20260301", "no date"),
        ("starts_on", "2026-03-01T00:00:00Z", "no date"),
        ("starts_on", "٢٠٢٦-03-01", "no date"),
        ("starts_on", "0000-01-01", "no day"),
        ("ends_on", "9999-12-31", "cannot be right"),
        ("ends_on", "2026-01-04", "before starts_on"),
        ("effective_on", "1767225600000", "no date"),
    ],
)
def test_a_wrong_cell_is_named_by_row_and_column(column: str, cell: str, words: str) -> None:
    cells = ROW.split(",")
    cells[HEADER.split(",").index(column)] = f'"{cell}"'
    file = read(file_of(",".join(cells)))
    assert file.rows == ()
    (problem,) = file.problems
    assert (problem.row, problem.column) == (2, column)
    assert words in problem.message


def test_all_mistakes_of_all_rows_are_told_at_once() -> None:
    file = read(file_of(ROW, "e2,,nobody,boss,,,,,,,,,", "e3,Ben", ROW.replace("Ada@", "ada@")))
    assert told(file) == [
        "row 3, name: it is empty",
        "row 3, email: “nobody” is no e-mail address; write it as name@company.example",
        "row 3, role: there is no role “boss”; write agent, coach, lead, owner, administrator",
        "row 4: it has 2 cells and the header has 13; look for a stray comma or quote",
        "row 5, external_id: row 2 has the same one",
        "row 5, email: row 2 has the same one",
    ]
    assert [row.row for row in file.rows] == [2]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ada@x.example", "ADA@X.example"),
        ("straße@x.example", "STRASSE@x.example"),
        ("ada@x.example", " ada@x.example "),
        ("jose\u0301@x.example", "josé@x.example"),
    ],
)
def test_two_spellings_of_one_address_are_one_address(one: str, other: str) -> None:
    file = read(file_of(f"e1,Ada,{one}", f"e2,Ben,{other}", header="external_id,name,email"))
    assert told(file) == ["row 3, email: row 2 has the same one"]


@pytest.mark.parametrize("email", ["ada+tag@x.example", "İpek@x.example", "ada@müller.example", "a@localhost"])
def test_unusual_addresses_are_taken(email: str) -> None:
    (row,) = read(file_of(f"e1,Ada,{email}", header="external_id,name,email")).rows
    assert row.email == email.casefold()


@pytest.mark.parametrize(
    "name",
    ["=HYPERLINK(1)", "+1 Ada", "-Ada", "@Ada", "O'Brien", "Ada\u00a0Whelan", "علی\u200cرضا", "张伟", "'; DROP TABLE"],
)
def test_names_are_kept_as_they_were_typed(name: str) -> None:
    (row,) = read(file_of(f"e1,{name},ada@x.example", header="external_id,name,email")).rows
    assert row.name == name


def test_a_hundred_thousand_letters_in_every_cell_take_no_time() -> None:
    file = read(file_of(",".join(["a" * 100_000 + "!"] * 13)))
    assert len(file.problems) >= 10
