"""Who is told of a change of a meeting: queued before its commit, so with it or not at all.

A change of many meetings at once, and what the system does by itself, tells nobody by mail: the
feed and the digest show it.
"""

from collections.abc import Sequence

from flask import has_request_context

from crm.calendar.models import News, Plan
from crm.calendar.queries import helpers_of, invited_addresses
from crm.core import clock, post
from crm.core.afterwards import afterwards
from crm.core.database import db
from crm.core.trail import Change
from crm.meetings.models import Meeting

PURPOSE = "meeting"


def tell(changes: Sequence[Change], actor_id: int | None) -> None:
    """Queue what the people of the one changed meeting are told, but for whose hand it was."""
    if actor_id is None or len(changes) != 1:
        return
    (change,) = changes
    news = {who: one for who, one in _news_of(change).items() if who != actor_id}
    if not news:
        return
    meeting: Meeting = change.record
    for user_id, address in db.session.execute(invited_addresses(sorted(news))):
        period = period_of(meeting.version, news[user_id])
        post.queue(post.about(PURPOSE, meeting.id), user_id, address, period)
    if has_request_context():
        afterwards(post.send_waiting)


def period_of(version: int, news: News) -> str:
    """The one mail a version of a meeting makes for a person."""
    return f"{version}-{news.value}"


def version_and_news(period: str) -> tuple[int, News]:
    """What ``period_of`` made this of."""
    version, _dash, news = period.partition("-")
    return int(version), News(news)


def _news_of(change: Change) -> dict[int, News]:
    """By user, what each is told."""
    meeting: Meeting = change.record
    plan, today = Plan.of(meeting), clock.today()
    before = None if change.is_new else Plan.of(meeting, change.before)
    helpers = set(db.session.scalars(helpers_of(meeting.id)))
    people = helpers | {meeting.officer_id}
    helped = set(change.before.get("team", helpers))
    were_people = helped | {change.before.get("officer_id", meeting.officer_id)}
    found = {
        who: plan.news_since(
            before, was_mine=who in were_people, is_mine=who in people, today=today
        )
        for who in people | were_people
    }
    return {who: news for who, news in found.items() if news is not None}
