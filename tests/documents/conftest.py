"""An instance folder of each test's own: the app itself is shared by many tests."""

from dataclasses import replace

import pytest


@pytest.fixture
def instance(app, tmp_path, monkeypatch):
    settings = replace(app.config["CRM"], instance_path=tmp_path / "instance", upload_limit_mb=1)
    monkeypatch.setitem(app.config, "CRM", settings)
    return settings.instance_path
