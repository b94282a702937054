"""The room as Django knows it."""

from django.apps import AppConfig


class WeChatConfig(AppConfig):
    """WeChat: who opened which of our apps, what was pushed to us, and what is fetched there."""

    name = "heli.wechat"
