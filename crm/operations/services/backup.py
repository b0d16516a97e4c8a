"""Everything an installation keeps as one file, and back into an empty place."""

from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path, PurePosixPath

from alembic import command
from alembic.config import Config
from flask import current_app
from sqlalchemy import text
from sqlalchemy.engine import Engine

from crm.core import clock
from crm.core.database import db
from crm.core.whole_files import whole_file
from crm.operations.queries import known_revisions
from crm.operations.services.archive import (
    DATABASE,
    FILES,
    Archive,
    ArchiveWriter,
    BackupError,
    Manifest,
    Progress,
    chunks_of,
    digest_of,
    open_archive,
)
from crm.operations.services.databases import count_rows, is_there, load, revision_of, snapshot
from crm.operations.services.keeping import KEY_FILE, kept_files, refuse_own


@dataclass(frozen=True)
class Told:
    """What a backup holds, or what came of it."""

    manifest: Manifest
    size: int
    migrated_to: str | None = None

    @property
    def summary(self) -> str:
        """Tables, rows, files and size in one line."""
        rows = self.manifest.rows
        parts = (
            f"{len(rows)} tables with {sum(rows.values())} rows",
            f"{len(self.manifest.files)} files",
            f"{self.size / 1_000_000:.1f} MB",
            f"schema {self.manifest.schema}",
        )
        return ", ".join(parts)


def back_up(path: Path, instance: Path, progress: Progress, *, replaces: bool) -> Told:
    """Write the installation to ``path`` (mode 600) while it runs.

    The database first: a file it names is there when its turn comes, since files are only added.
    Raises BackupError, OwnFileError, FileExistsError unless it ``replaces``, and OSError when it
    cannot write.
    """
    refuse_own(path, db.engine, instance)
    path = path.resolve()
    if path.exists() and not replaces:
        raise FileExistsError
    with (
        whole_file(path, 0o600, replaces=replaces) as target,
        ArchiveWriter(target) as archive,
        snapshot(db.engine, path.parent, progress) as seen,
    ):
        if seen.schema is None:
            raise BackupError("the database has no tables: there is nothing to back up")
        archive.add(DATABASE, seen.chunks)
        for number, (name, file) in enumerate(kept_files(instance), 1):
            progress(f"files {number}")
            with file.open("rb") as source:
                archive.add(FILES + name, chunks_of(source))
        manifest = archive.finish(
            Manifest(
                version=version("seriktes"),
                database=db.engine.dialect.name,
                schema=seen.schema,
                created_at=clock.now().isoformat(timespec="seconds"),
                rows=seen.rows,
            )
        )
        size = target.seek(0, 2)
    return Told(manifest, size)


def restore(path: Path, instance: Path, progress: Progress) -> Told:
    """Make an empty installation what the backup at ``path`` holds, and migrate it to head.

    Everything is checked before anything is written; the database comes last and in one
    transaction. Raises BackupError.
    """
    with open_archive(path, progress) as archive:
        manifest = archive.manifest
        _check_kind(manifest)
        _check_place(db.engine, instance, manifest)
        written: list[Path] = []
        try:
            _write_files(archive, instance, written, progress)
            load(db.engine, archive.chunks(DATABASE), instance, progress)
        except BaseException:
            for file in written:
                file.unlink(missing_ok=True)
            raise
    progress("counting rows")
    _compare(db.engine, manifest)
    return Told(manifest, path.stat().st_size, _migrated(manifest, progress))


def _check_kind(manifest: Manifest) -> None:
    here = db.engine.dialect.name
    if manifest.database != here:
        raise BackupError(
            f"it holds a {manifest.database} database and CRM_DATABASE_URL names a {here} one: "
            "restore it into its own kind"
        )
    if manifest.schema not in known_revisions():
        raise BackupError(
            f"it was made by a newer version ({manifest.version}, schema {manifest.schema}): "
            "install that version first"
        )


def _check_place(engine: Engine, instance: Path, manifest: Manifest) -> None:
    revision, rows = None, dict[str, int]()
    if is_there(engine):
        with engine.connect().execution_options(is_reading=True) as connection:
            revision, rows = revision_of(connection), count_rows(connection)
    rows.pop("alembic_version", None)
    if filled := [name for name, count in rows.items() if count]:
        raise BackupError(
            f"the database is not empty ({', '.join(filled[:3])}): restore into an empty one"
        )
    here = {PurePosixPath(name): file for name, file in kept_files(instance)}
    for name, file in here.items():
        wanted = manifest.members.get(f"{FILES}{name}")
        if str(name) != KEY_FILE and digest_of(file) != wanted:
            raise BackupError(f"the instance folder is not empty: {file} stands there")
    if revision is not None or rows:
        _clear(engine, revision)


def _clear(engine: Engine, revision: str | None) -> None:
    """Take the empty tables away, so that those of the backup find their place."""
    if engine.dialect.name == "sqlite":
        return  # the copy takes the place of everything
    if revision is not None and revision not in known_revisions():
        raise BackupError(f"the database has tables of a newer version (schema {revision})")
    if revision is not None:
        command.downgrade(_migrations(), "base")
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
        if left := count_rows(connection):
            raise BackupError(f"the database has tables of another program: {', '.join(left)}")


def _migrations() -> Config:
    settings: Config = current_app.extensions["migrate"].migrate.get_config()
    return settings


def _write_files(archive: Archive, instance: Path, written: list[Path], progress: Progress) -> None:
    for number, name in enumerate(archive.manifest.files, 1):
        progress(f"files {number}")
        path = instance / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        is_new = not path.exists()
        with whole_file(path, 0o600) as target:
            for chunk in archive.chunks(f"{FILES}{name}"):
                target.write(chunk)
        if is_new:
            written.append(path)


def _compare(engine: Engine, manifest: Manifest) -> None:
    with engine.connect().execution_options(is_reading=True) as connection:
        rows = count_rows(connection)
    wrong = [name for name in {*rows, *manifest.rows} if rows.get(name) != manifest.rows.get(name)]
    if wrong:
        names = ", ".join(sorted(wrong)[:3])
        raise BackupError(f"restored, but these tables have other counts than it says: {names}")


def _migrated(manifest: Manifest, progress: Progress) -> str | None:
    """Bring an older schema to head; the revision it then has, None when it was there already."""
    if manifest.schema == known_revisions()[0]:
        return None
    progress("migrating")
    command.upgrade(_migrations(), "head")
    return known_revisions()[0]
