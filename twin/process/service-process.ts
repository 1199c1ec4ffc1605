import { readFileSync } from "node:fs";
import { z } from "zod";

export interface RunningService {
  stop(): Promise<void>;
  /** What it tells on its standard output once it serves. */
  readonly ready?: object;
}

/** The life of a service of the twin: started from a configuration file, ended in order by a signal. */
export function runService(start: (configFile: string) => Promise<RunningService>): void {
  serve(start, process.argv[2]).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}

async function serve(
  start: (configFile: string) => Promise<RunningService>,
  configFile: string | undefined,
): Promise<void> {
  if (configFile === undefined) throw new Error("usage: node main.js <config.json>");
  const running = await start(configFile);
  const end = () => {
    void running.stop().then(() => process.exit(0));
  };
  process.on("SIGTERM", end);
  process.on("SIGINT", end);
  if (running.ready !== undefined) process.stdout.write(`${JSON.stringify(running.ready)}\n`);
}

/** What a configuration says, or a sentence with everything that is wrong about it. */
export function checkedConfig<S extends z.ZodType>(
  schema: S,
  value: unknown,
  subject: string,
): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Error(
    `the configuration of ${subject} is not valid:\n${z.prettifyError(parsed.error)}`,
  );
}

export function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}
