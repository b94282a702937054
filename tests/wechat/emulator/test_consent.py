"""The page that asks for somebody's account."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from heli.wechat.kinds import AppKind

BACK = "http%3A%2F%2F127.0.0.1%3A8000%2Fwechat%2Flogin%3Fx%3D1"


@pytest.fixture
def url(asking):
    appid = asking.emulated.registered.apps[AppKind.ACCOUNT].appid
    return (
        f"{asking.emulated.open}/connect/oauth2/authorize?appid={appid}&redirect_uri={BACK}"
        "&response_type=code&scope=snsapi_base&state=abc123"
    )


def sent_back(answer) -> dict[str, str]:
    assert answer.status_code == 302
    location = urlsplit(answer.headers["location"])
    assert (location.netloc, location.path) == ("127.0.0.1:8000", "/wechat/login")
    return {name: values[0] for name, values in parse_qs(location.query).items()}


class TestSilent:
    def test_somebody_known_comes_back_with_a_code(self, asking, url):
        asking.emulated.control.set_visitor("openid-1")

        back = sent_back(asking.client.get(url))

        assert (back["state"], back["x"]) == ("abc123", "1")
        login = asking.login("/sns/oauth2/access_token", AppKind.ACCOUNT, code=back["code"])
        assert login["openid"] == "openid-1"

    def test_the_telephone_in_the_browser_says_who_it_is(self, asking, url):
        asking.client.get(asking.emulated.control.phone_url("openid-2"))

        back = sent_back(asking.client.get(url))

        login = asking.login("/sns/oauth2/access_token", AppKind.ACCOUNT, code=back["code"])
        assert login["openid"] == "openid-2"

    def test_who_refuses_comes_back_without_a_code(self, asking, url):
        asking.emulated.control.set_visitor("openid-1")
        asking.emulated.control.set_mood("openid-1", "refuse")

        assert sent_back(asking.client.get(url)) == {"state": "abc123", "x": "1"}

    def test_a_snapshot_is_of_nobody(self, asking, url):
        asking.emulated.control.set_visitor("openid-1")
        asking.emulated.control.set_mood("openid-1", "snapshot")

        code = sent_back(asking.client.get(url))["code"]

        login = asking.login("/sns/oauth2/access_token", AppKind.ACCOUNT, code=code)
        assert login["is_snapshotuser"] == 1
        assert login["openid"] != "openid-1"


class TestAsking:
    def test_nobody_known_is_asked_who_they_are(self, asking, url):
        person = asking.emulated.control.add_person("阿澄")

        page = asking.client.get(url)
        choice = {"openid": person["account_openid"], "answer": "accept"}
        back = sent_back(asking.client.post(url, data=choice))

        assert "阿澄" in page.text
        assert "code" in back

    def test_a_profile_is_asked_for_even_of_somebody_known(self, asking, url):
        asking.emulated.control.set_visitor("openid-1")

        page = asking.client.get(url.replace("snsapi_base", "snsapi_userinfo"))

        assert page.status_code == 200
        assert "snsapi_userinfo" in page.text


class TestRefused:
    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("&response_type=code&scope=snsapi_base", "&scope=snsapi_base&response_type=code"),
            ("127.0.0.1%3A", "evil.example%3A"),
            ("http%3A", "javascript%3A"),
            ("appid=wx", "appid=wy"),
            ("response_type=code", "response_type=token"),
            ("snsapi_base", "snsapi_all"),
            ("abc123", "a-b"),
            ("abc123", "a" * 129),
            ("state=abc123", "state=a&state=b"),
            ("state=abc123", "state=a&more=b"),
        ],
        ids=[
            "order",
            "domain",
            "script",
            "appid",
            "type",
            "scope",
            "sign",
            "long",
            "twice",
            "more",
        ],
    )
    def test_another_address_than_the_documented(self, asking, url, old, new):
        asking.emulated.control.set_visitor("openid-1")

        answer = asking.client.get(url.replace(old, new))

        assert answer.status_code == 400
        assert "location" not in answer.headers
