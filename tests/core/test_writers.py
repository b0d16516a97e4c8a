"""Many people at once, over two servers on one database: nothing is lost, nobody is refused."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from crm.audit.models import AuditEntry
from crm.core.database import db
from crm.follow_ups.models.follow_up import FollowUp
from tests.factories import make_meeting
from tests.serving import Client, free_port, serving
from tests.sweep import signed_in

CLIENTS, EACH = 16, 2


def test_sixteen_people_record_points_of_one_meeting_at_once(app):
    """Each point takes the next number of its meeting: read, then written."""
    officer = signed_in(app, "officer")
    token = officer.token()
    cookie = officer.client.get_cookie("session").value
    meeting_id = make_meeting().id
    ports = [free_port(), free_port()]

    def record(number):
        client = Client(ports[number % 2], cookie)
        answers = []
        for turn in range(EACH):
            status, headers = client.post(
                "/follow-ups/new",
                csrf_token=token,
                text=f"Point {number}.{turn}",
                kind="consultation",
                meeting_id=meeting_id,
                owner_id=1,
                responsible_side="ours",
                basis="agreement",
                text_language="en",
            )
            answers.append((status, headers.get("Location", "")))
        return answers

    with serving(app, ports[0]), serving(app, ports[1]), ThreadPoolExecutor(CLIENTS) as pool:
        answers = [answer for answers in pool.map(record, range(CLIENTS)) for answer in answers]

    count = CLIENTS * EACH
    assert {status for status, _location in answers} == {303}
    db.session.rollback()
    points = db.session.scalars(select(FollowUp)).all()
    texts = {f"Point {number}.{turn}" for number in range(CLIENTS) for turn in range(EACH)}
    assert {point.text for point in points} == texts
    assert sorted(point.number for point in points) == list(range(1, count + 1))
    noted = select(func.count(AuditEntry.record_id.distinct())).where(
        AuditEntry.kind == "follow_ups", AuditEntry.action == "created"
    )
    assert db.session.scalar(noted) == count
