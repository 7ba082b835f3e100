"""What a file is refused for is said in the reader's language, line by line; commands and logs go on in English."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from lms import clock
from lms.domain.errors import Counted, Told
from lms.languages import said
from lms.people import people_file, table_file
from lms.people.feed_files import KINDS
from lms.people.feeding import NOT_OURS
from lms.people.importing import MOST_SHOWN, ImportRefused, import_people
from lms.people.saying import line_of, lines_of
from lms.people.table_file import Problem
from scripts import messages
from tests.people.test_feeds import confirmation, upload

SPANISH = {"Accept-Language": "es"}
HEADER = "external_id,name,email,role,team,vendor,coach_email,queues,timezone,language,starts_on,ends_on\n"
PEOPLE = HEADER + "\n".join(
    (
        "system:x,---,a@b@c,boss,EMEA//Dublin,,cole,Abuse Reports,Mars/Olympus,english!,03/04/2026,9999-12-31",
        "x2,,ａ@x.example,,,,,,,,2026-02-29,",
        "x3,A\u200b,a3@x.example,,,,,,,,,",
        "x4,Four,a4@x.example,,,,,,,,2026-05-05,2026-05-04",
        "x4,",
        f"x5,{'x' * 201},a5@x.example,,,,,,,,,",
        "x5,Five,a5@x.example,,,,,,,,,",
    )
)
TOGETHER = "external_id,name,email,role,team,vendor,coach_email,starts_on,ends_on\n" + "\n".join(
    (
        "y1,One,ada@demo.example,,,,,,",
        "y2,Two,y2@x.example,,emea,,,,",
        "y3,Three,y3@x.example,,EMEA,,nobody@x.example,,",
        "y4,Four,y4@x.example,,EMEA,,y4@x.example,,",
        "y5,Five,y5@x.example,,,,y3@x.example,,",
        "y6,Six,y6@x.example,agent,EMEA,,,,",
        "y7,Seven,y7@x.example,,EMEA,,y6@x.example,,",
        "y8,Eight,y8@x.example,administrator,,Acme,,,",
        "y9,Nine,y9@x.example,coach,,,,,",
    )
)
LEAVE = "external_id,starts_on,ends_on,kind\n"
QUEUES = "external_id,queue,starts_on\n"
EVIDENCE = "external_id,policy,version,occurred_at,source\n"
REFUSED = {
    "cells": ("people", PEOPLE, 20),
    "rows that do not go together": ("people", TOGETHER, 8),
    "no rows": ("people", HEADER, 1),
    "nothing": ("people", " \n", 1),
    "a header that lacks": ("people", "external_id,name\nx,X\n", 1),
    "a header that doubles": ("people", "external_id,name,email,email\nx,X\n", 1),
    "a header of its own": ("people", "external_id,name,email,wage\nx,X\n", 1),
    "tabs": ("people", "external_id\tname\temail\n", 1),
    "a stray quote": ("people", 'external_id,name,email\nx,"X,x@x.example\n', 1),
    "latin-1": ("people", "external_id,name,email\nx,é,x@x.example\n".encode("latin-1"), 1),
    "utf-16": ("people", HEADER.encode("utf-16"), 1),
    "no text": ("people", "external_id\0\n", 1),
    "leave": ("leave", f"{LEAVE}ada,,,\nada,2026-05-05,2026-05-04,\nada,2026-05-05,,{'x' * 201}\nx,2026-05-05,,", 4),
    "leave twice": ("leave", f"{LEAVE}ada,2026-05-05,,\nada,2026-05-05,2026-06-01,\nada,", 2),
    "no leave": ("leave", LEAVE, 1),
    "queues": ("queues", f"{QUEUES}sam,nights,2026-07-01\nsam,abuse-reports,2026-07-01\nsam,a;b,2026-07-01", 3),
    "evidence": ("evidence", f"{EVIDENCE}ada,a,one,01.07.2026,x\nada,a,1,2026-07-01T09:00,x\nada,a,9,2026-07-01,x", 4),
}  # fmt: skip


def told(page):
    """The lines of the notice that says why nothing was brought in."""
    return [" ".join(line.text.split()) for line in page.soup.select(".notice-bad li")]


def runs(line):
    """Every two words that follow each other; not those of a cell, which begin with capitals."""
    return set(re.findall(r"(?=\b([^\W\d_]+ [^\W\dA-Z_]+)\b)", line))


def asks_for(language, reader):
    reader.post("/account/language", {"language": language})


class TestAFile:
    @pytest.mark.parametrize("name", sorted(REFUSED))
    def test_tells_a_spanish_reader_nothing_in_english(self, cast, sign_in, name):
        kind, content, count = REFUSED[name]
        rune = sign_in("rune")
        english = told(upload(rune, kind, content, expect=422))
        asks_for("es", rune)
        spanish = told(upload(rune, kind, content, expect=422))
        assert len(english) == len(spanish) == count + 1
        for was, now in zip(english, spanish, strict=True):
            assert runs(was)
            assert not runs(was) & runs(now)

    def test_names_row_and_column_as_they_stand_in_it(self, cast, sign_in):
        rune = sign_in("rune")
        asks_for("es", rune)
        file = HEADER + "e2,,nobody,boss,,,,,,,,\ne3,Ben\n"
        assert told(upload(rune, "people", file, expect=422)) == [
            "No se importó nada: hay 4 errores en el archivo.",
            "fila 2, name: está vacío",
            "fila 2, email: «nobody» no es una dirección de correo; escríbela como name@company.example",
            "fila 2, role: no existe el rol «boss»; escribe agent, coach, lead, owner, administrator",
            "fila 3: su número de celdas es 2 y el del encabezado, 12; busca una coma o una comilla de más",
        ]

    def test_that_no_longer_fits_when_it_is_confirmed_likewise(self, cast, sign_in):
        rune = sign_in("rune")
        asks_for("es", rune)
        url = confirmation(upload(rune, "people", "external_id,name,email\nn1,Nora,nora@demo.example\n"))
        import_people(b"external_id,name,email\nx9,Other,nora@demo.example\n", now=clock.now())
        assert told(rune.post(url, expect=422))[1] == "fila 2, email: pertenece a x9"
        assert told(rune.post(url, expect=422)) == [
            "Este archivo ya se incorporó, o se mostró hace demasiado tiempo. Elígelo de nuevo."
        ]

    def test_and_somebody_typed_by_hand_likewise(self, cast, sign_in):
        rune = sign_in("rune")
        asks_for("es", rune)
        fields = {"external_id": "n1", "name": "N", "email": "ada@demo.example", "role": "agent", "timezone": "UTC"}
        page = rune.post("/people/new", fields | {"team": ""}, expect=422)
        assert "fila 1, email: pertenece a ada" in page.words

    def test_of_what_another_source_owns_is_told_whose_it_is(self, app, cast, sign_in):
        rune = sign_in("rune")
        asks_for("es", rune)
        was = app.extensions["muster"]
        app.extensions["muster"] = was.model_copy(update={"field_owners": "leave=hand"})
        try:
            page = upload(rune, "leave", f"{LEAVE}ada,2026-07-01,,", expect=422)
        finally:
            app.extensions["muster"] = was
        assert told(page)[1] == "Aquí las ausencias pertenecen a otra fuente: hand."
        assert NOT_OURS.keys() == KINDS.keys()

    def test_too_large_is_told_too(self, app: Flask, monkeypatch):
        monkeypatch.setattr(table_file, "LARGEST_FILE", 1_000_000)
        monkeypatch.setattr(table_file, "MOST_ROWS", 1)
        with app.test_request_context(headers=SPANISH):
            for content, line in (
                (b"x" * 1_000_001, "El archivo ocupa más de 1 MB; divídelo."),
                (PEOPLE.encode(), "El archivo tiene más de 1 filas; divídelo."),
            ):
                assert line_of(people_file.read(content).problems[-1]) == line


class TestARefusal:
    def test_is_english_where_it_is_printed_or_kept(self, app: Flask):
        message = Told("there is a team “%(other)s” already", other="EMEA")
        refused = ImportRefused([Problem(row=3, column="team", message=message)])
        with app.test_request_context(headers=SPANISH):
            assert str(refused).splitlines() == [
                "Nothing was imported: 1 thing is wrong in the file.",
                "row 3, team: there is a team “EMEA” already",
            ]
            assert lines_of(refused) == [
                "No se importó nada: hay 1 error en el archivo.",
                "fila 3, team: ya existe el equipo «EMEA»",
            ]

    def test_of_more_than_are_shown_says_how_many(self, app: Flask):
        refused = ImportRefused([Problem(row=2, message=Told("it is empty"))] * (MOST_SHOWN + 2))
        assert str(refused).endswith("\n… and 2 more")
        with app.test_request_context(headers={"Accept-Language": "ar"}):
            lines = lines_of(refused)
        assert len(lines) == MOST_SHOWN + 2
        assert lines[-1] == "… وخطآن آخران"

    def test_about_a_whole_column_or_file_says_just_that(self, app: Flask):
        with app.test_request_context(headers=SPANISH):
            assert line_of(Problem(column="team", message=Told("it is empty"))) == "team: está vacío"
            assert line_of(Problem(message=Told("it is empty"))) == "está vacío"


class TestASentence:
    def test_is_its_english_and_keeps_what_fills_it(self):
        one = Told("there is a team “%(other)s” already", other="100 % us")
        assert one == "there is a team “100 % us” already"
        assert (one.sentence, one.values) == ("there is a team “%(other)s” already", {"other": "100 % us"})
        assert Told("100 % of it") == "100 % of it"

    @pytest.mark.parametrize(("number", "english", "arabic"), [(1, "1 row", "صف واحد"), (3, "3 rows", "3 صفوف")])
    def test_takes_the_form_that_its_number_asks_for(self, app: Flask, number, english, arabic):
        counted = Counted("%(num)s row", "%(num)s rows", number)
        assert counted == english
        with app.test_request_context(headers={"Accept-Language": "ar"}):
            assert said(counted) == arabic


MESSAGE_AT = {"Problem": None, "wrong": 1, "CellWrong": 0, "FileUnreadable": 0}
"""Where the message stands in a call; None for the keyword `message`."""
PEOPLE_ROOM = sorted((messages.ROOT / "lms" / "people").rglob("*.py"))


@pytest.mark.parametrize("path", PEOPLE_ROOM, ids=lambda path: path.stem)
def test_no_message_of_a_mistake_is_bare(path: Path) -> None:
    """A bare one could not be said in another language, and a page that tries would fall over it."""
    assert [ast.unparse(message) for message in _messages(ast.parse(path.read_text())) if not _is_told(message)] == []


def _messages(tree: ast.AST) -> Iterator[ast.expr]:
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        named: dict[str, list[ast.expr]] = {}
        for node in ast.walk(function):
            for target in node.targets if isinstance(node, ast.Assign) else ():
                named.setdefault(ast.unparse(target), []).append(node.value)
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in MESSAGE_AT:
                message = _message(node)
                yield from named.get(ast.unparse(message), [message])
            elif isinstance(node, ast.Return) and node.value and function.returns:
                yield from [node.value] if "Told" in ast.unparse(function.returns) else []


def _message(call: ast.Call) -> ast.expr:
    at = MESSAGE_AT[ast.unparse(call.func).rpartition(".")[2]]
    if at is not None and len(call.args) > at:
        return call.args[at]
    return next(keyword.value for keyword in call.keywords if keyword.arg == "message")


def _is_told(message: ast.expr) -> bool:
    """A Told, nothing, or what is looked at where it is made."""
    if isinstance(message, ast.IfExp):
        return _is_told(message.body) and _is_told(message.orelse)
    if isinstance(message, ast.Call):
        return ast.unparse(message.func).rpartition(".")[2] not in {"str", "format", "join"}
    is_none = isinstance(message, ast.Constant) and message.value is None
    return is_none or isinstance(message, ast.Name | ast.Attribute | ast.Subscript)
