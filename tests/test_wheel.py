"""The wheel works alone: installed elsewhere, without the checkout and without network."""

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.long
ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
CRM = [sys.executable, "-P", "-c", "from crm.console import main; main()"]


def run(*command, cwd, **environ):
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={"PATH": os.environ["PATH"], "HOME": str(cwd), "LC_ALL": "C.UTF-8", **environ},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


def built(source, kind, folder):
    run(sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", folder, cwd=source)
    return next(folder.glob("*.whl" if kind == "wheel" else "*.tar.gz"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    before = compiled_here()
    wheel = built(ROOT, "wheel", tmp_path_factory.mktemp("wheel"))
    # Other processes read them meanwhile: a half-written one stopped a whole run.
    assert compiled_here() == before, "building has touched the checkout's own translations"
    return wheel


def compiled_here():
    found = (ROOT / "crm/translations").rglob("*.mo")
    return {path: path.stat().st_mtime_ns for path in found}


def test_the_wheel_holds_what_runs(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    for language in ("kk", "ru"):
        assert f"crm/translations/{language}/LC_MESSAGES/messages.mo" in names
    for folder in ("templates", "migrations"):
        for path in (ROOT / folder).rglob("*.*"):
            if "__pycache__" not in path.parts:
                assert f"crm/{path.relative_to(ROOT)}" in names
    assert not any(name.startswith(("tests/", "templates/", "migrations/")) for name in names)


def test_the_source_package_builds_the_same_wheel(wheel, tmp_path):
    with tarfile.open(built(ROOT, "sdist", tmp_path)) as archive:
        archive.extractall(tmp_path, filter="data")
    again = built(next(tmp_path.glob("seriktes-*/")), "wheel", tmp_path / "again")
    assert zipfile.ZipFile(again).namelist() == zipfile.ZipFile(wheel).namelist()


def test_the_installed_wheel_works_alone(wheel, tmp_path):
    installed, elsewhere = tmp_path / "installed", tmp_path / "elsewhere"
    elsewhere.mkdir()
    install = (BIN / "uv", "pip", "install", "--offline", "--no-index", "--no-deps")
    run(*install, "--python", sys.executable, "--target", installed, wheel, cwd=elsewhere)
    given = {"PYTHONPATH": str(installed), "CRM_INSTANCE_PATH": str(tmp_path / "instance")}
    found = run(
        sys.executable, "-P", "-c", "import crm; print(crm.__file__)", cwd=elsewhere, **given
    )
    assert Path(found.strip()).is_relative_to(installed)
    run(*CRM, "db", "upgrade", cwd=elsewhere, **given)
    run(*CRM, "seed", "demo", cwd=elsewhere, **given)
    exported = run(*CRM, "export", "follow-ups", "--headers", "keys", cwd=elsewhere, **given)
    header, *rows = exported.splitlines()
    assert header.lstrip("\ufeff").startswith("id")
    assert len(rows) >= 2
