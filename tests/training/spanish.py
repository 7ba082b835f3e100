"""Files of a Spanish translation of a small made-up policy."""

import json
from collections.abc import Iterable, Sequence
from typing import Any


def files(
    slug: str,
    known: Iterable[dict[str, Any]],
    number: int,
    clauses: Sequence[str],
    *,
    lessons: Sequence[str] = (),
    items: Sequence[str] = (),
) -> dict[str, str]:
    """By path: the text of a version, lessons of one section, and those of the `known` items that `items` names."""
    words = [f"## Título de {clause} {{#{clause}}}\n\nTexto de {clause}, {number}.\n" for clause in clauses]
    made = {f"content/{slug}/v{number}.es.md": "# Solicitudes legales\n\n" + "\n".join(words)}
    for lesson in lessons:
        front = json.dumps({"title": f"Lección {lesson}"})
        made[f"content/{slug}/lessons/{lesson}.es.md"] = f"---\n{front}\n---\nLee esto.\n"
    told = [_item(item) for item in known if item["id"] in items]
    return made | {f"quizzes/{slug}.es.yaml": json.dumps({"items": told})}


def _item(item: dict[str, Any]) -> dict[str, Any]:
    options = [
        {"id": each["id"], "text": f"Opción {each['id']}", "feedback": f"Porque {each['id']}."}
        for each in item["options"]
    ]
    return {"id": item["id"], "stem": f"Caso {item['id']}: ¿qué haces?", "options": options}
