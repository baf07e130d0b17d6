"""The commands of the site that need no server: `flask analyse` (app/analyse/) and `flask settings`."""

import ast
import inspect
import itertools

import click

from app import config
from app.analyse.command import analyse

__all__ = ["analyse", "settings"]


@click.command("settings")
def settings():
    """Print every setting, its default and its reason as a Markdown table: docs/settings.md."""
    click.echo("# Settings\n\nWritten by `flask settings > docs/settings.md` from `app/config.py`.\n")
    click.echo("| environment variable | default | what it is |\n|---|---|---|")
    statements = ast.parse(inspect.getsource(config)).body
    for assigned, text in itertools.pairwise(statements):
        name = assigned.targets[0].id if isinstance(assigned, ast.Assign) else ""
        if name.isupper() and isinstance(text, ast.Expr):
            default = "the folder `models/`" if name == "MODELS" else f"`{getattr(config, name)!r}`"
            click.echo(f"| `{config.PREFIX}{name}` | {default} | {' '.join(text.value.value.split())} |")
