import type { HostShell } from "../shell/shell.js";
import { look } from "../transport/ssh/look.js";
import { raw, sh } from "../transport/ssh/quoting.js";

/** A storage and how it is tried: by a file, by a volume, or by Proxmox's own word where only backups fit in. */
export interface TriedStorage {
  readonly id: string;
  readonly directory?: string | undefined;
  readonly volume?: boolean | undefined;
}

/** What one node says about one storage. */
export interface StorageView {
  readonly storage: string;
  readonly state: string;
  readonly totalBytes: number;
  readonly usedBytes: number;
  /** Whether something small could be written, read back and removed; `not-tried` where nothing small fits in. */
  readonly probe: "good" | "failed" | "not-tried";
  readonly said: string;
}

/** No guest has the highest number that Proxmox allows, so no guest's disk is taken for the probe's. */
const PROBE_GUEST = 999_999_999;

/**
 * Asks a node for its storages and proves each one by writing and reading back. Every access is bounded, because a dead
 * server blocks whoever touches what is mounted from it.
 */
export function storageGateScript(storages: readonly TriedStorage[], nonce: string): string {
  return [
    "export LC_ALL=C",
    "report=$(mktemp); trap 'rm -f \"$report\"' EXIT",
    ...storages.map((storage) =>
      [
        sh`row=$(timeout -k 5 30 pvesm status --storage ${storage.id} 2>"$report" | awk 'NR == 2 { print $3, $4, $5 }')`,
        "probe=not-tried",
        ...probeLines(storage, nonce),
        `said=$(tr '\\n|' '  ' < "$report" | cut -c 1-300)`,
        sh`printf '%s|%s|%s|%s\\n' ${storage.id} "$row" "$probe" "$said"`,
      ].join("\n"),
    ),
  ].join("\n");
}

function probeLines({ id, directory, volume }: TriedStorage, nonce: string): string[] {
  const when = `if test "\${row%% *}" = active; then`;
  if (directory !== undefined) {
    const attempt = `printf %s "$1" > "$2" && test "$(cat "$2")" = "$1" && rm -f "$2"`;
    return [
      sh`${raw(when)} file=${directory}/.proxmox-ha-probe-$(hostname); if timeout -k 5 15 sh -c ${attempt} sh ${nonce} "$file" 2>"$report"; then probe=good; else probe=failed; fi; fi`,
    ];
  }
  if (volume === true) {
    // What an earlier probe left behind goes first; the device of a fresh volume may appear late.
    const attempt = [
      'pvesm free "$1:$2" >/dev/null 2>&1',
      `pvesm alloc "$1" ${PROBE_GUEST} "$2" 4M >/dev/null || exit 1`,
      'p=$(pvesm path "$1:$2")',
      'for t in 1 2 3 4 5; do test -e "$p" && break; sleep 1; done',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own
      'printf %s "$3" | dd of="$p" conv=notrunc,fsync 2>/dev/null; test "$(dd if="$p" bs=${#3} count=1 2>/dev/null)" = "$3"',
      'r=$?; pvesm free "$1:$2" >/dev/null; exit $r',
    ].join("; ");
    return [
      sh`${raw(when)} if timeout -k 5 40 sh -c ${attempt} sh ${id} "vm-${PROBE_GUEST}-probe-$(hostname)" ${nonce} 2>"$report"; then probe=good; else probe=failed; fi; fi`,
    ];
  }
  return [];
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
      probe: probe === "good" || probe === "failed" ? probe : "not-tried",
      said,
    };
  });
}

export async function viewStorages(
  storages: readonly TriedStorage[],
  nonce: string,
  shell: HostShell,
): Promise<readonly StorageView[]> {
  const said = await look(shell, {
    script: storageGateScript(storages, nonce),
    timeoutMs: 30_000 + storages.length * 90_000,

    verb: "prove the storages",
  });
  return parseStorageViews(
    storages.map(({ id }) => id),
    said,
  );
}
