import assert from "node:assert/strict";
import { realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { runner } from "../src/running";

const run = runner(undefined, 60);
const node = process.execPath;

test("output, errors and exit code come back", async () => {
  const script = "console.log('out'); console.error('err'); process.exit(3)";
  assert.deepEqual(await run(node, ["-e", script]), { kind: "ended", code: 3, output: "out\n", errors: "err\n" });
});

test("arguments are not for a shell", async () => {
  const argument = "a b; echo $HOME `id` \"x\" 'y'";
  const ended = await run(node, ["-e", "process.stdout.write(process.argv[1])", argument]);
  assert.equal(ended.kind === "ended" && ended.output, argument);
});

test("there is nothing on standard input", async () => {
  const script = "process.stdin.on('end', () => process.exit(0)).resume()";
  assert.deepEqual(await run(node, ["-e", script]), { kind: "ended", code: 0, output: "", errors: "" });
});

test("a program that is not there", async () => {
  assert.deepEqual(await run(join(tmpdir(), "nowhere", "nothing"), []), { kind: "missing" });
  assert.deepEqual(await run("agentflow-lint-that-nobody-has", []), { kind: "missing" });
});

test("a program that may not run", async () => {
  const ended = await run(tmpdir(), []);
  assert.equal(ended.kind, "ended");
  assert.equal(ended.code, null);
});

test("a program that does not end", async () => {
  assert.deepEqual(await runner(undefined, 0.2)(node, ["-e", "setInterval(() => 0, 1000)"]), {
    kind: "late",
    seconds: 0.2,
  });
});

test("it runs in the folder that was given, and tells what it hears", async () => {
  const folder = realpathSync(tmpdir());
  let heard = "";
  const ended = await runner(folder, 60, (line) => (heard += line))(node, ["-p", "process.cwd()"]);
  assert.equal(ended.kind === "ended" && ended.output.trim(), folder);
  assert.equal(heard.trim(), folder);
});
