"""The picture that a request brings, as the bytes of one file."""

import re

from flask import request

from app.problems import BadRequest

_MAGIC = (b"/9j/", b"iVBORw0KGgo", b"UklGR", b"R0lGOD", b"Qk", b"SUkq", b"TU0A")  # JPEG, PNG, WebP, GIF, BMP, TIFF
_BASE64 = re.compile(rb"[A-Za-z0-9+/_\s-]+=*\s*")
_HEAD = 256  # bytes that are enough to tell text from a picture


def photo():
    """The bytes of the request's photo: its multipart field `photo`, or its raw body.

    Raises BadRequest for a form without a photo or with several, and for text where bytes are wanted.
    """
    data = _of_form() if request.mimetype == "multipart/form-data" else request.get_data(cache=False)
    if kind := _kind_of_text(data[:_HEAD]):
        raise BadRequest(f"this is {kind}; send the bytes of the file itself, as in curl -F photo=@me.jpg")
    return data


def _of_form():
    files = request.files.getlist("photo")
    if len(files) > 1:
        raise BadRequest(f"the form has {len(files)} files in its field `photo`; send one photo in each request")
    if files:
        return files[0].read()
    if "photo" in request.form:
        return request.form["photo"].encode()
    raise BadRequest("the form has no file in its field `photo`")


def _kind_of_text(head):
    start = head.lstrip().lower()
    if start.startswith(b"data:"):
        return "a data URL"
    if start.startswith((b"{", b"[", b'"')):
        return "JSON"
    if start.startswith(b"photo="):
        return "a form of text fields"
    if start.startswith((b"http://", b"https://")):
        return "a web address, which this server does not open"
    if _BASE64.fullmatch(head) and head.lstrip().startswith(_MAGIC):
        return "base64 text"
    return None
