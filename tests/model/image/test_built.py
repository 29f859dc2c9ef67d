from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentflow_lint.model.command.process import words_of
from agentflow_lint.model.files import ProjectFiles
from agentflow_lint.model.image.built import Image, ImageProblem, NotInImage, build_image
from agentflow_lint.model.image.steps import unread_step
from agentflow_lint.model.values import Known, Location, Origin, Unknown
from agentflow_lint.sources.text import Span
from tests.bounded import bounded

if TYPE_CHECKING:
    from pathlib import Path

TREE = (
    "agentflow.json",
    ".env",
    "graph/agent.py",
    "graph/tools/search.py",
    "store/__init__.py",
    "requirements.txt",
    "src/app/main.py",
)


class Project:
    def __init__(self, root: Path) -> None:
        self.root = root
        for name in TREE:
            self.write(name, "")

    def write(self, name: str, text: str) -> None:
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_text(text)

    def image(self, dockerfile: str, ignore: str | None = None, **options: str) -> Image:
        self.write("Dockerfile", dockerfile)
        if ignore is not None:
            self.write(".dockerignore", ignore)
        image = build_image(ProjectFiles(str(self.root)), "Dockerfile", **options)  # type: ignore[arg-type]
        assert isinstance(image, Image)
        return image


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def place(image: Image, path: str) -> str | None:
    """Where a file is; None when it is certainly nowhere, ``?`` when unknown. The way back must agree."""
    found = image.place_of(path)
    if isinstance(found, Known):
        back = image.project_path_of(found.value)
        assert not isinstance(back, NotInImage), (found, back)
        return found.value
    return "?" if isinstance(found, Unknown) else None


@pytest.mark.parametrize(
    ("copy", "path", "expected"),
    [
        ("COPY . .", "agentflow.json", "/app/agentflow.json"),
        ("COPY . .", "graph/tools/search.py", "/app/graph/tools/search.py"),
        ("COPY . .", "graph", "/app/graph"),
        ("COPY ./ /srv", "agentflow.json", "/srv/agentflow.json"),
        ("COPY agentflow.json .", "agentflow.json", "/app/agentflow.json"),
        ("COPY agentflow.json ./", "agentflow.json", "/app/agentflow.json"),
        ("COPY agentflow.json /app", "agentflow.json", "/app/agentflow.json"),  # WORKDIR made the folder
        ("COPY agentflow.json /conf", "agentflow.json", "/conf"),  # a file of that name
        ("COPY agentflow.json /conf/", "agentflow.json", "/conf/agentflow.json"),
        ("COPY agentflow.json conf/prod.json", "agentflow.json", "/app/conf/prod.json"),
        ("COPY agentflow.json requirements.txt conf/", "requirements.txt", "/app/conf/requirements.txt"),
        ("COPY agentflow.json /opt", "agentflow.json", "/opt/agentflow.json"),
        ("COPY agentflow.json .", "graph/agent.py", None),
        ("COPY graph graph", "graph/agent.py", "/app/graph/agent.py"),
        ("COPY graph/ .", "graph/agent.py", "/app/agent.py"),  # the contents, not the folder
        ("COPY graph .", "graph/tools/search.py", "/app/tools/search.py"),
        ("COPY graph /code/graph/", "graph", "/code/graph"),
        ("COPY graph/tools tools", "graph/agent.py", None),
        ("COPY *.json ./", "agentflow.json", "/app/agentflow.json"),
        ("COPY *.json ./", "requirements.txt", None),
        ("COPY g* ./", "graph/agent.py", "/app/agent.py"),  # each match of a wildcard gives its contents
        ("COPY graph/*.py ./", "graph/agent.py", "/app/agent.py"),
        ("COPY graph/*.py ./", "graph/tools/search.py", None),
        ('COPY ["agentflow.json", "./"]', "agentflow.json", "/app/agentflow.json"),
        ("COPY /graph /graph", "graph/agent.py", "/graph/agent.py"),
        ("COPY ../graph /graph", "graph/agent.py", "/graph/agent.py"),
        ("COPY --parents graph/tools ./", "graph/tools/search.py", "/app/graph/tools/search.py"),
        ("COPY --exclude=*.py graph ./graph", "graph/agent.py", None),
        ("ADD agentflow.json .", "agentflow.json", "/app/agentflow.json"),
        ("ADD https://x/agentflow.json .", "agentflow.json", None),
        ("ARG D=conf\nCOPY agentflow.json $D/", "agentflow.json", "/app/conf/agentflow.json"),
        ("ARG D\nCOPY agentflow.json $D/", "agentflow.json", "?"),
        ("WORKDIR sub\nCOPY . .", "agentflow.json", "/app/sub/agentflow.json"),
        ("COPY . .\nRUN rm -rf graph store", "graph/agent.py", None),
        ("COPY . .\nRUN rm *.json", "agentflow.json", None),
        ("COPY . .\nRUN rm -rf /var/lib/apt/lists/*", "agentflow.json", "/app/agentflow.json"),
        ("COPY . .\nRUN mv graph /elsewhere", "graph/agent.py", "?"),
        ("COPY . .\nRUN rm .env\nCOPY .env .", ".env", "/app/.env"),
        ("RUN git clone https://x/y .", "agentflow.json", "?"),
        ("RUN mkdir /conf\nCOPY agentflow.json /conf", "agentflow.json", "?"),
        ("RUN --mount=type=bind,target=/x cp -r /x/. /app", "agentflow.json", "?"),
        ("RUN apt-get install -y curl git && pip install x", "agentflow.json", None),
        ("COPY --from=nope . .", "agentflow.json", "?"),
        ("COPY --from=nginx:1 /etc /etc", "agentflow.json", None),
    ],
)
def test_where_copies_put_files(project: Project, copy: str, path: str, expected: str | None) -> None:
    image = project.image(f"FROM python:3.12\nWORKDIR /app\n{copy}\n")
    assert place(image, path) == expected


