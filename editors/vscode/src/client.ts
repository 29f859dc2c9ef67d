/** The client of one running server. */

import type { OutputChannel, WorkspaceFolder } from "vscode";
import { LanguageClient, TransportKind, type LanguageClientOptions } from "vscode-languageclient/node";
import type { Candidate } from "./finding";
import { SECTION, serverSettings } from "./settings";

/** Where the client writes: the server's own words, and the conversation if it is traced. */
export interface Channels {
  readonly output: OutputChannel;
  readonly trace: OutputChannel;
}

/** A client, not started yet, for the server that `candidate` is. */
export function clientOf(
  candidate: Candidate,
  folder: WorkspaceFolder | undefined,
  section: unknown,
  channels: Channels,
): LanguageClient {
  const executable = {
    command: candidate.command,
    args: [...candidate.before, "server"],
    transport: TransportKind.stdio,
    options: folder ? { cwd: folder.uri.fsPath } : {},
  };
  const options: LanguageClientOptions = {
    // Any file of a project may count: a Dockerfile's COPY, an env file of any name.
    documentSelector: [{ scheme: "file" }],
    outputChannel: channels.output,
    traceOutputChannel: channels.trace,
    initializationOptions: serverSettings(section),
    middleware: {
      workspace: {
        // The server asks for its section, which holds settings of the extension too.
        configuration: async (params, token, next) => {
          const answers = await next(params, token);
          return Array.isArray(answers)
            ? answers.map((answer: unknown, at) => (params.items[at]?.section === SECTION ? serverSettings(answer) : answer))
            : answers;
        },
      },
    },
  };
  return new LanguageClient(SECTION, "agentflow-lint", executable, options);
}
