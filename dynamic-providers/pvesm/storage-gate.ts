import type { HostShell } from "../host/shell.js";

/** What one node says about one storage. */
export interface StorageView {
  readonly storage: string;
  readonly state: string;
  readonly totalBytes: number;
  readonly usedBytes: number;
  /** Whether a small file could be written, read back and removed; `not-a-directory` where there is no path to try. */
  readonly probe: "good" | "failed" | "not-a-directory";
  readonly said: string;
}

/**
 * Asks a node for its storages and proves each one that has a directory by writing and reading a file. Every access is
 * bounded, because a dead NFS server blocks whoever touches the mount.
 */
export function storageGateScript(storages: readonly string[], nonce: string): string {
  return [
    "export LC_ALL=C",
    ...storages.map((id) =>
      [
        `row=$(timeout 30 pvesm status --storage ${id} 2>/tmp/.proxmox-ha-pvesm | awk 'NR == 2 { print $3, $4, $5 }')`,
        `said=$(tr '\\n' ' ' < /tmp/.proxmox-ha-pvesm | cut -c 1-300); rm -f /tmp/.proxmox-ha-pvesm`,
        `dir=/mnt/pve/${id}; probe=not-a-directory`,
        `if test "\${row%% *}" = active && test -d "$dir"; then file="$dir/.proxmox-ha-probe-$(hostname)"; if timeout 15 sh -c 'printf %s "$1" > "$2" && test "$(cat "$2")" = "$1" && rm -f "$2"' sh ${nonce} "$file" 2>/dev/null; then probe=good; else probe=failed; fi; fi`,
        `printf '%s|%s|%s|%s\\n' ${id} "$row" "$probe" "$said"`,
      ].join("\n"),
    ),
  ].join("\n");
}

/** Reads what the script printed; a storage without a line is unknown. */
export function parseStorageViews(storages: readonly string[], output: string): StorageView[] {
  const rows = new Map(
    output.split("\n").flatMap((line) => {
      const [id, row, probe, ...said] = line.split("|");
      return id !== undefined && row !== undefined && probe !== undefined
        ? [[id, { row, probe, said: said.join("|").trim() }] as const]
        : [];
    }),
  );
  return storages.map((storage) => {
    const { row = "", probe = "", said = "" } = rows.get(storage) ?? {};
    const [state = "", total, used] = row.trim().split(/\s+/);
    return {
      storage,
      state: state === "" ? "unknown" : state,
      // pvesm counts in KiB.
      totalBytes: Number(total ?? 0) * 1024,
      usedBytes: Number(used ?? 0) * 1024,
      probe: probe === "good" || probe === "failed" ? probe : "not-a-directory",
      said,
    };
  });
}

/** What is wrong with a storage on a node, in words; undefined when nothing is. */
export function storageComplaint(node: string, view: StorageView): string | undefined {
  if (view.state !== "active") {
    return `${node} sees ${view.storage} as ${view.state}${view.said === "" ? "" : ` (${view.said})`}`;
  }
  return view.probe === "failed"
    ? `${node} sees ${view.storage} but cannot write and read a file there`
    : undefined;
}

export async function viewStorages(
  storages: readonly string[],
  nonce: string,
  shell: HostShell,
): Promise<readonly StorageView[]> {
  const result = await shell.run(storageGateScript(storages, nonce), {
    timeoutMs: 30_000 + storages.length * 50_000,
    repeatable: true,
    verb: "prove the storages",
  });
  return parseStorageViews(storages, result.stdout);
}
