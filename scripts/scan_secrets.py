"""Look for secrets in what would be committed: keys, passwords, tokens of services.

    scan_secrets.py            refuse what is not in .secrets.baseline
    scan_secrets.py --renew    take what is there into it, after somebody has looked at each

The baseline holds digests of lines that look like secrets and are none: words of tests, published
test vectors, names of settings. A line that ends with `pragma: allowlist secret` is passed over.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
BASELINE = ".secrets.baseline"
LOOKED_AT = ("heli", "tests", "scripts", "bench", "docs", "miniprogram", ".ci")
TOP = ("*.md", "*.toml", "Makefile")
NO_TEXT = {".png", ".jpg", ".otf", ".ttf", ".woff2", ".mo", ".po", ".gz", ".pyc", ".svg"}
# Tables of facts, translations and figures, all of them public, make half of the scan's work.
LEFT_OUT = {"node_modules", "__pycache__", "data", "locale", "results"}
BYTES_MAX = 100_000
# Of services that nobody here has to do with; each would look at every line.
NOT_LOOKED_FOR = (
    *("ArtifactoryDetector", "AzureStorageKeyDetector", "CloudantDetector"),
    *("DiscordBotTokenDetector", "IbmCloudIamDetector", "IbmCosHmacDetector"),
    *("IPPublicDetector", "MailchimpDetector", "SendGridDetector", "SlackDetector"),
    *("SoftlayerDetector", "SquareOAuthDetector", "StripeDetector"),
    *("TelegramBotTokenDetector", "TwilioKeyDetector"),
)


def files() -> list[str]:
    """Every file of text, by its path below the root."""
    found = [path for folder in LOOKED_AT for path in (ROOT / folder).rglob("*")]
    found += [path for pattern in TOP for path in ROOT.glob(pattern)]
    kept = (path for path in found if path.is_file() and path.suffix not in NO_TEXT)
    return sorted(
        path.relative_to(ROOT).as_posix()
        for path in kept
        if not LEFT_OUT & set(path.parts) and path.stat().st_size <= BYTES_MAX
    )


def main(arguments: list[str]) -> int:
    """0 where nothing new looks like a secret."""
    if arguments == ["--renew"]:
        without = [part for name in NOT_LOOKED_FOR for part in ("--disable-plugin", name)]
        command = [str(BIN / "detect-secrets"), "scan", *without, *files()]
        scanned = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        (ROOT / BASELINE).write_text(scanned.stdout, encoding="utf-8")
        return 0
    command = [str(BIN / "detect-secrets-hook"), "--baseline", BASELINE, *files()]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
