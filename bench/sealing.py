"""What sealing costs: each way and the blind indexes, by turns in one process.

    .venv/bin/python -m bench.sealing

Prints microseconds, the best of the rounds: on a machine that does other things, too, the median
says more of them than of sealing. No database is touched. The figures of docs/keys.md.
"""

from __future__ import annotations

import dataclasses
import itertools
import os
import tempfile
import timeit
from collections.abc import Callable
from pathlib import Path

ROUNDS, TIMES = 41, 3000
TEXT = '["王演示","110101188801011234","+8613900000000","北京市朝阳区演示街道一百号"]'


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "keys.json"
        os.environ.update(HELI_ENV="test", HELI_KEYS=str(path))
        os.environ["DJANGO_SETTINGS_MODULE"] = "heli.settings"
        import django

        django.setup()
        from heli.vault.keys import create_key_file

        create_key_file(path)
        ways = _ways()
        best = dict.fromkeys(ways, float("inf"))
        for turn in range(ROUNDS):
            for name in list(ways)[:: 1 if turn % 2 else -1]:
                took = timeit.timeit(ways[name], number=TIMES) / TIMES
                best[name] = min(best[name], took)
        for name, seconds in best.items():
            print(f"{name:<44}{seconds * 1e6:6.2f}")


def _ways() -> dict[str, Callable[[], object]]:
    from django.conf import settings

    from heli.ground.sealing_settings import CipherName, Sealing
    from heli.vault.ciphers import scheme_of
    from heli.vault.keys import keyring_of, read_keys
    from heli.vault.sealing import Spot, seal, unseal

    rows = itertools.count()
    keys, here = read_keys(settings.HELI), Spot("bookings_party", "details", "1")
    sealed = seal(TEXT, spot=here)
    ways: dict[str, Callable[[], object]] = {
        "sealing, as it is set": lambda: seal(
            TEXT, spot=Spot("bookings_party", "details", str(next(rows)))
        ),
        "opening, as it is set": lambda: unseal(sealed, spot=here),
    }
    for cipher, has_record_keys in itertools.product(CipherName, (False, True)):
        sealing = Sealing(cipher, has_record_keys)
        sealer = keyring_of(keys, sealing).sealer
        ways[f"the cipher alone, {scheme_of(sealing).name}"] = lambda sealer=sealer: sealer.encrypt(
            os.urandom(12), TEXT.encode(), b"x" * 64
        )
    for name in ("sha256", "sm3"):
        index = keyring_of(dataclasses.replace(keys, index_hash=name), Sealing()).index
        ways[f"blind index, {name}"] = lambda index=index: _indexed(index)
    return ways


def _indexed(index: object) -> bytes:
    digest = index.copy()  # type: ignore[attr-defined]
    digest.update(b"9:id_number110101188801011234")
    return bytes(digest.finalize())


if __name__ == "__main__":
    main()
