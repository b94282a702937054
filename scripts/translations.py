"""Collect the Chinese sentences of the source, keep their English beside them, compile both.

    .venv/bin/python scripts/translations.py          # update heli/locale/en/.../django.po and .mo
    .venv/bin/python scripts/translations.py --check  # say what is missing or out of date; exit 1

Django's own makemessages needs GNU gettext; Babel reads the same sources without it. Templates are
turned into something that the Python extractor understands by Django's `templatize`.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "heli"
PO = SOURCES / "locale" / "en" / "LC_MESSAGES" / "django.po"
MO = PO.with_suffix(".mo")
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
}
CALLS = re.compile(
    r"""\b(?:n?p?gettext|_)\((?:u?'(?:\\.|[^'\\])*'|u?"(?:\\.|[^"\\])*"|[^()'"])*\)"""
)


def main(arguments: list[str]) -> int:
    """Update the catalogue, or with --check only say what is wrong with it."""
    settings.configure(USE_I18N=True)
    catalog = _merged()
    problems = _problems(catalog)
    if "--check" in arguments:
        problems += _stale(catalog)
    else:
        PO.write_bytes(_po(catalog))
        MO.write_bytes(_mo(catalog))
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def _merged() -> Catalog:
    template = Catalog(domain="django")
    for location, message, context in _sentences():
        template.add(message, locations=[(location, 1)], context=context)
    with PO.open("rb") as file:
        catalog = read_po(file, locale="en", domain="django")
    catalog.update(template, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.project, catalog.version = "Heli", ""
    # The same sources give the same bytes: no moment of running stands in the files.
    catalog.creation_date = catalog.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    return catalog


def _sentences() -> Iterator[tuple[str, str | tuple[str, ...], str | None]]:
    for path in sorted(SOURCES.rglob("*")):
        if path.suffix not in (".py", ".html", ".txt") or "migrations" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            # What stands between the calls is no Python; only the calls are of interest.
            text = "\n".join(CALLS.findall(templatize(text, origin=str(path))))
        found = extract("python", io.BytesIO(text.encode()), keywords=KEYWORDS)
        for _line, message, _comments, context in found:
            yield str(path.relative_to(ROOT)), message, context


def _problems(catalog: Catalog) -> list[str]:
    problems = []
    for message in catalog:
        if not message.id:
            continue
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        if not all(strings) or message.fuzzy:
            problems.append(f"not translated: {message.id!r} ({message.locations[0][0]})")
        for error in message.check(catalog):
            problems.append(f"{message.id!r}: {error}")
    return problems


def _stale(catalog: Catalog) -> list[str]:
    problems = []
    if PO.read_bytes() != _po(catalog):
        problems.append(f"{PO.relative_to(ROOT)} is out of date: run scripts/translations.py")
    if MO.read_bytes() != _mo(catalog):
        problems.append(f"{MO.relative_to(ROOT)} is out of date: run scripts/translations.py")
    return problems


def _po(catalog: Catalog) -> bytes:
    file = io.BytesIO()
    write_po(file, catalog, width=100, sort_output=True, include_lineno=False)
    return file.getvalue()


def _mo(catalog: Catalog) -> bytes:
    file = io.BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
