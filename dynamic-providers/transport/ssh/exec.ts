import type { Client, ClientChannel } from "ssh2";
import { framed, freshMarks, RUNNER, unframed } from "./end-mark.js";
import type { RunOptions, RunResult } from "./run-options.js";

export const DEFAULT_MAX_OUTPUT_BYTES = 4 * 1024 * 1024;

/** The connection went away. `sent` says whether the host may have begun with the step. */
export class ConnectionLost extends Error {
  override readonly name = "ConnectionLost";
  constructor(
    readonly sent: boolean,
    why: string,
  ) {
    super(why);
  }
}

/**
 * The host had no free session for the step, which has not begun. sshd frees the session of an ended command a moment
 * after its answer, so this passes by itself.
 */
export class ChannelRefused extends Error {
  override readonly name = "ChannelRefused";
}

/** The host ended the step, and what it printed is not the step's whole answer. */
export class NotAnAnswer extends Error {
  override readonly name = "NotAnAnswer";
  constructor(
    /** Whether the script has begun at all. */
    readonly begun: boolean,
    said: string,
  ) {
    super(said);
  }
}

/** The step was given up while it may still run on the host. */
export class StepAbandoned extends Error {
  override readonly name = "StepAbandoned";
}

/** Runs one script over one channel of a connection that is up. */
export function execScript(
  client: Client,
  script: string,
  options: RunOptions,
): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    let ended = false;
    const endOnce = (finish: () => void): void => {
      if (!ended) {
        ended = true;
        clearTimeout(timer);
        client.off("close", onClientClose);
        finish();
      }
    };
    let sent = false;
    let channel: ClientChannel | undefined;
    const marks = freshMarks();
    const abandon = (why: string): void => {
      channel?.close();
      endOnce(() => reject(new StepAbandoned(why)));
    };
    const timer = setTimeout(
      () => abandon(`no end within ${Math.round(options.timeoutMs / 100) / 10} s`),
      options.timeoutMs,
    );
    const onClientClose = (): void =>
      endOnce(() => reject(new ConnectionLost(sent, "the connection broke")));
    client.once("close", onClientClose);

    const onChannel = (error: Error | undefined, opened: ClientChannel): void => {
      if (error !== undefined) {
        endOnce(() => reject(new ChannelRefused(error.message)));
        return;
      }
      channel = opened;
      sent = true;
      const output = new BoundedOutput(options.maxOutputBytes ?? DEFAULT_MAX_OUTPUT_BYTES, () =>
        abandon("it printed more than the program reads"),
      );
      let exit:
        | { readonly status: number | undefined; readonly signal: string | undefined }
        | undefined;
      opened.on("data", (chunk: Buffer) => output.add("stdout", chunk));
      opened.stderr.on("data", (chunk: Buffer) => output.add("stderr", chunk));
      opened.on("exit", (status: number | null, signal?: string) => {
        exit = { status: status ?? undefined, signal: signal?.replace(/^SIG/, "") };
      });
      opened.on("close", () =>
        endOnce(() => {
          if (exit === undefined) {
            reject(new ConnectionLost(true, "the connection broke"));
            return;
          }
          const { stdout, stderr } = output.texts();
          const { text, ...answer } = unframed(stdout, marks);
          if (answer.kind === "whole" || exit.status === undefined) {
            resolve({ ...exit, stdout: text, stderr });
            return;
          }
          const words = options.confidential ? "" : shortly(`${text}\n${stderr}`);
          const status = `exit status ${exit.status}`;
          reject(
            new NotAnAnswer(answer.kind === "cut", words === "" ? status : `${words} (${status})`),
          );
        }),
      );
      // A script that ends early closes its input; that is no failure of ours.
      opened.on("error", () => undefined);
      opened.write(framed(script, marks, options.stdin));
      opened.end();
    };
    try {
      client.exec(RUNNER, onChannel);
    } catch (thrown) {
      // ssh2 throws when the socket has gone since the last look.
      endOnce(() =>
        reject(
          new ConnectionLost(false, thrown instanceof Error ? thrown.message : "not connected"),
        ),
      );
    }
  });
}

/** The last words of somebody who is no script of ours. */
const shortly = (text: string): string => text.replace(/\s+/g, " ").trim().slice(-200);

class BoundedOutput {
  private readonly chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  private size = 0;

  constructor(
    private readonly limit: number,
    private readonly onTooMuch: () => void,
  ) {}

  add(stream: "stdout" | "stderr", chunk: Buffer): void {
    this.size += chunk.length;
    if (this.size > this.limit) {
      this.onTooMuch();
      return;
    }
    this.chunks[stream].push(chunk);
  }

  texts(): { stdout: string; stderr: string } {
    return {
      stdout: Buffer.concat(this.chunks.stdout).toString("utf8"),
      stderr: Buffer.concat(this.chunks.stderr).toString("utf8"),
    };
  }
}
