/** Installs the server into a virtual environment of the extension's own, which nothing else uses. */

import { programOf, REQUIREMENT } from "./finding";
import type { Ended, Run } from "./running";

/** The oldest Python that agentflow-lint supports. */
export const OLDEST = [3, 10] as const;

/** One step of the installation, in words and as a command. */
interface Step {
  readonly what: string;
  readonly command: string;
  readonly args: readonly string[];
}

export class InstallError extends Error {}

/** The Pythons to try, the best first: the Python extension's, then those on the PATH. */
export function pythons(interpreter: string | undefined, platform: NodeJS.Platform): string[] {
  const named = platform === "win32" ? ["py", "python"] : ["python3", "python"];
  return interpreter ? [interpreter, ...named] : named;
}

/** The first of `tried` that is new enough and can make virtual environments. Throws {@link InstallError}. */
export async function usablePython(tried: readonly string[], run: Run): Promise<string> {
  const question = "import ensurepip, sys, venv; print(sys.version_info[0], sys.version_info[1])";
  const passed: string[] = [];
  for (const python of tried) {
    const ended = await run(python, ["-I", "-c", question]);
    const numbers = ended.kind === "ended" && ended.code === 0 ? ended.output.trim().split(" ").map(Number) : [];
    const [major = 0, minor = 0] = numbers;
    if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) {
      return python;
    }
    if (ended.kind !== "missing") {
      passed.push(major ? `${python} is ${major}.${minor}` : `${python} cannot make virtual environments`);
    }
  }
  const seen = passed.length ? `: ${passed.join(", ")}` : "";
  throw new InstallError(`There is no Python ${OLDEST.join(".")} or newer here${seen}.`);
}

/** What is done to `environment` with `python`. An environment that is there already is brought up to date. */
export function steps(python: string, environment: string, platform: NodeJS.Platform): Step[] {
  const own = programOf(environment, "python", platform);
  return [
    { what: "Making a virtual environment", command: python, args: ["-I", "-m", "venv", "--clear", environment] },
    {
      what: `Installing ${REQUIREMENT}`,
      command: own,
      args: ["-I", "-m", "pip", "install", "--disable-pip-version-check", "--upgrade", REQUIREMENT],
    },
  ];
}

/** Carry the steps out; `report` is told what is being done. Throws {@link InstallError} for one that fails. */
export async function install(toDo: readonly Step[], run: Run, report: (what: string) => void): Promise<void> {
  for (const step of toDo) {
    report(step.what);
    const ended = await run(step.command, step.args);
    if (ended.kind !== "ended" || ended.code !== 0) {
      throw new InstallError(`${step.what} failed: ${why(ended)}`);
    }
  }
}

function why(ended: Ended): string {
  if (ended.kind === "late") {
    return `it has not ended after ${ended.seconds} seconds`;
  }
  if (ended.kind === "missing") {
    return "there is no such program";
  }
  const lines = ended.errors.trim().split("\n");
  return lines.findLast((line) => line.startsWith("ERROR")) ?? lines.at(-1) ?? `exit code ${String(ended.code)}`;
}
