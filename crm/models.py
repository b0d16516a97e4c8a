"""Every table of the application: read by migrations/env.py and app.py."""

from crm.accounts import models as accounts
from crm.audit import models as audit
from crm.calendar import models as calendar
from crm.core import choices, ledger, search_tokens
from crm.countries import models as countries
from crm.delegations.models import delegation
from crm.digest import models as digest
from crm.documents import models as documents
from crm.duplicates import models as duplicates
from crm.follow_ups.models import extensions
from crm.interests import models as interests
from crm.lists import models as lists
from crm.meetings import models as meetings
from crm.merges import models as merges
from crm.organisations import models as organisations
from crm.projects.models import project
from crm.reference import models as reference

__all__ = [
    "accounts",
    "audit",
    "calendar",
    "choices",
    "countries",
    "delegation",
    "digest",
    "documents",
    "duplicates",
    "extensions",
    "interests",
    "ledger",
    "lists",
    "meetings",
    "merges",
    "organisations",
    "project",
    "reference",
    "search_tokens",
]
