"""Whether anything in an image besides the installs that are understood may bring Python packages."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from agentflow_lint.model.image.installs import reaching_stages
from agentflow_lint.model.image.scripts import commands_of
from agentflow_lint.sources.dockerfile.base_images import repository_and_tag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agentflow_lint.model.command.shell import Word
    from agentflow_lint.model.image.built import Image
    from agentflow_lint.sources.dockerfile import Instruction

#: Official images that hold Python or less, and no third-party package.
_PLAIN_BASES = frozenset({"python", "debian", "ubuntu", "alpine", "scratch", "ghcr.io/astral-sh/uv", "astral/uv"})

#: Programs that install no Python package; system packages land where the image's own Python does not look.
_HARMLESS = frozenset(
    {
        "adduser", "addgroup", "apk", "apt", "apt-get", "cat", "cd", "chmod", "chown", "curl", "echo", "export",
        "false", "find", "groupadd", "install", "ldconfig", "ln", "locale-gen", "ls", "mkdir", "printf", "rm", "sed",
        "set", "test", "touch", "true", "update-ca-certificates", "useradd", "usermod", "wget", "[", "virtualenv",
        ".", "source", "cp", "mv", "tar", "unzip", "gunzip", "git", "npm", "node", "yarn", "dnf", "yum", "microdnf",
        "id", "date", "env", "whoami", "uname", "head", "tail", "grep", "which", "dpkg", "playwright",
    }
)  # fmt: skip
_SUBCOMMANDS = {
    "pip": ("install", "wheel", "uninstall", "config", "cache", "list", "check", "freeze", "--version"),
    "uv": ("sync", "venv", "cache", "python", "lock", "export", "tool", "self", "--version"),
    "poetry": ("install", "sync", "config", "lock", "check", "export", "self", "cache", "--version"),
    "pdm": ("install", "sync", "config", "export", "lock"),
    "pipenv": ("install", "sync", "requirements", "lock"),
}
#: Installers of uv and Poetry that are piped into an interpreter: they bring themselves only.
_INSTALLERS = re.compile(r"astral\.sh/uv/|install\.python-poetry\.org|bootstrap\.pypa\.io")
_INTERPRETERS = ("sh", "bash", "python", "python3")
_MODULES = frozenset({"venv", "ensurepip", "compileall", "pip"})
_PYTHON = re.compile(r"python[0-9.]*\Z")


def unread_step(image: Image) -> str | None:
    """Why the image may hold packages that no understood line installs; None when it holds no other."""
    dockerfile = image.dockerfile
    for index in sorted(reaching_stages(dockerfile, image.stage)):
        stage = dockerfile.stages[index]
        if stage.base_stage is None and not _is_plain(stage.base):
            return f"which packages the base image {stage.base or ''} holds is not known"
        for instruction in stage.instructions:
            where = f"{image.dockerfile_path} line {instruction.span.line}"
            if instruction.keyword == "RUN" and not _all_understood(instruction):
                return f"whether the RUN in {where} installs packages is not known"
            source = instruction.flag("from") if instruction.keyword == "COPY" else None
            if source is not None and dockerfile.stage(source.value or "") is None:
                name = repository_and_tag(source.value or "")[0]
                if not _is_plain(source.value):
                    return f"what the COPY in {where} takes from {name} is not known"
    return None


def _is_plain(base: str | None) -> bool:
    return base is not None and (repository_and_tag(base)[0] in _PLAIN_BASES or base.startswith("gcr.io/distroless/"))


def _all_understood(instruction: Instruction) -> bool:
    if "site-packages" in instruction.arguments.text and "-c" not in instruction.arguments.text:
        return False
    piped = _INSTALLERS.search(instruction.arguments.text) is not None
    return all(
        _is_understood(words) or (piped and posixpath.basename(words[0].text or "") in _INTERPRETERS)
        for words in _commands(instruction)
    )


def _is_understood(words: tuple[Word, ...]) -> bool:
    texts = [word.text for word in words]
    if not texts or texts[0] is None:
        return not texts
    program, rest = posixpath.basename(texts[0]), texts[1:]
    if program in _HARMLESS or "=" in program:
        return True
    if _PYTHON.match(program):
        if "-m" in rest:
            module = rest[rest.index("-m") + 1 :]
            return bool(module) and module[0] in _MODULES and (module[0] != "pip" or _is_known("pip", module[1:]))
        return "-c" in rest or "--version" in rest
    return _is_known("pip" if re.fullmatch(r"pip[0-9.]*", program) else program, rest)


def _is_known(program: str, rest: list[str | None]) -> bool:
    plain = [text for text in rest if text is None or not text.startswith("-") or text == "--version"]
    if program == "uv" and plain[:1] == ["pip"]:
        return plain[1:2] in (["install"], ["sync"], ["uninstall"])
    return bool(plain) and plain[0] in _SUBCOMMANDS.get(program, ())


def _commands(instruction: Instruction) -> Iterator[tuple[Word, ...]]:
    return (command.words for command in commands_of(instruction))
