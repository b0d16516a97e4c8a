import pytest

from tests.browser import Browser
from tests.factories import make_user


def _browser_of(role):
    @pytest.fixture(name=role)
    def signed_in(app):
        user = make_user(role=role, email=f"{role}@test.example", language="en")
        app.url_build_error_handlers.append(lambda e, endpoint, values: "/missing/" + endpoint)
        app.jinja_env.globals.setdefault("navigation", lambda: [])
        b = Browser(app)
        with b.client.session_transaction() as s:
            s["_user_id"] = user.get_id(); s["_fresh"] = True
        return b
    return signed_in
officer, head, viewer, admin = map(_browser_of, ("officer", "head", "viewer", "admin"))
