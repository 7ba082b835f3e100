"""Actions of a directory: where the SCIM server reads and writes. The protocol is the library's (RFC 7644)."""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from scim2_models import (
    InvalidFilterException,
    InvalidValueException,
    NotFoundException,
    PreconditionFailedException,
    Resource,
    ResourceType,
    ResponseParameters,
    ScimFilter,
    SearchRequest,
)
from scim2_models.path import Comparison, LogicalExpr
from scim2_server.storage import ScimStorage, SearchPage
from sqlalchemy import ColumnElement, or_

from lms import clock
from lms.domain.errors import DomainError
from lms.extensions import db, writing
from lms.models import Identity, Person, ScimResource
from lms.people.importing import one_import_at_a_time
from lms.scim import groups, people, reading
from lms.scim.mapping import Actual, shown

USER = "User"


class MusterStorage(ScimStorage):
    """Users are people, groups are teams and queues."""

    def __init__(self, model_of: Callable[[ResourceType], type[Resource[Any]]]) -> None:
        self._model_of = model_of

    def get(
        self,
        resource_type: ResourceType,
        resource_id: str,
        *,
        response_parameters: ResponseParameters[Any] | None = None,
    ) -> Resource[Any]:
        """One user or group; raise NotFoundException."""
        if resource_type.name == USER:
            return self._user(resource_type, _person(resource_id))
        return self._group(resource_type, _group(resource_id))

    def search(
        self,
        resource_types: list[ResourceType],
        search_request: SearchRequest[Any],
        *,
        position: Any = None,
    ) -> SearchPage:
        """One page; without a filter and an order only its rows are read."""
        offset, count = search_request.start_index_0 or 0, search_request.count
        is_plain = search_request.filter is None and search_request.sort_by is None
        if is_plain and [each.name for each in resource_types] == [USER]:
            [kind] = resource_types
            some = reading.users(now=clock.now(), offset=offset, count=count)
            return SearchPage(reading.count_users(), [self._user(kind, each) for each in some])
        found = [each for kind in resource_types for each in self._matching(kind, search_request.filter)]
        ordered = search_request.sort(found) if search_request.sort_by else found
        return SearchPage(len(ordered), ordered[offset : None if count is None else offset + count])

    def create(self, resource_type: ResourceType, resource: Resource[Any]) -> Resource[Any]:
        """Make a user or group, or take back one that was deleted."""
        write = people.create if resource_type.name == USER else groups.create
        said = _said(resource)
        with _one_write():
            key = write(said, now=clock.now())
            made = self.get(resource_type, key)
            db.session.commit()
        return made

    def update(
        self, resource_type: ResourceType, resource: Resource[Any], *, expected_version: str | None = None
    ) -> Resource[Any]:
        """Take the whole new state of a user or group."""
        said = _said(resource)
        with _one_write():
            self._same(resource_type, str(resource.id), expected_version)
            if resource_type.name == USER:
                people.change(_person(str(resource.id)).person_id, said, now=clock.now())
            else:
                groups.change(_group(str(resource.id)), said, now=clock.now())
            changed = self.get(resource_type, str(resource.id))
            db.session.commit()
        return changed

    def delete(self, resource_type: ResourceType, resource_id: str, *, expected_version: str | None = None) -> None:
        """End access, or membership; records stay."""
        with _one_write():
            self._same(resource_type, resource_id, expected_version)
            if resource_type.name == USER:
                people.delete(_person(resource_id).person_id, now=clock.now())
            else:
                groups.delete(_group(resource_id), now=clock.now())
            db.session.commit()

    def _same(self, resource_type: ResourceType, resource_id: str, expected_version: str | None) -> None:
        stored = self.get(resource_type, resource_id)
        if expected_version is not None and stored.meta and stored.meta.version != expected_version:
            raise PreconditionFailedException

    def _matching(self, kind: ResourceType, wanted: ScimFilter[Any] | None) -> list[Resource[Any]]:
        if kind.name == USER:
            some = reading.users(_narrowed(wanted.ast) if wanted else None, now=clock.now())
            resources = [self._user(kind, each) for each in some]
        else:
            resources = [self._group(kind, each) for each in reading.groups(now=clock.now())]
        if wanted is None:
            return resources
        if not wanted.models:
            wanted = ScimFilter[self._model_of(kind)](str(wanted))
        return [each for each in resources if wanted.match(each)]

    def _user(self, kind: ResourceType, actual: Actual) -> Resource[Any]:
        said = shown(actual)
        return self._made(kind, actual.subject, said, actual.created_at, actual.modified_at)

    def _group(self, kind: ResourceType, group: reading.GroupNow) -> Resource[Any]:
        said = groups.shown(group)
        return self._made(kind, group.key, said, group.created_at, group.modified_at)

    def _made(self, kind: ResourceType, key: str, said: dict[str, Any], created: Any, modified: Any) -> Resource[Any]:
        model = self._model_of(kind)
        digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
        meta = {"resourceType": kind.name, "created": created, "lastModified": modified or created}
        meta["version"] = f'W/"{digest[:24]}"'
        schemas = said.get("schemas") or [str(kind.schema_)]
        return model.model_validate(said | {"schemas": schemas, "id": key, "meta": meta})


def _said(resource: Resource[Any]) -> dict[str, Any]:
    """All of it; one character that PostgreSQL cannot keep is refused on both."""
    said: dict[str, Any] = resource.model_dump()
    if "\\u0000" in json.dumps(said):
        raise InvalidValueException(detail="A NUL character stands in it.")
    return said


def _person(subject: str) -> Actual:
    found = reading.users(Person.subject == subject, now=clock.now())
    if not found:
        raise NotFoundException(detail=f"There is no user {subject[:60]}.")
    return found[0]


def _group(key: str) -> reading.GroupNow:
    found = reading.groups(now=clock.now(), only=key)
    if not found:
        raise NotFoundException(detail=f"There is no group {key[:60]}.")
    return found[0]


def _narrowed(node: Any) -> ColumnElement[bool] | None:
    """What the database can look up of a filter: whom it leaves out does not match; the rest is compared here."""
    if isinstance(node, LogicalExpr) and node.op == "and":
        return next((said for said in map(_narrowed, node.terms) if said is not None), None)
    if not isinstance(node, Comparison) or node.op != "eq" or not isinstance(node.value, str):
        return None
    if "\0" in node.value:
        raise InvalidFilterException
    if node.attr_path.sub_attr is None and node.attr_path.uri is None:
        attribute = node.attr_path.attr.casefold()
        if attribute == "username":
            return reading.is_called(node.value.casefold())
        if attribute == "externalid":
            return or_(ScimResource.external_id == node.value, Identity.external_id == node.value)
        if attribute == "id":
            return Person.subject == node.value
    return None


@contextmanager
def _one_write() -> Iterator[None]:
    """One at a time, so that a version that was compared still holds; what our actions refuse is a value to mend."""
    try:
        with writing():
            one_import_at_a_time()
            yield
    except DomainError as refused:
        raise InvalidValueException(detail=str(refused)) from refused
