import { look, type Part } from "../transport/pvesh/part.js";
import { sh } from "../transport/ssh/quoting.js";

/** What the cluster keeps under a name, next to what was sent for comparison. A name that is absent is not kept. */
export type KeptSecrets = Readonly<Record<string, "same" | "different" | "not compared">>;

/**
 * Values are never told by the API, so they are compared on the host, in the file that only root reads. What is wanted
 * comes over standard input, a line for each secret; a name without a value is only looked for.
 */
const COMPARE = `BEGIN {
  while ((getline line < "-") > 0) {
    cut = index(line, "\\t")
    wanted[substr(line, 1, cut - 1)] = substr(line, cut + 1)
  }
  while ((getline line < "/etc/pve/priv/notifications.cfg") > 0) {
    if (line !~ /^[ \\t]/) { inside = (line == head); continue }
    if (!inside) continue
    sub(/^[ \\t]+/, "", line)
    cut = index(line, " ")
    key = substr(line, 1, cut - 1); value = substr(line, cut + 1)
    if (key == "secret") {
      cut = index(value, ",value=")
      key = substr(value, 6, cut - 6); value = substr(value, cut + 7)
    }
    if (wanted[key] == "") print key, "not compared"
    else print key, ((wanted[key] "" == value "") ? "same" : "different")
  }
}`;

export function targetPath<Type extends string>(type: Type, name: string) {
  return `/cluster/notifications/endpoints/${type}/${name}` as const;
}

/** How the secrets that come over standard input compare with those that are kept. */
export const comparison = (type: string, name: string): Part<KeptSecrets> =>
  look("comparison of secrets", sh`awk -v head=${`${type}: ${name}`} ${COMPARE}`, verdicts);

function verdicts(text: string): KeptSecrets {
  const rows = text.split("\n").flatMap((row) => {
    const [, name, verdict] = /^(\S+) (same|different|not compared)$/.exec(row) ?? [];
    return name !== undefined &&
      (verdict === "same" || verdict === "different" || verdict === "not compared")
      ? [[name, verdict] as const]
      : [];
  });
  return Object.fromEntries(rows);
}

/** As Proxmox keeps them: those of a webhook encoded, the others as they are. */
export function secretLines(values: Readonly<Record<string, string>>): Buffer {
  return Buffer.from(
    Object.entries(values)
      .map(([name, value]) => `${name}\t${value}\n`)
      .join(""),
  );
}
