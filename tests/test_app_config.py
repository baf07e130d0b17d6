"""The settings."""

from pathlib import Path

import pytest
from fakes import FakeAnalyser

from app import config, create_app


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
        ("PHOTO_WAIT_S", "Infinity"),
        ("PHOTO_WAIT_S", "NaN"),
        ("MAX_CLEINTS", "7"),
        ("LOG_FORMAT", "xml"),
        ("ORIGINS", "friend.example"),
        ("ORIGINS", "https://friend.example/"),
        ("ORIGINS", "https://friend.example *"),
        ("ORIGINS", "https://"),
    ],
)
def test_a_wrong_setting_is_refused_by_its_name(name, text):
    with pytest.raises(config.BadSetting, match=f"FACEIT_{name}"):
        config.load(environ={f"FACEIT_{name}": text})


def test_a_mistyped_setting_is_told_which_one_is_meant():
    with pytest.raises(config.BadSetting, match="FACEIT_MAX_CLIENTS is one"):
        config.load(environ={"FACEIT_MAX_CLEINTS": "7"})


KUBERNETES = {
    "FACEIT_PORT": "tcp://10.0.0.7:80",
    "FACEIT_PORT_80_TCP": "tcp://10.0.0.7:80",
    "FACEIT_PORT_80_TCP_ADDR": "10.0.0.7",
    "FACEIT_PORT_80_TCP_PORT": "80",
    "FACEIT_PORT_80_TCP_PROTO": "tcp",
    "FACEIT_SERVICE_HOST": "10.0.0.7",
    "FACEIT_SERVICE_PORT": "80",
    "FACEIT_SERVICE_PORT_HTTP": "80",
}


def test_variables_of_a_kubernetes_service_named_faceit_are_no_settings_and_are_named():
    assert config.load(environ=KUBERNETES | {"PATH": "/bin"}) == config.load(environ={})
    assert config.foreign(KUBERNETES | {"FACEIT_MODEL": "light", "PATH": "/bin"}) == sorted(KUBERNETES)
    assert config.foreign({}) == []


def test_an_application_starts_beside_such_a_service_and_says_what_it_ignores(monkeypatch, caplog):
    for name, value in KUBERNETES.items():
        monkeypatch.setenv(name, value)
    assert create_app({}, FakeAnalyser("study")).test_client().get("/healthz").status_code == 200
    assert "FACEIT_PORT, " in caplog.text


def test_a_relative_folder_of_models_is_the_one_seen_from_where_the_server_starts(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert config.load(environ={"FACEIT_MODELS": "mine"})["MODELS"] == str(tmp_path / "mine")
    (tmp_path / "mine" / "study").mkdir(parents=True)
    (tmp_path / "mine" / "study" / "curves.png").write_bytes(b"a picture")
    client = create_app({"MODELS": "mine"}, FakeAnalyser("study")).test_client()
    with client.get("/models/study/curves.png") as picture:
        assert picture.data == b"a picture"


def test_an_application_without_any_model_says_so_at_start(tmp_path, caplog):
    create_app({"MODELS": str(tmp_path)}, FakeAnalyser())
    assert f"no model is installed in {tmp_path}" in caplog.text


def test_a_default_that_is_not_there_is_refused_by_the_name_of_its_setting(tmp_path):
    with pytest.raises(config.BadSetting, match="FACEIT_MODEL: the model 'nosuch' cannot be used"):
        create_app({"MODELS": str(tmp_path), "MODEL": "nosuch"})


def test_other_settings_of_flask_pass_through_the_argument():
    assert config.load({"TESTING": True}, {})["TESTING"] is True
