"""The fixed lists of a delegation."""

from flask_babel import lazy_gettext as _l

from crm.core.words import Term


class Direction(Term):
    """Where the sides meet."""

    INBOUND = "inbound", _l("Inbound visit")
    OUTBOUND = "outbound", _l("Outbound visit")
    THIRD_PLACE = "third_place", _l("At a third place")


class Level(Term):
    """At which level a delegation comes."""

    HEAD_OF_STATE = "head_of_state", _l("Head of state")
    GOVERNMENT = "government", _l("Government")
    AMBASSADOR = "ambassador", _l("Ambassador")
    CONSUL = "consul", _l("Consul")
    DIPLOMAT = "diplomat", _l("Diplomat")
    BUSINESS = "business", _l("Business circles")
    EXPERT = "expert", _l("Experts")


class DelegationStatus(Term):
    """How far a visit is."""

    PLANNED = "planned", _l("Planned")
    CONFIRMED = "confirmed", _l("Confirmed")
    COMPLETED = "completed", _l("Completed")
    CANCELLED = "cancelled", _l("Cancelled")


class Channel(Term):
    """Through whom a visit was arranged."""

    EMBASSY = "embassy", _l("Through the embassy")
    MINISTRY = "ministry", _l("Through the ministry")
    DIRECT = "direct", _l("Directly")
    KAZAKH_INVEST = "kazakh_invest", _l("Through Kazakh Invest")


class MemberRole(Term):
    """What a member does in the delegation."""

    HEAD = "head", _l("Head of the delegation")
    MEMBER = "member", _l("Member")
    INTERPRETER = "interpreter", _l("Interpreter")
    PRESS = "press", _l("Press")
    SECURITY = "security", _l("Security")


class ProgrammeKind(Term):
    """Whether the guests are told of an entry of the programme."""

    OFFICIAL = "official", _l("Official")
    INTERNAL = "internal", _l("Internal")


class PartyKind(Term):
    """What stands in the list of members or participants."""

    PERSON = "person", _l("Person")
    ORGANISATION = "organisation", _l("Organisation")
    GROUP = "group", _l("Group")
