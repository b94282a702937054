"""The room as Django knows it."""

from django.apps import AppConfig


class WeChatConfig(AppConfig):
    """WeChat: who opened which of our apps, what was pushed to us, and what is fetched there."""

    name = "heli.wechat"

    def ready(self) -> None:
        """Register the face check of the mini program, and enter what is held of people."""
        from heli.identity.verification import register_adapter
        from heli.keeping.holdings import register
        from heli.wechat import holdings  # models are ready only now
        from heli.wechat.face import WeChatFace

        register(*holdings.HOLDINGS)
        register_adapter(WeChatFace())
