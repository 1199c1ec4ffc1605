import type { Host } from "../kit/runtime.js";
import { look } from "../transport/ssh/look.js";
import { command, sh } from "../transport/ssh/quoting.js";
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

const MARK = "@@proxmox-ha apart";
/** The host's own patience ends first, so that one script that hangs fails alone. */
const SPARE_MS = 30_000;

/**
 * The host as a resource sees it that looks during a refresh, when nobody changes anything: scripts of the shared look are answered by it,
 * any other is asked for itself. A run gives its resources the host as it is, because what it has just made must be seen.
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
      const answers = await host.once(shared.name, async () => {
        const said = await look(host, {
          script: apartScript(scripts, shared.secondsEach),
          timeoutMs: shared.secondsEach * 1_000 + SPARE_MS,
          verb: shared.verb,
        });
        return answersApart(said);
      });
      // Without an end it is a command that was cut, which nobody takes for an answer.
      return answers.get(at) ?? { status: undefined, signal: undefined, stdout: "", stderr: "" };
    },
  };
}

/** Runs all scripts beside each other and prints their answers in order. What one of them does to its shell reaches no other. */
export function apartScript(scripts: readonly string[], secondsEach: number): string {
  return [
    "folder=$(mktemp -d) || exit",
    "trap 'rm -rf \"$folder\"' EXIT",
    "apart() {",
    '  timeout -k 5 "$2" bash --norc -c "$3" > "$folder/$1.out" 2> "$folder/$1.errors" < /dev/null',
    "  status=$?",
    '  test "$status" -ne 124 || echo "no answer after $2 s" >> "$folder/$1.errors"',
    '  echo "$status" > "$folder/$1.status"',
    "}",
    ...scripts.map(
      (script, at) => `${command("apart", String(at), String(secondsEach), script)} &`,
    ),
    "wait",
    sh`for at in ${scripts.map((_script, at) => at)}; do`,
    '  test -s "$folder/$at.status" || continue',
    sh`  cat "$folder/$at.out"; printf '\\n%s %s out\\n' ${MARK} "$at"`,
    sh`  cat "$folder/$at.errors"; printf '\\n%s %s %s\\n' ${MARK} "$at" "$(cat "$folder/$at.status")"`,
    "done",
  ].join("\n");
}

/** By the number of its script what each said and how it ended. */
export function answersApart(said: string): ReadonlyMap<number, RunResult> {
  const pieces = said.split(new RegExp(`\\n${MARK} (\\d+) (out|\\d+)\\n`));
  const answers = new Map<number, RunResult>();
  for (let at = 0; at + 5 < pieces.length; at += 6) {
    const [stdout = "", number, , stderr = "", again, status] = pieces.slice(at);
    if (number === again) {
      answers.set(Number(number), {
        status: Number(status),
        signal: undefined,
        stdout,
        stderr,
      });
    }
  }
  return answers;
}
