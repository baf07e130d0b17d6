"""What `flask run` and gunicorn serve."""

import os
import sys

from app import create_app, logs
from app.config import BadSetting, load
from app.live.libraries import BadLibrary

CANNOT_START = 3
"""The exit status by which a gunicorn worker tells its master not to start another one."""


def _refuse_bare_gunicorn():
    if os.environ.get("SERVER_SOFTWARE", "").startswith("gunicorn") and "GUNICORN_CONF" not in os.environ:
        raise BadSetting(
            "gunicorn has not read our gunicorn.conf.py, and its own defaults let one open page block all others: "
            "start it in the project's folder, or with -c /path/to/gunicorn.conf.py"
        )


try:
    _refuse_bare_gunicorn()
    logs.set_up(load()["LOG_FORMAT"])
    app = create_app()
except (BadSetting, BadLibrary) as error:
    print(error, file=sys.stderr)
    sys.exit(CANNOT_START)
