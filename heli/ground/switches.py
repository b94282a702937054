"""Settings that are on or off."""

from __future__ import annotations

from collections.abc import Callable, Mapping


def is_on(name: str, env: Mapping[str, str], *, wrong: Callable[[str], Exception]) -> bool:
    """Whether the setting is 1 (on); left out, empty and 0 are off. Raises what `wrong` makes of a
    sentence for anything else.

    >>> is_on("HELI_X", {"HELI_X": "1"}, wrong=ValueError), is_on("HELI_X", {}, wrong=ValueError)
    (True, False)
    """
    value = env.get(name, "")
    if value not in ("", "0", "1"):
        raise wrong(f"{name} is {value!r}; it must be 1 (on) or 0 (off).")
    return value == "1"
