"""The OpenAPI document is valid, complete, and its readable page needs nobody else's server."""

from __future__ import annotations

import re

from django.test import Client
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
