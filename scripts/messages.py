"""Gather what the interface says, bring the catalogues up to date, compile them.

    python scripts/messages.py          gather and compile
    python scripts/messages.py --check  exit status 1 when that would change a file, or something is not translated

A sentence is gathered where it stands in `gettext(…)`, `{% trans %}` and the like, and as the first word of a
refusal or of a `Told`.
"""

import importlib
import io
import pkgutil
import sys
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
TRANSLATIONS = ROOT / "lms" / "translations"
METHODS = [
    ("commands/**.py", "ignore"),  # what is printed is English …
    ("library/**.py", "ignore"),  # … as is what is told to authors of files
    ("demo/**.py", "ignore"),
    ("backup/**.py", "ignore"),
    ("**/templates/**.html", "jinja2"),
    ("**.py", "python"),
]
OPTIONS = {
    "**/templates/**.html": {"trimmed": "true", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
}


def refusals() -> set[str]:
    """Names of the exceptions whose first argument is a sentence for people."""
    sys.path.insert(0, str(ROOT))
    import lms
    from lms.domain.errors import DomainError

    for module in pkgutil.walk_packages(lms.__path__, "lms."):
        importlib.import_module(module.name)
    found, waiting = set(), [DomainError]
    while waiting:
        kind = waiting.pop()
        found.add(kind.__name__)
        waiting += kind.__subclasses__()
    return found


def gathered() -> Catalog:
    """Everything that is said, by its English sentence."""
    keywords = dict(DEFAULT_KEYWORDS) | {
        "lazy_gettext": None,
        "lazy_ngettext": (1, 2),
        "lazy_pgettext": ((1, "c"), 2),
        "N_": None,
        "later": None,
        "Told": None,
        "Counted": (1, 2),
    }
    keywords |= dict.fromkeys(refusals() | {"__init__"})
    catalog = Catalog(project="Muster", charset="utf-8", fuzzy=False)
    for file, _, message, comments, context in extract_from_dir(
        ROOT / "lms", METHODS, OPTIONS, keywords, comment_tags=("For translators:",), strip_comment_tags=True
    ):
        if any(map(str.isalpha, message[0] if isinstance(message, tuple) else message)):
            catalog.add(message, None, [(f"lms/{file}", 0)], auto_comments=comments, context=context)
    for message in catalog:
        message.locations = sorted({(file, None) for file, _ in message.locations})
    return catalog


def renewed(path: Path, template: Catalog) -> tuple[bytes, Catalog]:
    """The catalogue of a language with what is new in it, and without what is gone."""
    with path.open("rb") as source:
        catalog = read_po(source, locale=path.parent.parent.name)
    catalog.update(template, no_fuzzy_matching=True, update_header_comment=False, update_creation_date=False)
    catalog.obsolete.clear()
    written = io.BytesIO()
    write_po(written, catalog, width=118, sort_output=True, omit_header=False, include_lineno=False)
    return written.getvalue(), catalog


def is_whole(message: Message) -> bool:
    """True when every form is translated, and none is only a guess: those are not compiled."""
    forms = message.string if isinstance(message.string, (list, tuple)) else [message.string]
    return all(forms) and not message.fuzzy


def check() -> int:
    """Exit status 1 when `renew` would change a file, or something is not translated."""
    return _each(is_check=True)


def renew() -> int:
    """Gather and compile."""
    _each(is_check=False)
    return 0


def _each(*, is_check: bool) -> int:
    template, status = gathered(), 0
    for path in sorted(TRANSLATIONS.glob("*/LC_MESSAGES/messages.po")):
        text, catalog = renewed(path, template)
        compiled = io.BytesIO()
        write_mo(compiled, catalog)
        for target, content in ((path, text), (path.with_suffix(".mo"), compiled.getvalue())):
            if not target.exists() or target.read_bytes() != content:
                status = 1
                if not is_check:
                    target.write_bytes(content)
        missing = [message.id for message in catalog if message.id and not is_whole(message)]
        status |= bool(missing)
        print(f"{path.parent.parent.name}: {len(catalog)} sentences, {len(missing)} not translated", *missing[:20])
    return status


if __name__ == "__main__":
    sys.exit(check() if "--check" in sys.argv else renew())
