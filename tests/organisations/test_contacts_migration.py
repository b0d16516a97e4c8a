"""Contacts of people on their way through the migrations."""

from sqlalchemy import column, create_engine, select, text

from tests.postgres import crm

PERSON = text(
    "INSERT INTO people (id, family_name, email, phone, search_text, version, created_at,"
    " updated_at) VALUES (:id, 'Kinne', :email, :phone, 'kinne', 1, '2026-01-01', '2026-01-01')"
)
WITH_CONSENT = (
    "INSERT INTO people (id, family_name, emails, phones, search_text, text_language,"
    " consent_basis, consent_withdrawn_on, version, created_at, updated_at)"
    " VALUES ({number}, 'Kinne', 'U@example.org', '+4930', 'kinne u@example.org +4930', 'kk',"
    " 'written', {day}, 1, '2026-01-01', '2026-01-01')"
)


def test_what_was_recorded_stays_the_first_line_both_ways(empty_app):
    engine = create_engine(empty_app.config["SQLALCHEMY_DATABASE_URI"])

    def rows(*names):
        columns = [column(name) for name in names]
        with engine.connect() as connection:
            found = connection.execute(
                select(*columns).select_from(text("people")).order_by(column("id"))
            )
            return [tuple(row) for row in found]

    crm(empty_app, "db", "upgrade", "0004")
    with engine.begin() as connection:
        connection.execute(PERSON, {"id": 1, "email": "u@example.org", "phone": "+49301234567"})
        connection.execute(PERSON, {"id": 2, "email": None, "phone": None})
    crm(empty_app, "db", "upgrade", "0005")
    assert rows("emails", "phones") == [("u@example.org", "+49301234567"), (None, None)]
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE people SET emails = emails || :more"), {"more": "\nb@x.org"}
        )
    crm(empty_app, "db", "downgrade", "0004")
    assert rows("email", "phone") == [("u@example.org", "+49301234567"), (None, None)]
    engine.dispose()


def test_contacts_of_a_withdrawn_consent_leave_the_search(empty_app):
    engine = create_engine(empty_app.config["SQLALCHEMY_DATABASE_URI"])
    crm(empty_app, "db", "upgrade", "0009")
    with engine.begin() as connection:
        for number, day in ((1, "'2026-01-02'"), (2, "NULL")):
            connection.execute(text(WITH_CONSENT.format(number=number, day=day)))
    crm(empty_app, "db", "upgrade")
    with engine.connect() as connection:
        found = connection.execute(text("SELECT search_text FROM people ORDER BY id")).scalars()
        withdrawn, other = (text.split() for text in found)
        assert "kinne" in withdrawn
        assert {"u@example.org", "4930"} <= {*other} - {*withdrawn}
    engine.dispose()
