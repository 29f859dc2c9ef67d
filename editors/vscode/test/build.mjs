/** Bundles each test with what it tests; VS Code and its client library are replaced by the stubs beside. */

import { readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "out");
rmSync(out, { recursive: true, force: true });
await build({
  entryPoints: readdirSync(here)
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => join(here, name)),
  outdir: out,
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  sourcemap: "inline",
  external: ["ajv", "esbuild"],
  alias: {
    vscode: join(here, "stubs", "vscode.ts"),
    "vscode-languageclient/node": join(here, "stubs", "languageclient.ts"),
  },
  logLevel: "warning",
});
