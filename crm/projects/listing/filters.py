"""What lists, board and figures of projects are narrowed by."""

from flask_babel import lazy_gettext as _l

from crm.accounts.queries import everybody
from crm.core import clock
from crm.core.listing.filters import (
    ChoiceFilter,
    FlagFilter,
    RecordFilter,
    TextFilter,
    term_choices,
    title_of,
)
from crm.core.listing.ranges import PAST, DateRangeFilter, NumberRangeFilter
from crm.countries.listing import country_filters
from crm.meetings.models import Meeting
from crm.projects.models.project import InvestmentProject
from crm.projects.models.terms import AmountKind, Pool, ProjectStatus, Stage
from crm.projects.queries.figures import amount_clause, has_left
from crm.projects.queries.pools import is_of_pool
from crm.projects.queries.projects import (
    costs_between,
    gives_jobs,
    has_open_problems,
    has_participant_called,
    organisation_title,
    step_is_late,
    takes_part,
    was_met_about,
)
from crm.reference.queries import every_district_choices, every_sector_choices, within_sector

_FIRST_YEAR = 1990


def _amounts() -> list[tuple[str, str]]:
    """Which amounts a project has; links of the figures set it."""
    known = [("cost", str(_l("Project cost"))), *AmountKind.choices()]
    unrated = [
        (f"{value}_no_rate", ": ".join((str(label), str(_l("no rate"))))) for value, label in known
    ]
    return [*known, *unrated, ("no_amount", str(_l("no amount")))]


def _years() -> list[tuple[str, str]]:
    return [(str(year), str(year)) for year in range(clock.today().year, _FIRST_YEAR - 1, -1)]


_COUNTRY, _DESK_OFFICER = country_filters(InvestmentProject.country_code)

# Shared with the board and the figures, whose links set them.
FILTERS = (
    _COUNTRY,
    ChoiceFilter(
        "sector",
        _l("Sector"),
        every_sector_choices,
        lambda code: within_sector(InvestmentProject.sector_code, code),
    ),
    ChoiceFilter(
        "stage",
        _l("Stage"),
        term_choices(Stage),
        lambda stage: InvestmentProject.stage == Stage(stage),
    ),
    ChoiceFilter(
        "status",
        _l("Status"),
        term_choices(ProjectStatus),
        lambda status: InvestmentProject.status == ProjectStatus(status),
    ),
    ChoiceFilter(
        "officer",
        _l("Responsible officer"),
        everybody,
        lambda officer_id: InvestmentProject.officer_id == int(officer_id),
    ),
    ChoiceFilter(
        "district",
        _l("District"),
        every_district_choices,
        lambda code: InvestmentProject.district_code == code,
        empty=lambda: InvestmentProject.district_code.is_(None),
    ),
    NumberRangeFilter("amount", _l("Amount, KZT mn"), costs_between),
    ChoiceFilter("amounts", _l("Which amount is known"), _amounts, amount_clause),
    FlagFilter("next_step_past", _l("Next step past its day"), lambda: step_is_late(clock.today())),
    FlagFilter("problems", _l("With open problems"), has_open_problems),
    ChoiceFilter("pool", _l("Pool"), term_choices(Pool), lambda pool: is_of_pool(Pool(pool))),
    ChoiceFilter(
        "commissioned",
        _l("Commissioned in the year"),
        _years,
        lambda year: InvestmentProject.commissioning_actual_year == int(year),
    ),
    ChoiceFilter(
        "in_report",
        _l("In the report"),
        lambda: [("1", _l("yes")), ("0", _l("no"))],
        lambda flag: InvestmentProject.in_report.is_(flag == "1"),
    ),
    ChoiceFilter(
        "left",
        _l("Has left the stage"),
        term_choices(Stage),
        lambda stage: has_left(Stage(stage)),
    ),
    TextFilter("participant", _l("Participant by name"), has_participant_called),
    DateRangeFilter(
        "next_step", _l("Next step"), InvestmentProject.next_step_on, empty=_l("Date unknown")
    ),
    DateRangeFilter(
        "memorandum",
        _l("Memorandum signed on"),
        InvestmentProject.memorandum_on,
        empty=_l("not stated"),
        periods=PAST,
    ),
    NumberRangeFilter("jobs", _l("Jobs in total, planned"), gives_jobs),
    _DESK_OFFICER,
    RecordFilter("organisation", _l("Organisation"), takes_part, organisation_title),
    RecordFilter("meeting", _l("Meeting"), was_met_about, title_of(Meeting)),
    FlagFilter("restricted", _l("Restricted"), lambda: InvestmentProject.restricted.is_(True)),
)
