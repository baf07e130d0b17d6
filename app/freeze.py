"""The command `flask freeze`: the site as static files that read on the visitor's device alone, for any web host.

All addresses in the pages are relative, so that the folder works under any path.
"""

import re
import shutil
from pathlib import Path

import click
from flask import url_for
from flask.cli import with_appcontext

from app import create_app, languages
from app.device import BUILDS
from app.headers import CONTENT_SECURITY_POLICY

PAGES = {"live": "index", "photo": "photo", "models": "models", "privacy": "privacy"}
"""The file of each page, by the page's name. In another language the file is photo.de.html and so on."""

_ADDRESS = re.compile(r'(?:href|src)="([^"#?]+)"')


@click.command("freeze")
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@with_appcontext
def freeze(out):
    """Write the site into the folder OUT as static files that read on the visitor's device."""
    if out.exists() and any(out.iterdir()):
        raise click.ClickException(f"{out} is not empty; name a new folder")
    app = frozen_app()
    if not app.extensions["models"].cards:
        raise click.ClickException("there is no model to read with; `python -m training train` makes one")
    client = app.test_client()
    for language in app.extensions["languages"].values():
        _write_pages(app, client, language, out)
    for name in ("sw.js", "manifest.webmanifest"):
        _write(client, f"/{name}", out / name)
    _write(client, "/device/files.json", out / "device" / "files.json")
    listed = client.get("/device/files.json").json
    for file in (listed["finder"], listed["judge"], *listed["models"], *listed["runtime"].values()):
        _write(client, f"/device/{file['url']}", out / "device" / file["url"])
    ignored = shutil.ignore_patterns(*(path.name for path in BUILDS.values()))  # they lie in device/
    shutil.copytree(app.static_folder, out / app.static_url_path.strip("/"), ignore=ignored)
    files = [path for path in out.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files)
    click.echo(f"{len(files)} files, {size / 1e6:.1f} MB in {out}: give the folder to any web host, over https")


def frozen_app():
    """The application whose pages link to each other by relative addresses and contain their security policy."""
    app = create_app({"READING": "device", "OFFLINE": True})
    policy = {name: value for name, value in CONTENT_SECURITY_POLICY.items() if name != "frame-ancestors"}
    app.jinja_env.globals["policy"] = "; ".join(f"{name} {value}" for name, value in policy.items())
    app.jinja_env.globals["url_for"] = _relative_url
    app.context_processor(lambda: {"page_url": _page_file})
    return app


def _relative_url(endpoint, _external=False, **values):
    """An address as seen from the site's own folder, in which all pages lie."""
    blueprint, _, name = endpoint.rpartition(".")
    return _page_file(name) if blueprint == "pages" and name in PAGES else url_for(endpoint, **values).lstrip("/")


def _page_file(name, language=None):
    """The file of a page in a language; without one, in the language of the page that is being written."""
    tag = (language or languages.current()).tag
    file = f"{PAGES[name]}.html" if tag == languages.ENGLISH else f"{PAGES[name]}.{tag}.html"
    return "./" if file == "index.html" else file


def _write_pages(app, client, language, out):
    for name in PAGES:
        with app.test_request_context():
            address = languages.page_url(name, language)
        page = _write(client, address, out / (_page_file(name, language).replace("./", "") or "index.html"))
        for picture in _ADDRESS.findall(page.decode()):
            if picture.startswith("models/") and not (out / picture).exists():
                _write(client, f"/{picture}", out / picture)
    if language.words:
        _write(client, f"/words/{language.tag}.json", out / "words" / f"{language.tag}.json")


def _write(client, address, path):
    with client.get(address) as response:
        if response.status_code != 200:
            raise click.ClickException(f"{address} answers {response.status_code}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(response.data)
        return response.data
