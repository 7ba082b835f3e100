"""One table of route, method and who may; whatever is not in it fails, and so does a row without a route."""

import re

import pytest
from flask import Flask
from flask_login import login_user
from werkzeug.exceptions import HTTPException

from lms import clock
from lms.access import Principal, guard
from lms.accounts.actions import start_session
from lms.accounts.sessions import load_principal
from tests.cast import PEOPLE, Cast

COACHES = "coach lead"
READERS = "administrator lead owner"
SETTERS = "administrator owner"
ROSTERERS = "administrator lead"
SCIM = (
    ("GET POST PUT PATCH DELETE", "/scim/v2/"),
    ("GET POST PUT PATCH DELETE", "/scim/v2/<path:path>"),
    ("POST", "/scim/v2/.search"),
    ("GET POST", "/scim/v2/<resource_endpoint>"),
    ("POST", "/scim/v2/<resource_endpoint>/.search"),
    ("GET PUT PATCH DELETE", "/scim/v2/<resource_endpoint>/<resource_id>"),
    ("POST", "/scim/v2/Bulk"),
    ("GET POST PUT PATCH DELETE", "/scim/v2/Me"),
    ("GET", "/scim/v2/ResourceTypes"),
    ("GET", "/scim/v2/ResourceTypes/<resource_id>"),
    ("GET", "/scim/v2/Schemas"),
    ("GET", "/scim/v2/Schemas/<resource_id>"),
    ("GET", "/scim/v2/ServiceProviderConfig"),
)
"""The directory signs in with a token that each of these asks for before anything else; `tests/scim` shows it."""
TABLE = (
    ("GET", "/", "signed in"),
    ("POST", "/account/codes", "signed in"),
    ("POST", "/account/codes/confirm", "signed in"),
    ("POST", "/account/codes/remove", "signed in"),
    ("GET", "/account/factors", "signed in"),
    ("GET", "/account/invitations", "administrator"),
    ("POST", "/account/invitations", "administrator"),
    ("POST", "/account/language", "signed in"),
    ("GET", "/account/mail", "lead"),
    ("POST", "/account/mail", "lead"),
    ("POST", "/account/passkeys", "signed in"),
    ("POST", "/account/passkeys/<int:passkey_id>/remove", "signed in"),
    ("POST", "/account/passkeys/options", "signed in"),
    ("GET", "/account/password", "signed in"),
    ("POST", "/account/password", "signed in"),
    ("POST", "/account/recovery-codes", "signed in"),
    ("GET", "/account/mail", "lead"),
    ("POST", "/account/mail", "lead"),
    ("GET", "/account/sessions", "signed in"),
    ("POST", "/account/sessions/<int:session_id>/end", "signed in"),
    ("POST", "/account/sessions/end", "signed in"),
    ("GET", "/admin", "administrator"),
    ("GET", "/audit", "administrator"),
    ("GET", "/audit/log.csv", "administrator"),
    ("GET", "/coaching/", COACHES),
    ("GET", "/coaching/people/<int:person_id>", COACHES),
    ("GET", "/coaching/people/<int:person_id>/accommodation", "administrator coach lead"),
    ("POST", "/coaching/people/<int:person_id>/accommodation", "administrator coach lead"),
    ("GET", "/coaching/people/<int:person_id>/attempts/<int:run>/grant", COACHES),
    ("POST", "/coaching/people/<int:person_id>/attempts/<int:run>/grant", COACHES),
    ("GET", "/coaching/people/<int:person_id>/due/<policy>", COACHES),
    ("POST", "/coaching/people/<int:person_id>/due/<policy>", COACHES),
    ("POST", "/coaching/refreshers", COACHES),
    ("GET", "/coaching/refreshers/<int:refresher_id>/call-off", COACHES),
    ("POST", "/coaching/refreshers/<int:refresher_id>/call-off", COACHES),
    ("GET", "/coaching/refreshers/assigned", COACHES),
    ("GET", "/coaching/refreshers/new", COACHES),
    ("POST", "/coaching/refreshers/preview", COACHES),
    ("GET", "/flags", "owner"),
    ("GET", "/flags/<int:flag_id>", "owner"),
    ("POST", "/flags/<int:flag_id>", "owner"),
    ("GET", "/evidence", "signed in"),
    ("POST", "/evidence", "signed in"),
    ("GET", "/forgotten", "public"),
    ("POST", "/forgotten", "public"),
    ("GET", "/healthz", "public"),
    ("GET", "/link/<token>", "public"),
    ("POST", "/link/<token>", "public"),
    ("POST", "/link/<token>/password", "public"),
    ("GET", "/mail", "administrator"),
    ("POST", "/mail/<int:mail_id>/again", "administrator"),
    ("POST", "/mail/<int:mail_id>/call-off", "administrator"),
    ("POST", "/mail/again", "administrator"),
    ("POST", "/mail/test", "administrator"),
    ("GET", "/metrics", "public"),
    ("GET", "/organisation", "administrator"),
    ("GET", "/organisation/queues/<int:queue_id>", "administrator"),
    ("POST", "/organisation/queues/<int:queue_id>", "administrator"),
    ("POST", "/organisation/queues/<int:queue_id>/close", "administrator"),
    ("GET", "/organisation/queues/<int:queue_id>/closing", "administrator"),
    ("POST", "/organisation/queues/<int:queue_id>/open", "administrator"),
    ("GET", "/organisation/queues/<slug>/gate", "administrator lead"),
    ("POST", "/organisation/queues/<slug>/gate", "administrator lead"),
    ("GET", "/organisation/queues/new", "administrator"),
    ("POST", "/organisation/queues/new", "administrator"),
    ("GET", "/organisation/teams/<int:team_id>", "administrator"),
    ("POST", "/organisation/teams/<int:team_id>", "administrator"),
    ("POST", "/organisation/teams/<int:team_id>/close", "administrator"),
    ("GET", "/organisation/teams/<int:team_id>/closing", "administrator"),
    ("POST", "/organisation/teams/<int:team_id>/open", "administrator"),
    ("GET", "/organisation/teams/new", "administrator"),
    ("POST", "/organisation/teams/new", "administrator"),
    ("GET", "/organisation/vendors/<address>", "administrator"),
    ("POST", "/organisation/vendors/<address>", "administrator"),
    ("GET", "/people", "administrator"),
    ("GET", "/people/<int:person_id>", "administrator"),
    ("GET", "/people/<int:person_id>/identity", "administrator"),
    ("POST", "/people/<int:person_id>/identity", "administrator"),
    ("GET", "/people/change", "administrator"),
    ("POST", "/people/change", "administrator"),
    ("GET", "/people/feeds", "administrator"),
    ("POST", "/people/feeds", "administrator"),
    ("POST", "/people/feeds/<int:run_id>/confirm", "administrator"),
    ("GET", "/people/new", "administrator"),
    ("POST", "/people/new", "administrator"),
    ("GET", "/people/people.csv", "administrator"),
    ("GET", "/policies", "signed in"),
    ("GET", "/policies/items-template.csv", "owner"),
    ("GET", "/policies/<slug>", "signed in"),
    ("GET", "/policies/<slug>/compare", "signed in"),
    ("GET", "/policies/<slug>/draft", "owner"),
    ("GET", "/policies/<slug>/draft/approve", "lead owner"),
    ("POST", "/policies/<slug>/draft/approve", "lead owner"),
    ("POST", "/policies/<slug>/draft/changes/<clause>", "owner"),
    ("POST", "/policies/<slug>/draft/emergency", "owner"),
    ("GET", "/policies/<slug>/draft/items", "owner"),
    ("POST", "/policies/<slug>/draft/items", "owner"),
    ("POST", "/policies/<slug>/draft/items/<item>/take-out", "owner"),
    ("POST", "/policies/<slug>/draft/items/bring", "owner"),
    ("POST", "/policies/<slug>/draft/propose", "owner"),
    ("POST", "/policies/<slug>/draft/take-back", "lead owner"),
    ("GET", "/policies/<slug>/items", "owner"),
    ("GET", "/policies/<slug>/items/<int:revision>", "owner"),
    ("POST", "/policies/<slug>/items/<int:revision>", "owner"),
    ("POST", "/policies/<slug>/items/<int:revision>/preview", "owner"),
    ("GET", "/policies/<slug>/requirement", SETTERS),
    ("POST", "/policies/<slug>/requirement", SETTERS),
    ("POST", "/policies/<slug>/requirement/preview", SETTERS),
    ("GET", "/policies/<slug>/v/<int:number>", "signed in"),
    ("GET", "/policies/<slug>/v/<int:number>/items/<kind>", "owner"),
    ("POST", "/policies/<slug>/v/<int:number>/withdraw", "owner"),
    ("GET", "/privacy", "signed in"),
    ("GET", "/privacy/mine.json", "signed in"),
    ("GET", "/privacy/people/<int:person_id>", "administrator"),
    ("POST", "/privacy/people/<int:person_id>/erase", "administrator"),
    ("POST", "/privacy/people/<int:person_id>/export", "administrator"),
    ("GET", "/privacy/tidy", "administrator"),
    ("POST", "/privacy/tidy", "administrator"),
    ("GET", "/readiness/", READERS),
    ("GET", "/readiness/ahead", READERS),
    ("GET", "/readiness/ahead/ahead.json", READERS),
    ("GET", "/readiness/ahead/changes", READERS),
    ("GET", "/readiness/ahead/ready.csv", READERS),
    ("GET", "/readiness/ahead/training", READERS),
    ("GET", "/readiness/ahead/training.csv", READERS),
    ("GET", "/readiness/changes", READERS),
    ("GET", "/readiness/changes.csv", READERS),
    ("GET", "/readiness/changes/<policy>/<int:version>", READERS),
    ("GET", "/readiness/changes/<policy>/<int:version>/curve.csv", READERS),
    ("GET", "/readiness/changes/<policy>/<int:version>/not-yet.csv", READERS),
    ("GET", "/readiness/changes/compare", READERS),
    ("GET", "/readiness/changes/compare.csv", READERS),
    ("GET", "/readiness/gate", "administrator coach lead"),
    ("POST", "/readiness/gate/override", COACHES),
    ("POST", "/readiness/gate/overrides/<int:override_id>/end", COACHES),
    ("GET", "/readiness/over-time", READERS),
    ("GET", "/readiness/over-time.csv", READERS),
    ("GET", "/readiness/report.csv", READERS),
    ("GET", "/readiness/report.json", READERS),
    ("GET", "/readiness/report.pdf", READERS),
    ("GET", "/readiness/report.xlsx", READERS),
    ("GET", "/readyz", "public"),
    ("GET", "/record", "signed in"),
    *((method, path, "public") for methods, path in SCIM for method in methods.split()),
    ("GET", "/shifts/", READERS),
    ("GET", "/shifts/<int:shift_id>/call-off", ROSTERERS),
    ("POST", "/shifts/<int:shift_id>/call-off", ROSTERERS),
    ("GET", "/shifts/import", ROSTERERS),
    ("POST", "/shifts/import", ROSTERERS),
    ("POST", "/shifts/import/<int:run_id>/confirm", ROSTERERS),
    ("GET", "/shifts/minimums/<queue>", ROSTERERS),
    ("POST", "/shifts/minimums/<queue>", ROSTERERS),
    ("GET", "/shifts/new", ROSTERERS),
    ("POST", "/shifts/new", ROSTERERS),
    ("GET", "/shifts/roster", READERS),
    ("GET", "/sign-in", "public"),
    ("POST", "/sign-in", "public"),
    ("GET", "/sign-in/code", "public"),
    ("POST", "/sign-in/code", "public"),
    ("POST", "/sign-in/passkey", "public"),
    ("POST", "/sign-in/passkey/options", "public"),
    ("POST", "/sign-in/with/<provider>", "public"),
    ("GET", "/sign-in/with/<provider>/done", "public"),
    ("POST", "/sign-out", "signed in"),
    ("GET", "/static/<path:filename>", "public"),
    ("GET", "/statistics", SETTERS),
    ("GET", "/statistics/<slug>", SETTERS),
    ("GET", "/statistics/<slug>/items.csv", SETTERS),
    ("GET", "/statistics/<slug>/items/<item>", SETTERS),
    ("GET", "/system", "administrator"),
    ("GET", "/train/<policy>", "signed in"),
    ("POST", "/train/<policy>/acknowledge", "signed in"),
    ("GET", "/train/<policy>/flag", "signed in"),
    ("POST", "/train/<policy>/flag", "signed in"),
    ("GET", "/train/<policy>/refresher/<int:refresher_id>", "signed in"),
    ("POST", "/train/<policy>/sign", "signed in"),
    ("POST", "/train/<policy>/start", "signed in"),
    ("GET", "/train/attempts/<int:attempt_id>", "signed in"),
    ("POST", "/train/attempts/<int:attempt_id>", "signed in"),
    ("GET", "/train/attempts/<int:attempt_id>/questions/<int:number>/flag", "signed in"),
    ("POST", "/train/attempts/<int:attempt_id>/questions/<int:number>/flag", "signed in"),
    ("GET", "/train/attempts/<int:attempt_id>/result", "signed in"),
    ("GET", "/train/attempts/<int:attempt_id>/review", "signed in"),
    ("POST", "/train/attempts/<int:attempt_id>/save", "signed in"),
    ("GET", "/train/attempts/<int:attempt_id>/sign", "signed in"),
    ("POST", "/train/attempts/<int:attempt_id>/sign", "signed in"),
    ("POST", "/train/attempts/<int:attempt_id>/submit", "signed in"),
)
"""Method, path, and `public`, `signed in` or the roles."""


