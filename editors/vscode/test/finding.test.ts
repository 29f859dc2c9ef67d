import assert from "node:assert/strict";
import { test } from "node:test";
import { candidates, firstThatServes, programOf, shown, type Candidate, type Places, type Probed } from "../src/finding";

const PLACES: Places = {
  setting: "",
  folders: ["/work/shop"],
  interpreter: "/usr/bin/python3.12",
  ownEnvironment: "/storage/server",
  platform: "linux",
};

function lines(places: Partial<Places>): string[] {
  return candidates({ ...PLACES, ...places }).map((each) => `${each.source} ${shown(each)}`);
}

test("the workspace comes first, then the chosen Python, the PATH and what was installed", () => {
  assert.deepEqual(lines({}), [
    "workspace /work/shop/.venv/bin/agentflow-lint",
    "workspace /work/shop/venv/bin/agentflow-lint",
    "python /usr/bin/python3.12 -m agentflow_lint",
    "path agentflow-lint",
    "installed /storage/server/bin/agentflow-lint",
  ]);
});

test("a setting is the only candidate", () => {
  assert.deepEqual(lines({ setting: "/opt/agentflow-lint" }), ["setting /opt/agentflow-lint"]);
});

test("a setting may be a Python, by any of its names", () => {
  for (const name of ["python", "python3", "python3.13", "pypy3"]) {
    assert.deepEqual(lines({ setting: `/opt/${name}` }), [`setting /opt/${name} -m agentflow_lint`]);
  }
  assert.deepEqual(lines({ setting: "/opt/pythonic-lint" }), ["setting /opt/pythonic-lint"]);
});

test("the Python extension's choice is a Python, whatever its name", () => {
  assert.ok(lines({ interpreter: "/envs/shop/bin/my-interpreter" }).includes("python /envs/shop/bin/my-interpreter -m agentflow_lint"));
});

test("every folder of the workspace counts, in its order", () => {
  const found = lines({ folders: ["/b", "/a"], interpreter: undefined });
  assert.deepEqual(found.slice(0, 4), [
    "workspace /b/.venv/bin/agentflow-lint",
    "workspace /b/venv/bin/agentflow-lint",
    "workspace /a/.venv/bin/agentflow-lint",
    "workspace /a/venv/bin/agentflow-lint",
  ]);
  assert.equal(found.length, 6);
});

test("without folders and without Python the PATH is left, and what was installed", () => {
  assert.deepEqual(lines({ folders: [], interpreter: undefined }), [
    "path agentflow-lint",
    "installed /storage/server/bin/agentflow-lint",
  ]);
});

test("on Windows the names are Windows'", () => {
  const found = lines({
    platform: "win32",
    folders: ["C:\\shop"],
    interpreter: "C:\\Program Files\\Python\\python.exe",
    ownEnvironment: "C:\\storage\\server",
  });
  assert.equal(found[0], "workspace C:\\shop\\.venv\\Scripts\\agentflow-lint.exe");
  assert.equal(found[2], 'python "C:\\Program Files\\Python\\python.exe" -m agentflow_lint');
  assert.equal(found.at(-1), "installed C:\\storage\\server\\Scripts\\agentflow-lint.exe");
  assert.equal(programOf("C:\\e", "python", "win32"), "C:\\e\\Scripts\\python.exe");
});

const TRIED: Candidate[] = candidates(PLACES);

function answering(answers: Record<string, Probed>): [(candidate: Candidate) => Promise<Probed>, string[]] {
  const asked: string[] = [];
  const probe = (candidate: Candidate): Promise<Probed> => {
    asked.push(candidate.source);
    return Promise.resolve(answers[candidate.source] ?? { kind: "missing" });
  };
  return [probe, asked];
}

test("the first that serves is taken, and nothing after it is asked", async () => {
  const [probe, asked] = answering({
    python: { kind: "serves", version: "1.2.3" },
    path: { kind: "serves", version: "0.1.0" },
  });
  const found = await firstThatServes(TRIED, probe);
  assert.equal(found.kind, "found");
  assert.equal(found.candidate.source, "python");
  assert.equal(found.version, "1.2.3");
  assert.deepEqual(found.passed, []);
  assert.deepEqual(asked, ["workspace", "workspace", "python"]);
});

test("one that is there and cannot serve is passed over and named", async () => {
  const [probe] = answering({
    python: { kind: "unable", why: "it lacks the extra" },
    installed: { kind: "serves", version: "1" },
  });
  const found = await firstThatServes(TRIED, probe);
  assert.equal(found.kind === "found" && found.candidate.source, "installed");
  assert.deepEqual(found.passed, ["/usr/bin/python3.12 -m agentflow_lint: it lacks the extra"]);
});

test("none at all", async () => {
  const [probe, asked] = answering({});
  assert.deepEqual(await firstThatServes(TRIED, probe), { kind: "none", passed: [] });
  assert.equal(asked.length, TRIED.length);
});

test("a setting that leads nowhere is told", async () => {
  const [probe] = answering({});
  const found = await firstThatServes(candidates({ ...PLACES, setting: "/nowhere" }), probe);
  assert.deepEqual(found, { kind: "none", passed: ["/nowhere: there is no such program"] });
});
