"""Who a text says that it is run by (主体：X): what is written proves nothing, but may not fit."""

from __future__ import annotations

import re
from itertools import islice

from heli.channels.check.canonical import canonical
from heli.channels.check.findings import Finding, official, unknown
from heli.channels.check.index import Index
from heli.channels.check.names import judge_name
from heli.channels.check.signs import Sign
from heli.channels.check.verdicts import Verdict
from heli.channels.check.writing import Folded

CLAIMS_MAX = 10
_CLAIM = re.compile(
    r"(?:认证主体|账号主体|帐号主体|备案主体|主体名称|主体信息|主体|开发者|开发商|运营者|运营主体|主办单位|主办方)"
    r"\s{0,2}(?:[:：]|是|为)\s{0,2}([^\s，。；,;、！!\n]{2,40})"
)
_GOVERNMENT = re.compile(
    "(?:人民政府|民政[局厅部]|办公[厅室]|管理局|数据局|登记(?:处|中心)|服务中心|信息中心|委员会|事业局|政府)$"
)
_COMPANY = re.compile("公司|工作室|商行|经营部|个体|有限|集团|(?:店|社|厂|行)$")
_PERSON = re.compile("个人|^[\u4e00-\u9fff*]{2,3}$")
_OFFICIAL_WORDS = re.compile("民政|婚姻|政务|婚登|登记处|政府")


def find_claims(text: Folded) -> list[re.Match[str]]:
    """Where a text says who runs something; the first group is who."""
    return list(islice(_CLAIM.finditer(text.text), CLAIMS_MAX))


def judge_subjects(
    claims: list[re.Match[str]], text: Folded, names: list[Finding], index: Index
) -> list[Finding]:
    """What the claimed subjects say beside the names that were found in the text."""
    return [_judge(text.written(*claim.span(1)), text.text, names, index) for claim in claims]


def _judge(written: str, whole: str, names: list[Finding], index: Index) -> Finding:
    """One subject. A government's counts only together with a name that it really runs."""
    finding = judge_name(written, index)
    if finding.verdict is Verdict.SUSPICIOUS:
        return finding
    subject = canonical(written)
    run = [name.door for name in names if name.verdict is Verdict.OFFICIAL and name.door]
    for door in run:
        if door.operator and canonical(door.operator) == subject:
            return official(written, Sign.SUBJECT_MATCHES, door, subject=written)
    if _GOVERNMENT.search(subject) or finding.verdict is Verdict.OFFICIAL:
        return unknown(written, Sign.SUBJECT_GOVERNMENT, subject=written)
    if not run and not _OFFICIAL_WORDS.search(whole):
        return unknown(written, Sign.NOT_LISTED, name=written)
    if _COMPANY.search(subject):
        return unknown(written, Sign.SUBJECT_COMPANY)
    if _PERSON.search(subject):
        return unknown(written, Sign.SUBJECT_OTHER)
    return unknown(written, Sign.NOT_LISTED, name=written)
