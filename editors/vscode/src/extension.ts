/** What VS Code calls: starts the server, and brings it where it is missing. */

import * as os from "node:os";
import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { clientOf, type Channels } from "./client";
import { candidates, firstThatServes, shown, type Found } from "./finding";
import { install, pythons, steps, usablePython } from "./installing";
import { chosenInterpreter, onInterpreterChange } from "./interpreter";
import { probe } from "./probing";
import { runner } from "./running";
import { RESTARTING, replaced, SECTION } from "./settings";

const PROBE_SECONDS = 20;
const INSTALL_SECONDS = 600;
const INSTALL = "Install";
const NOT_NOW = "Not Now";
const NEVER = "Never Here";
/** Where it is kept that nobody wants to be asked in this workspace again. */
const DECLINED = "declined";

let running: Extension | undefined;

/** Called once, when a workspace holds a config. */
export async function activate(context: vscode.ExtensionContext): Promise<void> {
  running = new Extension(context);
  await running.start();
}

/** Called when VS Code closes or the extension is switched off. */
export async function deactivate(): Promise<void> {
  await running?.stop();
  running = undefined;
}

class Extension {
  private readonly channels: Channels;
  private readonly status: vscode.LanguageStatusItem;
  private client: LanguageClient | undefined;
  /** What is going on with the server; one thing after the other. */
  private pending: Promise<void> = Promise.resolve();

