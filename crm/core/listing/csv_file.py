"""A list as CSV, in two dialects."""

import csv
import io
from typing import IO

from crm.core.listing.sheet import Sheet, Told
from crm.core.listing.values import converter

DIALECTS = {"excel": ";", "rfc4180": ","}


def write_csv(sheet: Sheet, dialect: str, target: IO[bytes], told: Told) -> int:
    """The file written to ``target``, a byte order mark first: Excel mangles Cyrillic without it.

    How many rows it has.
    """
    text = io.TextIOWrapper(target, "utf-8", newline="")
    text.write("\ufeff")
    writer = csv.writer(text, delimiter=DIALECTS[dialect], lineterminator="\r\n")
    writer.writerow(sheet.heading)
    converters = [converter(one, sheet.with_keys) for one in sheet.fetched]
    count = 0
    try:
        for portion in sheet.portions():
            cells = [
                values if convert is None else convert(values)
                for convert, values in zip(converters, portion, strict=True)
            ]
            writer.writerows(zip(*cells, strict=True))
            count += len(portion[0])
            told(len(portion[0]))
    finally:
        text.detach()  # it would close the target; what stands in it is written
    return count
