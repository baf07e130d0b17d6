"""What `flask run` and gunicorn serve."""

from app import create_app

app = create_app()
