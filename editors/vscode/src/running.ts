/** Runs a program to its end. */

import { spawn } from "node:child_process";

/** How it ended: with an exit code (null: by a signal), not at all in time, or there is no such program. */
export type Ended =
  | { readonly kind: "ended"; readonly code: number | null; readonly output: string; readonly errors: string }
  | { readonly kind: "late"; readonly seconds: number }
  | { readonly kind: "missing" };

export type Run = (command: string, args: readonly string[]) => Promise<Ended>;

/** A {@link Run} in the folder `cwd`: no shell, nothing on standard input, ended after `seconds`. */
export function runner(cwd: string | undefined, seconds: number, told: (line: string) => void = () => undefined): Run {
  return (command, args) =>
    new Promise((resolve) => {
      const child = spawn(command, args, { cwd, stdio: ["ignore", "pipe", "pipe"], windowsHide: true });
      let output = "";
      let errors = "";
      const timer = setTimeout(() => {
        child.kill("SIGKILL");
        resolve({ kind: "late", seconds });
      }, seconds * 1000);
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        told(text);
      });
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        errors += text;
        told(text);
      });
      child.on("error", (error: NodeJS.ErrnoException) => {
        clearTimeout(timer);
        const absent = error.code === "ENOENT" || error.code === "ENOTDIR";
        resolve(absent ? { kind: "missing" } : { kind: "ended", code: null, output, errors: error.message });
      });
      child.on("close", (code) => {
        clearTimeout(timer);
        resolve({ kind: "ended", code, output, errors });
      });
    });
}
