/** The extension's own life, against a VS Code and a client library that are stubs; the programs it starts are real. */

import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import type { ExtensionContext } from "vscode";
import { activate, deactivate } from "../src/extension";
import { LanguageClient } from "./stubs/languageclient";
import { Uri, world } from "./stubs/vscode";

const skip = process.platform === "win32" ? "the programs are shell scripts" : false;

let home = "";
let folder = "";
let path: string | undefined;
let kept: Record<string, unknown> = {};

beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), "agentflow-lint-")));
  folder = join(home, "shop");
  mkdirSync(folder);
  path = process.env["PATH"];
  // Nothing of this machine's may be found, but the shell.
  const bin = join(home, "bin");
  mkdirSync(bin);
  process.env["PATH"] = bin;
  kept = {};
  LanguageClient.all.length = 0;
  LanguageClient.failure = undefined;
  Object.assign(world, { settings: {}, trusted: true, folders: [folder], extensions: {}, log: "" });
  for (const list of [world.answers, world.questions, world.errors, world.status]) {
    list.length = 0;
  }
  world.configurationListeners.length = 0;
  world.trustListeners.length = 0;
});

afterEach(async () => {
  await deactivate();
  process.env["PATH"] = path;
  rmSync(home, { recursive: true, force: true });
});

/** A program at `name` that answers as agentflow-lint does; `server` is what it does when asked to serve. */
function linter(name: string, version: string, server = "exit 0"): string {
  return program(name, `case "$*" in *--version) echo "agentflow-lint ${version}";; *) ${server};; esac`);
}

function program(name: string, script: string): string {
  mkdirSync(join(name, ".."), { recursive: true });
  writeFileSync(name, `#!/bin/sh\n${script}\n`);
  chmodSync(name, 0o755);
  return name;
}

async function activated(): Promise<void> {
  const context = {
    subscriptions: [],
    globalStorageUri: Uri.file(join(home, "storage")),
    workspaceState: {
      get: (key: string) => kept[key],
      update: (key: string, value: unknown) => Promise.resolve((kept[key] = value)),
    },
  };
  mkdirSync(join(home, "storage"), { recursive: true });
  await activate(context as unknown as ExtensionContext);
}

function clients(): string[] {
  return LanguageClient.all.map((each) => `${each.state} ${[each.server.command, ...each.server.args].join(" ")}`);
}

test("the workspace's own linter serves", { skip }, async () => {
  const own = linter(join(folder, ".venv", "bin", "agentflow-lint"), "1.2.3");
  await activated();
  assert.deepEqual(clients(), [`running ${own} server`]);
  assert.equal(world.status[0]?.text, "agentflow-lint 1.2.3");
  assert.equal(world.status[0].detail, own);
  assert.match(world.log, /agentflow-lint 1\.2\.3: .*\.venv/);
  await deactivate();
  assert.deepEqual(clients(), [`disposed ${own} server`]);
});

test("the Python extension's choice serves, and another choice starts anew", { skip }, async () => {
  let chosen = linter(join(home, "a", "python"), "1");
  let changed: () => void = () => undefined;
  const environments = {
    getActiveEnvironmentPath: () => ({ path: chosen }),
    resolveEnvironment: ({ path: found }: { path: string }) => Promise.resolve({ executable: { uri: Uri.file(found) } }),
    onDidChangeActiveEnvironmentPath: (listener: () => void) => {
      changed = listener;
      return { dispose: () => undefined };
    },
  };
  world.extensions["ms-python.python"] = { environments };
  await activated();
  const first = chosen;
  assert.deepEqual(clients(), [`running ${first} -m agentflow_lint server`]);
  chosen = linter(join(home, "b", "python"), "2");
  changed();
  await world.commands.get("agentflow-lint.restart")?.();
  assert.equal(clients()[0], `disposed ${first} -m agentflow_lint server`);
  assert.equal(clients().at(-1), `running ${chosen} -m agentflow_lint server`);
});

test("a Python extension of another making is none", { skip }, async () => {
  world.extensions["ms-python.python"] = {};
  const own = linter(join(folder, "venv", "bin", "agentflow-lint"), "1");
  await activated();
  assert.deepEqual(clients(), [`running ${own} server`]);
});

test("the server is told its settings, and asked about those of its section only", { skip }, async () => {
  linter(join(folder, ".venv", "bin", "agentflow-lint"), "1");
  world.settings = { path: "", trace: { server: "off" }, targetRelease: "0.9.0", select: null };
  await activated();
  const options = LanguageClient.all[0]?.options;
  assert.ok(options);
  assert.deepEqual(options.initializationOptions, { targetRelease: "0.9.0" });
  const params = { items: [{ section: "agentflow-lint" }, { section: "editor" }] };
  const next = () => [{ path: "/x", args: ["--select", "AF3"] }, { path: "/x" }];
  const told = await options.middleware.workspace.configuration(params, undefined, next);
  assert.deepEqual(told, [{ args: ["--select", "AF3"] }, { path: "/x" }]);
});

