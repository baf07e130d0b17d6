"""The live service: frames come in over Socket.IO and are answered one by one."""

from app.live.server import close, init_app

__all__ = ["close", "init_app"]
