/** The interpreter that the Python extension has chosen, if it is there. */

import * as vscode from "vscode";

/** The part of the Python extension's interface that is used; see its package `@vscode/python-extension`. */
interface PythonExtension {
  readonly environments: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { readonly path: string };
    resolveEnvironment(path: {
      readonly path: string;
    }): Thenable<{ readonly executable: { readonly uri?: vscode.Uri } } | undefined>;
    readonly onDidChangeActiveEnvironmentPath: vscode.Event<unknown>;
  };
}

const ID = "ms-python.python";

async function pythonExtension(): Promise<PythonExtension | undefined> {
  const extension = vscode.extensions.getExtension<PythonExtension>(ID);
  if (extension === undefined) {
    return undefined;
  }
  const api = await extension.activate();
  // An extension of that name with another interface is as good as none.
  return typeof (api as Partial<PythonExtension> | undefined)?.environments?.resolveEnvironment === "function"
    ? api
    : undefined;
}

/** The path of the interpreter for `folder`; undefined without the Python extension, or when it has chosen none. */
export async function chosenInterpreter(folder: vscode.Uri | undefined): Promise<string | undefined> {
  const api = await pythonExtension();
  const environment = await api?.environments.resolveEnvironment(api.environments.getActiveEnvironmentPath(folder));
  return environment?.executable.uri?.fsPath;
}

/** Call `changed` whenever another interpreter is chosen. */
export async function onInterpreterChange(changed: () => void): Promise<vscode.Disposable> {
  const api = await pythonExtension();
  return api?.environments.onDidChangeActiveEnvironmentPath(changed) ?? new vscode.Disposable(() => undefined);
}
