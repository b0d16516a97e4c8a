"""The list of projects."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import case, extract

from crm.core.language import reader_language
from crm.core.listing.declare import ColumnSet, Listing, QuickFilter, ScreenColumn
from crm.countries.listing import OWN_COUNTRIES
from crm.countries.queries import country_name_key
from crm.projects.listing.columns import COLUMNS, INVESTORS, PROBLEM_COUNT
from crm.projects.listing.filters import FILTERS
from crm.projects.models.project import InvestmentProject
from crm.projects.models.terms import Stage
from crm.projects.queries.projects import cost_in_tenge, listed_projects

_STAGE_ORDER = case({one.value: one.number for one in Stage}, value=InvestmentProject.stage)
# The longer a project is at its stage, the later it stands.
_DAYS_IN_STAGE = -extract("epoch", InvestmentProject.stage_since)

PROJECTS = Listing(
    name="projects",
    title=_l("Projects"),
    base=listed_projects,
    key=InvestmentProject.id,
    columns=COLUMNS,
    screen=[
        ScreenColumn(
            "project",
            _l("Project"),
            "title",
            "w-third",
            ("code", "title_kk", "title_ru", "title_en", "investors", "officer"),
            fixed=True,
            facts=(INVESTORS,),
        ),
        ScreenColumn(
            "place",
            _l("Country, sector"),
            "country",
            files=("country", "country_name", "sector", "sector_name"),
        ),
        ScreenColumn("stage", _l("Stage"), "stage", files=("stage", "status")),
        ScreenColumn("days", _l("Days"), "days", "r", ("days_in_stage",)),
        ScreenColumn(
            "cost",
            _l("Amount"),
            "amount",
            "r",
            ("amount", "amount_currency", "amount_qualifier", "amount_kzt"),
        ),
        ScreenColumn(
            "next",
            _l("Next step"),
            "next_step_on",
            "w-fifth",
            ("next_step", "next_step_on", "problem_count"),
            facts=(PROBLEM_COUNT,),
        ),
    ],
    filters=FILTERS,
    sorts={
        "code": [InvestmentProject.code],
        "title": lambda: [getattr(InvestmentProject, f"title_key_{reader_language()}")],
        "country": lambda: [country_name_key(InvestmentProject.country_code)],
        "stage": [_STAGE_ORDER, InvestmentProject.stage_since],
        "days": [_DAYS_IN_STAGE],
        "amount": lambda: [cost_in_tenge()],
        "next_step_on": [InvestmentProject.next_step_on],
    },
    default_sort="-code",
    search=InvestmentProject.search_text,
    quick=[
        QuickFilter(_l("Mine"), lambda reader: {"officer": str(reader.id)}),
        OWN_COUNTRIES,
        QuickFilter(_l("Next step past its day"), lambda _reader: {"next_step_past": "1"}),
        QuickFilter(_l("With open problems"), lambda _reader: {"problems": "1"}),
    ],
    sets=[
        ColumnSet(
            "report",
            _l("Report of the 1st"),
            (
                *("code", "title_kk", "title_ru", "title_en", "country_name", "sector_name"),
                *("district_name", "stage", "status", "investors"),
                *("amount", "amount_currency", "amount_kzt"),
                *("jobs_permanent_planned", "jobs_permanent_actual", "jobs_temporary_planned"),
                *("jobs_temporary_actual", "jobs_total_planned", "jobs_total_actual"),
                *("commissioning_planned_year", "commissioning_planned_quarter"),
                *("commissioning_actual_year", "commissioning_actual_quarter"),
                *("next_step", "next_step_on", "problems", "officer"),
            ),
        )
    ],
)
