"""Every sentence has its English, and what is compiled is what is written."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_no_sentence_is_untranslated_and_the_catalogue_is_up_to_date():
    checked = subprocess.run(
        [sys.executable, "scripts/translations.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )

    assert checked.returncode == 0, checked.stderr
