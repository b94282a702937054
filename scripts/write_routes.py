"""Write the table of docs/routes.md anew from the code: who meets what at each path."""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "routes.md"
BEGIN = "<!-- from here on written by `make routes` -->\n"


def main() -> int:
    """Replace everything behind the mark."""
    import django

    os.environ.setdefault("HELI_ENV", "test")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heli.settings")
    sys.path.insert(0, str(ROOT))
    django.setup()
    from heli.ops.routes import table

    before, mark, _old = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    PAGE.write_text(f"{before}{mark or BEGIN}\n{table()}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
