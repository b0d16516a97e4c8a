"""The list of projects."""

from flask_babel import lazy_gettext as _l

from crm.accounts.queries import everybody
from crm.core.language import reader_language, worded
from crm.core.listing.declare import (
    KEY_LABEL,
    Column,
    Listing,
    ScreenColumn,
    ml_columns,
    plain,
    relation_columns,
    sight_columns,
)
from crm.core.listing.filters import ChoiceFilter, FlagFilter, term_choices
from crm.countries.queries import country_choices, country_name_key
from crm.projects.models.project import InvestmentProject
from crm.projects.models.terms import ProjectStatus, Stage
from crm.projects.queries.projects import listed_projects
from crm.reference.queries import district_choices, every_sector_choices, within_sector

FILTERS = (
    ChoiceFilter(
        "country",
        _l("Country"),
        country_choices,
        lambda code: InvestmentProject.country_code == code,
    ),
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
        district_choices,
        lambda code: InvestmentProject.district_code == code,
    ),
    FlagFilter("restricted", _l("Restricted"), lambda: InvestmentProject.restricted.is_(True)),
)

PROJECTS = Listing(
    name="projects",
    title=_l("Projects"),
    base=listed_projects,
    key=InvestmentProject.id,
    columns=[
        plain("id", KEY_LABEL),
        plain("code", _l("Code")),
        *ml_columns("title", _l("Title"), lambda one: one),
        Column("country", _l("Country code"), lambda one: one.country_code),
        Column("country_name", _l("Country"), lambda one: worded(one.country, "name").text),
        Column("sector", _l("Sector code"), lambda one: one.sector_code),
        Column("sector_name", _l("Sector"), lambda one: worded(one.sector, "name").text),
        plain("stage", _l("Stage")),
        plain("stage_since", _l("At this stage since")),
        plain("status", _l("Status")),
        *relation_columns(
            "officer",
            _l("Responsible officer"),
            lambda one: one.officer_id,
            lambda one: one.officer.name,
        ),
        *sight_columns(),
    ],
    screen=[
        ScreenColumn(_l("Project"), "title"),
        ScreenColumn(_l("Country"), "country"),
        ScreenColumn(_l("Stage"), "stage"),
        ScreenColumn(_l("Amount"), None, "r"),
        ScreenColumn(_l("Next step"), "next_step_on"),
    ],
    filters=FILTERS,
    sorts={
        "code": [InvestmentProject.code],
        "title": lambda: [getattr(InvestmentProject, f"title_key_{reader_language()}")],
        "country": lambda: [country_name_key(InvestmentProject.country_code)],
        "stage": [InvestmentProject.stage],
        "next_step_on": [InvestmentProject.next_step_on],
    },
    default_sort="-code",
    search=InvestmentProject.search_text,
)