def test_the_last_place_below_the_working_directory_is_the_place(project: Project) -> None:
    image = project.image("FROM python:3.12\nCOPY . /build\nWORKDIR /app\nCOPY . .\nCOPY agentflow.json /etc/\n")
    places = image.places_of("agentflow.json")
    assert isinstance(places, tuple)
    assert [each.value for each in places] == ["/build/agentflow.json", "/app/agentflow.json", "/etc/agentflow.json"]
    assert place(image, "agentflow.json") == "/app/agentflow.json"
    found = image.place_of("agentflow.json")
    assert isinstance(found, Known)
    assert found.origin == Origin("COPY in Dockerfile", Location("Dockerfile", Span(4, 1, 4, 9)))


def test_what_the_ignore_file_keeps_out_is_named_with_its_line(project: Project) -> None:
    image = project.image("FROM python:3.12\nWORKDIR /app\nCOPY . .\n", "# secrets\n.env\nstore/\n")
    expected = NotInImage(
        ".env in .dockerignore line 2 keeps it out of the build context", Location(".dockerignore", Span(2, 1, 2, 5))
    )
    assert image.place_of(".env") == expected
    assert image.project_path_of("/app/.env") == expected
    assert isinstance(image.place_of("store/__init__.py"), NotInImage)
    assert isinstance(image.place_of("store"), NotInImage)
    assert place(image, "graph/agent.py") == "/app/graph/agent.py"


def test_a_folder_stays_when_an_exception_keeps_a_file_of_it(project: Project) -> None:
    image = project.image("FROM python:3.12\nCOPY . /app\n", "*\n!graph/agent.py\n")
    assert place(image, "graph") == "/app/graph"
    assert place(image, "graph/tools/search.py") is None
    assert isinstance(image.place_of("store"), NotInImage)


def test_the_dockerfiles_own_ignore_file_wins(project: Project) -> None:
    project.write("Dockerfile.dockerignore", "store\n")
    image = project.image("FROM python:3.12\nCOPY . /app\n", ".env\n")
    assert image.ignore_path == "Dockerfile.dockerignore"
    assert place(image, ".env") == "/app/.env"
    assert place(image, "store/__init__.py") is None


def test_the_build_context_may_be_a_folder(project: Project) -> None:
    project.write("src/.dockerignore", "app/main.py\n")
    image = project.image("FROM python:3.12\nCOPY . /app\n", context="src")
    assert isinstance(image.place_of("agentflow.json"), NotInImage)
    assert isinstance(image.place_of("src/app/main.py"), NotInImage)
    assert place(image, "src/app") == "/app/app"
    (project.root / "src/.dockerignore").unlink()
    again = project.image("FROM python:3.12\nCOPY app /srv\n", context="./src/")
    assert place(again, "src/app/main.py") == "/srv/main.py"
    assert again.project_path_of("/srv/main.py") == Known(
        "src/app/main.py", Origin("COPY in Dockerfile", Location("Dockerfile", Span(2, 1, 2, 14)))
    )


