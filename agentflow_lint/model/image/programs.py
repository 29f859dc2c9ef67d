"""Whether an image has a small system program such as curl: what its base image ships and its RUN lines install.

Debian's slim images, and Python's that are made of them, have neither curl nor wget nor ps. What a package brings along
was looked up in Debian 12 (``apt-cache depends --recurse``, recommended packages included).
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from agentflow_lint.model.command.launchers import launch
from agentflow_lint.model.command.shell import Word, plain_commands
from agentflow_lint.model.image.workload import stages_of
from agentflow_lint.model.values import Known, Location, Origin, Unknown, Value
from agentflow_lint.sources.dockerfile import LocatedText
from agentflow_lint.sources.dockerfile.base_images import repository_and_tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from agentflow_lint.model.image.built import Image
    from agentflow_lint.sources.dockerfile import Instruction


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


#: The programs whose absence can be told, with the packages that bring them.
_PACKAGES: Mapping[str, frozenset[str]] = {
    "curl": frozenset({"curl"}),
    "wget": frozenset({"wget"}),
    "nc": frozenset({"netcat", "netcat-openbsd", "netcat-traditional", "nmap-ncat"}),
    "ps": frozenset({"procps", "procps-ng"}),
    "pgrep": frozenset({"procps", "procps-ng"}),
    "ss": frozenset({"iproute2"}),
    "netstat": frozenset({"net-tools"}),
    "jq": frozenset({"jq"}),
    "http": frozenset({"httpie"}),
}
#: What BusyBox, Alpine's only tool box, does not have of them.
_NOT_IN_BUSYBOX = frozenset({"curl", "ss", "jq", "http"})
_IN_FULL_PYTHON = frozenset({"curl", "wget", "ps", "pgrep"})
#: Debian packages that bring none of the programs but those of their own name.
_PLAIN_PACKAGES = _words(
    "apt-transport-https bash bzip2 ca-certificates default-jre-headless default-libmysqlclient-dev dnsutils dos2unix",
    "dumb-init ffmpeg file fonts-dejavu g++ gcc git gosu graphviz iproute2 iputils-ping jq less libcurl4-openssl-dev",
    "libffi-dev libgl1 libglib2.0-0 libgomp1 libjpeg-dev libmagic-dev libmagic1 libpq-dev libpq5 libsm6 libsqlite3-dev",
    "libssl-dev libxext6 libxml2-dev libxslt1-dev locales lsb-release make media-types nano net-tools netcat",
    "netcat-openbsd netcat-traditional nginx openssh-client openssl pandoc patch pkg-config poppler-utils",
    "postgresql-client procps python3-dev redis-tools rsync sqlite3 sudo supervisor tesseract-ocr tini tzdata unzip",
    "curl wget xz-utils zip zlib1g-dev libpq musl-dev linux-headers httpie",
)
#: Packages that may bring wget or procps by way of recommended ones.
_PACKAGES_WITHOUT_CURL = frozenset({"build-essential", "cmake", "gnupg", "vim", "software-properties-common", "npm"})
_MANAGERS = frozenset({"apt-get", "apt", "aptitude", "apk", "dnf", "yum", "microdnf"})
_INSTALLING = frozenset({"install", "add"})
_REMOVING = frozenset({"remove", "purge", "del"})
#: Commands of a RUN that install no program.
_HARMLESS = _words(
    ": [ addgroup adduser cat cd chmod chown cp date echo export find grep groupadd id install ln ls mkdir mv pip pip3",
    "poetry printf pwd python python3 rm sed set sleep sort tee test touch true umask uname update-ca-certificates",
    "useradd usermod uv uvx pdm pipenv 10xgraph agentflow",
)
#: Folders which, copied from elsewhere, may hold any program.
_PROGRAM_FOLDERS = ("/", "/usr", "/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local", "/usr/local/bin")


def program_in_image(image: Image, name: str) -> Value[bool]:
    """Whether a container of ``image`` finds the program ``name``; unknown for one that nothing is known about.

    The origin of a known absence is the FROM that decides it.
    """
    stages = stages_of(image)
    at = Location(image.dockerfile_path, stages[0].instruction.span)
    if name not in _PACKAGES or not stages[0].base:
        return Unknown(f"which programs are in the image besides {name} is not known")
    shipped = _in_base(stages[0].base, name)
    present, reason = shipped is True, None if shipped is not None else f"what {stages[0].base} ships is not known"
    for stage in stages:
        for instruction in stage.instructions:
            verdict = _effect(instruction, name)
            if isinstance(verdict, str):
                reason = verdict
            elif verdict is not None:
                present, reason = verdict, None
    if reason is not None and not present:
        return Unknown(reason, Origin("FROM", at))
    return Known(present, Origin(f"FROM {stages[0].base}", at))


def is_busybox(image: Image, name: str) -> bool:
    """Whether the program, if it is there, is BusyBox's: an Alpine image that installs no other."""
    base = stages_of(image)[0].base or ""
    repository, tag = repository_and_tag(base)
    if repository != "alpine" and "alpine" not in tag:
        return False
    return all(
        _effect(instruction, name) is not True for stage in stages_of(image) for instruction in stage.instructions
    )


