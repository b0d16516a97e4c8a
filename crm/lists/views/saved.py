"""Views of a list saved by name: used, renamed, overwritten, removed and brought back."""

from flask import Blueprint, abort, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from crm.core.database import db
from crm.core.editing import one_or_404
from crm.core.pages import Undoable
from crm.lists.forms.saved import ViewForm
from crm.lists.models import ListView
from crm.lists.queries import view_of, views_for
from crm.lists.services.settings import keep_view, remove_view, restore_view
from crm.lists.views.asked import Asked, asked_list
from crm.lists.views.pages import view_links

bp = Blueprint("list_views", __name__)


@bp.get("/lists/<path:address>/views")
def views(address: str) -> ResponseReturnValue:
    """The views the reader may use, and the form of a new one."""
    return _page(asked_list(address))


@bp.post("/lists/<path:address>/views")
def create(address: str) -> ResponseReturnValue:
    """Save what the list shows under a name."""
    asked, form = asked_list(address), ViewForm(current_user)
    if form.validate_on_submit():
        view = ListView(listing=asked.listing.name, owner_id=current_user.id)
        _take(view, asked)
        form.fill(view)
        if keep_view(view):
            db.session.commit()
            return asked.back(_("Saved: %(title)s", title=view.name))
        form.refuse_name()
    return _page(asked, form)


@bp.post("/lists/<path:address>/views/<id:view_id>/rename")
def rename(address: str, view_id: int) -> ResponseReturnValue:
    """Another name, or for others too."""
    asked, view = _own(address, view_id)
    form = ViewForm(current_user, view)
    if form.validate_on_submit():
        form.fill(view)
        if keep_view(view):
            db.session.commit()
            return asked.back(_("Saved: %(title)s", title=view.name))
        db.session.rollback()
        form.refuse_name()
    return _page(asked, form, view_id)


@bp.post("/lists/<path:address>/views/<id:view_id>/update")
def update(address: str, view_id: int) -> ResponseReturnValue:
    """Let the view say what the list shows now."""
    asked, view = _own(address, view_id)
    _take(view, asked)
    db.session.commit()
    return asked.back(_("Saved: %(title)s", title=view.name))


@bp.post("/lists/<path:address>/views/<id:view_id>/remove")
def remove(address: str, view_id: int) -> ResponseReturnValue:
    """Take the view away; the answer can bring it back."""
    asked, view = _own(address, view_id)
    remove_view(view)
    db.session.commit()
    words: Undoable = {
        "text": _("Removed: %(title)s", title=view.name),
        "undo_url": f"/lists/{address}/views/{view_id}/restore",
        "undo_hidden": {"state": asked.address.state},
    }
    return asked.back(words)


@bp.post("/lists/<path:address>/views/<id:view_id>/restore")
def restore(address: str, view_id: int) -> ResponseReturnValue:
    """Bring a removed view back."""
    asked, view = _own(address, view_id, is_removed=True)
    if not restore_view(view):
        db.session.rollback()
        flash(_("There is a view with this name: choose another"), "error")
        return redirect(asked.address.with_(), 303)
    db.session.commit()
    return asked.back(_("Saved: %(title)s", title=view.name))


def _own(address: str, view_id: int, is_removed: bool = False) -> tuple[Asked, ListView]:
    """The list, and one of its views that the reader may change; 404 for one of others, 403 for
    one of the department that others keep.
    """
    asked = asked_list(address)
    view = one_or_404(view_of(asked.listing.name, view_id, current_user, is_removed))
    return (asked, view) if view.may_be_changed_by(current_user) else abort(403)


def _take(view: ListView, asked: Asked) -> None:
    view.query, view.columns = asked.query, ",".join(asked.chosen_columns)


def _page(
    asked: Asked, refused: ViewForm | None = None, refused_id: int | None = None
) -> ResponseReturnValue:
    """The page of the views, with a ``refused`` form as it was typed and 422."""
    views = db.session.scalars(views_for(asked.listing.name, current_user)).all()
    has_own = bool(asked.own and asked.own.columns)
    links = view_links(asked.listing, views, asked.query, asked.columns, has_own)
    new = refused if refused and not refused_id else ViewForm(current_user, is_sent=False)
    forms = {
        one.view.id: refused
        if one.view.id == refused_id
        else ViewForm(current_user, one.view, is_sent=False)
        for one in links
        if one.view.may_be_changed_by(current_user)
    }
    page = render_template(
        "lists/views.html", asked=asked, links=links, new=new, forms=forms, refused=refused
    )
    return page, 422 if refused else 200
