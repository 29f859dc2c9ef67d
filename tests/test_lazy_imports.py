"""What a project has no files for is not imported: a cold run is mostly imports."""

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parent.parent / "examples" / "sound-agent"
_LIST = (
    "import sys\nfrom agentflow_lint.cli.main import main\nmain(sys.argv[1:])\n"
    "print('\\n'.join(name for name in sys.modules if name.startswith('agentflow_lint')), file=sys.stderr)\n"
)

#: Modules that read a kind of file, and a file that makes them needed.
READERS = {
    "agentflow_lint.model.compose.loading": ("compose.yaml", "services:\n  web: {build: .}\n"),
    "agentflow_lint.sources.compose": ("docker-compose.prod.yml", "services:\n  web: {build: .}\n"),
    "agentflow_lint.model.kubernetes.deployments": ("k8s/web.yaml", "apiVersion: apps/v1\nkind: Deployment\n"),
    "agentflow_lint.sources.kubernetes": ("web.yaml", "apiVersion: apps/v1\nkind: Deployment\n"),
    "agentflow_lint.sources.nginx": ("nginx/default.conf", "server { location / { proxy_pass http://web:8000; } }\n"),
    "agentflow_lint.model.proxies.fronts": ("nginx.conf", "events {}\nhttp {}\n"),
    "agentflow_lint.sources.yaml": ("compose.yaml", "services:\n  web: {build: .}\n"),
    "agentflow_lint.engine.suppressions.scopes": (".env", "A=1  # agentflow-lint: ignore[AF301]\n"),
    "agentflow_lint.sources.comments.env": (".env", "A=1  # agentflow-lint: ignore[AF301]\n"),
    "agentflow_lint.engine.suppressions.unused": ("agentflow-lint.toml", 'per-file-ignores = { a = ["AF301"] }\n'),
}


#: What only some format needs.
FORMATS = {
    "concise": {"concise"},
    "json": {"json"},
    "sarif": {"sarif", "sarif_rules", "regions", "repository", "rule_help", "entries"},
    "github": {"github", "repository", "entries"},
    "gitlab": {"gitlab", "repository", "entries"},
    "junit": {"junit", "repository", "entries", "text"},
    "markdown": {"markdown", "repository", "entries"},
    "html": {"html", "html_style", "markup", "repository", "rule_help", "entries"},
    "text": {"text"},
}


def imported(project: Path, *options: str) -> set[str]:
    command = [sys.executable, "-c", _LIST, "check", str(project), *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    names = set(done.stderr.split())
    assert "agentflow_lint.model.project" in names, done.stderr
    return names


def test_a_project_without_such_files_needs_none_of_it() -> None:
    assert sorted(imported(EXAMPLE) & READERS.keys()) == []


@pytest.mark.parametrize("module", sorted(READERS))
def test_a_file_of_the_kind_is_read(module: str, tmp_path: Path) -> None:
    (tmp_path / "10xgraph.json").write_text('{"agent": "graph.agent:app"}')
    path, text = READERS[module]
    (tmp_path / path).parent.mkdir(exist_ok=True)
    (tmp_path / path).write_text(text)
    assert module in imported(tmp_path)


@pytest.mark.parametrize("output", sorted(FORMATS))
def test_a_format_imports_no_other_one(output: str) -> None:
    reports = {f"agentflow_lint.report.{name}" for names in FORMATS.values() for name in names}
    wanted = {f"agentflow_lint.report.{name}" for name in FORMATS[output]}
    assert imported(EXAMPLE, "--output-format", f"{output}=/dev/null") & reports == wanted


def test_text_is_the_default_and_imports_no_other_format() -> None:
    reports = {f"agentflow_lint.report.{name}" for names in FORMATS.values() for name in names}
    assert imported(EXAMPLE) & reports == {"agentflow_lint.report.text"}
