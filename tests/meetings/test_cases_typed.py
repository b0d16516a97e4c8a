"""Published meetings typed in as they were reported, each fact in its room and each gap told so."""

import re

import pytest

from tests.browser import text_of
from tests.chromium import come_back
from tests.factories import make_country, make_sector, make_user
from tests.postgres import on_sqlite

SECTORS = {
    "ENE": "Energy",
    "ENE.GAS": "Natural gas",
    "MET": "Metallurgy",
    "MET.MIN": "Mining",
    "TRL": "Logistics",
    "BLD": "Construction",
}


@pytest.fixture
def at_work(app, page):
    for code, name in {"DE": "Germany", "CN": "China"}.items():
        make_country(code, name)
    make_country("KZ", "Kazakhstan", is_partner=False)
    for code, name in SECTORS.items():
        make_sector(code, name)
    come_back(page, make_user())
    page.goto("/meetings/new")
    return page


def type_in(page, country, sectors, folds, **fields):
    """The country, sectors by typing a part of their names, and ``fields`` by name."""
    for label in folds:
        page.locator("summary", has_text=label).click()
    page.locator("#country-box").fill(country)
    page.keyboard.press("Enter")
    for number, name in enumerate(sectors):
        if number:
            page.get_by_role("button", name="Add a sector", exact=True).click()
        page.locator(f"#sectors-{number}-code-box").fill(name)
        page.keyboard.press("Enter")
    for name, value in fields.items():
        field = page.locator(f"[name={name.replace('__', '-')}]")
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def saved(page):
    """Press «Save»; the words of the page of the record."""
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(re.compile(r"/meetings/\d+$"))
    return " ".join(page.locator("main").inner_text().split())


@on_sqlite
def test_a_meeting_without_a_date_nor_a_named_guest(at_work):
    type_in(
        at_work,
        *("chin", ["Natural"], ["Officer, district", "Name, address and date"]),
        title="Переговоры с Funde Holding Group",
        kind="negotiation",
        place="Восточно-Казахстанская область",
        text_language="ru",
        participants__0__name="Нурымбет Сактаганов",
        participants__0__position="Аким области",
        participants__0__organisation="Акимат Восточно-Казахстанской области",
        participants__0__role="host",
        participants__3__kind="organisation",
        participants__3__name="Funde Holding Group",
        points__0__kind="joint_initiative",
        points__0__text="План сотрудничества: управления и эксперты продолжают работу",
        points__0__responsible_side="both",
        summary="Обсуждён предварительный план сотрудничества",
        note="2025 год, после 17 февраля: точный день в источнике не назван",
        source_name="YK.kz; Trend",
        source_url="https://yk.kz/news/strana/414758.html",
    )
    text = saved(at_work)
    for words in (
        *("date unknown", "Natural gas", "Funde Holding Group", "Next step: one point has no"),
        *("Нурымбет Сактаганов Host Аким области", "План сотрудничества", "после 17 февраля"),
        *("Received by Нурымбет Сактаганов", "YK.kz; Trend"),
    ):
        assert words in text, words
    assert at_work.locator("h1[lang=ru]").count() == 1
    assert at_work.locator("#participants [lang=ru]", has_text="Аким области").count() == 1


@on_sqlite
def test_a_meeting_of_a_year_with_a_group_nobody_counted(at_work):
    page = at_work
    page.get_by_role("button", name="Add a participant: partner side").click()
    type_in(
        page,
        *("germ", ["Mining", "Logistics", "Construction"], ["Officer, district"]),
        title="Встреча с генеральным консулом Германии",
        date_precision="year",
        held_on="2025-06-15",
        place="Тараз, Жамбылская область",
        text_language="ru",
        participants__0__name="Ербол Карашукеев",
        participants__0__position="Аким области",
        participants__0__organisation="Акимат Жамбылской области",
        participants__0__role="host",
        participants__3__name="Маттиас Кислер",
        participants__3__position="Генеральный консул",
        participants__3__organisation="Генеральное консульство Германии в Алматы",
        participants__3__role="head",
        participants__500__kind="group",
        participants__500__name="Немецкие компании",
        outcome="Приоритеты дальнейшей работы: горное дело, логистика, строительство",
        note="Год выведен из того, что торговля дана за 2024 год",
    )
    text = saved(page)
    for words in (
        *(
            "year 2025",
            "Mining",
            "Logistics",
            "Construction",
            "Немецкие компании number not stated",
        ),
        *("Маттиас Кислер Head of the delegation Генеральный консул", "Год выведен"),
        *("Nothing was agreed, or it is not recorded yet", "Приоритеты дальнейшей работы"),
    ):
        assert words in text, words
    url = page.url
    page.goto("/countries/DE/trade/new")
    for fold in page.locator(".sk-fold > summary").all():
        fold.click()
    page.select_option("[name=indicator]", "turnover")
    for name, value in {
        "value": "52.1",
        "period_from": "2024-01-01",
        "period_to": "2024-12-31",
        "source": "ztgzt.kz",
        "note": "в 4,7 раза больше, чем в 2023 году",
        "region_ru": "Жамбылская область",
    }.items():
        page.fill(f"[name={name}]", value)
    page.locator(".sk-bar [type=submit]").click()
    page.wait_for_url(lambda address: not address.endswith("/new"))
    page.goto("/countries/DE")
    text = page.locator("main").inner_text()
    assert "52.1" in text
    assert "Жамбылская область" in text
    assert page.goto(url).status == 200


def test_a_journey_abroad_of_a_group_and_what_was_done_there(officer):
    make_country("TR", "Türkiye")
    make_sector("BLD", "Construction")
    span = {"date_precision": "range"}
    officer.open("/delegations/new").submit(
        "Save",
        title="Бурсаға сапар",
        country="TR",
        direction="outbound",
        status="completed",
        arrives_on="2026-02-17",
        departs_on="2026-02-19",
        fields={
            **span,
            "members-0-kind": "group",
            "members-0-name": "Мемлекеттік органдар, бизнес ұйымдары",
            "sectors-0-code": "BLD",
        },
    )
    officer.click("Add a meeting", within=".sk-head")
    side = officer.page.select_one("[name^=participants][name$=-side][value=partner]")
    guest = side["name"].removesuffix("-side")
    officer.submit(
        "Save",
        kind="site_visit",
        held_on="2026-02-17",
        held_until="2026-02-19",
        source_name="Aqtobe gazeti",
        source_published_on="2026-02-24",
        fields={
            **span,
            f"{guest}-kind": "organisation",
            f"{guest}-name": "Bursa Organize Sanayi Bölgesi",
            "points-0-kind": "experience_exchange",
            "points-0-text": "Индустриялық аймақтың жұмысын зерделеу",
        },
    )
    meeting = officer.url
    officer.click("№ 1 Индустриялық аймақтың жұмысын зерделеу", within="#points")
    officer.submit("Mark as done", outcome="Жеңілдіктер зерделенді", done_on="2026-02-19")
    officer.open(meeting)
    ours, partner = map(text_of, officer.page.select("#participants .sk-sides > section"))
    assert "Мемлекеттік органдар, бизнес ұйымдары number not stated" in ours
    assert "Bursa Organize Sanayi Bölgesi" in partner
    for words in ("17 Feb 2026 – 19 Feb 2026", "Construction", "Done", "published on 24 Feb 2026"):
        assert words in officer.text, words
