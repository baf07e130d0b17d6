"""The commands `flask analyse` and `flask settings`."""

import ast
import inspect
import itertools
import json
import sys
from contextlib import nullcontext
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from app import config
from app.vision import drawing
from app.vision.errors import BadImage, BadModel, NoModel, UnknownModel


@click.command("analyse")
@click.argument("photos", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PHOTO...")
@click.option("--model", help="Name of the model that answers, instead of the default.")
@click.option("--annotate", type=click.Path(path_type=Path, file_okay=False), help="Folder for drawn pictures.")
@with_appcontext
def analyse(photos, model, annotate):
    """Read the faces of each PHOTO and print one line of JSON for it."""
    if annotate:
        annotate.mkdir(parents=True, exist_ok=True)
    failed = False
    with _progress(photos) as bar, current_app.extensions["pool"].lend("command") as analyser:
        for photo in bar:
            try:
                _analyse(analyser, photo, model, annotate)
            except (BadImage, OSError) as error:
                failed = True
                click.echo(f"{photo}: {getattr(error, 'strerror', None) or error}", err=True)
            except (UnknownModel, NoModel, BadModel) as error:
                raise click.ClickException(str(error)) from None
    sys.exit(1 if failed else 0)


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


def _analyse(analyser, photo, model, annotate):
    data = photo.read_bytes()
    analysis = analyser.photo(data, model)
    click.echo(json.dumps({"photo": str(photo)} | analysis.to_json()))
    if annotate:
        drawing.draw(data, analysis.faces).save(_free_path(annotate, photo.stem))


def _free_path(folder, stem):
    """Photos of one name come from several folders: a second cat.jpg becomes cat-2.png."""
    path, number = folder / f"{stem}.png", 1
    while path.exists():
        number += 1
        path = folder / f"{stem}-{number}.png"
    return path


def _progress(photos):
    if len(photos) > 1 and sys.stderr.isatty():
        return click.progressbar(photos, file=sys.stderr, label="analysing")
    return nullcontext(photos)