  constructor(private readonly context: vscode.ExtensionContext) {
    this.channels = {
      output: vscode.window.createOutputChannel("agentflow-lint"),
      trace: vscode.window.createOutputChannel("agentflow-lint Trace"),
    };
    this.status = vscode.languages.createLanguageStatusItem(SECTION, [
      { pattern: "**/10xgraph.json" },
      { pattern: "**/agentflow.json" },
      { language: "python" },
      { language: "dockerfile" },
      { language: "dotenv" },
    ]);
    this.status.name = "agentflow-lint";
    this.status.command = { title: "Show Output", command: `${SECTION}.showOutput` };
    context.subscriptions.push(
      this.channels.output,
      this.channels.trace,
      this.status,
      vscode.commands.registerCommand(`${SECTION}.restart`, () => this.restart()),
      vscode.commands.registerCommand(`${SECTION}.install`, () => this.installAndStart()),
      vscode.commands.registerCommand(`${SECTION}.showOutput`, () => {
        this.channels.output.show();
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (RESTARTING.some((key) => event.affectsConfiguration(key))) {
          void this.restart();
        }
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => void this.restart()),
    );
  }

  /** Start the server, and follow the Python extension's choice from now on. */
  async start(): Promise<void> {
    await this.restart();
    this.context.subscriptions.push(await onInterpreterChange(() => void this.restart()));
  }

  /** Start the server anew, wherever it is now. */
  restart(): Promise<void> {
    this.pending = this.pending.then(async () => {
      await this.stopClient();
      await this.startClient();
    });
    return this.pending;
  }

  /** End the server. */
  stop(): Promise<void> {
    this.pending = this.pending.then(() => this.stopClient());
    return this.pending;
  }

  private get settings(): vscode.WorkspaceConfiguration {
    return vscode.workspace.getConfiguration(SECTION);
  }

  private get folders(): readonly vscode.WorkspaceFolder[] {
    return (vscode.workspace.workspaceFolders ?? []).filter((folder) => folder.uri.scheme === "file");
  }

  private get ownEnvironment(): string {
    return vscode.Uri.joinPath(this.context.globalStorageUri, "server").fsPath;
  }

  private async stopClient(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    try {
      await client?.dispose();
    } catch (error) {
      this.log(`The server did not end as it should: ${text(error)}`);
    }
  }

  private async startClient(): Promise<void> {
    if (!this.settings.get<boolean>("enable", true)) {
      this.show("off", "switched off by the setting agentflow-lint.enable");
      return;
    }
    if (!vscode.workspace.isTrusted) {
      this.show("off", "waits until the workspace is trusted");
      return;
    }
    this.status.busy = true;
    try {
      const found = await this.find();
      for (const line of found.passed) {
        this.log(line);
      }
      if (found.kind === "none") {
        this.show("missing", "has no server", vscode.LanguageStatusSeverity.Warning);
        this.offer(found.passed);
        return;
      }
      this.log(`agentflow-lint ${found.version}: ${shown(found.candidate)}`);
      const client = clientOf(found.candidate, this.folders[0], this.settings, this.channels);
      this.client = client;
      await client.start();
      this.show(found.version, shown(found.candidate));
    } catch (error) {
      this.log(`The server does not start: ${text(error)}`);
      this.show("failed", "does not start", vscode.LanguageStatusSeverity.Error);
    } finally {
      this.status.busy = false;
    }
  }

  private async find(): Promise<Found> {
    const folder = this.folders[0];
    const places = {
      setting: replaced(this.settings.get<string>("path", ""), {
        folder: folder?.uri.fsPath,
        home: os.homedir(),
        variables: process.env,
      }),
      folders: this.folders.map((each) => each.uri.fsPath),
      interpreter: await chosenInterpreter(folder?.uri),
      ownEnvironment: this.ownEnvironment,
      platform: process.platform,
    };
    const run = runner(folder?.uri.fsPath, PROBE_SECONDS);
    return firstThatServes(candidates(places), (candidate) => probe(candidate, run));
  }

  /** Say that there is no server, and offer to bring it. Nothing waits for the answer. */
  private offer(passed: readonly string[]): void {
    const setting = this.settings.get<string>("path", "");
    if (setting) {
      const why = passed[0] ?? setting;
      void vscode.window.showErrorMessage(`agentflow-lint.path does not start the server. ${why}`);
      return;
    }
    if (this.context.workspaceState.get<boolean>(DECLINED)) {
      return;
    }
    const why = passed[0] ? ` (${passed[0]})` : "";
    const question =
      `agentflow-lint is not installed here${why}. Install it for this extension? ` +
      "pip then fetches it into an environment of the extension's own; your project stays as it is.";
    void vscode.window.showInformationMessage(question, INSTALL, NOT_NOW, NEVER).then(async (answer) => {
      if (answer === INSTALL) {
        await this.installAndStart();
      } else if (answer === NEVER) {
        await this.context.workspaceState.update(DECLINED, true);
      }
    });
  }

  private async installAndStart(): Promise<void> {
    if (!vscode.workspace.isTrusted) {
      void vscode.window.showErrorMessage("agentflow-lint: the server starts in trusted workspaces only.");
      return;
    }
    const done = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: "agentflow-lint" },
      (progress) =>
        this.installServer((message) => {
          progress.report({ message });
        }),
    );
    if (done) {
      await this.restart();
    }
  }

  private async installServer(report: (what: string) => void): Promise<boolean> {
    try {
      await this.stop(); // on Windows, a program that runs cannot be replaced
      await vscode.workspace.fs.createDirectory(this.context.globalStorageUri);
      const run = runner(this.context.globalStorageUri.fsPath, INSTALL_SECONDS, (line) => {
        this.channels.output.append(line);
      });
      const tried = pythons(await chosenInterpreter(this.folders[0]?.uri), process.platform);
      const python = await usablePython(tried, run);
      await install(steps(python, this.ownEnvironment, process.platform), run, report);
      return true;
    } catch (error) {
      this.log(text(error));
      void vscode.window.showErrorMessage(`agentflow-lint: ${text(error)}`);
      return false;
    }
  }

  private show(what: string, detail: string, severity = vscode.LanguageStatusSeverity.Information): void {
    this.status.text = `agentflow-lint ${what}`;
    this.status.detail = detail;
    this.status.severity = severity;
  }

  private log(line: string): void {
    this.channels.output.appendLine(line);
  }
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
