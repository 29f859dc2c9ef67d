import assert from "node:assert/strict";
import { test } from "node:test";
import type { Candidate } from "../src/finding";
import { probe } from "../src/probing";
import type { Ended } from "../src/running";

const PROGRAM: Candidate = { command: "/e/bin/agentflow-lint", before: [], source: "path" };
const MODULE: Candidate = { command: "/e/bin/python", before: ["-m", "agentflow_lint"], source: "python" };

function ended(code: number, output = "", errors = ""): Ended {
  return { kind: "ended", code, output, errors };
}

async function probed(candidate: Candidate, ...answers: Ended[]) {
  const asked: string[] = [];
  const result = await probe(candidate, (command, args) => {
    asked.push([command, ...args].join(" "));
    const answer = answers.shift();
    assert.ok(answer);
    return Promise.resolve(answer);
  });
  assert.equal(answers.length, 0);
  return { result, asked };
}

test("one that serves is asked for its version and for a server", async () => {
  const { result, asked } = await probed(MODULE, ended(0, "agentflow-lint 0.1.0\n"), ended(0));
  assert.deepEqual(result, { kind: "serves", version: "0.1.0" });
  assert.deepEqual(asked, [
    "/e/bin/python -m agentflow_lint --version",
    "/e/bin/python -m agentflow_lint server --stdio",
  ]);
});

test("one that is not there is not asked again", async () => {
  assert.deepEqual((await probed(PROGRAM, { kind: "missing" })).result, { kind: "missing" });
});

test("an interpreter without the package is as good as none", async () => {
  const answer = ended(1, "", "/e/bin/python: No module named agentflow_lint\n");
  assert.deepEqual((await probed(MODULE, answer)).result, { kind: "missing" });
});

test("a package without the extra says how to mend it", async () => {
  const error = "agentflow-lint: error: the server needs pygls: pip install 'agentflow-lint[lsp]'\n";
  const { result } = await probed(PROGRAM, ended(0, "agentflow-lint 0.1.0\n"), ended(2, "", error));
  assert.deepEqual(result, {
    kind: "unable",
    why: "agentflow-lint 0.1.0 without what the server needs: pip install 'agentflow-lint[lsp]'",
  });
});

test("a release without the command has no server", async () => {
  const error = "Usage: agentflow-lint [OPTIONS]\nagentflow-lint: error: no such file or folder: server\n";
  const { result } = await probed(PROGRAM, ended(0, "agentflow-lint 0.0.1"), ended(3, "", error));
  assert.deepEqual(result, {
    kind: "unable",
    why: "agentflow-lint 0.0.1 has no server (agentflow-lint: error: no such file or folder: server)",
  });
});

test("another program of that name is none of ours", async () => {
  const { result } = await probed(PROGRAM, ended(0, "something 1.0\n"));
  assert.deepEqual(result, { kind: "unable", why: "it is not agentflow-lint" });
});

test("one that fails says its last word", async () => {
  const { result } = await probed(PROGRAM, ended(1, "", "Traceback\nImportError: no click\n"));
  assert.deepEqual(result, { kind: "unable", why: "it is not agentflow-lint (ImportError: no click)" });
});

test("one that does not answer is not waited for", async () => {
  const { result } = await probed(PROGRAM, { kind: "late", seconds: 20 });
  assert.deepEqual(result, { kind: "unable", why: "no answer after 20 seconds" });
  const later = await probed(PROGRAM, ended(0, "agentflow-lint 1\n"), { kind: "late", seconds: 20 });
  assert.deepEqual(later.result, { kind: "unable", why: "no answer after 20 seconds" });
});
