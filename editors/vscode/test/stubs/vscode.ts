/** Stands for VS Code: as much of it as the extension uses, with `world` as what the tests see and set. */

import * as path from "node:path";

type Listener = (event: unknown) => void;

export const world = {
  settings: {} as Record<string, unknown>,
  trusted: true,
  folders: [] as string[],
  extensions: {} as Record<string, unknown>,
  /** What the person answers to the next questions. */
  answers: [] as (string | undefined)[],
  questions: [] as string[],
  errors: [] as string[],
  log: "",
  commands: new Map<string, () => unknown>(),
  status: [] as LanguageStatusItem[],
  configurationListeners: [] as Listener[],
  trustListeners: [] as Listener[],
};

export class Uri {
  private constructor(
    readonly scheme: string,
    readonly fsPath: string,
  ) {}
  static file(name: string): Uri {
    return new Uri("file", name);
  }
  static joinPath(base: Uri, ...parts: string[]): Uri {
    return new Uri(base.scheme, path.join(base.fsPath, ...parts));
  }
}

export class Disposable {
  constructor(readonly dispose: () => void) {}
}

export const LanguageStatusSeverity = { Information: 0, Warning: 1, Error: 2 };
export const ProgressLocation = { Notification: 15 };

export interface LanguageStatusItem {
  name?: string;
  text: string;
  detail?: string;
  severity: number;
  busy: boolean;
  command?: unknown;
  dispose(): void;
}

const nothing = new Disposable(() => undefined);

export const languages = {
  createLanguageStatusItem(): LanguageStatusItem {
    const item = { text: "", severity: 0, busy: false, dispose: () => undefined };
    world.status.push(item);
    return item;
  },
};

export const commands = {
  registerCommand(name: string, command: () => unknown): Disposable {
    world.commands.set(name, command);
    return nothing;
  },
};

export const window = {
  createOutputChannel: () => ({
    append: (text: string) => (world.log += text),
    appendLine: (text: string) => (world.log += `${text}\n`),
    show: () => undefined,
    dispose: () => undefined,
  }),
  showErrorMessage: (message: string) => {
    world.errors.push(message);
    return Promise.resolve(undefined);
  },
  showInformationMessage: (message: string) => {
    world.questions.push(message);
    return Promise.resolve(world.answers.shift());
  },
  withProgress: <T>(_options: unknown, task: (progress: { report(): void }) => Promise<T>) =>
    task({ report: () => undefined }),
};

export const workspace = {
  get isTrusted(): boolean {
    return world.trusted;
  },
  get workspaceFolders() {
    return world.folders.map((folder) => ({ uri: Uri.file(folder) }));
  },
  getConfiguration: () => ({
    ...world.settings,
    get: (key: string, otherwise: unknown) => world.settings[key] ?? otherwise,
  }),
  onDidChangeConfiguration: (listener: Listener) => {
    world.configurationListeners.push(listener);
    return nothing;
  },
  onDidGrantWorkspaceTrust: (listener: Listener) => {
    world.trustListeners.push(listener);
    return nothing;
  },
  fs: { createDirectory: () => Promise.resolve() },
};

export const extensions = {
  getExtension: (id: string) =>
    id in world.extensions ? { activate: () => Promise.resolve(world.extensions[id]) } : undefined,
};
