"""In which server releases a command, an option or a console script of the framework's CLI exists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentflow_lint.framework.release import known_releases, load_release

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from agentflow_lint.framework.facts import Command, Option, Release


def releases_with_script(name: str) -> str:
    """The releases that install a console script, in words: see :func:`_in_words`."""
    return _in_words(lambda release: name in release.scripts)


def releases_with_command(path: Sequence[str]) -> str:
    """The releases that have a command, given as the words that lead to it."""
    return _in_words(lambda release: command_at(release, path) is not None)


def releases_with_option(path: Sequence[str], spelling: str) -> str:
    """The releases whose command at ``path`` (the program itself for no words) takes an option."""

    def has(release: Release) -> bool:
        command = command_at(release, path)
        option: Option | None = None
        if not path:
            option = release.root_option(spelling)
        elif command is not None:
            option = command.option(spelling)
        return option is not None

    return _in_words(has)


def command_at(release: Release, path: Sequence[str]) -> Command | None:
    """The command that a chain of words names; None for no words, and where a word is unknown."""
    commands, found = release.commands, None
    for word in path:
        found = commands.get(word)
        if found is None:
            return None
        commands = found.commands
    return found


def _in_words(has: Callable[[Release], bool]) -> str:
    """``0.3.0 to 0.8.0``, ``0.7.0 and newer``; empty where no release has it. The oldest and the newest count."""
    versions = known_releases()
    having = [version for version in versions if has(load_release(version))]
    if not having:
        return ""
    if having[-1] == versions[-1]:
        return f"{having[0]} and newer"
    return having[0] if len(having) == 1 else f"{having[0]} to {having[-1]}"
