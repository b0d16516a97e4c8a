"""What the pictures of the manuals show besides the demo world: work in the middle of its week."""

from datetime import date, time

from sqlalchemy import select

from crm.accounts.models import User
from crm.core.database import db
from crm.delegations.models.delegation import DelegationMember
from crm.follow_ups.models.follow_up import FollowUp, Progress
from tests.factories import (
    make_delegation,
    make_extension_request,
    make_follow_up,
    make_meeting,
    make_programme_item,
    together,
)

ARRIVES, LEAVES, LATE = date(2026, 12, 2), date(2026, 12, 3), date(2026, 11, 20)
WORDS = {
    "kk": {
        "visit": "Жапония елшісінің сапары",
        "purpose": "Облыс басшылығымен кездесу, индустриялық аймақты аралау",
        "guests": "Жапон компанияларының өкілдері",
        "post": "Төтенше және Өкілетті Елші",
        "programme": ("Әуежайда қарсы алу", "Облыс әкімінің қабылдауы", "Көлік, кешкі ас"),
        "meeting": "Жапония елшісімен кездесу",
        "point": "Индустриялық аймақтағы жер учаскелерінің тізбесін жіберу",
        "progress": "Тізбе басқармамен келісілуде, № 214 хат жолданды",
        "reason": "Учаскелердің құжаттары әлі дайын емес",
        "country": "JP",
        "place": "Өскемен",
        "mine": "Өскемен, облыс әкімдігі",
        "stored": "Өскемен, «Altai Invest» орталығы",
    },
    "ru": {
        "visit": "Визит посла Республики Корея",
        "purpose": "Встреча с руководством области, осмотр индустриальной зоны",
        "guests": "Представители корейских компаний",
        "post": "Чрезвычайный и Полномочный Посол",
        "programme": ("Встреча в аэропорту", "Приём у акима области", "Транспорт, ужин"),
        "meeting": "Встреча с послом Республики Корея",
        "point": "Направить перечень земельных участков индустриальной зоны",
        "progress": "Перечень согласуется с управлением, письмо № 214 отправлено",
        "reason": "Документы на участки ещё не готовы",
        "country": "KR",
        "place": "Усть-Каменогорск",
        "mine": "Усть-Каменогорск, акимат области",
        "stored": "Усть-Каменогорск, центр «Altai Invest»",
    },
}


def prepare(language: str) -> dict[str, int]:
    """A visit to come with its meeting, and a point late and asked to be extended; their ids."""
    words, named = WORDS[language], {"text_language": language}
    officer = db.session.scalars(select(User).where(User.role == "officer")).first()
    mine = {"officer": officer, "country_code": words["country"], **named}
    with together():
        visit = make_delegation(
            title=words["visit"], purpose=words["purpose"], level="ambassador", status="confirmed",
            arrives_on=ARRIVES, departs_on=LEAVES, date_precision="range", **mine,
        )  # fmt: skip
        for place, (kind, text, count) in enumerate(
            (("position_text", "post", None), ("group_text", "guests", 6)), start=1
        ):
            member = DelegationMember(
                delegation_id=visit.id, position_number=place, member_count=count,
                role="head" if place == 1 else "member", **{kind: words[text]},
            )  # fmt: skip
            db.session.add(member)
        hours = (time(8, 30), time(11), time(18, 30))
        for title, hour, kind in zip(
            words["programme"], hours, ("official", "official", "internal"), strict=True
        ):
            make_programme_item(visit, title=title, planned_on=ARRIVES, starts_at=hour, kind=kind)
        meeting = make_meeting(
            title=words["meeting"], delegation=visit, held_on=ARRIVES, starts_at=time(11),
            status="planned", place=words["place"], **mine,
        )  # fmt: skip
        point = make_follow_up(
            text=words["point"], kind="land_plot", country_code=words["country"], owner=officer,
            due_on=LATE, original_due_on=LATE, **named,
        )  # fmt: skip
        line = Progress(
            follow_up_id=point.id, text=words["progress"], author_id=officer.id,
            noted_on=date(2026, 11, 12),
        )  # fmt: skip
        db.session.add(line)
        make_extension_request(point, new_due_on=date(2026, 12, 21), reason=words["reason"])
    return {"visit": visit.id, "meeting": meeting.id, "point": point.id}


def make_the_week_busy() -> None:
    """Deadlines for the points of the demo world: one this week, one with the partner."""
    with together():
        points = list(db.session.scalars(select(FollowUp).where(FollowUp.status == "agreed")))
        points[0].due_on = points[0].original_due_on = date(2026, 11, 27)
        points[1].status = "awaiting_partner"
        points[1].status_since = date(2026, 11, 10)
