"""Pages of countries."""

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from crm.accounts.models import WRITERS, Role
from crm.accounts.queries import user_choices
from crm.audit.forms import conflict_answer
from crm.core import clock
from crm.core.database import db
from crm.core.editing import one_or_404
from crm.core.few import Few, first_few
from crm.core.language import LANGUAGES, reader_language
from crm.core.listing.query import COUNTED
from crm.core.pages import back_to
from crm.core.permissions import requires
from crm.countries.forms import CountryForm
from crm.countries.listing import COUNTRIES
from crm.countries.models import Country, Indicator, imbalances, overlaps
from crm.countries.queries import country_by_code, every_trade_fact_of
from crm.countries.views.chart import trade_chart
from crm.countries.views.contacts import SHOWN, contacts
from crm.countries.views.note import note_of
from crm.countries.views.trade import by_region
from crm.follow_ups.models.five_lines import five_lines
from crm.follow_ups.queries.standing import beside_of
from crm.interests.forms.beside import QuickInterestForm, interests_beside
from crm.lists.views.pages import open_list
from crm.organisations.models import Person
from crm.organisations.queries import (
    first_people,
    organisations_in_brief,
    organisations_of,
)
from crm.projects.queries.projects import projects_from, projects_in_brief

SHOWN_OF_A_SIDE = 10

bp = Blueprint("countries", __name__, url_prefix="/countries")


@bp.get("/")
def index() -> ResponseReturnValue:
    """The list of countries."""
    return render_template("countries/index.html", listing=open_list(COUNTRIES))


@bp.get("/<code>")
def detail(code: str) -> ResponseReturnValue:
    """What about this country: what is owed, when we met, how much is traded, whom we know."""
    return country_answer(one_or_404(country_by_code(code)))


def country_answer(
    country: Country, refused: QuickInterestForm | None = None
) -> ResponseReturnValue:
    """The page of ``country``; with a ``refused`` interest kept, and 422."""
    code = country.code
    every_fact = db.session.scalars(every_trade_fact_of(code)).all()
    facts = [fact for fact in every_fact if fact.archived_at is None]
    ours, others = by_region(facts)
    beside = beside_of(country, clock.today(), SHOWN_OF_A_SIDE)
    page = render_template(
        "countries/detail.html",
        country=country,
        newest=next((fact for fact in ours if fact.indicator == Indicator.TURNOVER), None),
        our_facts=ours,
        other_regions=others,
        imbalances=imbalances(facts),
        overlaps=overlaps(facts),
        chart=trade_chart(ours),
        archived_facts=[fact for fact in every_fact if fact.archived_at is not None],
        tab_counts=beside.tabs,
        brief=five_lines(beside.standing),
        sides=beside.sides,
        meeting_count=beside.meeting_count,
        visit_count=beside.visit_count,
        contacts=contacts(beside.meetings, beside.visits),
        organisations=first_few(organisations_of(code), SHOWN, organisations_in_brief),
        people=_people(code, beside.people_count),
        interests=interests_beside(country, refused),
        projects=first_few(projects_from(code), SHOWN, projects_in_brief),
    )
    return page, 200 if refused is None else 422


def _people(code: str, known: int) -> Few[Person]:
    return Few(first_people(code, SHOWN, known), known, is_more=known > COUNTED)


@bp.get("/<code>/note")
def note(code: str) -> ResponseReturnValue:
    """The country on one A4 page, in the language asked for: on paper readers have their own."""
    country = one_or_404(country_by_code(code))
    language = request.args.get("language", reader_language())
    if language not in LANGUAGES:
        abort(400)
    with force_locale(language):
        return render_template("countries/note.html", country=country, note=note_of(country))


@bp.route("/<code>/edit", methods=["GET", "POST"])
@requires(*WRITERS, Role.ADMIN)
def edit(code: str) -> ResponseReturnValue:
    """Say how a country is called, who is in charge of it, and whether it is a partner."""
    country = one_or_404(country_by_code(code))
    form = CountryForm(record=country)
    form.offer(user_choices(WRITERS, [country.desk_officer_id]))
    if form.is_ready():
        if (conflict := conflict_answer(country, form)) is not None:
            return conflict
        form.fill(country)
        db.session.commit()
        return back_to(url_for("countries.detail", code=code), _("Saved"))
    return render_template("countries/form.html", form=form, country=country), form.answer_status
