"""The languages of the pages: English, and one more for each catalogue in `translations/`.

A catalogue is one file, `translations/<language>/LC_MESSAGES/messages.po`, whose keys are the English texts of
templates and scripts alike. `/de/photo` is always in German; `/photo` is in the language that the browser prefers.
"""

import hashlib
import json
from functools import cached_property
from io import BytesIO
from pathlib import Path

from babel import Locale, negotiate_locale
from babel.messages import mofile, pofile
from babel.numbers import format_percent
from babel.support import NullTranslations, Translations
from flask import Blueprint, abort, current_app, request, url_for
from flask_babel import Babel, Domain

ENGLISH = "en"
FOLDER = Path(__file__).resolve().parent.parent / "translations"
PREFIX = "pages_"
"""The prefix of the blueprints whose pages are in one language: `pages_de` lies below `/de`."""

blueprint = Blueprint("languages", __name__)


class Language:
    """A language that the pages speak: its `tag` such as "de", its own `name`, its `direction` and its texts."""

    def __init__(self, tag, path=None):
        locale = Locale.parse(tag, sep="-")
        self.tag, self.locale, self.direction = tag, locale, locale.text_direction
        self.name = locale.get_display_name()
        self.translations, self.words = NullTranslations(), {}
        if path:
            with path.open("rb") as file:
                catalog = pofile.read_po(file, locale=locale)
            self.translations, self.words = _translations(catalog), _words(catalog, locale)

    @cached_property
    def version(self):
        """Twelve hex digits that change when a text does."""
        return hashlib.sha256(json.dumps(self.words, sort_keys=True).encode()).hexdigest()[:12]


class _Domain(Domain):
    def get_translations(self):
        return current().translations


class _Babel(Babel):
    @cached_property
    def domain_instance(self):
        """The catalogues that were read at the start; the library would look for compiled files at every request."""
        return _Domain()


def init_app(app, pages):
    """Reads the catalogues and registers the pages below each language's tag, beside those that follow the browser."""
    folder = Path(app.config.get("TRANSLATIONS", FOLDER))
    files = {path.parent.parent.name: path for path in sorted(folder.glob("*/LC_MESSAGES/messages.po"))}
    languages = {tag: Language(tag, path) for tag, path in ({ENGLISH: None} | files).items()}
    app.extensions["languages"] = languages
    _Babel(app, default_locale=ENGLISH, locale_selector=lambda: current().locale)
    for tag in languages:
        app.register_blueprint(pages, name=f"{PREFIX}{tag}", url_prefix=f"/{tag}")
    app.register_blueprint(blueprint)
    app.context_processor(
        lambda: {
            "language": current(),
            "languages": languages,
            "page_url": page_url,
            "this_page": this_page,
            "as_percent": as_percent,
        }
    )
    app.after_request(_vary)


def current():
    """The Language of the current request: that of its address, else the one that the browser prefers."""
    languages = current_app.extensions["languages"]
    chosen = (request.blueprint or "").removeprefix(PREFIX)
    if chosen in languages:
        return languages[chosen]
    liked = [tag for tag, _quality in request.accept_languages]
    return languages[negotiate_locale(liked, languages, sep="-") or ENGLISH]


def page_url(name, language=None):
    """The address of a page such as "photo" in a language; without one, with a tag only where this request has one."""
    own = request.blueprint if (request.blueprint or "").startswith(PREFIX) else "pages"
    return url_for(f"{PREFIX}{language.tag}.{name}" if language else f"{own}.{name}")


def this_page():
    """The name of the current page, such as "photo"; empty where the reply is no page, or a file of one."""
    blueprint, _dot, name = (request.endpoint or "").partition(".")
    if request.view_args:  # /models/<name>/<picture> has no address without its arguments
        return ""
    return name if blueprint == "pages" or blueprint.startswith(PREFIX) else ""


def as_percent(share, digits):
    """A share of 0..1 as the language of the request writes it, such as "62.9%"."""
    return format_percent(share, f"#,##0.{'0' * digits}%" if digits else "#,##0%", locale=current().locale)


@blueprint.get("/words/<tag>.json")
def words(tag):
    """The texts of the scripts in a language. Browsers keep them where the address names the current version."""
    language = current_app.extensions["languages"].get(tag)
    if not language or not language.words:
        abort(404)
    response = current_app.json.response(language.words)
    response.cache_control.max_age = 365 * 24 * 3600 if request.args.get("v") == language.version else 0
    return response


def _vary(response):
    if response.mimetype == "text/html" and request.blueprint == "pages":
        response.vary.add("Accept-Language")
    return response


def _translations(catalog):
    compiled = BytesIO()
    mofile.write_mo(compiled, catalog)
    compiled.seek(0)
    return Translations(compiled)


def _words(catalog, locale):
    """The texts that shared/words.js reads: by their English, and plural forms by CLDR category."""
    sample = {locale.plural_form(number): number for number in range(1000, -1, -1)}  # the least number of each category
    found, translations = {}, _translations(catalog)
    for message in catalog:
        if not message.id or not any(path.startswith("static/js/") for path, _line in message.locations):
            continue
        if message.pluralizable:
            one, other = message.id
            found[one] = {category: translations.ungettext(one, other, number) for category, number in sample.items()}
        elif message.string:
            found[message.id] = message.string
    return found
