"""What a wheel needs beyond the package: templates, migrations and compiled translations."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WheelHook(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Prepare a real wheel; an sdist and an editable install stay as they are."""
        if self.target_name != "wheel" or version == "editable":
            return
        root = Path(self.root)
        for folder in ("templates", "migrations"):
            build_data["force_include"][str(root / folder)] = f"crm/{folder}"
        # Elsewhere: somebody may be reading the checkout's own at this moment.
        self.compiled = TemporaryDirectory()
        for po in root.glob("crm/translations/*/LC_MESSAGES/*.po"):
            inside = po.relative_to(root).with_suffix(".mo")
            mo = Path(self.compiled.name) / inside
            mo.parent.mkdir(parents=True)
            with po.open("rb") as source, mo.open("wb") as target:
                write_mo(target, read_po(source, locale=po.parts[-3], domain=po.stem))
            build_data["force_include"][str(mo)] = inside.as_posix()

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Leave nothing behind."""
        if hasattr(self, "compiled"):
            self.compiled.cleanup()
