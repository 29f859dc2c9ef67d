/** Stands for the client library: remembers the clients, and starts nothing. */

export const TransportKind = { stdio: 0 };

export interface Started {
  readonly command: string;
  readonly args: readonly string[];
}

export class LanguageClient {
  static readonly all: LanguageClient[] = [];
  /** What the next start ends in, if not in success. */
  static failure: Error | undefined;
  state: "new" | "running" | "disposed" = "new";

  constructor(
    readonly id: string,
    readonly name: string,
    readonly server: Started,
    readonly options: {
      readonly initializationOptions: unknown;
      readonly middleware: {
        readonly workspace: {
          readonly configuration: (
            params: { items: { section: string }[] },
            token: unknown,
            next: (params: unknown, token: unknown) => unknown,
          ) => Promise<unknown>;
        };
      };
    },
  ) {
    LanguageClient.all.push(this);
  }

  start(): Promise<void> {
    const failure = LanguageClient.failure;
    if (failure !== undefined) {
      return Promise.reject(failure);
    }
    this.state = "running";
    return Promise.resolve();
  }

  dispose(): Promise<void> {
    this.state = "disposed";
    return Promise.resolve();
  }
}
