"""Whoever adds a table that names organisations or people says what a merge does with it."""

from crm import models
from crm.core.database import Model
from crm.merges.services.links import LINKS, OTHERS, Rule
from crm.organisations.models import Organisation, Person

TARGETS = {Organisation.__tablename__, Person.__tablename__}
ANY_RECORD = ("query", "search")  # texts that may name one


def named():
    assert models.__all__
    for table in Model.metadata.tables.values():
        for column in table.columns:
            leads = {key.column.table.name for key in column.foreign_keys}
            may_lead = not leads and column.name.endswith("_id")
            if leads & TARGETS or may_lead or column.name in ANY_RECORD:
                yield f"{table.name}.{column.name}"


def test_every_column_that_names_organisations_or_people_has_a_rule():
    ruled = {one.name for one in LINKS} | set(OTHERS)
    assert set(named()) - ruled == set(), "say in crm/merges/services/links.py what a merge does"
    assert ruled - set(named()) == set()


def test_a_link_is_told_for_each_record_its_column_may_name():
    for link in LINKS:
        leads = {key.column.table.name for key in link.table.c[link.column].foreign_keys}
        assert link.target.__tablename__ in leads or link.kind is not None, link.name
        assert link.rule in (Rule.BESIDE, Rule.UNITE), link.name
        if link.rule == Rule.UNITE:  # or rows would be taken for alike that have nothing in common
            assert link.same, link.name
            told = {*link.same, *link.agree, *link.fills, *link.joined, link.column, "id"}
            left = {column.name for column in link.table.columns} - told
            # Its place in a list, and what ``is_same`` looks at.
            assert left <= {"position_number", "valid_to", link.parent_column}, link.name