def _in_base(reference: str, name: str) -> bool | None:
    repository, tag = repository_and_tag(reference)
    if repository == "alpine" or (repository == "python" and "alpine" in tag):
        return name not in _NOT_IN_BUSYBOX
    if repository == "python" and "windows" not in tag:
        if "slim" in tag:
            return False
        return True if name in _IN_FULL_PYTHON else None
    if repository == "debian":
        return False
    return False if repository == "ubuntu" and name in ("curl", "wget", "nc", "jq", "http") else None


def _effect(instruction: Instruction, name: str) -> bool | str | None:
    """What an instruction does to a program: brings it, takes it away, nothing (None), or why that is open."""
    if instruction.keyword in ("COPY", "ADD"):
        return _copied(instruction, name)
    if instruction.keyword != "RUN":
        return None
    if instruction.heredocs:
        return "a RUN runs an inline script"
    text = instruction.command or LocatedText(" ".join(_quoted(word.text) for word in instruction.words))
    verdict: bool | str | None = None
    for words in _commands(text, 0):
        found = _installs(words, name)
        if found is not None:
            verdict = found
    return verdict


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _commands(text: LocatedText, depth: int) -> Iterator[tuple[Word, ...]]:
    for command in plain_commands(text) if depth <= 3 else ():
        launched = launch(command.words)
        if launched.script is not None and launched.script.text is not None:
            yield from _commands(LocatedText(launched.script.text), depth + 1)
        elif launched.script is not None or launched.reason is not None:
            yield (Word(None, reason="a RUN runs a script"),)
        elif not launched.module and launched.words:
            yield launched.words


def _installs(words: tuple[Word, ...], name: str) -> bool | str | None:
    program = posixpath.basename(words[0].text or "")
    if program in _HARMLESS or program.startswith("python"):
        return None
    if program not in _MANAGERS:
        return f"what `{program or 'a command'}` in a RUN installs is not known"
    verbs = [word.text for word in words[1:] if word.text and not word.text.startswith("-")]
    if verbs and verbs[0] in _REMOVING:
        return False if _PACKAGES[name].intersection(verbs[1:]) else None
    if not verbs or verbs[0] not in _INSTALLING:
        return None
    if any(word.text is None for word in words):
        return "a RUN installs packages that are not known"
    return _brings(verbs[1:], name)


def _brings(packages: Iterable[str], name: str) -> bool | str | None:
    bare = [re.split(r"[=<>~/:]", package)[0] for package in packages]
    if _PACKAGES[name].intersection(bare):
        return True
    harmless = _PLAIN_PACKAGES | _PACKAGES_WITHOUT_CURL if name == "curl" else _PLAIN_PACKAGES
    unknown = next((package for package in bare if package not in harmless and not package.startswith(".")), None)
    return f"whether the package {unknown} brings {name} is not known" if unknown else None


def _copied(instruction: Instruction, name: str) -> bool | str | None:
    sources = [word.text for word in instruction.words[:-1]]
    target = instruction.words[-1].text.rstrip("/") or "/" if instruction.words else ""
    if any(posixpath.basename(source) == name for source in sources):
        return True
    elsewhere = instruction.flag("from") is not None or instruction.keyword == "ADD"
    if elsewhere and (target in _PROGRAM_FOLDERS or any("$" in source for source in sources)):
        return "a COPY may bring programs along"
    return None
