"""Does the application have its database again, with no more rights or doors than before?"""

from __future__ import annotations

from functools import partial

from barelab.grading import Evidence, Subject, check, evidence, takes_payment
from barelab.grading.evidence import Told
from barelab.support.wait import until

MARK = 'class="newest-name"'
AT_ONCE = 16
PATIENCE_S = 6.0
FULL, FULL_S = "too many clients", 15.0


@check("The portal shows data from the database", points=3)
def portal_shows_data(on: Subject) -> Evidence:
    """Several times, so that a connection which is there by chance is not enough."""
    asked = on.ask_site("portal", "/", times=5)
    assert asked.all_have(200), _why(on, on.told(asked))
    empty = sum(MARK not in answer.text for answer in asked)
    assert not empty, f"{asked.told()}, but {empty} pages show nothing from the database"
    return evidence(f"{asked.told()}, each with data", asked)


@check("A payment that comes in is kept and can be looked up", points=3)
def payments_arrive(on: Subject) -> Evidence:
    """With a key that nobody has seen before."""
    return takes_payment(on)


@check("The health page says that the database is up", points=1)
def health_is_good(on: Subject) -> Evidence:
    """The page makes a new connection each time, so it sees what a fresh log-in sees."""
    asked = on.ask_site("portal", on.lab.app.health)
    assert asked.all_have(200), _why(on, asked.told())
    return evidence(asked.told(), asked)


@check(f"{AT_ONCE} visitors at once all get their page", points=2)
def many_at_once(on: Subject) -> Evidence:
    """More than the application's threads: each of those needs a connection of its own."""
    url = on.ask_site("portal", "/").url

    def burst() -> Told:
        address = on.address("web1")
        return on.probe(
            "burst",
            url=url,
            address=address,
            port=443,
            count=AT_ONCE,
            timeout_s=8.0,
            deadline_s=8.0,
        )

    # A busy machine makes one of them wait too long now and then; a limit does so each time.
    answer = until(lambda: _whole(burst()), PATIENCE_S) or burst()
    said = answer["answers"]
    told = ", ".join(f"{said.count(each)} x {each}" for each in sorted(set(said)))
    assert _whole(answer), f"asked {url} {AT_ONCE} times at once: {told}"
    return evidence(f"asked {url} {AT_ONCE} times at once: {told}", answer)


def _whole(answer: Told) -> Told | None:
    return answer if answer["answers"] == ["200"] * AT_ONCE else None


@check("Nobody else can log in to the database", points=1)
def door_stays_shut(on: Subject) -> Evidence:
    """The probe tries, as the application and as the administrator; it must be turned away."""
    for user in ("app", "app_owner", "postgres"):
        for mode in ("require", "disable"):
            said = until(partial(_decided, on, user, mode), FULL_S, every_s=0.3)
            assert said, f"db1 has no place to hear a log-in as {user}: {FULL}"
            assert said.get("error"), f"a machine that is not app1 may log in to db1 as {user}"
            assert "pg_hba" in said["error"], (
                f"db1 listens to a log-in as {user} from elsewhere: {_last(said['error'])}"
            )
    return evidence(f"log-in from elsewhere: {_last(said['error'])}", said)


def _decided(on: Subject, user: str, mode: str) -> Told | None:
    """Return what the server says to a log-in, unless it was too full to look who it is."""
    dsn = f"host={on.address('db1')} port=5432 dbname=app user={user} sslmode={mode}"
    said = on.probe("postgres", dsn=f"{dsn} password={on.secret('database-password')}")
    return said if FULL not in said.get("error", "") else None


def _why(on: Subject, told: str) -> str:
    """Add what the application says about its database, in the words of its health page."""
    answer = on.ask_site("portal", on.lab.app.health).first
    try:
        detail = answer.json()["dependencies"]["database"]["detail"]
    except (ValueError, KeyError, TypeError):
        return told
    return f"{told}; its database: {_last(detail)}"


def _last(text: str) -> str:
    return " ".join(text.split())[-200:]