def test_every_route_is_in_the_table_and_every_row_has_a_route(app: Flask) -> None:
    there = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert there == {(method, path) for method, path, _ in TABLE}


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("method", "path", "who"), TABLE)
def test_only_who_may_passes_the_guard(app: Flask, cast: Cast, method: str, path: str, who: str) -> None:
    for name in (None, *PEOPLE):
        role = PEOPLE[name][0].value if name else None
        may = who == "public" or (name is not None and (who == "signed in" or role in who.split()))
        assert _passes(app, cast, name, method=method, path=path) == may, f"{name} at {method} {path}"


def _passes(app: Flask, cast: Cast, name: str | None, *, method: str, path: str) -> bool:
    address = path.replace("<path:filename>", "style.css").replace("<path:path>", "x")
    address = re.sub(r"<\w+>", "x", re.sub(r"<int:\w+>", "1", address))
    assert "<" not in address, f"a new kind of placeholder: {address}"
    with app.test_request_context(address, method=method):
        if name is not None:
            login_user(_principal(cast, name))
        try:
            return guard() is None
        except HTTPException as refused:
            assert refused.code == 404
            return False


def _principal(cast: Cast, name: str) -> Principal:
    principal = load_principal(start_session(getattr(cast, name), agent="", now=clock.now()))
    assert principal is not None
    return principal


def test_a_view_that_declares_nothing_is_refused(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.view_functions, "accounts.sign_in", lambda: "open to everybody by mistake")
    assert app.test_client().get("/sign-in").status_code == 403
