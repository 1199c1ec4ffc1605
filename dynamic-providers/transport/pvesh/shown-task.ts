import { raw, sh } from "../ssh/quoting.js";
import { type Parameters, tell } from "./calls.js";
import type { ApiPath, Verb } from "./endpoints.js";

/**
 * Shell that runs a task in the foreground and shows its log while it grows, for work of which people want to hear how far it is. It
 * ends the script unless the task ended well: pvesh itself ends with 0 whatever becomes of it.
 */
export function shownTask<Of extends Exclude<Verb, "get">>(
  verb: Of,
  path: ApiPath<Of>,
  parameters: Parameters = {},
): string {
  return [
    "shown=$(mktemp) || exit",
    `trap 'rm -f "$shown"' EXIT`,
    sh`${raw(tell(verb, path, parameters).name)} < /dev/null 2>&1 | tee "$shown"`,
    `upid=$(grep -o 'UPID:[^"[:space:]]*:' "$shown" | tail -n 1)`,
    'test -n "$upid" || exit 1',
    `of=\${upid#UPID:}`,
    `end=$(pvesh get "/nodes/\${of%%:*}/tasks/$upid/status" --output-format json < /dev/null) || exit`,
    `case $end in *'"exitstatus":"OK"'* | *'"exitstatus":"WARNINGS'*) ;; *) printf '%s\\n' "$end"; exit 1 ;; esac`,
  ].join("\n");
}
