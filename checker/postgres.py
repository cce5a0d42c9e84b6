"""The database: who may log in, with what, and what they may do then."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from barelab.grading import Beside, Evidence, Subject, check, evidence, patient
from barelab.grading.databases import PSQL, write

PORT = 5432
ROLE = DATABASE = "app"
SECRETS = {ROLE: "database-password", "app_owner": "database-owner-password"}
# Who reads statistics, from a node with this role; nowhere else has it a password.
MONITOR, MONITORING = "monitor", "mon"
ROLES = (*SECRETS, "postgres")
TLS, PLAIN = "require", "disable"
ASKED, REFUSED, LET_IN = "password authentication failed", "pg_hba.conf", "let in"
ONE = ("", "255.255.255.255", ":".join(["ffff"] * 8))
METHODS = ("peer", "scram-sha-256", "cert", "reject")
GUESSES = (DATABASE, "postgres", "password", "secret", "changeme", "admin", "123456")
# Log-ins are tried by a program beside each of up to thirty nodes, and a busy machine is slow.
SLOW_S = 240.0
CONNECT_S = 8.0
# Nobody who knows a password should be able to do these with it.
ASK = (*PSQL, "-v", "ON_ERROR_STOP=1", "-v", f"role={ROLE}", DATABASE)
# Who may replicate and has no password proves itself by certificate.
POWERFUL = """
    SELECT rolname FROM pg_authid WHERE rolcanlogin
       AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls
            OR rolreplication AND rolpassword IS NOT NULL)
"""
USERS = """
    SELECT DISTINCT host(client_addr), usename FROM pg_stat_activity
     WHERE client_addr IS NOT NULL AND backend_type = 'client backend'
       AND datname = current_database()
"""
MEMBER = "SELECT roleid::regrole FROM pg_auth_members WHERE member = :'role'::regrole"
OWNED = """
    SELECT count(*) FROM pg_shdepend WHERE deptype = 'o'
       AND refclassid = 'pg_authid'::regclass AND refobjid = :'role'::regrole
