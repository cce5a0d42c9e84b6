"""Is the application behind the front door again, and is it really the application?"""

from __future__ import annotations

from barelab.grading import Evidence, Subject, check, evidence

MARK = 'class="newest-name"'


@check("The portal answers through web1 with data", points=4)
def portal_shows_data(on: Subject) -> Evidence:
    """Ten times in a row, because one good answer in two is no repair."""
    asked = on.ask_site("portal", "/", times=10)
    assert asked.all_have(200), on.told(asked)
    empty = sum(MARK not in answer.text for answer in asked)
    assert not empty, f"{asked.told()}, but {empty} pages show nothing from the database"
    return evidence(f"{asked.told()}, each with data", asked)


@check("The console answers through web1", points=2)
def console_answers(on: Subject) -> Evidence:
    """It asks for a log-in, which is an answer of the application too."""
    asked = on.ask_site("console", "/", times=3)
    assert all(answer.status in (200, 302) for answer in asked), on.told(asked)
    return evidence(asked.told(), asked)


@check("A payment that comes in is kept and can be looked up", points=4)
def payments_arrive(on: Subject) -> Evidence:
    """With a key that nobody has seen before: no page prepared in advance can know it."""
    app, key = on.lab.app, f"check-{on.nonce()}"
    written = on.request(app.write, key)
    assert written.first.status in app.write.expected, f"a payment was sent: {on.told(written)}"
    read = on.request(app.read, key)
    assert read.all_have(200), f"the payment {key} was sent, but: {on.told(read)}"
    assert key in read.first.text, f"{read.told()}, but not the payment {key}"
    return evidence(f"the payment {key} was sent and found", read)


@check("Visitors without HTTPS are still led to it", points=1)
def redirect_stays(on: Subject) -> Evidence:
    """This was fine before, and no repair needs to change it."""
    url = f"http://{on.lab.host('portal')}/"
    answer = on.ask(url, port=80)
    target = answer.header("location")
    assert answer.status in (301, 308), f"asked {url}: {answer.told()}"
    assert target.startswith("https://portal."), f"asked {url}: sent to {target or 'nowhere'}"
    return evidence(f"asked {url}: {answer.told()} to {target}", answer)