def test_files_that_pass_through_an_earlier_stage(project: Project) -> None:
    image = project.image(
        "FROM python:3.12 AS Builder\nWORKDIR /build\nCOPY . .\n"
        "FROM python:3.12-slim\nCOPY --from=builder /build/graph /app/graph\nCOPY --from=0 /opt/venv /opt/venv\n"
    )
    assert place(image, "graph/agent.py") == "/app/graph/agent.py"
    assert place(image, "agentflow.json") is None
    source = image.project_path_of("/app/graph/tools/search.py")
    assert isinstance(source, Known)
    assert source.value == "graph/tools/search.py"


def test_a_stage_holds_what_the_stage_that_it_continues_holds(project: Project) -> None:
    image = project.image(
        "FROM python:3.12 AS base\nWORKDIR /app\nCOPY graph graph\nUSER app\nFROM base\nCOPY *.json .\n"
    )
    assert place(image, "graph/agent.py") == "/app/graph/agent.py"
    assert place(image, "agentflow.json") == "/app/agentflow.json"
    assert isinstance(image.user, Known)
    assert image.user.value == "app"
    base = project.image((project.root / "Dockerfile").read_text(), target="base")
    assert place(base, "agentflow.json") is None


def test_the_way_back_from_the_image(project: Project) -> None:
    image = project.image(
        "FROM python:3.12\nWORKDIR /app\nCOPY . .\nCOPY agentflow.json conf/prod.json\nRUN echo A=1 > /app/.env\n"
        "COPY <<EOF /app/graph/agent.py\nx\nEOF\nRUN rm requirements.txt\n"
    )
    assert isinstance(image.project_path_of("/app/.env"), Unknown)
    assert isinstance(image.project_path_of("/app/graph/agent.py"), Unknown)
    assert isinstance(image.project_path_of("/app/requirements.txt"), NotInImage)
    prod = image.project_path_of("conf/prod.json")
    assert isinstance(prod, Known)
    assert prod.value == "agentflow.json"
    assert image.project_path_of("/nowhere") == NotInImage(
        "nothing puts a file there", Location("Dockerfile", Span(1, 1, 1, 17))
    )


def test_a_base_image_that_nothing_is_known_of_may_hold_the_project(project: Project) -> None:
    image = project.image('FROM corp/app:1\nCMD ["uvicorn", "x:app"]\n', ".env\n")
    assert image.place_of("agentflow.json") == Unknown("the base image corp/app:1 may hold it")
    assert isinstance(image.project_path_of("/app/agentflow.json"), Unknown)
    assert isinstance(image.place_of(".env"), NotInImage)
    assert isinstance(image.workdir, Unknown)
    assert image.env_is_open == "the base image corp/app:1 may set a variable"


def test_working_directory(project: Project) -> None:
    assert project.image("FROM python:3.12\n").workdir == Known("/", Origin("the base image python:3.12"))
    image = project.image("FROM corp/x\nENV A=/srv\nWORKDIR $A\nWORKDIR app/../b\n")
    assert image.workdir == Known("/srv/b", Origin("WORKDIR in Dockerfile", Location("Dockerfile", Span(4, 9, 4, 17))))
    assert isinstance(project.image("FROM corp/x\nWORKDIR app\n").workdir, Unknown)
    assert isinstance(project.image("FROM python\nARG D\nWORKDIR /x/$D\n").workdir, Unknown)


