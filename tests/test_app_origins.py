"""Which pages may use the API and the socket."""

import logging

import pytest
from fakes import FakeAnalyser

from app import create_app
from app.origins import TOLD_MOST


def make(**settings):
    return create_app({"TESTING": True} | settings, FakeAnalyser("study"))


def connect(app, **headers):
    """The answer to an Engine.IO handshake over polling."""
    return app.test_client().get("/socket.io/?EIO=4&transport=polling", headers=headers)


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (None, 200),
        ("http://localhost", 200),
        ("http://LOCALHOST:80", 200),
        ("https://friend.example", 200),
        ("https://friend.example:443", 200),
        ("http://localhost:81", 403),
        ("https://localhost", 403),
        ("https://foe.example", 403),
        ("https://friend.example.foe.example", 403),
        ("https://friend.example:x", 403),
        ("null", 403),
        ("file://", 403),
    ],
)
def test_the_socket_opens_for_our_pages_and_those_of_origins_alone(origin, status):
    app = make(ORIGINS="https://friend.example http://other.example:8080")
    assert connect(app, **({"Origin": origin} if origin else {})).status_code == status


def test_the_api_tells_browsers_of_other_origins_only():
    for settings, expected in (({}, None), ({"ORIGINS": "https://friend.example"}, "https://friend.example")):
        client = make(**settings).test_client()
        reply = client.get("/api/v1/models", headers={"Origin": "https://friend.example"})
        assert reply.headers.get("Access-Control-Allow-Origin") == expected
        reply = client.get("/api/v1/models", headers={"Origin": "https://foe.example"})
        assert reply.headers.get("Access-Control-Allow-Origin") is None


def test_a_page_of_another_origin_cannot_even_cost_us_a_photo(photo):
    client = make(ORIGINS="https://friend.example", PHOTOS_PER_MINUTE=2).test_client()
    post = lambda origin: client.post("/api/v1/analyse", data=photo, headers={"Origin": origin})  # noqa: E731
    refused = [post(origin) for origin in ("https://foe.example", "null", "http://localhost:1")]
    assert [reply.status_code for reply in refused] == [403] * 3
    assert "pages of https://foe.example may not use this server" in refused[0].json["detail"]
    assert [post(origin).status_code for origin in ("http://localhost", "https://friend.example")] == [200, 200]


def test_behind_a_named_proxy_our_origin_is_the_visitors():
    visitor = {"Origin": "https://faces.example", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "faces.example"}
    assert connect(make(PROXIES=1), **visitor).status_code == 200
    assert connect(make(), **visitor).status_code == 403


@pytest.mark.parametrize(
    ("proxies", "headers", "words"),
    [
        (0, {"X-Forwarded-Proto": "https"}, "A proxy is in front: set FACEIT_PROXIES=1"),
        (0, {}, "If a proxy is in front, let it send X-Forwarded-Host and X-Forwarded-Proto and set FACEIT_PROXIES=1"),
        (2, {}, "The 2 proxies that FACEIT_PROXIES counts must send X-Forwarded-Host"),
    ],
)
def test_a_refusal_names_the_origin_the_host_and_the_setting_to_the_log_once_and_to_the_page(
    proxies, headers, words, caplog
):
    app = make(PROXIES=proxies)
    refused = [connect(app, Origin="https://faces.example", Host="10.0.0.7:8000", **headers) for _ in range(2)]
    [line] = [record.getMessage() for record in caplog.records if record.name == "app.origins"]
    for text in (line, refused[0].json["detail"], refused[1].json["detail"]):
        assert "https://faces.example" in text
        assert "http://10.0.0.7:8000" in text
        assert words in text
        assert text.index("FACEIT_PROXIES") < text.index("FACEIT_ORIGINS=https://faces.example")
    assert refused[0].mimetype == "application/problem+json"


def test_a_page_can_ask_whether_its_origin_is_allowed_and_why_not():
    client = make().test_client()
    assert client.get("/api/v1/origin?origin=http://localhost").json["allowed"] is True
    refused = client.get("/api/v1/origin?origin=https://faces.example")
    assert refused.status_code == refused.json["status"] == 403
    assert "set FACEIT_PROXIES=1" in refused.json["detail"]
    assert client.get("/api/v1/origin").status_code == 403


def test_neither_a_crafted_origin_nor_many_fill_the_log(caplog):
    client = make().test_client()
    for number in range(TOLD_MOST + 50):
        client.get("/api/v1/origin", query_string={"origin": f"https://{number}.example\n\x1b[31mERROR " + "x" * 500})
    lines = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert len(lines) == TOLD_MOST
    assert all(line.isprintable() and len(line) < 700 for line in lines)
