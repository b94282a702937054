"""Write a list of the parts of this version (SBOM) as CycloneDX 1.6, to the terminal.

    make --silent sbom > heli.cdx.json

It is made from the lock of what an installation gets, and says nothing that the lock does not; the
same lock gives the same list. The checksums stay in the lock: a package has one for each of its
files there, and CycloneDX knows one for each component.

Source: CycloneDX 1.6 (ECMA-424); purl for PyPI: https://github.com/package-url/purl-spec.
"""

from __future__ import annotations

import json
import sys
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from heli import __version__
from scripts.locked import Locked, read_lock

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
OWN = f"pkg:pypi/heli@{__version__}"
# Not from a package index: they lie in this repository, each with its licence beside it.
CARRIED = (
    {
        "type": "data",
        "bom-ref": "font-noto-sans-cjk-sc",
        "name": "Noto Sans CJK SC, a part of its characters",
        "licenses": [{"license": {"id": "OFL-1.1"}}],
    },
)


def main() -> int:
    """Write it."""
    document = sbom(read_lock(LOCK.read_text("utf-8")))
    json.dump(document, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
    return 0


def sbom(packages: Iterable[Locked]) -> dict[str, Any]:
    """The list as CycloneDX has it."""
    packages = list(packages)
    refs = {package.name: _purl(package) for package in packages} | {"heli": OWN}
    wants: dict[str, list[str]] = {ref: [] for ref in refs.values()}
    for package in packages:
        for name in package.wanted_by:
            wants[refs[name]].append(refs[package.name])
    wants[OWN] += [carried["bom-ref"] for carried in CARRIED]
    content = "\n".join(sorted(refs.values()))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, content)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": OWN,
                "name": "heli",
                "version": __version__,
                "purl": OWN,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            }
        },
        "components": [*(_component(package) for package in packages), *CARRIED],
        "dependencies": [
            {"ref": ref, "dependsOn": sorted(wanted)} for ref, wanted in sorted(wants.items())
        ],
    }


def _component(package: Locked) -> dict[str, Any]:
    component = {
        "type": "library",
        "bom-ref": _purl(package),
        "name": package.name,
        "version": package.version,
        "purl": _purl(package),
    }
    if package.when:
        component["properties"] = [{"name": "heli:installed-when", "value": package.when}]
    return component


def _purl(package: Locked) -> str:
    return f"pkg:pypi/{package.name}@{package.version}"


if __name__ == "__main__":
    sys.exit(main())
