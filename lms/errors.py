"""Errors become pages here and nowhere else: a sentence, what to do next, and nothing about our insides."""

import logging

from flask import Flask, Response, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from werkzeug.exceptions import HTTPException, SecurityError

from lms import clock, replica
from lms.domain.errors import DomainError
from lms.extensions import db, is_in_use, is_out_of_reach
from lms.languages import said
from lms.locks import WriterWaitedTooLong
from lms.observing import request_id

log = logging.getLogger("muster")

SENTENCES = {
    400: (
        lazy_gettext("That request was not understood"),
        lazy_gettext("Go back, reload the page and try again. Nothing was changed."),
    ),
    403: (
        lazy_gettext("That is not allowed"),
        lazy_gettext("Reload the page and try again. If it happens again, ask your administrator."),
    ),
    404: (
        lazy_gettext("There is nothing here for you"),
        lazy_gettext("The address is wrong, or it belongs to somebody else."),
    ),
    405: (
        lazy_gettext("That page does not take this kind of request"),
        lazy_gettext("Start again from the home page."),
    ),
    413: (
        lazy_gettext("That is too large"),
        lazy_gettext("Send less than the limit named in the settings. Nothing was changed."),
    ),
    422: (
        lazy_gettext("Something in it is not right"),
        lazy_gettext("Go back and mend what is marked. Nothing was changed."),
    ),
    429: (lazy_gettext("Too many tries"), lazy_gettext("Wait a quarter of an hour, then try again.")),
    500: (
        lazy_gettext("Something went wrong on our side"),
        lazy_gettext("Nothing was changed. Tell your administrator the number below."),
    ),
    503: (lazy_gettext("Busy just now"), lazy_gettext("Nothing was changed. Try again in a moment.")),
}

RETRY_AFTER = "5"
"""Seconds after which a browser or program may try again."""


def page(status: int, *, why: str | None = None, incident: str | None = None) -> tuple[str, int]:
    """The error page for a status, with a sentence of its own where there is one."""
    title, remedy = SENTENCES.get(status, SENTENCES[400])
    made = render_template("errors/error.html", status=status, title=title, remedy=why or remedy, incident=incident)
    return made, status


def other_host(error: SecurityError) -> Response:
    """No page: for a host that is not served nothing has an address."""
    return Response("This host is not served here.\n", 400, content_type="text/plain; charset=utf-8")


def nothing_like_it(error: Exception) -> tuple[str, int]:
    """A number or character that no database holds: SQLite's driver says the one, PostgreSQL's the other."""
    db.session.rollback()
    return page(404 if request.method in {"GET", "HEAD"} else 422)


def ask_nobody() -> None:
    """A page about a database that fails must not ask it who is reading; who was found already is still greeted."""
    if "_login_user" not in g:
        g._login_user = current_app.login_manager.anonymous_user()


def later(why: str | None = None) -> Response:
    """Not now: 503 with the time after which to try again."""
    ask_nobody()
    made = current_app.make_response(page(503, why=why))
    made.headers["Retry-After"] = RETRY_AFTER
    return made


def out_of_reach(error: DBAPIError) -> Response:
    """Something was sent or asked while there was no database."""
    ask_nobody()
    log.warning("no database: %s", " ".join(str(error.orig).split()))
    if request.method in {"GET", "HEAD"}:
        return later(gettext("The database cannot be reached. Try again in a moment."))
    return later(
        gettext(
            "The database cannot be reached. What you sent may have been saved or not: look in a moment, then send it "
            "again if it is not there."
        )
    )


def database(error: DBAPIError) -> ResponseReturnValue:
    """From the primary if it was the replica; later if nothing is there or all is in use; else it is our mistake."""
    if replica.gave_up(error, now=clock.now()):
        try:
            return current_app.view_functions[str(request.endpoint)](**request.view_args or {})
        except DBAPIError as again:  # the primary went away as well
            return database(again)
    if is_out_of_reach(error):
        return out_of_reach(error)
    db.session.rollback()
    return later() if is_in_use(error) else unexpected(error)


def unexpected(error: Exception) -> tuple[str, int]:
    """Nothing of our insides but a number, under which the log has the rest."""
    db.session.rollback()
    incident = request_id()
    log.exception("incident %s at %s", incident, request.endpoint, exc_info=error)
    ask_nobody()
    return page(500, incident=incident)


def register(app: Flask) -> None:
    """Handle every error of the app."""
    app.register_error_handler(SecurityError, other_host)
    for kind in (OverflowError, DataError):
        app.register_error_handler(kind, nothing_like_it)

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response | tuple[str, int]:
        if isinstance(error.code, int) and error.code >= 400:
            made = app.make_response(page(error.code))
            for name, value in error.get_headers():
                if name in {"Allow", "Retry-After"}:
                    made.headers[name] = value
            return made
        return error.get_response()

    @app.errorhandler(CSRFError)
    def csrf_error(error: CSRFError) -> tuple[str, int]:
        return page(
            400, why=gettext("The page was open for too long, or you signed in again since. Reload it and try again.")
        )

    @app.errorhandler(DomainError)
    def refused(error: DomainError) -> tuple[str, int]:
        return page(422, why=said(error))

    @app.errorhandler(WriterWaitedTooLong)
    @app.errorhandler(NoConnectionLeft)
    def busy(error: Exception) -> Response:
        return later()

    app.register_error_handler(DBAPIError, database)
    app.register_error_handler(Exception, unexpected)
