import { z } from "zod";
import { parseGuestConfig } from "../../dynamic-providers/guest/config-file.js";
import { type GuestKind, KINDS } from "../../dynamic-providers/guest/kinds.js";
import {
  get,
  getIfThere,
  type Parameters,
  startTask,
  tell,
} from "../../dynamic-providers/transport/pvesh/calls.js";
import { act, type Part } from "../../dynamic-providers/transport/pvesh/part.js";
import { shownTask } from "../../dynamic-providers/transport/pvesh/shown-task.js";
import { sh } from "../../dynamic-providers/transport/ssh/quoting.js";

/** The number that a guest has while its restore is tried; one below that of the storages' probes. Whoever has it is nobody's guest. */
export const SCRATCH = 999_999_998;
const TAG = "proxmox-ha-drill";

const config = z
  .record(z.string(), z.union([z.string(), z.number()]))
  .transform((keys) =>
    Object.fromEntries(Object.entries(keys).map(([key, value]) => [key, String(value)])),
  );
export type Config = z.output<typeof config>;

/** The settings that a backup holds, as the guest's file had them. */
export const savedConfig = (node: string, volume: string): Part<string> =>
  get(`/nodes/${node}/vzdump/extractconfig`, z.string(), { volume });

/**
 * Restores it as the scratch guest, with cards of its own and the tag, and so that no start of the node starts it and nothing protects it. A
 * machine goes to the storages that the backup names; a container has to be told, and goes to one.
 */
export function restoreScript(
  kind: GuestKind,
  node: string,
  volume: string,
  saved: string,
): string {
  const made = { vmid: SCRATCH, unique: true, onboot: false, protection: false, tags: TAG };
  if (kind === "vm") {
    return shownTask("create", `/nodes/${node}/qemu`, { ...made, archive: volume });
  }
  const [storage = ""] = (parseGuestConfig(saved).now.rootfs ?? "").split(":");
  return shownTask("create", `/nodes/${node}/lxc`, {
    ...made,
    ostemplate: volume,
    restore: true,
    ...(storage === "" ? {} : { storage }),
  });
}

function settingsOf(kind: GuestKind, node: string, keys: Parameters): Part<void> {
  return kind === "vm"
    ? tell("set", `/nodes/${node}/qemu/${SCRATCH}/config`, keys)
    : tell("set", `/nodes/${node}/lxc/${SCRATCH}/config`, keys);
}

export const scratchConfig = (kind: GuestKind, node: string): Part<Config> =>
  kind === "vm"
    ? get(`/nodes/${node}/qemu/${SCRATCH}/config`, config)
    : get(`/nodes/${node}/lxc/${SCRATCH}/config`, config);

export const scratchIfThere = (kind: GuestKind, node: string): Part<Config | null> =>
  kind === "vm"
    ? getIfThere(`/nodes/${node}/qemu/${SCRATCH}/config`, config)
    : getIfThere(`/nodes/${node}/lxc/${SCRATCH}/config`, config);

/**
 * A machine gets its settings, and with them the tag, when all of it is back; a restore that ended badly or went down with its node has left
 * none. That counts where a drill was under way of which nobody hears any more.
 */
export const isOurs = ({ tags = "", ...others }: Config, wasCut: boolean): boolean =>
  tags.split(/[;,\s]/).includes(TAG) ||
  (wasCut && Object.keys(others).every((key) => BARE.includes(key)));
const BARE: readonly string[] = ["lock", "digest", "memory"];

/** Removes it with its disks; nobody works on it any more, whatever its lock says. */
export function destroyScratch(
  kind: GuestKind,
  node: string,
  { lock }: Config,
): readonly Part<unknown>[] {
  const isLocked = lock !== undefined;
  return kind === "vm"
    ? [
        startTask("delete", `/nodes/${node}/qemu/${SCRATCH}`, {
          purge: true,
          ...(isLocked ? { skiplock: true } : {}),
        }),
      ]
    : [
        // No call of the API removes a container that is locked.
        ...(isLocked ? [act("pct unlock", sh`pct unlock ${SCRATCH}`)] : []),
        startTask("delete", `/nodes/${node}/lxc/${SCRATCH}`, { purge: true }),
      ];
}

/** Nobody may meet it: every card is unplugged, and devices of the node stay with whoever has them. */
export function isolation(kind: GuestKind, node: string, of: number, found: Config): Part<void> {
  const cards = Object.entries(found).filter(([key]) => /^net\d+$/.test(key));
  const devices = Object.keys(found).filter((key) => /^(hostpci|usb|serial|dev)\d+$/.test(key));
  const name = `restore-test-${of}`;
  return settingsOf(kind, node, {
    [kind === "vm" ? "name" : "hostname"]: name,
    ...Object.fromEntries(
      cards.map(([key, value]) => [key, `${value.replace(/,link_down=\d/, "")},link_down=1`]),
    ),
    ...(devices.length === 0 ? {} : { delete: devices.join(",") }),
  });
}

/** Whether what runs inside is expected to answer. */
export const hasAgent = (kind: GuestKind, { agent = "0" }: Config): boolean =>
  kind === "vm" && /^(enabled=)?1(,|$)/.test(agent);

export const ping = (node: string): Part<void> =>
  tell("create", `/nodes/${node}/qemu/${SCRATCH}/agent/ping`);

export const scratchName = (kind: GuestKind): string => `${KINDS[kind].sid}:${SCRATCH}`;
