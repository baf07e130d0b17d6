"""What `flask run` and gunicorn serve."""

from app import create_app, logs
from app.config import load

logs.set_up(load()["LOG_FORMAT"])
app = create_app()
