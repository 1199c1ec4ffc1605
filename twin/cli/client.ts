import { existsSync, readdirSync, readFileSync } from "node:fs";
import { z } from "zod";
import { badInput } from "../../config/failure/failure.js";
import { unixHttp } from "../bmc/unix-http.js";
import { TWINS_RUN_DIR, type TwinPaths, twinPaths } from "../paths.js";
import { type TwinStatus, twinStatusSchema } from "../supervisor/status.js";

const refusal = z.object({ error: z.string() });
/** Snapshots and boots of several hosts on a loaded machine. */
const LONG_MS = 600_000;

export function knownTwins(): string[] {
  return existsSync(TWINS_RUN_DIR) ? readdirSync(TWINS_RUN_DIR).sort() : [];
}

/** Whether the supervisor of a twin is alive. */
export async function isAnswering(paths: TwinPaths): Promise<boolean> {
  if (!existsSync(paths.controlSocket)) return false;
  return unixHttp(paths.controlSocket, "GET", "/progress", undefined, 5_000).then(
    () => true,
    () => false,
  );
}

export async function ask(
  twin: string,
  method: "GET" | "POST",
  path: string,
  body?: unknown,
): Promise<unknown> {
  const paths = twinPaths(twin);
  if (!existsSync(paths.run)) {
    const others = knownTwins();
    throw badInput(
      `no twin "${twin}" is running${others.length === 0 ? "" : ` (there are: ${others.join(", ")})`}; ` +
        `start it with \`proxmox-ha twin up ${twin}\``,
    );
  }
  const answer = await unixHttp(paths.controlSocket, method, path, body, LONG_MS).catch(
    (error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      throw badInput(
        `the supervisor of the twin "${twin}" does not answer (${reason}); ` +
          `\`proxmox-ha twin down ${twin}\` removes what is left of it`,
      );
    },
  );
  const parsed: unknown = JSON.parse(answer.text);
  if (answer.status !== 200) {
    const said = refusal.safeParse(parsed);
    throw badInput(said.success ? said.data.error : answer.text.trim());
  }
  return parsed;
}

export async function statusOf(twin: string, probe: boolean): Promise<TwinStatus> {
  return twinStatusSchema.parse(await ask(twin, "GET", `/status?probe=${probe ? 1 : 0}`));
}

export function lastLogLines(paths: TwinPaths, count: number): string[] {
  if (!existsSync(paths.log)) return [];
  return readFileSync(paths.log, "utf8").trim().split("\n").slice(-count);
}
