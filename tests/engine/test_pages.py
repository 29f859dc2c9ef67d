from __future__ import annotations

import pytest

from agentflow_lint.engine.pages import PageError, read_page

PAGE = """\
# XX301 some-rule

Decides something.

## Why it matters

Because.

## What the server does

- It serves.

## Fires

### One

```json title="agentflow.json"
{
  "agent": "a:b"
}
```

Some words between the blocks.

```ini title="deploy/.env"
# not a heading
A=1
```

```text title="findings"
deploy/.env:2:1 XX301
agentflow.json:1:1 XX301 project exposes
```

### Two

```text title="empty.txt"
```

```text title="findings"
empty.txt:1:1 XX301 -
```

## Does not fire

```json title="agentflow.json"
{}
```

```text title="undecided"
1
```

## Fix

Do it.

## Options

None.

## References

- A page
"""


def test_a_page_gives_its_title_introduction_sections_and_examples() -> None:
    page = read_page(PAGE, "some_rule.md")
    assert (page.code, page.name, page.introduction) == ("XX301", "some-rule", "Decides something.")
    assert page.sections["Fix"] == "Do it."
    assert page.sections["Fires"].startswith("### One")
    assert '"agent": "a:b"' in page.sections["Fires"]
    assert [(example.name, example.fires) for example in page.examples] == [
        ("One", True),
        ("Two", True),
        ("Does not fire", False),
    ]


def test_an_example_gives_exact_files_and_expected_verdicts() -> None:
    one, two, silent = read_page(PAGE, "some_rule.md").examples
    assert one.files == {"agentflow.json": b'{\n  "agent": "a:b"\n}\n', "deploy/.env": b"# not a heading\nA=1\n"}
    assert one.findings == ("deploy/.env:2:1 XX301", "agentflow.json:1:1 XX301 project exposes")
    assert two.files == {"empty.txt": b""}
    assert silent.undecided == ("1",)


@pytest.mark.parametrize(
    ("attributes", "content"),
    [
        ("", b"A=1\nB=\xc3\xa9\n"),
        (' newline="none"', b"A=1\nB=\xc3\xa9"),
        (' newline="crlf"', b"A=1\r\nB=\xc3\xa9\r\n"),
        (' encoding="utf-8-sig"', b"\xef\xbb\xbfA=1\nB=\xc3\xa9\n"),
        (' encoding="latin-1"', b"A=1\nB=\xe9\n"),
        (' encoding="utf-16"', "A=1\nB=é\n".encode("utf-16")),
    ],
)
def test_bytes_that_markdown_cannot_spell_are_described_by_attributes(attributes: str, content: bytes) -> None:
    page = PAGE.replace('```json title="agentflow.json"\n{}', f'```ini title=".env"{attributes}\nA=1\nB=é')
    assert read_page(page, "p.md").examples[-1].files[".env"] == content


def test_a_block_may_hold_fences_when_its_own_is_longer() -> None:
    page = PAGE.replace('```json title="agentflow.json"\n{}\n```', '````md title="a.md"\n```\nx\n```\n````')
    assert read_page(page, "p.md").examples[-1].files["a.md"] == b"```\nx\n```\n"


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("# XX301 some-rule", "XX301 some-rule", "text before the title"),
        ("# XX301 some-rule", "# some-rule", "is not 'CODE name'"),
        ("Decides something.\n", "", "one paragraph"),
        ("## Options\n\nNone.\n", "", "the sections are"),
        ("## Fix", "## Repair", "the sections are"),
        ("Do it.\n", "", "section Fix is empty"),
        ('title="deploy/.env"', "", "needs a title"),
        ('title="deploy/.env"', 'title="../.env"', "not a path inside"),
        ('title="deploy/.env"', 'title="/etc/passwd"', "not a path inside"),
        ('title="deploy/.env"', 'title="a/../.env"', "not a path inside"),
        ('title="deploy/.env"', 'title="agentflow.json"', "a second block"),
        ('title="deploy/.env"', 'title="x" colour="red"', "unknown attribute colour"),
        ('title="deploy/.env"', "title=x", "info string"),
        ('title="deploy/.env"', 'title="x" newline="cr"', "newline is none or crlf"),
        ('title="deploy/.env"', 'title="x" encoding="rot13"', "encoding is one of"),
        ("A=1\n", "A=é\n", None),
        ('title="undecided"\n1', 'title="findings"\na:1:1 XX301', "has no findings"),
        ("empty.txt:1:1 XX301 -\n", "", "findings that is not empty"),
        ('```json title="agentflow.json"\n{}\n```\n\n```text title="undecided"\n1\n```\n', "", "Does not fire"),
        ("- A page\n", "```\nopen\n", "not closed"),
    ],
)
def test_a_page_out_of_form_is_an_error(old: str, new: str, complaint: str | None) -> None:
    assert old in PAGE
    page = PAGE.replace(old, new, 1)
    if complaint is None:
        read_page(page, "p.md")
        return
    with pytest.raises(PageError, match=complaint):
        read_page(page, "p.md")


def test_an_error_names_file_and_line() -> None:
    with pytest.raises(PageError, match=r"^some/page\.md:17: a block of an example needs a title$"):
        read_page(PAGE.replace(' title="agentflow.json"', "", 1), "some/page.md")
