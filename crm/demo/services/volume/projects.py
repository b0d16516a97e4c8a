"""Investment projects and sector interests, made up."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from crm.accounts.models import Language
from crm.core.database import db
from crm.core.dates import DatePrecision, first_of
from crm.core.money import Qualifier
from crm.demo.services.volume.chance import FIRST_DAY, TODAY, Chance, Shares
from crm.demo.services.volume.found import Lists, Partners, Staff, ids_of
from crm.demo.services.volume.visits import RESTRICTED
from crm.demo.services.volume.words import (
    ARCHIVED,
    COUNTRIES,
    LANGUAGES,
    OUTSIDERS,
    TOPICS,
    brand,
)
from crm.demo.services.volume.writer import Writer
from crm.interests.models import InterestDirection, SectorInterest, Strength, interest_team
from crm.meetings.models import Meeting
from crm.projects.models.log import StageMove, StatusChange
from crm.projects.models.parts import Problem, ProjectAmount, ProjectMeeting, ProjectParticipant
from crm.projects.models.project import InvestmentProject, project_team
from crm.projects.models.terms import AmountKind, ProjectRole, ProjectStatus, Stage
from crm.projects.services.projects import next_code
from crm.reference.models import DOLLAR, TENGE, ExchangeRate

_STAGES = Shares(
    {
        **{Stage.PROPOSAL: 26, Stage.NEGOTIATION: 22, Stage.PRE_INVESTMENT: 18},
        **{Stage.INVESTMENT: 16, Stage.COMMISSIONED: 10, Stage.POST_INVESTMENT: 8},
    }
)
_STATUSES = Shares(
    {
        **{ProjectStatus.ACTIVE: 78, ProjectStatus.SUSPENDED: 8},
        **{ProjectStatus.WITHDRAWN: 9, ProjectStatus.COMPLETED: 5},
    }
)
_CURRENCIES = Shares({TENGE: 45, DOLLAR: 35, "EUR": 10, "CNY": 8, "RUB": 2})
_QUALIFIERS = Shares(
    {
        **{Qualifier.EXACT: 70, Qualifier.ABOUT: 22},
        **{Qualifier.MORE_THAN: 5, Qualifier.LESS_THAN: 3},
    }
)
_PRECISIONS = Shares(
    {
        **{DatePrecision.DAY: 70, DatePrecision.MONTH: 10, DatePrecision.QUARTER: 5},
        **{DatePrecision.YEAR: 8, DatePrecision.UNKNOWN: 7},
    }
)
# Tenge for one unit: by how much it begins, and by how much it rises in a month, in thousandths.
_RATES = {
    DOLLAR: (375_000, 1_500),
    "EUR": (430_000, 1_700),
    "CNY": (55_000, 200),
    "RUB": (5_600, 6),
}
_OKEDS = ("01.10", "07.29", "10.51", "24.10", "25.11", "35.11", "38.32", "55.10", "63.11")
_CAPACITIES = (
    ("тонна", "металл"),
    ("МВт", "электр қуаты"),
    ("тонна", "сүт өнімдері"),
    ("орын", "қонақүй"),
)


def add_rates() -> None:
    """Monthly rates, made up, of the currencies that have none at all; flushed."""
    known = set(db.session.scalars(select(ExchangeRate.currency).distinct()))
    months = (TODAY.year - FIRST_DAY.year) * 12 + TODAY.month
    for currency, (start, rise) in _RATES.items():
        for month in range(months if currency not in known else 0):
            rated_on = date(FIRST_DAY.year + month // 12, month % 12 + 1, 1)
            made_at = datetime(rated_on.year, rated_on.month, 1, 4, tzinfo=UTC)
            db.session.add(
                ExchangeRate(
                    currency=currency,
                    rated_on=rated_on,
                    tenge_micro=(start + rise * month) * 1000,
                    source="made up",
                    created_at=made_at,
                    updated_at=made_at,
                )
            )
    db.session.flush()


class Projects:
    """Projects with their sums, participants, problems, meetings and their way so far."""

    def __init__(self, writer: Writer, staff: Staff, partners: Partners, lists: Lists) -> None:
        self._writer, self._staff, self._partners, self._lists = writer, staff, partners, lists
        self._numbers: dict[int, int] = {}

    def add(self, count: int) -> None:
        """``count`` projects, the stages filled less and less."""
        chance = Chance(f"projects {self._writer.next_id(InvestmentProject)}")
        meetings = ids_of(Meeting)
        for _ in range(count):
            began = chance.recent_day()
            project, moves = self._project(began, chance)
            if chance.maybe(2):
                project.archive(chance.hour_of(TODAY), ARCHIVED)
            made = self._writer.add(project, chance.hour_of(began), project.officer_id)
            if project.restricted:
                for user in self._staff.team(chance, project.officer_id):
                    self._writer.link(project_team, project_id=made, user_id=user)
            parts = [*self._parts(project, began, chance), *self._log(project, moves, chance)]
            if meetings and chance.maybe(40):
                meeting = chance.choice(meetings)
                parts.append(ProjectMeeting(project_id=made, meeting_id=meeting))
            for part in parts:
                self._writer.add(part)

    def _code(self, year: int) -> str:
        if year not in self._numbers:
            self._numbers[year] = int(next_code(year).rpartition("-")[2]) - 1
        self._numbers[year] += 1
        return f"IP-{year}-{self._numbers[year]:04}"

    def _project(
        self, began: date, chance: Chance
    ) -> tuple[InvestmentProject, list[tuple[Stage, date]]]:
        stage, language, topic = _STAGES.draw(chance), LANGUAGES.draw(chance), chance.randrange(10)
        moves = _way(stage, began, chance)
        latin, cyrillic = brand(chance)
        names = {"kk": cyrillic, "ru": cyrillic, "en": latin}
        told = ("kk", "ru", "en") if chance.maybe(60) else (language.value,)
        status = _STATUSES.draw(chance)
        step = chance.maybe(70)
        project = InvestmentProject(
            code=self._code(began.year),
            text_language=language,
            country_code=COUNTRIES.draw(chance),
            sector_code=chance.choice(self._lists.sectors),
            oked=chance.choice(_OKEDS) if chance.maybe(60) else None,
            stage=stage,
            stage_since=moves[-1][1],
            status=status,
            status_since=chance.day(moves[-1][1], TODAY),
            officer_id=self._staff.officer(chance),
            restricted=chance.maybe(RESTRICTED),
            memorandum_on=chance.day(began, TODAY) if chance.maybe(30) else None,
            next_step=chance.choice(TOPICS[language]) if step else None,
            next_step_on=chance.day(TODAY - timedelta(days=90), TODAY + timedelta(days=180))
            if step
            else None,
            in_report=chance.maybe(85),
            **{f"title_{one}": f"{names[one]}: {TOPICS[Language(one)][topic]}" for one in told},
            **self._size(stage, moves, chance),
        )
        if status == ProjectStatus.ACTIVE:
            project.status_since = began
        return project, moves

    def _size(
        self, stage: Stage, moves: list[tuple[Stage, date]], chance: Chance
    ) -> dict[str, Any]:
        """Place, jobs, capacity and years, as far as the stage asks for them."""
        is_built = stage.number >= Stage.COMMISSIONED.number
        is_begun = stage.number >= Stage.INVESTMENT.number
        jobs = chance.randrange(10, 900)
        unit, product = chance.choice(_CAPACITIES)
        sizes: dict[str, Any] = {}
        if is_begun or chance.maybe(60):
            sizes["district_code"] = chance.choice(self._lists.districts)
        if is_begun or chance.maybe(50):
            sizes["jobs_permanent_planned"] = jobs
            sizes["jobs_permanent_planned_qualifier"] = _QUALIFIERS.draw(chance)
            sizes["jobs_temporary_planned"] = jobs // 3
        else:
            sizes["jobs_total_planned"] = jobs
        if is_begun or chance.maybe(30):
            sizes |= {"capacity_thousandths": jobs * 12_500, "capacity_unit": unit}
            sizes["capacity_product"] = product
            sizes["start_year"] = next((day for _, day in reversed(moves)), TODAY).year
            sizes["start_quarter"] = chance.randrange(1, 5) if chance.maybe(60) else None
            sizes["commissioning_planned_year"] = sizes["start_year"] + 2
        if is_built:
            sizes["jobs_permanent_actual"] = jobs * 9 // 10
            sizes["commissioning_actual_year"] = moves[-1][1].year
            sizes["commissioning_actual_quarter"] = (moves[-1][1].month + 2) // 3
        return sizes

    def _parts(self, project: InvestmentProject, began: date, chance: Chance) -> Iterable[Any]:
        yield from _amounts(project, began, chance)
        investor = self._partners.neighbour(project.country_code, chance)
        operator = self._partners.neighbour("KZ", chance)
        if investor is not None and chance.maybe(90):
            share = chance.randrange(10, 101) * 100 if chance.maybe(50) else None
            yield _participant(project, investor, ProjectRole.INVESTOR, share)
        if operator is not None and chance.maybe(55):
            role = chance.choice((ProjectRole.INITIATOR, ProjectRole.OPERATOR))
            yield _participant(project, operator, role, None)
        if chance.maybe(20):
            yield _problem(project, began, chance)

    def _log(
        self, project: InvestmentProject, moves: list[tuple[Stage, date]], chance: Chance
    ) -> Iterable[StageMove | StatusChange]:
        before: tuple[Stage, date] | None = None
        for stage, day in moves:
            yield StageMove(
                project_id=project.id,
                from_stage=before and before[0],
                to_stage=stage,
                moved_on=day,
                recorded_at=chance.hour_of(day),
                author_id=project.officer_id,
                days_spent=before and (day - before[1]).days,
                passed_gaps=(),
            )
            before = stage, day
        yield _change(project, None, ProjectStatus.ACTIVE, moves[0][1], chance)
        if project.status != ProjectStatus.ACTIVE:
            since = project.status_since
            yield _change(project, ProjectStatus.ACTIVE, project.status, since, chance)


def _way(stage: Stage, began: date, chance: Chance) -> list[tuple[Stage, date]]:
    """Every stage up to ``stage`` and the day the project came to it."""
    moves = [(Stage.PROPOSAL, began)]
    for one in list(Stage)[1 : stage.number]:
        last = moves[-1][1]
        moves.append((one, chance.day(last, min(last + timedelta(days=400), TODAY))))
    return moves


def _change(
    project: InvestmentProject,
    old: ProjectStatus | None,
    new: ProjectStatus,
    day: date,
    chance: Chance,
) -> StatusChange:
    return StatusChange(
        project_id=project.id,
        from_status=old,
        to_status=new,
        changed_on=day,
        recorded_at=chance.hour_of(day),
        author_id=project.officer_id,
        reason=None if old is None else "Инвестордың хаты",
    )


def _participant(
    project: InvestmentProject, organisation: int, role: ProjectRole, share: int | None
) -> ProjectParticipant:
    return ProjectParticipant(
        project_id=project.id, organisation_id=organisation, role=role, share_basis_points=share
    )


def _problem(project: InvestmentProject, began: date, chance: Chance) -> Problem:
    since = chance.day(began, TODAY)
    is_solved, is_costly = chance.maybe(60), chance.maybe(30)
    return Problem(
        project_id=project.id,
        text=chance.choice(TOPICS[project.text_language]),
        agency=chance.choice(OUTSIDERS),
        since_on=since,
        decide_by_on=since + timedelta(days=60) if chance.maybe(50) else None,
        risk_minor=chance.randrange(1, 5000) * 10_000_000 if is_costly else None,
        risk_currency=TENGE if is_costly else None,
        solved_on=chance.day(since, TODAY) if is_solved else None,
        solution="Шешілді" if is_solved else None,
    )


def _amounts(project: InvestmentProject, began: date, chance: Chance) -> Iterable[ProjectAmount]:
    """What is said, from the third stage on at least, then agreed, then spent."""
    number = project.stage.number
    wanted = {
        AmountKind.ANNOUNCED: number >= Stage.PRE_INVESTMENT.number or chance.maybe(75),
        AmountKind.CONTRACTED: number >= Stage.INVESTMENT.number,
        AmountKind.ACTUAL: number >= Stage.COMMISSIONED.number,
    }
    currency = _CURRENCIES.draw(chance)
    minor = int(10 ** (7 + 5 * chance.random())) * (40_000 if currency == TENGE else 100)
    for kind in (one for one, is_there in wanted.items() if is_there):
        precision = _PRECISIONS.draw(chance)
        day = chance.day(began, TODAY)
        yield ProjectAmount(
            project_id=project.id,
            kind=kind,
            value_minor=minor,
            currency=currency,
            qualifier=_QUALIFIERS.draw(chance),
            dated_on=None if precision == DatePrecision.UNKNOWN else first_of(day, precision),
            date_precision=precision,
            source="Инвестордың хаты" if chance.maybe(50) else None,
        )
        minor = minor * chance.randrange(70, 101) // 100


def add_interests(
    writer: Writer, staff: Staff, partners: Partners, lists: Lists, count: int
) -> None:
    """``count`` interests of organisations and of countries."""
    chance = Chance(f"interests {writer.next_id(SectorInterest)}")
    for _ in range(count):
        country = COUNTRIES.draw(chance)
        holder = partners.organisation(country, chance) if chance.maybe(80) else None
        noted = chance.recent_day()
        interest = SectorInterest(
            organisation_id=holder,
            country_code=country if holder is None else None,
            sector_code=chance.choice(lists.sectors),
            strength=chance.choice(list(Strength)),
            direction=chance.choice(list(InterestDirection)) if chance.maybe(70) else None,
            noted_on=noted if chance.maybe(80) else None,
            note=chance.choice(TOPICS[Language.KK]) if chance.maybe(40) else None,
            officer_id=staff.officer(chance),
            restricted=chance.maybe(RESTRICTED),
        )
        made = writer.add(interest, chance.hour_of(noted), interest.officer_id)
        if interest.restricted:
            for user in staff.team(chance, interest.officer_id):
                writer.link(interest_team, interest_id=made, user_id=user)
