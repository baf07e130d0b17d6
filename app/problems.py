"""Error replies: RFC 9457 problem details for programs, a page for people."""

import logging
from http import HTTPStatus

from flask import current_app, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from app.vision.errors import BadImage, BadModel, Busy, NoModel, NoSuchFace, UnknownModel

MEDIA_TYPE = "application/problem+json"

_IMAGE_STATUS = {"empty": 400, "text": 400, "large": 413, "unreadable": 415}
_STATUS = {UnknownModel: 400, NoSuchFace: 400, NoModel: 503, BadModel: 503, Busy: 503}
_PROGRAM_PATHS = ("/api/", "/healthz", "/readyz", "/metrics")


def N_(text):  # noqa: N802 - the name by which the catalogue's texts are found
    """The text itself, marked for the catalogue; the page translates it."""
    return text


_TO_PEOPLE = {
    404: (N_("There is nothing here."), N_("The address may be mistyped, or the page has gone.")),
    500: (
        N_("Something broke on our side."),
        N_("It has been logged. Try again; if it stays broken, tell whoever runs this site."),
    ),
}

log = logging.getLogger(__name__)


class TooMany(Exception):
    """One client sent more than it may; the text says how much is accepted."""


class BadRequest(Exception):
    """A request or socket message of the wrong shape; the text says what was expected and what came."""


def problem(status, detail):
    """The problem details object of a status."""
    return {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}


def from_error(error):
    """The problem details object of an exception. An unknown exception is logged and becomes a plain 500."""
    if isinstance(error, BadImage):
        return problem(_IMAGE_STATUS[error.kind], str(error))
    if isinstance(error, BadRequest):
        return problem(400, str(error))
    if isinstance(error, TooMany):
        return problem(429, str(error))
    if type(error) in _STATUS:
        return problem(_STATUS[type(error)], str(error))
    log.error("unexpected error", exc_info=error)
    return problem(500, "the server met an error of its own; it has been logged")


def init_app(app):
    """Answers errors of the API with problem details, and errors of the pages with a page."""
    app.register_error_handler(Exception, _answer)


def reply(content):
    """The HTTP response that carries a problem details object."""
    response = jsonify(content)
    response.status_code = content["status"]
    response.mimetype = MEDIA_TYPE
    if response.status_code == 503:
        response.headers["Retry-After"] = str(current_app.config["RETRY_AFTER_S"])
    return response


def _answer(error):
    of_program = request.path.startswith(_PROGRAM_PATHS)
    if isinstance(error, HTTPException):
        if error.response is not None or error.code is None or error.code < 400:
            return error
        response = reply(problem(error.code, _detail(error))) if of_program else _page(error)
        response.headers.extend({k: v for k, v in error.get_headers() if k in ("Allow", "Retry-After")})
        return response
    if not of_program:
        raise error  # Flask logs it and calls this handler again with a 500
    return reply(from_error(error))


def _page(error):
    title, words = _TO_PEOPLE.get(error.code, (error.name, error.description))
    page = render_template("problem.html", status=error.code, title=title, words=words)
    return make_response(page, error.code)


def _detail(error):
    if error.code == 413:
        limit = current_app.config["MAX_PHOTO_BYTES"]
        return f"the photo is too large; up to {limit:,} bytes are accepted"
    return error.description