def test_variables_carry_their_place_and_what_they_override(project: Project) -> None:
    image = project.image(
        "FROM python:3.12\nENV MODE=dev\nENV MODE=production PYTHONPATH=/app:src\nWORKDIR /w\nARG S\nENV T=$S\n"
    )
    mode = image.env["MODE"]
    assert isinstance(mode, Known)
    assert (mode.value, mode.origin.label, mode.origin.location) == (
        "production", "ENV in Dockerfile", Location("Dockerfile", Span(3, 10, 3, 20)),
    )  # fmt: skip
    overridden = Origin("ENV in Dockerfile", Location("Dockerfile", Span(2, 10, 2, 13)), "docker-env")
    assert mode.overrode == (Known("dev", overridden),)
    assert isinstance(image.python_path, Known)
    assert image.python_path.value == ("/app", "/w/src")
    assert isinstance(image.env["T"], Unknown)
    assert isinstance(image.env["PYTHON_VERSION"], Unknown)
    assert image.env_is_open is None
    assert image.user == Known("root", Origin("the base image python:3.12", Location("Dockerfile", Span(1, 1, 1, 17))))


def test_the_process_of_an_image(project: Project) -> None:
    image = project.image(
        'FROM python:3.12\nENV PORT=80\nENTRYPOINT ["tini", "--"]\nCMD uvicorn x:app --host 0.0.0.0 --port $PORT\n'
    )
    process = image.process
    assert process is not None
    assert (process.kind, process.port) == (
        "uvicorn",
        Known(80, Origin("CMD in Dockerfile", Location("Dockerfile", Span(4, 41, 4, 46)))),
    )
    assert image.command_span == Span(4, 1, 4, 46)
    other = image.process_with(image.env, command=words_of([("gunicorn", None), ("x:app", None)]), path="compose.yaml")
    assert other is not None
    assert other.kind == "gunicorn"
    replaced = image.process_with(image.env, entrypoint=words_of([("sleep", None), ("1", None)]))
    assert replaced is not None
    assert [word.text for word in replaced.argv] == ["sleep", "1"]
    assert project.image("FROM python:3.12\nCOPY . .\n").process is None


def test_a_gunicorn_configuration_in_the_working_directory_counts(project: Project) -> None:
    project.write("gunicorn.conf.py", "bind = '0.0.0.0:1'\n")
    image = project.image('FROM python:3.12\nWORKDIR /app\nCOPY . .\nCMD ["gunicorn", "x:app"]\n')
    assert image.process is not None
    assert isinstance(image.process.host, Known)
    assert image.process.host.value == "0.0.0.0"
    assert image.process.host.origin.location == Location("gunicorn.conf.py", Span(1, 1, 1, 19))


@pytest.mark.parametrize(
    ("run", "requirements", "files", "projects"),
    [
        ("pip install --no-cache-dir a 'b[c]>=1' -r requirements.txt", ["a", "b[c]>=1"], ["/app/requirements.txt"], 0),
        ("apt-get update && python -m pip install -U pip && pip3 install x", ["pip", "x"], [], 0),
        ("uv pip install --system -r req/prod.txt gunicorn", ["gunicorn"], ["/app/req/prod.txt"], 0),
        ("uv sync --frozen --no-dev --extra pg", [], [], 1),
        ("poetry install --only main", [], [], 1),
        ("pip install -e .[prod]", [], [], 1),
        ("sh -c 'pip install a'", ["a"], [], 0),
        ("pip uninstall -y pip", [], [], 0),
        ("pip freeze", [], [], 0),
    ],
)
def test_installs(project: Project, run: str, requirements: list[str], files: list[str], projects: int) -> None:
    installs = project.image(f"FROM python:3.12\nWORKDIR /app\nRUN {run}\n").installs
    assert [each.text for each in installs.requirements] == requirements
    assert [each.image_path for each in installs.files] == files
    assert len(installs.project) == projects


def test_installs_come_from_every_stage_that_reaches_the_image(project: Project) -> None:
    installs = project.image(
        "FROM python AS tests\nRUN pip install pytest\nFROM python AS b\nARG X\nRUN pip install a $X\n"
        "RUN python -c 'print(open(\"pyproject.toml\"))' > /tmp/r.txt && pip install -r /tmp/r.txt\n"
        "RUN uv sync --extra pg\nRUN conda install z\n"
        'FROM python\nCOPY --from=b /opt /opt\nRUN pip install "gunicorn>=23,<27"\n'
    ).installs
    assert [each.text for each in installs.requirements] == ["a", "gunicorn>=23,<27"]
    assert installs.requirements[1].location == Location("Dockerfile", Span(11, 17, 11, 35))
    assert [(each.image_path, each.from_pyproject) for each in installs.files] == [("/tmp/r.txt", True)]
    assert installs.extras == ("pg",)
    assert [each.reason for each in installs.unknown] == [
        "the build argument X has no default",
        "what conda installs is not modelled",
    ]


