"""The settings."""

from pathlib import Path

import pytest

from app import config


def test_every_setting_says_its_unit_and_reason():
    source = Path(config.__file__).read_text(encoding="utf-8")
    for name in config.load(environ={}):
        assert f"\n{name} = " in source
        assert source.split(f"\n{name} = ")[1].splitlines()[1].startswith('"""'), name


def test_the_environment_wins_over_the_default_and_the_argument_over_both():
    assert config.load(environ={})["MAX_CLIENTS"] == config.MAX_CLIENTS
    assert config.load(environ={"FACEIT_MAX_CLIENTS": "7", "OTHER": "x"})["MAX_CLIENTS"] == 7
    assert config.load({"MAX_CLIENTS": 9}, {"FACEIT_MAX_CLIENTS": "7"})["MAX_CLIENTS"] == 9


def test_text_stays_text_and_whole_numbers_are_seconds_too():
    settings = config.load(environ={"FACEIT_MODEL": "123", "FACEIT_PHOTO_WAIT_S": "3"})
    assert settings["MODEL"] == "123"
    assert settings["PHOTO_WAIT_S"] == 3


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("MAX_CLIENTS", "many"),
        ("MAX_CLIENTS", "1.5"),
        ("MAX_CLIENTS", "true"),
        ("MAX_CLIENTS", "-1"),
        ("PHOTO_WAIT_S", "soon"),
        ("MAX_CLEINTS", "7"),
    ],
)
def test_a_wrong_setting_is_refused_by_its_name(name, text):
    with pytest.raises(ValueError, match=f"FACEIT_{name}"):
        config.load(environ={f"FACEIT_{name}": text})


def test_other_settings_of_flask_pass_through_the_argument():
    assert config.load({"TESTING": True}, {})["TESTING"] is True
