"""Muster: `create_app()` puts the parts together; read it as a table of contents."""

from typing import Any

from flask import Flask, Response, current_app, g
from werkzeug.middleware.proxy_fix import ProxyFix

from lms import access, errors, filters, languages, navigation, observing, replica
from lms.accounts import (  # noqa: F401 - their routes
    factor_views,
    language_views,
    password_views,
    provider_views,
    providers,
    session_views,
)
from lms.accounts import views as accounts
from lms.accounts.sessions import load_principal
from lms.admin import views as admin
from lms.audit import views as audit
from lms.coaching import giving_views  # noqa: F401 - its routes
from lms.coaching import views as coaching
from lms.config import Settings, settings_of_environment
from lms.correcting import views as correcting
from lms.evidence_pack import views as evidence_pack
from lms.extensions import REPLICA, csrf, db, limiter, login_manager, prepare_engine
from lms.flags import views as flags
from lms.mail import views as mail
from lms.organisation import closing_views, vendor_views  # noqa: F401 - their routes
from lms.organisation import gate_views as queue_gate_views  # noqa: F401 - its routes
from lms.organisation import views as organisation
from lms.people import claims, feed_views  # noqa: F401 - its routes
from lms.people import views as people
from lms.policies import item_views, requirement_views  # noqa: F401 - their routes
from lms.policies import views as policies
from lms.privacy import views as privacy
from lms.readiness import ahead_views, gate_views, over_time_views  # noqa: F401 - their routes
from lms.readiness import views as readiness
from lms.shifts import upload_views  # noqa: F401 - its routes
from lms.shifts import views as shifts
from lms.statistics import views as statistics
from lms.system import views as system
from lms.training import views as training
from lms.weekly import views as weekly

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def create_app(settings: Settings | None = None) -> Flask:
    """The app for a WSGI server, the command line and the tests."""
    settings = settings or settings_of_environment()
    app = Flask(__name__)
    app.config.from_mapping(_flask_settings(settings))
    app.extensions["muster"] = settings
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]

    db.init_app(app)
    with app.app_context():
        for engine in db.engines.values():
            prepare_engine(engine)
    csrf.init_app(app)
    limiter.init_app(app)
    login_manager.init_app(app)
    login_manager.login_view = "accounts.sign_in"
    login_manager.login_message = None
    login_manager.session_protection = None  # sessions are kept and ended on the server
    login_manager.user_loader(load_principal)

    providers.register(app, settings)
    app.extensions["muster_claims"] = claims
    observing.register(app, settings)
    replica.register(app)
    languages.register(app)
    filters.register(app)
    navigation.register(app)
    errors.register(app)
    app.before_request(access.refuse_cross_site)
    app.before_request(access.guard)
    app.after_request(_headers)
    app.view_functions["static"] = access.public(app.view_functions["static"])
    _blueprints(app)
    if settings.scim_tokens:
        from lms.scim import serving as scim  # a quarter of the time that a start takes, and few use it

        scim.register(app)
    return app


def _blueprints(app: Flask) -> None:
    for feature in (
        training,
        accounts,
        policies,
        correcting,
        coaching,
        readiness,
        admin,
        audit,
        privacy,
        mail,
        system,
        people,
        organisation,
        statistics,
        flags,
        evidence_pack,
        shifts,
        weekly,
    ):
        app.register_blueprint(feature.bp)


def _flask_settings(settings: Settings) -> dict[str, Any]:
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(settings),
        "SQLALCHEMY_BINDS": _replica(settings),
        "SESSION_COOKIE_NAME": "__Host-muster" if settings.is_https else "muster",
        "SESSION_COOKIE_SECURE": settings.is_https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "MAX_CONTENT_LENGTH": settings.max_body_bytes,
        "MAX_FORM_MEMORY_SIZE": settings.max_body_bytes,
        "MAX_FORM_PARTS": 1000,
        "TRUSTED_HOSTS": [host.strip() for host in settings.trusted_hosts.split(",") if host.strip()] or None,
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session; a quiz may take an hour
        "RATELIMIT_STORAGE_URI": settings.rate_limit_storage,
    }


def _engine_options(settings: Settings) -> dict[str, Any]:
    size = {"pool_size": settings.threads + 2, "max_overflow": 4}
    if settings.is_sqlite:
        return size | {"connect_args": {"timeout": 5, "check_same_thread": False}}
    return size | {
        "pool_pre_ping": True,
        "connect_args": {"connect_timeout": 3, "keepalives": 1, "keepalives_idle": 5, "tcp_user_timeout": 3000},
    }


def _replica(settings: Settings) -> dict[str | None, Any]:
    url = settings.report_database_url
    return {REPLICA: _engine_options(settings) | {"url": url}} if url else {}


def _headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers[name] = value
    # Only if the request asked who is reading: a style sheet or a health check must not need the database.
    if "_login_user" in g and g._login_user.is_authenticated:
        response.headers.setdefault("Cache-Control", "no-store")
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return response
