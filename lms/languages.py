"""The languages of the interface: which there are, which one a reader has, and how a refusal is said in it.

A sentence is written in English where it is needed and is its own key; `translations/` holds the others
(`make messages` gathers and compiles them). What is kept, exported or printed by a command is English.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from babel import Locale, UnknownLocaleError
from flask import Flask, g, has_request_context, request, url_for
from flask_babel import Babel, force_locale, get_locale, get_translations, gettext, ngettext
from flask_login import current_user

from lms.domain.errors import Counted, DomainError, Told

LANGUAGES = {"en": "English", "es": "Español", "ar": "العربية"}
"""Each by the name that its speakers look for."""
CODE = re.compile(r"[a-z]{2,3}")
"""Of a language into which a policy may be translated: there may be more of them."""


def of_reader() -> str:
    """The language of who is signed in; before that what the browser asks for."""
    if not has_request_context():
        return "en"
    if current_user and current_user.is_authenticated:
        own = current_user.language.partition("-")[0].lower()
        return own if own in LANGUAGES else "en"
    return request.accept_languages.best_match(list(LANGUAGES)) or "en"


def of_content() -> str:
    """The language in which the reader gets policies: what the address asks for, else their own."""
    asked = request.args.get("language", "")
    return asked if CODE.fullmatch(asked) else current_user.language.partition("-")[0].lower()


def is_right_to_left(language: str) -> bool:
    """True when lines begin on the right."""
    locale = _locale(language)
    return locale is not None and locale.text_direction == "rtl"


def named(language: str) -> str:
    """What the reader calls a language, such as Spanish; its code where nobody has a name for it."""
    locale = _locale(language)
    return (locale.get_display_name(get_locale() or "en") if locale else None) or language


def href_in(language: str) -> str:
    """The same page with its texts in another language."""
    asked = {**request.args.to_dict(), **(request.view_args or {}), "language": language}
    return url_for(str(request.endpoint), **asked)


def _locale(language: str) -> Locale | None:
    try:
        return Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return None


def said(refusal: DomainError | Told) -> str:
    """What a refusal, or one mistake of many, says in the reader's language."""
    if isinstance(refusal, Counted):
        return ngettext(refusal.sentence, refusal.many, refusal.number, **refusal.values)
    return gettext(refusal.sentence, **refusal.values) if refusal.values else gettext(refusal.sentence)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """What is said inside is said in this language, for somebody who is not asking."""
    code = language.partition("-")[0].lower()
    before = g.pop("translations", None)
    try:
        with force_locale(code if code in LANGUAGES else "en"):
            yield
    finally:
        g.pop("translations", None)
        if before is not None:
            g.translations = before


def N_(sentence: str) -> str:
    """Marks a sentence that is said later, so that it is gathered."""
    return sentence


def _translations() -> Any:
    """Those of the reader's language, looked for once in a request: a page says hundreds of sentences."""
    if "translations" not in g:
        g.translations = get_translations()
    return g.translations


def register(app: Flask) -> None:
    """Make templates and forms speak the reader's language."""
    Babel(app, locale_selector=of_reader)
    app.jinja_env.install_gettext_callables(
        gettext=lambda sentence: _translations().ugettext(sentence),
        ngettext=lambda one, many, count: _translations().ungettext(one, many, count),
        pgettext=lambda context, sentence: _translations().upgettext(context, sentence),
        npgettext=lambda context, one, many, count: _translations().unpgettext(context, one, many, count),
        newstyle=True,
    )

    @app.context_processor
    def language() -> dict[str, Any]:
        here = get_locale()
        code = here.language if here else "en"
        return {"lang": code, "dir": "rtl" if is_right_to_left(code) else "ltr", "href_in": href_in}

    app.jinja_env.filters["language_name"] = named
