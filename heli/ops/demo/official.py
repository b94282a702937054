"""The first question of the story: which door is the official one, and is this a fake."""

from __future__ import annotations

from heli.ops.demo.citizen import CHINESE, ENGLISH, Citizen, expect
from heli.ops.demo.telling import Both, Teller

REGION = "440100"
REAL = "粤省事"
# Nobody's: made for the story, of a name that is one letter off, a fee and a host that nobody has.
FAKE = "粤省亊离婚代办，加急费200元保证约到，点 http://www.gdhy.gov.cn.yuyue.example/ 填身份证号"


def tell_of_the_doors(teller: Teller, citizen: Citizen) -> None:
    """Look the official ways up, and have a real name and a fake message judged."""
    teller.chapter("哪个是官方渠道", "Which door is the official one")
    found = citizen.get("/channels", region=REGION)
    ways, besides = found.content["channels"], found.content["alternatives"]
    expect(bool(ways), "nothing says how to book in Guangzhou")
    halls = [way for way in besides if way["kind"] == "office_queue"]
    expect(bool(halls), "the queue at the hall is not among the ways")
    teller.step(
        "look_up_channels",
        found.status,
        Both(
            f"广州市有{len(ways)}个预约渠道，每个都写明来源和日期。第一个：{ways[0]['name']}。",
            f"{len(ways)} ways to book in Guangzhou, each with its source and its date.",
        ),
        Both(
            f"另外可以打电话，或者到大厅现场取号（{len(halls)}处）。",
            f"Besides: the telephone, or a queue ticket at one of {len(halls)} halls.",
        ),
    )
    _judge(teller, citizen, "check_a_real_name", REAL, "official")
    _judge(teller, citizen, "check_a_fake", FAKE, "suspicious")


def _judge(teller: Teller, citizen: Citizen, name: str, text: str, verdict: str) -> None:
    asked = {"text": text, "region": REGION}
    zh = citizen.post("/channels/verify", asked, language=CHINESE)
    en = citizen.post("/channels/verify", asked, language=ENGLISH)
    expect(zh.content["verdict"] == verdict, f"{name} is judged {zh.content['verdict']}")
    words = {"official": ("官方", "official"), "suspicious": ("可疑", "suspicious")}[verdict]
    reasons = zip(zh.content["reasons"], en.content["reasons"], strict=True)
    teller.step(
        name,
        zh.status,
        Both(f"有人收到：“{text}” 判断：{words[0]}。", f"Checked: “{text}” It is {words[1]}."),
        *(Both(f"· {one['text']}", f"  {other['text']}") for one, other in reasons),
    )
