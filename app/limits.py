"""How many photos one address may send in a minute."""

import time
from types import SimpleNamespace

from flask import request
from flask_limiter import Limiter
from limits.errors import ConfigurationError
from limits.storage import memory
from redis.backoff import NoBackoff
from redis.retry import Retry

from app.addresses import counted
from app.config import BadSetting
from app.problems import problem, reply

STORE_S = 0.2
"""Seconds that a shared store may take to connect or answer; then photos are counted in memory for a while."""

_began_s = time.time() - time.monotonic()


def steady_s():
    """Seconds since 1970, read once at the start and counted on by the monotonic clock."""
    return _began_s + time.monotonic()


# Counts in memory expire by this clock. A system clock that is set back by a day would refuse photos for a day.
memory.time = SimpleNamespace(time=steady_s)


def init_app(app):
    """Limits photos by address; raises BadSetting where the store that LIMIT_STORE names cannot be used."""
    per_minute = app.config["PHOTOS_PER_MINUTE"]

    def refuse(breach):
        words = f"more than {per_minute} photos a minute came from one address; please wait a little"
        response = reply(problem(429, words))
        response.headers["Retry-After"] = str(min(60, max(1, round(breach.reset_at - steady_s()))))
        return response

    try:
        limiter = Limiter(
            lambda: counted(request.remote_addr),
            app=app,
            storage_uri=app.config["LIMITER_STORAGE"],
            storage_options=_patience(app.config["LIMITER_STORAGE"]),
            in_memory_fallback_enabled=True,  # the site must go on while a shared store is away
        )
    except ConfigurationError as error:
        raise BadSetting(f"FACEIT_LIMITER_STORAGE cannot be used: {error}") from None
    photos = limiter.shared_limit(f"{per_minute} per minute", scope="photos", on_breach=refuse)
    for view in ("api.analyse", "api.explain"):
        app.view_functions[view] = photos(app.view_functions[view])


def _patience(storage):
    """Options with short time-outs for Redis, for a store that hangs or a host that drops packets."""
    if not storage.startswith(("redis://", "rediss://", "unix://", "redis+unix://")):
        return {}
    no_second_try = Retry(NoBackoff(), 0)
    return {"socket_timeout": STORE_S, "socket_connect_timeout": STORE_S, "retry": no_second_try}
