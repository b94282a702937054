"""What Heli has to be told so that it talks to the emulator."""

from __future__ import annotations

from collections.abc import Mapping

from heli.wechat.emulator.state import EMULATED_TENCENT
from heli.wechat.emulator.templates import TEMPLATES_FILE


def settings_for(address: str, env: Mapping[str, str]) -> dict[str, str]:
    """The variables that the environment does not set. address: the emulator's, without a slash
    at the end.

    >>> settings_for("http://127.0.0.1:8090", {})["HELI_WECHAT_API_BASE"]
    'http://127.0.0.1:8090/api'
    """
    wanted = {
        "HELI_WECHAT_API_BASE": f"{address}/api",
        "HELI_WECHAT_OPEN_BASE": f"{address}/open",
        "HELI_WECHAT_MP_BASE": f"{address}/mp",
        "HELI_WECHAT_JS": f"{address}/open/jweixin.js",
        "HELI_WECHAT_TEMPLATES": str(TEMPLATES_FILE),
        "HELI_TENCENT_ENDPOINT": address,
        **EMULATED_TENCENT,
    }
    return {name: value for name, value in wanted.items() if not env.get(name)}
