import type { SshConnection } from "../transport/ssh/connection.js";
import { ProcessRuntime } from "./process-runtime.js";
import type { Host } from "./runtime.js";

let shared: { readonly runtime: ProcessRuntime; users: number } | undefined;

/**
 * Asks a host from the program itself, where no resource's own operation could: in a hook of the engine. Whoever asks at the same time
 * shares the connection, which ends with the last of them, because the engine waits for a program that still has one.
 */
export async function askFromProgram<Answer>(
  question: {
    readonly connection: SshConnection;
    readonly what: string;
    readonly deadlineMs: number;
    readonly config: (key: string) => string | undefined;
  },
  work: (host: Host) => Promise<Answer>,
): Promise<Answer> {
  shared ??= { runtime: new ProcessRuntime({ ownsProcess: false }), users: 0 };
  const mine = shared;
  mine.users += 1;
  try {
    mine.runtime.configure(question.config);
    const { what: resource, deadlineMs, connection } = question;
    const context = mine.runtime.context({ resource, deadlineMs, changes: () => true });
    return await work(context.host(connection));
  } finally {
    mine.users -= 1;
    if (mine.users === 0) {
      shared = undefined;
      mine.runtime.close();
    }
  }
}
