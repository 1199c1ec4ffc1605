import { sh } from "../transport/ssh/quoting.js";

const MARK = "@@proxmox-ha pool";

/**
 * Writes an object of its own into each pool, reads it back and takes it away; each step has an end, and a line says what
 * came of it. A member that has no daemon of Ceph lacks the link to the configuration that programs look for by themselves.
 */
export function probeScript(pools: readonly string[], nonce: string): string {
  const object = `proxmox-ha-probe-${nonce}`;
  return [
    "export LC_ALL=C",
    "folder=$(mktemp -d) || exit",
    "trap 'rm -rf \"$folder\"' EXIT",
    sh`printf '%s\\n' ${nonce} > "$folder/sent" || exit`,
    "try() {",
    sh`  timeout 20 rados -c /etc/pve/ceph.conf -p "$1" put ${object} "$folder/sent" &&`,
    sh`    timeout 20 rados -c /etc/pve/ceph.conf -p "$1" get ${object} "$folder/got" && cmp -s "$folder/sent" "$folder/got"`,
    "  status=$?",
    sh`  timeout 20 rados -c /etc/pve/ceph.conf -p "$1" rm ${object} > /dev/null 2>&1`,
    '  rm -f "$folder/got"',
    '  return "$status"',
    "}",
    ...pools.map(
      (pool) =>
        sh`said=$(try ${pool} 2>&1); status=$?; printf '%s %s %s %s\\n' ${MARK} ${pool} "$status" "$(printf '%s' "$said" | tr '\\n' ' ')"`,
    ),
  ].join("\n");
}

/** By pool what went wrong; an empty text for one that serves. */
export function probesIn(said: string): ReadonlyMap<string, string> {
  const rows = said.split("\n").flatMap((line) => {
    const [, pool, status, text = ""] =
      new RegExp(`^${MARK} (\\S+) (\\d+) ?(.*)$`).exec(line.trimEnd()) ?? [];
    return pool === undefined
      ? []
      : [[pool, status === "0" ? "" : text.trim() || `exit status ${status}`] as const];
  });
  return new Map(rows);
}
