"""What the OpenAPI document says besides what the views' signatures say: every error answer."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from heli.api.problems import CONTENT_TYPE
from heli.api.schemas import Problem
from heli.ground.refusals import (
    BrokenBody,
    IdentityRequired,
    InvalidInput,
    RateLimited,
    Refusal,
    Unavailable,
)

EVERYWHERE = (BrokenBody, InvalidInput, RateLimited, Unavailable)
RETRY_AFTER = {
    "Retry-After": {
        "description": "Seconds to wait before trying again.",
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
    }
}


def refuses(*refusals: type[Refusal]) -> dict[str, Any]:
    """`openapi_extra` of an operation: the refusals it can answer besides those all can."""
    by_status: dict[int, list[type[Refusal]]] = defaultdict(list)
    for refusal in (*EVERYWHERE, *refusals):
        by_status[status_of(refusal)].append(refusal)
    return {"responses": {status: _answer(kinds) for status, kinds in sorted(by_status.items())}}


def status_of(refusal: type[Refusal]) -> int:
    """The HTTP status of a kind of refusal."""
    return refusal.status


def refuses_strangers(*refusals: type[Refusal]) -> dict[str, Any]:
    """As `refuses`, for an operation that needs a token."""
    return refuses(IdentityRequired, *refusals)


class HeliAPI(NinjaAPI):
    """NinjaAPI whose document also holds the shape of a problem, with short operation ids."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The view's own name; a test sees that no two are the same."""
        return operation.view_func.__name__

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """The OpenAPI 3.1 document."""
        schema = super().get_openapi_schema(**options)
        problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schema["components"]["schemas"] |= problem.pop("$defs") | {"Problem": problem}
        return schema


def _answer(kinds: list[type[Refusal]]) -> dict[str, Any]:
    meanings = (f"`{kind.code}`: {_first_line(kind.__doc__)}" for kind in kinds)
    answer: dict[str, Any] = {
        "description": "\n\n".join(meanings),
        "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if any(kind.retry_after_seconds for kind in kinds):
        answer["headers"] = RETRY_AFTER
    return answer


def _first_line(docstring: str | None) -> str:
    return (docstring or "").split("\n\n")[0].replace("\n    ", " ")
