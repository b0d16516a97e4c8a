"""The words a point under control is described in."""

from flask_babel import lazy_gettext as _l

from crm.core.words import Term


class FollowUpKind(Term):
    """What was agreed to be done."""

    CONSULTATION = "consultation", _l("Holding consultations")
    EXPERIENCE_EXCHANGE = "experience_exchange", _l("Exchange of experience")
    JOINT_INITIATIVE = "joint_initiative", _l("Preparing a joint initiative")
    PROVIDE_INFO = "provide_info", _l("Providing information")
    SIGN_MEMORANDUM = "sign_memorandum", _l("Signing a memorandum")
    PREPARE_ROADMAP = "prepare_roadmap", _l("Drafting a road map")
    SITE_VISIT = "site_visit", _l("Site visit")
    RETURN_VISIT = "return_visit", _l("Return visit")
    B2B_MEETING = "b2b_meeting", _l("Arranging a B2B meeting")
    LAND_PLOT = "land_plot", _l("Selecting a land plot")
    TECHNICAL_CONDITIONS = "technical_conditions", _l("Obtaining technical conditions")
    TRAINING = "training", _l("Staff training")
    WORKING_GROUP = "working_group", _l("Setting up a working group")
    OTHER = "other", _l("Other")


class Basis(Term):
    """On what ground a point stands under control."""

    AGREEMENT = "agreement", _l("Agreement of the sides")
    AKIM_INSTRUCTION = "akim_instruction", _l("Instruction of the akim")
    HEADQUARTERS = "headquarters", _l("Minutes of the investment headquarters")
    HIGHER_BODY = "higher_body", _l("Instruction of a higher body")


class ResponsibleSide(Term):
    """Which side owes the point."""

    OURS = "ours", _l("our side")
    PARTNER = "partner", _l("partner side")
    BOTH = "both", _l("both sides")


class FollowUpStatus(Term):
    """How far a point is. Executed (done) is not removed from control (off_control)."""

    AGREED = "agreed", _l("On the control list")
    IN_PROGRESS = "in_progress", _l("In progress")
    AWAITING_PARTNER = "awaiting_partner", _l("Awaiting the foreign side")
    DONE = "done", _l("Done")
    OFF_CONTROL = "off_control", _l("Released from control")
    CANCELLED = "cancelled", _l("No longer relevant")


PENDING = (FollowUpStatus.AGREED, FollowUpStatus.IN_PROGRESS, FollowUpStatus.AWAITING_PARTNER)
