"""The one place where the parts are joined."""

import sys
from pathlib import Path

from click import Group
from flask import Flask
from flask.cli import FlaskGroup
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from crm import features, models
from crm.accounts.views.door import init_sign_in, reader_locale
from crm.audit.services import trail as audit
from crm.config import Config, ConfigError
from crm.core import choices, clock, prepared, sight
from crm.core.assets import init_assets
from crm.core.database import db
from crm.core.editing import IdConverter
from crm.core.garbage import look_seldom
from crm.core.opening import engine_options
from crm.core.pages import init_pages
from crm.core.reading import init_reading
from crm.core.translation import Translation
from crm.core.uploads import init_uploads
from crm.duplicates.services import keeping as duplicates
from crm.merges.services import late as merges
from crm.navigation import init_navigation
from crm.operations.cli import doctor
from crm.search.services import index as search

_HERE = Path(__file__).parent
_TABLES = models.__all__  # importing crm.models is what makes the tables known


def _beside(name: str) -> Path:
    """A folder that stands beside the package in a checkout and inside it in a wheel."""
    inside = _HERE / name
    return inside if inside.is_dir() else _HERE.parent / name


def create_app(config: Config | None = None) -> Flask:
    """The application for ``config`` (from the environment when None); raises ConfigError."""
    config = config or Config.from_environment()
    app = Flask(
        "crm",
        template_folder=str(_beside("templates")),
        static_folder="static",
        instance_path=str(config.instance_path),  # where a relative sqlite:/// begins
    )
    app.config.update(
        CRM=config,
        SECRET_KEY=config.secret_key,
        SQLALCHEMY_DATABASE_URI=config.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(config.database_url),
        BABEL_DEFAULT_LOCALE="kk",
        BABEL_DEFAULT_TIMEZONE=config.timezone,
        BABEL_TRANSLATION_DIRECTORIES=str(_HERE / "translations"),
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a form open over lunch is not lost
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=config.is_https,
        REMEMBER_COOKIE_SECURE=config.is_https,
        MAX_CONTENT_LENGTH=config.upload_limit_mb * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
        MAX_FORM_PARTS=5000,
    )
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    app.url_map.converters["id"] = IdConverter
    clock.set_zone(config.timezone)
    db.init_app(app)
    Migrate(app, db, directory=str(_beside("migrations")), render_as_batch=True, compare_type=True)
    Translation(app, locale_selector=reader_locale, timezone_selector=lambda: config.timezone)
    audit.install(db.session)
    search.install(db.session)
    prepared.install(db.session)
    sight.install(db.session)
    choices.install(db.session)
    duplicates.install(db.session)
    merges.install(db.session)
    init_reading(app)
    init_sign_in(app)  # before CSRF: a stranger is asked to sign in, whatever is sent
    init_uploads(app)  # between them: CSRF would read whatever is sent
    CSRFProtect(app)
    init_assets(app)
    init_pages(app)
    init_navigation(app)
    features.register(app)
    return app


def create_worker() -> Flask:
    """The application of a process that serves: what is there at the start stays to the end."""
    app = create_app()
    look_seldom()
    return app


def command_group() -> Group:
    """Flask's own command group with ours beside it. A wrong setting stops every command.

    Only the doctor goes on, to say how each is to be mended.
    """
    try:
        config = Config.from_environment()
    except ConfigError:
        if sys.argv[1:] != ["doctor"]:
            raise
        return doctor.group_without_settings
    return FlaskGroup(create_app=lambda: create_app(config), add_version_option=False)
