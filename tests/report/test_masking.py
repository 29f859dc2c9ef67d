from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentflow_lint.report.masking import MAX_LINE, masked, masked_line
from agentflow_lint.sources.text import SourceText
from tests.bounded import bounded

SECRET = "hunter2hunter2"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("JWT_SECRET_KEY=hunter2", "JWT_SECRET_KEY=***"),
        ("export JWT_SECRET_KEY = hunter2 with blanks # why", "export JWT_SECRET_KEY = ***"),
        ('JWT_SECRET_KEY="hunter2" # why', 'JWT_SECRET_KEY="***" # why'),
        ("JWT_SECRET_KEY='hun\"ter2'", "JWT_SECRET_KEY='***'"),
        (r'JWT_SECRET_KEY="hun\"ter2"', 'JWT_SECRET_KEY="***"'),
        ('JWT_SECRET_KEY="hunter2', 'JWT_SECRET_KEY="***'),
        ("JWT_SECRET_KEY=", "JWT_SECRET_KEY="),
        ('proxy_set_header Authorization "Basic hunter2";', 'proxy_set_header Authorization "***";'),
        ("location / { proxy_set_header X-Api-Key hunter2; }", "location / { proxy_set_header X-Api-Key ***"),
        ("set $api_key hunter2;", "set $api_key ***"),
        ("proxy_set_header Host $host;", "proxy_set_header Host $host;"),
        ('CMD ["serve", "--api-key", "hunter2"]', 'CMD ["serve", "--api-key", "***"]'),
        ("command: [serve, --api-key, hunter2]", "command: [serve, --api-key, ***"),
        ('test: ["CMD", "curl", "-u", "a:hunter2", "x"]', 'test: ["CMD", "curl", "-u", "***", "x"]'),
        ("HEALTHCHECK CMD curl --user a:hunter2 http://x", "HEALTHCHECK CMD curl --user *** http://x"),
        ("command: redis-server --requirepass hunter2", "command: redis-server --requirepass ***"),
        ("DB_PASS=hunter2", "DB_PASS=***"),
        ("- {name: API_KEY, value: hunter2}", "- {name: API_KEY, value: ***"),
        ("- {value: hunter2, name: API_KEY}", "- {value: ***"),
        ('{"name": "API_KEY", "value": "hunter2"}', '{"name": "API_KEY", "value": "***"}'),
        ("JWT_SECRET_KEY=${JWT_SECRET_KEY}", "JWT_SECRET_KEY=${JWT_SECRET_KEY}"),
        ("PASSWORD=/hunter2", "PASSWORD=***"),
        (
            'Pg(postgres_dsn=os.environ["DATABASE_URL"], redis=r)',
            'Pg(postgres_dsn=os.environ["DATABASE_URL"], redis=r)',
        ),
        ("password = os.getenv('DB_PASSWORD')", "password = os.getenv('DB_PASSWORD')"),
        ('key=environ.get("A"), secret="hunter2"', 'key=environ.get("A"), secret="***"'),
        ('password = os.environ["A"] + "hunter2"', "password = ***"),
        ('password = os.environ["A"] or "hunter2"', "password = ***"),
        ('password = os.getenv("A", "hunter2")', "password = ***"),
        ('password = os.getenv("A", ) or "hunter2"', "password = ***"),
        ("REDIS_URL=redis://user:hunter2@cache:6379/0", "REDIS_URL=redis://***@cache:6379/0"),
        ('  "api_key": "hunter2",', '  "api_key": "***",'),
        ('{"api_key": "hunter2", "model": "gpt"}', '{"api_key": "***", "model": "gpt"}'),
        ('"redis": "redis://:hunter2@cache/0"', '"redis": "redis://***@cache/0"'),
        ("  api_key: hunter2", "  api_key: ***"),
        ("    - JWT_SECRET_KEY=hunter2", "    - JWT_SECRET_KEY=***"),
        ("ENV JWT_SECRET_KEY hunter2", "ENV JWT_SECRET_KEY ***"),
        ("JWT_SECRET_KEY hunter2", "JWT_SECRET_KEY ***"),
        ('export JWT_SECRET_KEY "hunter2"', 'export JWT_SECRET_KEY "***"'),
        ("setenv JWT_SECRET_KEY hunter2", "setenv JWT_SECRET_KEY ***"),
        (
            'ENV MODE=production JWT_SECRET_KEY="hunter2" DOCS_PATH=',
            'ENV MODE=production JWT_SECRET_KEY="***" DOCS_PATH=',
        ),
        ("ARG JWT_SECRET_KEY=hunter2", "ARG JWT_SECRET_KEY=***"),
        ("CMD serve --api-key hunter2", "CMD serve --api-key ***"),
        ("CMD serve --api-key=hunter2", "CMD serve --api-key=***"),
        ('os.environ["JWT_SECRET_KEY"] = "hunter2"', 'os.environ["JWT_SECRET_KEY"] = "***"'),
        ('KEY = os.getenv("JWT_SECRET_KEY", "hunter2")', "KEY = ***"),
        ('value = os.getenv("JWT_SECRET_KEY", "hunter2")', 'value = os.getenv("JWT_SECRET_KEY", "***")'),
        ('client(api_key="hunter2", model="gpt")', 'client(api_key="***", model="gpt")'),
        ('"authorization": "Bearer hunter2"', '"authorization": "***"'),
        ('"password:hunter2"', '"password:***'),
        ('"auth": "hunter2"', '"auth": "***"'),
        ("x = 'sk-proj-abcdefghijklmnopqrstuvwxyz'", "x = '***'"),
        ("x = AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEf", "x = ***"),
    ],
)
def test_a_secret_is_hidden(line: str, shown: str) -> None:
    assert masked(line) == shown