def test_no_image(project: Project) -> None:
    files = ProjectFiles(str(project.root))
    missing = build_image(files, "nope/Dockerfile")
    assert isinstance(missing, ImageProblem)
    assert missing.reason == "there is no such file"
    project.write("Dockerfile", "RUN x\n")
    problem = build_image(files, "Dockerfile")
    assert isinstance(problem, ImageProblem)
    assert problem.reason == "RUN before the first FROM"
    project.write("Other", "FROM x\n")
    stage = build_image(files, "Other", target="y")
    assert isinstance(stage, ImageProblem)
    assert stage.reason == "there is no stage y"


LINES = st.sampled_from(
    [
        "FROM python:3.12 AS b",
        "FROM corp/x",
        "FROM b AS c",
        "WORKDIR /app",
        "WORKDIR sub",
        "WORKDIR $X",
        "COPY . .",
        "COPY * /x/",
        "COPY graph /g",
        "COPY a b c",
        "COPY --from=b / /",
        "COPY --from=0 /app .",
        "ADD x.tar /",
        "RUN rm -rf graph",
        "RUN mv a b",
        "RUN cp -r . /app",
        "ENV X=$X$Y",
        "COPY <<E /e",
        "E",
        "ARG X=1",
        "ONBUILD COPY . /z",
        "CMD uvicorn x:app",
        'ENTRYPOINT ["a"]',
        "RUN pip install .",
        "USER $X",
        "COPY",
    ]
)


@settings(max_examples=150, deadline=None)
@given(lines=st.lists(LINES, max_size=12), path=st.sampled_from([*TREE, "graph", "nope", ".", "../x", "/abs"]))
def test_any_dockerfile_is_answered_and_the_way_back_agrees(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], path: str
) -> None:
    root = tmp_path_factory.getbasetemp() / "any"
    project = Project(root)
    image = project.image("\n".join(["FROM python:3.12", *lines]))
    if image.files.is_file(path) or image.files.is_dir(path):
        place(image, path)
    assert image.process is None or image.process.kind
    assert image.installs is not None


def test_hostile_dockerfiles_take_bounded_time(project: Project) -> None:
    with bounded():
        chain = (
            f"FROM python AS s{number}\n" + f"COPY --from=s{number - 1} / / /x/ /\n" * 5 for number in range(1, 45)
        )
        stages = ["FROM python AS s0\nCOPY . /", *chain]
        image = project.image("\n".join(stages))
        image.place_of("agentflow.json")
        image.project_path_of("/x/x/x/x/x/x/x/x/agentflow.json")
        assert image.installs is not None
        wild = project.image("FROM python\n" + "COPY */*/*/*/* /\n" * 200)
        wild.project_path_of("/nothing")


@pytest.mark.parametrize(
    ("builder", "copy", "expected"),
    [
        ("RUN pip install a", "COPY --from=b /usr/local /usr/local", ["a"]),
        ("RUN pip install a", "COPY --from=b /app /app", []),
        ("RUN pip install a", "COPY --from=b / /", ["a"]),
        ("RUN python -m venv /opt/venv && /opt/venv/bin/pip install a", "COPY --from=b /opt/venv /opt/venv", ["a"]),
        ("RUN python -m venv /srv/env && /srv/env/bin/pip install a", "COPY --from=b /srv/env /srv/env", ["a"]),
        ("RUN python -m venv env && env/bin/pip install a", "COPY --from=b /app/env /app/env", ["a"]),
        ("RUN python -m venv /srv/env && /srv/env/bin/pip install a", "COPY --from=b /app/dist /srv", []),
        ("RUN pip install --target=/srv/lib a", "COPY --from=b /srv/lib /srv/lib", ["a"]),
        ("RUN pip install --prefix /out a", "COPY --from=b /out /usr/local", ["a"]),
        ("RUN pip wheel -w /whl a", "COPY --from=b /whl /whl\nRUN pip install /whl/*", ["a"]),
        ("RUN uv pip install a", "COPY --from=b /app /app", []),
        ("ENV VIRTUAL_ENV=/srv/v\nRUN uv pip install a", "COPY --from=b /srv/v /srv/v", ["a"]),
        ("RUN uv venv && uv pip install a", "COPY --from=b /app /app", ["a"]),
        ("ARG X\nRUN pip install a", "ARG Y\nCOPY --from=b $Y /app", ["a"]),
        ("RUN pip install --user a", "COPY --from=b /root/.local /home/app/.local", ["a"]),
    ],
)
def test_packages_come_along_only_with_the_folder_that_they_lie_in(
    project: Project, builder: str, copy: str, expected: list[str]
) -> None:
    image = project.image(f"FROM python:3.12 AS b\nWORKDIR /app\n{builder}\nFROM python:3.12\n{copy}\n")
    assert [each.text for each in image.installs.requirements] == expected
    assert not image.installs.unknown


