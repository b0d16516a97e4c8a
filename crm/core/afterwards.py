"""Work that must not make the reader wait: done when the answer has been sent."""

from collections.abc import Callable

from flask import Response, after_this_request, current_app

from crm.core.database import db


def afterwards(work: Callable[[], object]) -> None:
    """Call ``work`` after the answer to this request, in a context and transactions of its own.

    Whatever goes wrong with it is logged: the answer has left already, and said nothing of it.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # a proxy's own method

    def run() -> None:
        with app.app_context():
            try:
                work()
            except Exception:
                db.session.rollback()
                app.logger.exception("after the answer")

    @after_this_request
    def attach(response: Response) -> Response:
        response.call_on_close(run)
        return response
