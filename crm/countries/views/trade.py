"""Trade figures of a country: typed in, changed, archived."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.accounts.models import WRITERS, Role
from crm.audit.forms import conflict_answer
from crm.core import clock
from crm.core.database import db
from crm.core.dates import short_date
from crm.core.editing import is_stale, one_or_404
from crm.core.forms import ConfirmForm, ReasonForm
from crm.core.language import worded
from crm.core.pages import back_to
from crm.core.permissions import requires
from crm.countries.forms import TradeFactForm
from crm.countries.models import Country, TradeFact, imbalances, overlaps
from crm.countries.queries import country_by_code, trade_fact_by_id, trade_facts_of
from crm.countries.services import make_partner

bp = Blueprint("trade_facts", __name__, url_prefix="/countries")


@bp.app_template_filter("trade_period")
def period_text(fact: TradeFact) -> Any:
    """The period of a figure: a whole year by its number, an unknown end is said."""
    first, last = fact.period_from, fact.period_to
    if last is None and fact.is_year_to_date:
        return _(
            "%(year)s, since the start of the year; end of the period not stated", year=first.year
        )
    if last is None:
        return _("since %(day)s; end of the period not stated", day=short_date(first))
    if fact.is_full_year:
        return _("year %(year)s", year=first.year)
    span = f"{short_date(first)} – {short_date(last)}"
    return _("%(span)s, since the start of the year", span=span) if fact.is_year_to_date else span


def by_region(
    facts: Iterable[TradeFact],
) -> tuple[list[TradeFact], list[tuple[TradeFact, list[TradeFact]]]]:
    """Figures of our own region; those of others by region, each with a figure that names it."""
    ours: list[TradeFact] = []
    others: dict[str, list[TradeFact]] = {}
    for fact in facts:
        (ours if fact.is_ours else others.setdefault(_region(fact), [])).append(fact)
    return ours, [(found[0], found) for found in others.values()]


def _region(fact: TradeFact) -> str:
    return worded(fact, "region", "kk").text


@bp.route("/<code>/trade/new", methods=["GET", "POST"])
@requires(*WRITERS)
def new(code: str) -> ResponseReturnValue:
    """Record a figure."""
    country = one_or_404(country_by_code(code))
    form = TradeFactForm()
    if form.is_ready():
        fact = TradeFact(country_code=country.code)
        form.fill(fact)
        db.session.add(fact)
        make_partner(country.code)
        db.session.commit()
        return _back(country, _("Figure recorded"), fact)
    return _page(form, country, None), form.answer_status


@bp.get("/trade/<id:fact_id>")
def detail(fact_id: int) -> ResponseReturnValue:
    """A figure has no page of its own: it stands on its country's."""
    fact = one_or_404(trade_fact_by_id(fact_id))
    return redirect(_url(fact.country), 303)


@bp.route("/trade/<id:fact_id>/edit", methods=["GET", "POST"])
@requires(*WRITERS)
def edit(fact_id: int) -> ResponseReturnValue:
    """Change a figure."""
    fact = one_or_404(trade_fact_by_id(fact_id))
    form = TradeFactForm(record=fact)
    if form.is_ready():
        home = (worded(fact.country, "name").text, _url(fact.country))
        if (conflict := conflict_answer(fact, form, home=home)) is not None:
            return conflict
        form.fill(fact)
        db.session.commit()
        return _back(fact.country, _("Saved"), fact)
    return _page(form, fact.country, fact), form.answer_status


@bp.route("/trade/<id:fact_id>/archive", methods=["GET", "POST"])
@requires(*WRITERS)
def archive(fact_id: int) -> ResponseReturnValue:
    """Take a figure out of the country's page, with a reason."""
    fact = one_or_404(trade_fact_by_id(fact_id))
    form = ReasonForm()
    note = None
    if not form.is_submitted():
        form.version.data = str(fact.version)
    elif form.validate():
        if not is_stale(fact, form.version.data):
            fact.archive(clock.now(), form.reason.data or "")
            db.session.commit()
            return back_to(_url(fact.country), _("Figure archived"))
        form.version.data = str(fact.version)
        note = _("Somebody changed this record meanwhile: look at it and confirm once more")
    page = render_template("countries/trade_archive.html", form=form, fact=fact, note=note)
    return page, 409 if note else form.answer_status


@bp.post("/trade/<id:fact_id>/restore")
@requires(Role.HEAD)
def restore(fact_id: int) -> ResponseReturnValue:
    """Bring an archived figure back."""
    fact = one_or_404(trade_fact_by_id(fact_id), even_archived=True)
    if not ConfirmForm().validate_on_submit():
        abort(400)
    fact.restore()
    db.session.commit()
    return _back(fact.country, _("Figure restored"), fact)


def _url(country: Country) -> str:
    return url_for("countries.detail", code=country.code, _anchor="trade")


def _back(country: Country, message: str, fact: TradeFact) -> ResponseReturnValue:
    """To the country, with a warning when other figures of it contradict ``fact``."""
    facts = db.session.scalars(trade_facts_of(country.code)).all()
    if any(one.turnover.scope == fact.scope for one in imbalances(facts)):
        flash(_("Exports and imports do not add up to the turnover: check them"), "warning")
    if any(fact in pair for pair in overlaps(facts)):
        flash(_("This indicator is recorded twice for the same days: check them"), "warning")
    return back_to(_url(country), message)


def _page(form: TradeFactForm, country: Country, fact: TradeFact | None) -> str:
    return render_template("countries/trade_form.html", form=form, country=country, fact=fact)
