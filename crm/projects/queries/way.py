"""The way of one project as its page shows it: segments, the gate ahead, the log."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from crm.core.words import Term
from crm.projects.models.gates import RULES, Demand, Rule, gaps_before, rules_before
from crm.projects.models.log import StageMove, StatusChange
from crm.projects.models.project import InvestmentProject
from crm.projects.models.terms import Stage

METER_WIDTH = 160


@dataclass(frozen=True)
class Segment:
    """One stage of the bar. ``days`` were spent there in all; None when nobody knows."""

    stage: Stage
    state: str  # past, now, ahead
    days: int | None
    visit: int | None = None  # days of the present visit, of the present stage alone

    @property
    def was_visited_before(self) -> bool:
        """Whether the project is at this stage again."""
        return self.visit is not None and self.days != self.visit


@dataclass(frozen=True)
class Gate:
    """What stands before ``stage``, the next one; before the present one when that is the last."""

    stage: Stage
    is_last: bool
    gaps: Sequence[Rule]
    count: int

    @property
    def filled(self) -> int:
        """How many of the fields are filled."""
        return self.count - len(self.gaps)

    @property
    def meter(self) -> int:
        """How far the bar of completeness goes, of METER_WIDTH."""
        return METER_WIDTH * self.filled // self.count if self.count else METER_WIDTH


@dataclass(frozen=True)
class LogLine:
    """A move of the stage or a change of the status, in words."""

    day: date
    who: str | None
    is_stage: bool
    old: str | None
    new: str
    days: int | None
    reason: str | None
    passed: Sequence[str]  # fields that were open when a head let the project pass


def segments_of(project: InvestmentProject, today: date) -> list[Segment]:
    """Every stage in order, with the days of every visit; ``stage_moves`` must be loaded."""
    spent: Counter[Stage] = Counter()
    known = set()
    for move in project.stage_moves:
        if move.from_stage is not None and move.days_spent is not None:
            spent[move.from_stage] += move.days_spent
            known.add(move.from_stage)
    found = []
    for stage in Stage:
        days = spent[stage] if stage in known else None
        if stage == project.stage:
            visit = project.days_in_stage(today)
            found.append(Segment(stage, "now", visit + spent[stage], visit))
        else:
            state = "past" if stage.number < project.stage.number else "ahead"
            found.append(Segment(stage, state, days))
    return found


def gate_of(project: InvestmentProject) -> Gate:
    """The gate ahead of ``project``, needed fields first; amounts and participants loaded."""
    ahead = project.stage.following
    stage = ahead or project.stage
    return Gate(stage, ahead is None, gaps_before(project, stage), len(rules_before(stage)))


def wanted_before(project: InvestmentProject) -> list[Rule]:
    """What its present stage wants and ``project`` does not say."""
    return gaps_before(project, project.stage, Demand.WANTED)


def still_open(project: InvestmentProject) -> list[tuple[StageMove, list[Rule]]]:
    """Moves a head let pass, newest first, with those of their open fields that are open still.

    A field stands at the newest move that passed it alone; a move that was taken back has none.
    """
    found: list[tuple[StageMove, list[Rule]]] = []
    told: set[str] = set()
    for move in reversed(project.stage_moves):
        if move.to_stage.number > project.stage.number:
            continue
        rules = [_RULE[name] for name in move.passed_gaps if name in _RULE and name not in told]
        rules = [rule for rule in rules if not rule.is_filled(project)]
        told.update(rule.name for rule in rules)
        if rules:
            found.append((move, rules))
    return found


def log_of(project: InvestmentProject) -> list[LogLine]:
    """Moves of the stage and changes of the status, newest first; with their authors loaded."""
    entries: list[StageMove | StatusChange] = [*project.stage_moves, *project.status_changes]
    entries.sort(key=lambda one: (one.recorded_at, one.id), reverse=True)
    return [_line(one) for one in entries]


_RULE = {rule.name: rule for rule in RULES}


def _line(entry: StageMove | StatusChange) -> LogLine:
    who = entry.author.name if entry.author is not None else None
    if isinstance(entry, StageMove):
        old, new, day, days = entry.from_stage, entry.to_stage, entry.moved_on, entry.days_spent
        passed = [str(_RULE[name].label) if name in _RULE else name for name in entry.passed_gaps]
        return LogLine(day, who, True, _said(old), str(new.label), days, entry.reason, passed)
    before, after = _said(entry.from_status), str(entry.to_status.label)
    return LogLine(entry.changed_on, who, False, before, after, None, entry.reason, ())


def _said(term: Term | None) -> str | None:
    return None if term is None else str(term.label)
