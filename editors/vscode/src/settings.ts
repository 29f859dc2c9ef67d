/** The settings: those for the server, and what stands for something else in the path. */

/** The section of all settings, and the id of the client. */
export const SECTION = "agentflow-lint";

/** The settings that the server knows; the others are the extension's, and the server would refuse them. */
export const FOR_THE_SERVER = [
  "args",
  "select",
  "ignore",
  "targetRelease",
  "deployments",
  "showUndecided",
  "configuration",
  "inlayHints",
] as const;

/** The part of `section` that the server is told. */
export function serverSettings(section: unknown): Record<string, unknown> {
  if (typeof section !== "object" || section === null) {
    return {};
  }
  const given = section as Record<string, unknown>;
  return Object.fromEntries(FOR_THE_SERVER.filter((key) => given[key] != null).map((key) => [key, given[key]]));
}

/** The settings that need another process when they change. */
export const RESTARTING = ["enable", "path"].map((key) => `${SECTION}.${key}`);

/** What a setting may refer to. */
export interface Surroundings {
  readonly folder: string | undefined;
  readonly home: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** `value` with a leading `~`, `${workspaceFolder}` and `${env:NAME}` replaced; what is not there becomes nothing. */
export function replaced(value: string, around: Surroundings): string {
  return value
    .trim()
    .replace(/^~(?=$|[\\/])/, () => around.home)
    .replace(/\$\{workspaceFolder\}/g, () => around.folder ?? "")
    .replace(/\$\{env:([^}]+)\}/g, (_, name: string) => around.variables[name] ?? "");
}
