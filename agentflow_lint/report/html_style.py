"""The frame of the HTML report: its head and its style. It loads nothing, and no script runs in it."""

from __future__ import annotations

from string import Template

PAGE = Template(
    """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>agentflow-lint: $title</title>
<style>
:root { --ink: #1f2328; --dim: #59636e; --paper: #ffffff; --box: #f6f8fa; --line: #d1d9e0;
  --error: #c21c2c; --warning: #8a5a00; --info: #0b62c4; --good: #19713a; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --dim: #9aa4af; --paper: #0d1117; --box: #161b22; --line: #333b44;
    --error: #ff7b72; --warning: #e3b341; --info: #79c0ff; --good: #56d364; }
}
body { margin: 0 auto; padding: 1.5rem; max-width: 68rem; color: var(--ink); background: var(--paper);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.25rem; } h3 { font-size: 1rem; font-family: ui-monospace, monospace; }
h4 { margin: 0; font-size: 1rem; } h5 { margin: .75rem 0 .25rem; font-size: .95rem; }
a { color: var(--info); }
code, pre { font-family: ui-monospace, monospace; font-size: .875rem; }
pre { overflow-x: auto; padding: .5rem .75rem; background: var(--box); border: 1px solid var(--line); }
table { border-collapse: collapse; } td, th { padding: .25rem .75rem; border: 1px solid var(--line); text-align: left; }
ul.notes { color: var(--dim); }
ol.ladder { display: flex; flex-wrap: wrap; gap: .5rem; padding: 0; list-style: none; }
ol.ladder li { padding: .5rem .75rem; border: 1px solid var(--line); border-top: .25rem solid var(--dim); }
ol.ladder li.reached { border-top-color: var(--good); } ol.ladder li.findings { border-top-color: var(--error); }
ol.ladder span { display: block; color: var(--dim); font-size: .875rem; }
article { margin: 1rem 0; padding: .75rem 1rem; border: 1px solid var(--line); border-left: .25rem solid var(--dim); }
article.error { border-left-color: var(--error); } article.error .severity { color: var(--error); }
article.warning { border-left-color: var(--warning); } article.warning .severity { color: var(--warning); }
article.info { border-left-color: var(--info); } article.info .severity { color: var(--info); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: .5rem 0; }
dt { color: var(--dim); } dd { margin: 0; }
summary { cursor: pointer; color: var(--dim); }
</style>
</head>
<body>
<main>
$body
</main>
</body>
</html>
"""
)
