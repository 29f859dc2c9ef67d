/** The bundle as it is shipped, with the real client library: it loads where there is a VS Code and nothing else. */

import assert from "node:assert/strict";
import Module from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { buildSync } from "esbuild";

/** Something that can be called, constructed and asked for anything. */
function anything(): unknown {
  return new Proxy(function () {} as object as new () => object, {
    get: (target, key): unknown =>
      key === "prototype" ? Reflect.get(target, key) : key === Symbol.toPrimitive ? () => "" : anything(),
    apply: () => anything(),
  });
}

test("the bundle needs VS Code and Node's own modules only", () => {
  const outfile = join(__dirname, "bundle", "extension.js");
  const built = buildSync({
    entryPoints: [join(__dirname, "..", "src", "extension.ts")],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    external: ["vscode"],
    metafile: true,
  });
  const outside = new Set(
    Object.values(built.metafile.outputs).flatMap((each) => each.imports.map((imported) => imported.path)),
  );
  assert.deepEqual([...outside].filter((name) => name !== "vscode" && !Module.isBuiltin(name)), []);

  const loader = Module as unknown as { _load: (request: string, ...rest: unknown[]) => unknown };
  const load = loader._load;
  loader._load = (request, ...rest) => (request === "vscode" ? anything() : load(request, ...rest));
  try {
    const loaded = Module.createRequire(outfile)(outfile) as Record<string, unknown>;
    assert.deepEqual(Object.keys(loaded).sort(), ["activate", "deactivate"]);
  } finally {
    loader._load = load;
  }
});
