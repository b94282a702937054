"""Settings: what is accepted, and one sentence for each that is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from heli.ground.configuration import ConfigurationError, Environment, from_environment

PRODUCTION = {
    "HELI_ENV": "production",
    "HELI_KEYS": "/etc/heli/keys.json",
    "DATABASE_URL": "postgresql://heli@db/heli",
    "HELI_BASE_URL": "https://heli.example.cn",
}

REFUSED = [
    ({"HELI_ENV": "staging"}, "HELI_ENV is 'staging'"),
    ({"HELI_ENV": "Production"}, "HELI_ENV is 'Production'"),
    ({**PRODUCTION, "HELI_IDENTITY": "simulated"}, "HELI_IDENTITY is 'simulated'"),
    ({**PRODUCTION, "HELI_DEBUG": "1"}, "HELI_DEBUG is on"),
    ({**PRODUCTION, "HELI_KEYS": ""}, "HELI_KEYS is not set"),
    ({"HELI_ENV": "demo", "HELI_DEBUG": "yes"}, "HELI_DEBUG is 'yes'"),
    ({"HELI_ENV": "demo", "DATABASE_URL": "sqlite:///heli.db"}, "DATABASE_URL is no PostgreSQL"),
    ({"HELI_ENV": "demo", "DATABASE_URL": "heli:secret@db/heli"}, "DATABASE_URL is no PostgreSQL"),
    ({"HELI_ENV": "demo", "HELI_BASE_URL": "heli.example.cn"}, "HELI_BASE_URL is"),
    ({"HELI_ENV": "demo", "HELI_BASE_URL": "ftp://heli.example.cn"}, "HELI_BASE_URL is"),
    ({"HELI_ENV": "demo", "HELI_BASE_URL": "https://"}, "HELI_BASE_URL is"),
    ({"HELI_ENV": "demo", "HELI_BASE_URL": "http://[::1"}, "HELI_BASE_URL is"),
    ({"HELI_ENV": "demo", "HELI_BASE_URL": "https://heli.example.cn?a=b"}, "HELI_BASE_URL is"),
    ({"HELI_ENV": "demo", "HELI_BASE_URL": "https://example.cn/heli"}, "HELI_BASE_URL is"),
    ({"HELI_ENV": "demo", "HELI_AUDIT_CHECKPOINTS": "/"}, "HELI_AUDIT_CHECKPOINTS is '/', a dir"),
    ({"HELI_ENV": "demo", "HELI_SECURITY_CONTACT": "a@b.cn"}, "HELI_SECURITY_CONTACT is"),
    ({"HELI_ENV": "demo", "HELI_SECURITY_CONTACT": "http://b.cn"}, "HELI_SECURITY_CONTACT is"),
    ({"HELI_ENV": "demo", "HELI_SECURITY_CONTACT": "mailto:某"}, "HELI_SECURITY_CONTACT is"),
]


class TestFromEnvironment:
    @pytest.mark.parametrize(("env", "says"), REFUSED)
    def test_a_wrong_setting_is_refused_with_one_sentence(self, env, says):
        with pytest.raises(ConfigurationError) as refused:
            from_environment(env)

        sentence = str(refused.value)
        assert sentence.startswith(says)
        assert sentence.endswith(".")
        assert "\n" not in sentence

    def test_a_refused_database_address_is_not_repeated_with_its_password(self):
        with pytest.raises(ConfigurationError) as refused:
            from_environment({"HELI_ENV": "demo", "DATABASE_URL": "mysql://heli:secret@db/heli"})

        assert "secret" not in str(refused.value)

    def test_without_a_word_it_is_production_which_wants_its_keys(self):
        with pytest.raises(ConfigurationError, match="HELI_KEYS"):
            from_environment({})

    @pytest.mark.parametrize("environment", ["demo", "test"])
    def test_demo_and_tests_need_no_settings(self, environment):
        configuration = from_environment({"HELI_ENV": environment})

        assert configuration.environment is Environment(environment)
        assert configuration.identity == "simulated"
        assert configuration.clock_can_move
        assert configuration.accepts_only_fictional_people
        assert not configuration.debug

    def test_production_moves_no_clock_and_believes_nobody_unchecked(self):
        configuration = from_environment(PRODUCTION)

        assert not configuration.clock_can_move
        assert not configuration.accepts_only_fictional_people
        assert configuration.identity == ""

    def test_the_keys_of_a_demo_lie_in_its_data_directory(self):
        configuration = from_environment({"HELI_ENV": "demo", "HELI_DATA": "/var/demo"})

        assert configuration.keys == Path("/var/demo/keys.json")

    def test_the_keys_of_production_never_do(self):
        with pytest.raises(ConfigurationError, match="HELI_KEYS"):
            from_environment({**PRODUCTION, "HELI_KEYS": "", "HELI_DATA": "/var/heli"})

    def test_links_are_built_without_a_double_slash(self):
        configuration = from_environment({**PRODUCTION, "HELI_BASE_URL": "https://h.example.cn/"})

        assert configuration.base_url == "https://h.example.cn"
