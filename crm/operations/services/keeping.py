"""What an installation keeps: the files of its instance folder, and its database."""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.engine import Engine

KEY_FILE = "secret-key"
# What the instance folder keeps beside the database. The key: sessions and links in mails go on.
# The outbox: the ledger says of these mails that they are sent. Left out are claims of running
# processes (locks/) and what is set by the environment.
KEPT = (KEY_FILE, "demo-password", "outbox", "documents")
DATABASE_ENDS = ("", "-wal", "-shm", "-journal")  # the files SQLite makes of one database


class OwnFileError(Exception):
    """A file to be written that the installation itself lives on."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is a file this installation keeps: choose another one")


def kept_files(instance: Path) -> Iterator[tuple[str, Path]]:
    """Name within the instance folder and path of every file that must survive."""
    for kept in KEPT:
        for file in sorted([instance / kept, *(instance / kept).rglob("*")]):
            is_draft = file.suffix == ".part" or file.name.startswith(".")  # of a mail, a document
            if file.is_file() and not is_draft:
                yield file.relative_to(instance).as_posix(), file


def refuse_own(path: Path, engine: Engine, instance: Path) -> None:
    """Raise OwnFileError when writing ``path`` would harm what the installation keeps.

    By whatever name: through links, and also where such a file only comes to be.
    """
    target = path.resolve()
    database = _database_files(engine)
    own = [instance / kept for kept in KEPT] + database
    if any(target.is_relative_to(one.resolve()) for one in own):
        raise OwnFileError(path)
    if target.exists():
        files = [*database, *(file for _name, file in kept_files(instance))]
        if any(one.exists() and one.samefile(target) for one in files):
            raise OwnFileError(path)


def _database_files(engine: Engine) -> list[Path]:
    name = engine.url.database
    if engine.dialect.name != "sqlite" or name is None:
        return []
    real = Path(name).resolve()  # SQLite puts the other files beside what a link points at
    return [real.with_name(real.name + end) for end in DATABASE_ENDS]
