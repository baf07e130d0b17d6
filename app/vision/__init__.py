"""From the bytes of a picture to the emotion on every face in it; knows nothing of the web.

`from app.vision import Reader` is the interface for Python programs and notebooks: see reader.py.
"""


def __getattr__(name):
    """Reader and Reading, imported at their first use: users of the contract alone need neither OpenCV nor LiteRT."""
    if name in ("Reader", "Reading"):
        from app.vision import reader

        return getattr(reader, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
