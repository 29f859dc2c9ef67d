"""The project's checks, one command each: ``nox -l`` lists them, ``nox -s tests-3.12`` runs one.

With ``--no-venv`` a session runs in the environment that is active and installs nothing.
"""

from __future__ import annotations

import os
import shutil
import subprocess

import nox

nox.options.sessions = ["lint", "tests"]
nox.options.error_on_missing_interpreters = False
nox.options.reuse_existing_virtualenvs = True

PYTHONS = ["3.10", "3.11", "3.12", "3.13", "3.14"]


def _switch_on_pyenv_versions() -> None:
    """pyenv puts a ``python3.x`` on PATH for every version it has, but runs only those that are switched on."""
    pyenv = shutil.which("pyenv")
    if pyenv and "PYENV_VERSION" not in os.environ:
        installed = subprocess.run([pyenv, "versions", "--bare"], capture_output=True, text=True, check=False)
        if installed.stdout.strip():
            os.environ["PYENV_VERSION"] = ":".join(installed.stdout.split())


_switch_on_pyenv_versions()


def _install(session: nox.Session, *what: str) -> None:
    if session.venv_backend != "none":
        session.install(*what)


@nox.session
def lint(session: nox.Session) -> None:
    """Style, types, and who may import whom."""
    _install(session, "-e", ".[dev]")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")
    session.run("lint-imports")


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """The default tests, under every supported Python that is here."""
    _install(session, "-e", ".[dev]")
    session.run("python", "-m", "pytest", "-n", "auto", *session.posargs)


@nox.session
def conformance(session: nox.Session) -> None:
    """The real servers as referees; they are installed on the first run, which needs a registry."""
    _install(session, "-e", ".[dev]")
    session.run("python", "-m", "pytest", "tests/conformance", "-m", "conformance", *session.posargs)


@nox.session
def exhaustive(session: nox.Session) -> None:
    """What the default tests ask of some examples, asked of every example of every page."""
    _install(session, "-e", ".[dev]")
    session.run("python", "-m", "pytest", "-n", "auto", "-m", "exhaustive", *session.posargs)


@nox.session
def adoption(session: nox.Session) -> None:
    """The product as others use it: its hooks run by pre-commit, its action's shell; needs a package registry."""
    _install(session, "-e", ".[dev]")
    session.run("python", "-m", "pytest", "tests/adoption", "-m", "adoption", *session.posargs)


@nox.session(name="conformance-full")
def conformance_full(session: nox.Session) -> None:
    """Every referee: its data and its features, then thousands of generated configurations; takes about an hour."""
    _install(session, "-e", ".[dev]")
    if not session.posargs:
        session.notify("conformance-schema")
        session.notify("conformance-starts")
        session.notify("conformance-programs")
        checks = ("tests/conformance/test_extracted.py", "tests/conformance/configuration/test_broken.py")
        session.run("python", "-m", "pytest", *checks, "-m", "conformance", env={"AGENTFLOW_LINT_REFEREES": "all"})
    session.run("python", "-m", "tests.conformance.configuration.full", *session.posargs)


@nox.session(name="conformance-schema")
def conformance_schema(session: nox.Session) -> None:
    """1,000 generated configs for every referee, against the JSON Schema of its release; a part of conformance-full."""
    _install(session, "-e", ".[dev]")
    session.run("python", "-m", "tests.conformance.schema.full", *session.posargs)


@nox.session(name="conformance-starts")
def conformance_starts(session: nox.Session) -> None:
    """160 generated projects for every referee, started for real, and a table; a part of conformance-full."""
    _install(session, "-e", ".[dev]")
    session.run("python", "-m", "tests.conformance.starts.full", *session.posargs)


@nox.session(name="conformance-programs")
def conformance_programs(session: nox.Session) -> None:
    """300 generated programs for two referees, started for real, and a table; a part of conformance-full."""
    _install(session, "-e", ".[dev]")
    session.run("python", "-m", "tests.conformance.programs.full", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """What is generated from the sources is what is committed."""
    _install(session, "-e", ".")
    session.run("python", "scripts/generate_rules_readme.py", "--check")
    session.run("python", "scripts/generate_config_schema.py", "--check")


@nox.session
def vscode(session: nox.Session) -> None:
    """The VS Code extension: types, style and tests, and the package that VS Code installs. Needs Node 20 and npm."""
    session.chdir("editors/vscode")
    for command in (("ci",), ("test",), ("run", "package")):
        session.run("npm", *command, external=True)


@nox.session
def benchmarks(session: nox.Session) -> None:
    """A cold run of the linter against the imports it cannot do without."""
    _install(session, ".")
    session.run("python", "benchmarks/cold_run.py", *session.posargs)


@nox.session
def build(session: nox.Session) -> None:
    """The sdist and the wheel, and the wheel's command in an environment with nothing else in it."""
    _install(session, "build")
    shutil.rmtree("dist", ignore_errors=True)
    session.run("python", "-m", "build", "--outdir", "dist")
    wheels = [name for name in os.listdir("dist") if name.endswith(".whl")]
    _install(session, "--force-reinstall", "--no-deps", f"dist/{wheels[0]}")
    _install(session, f"dist/{wheels[0]}")
    session.run("agentflow-lint", "--version")
    _install(session, "--no-deps", "tests/example_pack")
    session.run("agentflow-lint", "explain", "ACME101", silent=True)
