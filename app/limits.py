"""How many photos one address may send in a minute."""

import time

from flask import request
from flask_limiter import Limiter
from limits.errors import ConfigurationError

from app.addresses import counted
from app.config import BadSetting
from app.problems import problem, reply


def init_app(app):
    """Limits photos by address; raises BadSetting where the store that counts them cannot be used."""
    per_minute = app.config["PHOTOS_PER_MINUTE"]

    def refuse(breach):
        words = f"more than {per_minute} photos a minute came from one address; please wait a little"
        response = reply(problem(429, words))
        response.headers["Retry-After"] = str(max(1, round(breach.reset_at - time.time())))
        return response

    try:
        limiter = Limiter(
            lambda: counted(request.remote_addr),
            app=app,
            storage_uri=app.config["LIMITER_STORAGE"],
            in_memory_fallback_enabled=True,  # a shared store that is away must not take the site with it
        )
    except ConfigurationError as error:
        raise BadSetting(f"FACEIT_LIMITER_STORAGE cannot be used: {error}") from None
    photos = limiter.shared_limit(f"{per_minute} per minute", scope="photos", on_breach=refuse)
    for view in ("api.analyse", "api.explain"):
        app.view_functions[view] = photos(app.view_functions[view])
