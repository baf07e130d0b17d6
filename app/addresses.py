"""The address by which a visitor is counted, and the proxies whose headers about it are believed."""

import ipaddress
import re

from werkzeug.middleware.proxy_fix import ProxyFix

NEIGHBOURS = 64
"""Leading bits of an IPv6 address that one subscriber usually holds alone (RFC 6177): they count as one address."""

_WITH_PORT = re.compile(r"\[(?P<v6>[^]]*)\](:\d+)?|(?P<v4>[\d.]+):\d+")
_PREFIX = re.compile(r"(/[A-Za-z0-9._~-]+)+")


def counted(address):
    """The text by which an address is counted: without its port, and for IPv6 the network of 64 bits.

    Some proxies forward 192.0.2.1:50123, and an IPv6 subscriber has 2^64 addresses. A text that is
    no address is returned unchanged.
    """
    found = _WITH_PORT.fullmatch(address or "")
    plain = found["v6"] or found["v4"] if found else address or ""
    try:
        parsed = ipaddress.ip_address(plain)
    except ValueError:
        return plain
    if parsed.version == 4:
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((int(parsed), NEIGHBOURS), strict=False))


def behind_proxies(app):
    """Takes the visitor's address, the scheme, host and path prefix from the X-Forwarded headers of PROXIES proxies."""
    number = app.config["PROXIES"]
    if number:
        app.wsgi_app = ProxyFix(BelowPath(app.wsgi_app), x_for=number, x_proto=number, x_host=number, x_prefix=number)


class BelowPath:
    """WSGI middleware for a site below a path such as /faceit, which a proxy names in X-Forwarded-Prefix.

    The proxy may take the path off the request or leave it there. A header that is no plain path is ignored.
    """

    def __init__(self, wsgi_app):
        self._wsgi_app = wsgi_app

    def __call__(self, environ, start_response):
        prefix = environ.get("SCRIPT_NAME", "").rstrip("/")
        prefix = prefix if _PREFIX.fullmatch(prefix) else ""
        path = environ.get("PATH_INFO", "")
        if prefix and (path + "/").startswith(prefix + "/"):
            path = path[len(prefix) :]
        return self._wsgi_app(environ | {"SCRIPT_NAME": prefix, "PATH_INFO": path or "/"}, start_response)
