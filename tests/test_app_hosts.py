"""The host names that the server accepts."""

import pytest
from fakes import FakeAnalyser

from app import create_app
from app.config import BadSetting
from app.hosts import name_of


def status(hosts, host, path="/api/v1/models", **headers):
    client = create_app({"HOSTS": hosts, "PROXIES": 1}, FakeAnalyser("study")).test_client()
    return client.get(path, headers={"Host": host} | headers).status_code


@pytest.mark.parametrize(
    ("hosts", "host", "expected"),
    [
        ("", "evil.example", 200),
        ("faces.example localhost", "faces.example", 200),
        ("faces.example localhost", "FACES.example:8000", 200),
        ("faces.example localhost", "faces.example.", 200),
        ("faces.example localhost", "localhost:5000", 200),
        ("[::1]", "[::1]:5000", 200),
        ("faces.example", "evil.example", 400),
        ("faces.example", "faces.example.evil.example", 400),
        ("faces.example", "127.0.0.1", 400),
        ("faces.example", "", 400),
    ],
)
def test_only_a_host_that_is_named_is_served_where_any_is(hosts, host, expected):
    assert status(hosts, host) == expected
    assert status(hosts, host, "/socket.io/?EIO=4&transport=polling") == expected


def test_a_refusal_says_who_can_mend_it_and_probes_are_answered_by_any_name():
    client = create_app({"HOSTS": "faces.example"}, FakeAnalyser("study")).test_client()
    refused = client.get("/", headers={"Host": "10.0.0.7:8000"})
    assert refused.mimetype == "application/problem+json"
    assert "FACEIT_HOSTS" in refused.get_json()["detail"]
    assert [client.get(path, headers={"Host": "10.0.0.7"}).status_code for path in ("/healthz", "/readyz")] == [200] * 2


def test_behind_a_proxy_the_name_that_the_visitor_asked_for_counts():
    assert status("faces.example", "app1:8000", **{"X-Forwarded-Host": "faces.example"}) == 200
    assert status("faces.example", "faces.example", **{"X-Forwarded-Host": "evil.example"}) == 400


@pytest.mark.parametrize("hosts", ["https://faces.example", "faces.example:8000", "faces.example/x"])
def test_what_is_no_name_is_refused_at_start(hosts):
    with pytest.raises(BadSetting, match="leave out scheme, port and path"):
        create_app({"HOSTS": hosts}, FakeAnalyser("study"))


def test_names_are_compared_without_port_case_and_last_dot():
    assert [name_of(host) for host in ("A.b:1", "a.B.", "[::1]:1", "")] == ["a.b", "a.b", "[::1]", ""]


def test_no_path_leads_to_a_host_that_the_visitor_named():
    client = create_app({}, FakeAnalyser("study")).test_client()
    for path in ("/static//x", "/photo//", "/models//study/curves.png", "/photo/"):
        reply = client.get(path, headers={"Host": "evil.example"})
        assert "evil.example" not in reply.headers.get("Location", "")
        assert reply.status_code == 404
