"""The list of users."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from crm.accounts.models import Department, Role, User
from crm.accounts.queries import all_users, every_department_choices
from crm.core.language import reader_language
from crm.core.listing.columns import in_reader_language, plain, relation_columns
from crm.core.listing.declare import KEY_LABEL, Listing, ScreenColumn
from crm.core.listing.filters import ChoiceFilter, term_choices

_department = aliased(Department)
_STATES = [("1", _l("May sign in")), ("0", _l("Disabled"))]


def _department_key() -> object:
    name_key = getattr(Department, f"name_key_{reader_language()}")
    return select(name_key).where(Department.id == User.department_id).scalar_subquery()


def _everybody() -> Select[User]:
    return all_users()


USERS = Listing(
    name="admin/users",
    title=_l("Users"),
    base=_everybody,
    key=User.id,
    columns=[
        plain(User.id, KEY_LABEL),
        plain(User.email, _l("E-mail")),
        plain(User.name, _l("Full name")),
        plain(User.role, _l("Role")),
        *relation_columns(
            "department",
            _l("Department"),
            User.department_id,
            in_reader_language(_department, "name"),
            joins=(User.department.of_type(_department),),
        ),
        plain(User.language, _l("Language")),
        plain(User.digest, _l("Digest by mail")),
        plain(User.is_active, _l("May sign in")),
    ],
    screen=[
        ScreenColumn("name", _l("Full name"), "name", "w-quart", ("name",), fixed=True),
        ScreenColumn("email", _l("E-mail"), "email", files=("email",)),
        ScreenColumn("role", _l("Role"), "role", files=("role",)),
        ScreenColumn("department", _l("Department"), "department", files=("department",)),
        ScreenColumn("state", _l("State"), files=("is_active",)),
    ],
    filters=[
        ChoiceFilter("role", _l("Role"), term_choices(Role), lambda role: User.role == Role(role)),
        ChoiceFilter(
            "department",
            _l("Department"),
            every_department_choices,
            lambda key: User.department_id == int(key),
            empty=lambda: User.department_id.is_(None),
        ),
        ChoiceFilter(
            "active", _l("State"), lambda: _STATES, lambda value: User.is_active.is_(value == "1")
        ),
    ],
    sorts={
        "name": [User.name_key],
        "email": [User.email],
        "role": [User.role, User.name_key],
        "department": lambda: [_department_key(), User.name_key],
    },
    default_sort="name",
    search=User.search_text,
)
