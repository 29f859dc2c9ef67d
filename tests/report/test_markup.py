from __future__ import annotations

import pytest

from agentflow_lint.report.markup import as_html, code_spans, inline


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("one\ntwo\n\nthree", "<p>one two</p>\n<p>three</p>"),
        ("### A `b`", "<h5>A <code>b</code></h5>"),
        ("- one\n  more\n- two", "<ul><li>one more</li><li>two</li></ul>"),
        ("before:\n- one", "<p>before:</p>\n<ul><li>one</li></ul>"),
        ("```python\na < b\n\n# c\n```\nafter", "<pre><code>a &lt; b\n\n# c</code></pre>\n<p>after</p>"),
        ("````\n```\n````", "<pre><code>```</code></pre>"),
        ("```\nnever closed", "<pre><code>never closed</code></pre>"),
        ("    a\n\n      b\nc", "<pre><code>a\n\n  b</code></pre>\n<p>c</p>"),
        (
            "| a | b |\n|---|---|\n| `c` | d \\| e |",
            "<table><thead><tr><th>a</th><th>b</th></tr></thead>"
            "<tbody><tr><td><code>c</code></td><td>d | e</td></tr></tbody></table>",
        ),
        ("", ""),
    ],
)
def test_blocks(markdown: str, html: str) -> None:
    assert as_html(markdown) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a <b> & `c<d>`", "a &lt;b&gt; &amp; <code>c&lt;d&gt;</code>"),
        ("**a `b`**", "<strong>a <code>b</code></strong>"),
        ("[a](https://b.example/?c&d)", '<a href="https://b.example/?c&amp;d">a</a>'),
        ("[a](javascript:alert)", "[a](javascript:alert)"),
        ("`[a](https://b)`", "<code>[a](https://b)</code>"),
        ("a ` b", "a ` b"),
    ],
)
def test_within_a_line(text: str, html: str) -> None:
    assert inline(text) == html


def test_a_sentence_has_no_markup_but_code() -> None:
    assert code_spans("`a<` [b](https://c) **d**") == "<code>a&lt;</code> [b](https://c) **d**"
