import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import Ajv from "ajv";
import { FOR_THE_SERVER, SECTION } from "../src/settings";

const ROOT = join(__dirname, "..");

function json(name: string): unknown {
  return JSON.parse(readFileSync(join(ROOT, name), "utf8"));
}

interface Manifest {
  readonly main: string;
  readonly activationEvents: readonly string[];
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, { readonly default: unknown }>> };
    readonly jsonValidation: readonly { readonly fileMatch: string; readonly url: string }[];
  };
}

const manifest = json("package.json") as Manifest;
const settings = manifest.contributes.configuration.properties;

test("every setting is the server's, the extension's, or the trace of the client library", () => {
  const own = ["enable", "path", "trace.server"];
  assert.deepEqual(
    Object.keys(settings).sort(),
    [...FOR_THE_SERVER, ...own].map((key) => `${SECTION}.${key}`).sort(),
  );
});

test("a setting that starts a program or names a file counts in trusted workspaces only", () => {
  for (const key of manifest.capabilities.untrustedWorkspaces.restrictedConfigurations) {
    assert.ok(key in settings, key);
  }
  assert.ok(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations.includes(`${SECTION}.path`));
});

test("both names of the config activate the extension and have the schema", () => {
  const names = ["10xgraph.json", "agentflow.json"];
  assert.deepEqual(manifest.activationEvents, names.map((name) => `workspaceContains:**/${name}`));
  assert.deepEqual(manifest.contributes.jsonValidation.map((each) => each.fileMatch), names);
  for (const each of manifest.contributes.jsonValidation) {
    assert.ok(json(each.url));
  }
});

interface Case {
  readonly config: unknown;
  readonly valid: boolean;
}

const schema = json("schemas/config.schema.json") as Record<string, unknown>;
const cases = json("test/configs.json") as Case[];

test("there are configs to judge, good ones and bad ones", () => {
  assert.ok(cases.filter((each) => each.valid).length > 10);
  assert.ok(cases.filter((each) => !each.valid).length > 25);
});

for (const unicodeRegExp of [true, false]) {
  test(`JavaScript's regular expressions ${unicodeRegExp ? "with" : "without"} the u flag judge as Python's`, () => {
    const validate = new Ajv({ strict: false, unicodeRegExp, allErrors: true }).compile(schema);
    for (const each of cases) {
      assert.equal(validate(each.config), each.valid, JSON.stringify(each.config));
    }
  });
}
