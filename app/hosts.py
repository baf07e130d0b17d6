"""The host names under which this server answers, where an operator sets them: a defence against DNS rebinding.

The owner of another site can let its name point to this server. The browser then takes the two for one site, and only
the Host header shows the difference.
"""

import json
import logging

from app.config import BadSetting
from app.logs import plain
from app.problems import MEDIA_TYPE, problem

ALWAYS = ("/healthz", "/readyz", "/metrics")
"""The paths that health probes ask for, under any host name."""

log = logging.getLogger(__name__)


class Hosts:
    """WSGI middleware that answers 400 where the Host header names none of `allowed`; the port is ignored."""

    def __init__(self, wsgi_app, allowed):
        self._wsgi_app = wsgi_app
        self._allowed = {host.lower() for host in allowed}

    def __call__(self, environ, start_response):
        asked = name_of(environ.get("HTTP_HOST", ""))
        if asked in self._allowed or environ.get("PATH_INFO") in ALWAYS:
            return self._wsgi_app(environ, start_response)
        log.warning("asked as %s, which FACEIT_HOSTS does not name", asked[:120])
        words = f"this server is not to be asked as {plain(asked[:120])}; its operator can add that to FACEIT_HOSTS"
        body = json.dumps(problem(400, words)).encode()
        start_response("400 Bad Request", [("Content-Type", MEDIA_TYPE), ("Content-Length", str(len(body)))])
        return [body]


def init_app(app):
    """Lets an application answer under the names in HOSTS alone; raises BadSetting for a text that is no host name."""
    allowed = app.config["HOSTS"].split()
    for host in allowed:
        if "/" in host or name_of(host) != host.lower():
            raise BadSetting(f"FACEIT_HOSTS: {host} is no host's name; leave out scheme, port and path")
    if allowed:
        app.wsgi_app = Hosts(app.wsgi_app, allowed)


def name_of(host):
    """The name in a Host header, without its port, in lower case; an IPv6 address keeps its brackets."""
    if host.startswith("["):
        return host.partition("]")[0].lower() + "]"
    return host.partition(":")[0].lower().removesuffix(".")
