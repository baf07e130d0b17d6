"""The site. Importing this package loads no Flask, no OpenCV and no model runtime."""


def create_app(overrides=None, analyser=None):
    """A Flask application, ready to serve: see app/factory.py."""
    from app.factory import create_app as create

    return create(overrides, analyser)
