import { Failure } from "../../../config/failure/failure.js";
import type { RunResult } from "../ssh/run-options.js";
import { TASK_MARK } from "./calls.js";
import { type Part, shown, Unread } from "./part.js";

const MARK = "@@proxmox-ha said";

/** How often a call is made in all when a lock of /etc/pve is taken; Proxmox itself waits ten seconds for it. */
const TRIES = 3;
/** Looks at a task, one a second. Most tasks of pvesh have ended when it answers. */
const LOOKS = 300;

/** A part has ended when its number and its exit status stand behind it: what was cut off is no answer. */
const SAID = `said() { printf '\\n${MARK} %s %s\\n' "$1" "$2"; return "$2"; }`;

const ATTEMPT = `attempt() {
  tries=1
  while :; do
    { complaint=$("$@" 2>&1 >&3 3>&-); } 3>&1
    status=$?
    test "$status" -ne 0 && test "$tries" -lt ${TRIES} || break
    case $complaint in
      *"got lock request timeout"* | *"can't lock file"*"got timeout"* | *"locked command timed out"*) ;;
      *) break ;;
    esac
    tries=$((tries + 1))
    sleep 1
  done
  test -z "$complaint" || printf '%s\\n' "$complaint" >&2
  return "$status"
}`;

const FOLLOWED = `followed() {
  log=$(attempt "$@" < /dev/null) || { status=$?; printf '%s\\n' "$log"; return "$status"; }
  printf '%s\\n' "$log"
  upid=$(printf '%s\\n' "$log" | grep -o 'UPID:[^"[:space:]]*:' | tail -n 1)
  test -n "$upid" || { echo "it named no task" >&2; return 1; }
  node=\${upid#UPID:}
  looks=1
  while :; do
    end=$(pvesh get "/nodes/\${node%%:*}/tasks/$upid/status" --output-format json < /dev/null) || return
    case $end in *'"status":"running"'*) ;; *) break ;; esac
    test "$looks" -lt ${LOOKS} || break
    looks=$((looks + 1))
    sleep 1
  done
  printf '\\n${TASK_MARK}%s\\n' "$end"
}`;

/** One script for all parts. It ends at the first that fails, unless that may. */
export function scriptOf(parts: readonly Part<unknown>[]): string {
  const commands = parts.map(({ command }) => command).join("\n");
  const follows = commands.includes("followed ");
  return [
    "export LC_ALL=C",
    SAID,
    ...(follows || commands.includes("attempt ") ? [ATTEMPT] : []),
    ...(follows ? [FOLLOWED] : []),
    ...parts.flatMap(({ command, mayFail }, at) => [
      command,
      `said ${at} $?${mayFail ? "" : " || exit"}`,
    ]),
  ].join("\n");
}

/** What a script with its parts was for, in an error that a person reads. */
export interface Purpose {
  readonly tried: string;
  readonly node: string;
  readonly doNext: string;
}

/** The answers of one script, each by the part that asked for it. */
export interface Answers {
  /** @throws {Failure} when the answer is none */
  of<Answer>(part: Part<Answer>): Answer;
}

/** @throws {Failure} when a part failed, or the output ends before the last of them */
export function answersOf(
  parts: readonly Part<unknown>[],
  result: RunResult,
  purpose: Purpose,
): Answers {
  const pieces = result.stdout.split(new RegExp(`\\n${MARK} (\\d+) (\\d+)\\n`));
  const errors = result.stderr;
  const failed = (name: string, why: string): Failure =>
    new Failure("failed", {
      tried: purpose.tried,
      where: purpose.node,
      cameBack: `\`${name}\`: ${why}`,
      doNext: purpose.doNext,
    });
  const results = parts.map((part, at) => {
    const [text = "", number, code] = pieces.slice(3 * at);
    if (number !== String(at)) {
      const why = shown(`${text}\n${errors}`) || "no answer";
      throw failed(part.name, `${why} (it has no end; exit status ${result.status ?? "none"})`);
    }
    const status = Number(code);
    if (status !== 0 && !part.mayFail) {
      throw failed(
        part.name,
        `${shown(`${text}\n${errors}`) || "no word"} (exit status ${status})`,
      );
    }
    return { text, status, errors };
  });
  return {
    of(part) {
      const found = results[parts.indexOf(part)];
      if (found === undefined) {
        throw new Error(`${part.name} was not asked`);
      }
      try {
        return part.read(found);
      } catch (thrown) {
        throw thrown instanceof Unread ? failed(part.name, thrown.message) : thrown;
      }
    },
  };
}
