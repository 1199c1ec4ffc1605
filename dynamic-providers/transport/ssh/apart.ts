import { randomBytes } from "node:crypto";
import { raw, sh } from "./quoting.js";
import type { RunResult } from "./run-options.js";

/** One of several scripts that go to a host in one round trip. */
interface OneOfMany {
  readonly script: string;
  /** Its own patience, from its own beginning. */
  readonly seconds: number;
}

/** Several scripts as one, and the reader of what that prints. */
interface ManyAsOne {
  readonly script: string;
  /** After so long it has an end, whatever became of its parts. */
  readonly seconds: number;
  /** No more than this is ever printed. */
  readonly maxOutputBytes: number;
  /** By the number of its script what each said and how it ended. One that is not in it has not answered. */
  read(said: string): ReadonlyMap<number, RunResult>;
}

/** Whoever says more gives no answer here, so that one of them does not cost the others theirs. */
const MOST_BYTES_EACH = 1024 * 1024;
/** For marks, and for the words on a script that had no end in its time. */
const BYTES_BESIDE = 1_024;
/** Between the end of a script's patience and the end of all: it is killed meanwhile, if that can be done. */
const SPARE_SECONDS = 10;

/**
 * Scripts with an output, complaints, an end and a time of their own each, whatever one does to its shell. Not more than `atOnce` run at
 * a time. One that cannot even be killed, because it waits for a dead file system, keeps nobody's answer back but its own. The texts lie
 * in a folder that only root reads, never in a process list.
 */
export function apart(questions: readonly OneOfMany[], atOnce = questions.length): ManyAsOne {
  // Nobody can say it who has not been asked.
  const mark = `@@apart-${randomBytes(8).toString("hex")}`;
  const patience = Math.max(0, ...questions.map(({ seconds }) => seconds));
  const rounds = Math.ceil(questions.length / Math.max(1, atOnce));
  const seconds = rounds * patience + SPARE_SECONDS;
  const starts = questions.map(({ seconds: own }, at) =>
    // Beside each other they would hold the answer of all back, had they its output.
    raw(sh`ended ${at - atOnce + 1} && { apart ${at} ${own} > /dev/null 2>&1 & }`),
  );
  const script = sh`folder=$(mktemp -d) || exit
trap 'rm -rf "$folder"' EXIT
mkfifo "$folder/ends" && exec 9<> "$folder/ends" || exit
${raw(...questions.map((one, at) => sh`printf '%s' ${one.script} > "$folder/${at}.script" || exit`))}
apart() {
  { {
    timeout -k 5 "$2" bash --norc "$folder/$1.script" < /dev/null 9>&-
    status=$?
    test "$status" -ne 124 || echo "no answer after $2 s" >&2
    echo "$status" > "$folder/$1.exit"
  } 2>&1 >&3 3>&- | head -c ${MOST_BYTES_EACH + 1} > "$folder/$1.errors"; } 3>&1 | head -c ${MOST_BYTES_EACH + 1} > "$folder/$1.out"
  # Only now its words are whole, unless the disk had no room for them.
  kept="\${PIPESTATUS[*]}"
  test "$kept" != '0 0' || mv "$folder/$1.exit" "$folder/$1.status"
  echo >&9
}
ends=0
give_up=$((SECONDS + ${seconds}))
# Waits until so many have ended, and fails when there is no time left for it.
ended() {
  while test "$ends" -lt "$1"; do
    left=$((give_up - SECONDS))
    test "$left" -gt 0 && read -r -t "$left" -u 9 || return
    ends=$((ends + 1))
  done
}
${raw(...starts.map(({ text }) => text))}
ended ${questions.length}
for at in ${questions.map((_one, at) => at)}; do
  test -s "$folder/$at.status" && test "$(cat "$folder/$at.out" "$folder/$at.errors" | wc -c)" -le ${MOST_BYTES_EACH} || continue
  cat "$folder/$at.out"; printf '\\n%s %s out\\n' ${mark} "$at"
  cat "$folder/$at.errors"; printf '\\n%s %s %s\\n' ${mark} "$at" "$(cat "$folder/$at.status")"
done`;
  const maxOutputBytes = questions.length * (MOST_BYTES_EACH + BYTES_BESIDE) + BYTES_BESIDE;
  return { script, seconds, maxOutputBytes, read: (said) => answers(said, mark) };
}

function answers(said: string, mark: string): ReadonlyMap<number, RunResult> {
  const pieces = said.split(new RegExp(`\\n${mark} (\\d+) (out|\\d+)\\n`));
  const found = new Map<number, RunResult>();
  for (let at = 0; at + 5 < pieces.length; at += 6) {
    const [stdout = "", number, , stderr = "", again, status] = pieces.slice(at);
    if (number === again) {
      found.set(Number(number), { status: Number(status), signal: undefined, stdout, stderr });
    }
  }
  return found;
}
