/** Finds out whether a command starts the server, by starting it with nothing to read. */

import type { Candidate, Probed } from "./finding";
import { REQUIREMENT } from "./finding";
import type { Ended, Run } from "./running";

/** What `--version` prints. */
const VERSION = /^agentflow-lint (\S+)/m;

/** The exit code of a server without the packages that it needs. */
const CANNOT = 2;

/** Ask `candidate` for its version, then let it serve an empty input, which a server that is whole ends with 0. */
export async function probe(candidate: Candidate, run: Run): Promise<Probed> {
  const asked = await run(candidate.command, [...candidate.before, "--version"]);
  if (asked.kind === "missing") {
    return { kind: "missing" };
  }
  const version = asked.kind === "ended" && asked.code === 0 ? VERSION.exec(asked.output)?.[1] : undefined;
  if (version === undefined) {
    const hasModule = !(asked.kind === "ended" && asked.errors.includes("No module named agentflow_lint"));
    // An interpreter without the package is as good as no candidate.
    return hasModule ? { kind: "unable", why: reason(asked, "it is not agentflow-lint") } : { kind: "missing" };
  }
  const served = await run(candidate.command, [...candidate.before, "server", "--stdio"]);
  if (served.kind === "ended" && served.code === 0) {
    return { kind: "serves", version };
  }
  const extra = served.kind === "ended" && served.code === CANNOT && served.errors.includes("lsp");
  return {
    kind: "unable",
    why: extra
      ? `agentflow-lint ${version} without what the server needs: pip install '${REQUIREMENT}'`
      : reason(served, `agentflow-lint ${version} has no server`),
  };
}

function reason(ended: Ended, otherwise: string): string {
  if (ended.kind === "late") {
    return `no answer after ${ended.seconds} seconds`;
  }
  const last = ended.kind === "ended" ? ended.errors.trim().split("\n").at(-1) : undefined;
  return last ? `${otherwise} (${last})` : otherwise;
}