"""
# What goes beyond rows, each in words.
EXCESS = """
    SELECT 'CREATE in the database ' || datname FROM pg_database
     WHERE has_database_privilege(:'role', oid, 'CREATE')
    UNION ALL
    SELECT 'TEMPORARY in the database ' || datname FROM pg_database
     WHERE datname = current_database() AND has_database_privilege(:'role', oid, 'TEMPORARY')
    UNION ALL
    SELECT 'CREATE in the schema ' || nspname FROM pg_namespace
     WHERE has_schema_privilege(:'role', oid, 'CREATE')
    UNION ALL
    SELECT 'more than rows of the table ' || relname FROM pg_class
     WHERE relkind IN ('r', 'p', 'v', 'm', 'f')
       AND relnamespace::regnamespace::text !~ '^(pg_|information_schema)'
       AND has_table_privilege(:'role', oid, 'TRUNCATE, REFERENCES, TRIGGER, MAINTAIN,
           SELECT WITH GRANT OPTION, INSERT WITH GRANT OPTION,
           UPDATE WITH GRANT OPTION, DELETE WITH GRANT OPTION')
    UNION ALL
    SELECT 'UPDATE of the sequence ' || seqrelid::regclass FROM pg_sequence
     WHERE has_sequence_privilege(:'role', seqrelid, 'UPDATE')
"""
RULES = """
    SELECT line_number, type, coalesce(address, ''), coalesce(netmask, ''), auth_method,
           coalesce(error, '') FROM pg_hba_file_rules ORDER BY rule_number
"""
SLOW = "SELECT setting FROM pg_settings WHERE name = 'log_min_duration_statement'"
LOG_INS = "SELECT rolname FROM pg_roles WHERE rolcanlogin"
VERIFIERS = "SELECT rolname, coalesce(rolpassword, '') FROM pg_authid WHERE rolcanlogin"
# Runs beside a node, and so speaks from its address: tries log-ins and tells how each ended.
TRY = """
import json, sys
from concurrent.futures import ThreadPoolExecutor
import psycopg

def ended(words):
    try:
        psycopg.connect(**words).close()
    except psycopg.Error as error:
        return " ".join(str(error).split())
    return "let in"

with ThreadPoolExecutor(8) as pool:
    print(json.dumps(list(pool.map(ended, json.loads(sys.argv[1])))))
"""


class Try(NamedTuple):
    """A log-in that was tried, and how it ended."""

    user: str
    database: str
    mode: str
    ended: str

    @property
    def refused(self) -> bool:
        """Whether it ended before any password counted."""
        return any(why in self.ended for why in (REFUSED, "Connection refused", "timeout expired"))

    def told(self) -> str:
        """Return it in words."""
        return f"as {self.user} to {self.database} (sslmode={self.mode}): {self.ended}"


@check(
    "From elsewhere than the application nobody can log in, not even with the password",
    timeout_s=SLOW_S,
)
def strangers_refused(on: Subject) -> Evidence:
    """The probe tries as every role, with its password where the seat gave it, in both modes."""
    for node in on.lab.with_role("postgres"):
        answer, last = _refused(on, "probe", node.name)
    return evidence(f"every role is refused, with TLS and without; {last.told()}"[:300], answer)


@check("Nodes without an arrow to the database cannot log in to it", timeout_s=SLOW_S)
def web_refused(on: Subject) -> Evidence:
    """The web servers and all others, where the application gets asked for its password."""
    told, seen = [], []
    for node in on.lab.with_role("postgres"):
        callers = on.callers(node.name, PORT)
        for source in _clients(on, node.name):
            answer, tries = _log_ins(on, source, node.name, (_role(on, source),), {})
            assert any(ASKED in each.ended for each in tries), (
                f"{source} is not asked for a password by {node.name}: {tries[0].told()}"
            )
            seen.append(answer)
        for other in on.lab.visible():
            if other.name not in callers and "postgres" not in other.roles:
                seen.append(_refused(on, other.name, node.name)[0])
                told.append(f"{other.name} is refused by {node.name}")
    return evidence("; ".join(told) or "every node has an arrow to the database", *seen)


@check("Without TLS nobody can log in to the database from elsewhere", timeout_s=SLOW_S)
def encrypted(on: Subject) -> Evidence:
    """The nodes with an arrow to it try both: with TLS they are asked for a password."""
    told, seen = [], []
    for node in on.lab.with_role("postgres"):
        for source in _clients(on, node.name):
            answer, tries = _log_ins(on, source, node.name, _roles(on, node.name), {})
            for each in tries:
                assert each.mode == TLS or each.refused, f"{source}, {node.name}: {each.told()}"
            assert any(each.mode == TLS and ASKED in each.ended for each in tries), (
                f"{source} cannot log in to {node.name} with TLS: {tries[0].told()}"
            )
            seen.append(answer)
            told.append(f"{source} to {node.name}")
    return evidence(f"refused without TLS, asked for a password with it: {', '.join(told)}", *seen)


@check("Who logs in proves it, from a node with an arrow to here, by TLS")
def methods(on: Subject) -> Evidence:
    """Reads the rules, which PostgreSQL takes apart, and the file as the engine gives it out."""
    for node in on.lab.with_role("postgres"):
        path, found = _answers(on, node.name, "SHOW hba_file", RULES)
        content = on.file(node.name, path)
        assert content.strip(), f"{node.name}: {path} is empty"
        own = {node.name, *_addresses(on, node.name), "127.0.0.1", "::1", "samehost"}
        known = {
            a for caller in on.callers(node.name, PORT) for a in (caller, *_addresses(on, caller))
        }
        rules = [rule.split("|", 5) for rule in found.splitlines()]
        for number, kind, address, netmask, method, error in rules:
            where = f"{node.name}: {path}:{number}"
            assert method in METHODS, f"{where} has {error or method}"
            if kind == "local" or method == "reject":
                continue
            assert netmask in ONE and address in own | known, (
                f"{where} lets in from {address} {netmask}, which has no arrow to here"
            )
            assert kind == "hostssl" or address in own, f"{where} lets in without TLS ({kind})"
    return evidence(f"{len(rules)} rules, none without proof, TLS or arrow", content)


@check("The application's role may change rows, and nothing else")
def least_privilege(on: Subject) -> Evidence:
    """Not a superuser, owner of nothing, no new tables; and the application still works with it."""
    page = write(on)
    users = set[str]()
    for node in on.lab.with_role("postgres"):
        powers, member, owned, logged_in, excess = _answers(
            on, node.name, POWERFUL, MEMBER, OWNED, USERS, EXCESS
        )
        assert powers == "postgres", f"{node.name}: these have special powers: {powers.split()}"
        assert not member, f"{node.name}: {ROLE} is a member of {member.split()}"
        assert owned == "0", f"{node.name}: {ROLE} owns {owned} things"
        known = {a for source in _clients(on, node.name) for a in _addresses(on, source)}
        sessions = [row.split("|") for row in logged_in.splitlines()]
        users |= {user for address, user in sessions if address in known}
        assert not excess, f"{node.name}: {ROLE} has {', '.join(excess.splitlines()[:5])}"
    assert users == {ROLE}, f"the application is logged in as {sorted(users)}"
    return evidence(f"{ROLE} is an ordinary role that owns nothing and changes rows only", page)


@check("Passwords are kept as scram verifiers, and none is easy to guess", timeout_s=SLOW_S)
def passwords(on: Subject) -> Evidence:
    """Tries each role's own name from where passwords count, and guesses against the verifiers."""
    seen = []
    for node in on.lab.with_role("postgres"):
        for row in _answers(on, node.name, VERIFIERS)[0].splitlines():
            role, verifier = row.rsplit("|", 1)
            assert role != "postgres" or not verifier, f"{node.name}: postgres has a password"
            if verifier:
                scram = verifier.startswith("SCRAM-SHA-256$")
                assert scram, f"{node.name}: {role} has no scram verifier"
                guess = next((g for g in (role, *GUESSES) if _fits(verifier, g)), None)
                assert guess is None, f"{node.name}: the password of {role} is {guess!r}"
        for source in _clients(on, node.name):
            answer, tries = _log_ins(on, source, node.name, _roles(on, node.name), {})
            for each in tries:
                assert each.ended != LET_IN, f"{node.name}, by its own name: {each.told()}"
            own = _role(on, source)
            assert any(each.user == own and ASKED in each.ended for each in tries), (
                f"{source} is not asked for a password by {node.name}: {tries[0].told()}"
            )
            seen.append(answer)
    return evidence("scram verifiers, none of a guess; postgres has no password at all", *seen)


@check("Slow queries are logged, and connections have a limit that fits the node")
def settings(on: Subject) -> Evidence:
    """And the server listens on the private network alone."""
    told, answers = [], []
    for node in on.lab.with_role("postgres"):
        answers.append(on.probe("tcp", address=on.address(node.name, "private"), port=PORT))
        assert answers[-1].get("connected"), f"{node.name}:{PORT}: {answers[-1].get('error')}"
        said = _answers(on, node.name, SLOW, "SHOW max_connections", "SHOW listen_addresses")
        slow, limit, listens = int(said[0]), int(said[1]), said[2]
        assert 0 <= slow <= 1000, f"{node.name}: slow queries are not logged ({slow})"
        assert limit <= 200, f"{node.name}: {limit} connections may be open"
        assert listens == on.address(node.name, "private"), f"{node.name} listens on {listens}"
        told.append(f"{node.name}: over {slow} ms, at most {limit} connections, on {listens}")
    return evidence("; ".join(told), *answers)


def _answers(on: Subject, node: str, *statements: str) -> list[str]:
    """Return what a database answers to each statement, all asked by one client."""
    end = on.nonce()
    asked = "".join(f"{statement};\n\\echo {end}\n" for statement in statements)
    said = on.run(node, *ASK, stdin=asked.encode())
    assert said.exit_code == 0, (
        f"{node}: psql: {(said.stderr or said.stdout).decode(errors='replace').strip()[-300:]}"
    )
    return [answer.strip() for answer in said.text.split(end)[:-1]]


def _addresses(on: Subject, node: str) -> list[str]:
    return [on.address(node, network) for network in on.lab.node(node).networks]


def _clients(on: Subject, node: str) -> list[str]:
    """Return the nodes with an arrow to a database that are none themselves."""
    databases = {each.name for each in on.lab.with_role("postgres")}
    return [name for name in on.callers(node, PORT) if name not in databases]


def _role(on: Subject, source: str) -> str:
    """Return the role that a node logs in to the databases with."""
    return MONITOR if MONITORING in on.lab.node(source).roles else ROLE


def _roles(on: Subject, node: str) -> list[str]:
    return sorted({*ROLES, *_answers(on, node, LOG_INS)[0].splitlines()})


def _refused(on: Subject, source: str, target: str) -> tuple[Beside, Try]:
    """Try every log-in from a node that has no business there."""
    passwords = {role: on.secret(file) for role, file in _secrets(on).items()}
    answer, tries = _log_ins(on, source, target, _roles(on, target), passwords)
    for each in tries:
        assert each.refused, f"{source} may log in to {target} {each.told()}"
    return answer, tries[-1]


def _secrets(on: Subject) -> dict[str, str]:
    watched = bool(on.lab.with_role(MONITORING))
    return SECRETS | ({MONITOR: "monitor-password"} if watched else {})


def _log_ins(
    on: Subject, source: str, target: str, roles: Iterable[str], passwords: Mapping[str, str]
) -> tuple[Beside, list[Try]]:
    """Try log-ins from a node's address to another; the password of a role is else its name."""
    tries = [
        Try(role, database, mode, "")
        for role in roles
        for database in (DATABASE, "postgres")
        for mode in (TLS, PLAIN)
    ]
    place = {
        "host": on.address(target),
        "port": PORT,
        "connect_timeout": round(patient(CONNECT_S)),
    }
    words = [
        {
            **place,
            "user": each.user,
            "password": passwords.get(each.user, each.user),
            "dbname": each.database,
            "sslmode": each.mode,
        }
        for each in tries
    ]
    answer = on.beside(source, "python3", "-I", "-c", TRY, json.dumps(words), timeout_s=20)
    ended = json.loads(answer.text)
    found = [each._replace(ended=said) for each, said in zip(tries, ended, strict=True)]
    return answer, found


def _fits(verifier: str, password: str) -> bool:
    """Tell whether it is the password of a verifier, which has the form of RFC 5803."""
    _, how, keys = verifier.split("$")
    rounds, salt = how.split(":")
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), base64.b64decode(salt), int(rounds))
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    return base64.b64encode(stored).decode() == keys.split(":")[0]