def test_a_requirements_file_exported_from_a_lock_file(project: Project) -> None:
    image = project.image(
        "FROM python:3.12 AS req\nRUN pip install poetry && poetry export -f requirements.txt --output req.txt\n"
        "FROM python:3.12\nCOPY --from=req /req.txt /app/req.txt\nRUN pip install -r /app/req.txt -r other.txt\n"
    )
    assert [(each.path, each.from_lock) for each in image.installs.files] == [
        ("/app/req.txt", True),
        ("other.txt", False),
    ]


@pytest.mark.parametrize(
    ("run", "code", "by_pip"),
    [
        ("pip install .", 1, True),
        ("pip install -e .", 1, True),
        ("uv sync --frozen --no-dev", 1, False),
        ("uv sync --frozen --no-install-project", 0, False),
        ("poetry install --no-root --only main", 0, False),
        ("poetry install", 1, False),
    ],
)
def test_whether_the_projects_own_code_is_installed(project: Project, run: str, code: int, by_pip: bool) -> None:
    installs = project.image(f"FROM python:3.12\nWORKDIR /app\nRUN {run}\n").installs
    assert (len(installs.project), len(installs.code), installs.by_pip) == (1, code, by_pip)


@pytest.mark.parametrize(
    ("mount", "mounted"),
    [
        ("type=bind,source=requirements.txt,target=requirements.txt", "requirements.txt"),
        ("type=bind,source=deploy/prod.txt,target=/app/requirements.txt", "deploy/prod.txt"),
        ("type=bind,target=.", "requirements.txt"),
        ("type=bind,src=deploy,dst=/app", "deploy/requirements.txt"),
        ("type=bind,from=builder,source=/r.txt,target=/app/requirements.txt", None),
        ("type=cache,target=/root/.cache", None),
        ("type=bind,source=other.txt,target=other.txt", None),
    ],
)
def test_a_requirements_file_that_is_mounted(project: Project, mount: str, mounted: str | None) -> None:
    image = project.image(f"FROM python:3.12\nWORKDIR /app\nRUN --mount={mount} pip install -r requirements.txt\n")
    assert [each.mounted for each in image.installs.files] == [mounted]


@pytest.mark.parametrize(
    ("dockerfile", "understood"),
    [
        ("FROM python:3.12\nRUN apt-get update && pip install x\n", True),
        ("FROM python:3.12\nRUN curl -LsSf https://astral.sh/uv/install.sh | sh\n", True),
        ("FROM python:3.12\nRUN curl -sSL https://install.python-poetry.org | python3 -\n", True),
        ("FROM python:3.12\nRUN curl -sSL https://example.com/x.sh | sh\n", False),
        ("FROM python:3.12\nRUN ./install.sh\n", False),
        ("FROM python:3.12\nRUN cp -r vendor /usr/lib/python3/site-packages\n", False),
        ("FROM python:3.12\nRUN . /opt/venv/bin/activate && pip install x\n", True),
        ("FROM python:3.12\nRUN poetry self add poetry-plugin-export && poetry export -o r.txt\n", True),
        ("FROM gcr.io/distroless/python3-debian12\nCOPY . .\n", True),
        ("FROM corp/base\nCOPY . .\n", False),
        ("FROM python:3.12\nCOPY --from=ghcr.io/astral-sh/uv:0.7 /uv /bin/\n", True),
        ("FROM python:3.12\nCOPY --from=corp/wheels / /\n", False),
    ],
)
def test_whether_every_step_is_understood(project: Project, dockerfile: str, understood: bool) -> None:
    assert (unread_step(project.image(dockerfile)) is None) is understood
