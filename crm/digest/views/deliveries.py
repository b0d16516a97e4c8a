"""Every mail that was sent or is to be sent, for administrators."""

from datetime import timedelta

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from crm.accounts.models import Role, User
from crm.core import clock
from crm.core.database import db
from crm.core.delivery import Outcome
from crm.core.editing import one_or_404
from crm.core.forms import BaseForm, ConfirmForm
from crm.core.ledger import Delivery, DeliveryStatus
from crm.core.pages import back_to
from crm.core.permissions import requires
from crm.digest.forms import SendAgainForm
from crm.digest.listing import DELIVERIES, period_text, purpose_label, title_of
from crm.digest.queries.runs import last_run
from crm.digest.services.again import send_by_hand
from crm.lists.views.pages import open_list

bp = Blueprint("deliveries", __name__, url_prefix="/admin/digests")
_LOOKED_BACK = timedelta(days=60)


@bp.get("/")
@requires(Role.ADMIN)
def index() -> ResponseReturnValue:
    """The ledger of mails."""
    today = clock.today()
    return render_template(
        "digest/deliveries.html",
        listing=open_list(DELIVERIES),
        purpose_label=purpose_label,
        period_text=period_text,
        last_run=db.session.scalar(last_run(today - _LOOKED_BACK, today)),
    )


@bp.get("/<id:delivery_id>")
@requires(Role.ADMIN)
def detail(delivery_id: int) -> ResponseReturnValue:
    """One mail, and how to send it by hand."""
    delivery = _load(delivery_id)
    return _page(delivery, _form(delivery))


@bp.post("/<id:delivery_id>/send")
@requires(Role.ADMIN)
def send(delivery_id: int) -> ResponseReturnValue:
    """Send one mail now; one that was sent only when that is meant."""
    delivery = _load(delivery_id)
    form = _form(delivery)
    if not form.validate_on_submit():
        return _page(delivery, form), form.answer_status
    receipt = send_by_hand(delivery)
    url = url_for("deliveries.detail", delivery_id=delivery_id)
    if receipt.outcome == Outcome.SENT:
        return back_to(url, _("Sent: %(email)s", email=receipt.address))
    if receipt.outcome == Outcome.FAILED:
        current_app.logger.error("mail %s not sent: %s", delivery_id, receipt.answer)
        flash(_("Not sent: %(answer)s", answer=receipt.answer), "error")
    else:
        flash(_("There is nothing to be sent to this person any more."), "warning")
    return redirect(url, 303)


def _load(delivery_id: int) -> Delivery:
    return one_or_404(select(Delivery).where(Delivery.id == delivery_id))


def _form(delivery: Delivery) -> BaseForm:
    return SendAgainForm() if delivery.status == DeliveryStatus.SENT else ConfirmForm()


def _page(delivery: Delivery, form: BaseForm) -> str:
    return render_template(
        "digest/delivery.html",
        delivery=delivery,
        form=form,
        title=title_of(delivery),
        purpose=purpose_label(delivery.purpose),
        period=period_text(delivery.period),
        person=db.session.scalar(select(User).where(User.id == delivery.recipient_id)),
    )