test("a setting that does not serve is an error, and nothing else is tried", { skip }, async () => {
  linter(join(folder, ".venv", "bin", "agentflow-lint"), "1");
  world.settings = { path: "${workspaceFolder}/nowhere" };
  await activated();
  assert.deepEqual(clients(), []);
  assert.deepEqual(world.questions, []);
  assert.match(world.errors.join(), /agentflow-lint\.path does not start the server\. .*nowhere: there is no such program/);
});

test("a change of the path starts anew, another change does not", { skip }, async () => {
  const own = linter(join(folder, ".venv", "bin", "agentflow-lint"), "1");
  const other = linter(join(home, "other"), "2");
  await activated();
  world.settings = { path: other };
  const changes = (name: string) => ({ affectsConfiguration: (key: string) => key === name });
  for (const listener of world.configurationListeners) {
    listener(changes("agentflow-lint.select"));
  }
  assert.deepEqual(clients(), [`running ${own} server`]);
  for (const listener of world.configurationListeners) {
    listener(changes("agentflow-lint.path"));
  }
  await deactivate();
  assert.deepEqual(clients(), [`disposed ${own} server`, `disposed ${other} server`]);
});

test("nothing starts before the workspace is trusted", { skip }, async () => {
  const own = linter(join(folder, ".venv", "bin", "agentflow-lint"), "1", `: > ${join(home, "ran")}`);
  world.trusted = false;
  await activated();
  await world.commands.get("agentflow-lint.install")?.();
  assert.deepEqual(clients(), []);
  assert.match(world.errors.join(), /trusted/);
  assert.throws(() => realpathSync(join(home, "ran")));
  world.trusted = true;
  for (const listener of world.trustListeners) {
    listener(undefined);
  }
  await world.commands.get("agentflow-lint.restart")?.();
  assert.equal(clients().at(-1), `running ${own} server`);
  assert.ok(realpathSync(join(home, "ran")));
});

test("it can be switched off", { skip }, async () => {
  linter(join(folder, ".venv", "bin", "agentflow-lint"), "1");
  world.settings = { enable: false };
  await activated();
  assert.deepEqual(clients(), []);
  assert.match(world.status[0]?.detail ?? "", /switched off/);
});

test("a server that fails to start is shown, and a restart tries again", { skip }, async () => {
  linter(join(folder, ".venv", "bin", "agentflow-lint"), "1");
  LanguageClient.failure = new Error("it broke");
  await activated();
  assert.equal(world.status[0]?.text, "agentflow-lint failed");
  assert.match(world.log, /it broke/);
  LanguageClient.failure = undefined;
  await world.commands.get("agentflow-lint.restart")?.();
  assert.equal(world.status[0].text, "agentflow-lint 1");
});

/** A python3 that "installs" a linter into the environment it is told to make. */
function python(): void {
  const pip = 'mkdir -p "$(dirname "$0")"; printf "%s\\n" "$LINTER" > "$(dirname "$0")/agentflow-lint"; chmod +x "$(dirname "$0")/agentflow-lint"';
  process.env["LINTER"] = `#!/bin/sh\ncase "$*" in *--version) echo "agentflow-lint 9";; *) exit 0;; esac`;
  process.env["PIP"] = `#!/bin/sh\n${pip}`;
  process.env["PATH"] = `${join(home, "bin")}:/usr/bin:/bin`;
  const venv = 'mkdir -p "$5/bin"; printf "%s\\n" "$PIP" > "$5/bin/python"; chmod +x "$5/bin/python"';
  program(join(home, "bin", "python3"), `case "$2" in -c) echo "3 12";; *) ${venv};; esac`);
}

test("without a server it asks, and installs one when told to", { skip }, async () => {
  python();
  world.answers = ["Install"];
  await activated();
  assert.equal(world.questions.length, 1);
  assert.match(world.questions[0] ?? "", /not installed here.*environment of the extension's own/);
  await until(() => world.status[0]?.text === "agentflow-lint 9");
  assert.deepEqual(clients(), [`running ${join(home, "storage", "server", "bin", "agentflow-lint")} server`]);
});

test("nothing is installed without a yes, and never means never", { skip }, async () => {
  python();
  world.answers = ["Not Now"];
  await activated();
  await world.commands.get("agentflow-lint.restart")?.();
  assert.equal(world.questions.length, 2);
  world.answers = ["Never Here"];
  await world.commands.get("agentflow-lint.restart")?.();
  await until(() => kept["declined"] === true);
  await world.commands.get("agentflow-lint.restart")?.();
  assert.equal(world.questions.length, 3);
  assert.deepEqual(clients(), []);
  assert.throws(() => realpathSync(join(home, "storage", "server")));
});

test("an installation that fails says why", { skip }, async () => {
  program(join(home, "bin", "python3"), "echo 3 8");
  await activated();
  await world.commands.get("agentflow-lint.install")?.();
  assert.match(world.errors.join(), /There is no Python 3\.10 or newer here: python3 is 3\.8/);
  assert.deepEqual(clients(), []);
});

test("a linter without its server is named in the question", { skip }, async () => {
  const lacking = "echo \"agentflow-lint: error: the server needs pygls: pip install 'agentflow-lint[lsp]'\" >&2; exit 2";
  linter(join(folder, ".venv", "bin", "agentflow-lint"), "1", lacking);
  await activated();
  assert.match(world.questions[0] ?? "", /\.venv.*without what the server needs/);
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
