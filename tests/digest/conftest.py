"""The digest's tests need a real mail server; mails of a test lie in its mailbox."""

import pytest

from tests.smtp import smtp_server


@pytest.fixture
def mailbox():
    with smtp_server() as mailbox:
        yield mailbox
