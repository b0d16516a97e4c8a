"""Forms of documents: choosing files, and what is said of one that is there."""

from typing import Any

from flask import current_app, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field
from wtforms.validators import ValidationError
from wtforms.widgets import FileInput

from crm.core.forms import BaseForm, LineField, Required
from crm.core.teams import SightForm
from crm.documents.models import Document, FileType, Purpose
from crm.documents.services.adding import Candidate, Refused, examine
from crm.documents.services.names import clean_name, ending_of


class FilesField(Field):
    """Several files, each looked at when the form is checked.

    ``taken`` are those that may be kept, ``refused`` the others.
    """

    widget = FileInput(multiple=True)

    def __init__(self, label: Any, validators: Any = (), **more: Any) -> None:
        super().__init__(label, list(validators), **more)
        self.taken: list[Candidate] = []
        self.refused: list[Refused] = []

    @property
    def accept(self) -> str:
        """The endings a browser offers."""
        return ",".join(f".{ending}" for one in FileType for ending in one.facts.endings)

    def process(self, *given: Any, **more: Any) -> None:
        """Read the files of the request, wherever else the form gets its texts from."""
        self.process_errors = []
        sent = request.files.getlist(self.name) if request.method == "POST" else []
        self.data = [one for one in sent if one.filename or one.stream.read(1)]

    def examine(self) -> None:
        """Look at each file; fills ``taken`` and ``refused``."""
        limit = current_app.config["CRM"].upload_limit_mb
        self.taken, self.refused = examine(self.data, limit)

    def refuse(self, refused: list[Refused]) -> None:
        """Say of each file why it is not kept."""
        self.refused, self.errors = refused, [str(one) for one in refused]


class ProofsField(FilesField):
    """Files that come with a step of a record: all of them are kept, or the step is refused."""

    def __init__(self, label: Any, purpose: Purpose, **more: Any) -> None:
        super().__init__(label, **more)
        self.purpose = purpose

    def pre_validate(self, form: Any) -> None:
        self.examine()
        if self.refused:
            raise ValidationError("; ".join(map(str, self.refused)))


class AddFilesForm(BaseForm):
    """Files for a record, each an act of its own: those that can be kept are, others are told."""

    files = FilesField(_l("Files"))
    restricted = BooleanField(_l("Restricted"))

    def validate_files(self, field: FilesField) -> None:
        if not field.data:
            raise ValidationError(_("Choose a file"))
        field.examine()
        if not field.taken:
            field.refuse(field.refused)


class DocumentForm(SightForm):
    """What is said of a document: its name, and who sees it."""

    name = LineField(_l("Name of the file"), [Required()], length=200)

    def __init__(self, document: Document | None = None, record: Any = None, **more: Any) -> None:
        self._whose = record  # what is changed of a part is checked against its record's version
        super().__init__(record=document, **more)

    def version_of(self, record: Any) -> int:
        return super().version_of(self._whose)

    def validate_name(self, field: LineField) -> None:
        name = clean_name(field.data or "")
        if not name:
            raise ValidationError(_("It has no name"))
        endings = self.record.type.facts.endings
        if ending_of(name) not in endings:
            name = f"{name}.{endings[0]}"
        field.data = name
