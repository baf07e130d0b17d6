"""What every reply tells the browser."""

import pytest


@pytest.mark.parametrize("path", ["/", "/privacy", "/api/v1/models", "/nowhere", "/static/js/main.js"])
def test_only_our_own_code_runs_and_only_we_get_the_camera(client, path):
    with client.get(path) as response:
        policy = dict(part.strip().split(" ", 1) for part in response.headers["Content-Security-Policy"].split(";"))
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == policy["connect-src"] == "'self'"
        assert "unsafe" not in response.headers["Content-Security-Policy"]
        assert "camera=(self)" in response.headers["Permissions-Policy"]
        assert response.headers["X-Frame-Options"] == "DENY"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("path", ["/", "/api/v1/models", "/nowhere"])
def test_replies_are_not_to_be_stored(client, path):
    assert client.get(path).headers["Cache-Control"] == "no-store"


def test_an_analysis_is_not_to_be_stored(client, photo):
    assert client.post("/api/v1/analyse", data=photo).headers["Cache-Control"] == "no-store"


def test_scripts_may_be_kept(client):
    with client.get("/static/js/main.js") as response:
        assert "no-store" not in response.headers.get("Cache-Control", "")
