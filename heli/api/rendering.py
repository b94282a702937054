"""How the API writes: UTF-8, without escapes."""

from ninja.renderers import JSONRenderer


class Utf8Renderer(JSONRenderer):
    """Chinese as Chinese."""

    json_dumps_params = {"ensure_ascii": False}
