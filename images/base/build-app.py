"""Run a command of app.yaml while an image is built: there is no seat yet, and nothing is secret.

Two ways to call it, with Debian's python3-yaml, python3-jinja2 and python3-pip-whl installed:
    build-app.py install APP VENV                        makes the virtual environment
    build-app.py run APP VENV COMMAND [NAME=VALUE...]    database.host and the like; static_root
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

import jinja2
import jinja2.meta
import yaml


def install(app: Path, venv: Path) -> None:
    """Make a virtual environment with the application's locked requirements, and no pip in it."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    pip = next(Path("/usr/share/python-wheels").glob("pip-*.whl")) / "pip"
    requirements = app / contract(app)["requirements"]
    options = ["--require-hashes", "--no-deps", "--only-binary=:all:", "--no-cache-dir"]
    options += [
        "--no-compile",
        "--disable-pip-version-check",
        "--root-user-action=ignore",
        "--quiet",
    ]
    command = [sys.executable, pip, "--python", venv, "install", *options, "-r", requirements]
    subprocess.run(command, check=True)


def run(app: Path, venv: Path, command: str, values: dict[str, str]) -> None:
    """Run the command as the current user, with an environment made from app.yaml and `values`."""
    described = contract(app)
    database = {"host": "", "port": "5432", "name": "app", "user": "app"}
    database.update((k.partition(".")[2], v) for k, v in values.items() if "." in k)
    templates = jinja2.Environment(undefined=jinja2.StrictUndefined)
    # What else the values name are services, and there are none while an image is built.
    text = " ".join(map(str, described["environment"].values()))
    named = jinja2.meta.find_undeclared_variables(templates.parse(text))
    services: dict = {word: {} for word in named}
    known = services | {"allowed_hosts": ["localhost"], "database": database}
    with tempfile.TemporaryDirectory() as scratch:
        environment = {
            name: templates.from_string(str(text)).render(known)
            for name, text in described["environment"].items()
        }
        for name in described.get("secrets", {}):
            Path(scratch, name).write_text(secrets.token_urlsafe(50))
            environment[name] = str(Path(scratch, name))
        environment[described["static"]["root_env"]] = values.get("static_root", scratch)
        environment[described["media"]["root_env"]] = scratch
        arguments = [venv / "bin" / "python", *described["commands"][command]]
        subprocess.run(arguments, cwd=app, env={**os.environ, **environment}, check=True)


def contract(app: Path) -> dict:
    return yaml.safe_load((app / "app.yaml").read_text(encoding="utf-8"))


if __name__ == "__main__":
    action, app, venv, *rest = sys.argv[1:]
    if action == "install":
        install(Path(app), Path(venv))
    else:
        run(Path(app), Path(venv), rest[0], dict(value.split("=", 1) for value in rest[1:]))
