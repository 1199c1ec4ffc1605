import { look, type Part } from "../transport/pvesh/part.js";
import { raw, sh } from "../transport/ssh/quoting.js";

/** Every file of a pattern with its text, by its name; one that goes in this moment has a name without a text. */
export function eachFile(
  what: string,
  { pattern, ending }: { readonly pattern: string; readonly ending: string },
): Part<ReadonlyMap<string, string>> {
  const mark = `@@proxmox-ha ${what}`;
  return look(
    what,
    sh`for file in ${raw(pattern)}; do
  test -e "$file" || continue
  printf '\\n%s %s\\n' ${mark} "$(basename "$file" ${ending})"
  cat "$file" 2>/dev/null || cat "$file" 2>/dev/null
done
true`,
    (text) => {
      const [, ...rest] = text.split(new RegExp(`\\n${mark} (\\S+)\\n`));
      return new Map(
        rest.flatMap((name, at) => (at % 2 === 0 ? [[name, rest[at + 1] ?? ""] as const] : [])),
      );
    },
  );
}
