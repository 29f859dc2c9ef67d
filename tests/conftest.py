"""Generated examples: the same ones on every CI run, new ones on a developer's machine."""

import os

from hypothesis import settings

settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")

#: It has tests of its own, which run where it is installed: tests/test_example_pack.py.
collect_ignore = ["example_pack"]
