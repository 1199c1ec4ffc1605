import type { Host } from "../kit/runtime.js";
import { apart } from "../transport/ssh/apart.js";
import { look } from "../transport/ssh/look.js";
import type { RunResult } from "../transport/ssh/run-options.js";
import type { HostShell } from "./shell.js";

/** What is asked of a host in a refresh whoever asks first: all of it in one round trip. */
export interface SharedLook {
  /** Of this look among those of a host. */
  readonly name: string;
  /** What the log calls it. */
  readonly verb: string;
  /** Scripts that only look. Each has its own answer, its own end and its own time. */
  scripts(node: string): readonly string[];
  readonly secondsEach: number;
}

/** For the way there and back; the host itself keeps the time. */
const SPARE_MS = 20_000;

/**
 * The host as a resource sees it that looks during a refresh, when nobody changes anything: scripts of the shared look are answered by it,
 * any other is asked for itself, and so is one that had no answer in company. A run gives its resources the host as it is, because what it
 * has just made must be seen.
 */
export function together(host: Host, shared: SharedLook): HostShell {
  const scripts = shared.scripts(host.node);
  return {
    node: host.node,
    run: async (script, options) => {
      const at = options.stdin === undefined ? scripts.indexOf(script) : -1;
      if (at < 0) {
        return await host.run(script, options);
      }
      const answers = await host.once(shared.name, async () =>
        scripts.length === 1
          ? new Map([[at, await host.run(script, options)]])
          : await answersTo(scripts, shared, host),
      );
      return answers.get(at) ?? (await host.run(script, options));
    },
  };
}

async function answersTo(
  scripts: readonly string[],
  { secondsEach, verb }: SharedLook,
  host: Host,
): Promise<ReadonlyMap<number, RunResult>> {
  const all = apart(scripts.map((script) => ({ script, seconds: secondsEach })));
  const said = await look(host, {
    script: all.script,
    timeoutMs: all.seconds * 1_000 + SPARE_MS,
    verb,
    maxOutputBytes: all.maxOutputBytes,
  });
  return all.read(said);
}
