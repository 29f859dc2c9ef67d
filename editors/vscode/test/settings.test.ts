import assert from "node:assert/strict";
import { test } from "node:test";
import { replaced, serverSettings } from "../src/settings";

test("the server is told its own settings, and none that is not set", () => {
  const section = { enable: true, path: "/x", trace: { server: "off" }, args: [], select: null, inlayHints: false };
  assert.deepEqual(serverSettings(section), { args: [], inlayHints: false });
});

test("a section that is none gives no settings", () => {
  for (const section of [undefined, null, "x", 1]) {
    assert.deepEqual(serverSettings(section), {});
  }
});

test("what a path refers to is replaced", () => {
  const around = { folder: "/work/$&", home: "/home/me", variables: { TOOLS: "/opt" } };
  assert.equal(replaced(" ~/bin/agentflow-lint ", around), "/home/me/bin/agentflow-lint");
  assert.equal(replaced("${workspaceFolder}/.tox/lint/bin/python", around), "/work/$&/.tox/lint/bin/python");
  assert.equal(replaced("${env:TOOLS}/lint${env:NONE}", around), "/opt/lint");
  assert.equal(replaced("/a~/b", around), "/a~/b");
  assert.equal(replaced("~me/b", around), "~me/b");
  assert.equal(replaced("${workspaceFolder}x", { ...around, folder: undefined }), "x");
});
