"""The OpenAPI document is valid, complete, and its readable page needs nobody else's server."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from django.test import Client
from pydantic import BaseModel
from schemathesis.specs.openapi import definitions

from heli.api.v1 import api


class TestOpenAPI:
    def test_is_valid(self):
        schema = Client().get("/api/v1/openapi.json").json()

        assert schema["openapi"].startswith("3.1")
        definitions.OPENAPI_31_VALIDATOR.validate(schema)

    def test_every_operation_documents_how_it_says_no(self):
        for path, operations in api.get_openapi_schema()["paths"].items():
            for operation in operations.values():
                statuses = set(operation["responses"])
                assert statuses >= {400, 422, 429, 503}, path
                is_login = operation["operationId"] == "post_session"
                assert (401 in statuses) == ("security" in operation or is_login), path
                for status, answer in operation["responses"].items():
                    assert status < 400 or list(answer["content"]) == ["application/problem+json"]

    def test_every_parameter_has_an_example_or_says_what_it_takes(self):
        for path, operations in api.get_openapi_schema()["paths"].items():
            for operation in operations.values():
                for parameter in operation["parameters"]:
                    schema = parameter["schema"]
                    assert _says_something(schema), (path, parameter["name"])

    def test_no_two_shapes_share_a_name(self):
        """Of two the document would show one, for both operations."""
        shapes = [shape for shape in _shapes(BaseModel) if shape.__module__.startswith("heli.")]

        assert [name for name, n in Counter(s.__name__ for s in shapes).items() if n > 1] == []

    def test_a_login_at_the_desk_is_documented_as_it_is_taken(self):
        schema = api.get_openapi_schema()
        body = schema["paths"]["/api/v1/desk/sessions"]["post"]["requestBody"]
        name = body["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]

        fields = set(schema["components"]["schemas"][name]["properties"])
        assert fields == {"username", "password", "otp"}

    def test_the_readable_page_loads_only_from_here(self):
        page = Client().get("/api/v1/docs").content.decode()
        sources = re.findall(r'(?:src|href)="([^"]+)"', page)

        assert sources
        for source in sources:
            assert source.startswith("/static/")
            assert Client().get(source).status_code == 200


def _says_something(schema: dict) -> bool:
    choices = [schema, *schema.get("anyOf", [])]
    return any({"example", "enum", "$ref", "format"} & set(choice) for choice in choices)


def _shapes(shape: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for below in shape.__subclasses__():
        yield below
        yield from _shapes(below)
