"""What the server logs: lines of text or of JSON, each with its request's id, none with a visitor's address."""

import logging
import logging.config
import re
import threading
import uuid
from contextlib import contextmanager
from contextvars import ContextVar

FORMATS = ("text", "json")

_SANE_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_current_id = ContextVar("request id", default="-")

# Werkzeug begins its lines with an address. gunicorn tells one, and some of the bytes, of what is no HTTP:
# those of a picture, perhaps.
_VISITOR = re.compile(r"^\S+ - - \[[^]]*\] |(?<=^Invalid request) from ip=.*", re.DOTALL)

log = logging.getLogger(__name__)


def configuration(format):
    """What `logging.config.dictConfig` takes, for one of FORMATS; raises ValueError for another."""
    if format not in FORMATS:
        raise ValueError(f"FACEIT_LOG_FORMAT is one of {', '.join(FORMATS)}, not {format!r}")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"ours": {"()": f"{__name__}.Ours"}},
        "formatters": {
            "text": {"format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"},
            "json": {
                "()": "pythonjsonlogger.json.JsonFormatter",
                "format": ["levelname", "name", "request_id", "message"],
                "rename_fields": {"levelname": "level", "name": "logger", "exc_info": "traceback"},
                "timestamp": "time",
            },
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": format, "filters": ["ours"]}},
        "root": {"level": "WARNING", "handlers": ["stderr"]},
        "loggers": {
            "gunicorn.error": {"level": "INFO", "handlers": [], "propagate": True},
            # Without a level of their own these would print beside us.
            "engineio.server": {"level": "ERROR"},
            "socketio.server": {"level": "ERROR"},
        },
    }


def set_up(format):
    """Lets this process log in a format; also what ends a thread."""
    logging.config.dictConfig(configuration(format))
    threading.excepthook = _log_thread


@contextmanager
def request(given=None):
    """Gives the id that log lines within it carry: the `given` one where it is sane, else a new one."""
    current = given if given and _SANE_ID.fullmatch(given) else uuid.uuid4().hex
    token = _current_id.set(current)
    try:
        yield current
    finally:
        _current_id.reset(token)


class Ours(logging.Filter):
    """Adds the request's id to a record and takes the visitor out of it."""

    def filter(self, record):
        record.request_id = _current_id.get()
        record.msg = _VISITOR.sub("", str(record.msg))
        return True


def _log_thread(ended):
    log.error("a thread ended", exc_info=(ended.exc_type, ended.exc_value, ended.exc_traceback))
