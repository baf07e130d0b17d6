"""The headers of every reply."""

from pathlib import Path

import pytest

from app.static_files import version_of

SCRIPT = f"/static-{version_of(Path(__file__).parents[1] / 'static')}/js/main.js"


@pytest.mark.parametrize("path", ["/", "/privacy", "/api/v1/models", "/nowhere", SCRIPT])
def test_only_our_own_code_runs_and_only_we_get_the_camera(client, path):
    with client.get(path) as response:
        policy = dict(part.strip().split(" ", 1) for part in response.headers["Content-Security-Policy"].split(";"))
        assert policy["default-src"] == "'none'"
        assert policy["connect-src"] == policy["worker-src"] == policy["style-src"] == "'self'"
        assert policy["script-src"] == "'self' 'wasm-unsafe-eval'"
        assert response.headers["Content-Security-Policy"].count("unsafe") == 1
        assert "camera=(self)" in response.headers["Permissions-Policy"]
        assert response.headers["X-Frame-Options"] == "DENY"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert "Set-Cookie" not in response.headers


SOCKET = "/socket.io/?EIO=4&transport=polling"


@pytest.mark.parametrize("path", ["/api/v1/models", "/metrics", "/healthz", "/nowhere", SOCKET])
def test_replies_are_not_to_be_stored(client, path):
    assert client.get(path).headers["Cache-Control"] == "no-store"


def test_an_analysis_is_not_to_be_stored(client, photo):
    assert client.post("/api/v1/analyse", data=photo).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/api/v1/models", "/nowhere", SCRIPT, SOCKET])
def test_every_reply_bears_the_requests_id_and_is_what_it_says_it_is(client, path):
    with client.get(path, headers={"X-Request-ID": "proxy-17.a:b_c"}) as response:
        assert response.headers.getlist("X-Request-ID") == ["proxy-17.a:b_c"]
        assert response.headers.getlist("X-Content-Type-Options") == ["nosniff"]


@pytest.mark.parametrize("given", [None, "", "two words", "x" * 65, "<script>", "é"])
def test_a_request_without_a_sane_id_gets_one_of_its_own(client, given):
    headers = {} if given is None else {"X-Request-ID": given}
    first, second = (client.get("/healthz", headers=headers).headers["X-Request-ID"] for _ in range(2))
    assert len(first) == len(second) == 32
    assert first != second


@pytest.mark.parametrize("path", ["/", "/photo", "/models", "/privacy"])
def test_a_page_is_asked_for_at_every_visit_and_sent_again_only_where_it_changed(client, path):
    first = client.get(path)
    assert first.headers["Cache-Control"] == "no-cache"
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert "Date" not in first.headers  # the server adds it
