"""The product as a Git repository of its own: what is in the working tree, committed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]

#: No setting of the machine's or the user's Git has a say.
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT"))},
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    **{f"GIT_{who}_{what}": "test@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
}


def run(folder: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder; what it prints comes back as one text."""
    return subprocess.run(
        command,
        cwd=folder,
        env=ENVIRONMENT | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )


def git(folder: Path, *arguments: str) -> str:
    """Run git, which has to succeed, and return what it prints."""
    done = run(folder, "git", *arguments)
    assert done.returncode == 0, done.stdout
    return done.stdout.strip()


def commit_all(folder: Path, message: str = "change") -> str:
    """Commit everything, with no hook having a say, and return the commit's name."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--no-verify", "--message", message)
    return git(folder, "rev-parse", "HEAD")


def snapshot(folder: Path) -> str:
    """Make ``folder`` a repository of the working tree's files and return its only commit."""
    folder.mkdir()
    listed = git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for path in filter(None, listed.split("\0")):
        if (ROOT / path).is_file():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / path, folder / path)
    git(folder, "init", "--quiet")
    return commit_all(folder, "The product")
