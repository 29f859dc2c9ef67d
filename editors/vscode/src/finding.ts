/**
 * Where the server is: which commands may start it, in what order, and which of them do.
 *
 * Nothing here knows VS Code, a file system or a process: what is asked of them comes in as functions.
 */

import * as path from "node:path";

/** The extra without which the package has no server. */
export const REQUIREMENT = "agentflow-lint[lsp]";

/** A command that may start the server: `command` with `before` as its first arguments, and where it comes from. */
export interface Candidate {
  readonly command: string;
  readonly before: readonly string[];
  readonly source: Source;
}

export type Source = "setting" | "workspace" | "python" | "path" | "installed";

/** What a candidate turned out to be. `missing` has no such program, `unable` runs and has no server. */
export type Probed =
  | { readonly kind: "serves"; readonly version: string }
  | { readonly kind: "missing" }
  | { readonly kind: "unable"; readonly why: string };

/** A candidate that serves, or none: then what was wrong with those that are there. */
export type Found =
  | { readonly kind: "found"; readonly candidate: Candidate; readonly version: string; readonly passed: readonly string[] }
  | { readonly kind: "none"; readonly passed: readonly string[] };

/** Where to look. Empty texts and lists are nothing. */
export interface Places {
  /** The setting `agentflow-lint.path`, its variables replaced. */
  readonly setting: string;
  /** The folders of the workspace, in their order. */
  readonly folders: readonly string[];
  /** The interpreter that the Python extension has chosen. */
  readonly interpreter: string | undefined;
  /** The folder of the virtual environment that this extension may have made. */
  readonly ownEnvironment: string;
  readonly platform: NodeJS.Platform;
}

/** The folders in which projects keep their virtual environment. */
const ENVIRONMENTS = [".venv", "venv"];

/** What a Python's file name looks like; everything else is taken for the linter itself. */
const PYTHON = /^(?:python|pypy)[0-9.]*(?:\.exe)?$/i;

/** How paths are written there; the tests ask for both on either. */
function pathsOf(platform: NodeJS.Platform): path.PlatformPath {
  return platform === "win32" ? path.win32 : path.posix;
}

/** The program `name` of a virtual environment. */
export function programOf(environment: string, name: string, platform: NodeJS.Platform): string {
  const windows = platform === "win32";
  return pathsOf(platform).join(environment, windows ? "Scripts" : "bin", windows ? `${name}.exe` : name);
}

/** The commands to try, the best first. A setting that is there is the only one: what somebody chose is not replaced. */
export function candidates(places: Places): Candidate[] {
  if (places.setting) {
    return [commandOf(places.setting, "setting", places.platform)];
  }
  const found: Candidate[] = [];
  for (const folder of places.folders) {
    for (const environment of ENVIRONMENTS) {
      const command = programOf(pathsOf(places.platform).join(folder, environment), "agentflow-lint", places.platform);
      found.push({ command, before: [], source: "workspace" });
    }
  }
  if (places.interpreter) {
    found.push(commandOf(places.interpreter, "python", places.platform, true));
  }
  found.push({ command: "agentflow-lint", before: [], source: "path" });
  const own = programOf(places.ownEnvironment, "agentflow-lint", places.platform);
  found.push({ command: own, before: [], source: "installed" });
  return found;
}

function commandOf(program: string, source: Source, platform: NodeJS.Platform, isPython = false): Candidate {
  const name = pathsOf(platform).basename(program);
  const before = isPython || PYTHON.test(name) ? ["-m", "agentflow_lint"] : [];
  return { command: program, before, source };
}

/** The first candidate that serves; the ones before it that are there and do not are named in `passed`. */
export async function firstThatServes(
  tried: readonly Candidate[],
  probe: (candidate: Candidate) => Promise<Probed>,
): Promise<Found> {
  const passed: string[] = [];
  for (const candidate of tried) {
    const probed = await probe(candidate);
    if (probed.kind === "serves") {
      return { kind: "found", candidate, version: probed.version, passed };
    }
    if (probed.kind === "unable") {
      passed.push(`${shown(candidate)}: ${probed.why}`);
    } else if (candidate.source === "setting") {
      passed.push(`${shown(candidate)}: there is no such program`);
    }
  }
  return { kind: "none", passed };
}

/** The command line as a person would write it. */
export function shown(candidate: Candidate): string {
  return [candidate.command, ...candidate.before].map((part) => (/\s/.test(part) ? `"${part}"` : part)).join(" ");
}