@pytest.mark.parametrize(
    "line",
    [
        "ORIGINS=*",
        "- {name: MODE, value: production}",
        'CMD ["serve", "--host", "0.0.0.0"]',
        "proxy_pass http://api:8000;",
        "MODE=production # not development",
        '  "auth": "jwt",',
        '  "auth": {"method": "custom", "path": "graph.auth:Auth"},',
        '  "authorization": "graph.auth:Backend",',
        '  "path": "auth:Auth",',
        "JWT_ALGORITHM=HS256",
        "FROM python:3.12@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "from agentflow.storage.checkpointer import InMemoryCheckpointer",
        "COPY some/very/long/path/to/Some/Thing1/that/is/no/Secret2/at/all /app",
        "ORIGINS=https://app.example.com,https://admin.example.com",
        "ORIGINS https://app.example.com",
        "        token in seen",
        "",
    ],
)
def test_what_a_person_needs_stays(line: str) -> None:
    assert masked(line) == line


@pytest.mark.parametrize(
    ("lines", "number"),
    [
        (["- name: JWT_SECRET_KEY", "  value: hunter2hunter2"], 2),
        (['- name: "JWT_SECRET_KEY"', '  value: "hunter2hunter2"'], 2),
        (['  "api_key":', '    "hunter2hunter2"'], 2),
        (["ENV JWT_SECRET_KEY=\\", "    hunter2hunter2"], 2),
        (["API_KEY = (", '    "hunter2hunter2"', ")"], 2),
        (["API_KEY = (", "", '    "hunter2hunter2"', ")"], 3),
        (["api_key: |", "  hunter2hunter2"], 2),
        (['API_KEY = """', "hunter2hunter2"], 2),
        (["- --api-key", f"- {SECRET}"], 2),
        ([f"- value: {SECRET}", "  name: API_KEY"], 1),
    ],
)
def test_a_secret_named_on_the_line_before_is_hidden(lines: list[str], number: int) -> None:
    shown = masked_line(SourceText("\n".join(lines)), number)
    assert shown is not None
    assert SECRET not in shown
    assert shown.strip()


def test_a_secret_compared_with_is_hidden() -> None:
    assert SECRET not in masked(f'if token == "{SECRET}":')


def test_a_value_named_harmlessly_on_the_line_before_stays() -> None:
    assert masked_line(SourceText("- name: MODE\n  value: development"), 2) == "  value: development"


def test_what_stands_in_the_auth_object_stays() -> None:
    assert masked_line(SourceText('"auth": {\n  "method": "custom",\n'), 2) == '  "method": "custom",'


@pytest.mark.parametrize("line", ["POSTGRES_DSN=", "REDIS_URL=redis://cache", "export TICKETS_FILE="])
def test_the_variable_after_an_empty_one_of_an_env_file_stays(line: str) -> None:
    assert masked_line(SourceText(f"GEMINI_API_KEY=\n{line}\n"), 2, assignments_only=True) == line


@pytest.mark.parametrize("line", ["aHVudGVyMg==", "JBSWY3DPEHPK3PXP=", "hunter2", "  HUNTER=", "DB_PASSWORD=hunter2"])
def test_a_secret_slipped_onto_the_next_line_of_an_env_file_is_hidden(line: str) -> None:
    shown = masked_line(SourceText(f"API_KEY=\n{line}\n"), 2, assignments_only=True)
    assert shown is not None
    assert shown.endswith("***")


def test_a_line_too_long_is_not_shown() -> None:
    assert masked_line(SourceText("x" * (MAX_LINE + 1)), 1) is None


@settings(max_examples=200, deadline=None)
@given(
    before=st.text(st.characters(exclude_characters="\r\n", codec="utf-8"), max_size=60),
    quote=st.sampled_from(["", '"', "'"]),
    operator=st.sampled_from(["=", ": ", " = ", ":"]),
)
def test_whatever_stands_before_an_assignment_its_value_is_hidden(before: str, quote: str, operator: str) -> None:
    line = f"{before} JWT_SECRET_KEY{operator}{quote}{SECRET}{quote}"
    assert SECRET not in masked(line)


@pytest.mark.parametrize("unit", ["a", "a=", "key=", '"', "a:", "://", "x@", "-", "A1b", " ", '"key",'])
def test_no_line_takes_long(unit: str) -> None:
    line = (unit * MAX_LINE)[:MAX_LINE]
    with bounded():
        masked(line)
