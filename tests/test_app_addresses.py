"""The client's address, and which proxies are trusted to report it."""

import re

import pytest
from fakes import FakeAnalyser
from socketio.exceptions import ConnectionRefusedError

from app import create_app
from app.addresses import counted


def make(**settings):
    return create_app({"TESTING": True} | settings, FakeAnalyser("study"))


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (None, ""),
        ("", ""),
        ("192.0.2.1", "192.0.2.1"),
        ("192.0.2.1:50123", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::9]:443", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::9]", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::9", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("unknown", "unknown"),
        ("unix:", "unix:"),
    ],
)
def test_an_address_counts_without_its_port_and_ipv6_by_its_network(address, expected):
    assert counted(address) == expected


@pytest.mark.parametrize(("proxies", "statuses"), [(0, [200, 429]), (1, [200, 200])])
def test_a_forwarded_address_counts_only_behind_a_proxy_that_is_named(photo, proxies, statuses):
    client = make(PROXIES=proxies, PHOTOS_PER_MINUTE=1).test_client()
    replies = [
        client.post("/api/v1/analyse", data=photo, headers={"X-Forwarded-For": address})
        for address in ("203.0.113.1", "203.0.113.2")
    ]
    assert [reply.status_code for reply in replies] == statuses


@pytest.mark.parametrize("addresses", [("192.0.2.1:1", "192.0.2.1:2"), ("2001:db8::1", "2001:db8::2")])
def test_photos_and_live_pages_of_one_subscriber_count_together(photo, addresses):
    app = make(PROXIES=1, PHOTOS_PER_MINUTE=1, CLIENTS_PER_ADDRESS=1)
    photos = [
        app.test_client().post("/api/v1/analyse", data=photo, headers={"X-Forwarded-For": address})
        for address in addresses
    ]
    assert [reply.status_code for reply in photos] == [200, 429]
    live = app.extensions["live"]
    live.on_connect("first", {"REMOTE_ADDR": addresses[0]}, None)
    with pytest.raises(ConnectionRefusedError, match="this address has all its 1 places"):
        live.on_connect("second", {"REMOTE_ADDR": addresses[1]}, None)


FORWARDED = {"X-Forwarded-Prefix": "/faceit"}


def below(settings, headers, path="/"):
    """The page's own links, requested as by a proxy that strips the path or keeps it."""
    return make(**settings).test_client().get(path, headers=headers)


@pytest.mark.parametrize("path", ["/", "/faceit/", "/faceit"])
def test_below_a_path_every_address_of_the_page_begins_with_it(path):
    page = below({"PROXIES": 1}, FORWARDED, path).text
    assert 'data-root="/faceit/"' in page
    assert 'src="/faceit/static' in page
    addresses = re.findall(r'(?:href|src|data-root)="(/[^"]*)"', page)
    assert len(addresses) > 5
    assert [each for each in addresses if not each.startswith("/faceit/")] == []


@pytest.mark.parametrize("path", ["/socket.io/", "/faceit/socket.io/"])
def test_below_a_path_the_socket_opens(path):
    assert below({"PROXIES": 1}, FORWARDED, f"{path}?EIO=4&transport=polling").status_code == 200


@pytest.mark.parametrize(
    ("settings", "headers"),
    [
        ({}, FORWARDED),
        ({"PROXIES": 1}, {}),
        ({"PROXIES": 1}, {"X-Forwarded-Prefix": "//foe.example"}),
        ({"PROXIES": 1}, {"X-Forwarded-Prefix": '/"><script>'}),
        ({"PROXIES": 1}, {"X-Forwarded-Prefix": "faceit"}),
    ],
)
def test_a_path_that_nobody_trusted_or_no_plain_one_is_ignored(settings, headers):
    page = below(settings, headers).text
    assert 'data-root="/"' in page
    assert 'src="/static' in page
