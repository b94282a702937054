"""Host names by the public suffix list: what somebody can register, and what is an ending."""

from __future__ import annotations

from functools import cache, lru_cache

from publicsuffixlist import PublicSuffixList

GOV_CN = "gov.cn"
ZHENGWU = "xn--zfr164b"  # 政务


@cache
def _list() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False, only_icann=True)


@lru_cache(maxsize=4096)
def public_suffix(host: str) -> str | None:
    """The ending of a host (ASCII) under which people register, or None."""
    return _list().publicsuffix(host)


@lru_cache(maxsize=4096)
def registrable(host: str) -> str | None:
    """The part of a host (ASCII) that somebody registered, or None.

    >>> registrable("www.gdhy.gov.cn"), registrable("gdhy.gov.cn.evil.com"), registrable("gov.cn")
    ('gdhy.gov.cn', 'evil.com', None)
    """
    return _list().privatesuffix(host)


@lru_cache(maxsize=4096)
def is_top_level(label: str) -> bool:
    """Whether the last label of a host exists."""
    return _list().publicsuffix(label) is not None
