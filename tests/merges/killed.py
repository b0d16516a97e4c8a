"""A merge that is killed: run as a program it merges, and ends itself before one statement.

Its input says which records, and how the statement begins.
"""

import os
import signal
import sys

from sqlalchemy import event

from crm.app import create_app
from crm.core import records
from crm.core.database import db
from crm.merges.services.merging import both, merge


def main(kind, kept_id, merged_id, beginning):
    app = create_app()
    with app.app_context():

        def end(_connection, _cursor, statement, *_more):
            if statement.startswith(beginning):
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(db.engine, "before_cursor_execute", end)
        two = both(records.kind_named(kind), int(kept_id), int(merged_id), locked=True)
        merge(*two, {}, None)
        db.session.commit()


if __name__ == "__main__":
    main(*sys.argv[1:])
