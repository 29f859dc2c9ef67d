import assert from "node:assert/strict";
import { test } from "node:test";
import { install, InstallError, pythons, steps, usablePython } from "../src/installing";
import type { Ended, Run } from "../src/running";

function ended(code: number, output = "", errors = ""): Ended {
  return { kind: "ended", code, output, errors };
}

function answering(answers: Record<string, Ended>): Run {
  return (command) => Promise.resolve(answers[command] ?? { kind: "missing" });
}

test("the chosen Python comes before those on the PATH", () => {
  assert.deepEqual(pythons("/e/python", "linux"), ["/e/python", "python3", "python"]);
  assert.deepEqual(pythons(undefined, "win32"), ["py", "python"]);
});

test("the first that is new enough is taken", async () => {
  const run = answering({ python2: ended(0, "2 7\n"), python3: ended(0, "3 9\n"), python: ended(0, "3 10\n") });
  assert.equal(await usablePython(["nothing", "python2", "python3", "python"], run), "python");
  assert.equal(await usablePython(["new"], answering({ new: ended(0, "4 0\n") })), "new");
});

test("without one, those that are there are named", async () => {
  const run = answering({ python3: ended(0, "3 9\n"), python: ended(1, "", "No module named ensurepip") });
  await assert.rejects(usablePython(["python3", "python", "nothing"], run), {
    message: "There is no Python 3.10 or newer here: python3 is 3.9, python cannot make virtual environments.",
  });
  await assert.rejects(usablePython([], run), { message: "There is no Python 3.10 or newer here." });
});

test("an environment of its own, and the server in it", async () => {
  const ran: string[] = [];
  const reported: string[] = [];
  const run: Run = (command, args) => {
    ran.push([command, ...args].join(" "));
    return Promise.resolve(ended(0));
  };
  await install(steps("python3", "/storage/server", "linux"), run, (what) => reported.push(what));
  assert.deepEqual(ran, [
    "python3 -I -m venv --clear /storage/server",
    "/storage/server/bin/python -I -m pip install --disable-pip-version-check --upgrade agentflow-lint[lsp]",
  ]);
  assert.deepEqual(reported, ["Making a virtual environment", "Installing agentflow-lint[lsp]"]);
});

test("a step that fails is the last one, and says why", async () => {
  const errors = "WARNING: x\nERROR: No matching distribution found for agentflow-lint\n[notice] y\n";
  const run = answering({ python3: ended(0), "/s/bin/python": ended(1, "", errors) });
  await assert.rejects(install(steps("python3", "/s", "linux"), run, () => undefined), (error) => {
    assert.ok(error instanceof InstallError);
    assert.equal(
      error.message,
      "Installing agentflow-lint[lsp] failed: ERROR: No matching distribution found for agentflow-lint",
    );
    return true;
  });
  const gone = install(steps("nothing", "/s", "linux"), run, () => undefined);
  await assert.rejects(gone, { message: "Making a virtual environment failed: there is no such program" });
});
