"""QTI as it is handed over: a package with a manifest, or the file of a single item."""

from collections.abc import Mapping
from posixpath import dirname, join, normpath
from urllib.parse import unquote

from lms.domain.errors import Told
from lms.exchange import qti_items
from lms.exchange.packages import unpacked
from lms.exchange.recognising import PACKAGE, QTI_1, QTI_ROOTS
from lms.exchange.sources import FileRefused, Found, OldQti, Source, Unread
from lms.exchange.xml_trees import Element, inside, name, tree_of, words

MANIFEST = "imsmanifest.xml"


def read(content: bytes) -> Source:
    """Every item of a package, in the order of its manifest; or the item of a file. Raises FileRefused."""
    if not content.startswith(PACKAGE):
        return Source(entries=(qti_items.read(tree_of(content)),))
    files = unpacked(content)
    listed = _listed(files)
    entries = [_entry(path, files, hints) for path, hints in listed.items()]
    return Source(entries=tuple(entry for entry in entries if entry is not None))


def _listed(files: Mapping[str, bytes]) -> dict[str, tuple[str, ...]]:
    """Files that may hold items, with what the manifest says of them: its own first, then those that it forgot."""
    listed: dict[str, tuple[str, ...]] = {}
    manifest = min((path for path in files if path.rpartition("/")[2] == MANIFEST), key=len, default="")
    if manifest:
        root = tree_of(files[manifest], where=manifest)
        for resource in inside(root, "resource"):
            kind, address = resource.get("type", ""), unquote(resource.get("href", ""))
            if "_item_" in kind and address:
                listed[normpath(join(dirname(manifest), address))] = _hints(resource)
    for path in sorted(files.keys() - {manifest}):
        listed.setdefault(path, ())
    return listed


def _hints(resource: Element) -> tuple[str, ...]:
    """Keywords and classes that a resource has."""
    about = inside(resource, "keyword", "taxon")
    found = (words(text) for each in about for text in inside(each, "string", "langstring"))
    return tuple(dict.fromkeys(hint for hint in found if hint))


def _entry(path: str, files: Mapping[str, bytes], hints: tuple[str, ...]) -> Found | Unread | None:
    """One file of a package; None for one that is no item."""
    if path not in files:
        why = Told("The manifest names this file, and it is not in the package. Export it again.")
        return Unread(place=path[:200], name="", why=(why,), hints=hints)
    try:
        root = tree_of(files[path], where=path)
    except FileRefused as refused:
        return Unread(place=path, name="", why=(Told(refused.sentence, **refused.values),), hints=hints)
    if name(root) in QTI_1:
        raise OldQti
    return qti_items.read(root, where=path, hints=hints) if name(root) in QTI_ROOTS else None
