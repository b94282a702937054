"""What offices and services are called."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from heli.law.services import Service

SERVICE_NAMES = {
    Service.DIVORCE_APPLICATION: gettext_lazy("离婚登记申请"),
    Service.DIVORCE_CERTIFICATE: gettext_lazy("离婚登记发证"),
    Service.DIVORCE_WITHDRAWAL: gettext_lazy("撤回离婚登记申请"),
    Service.MARRIAGE: gettext_lazy("结婚登记"),
    Service.REPLACEMENT: gettext_lazy("补领证件"),
    Service.COUNSELLING: gettext_lazy("婚姻家庭辅导"),
}


def short_name(office: str) -> str:
    """The office's name for where there is little room, and where others may look on.

    >>> short_name("朝阳区民政局婚姻登记处")
    '朝阳区婚姻登记处'
    >>> short_name("营口市鲅鱼圈区民政局（婚姻登记）")
    '营口市鲅鱼圈区民政局'
    """
    return office.partition("（")[0].replace("民政局婚姻登记", "婚姻登记")
