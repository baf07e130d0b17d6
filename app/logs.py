"""What the server logs: lines of text or of JSON, each with its request's id, none with a visitor's address."""

import logging
import logging.config
import re
import threading
import time
import uuid
import warnings
from contextlib import contextmanager
from contextvars import ContextVar

FORMATS = ("text", "json")

MOST_A_MINUTE = 30
"""Log lines of one kind in a minute. The kind is the place in the code that writes them."""

_FEWER_A_MINUTE = {"flask-limiter": 1}  # it logs each photo while the store is away

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_SANE_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_current_id = ContextVar("request id", default="-")

# Werkzeug begins its lines with an address. For a request that is no HTTP gunicorn logs the address and some of the
# bytes, which may be those of a picture.
_VISITOR = re.compile(r"^\S+ - - \[[^]]*\] |(?<=^Invalid request) from ip=.*", re.DOTALL)

log = logging.getLogger(__name__)


def configuration(format):
    """The dict for `logging.config.dictConfig`, for one of FORMATS; raises ValueError for another."""
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
            # Without a level of their own these loggers would print lines of their own.
            "engineio.server": {"level": "ERROR"},
            "socketio.server": {"level": "ERROR"},
        },
    }


def set_up(format):
    """Lets this process log in a format, including exceptions that end a thread."""
    logging.config.dictConfig(configuration(format))
    warnings.filterwarnings("ignore", module=r"PIL\.")  # damaged pictures could fill the log
    threading.excepthook = _log_thread


@contextmanager
def request(given=None):
    """A context whose log lines carry the id that it gives: the `given` one where it is valid, else a new one."""
    current = given if given and _SANE_ID.fullmatch(given) else uuid.uuid4().hex
    token = _current_id.set(current)
    try:
        yield current
    finally:
        _current_id.reset(token)


class Ours(logging.Filter):
    """Adds the request's id to a record, and removes the visitor's address and every control character.

    Each kind of line passes MOST_A_MINUTE times a minute: otherwise a client that causes one could fill the disk. The
    next line of the kind says how many were left out.
    """

    def __init__(self, name=""):
        super().__init__(name)
        self._kinds = {}  # the place in the code -> [when its minute began, how many lines it wrote since]
        self._lock = threading.Lock()

    def filter(self, record):
        left_out = self._count((record.pathname, record.lineno), _FEWER_A_MINUTE.get(record.name, MOST_A_MINUTE))
        if left_out is None:
            return False
        record.request_id = _current_id.get()
        record.msg = plain(_VISITOR.sub("", record.getMessage()))
        record.args = ()
        if left_out:
            record.msg += f" ({left_out} more of this kind in the minute before)"
        if record.exc_info:
            # Indented, so that no line of a traceback can pass for a log line of its own.
            traceback = logging.Formatter().formatException(record.exc_info)
            record.exc_text = "\n".join("    " + plain(line) for line in traceback.split("\n"))
        return True

    def _count(self, kind, most):
        """How many lines of a kind were left out in its last minute; None where this line is to be left out as well."""
        now_s = time.monotonic()
        with self._lock:
            began_s, number = self._kinds.get(kind, (now_s, 0))
            if now_s - began_s >= 60:
                self._kinds[kind] = now_s, 1
                return max(0, number - most)
            self._kinds[kind] = began_s, number + 1
            return 0 if number < most else None


def plain(text):
    """A text whose control characters and line breaks are replaced by their escape sequences."""
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def _log_thread(ended):
    log.error("a thread ended", exc_info=(ended.exc_type, ended.exc_value, ended.exc_traceback))
