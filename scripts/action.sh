#!/usr/bin/env bash
# What the GitHub Action runs: installs the linter, lints, and leaves annotations, a job summary and a SARIF file.
# Its inputs are LINT_VERSION, LINT_PATHS and LINT_ARGS; the rest of its environment is what every GitHub job has.
set -euo pipefail

python=""
for candidate in python3 python; do
  if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 10))'; then
    python=$candidate
    break
  fi
done
if [ -z "$python" ]; then
  echo "::error title=agentflow-lint::It needs Python 3.10 or newer; add a step with actions/setup-python before it."
  exit 2
fi

# An environment of its own: the project's packages have no say, and gain none.
environment=$RUNNER_TEMP/agentflow-lint
"$python" -m venv --clear "$environment"
bin=$environment/bin
[ -d "$bin" ] || bin=$environment/Scripts
echo "::group::Install agentflow-lint"
"$bin/python" -m pip install --quiet --disable-pip-version-check "${LINT_VERSION:+agentflow-lint==}${LINT_VERSION:-$GITHUB_ACTION_PATH}"
"$bin/agentflow-lint" --version
echo "::endgroup::"

# Appends the words of an input to `command`, separated as a shell does it and without running anything.
command=("$bin/agentflow-lint" check)
add_words() {
  local word file=$RUNNER_TEMP/agentflow-lint.words
  "$bin/python" -c 'import os, shlex, sys
try:
    words = shlex.split(os.environ[sys.argv[1]], comments=True)
except ValueError as error:
    sys.exit(f"::error title=agentflow-lint::The input {sys.argv[1][5:].lower()} cannot be read: {error}")
sys.stdout.buffer.write(b"".join(os.fsencode(word) + b"\0" for word in words))' "$1" >"$file" 2>"$file.error" || {
    cat "$file.error"
    exit 2
  }
  while IFS= read -r -d '' word; do command+=("$word"); done <"$file"
}

sarif=$RUNNER_TEMP/agentflow-lint.sarif
rm -f "$sarif"
command+=(--output-format text --output-format github=/dev/stdout)
command+=(--output-format "github-sarif=$sarif" --output-format "markdown=$GITHUB_STEP_SUMMARY")
add_words LINT_ARGS
command+=(--)
add_words LINT_PATHS
code=0
"${command[@]}" || code=$?

{
  echo "exit-code=$code"
  if [ -s "$sarif" ]; then echo "sarif-file=$sarif"; fi
} >>"$GITHUB_OUTPUT"
exit "$code"
