"""What is done later: a click that has a worker do something, and the mail that comes of it."""

from __future__ import annotations

from barelab.grading.answers import Asked
from barelab.grading.browser import Browser
from barelab.grading.evidence import Told
from barelab.grading.mailbox import mailbox
from barelab.grading.subject import Subject
from barelab.model.app import Later
from barelab.support.errors import CouldNotTell

# Who reads what goes to customers, and where the mail server keeps it.
READER, SENT = "operator", "Customers"
# Just after its start the application looks for a queue and a database that start as well.
CLICK_S = 30.0
# A click, a task, and a mail, on a busy machine; a worker that has just started first connects.
MAILED_S = 45.0


def click(on: Subject, visitor: Browser | None = None) -> Asked:
    """Return the answer to a click that has something done later: app.yaml.

    Who clicks more than once keeps the `visitor`, a browser that `logged_in` made.

    Raises:
        AssertionError: it is refused.
        CouldNotTell: app.yaml does not say how.
    """
    later = _later(on)
    clicked = (visitor or logged_in(on)).send(later.page, {}, form=later.form)
    assert clicked.all_have(302), f"a click: {on.told(clicked)}"
    return clicked


def logged_in(on: Subject) -> Browser:
    """Return a browser of the account that may click.

    Raises:
        AssertionError: it is not let in.
        CouldNotTell: app.yaml does not say which.
    """
    later = _later(on)
    visitor = Browser(on, on.lab.app.accounts[later.account].site, CLICK_S)
    visitor.log_in(later.account)
    return visitor


def mail_of(on: Subject, clicked: Asked, within_s: float = MAILED_S) -> Told:
    """Return the mails that carry the click's id, as soon as there is one."""
    request = clicked.first.header("x-request-id")
    return mailbox(on, READER, box=SENT, header="X-Request-ID", holds=request, deadline_s=within_s)


def _later(on: Subject) -> Later:
    if on.lab.app.later is None:
        raise CouldNotTell("app.yaml does not say what workers do later")
    return on.lab.app.later
