"""What a wheel needs beyond the package: templates, migrations and compiled translations."""

from pathlib import Path
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
        for po in root.glob("crm/translations/*/LC_MESSAGES/*.po"):
            with po.open("rb") as source, po.with_suffix(".mo").open("wb") as target:
                write_mo(target, read_po(source, locale=po.parts[-3], domain=po.stem))
