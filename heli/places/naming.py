"""What an office is called where there is little room, and where others may look on."""


def short_name(office: str) -> str:
    """The office's name as short as people still know it.

    >>> short_name("朝阳区民政局婚姻登记处")
    '朝阳区婚姻登记处'
    >>> short_name("营口市鲅鱼圈区民政局（婚姻登记）")
    '营口市鲅鱼圈区民政局'
    """
    return office.partition("（")[0].replace("民政局婚姻登记", "婚姻登记")
