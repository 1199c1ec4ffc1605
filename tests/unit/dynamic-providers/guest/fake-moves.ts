import type { RunResult } from "../../../../dynamic-providers/transport/ssh/run-options.js";

interface Cluster {
  readonly guests: ReadonlyMap<
    number,
    {
      readonly type: "qemu" | "lxc";
      readonly running: boolean;
      readonly settings: Record<string, string>;
    }
  >;
  readonly told: string[];
}

interface FakeStorage {
  readonly active?: 0 | 1;
  readonly content?: string;
  readonly avail?: number;
  readonly shared?: 0 | 1;
}

/** How a move goes: to its end, as far as Proxmox's part of it, or not at all. */
type Course = "well" | "badly" | "unnoted";

/** The nodes' side of moves: storages, the record in the cluster's file system, and the jobs that copy. */
export class FakeMoves {
  readonly storages = new Map<string, FakeStorage>([
    ["nfs-vms", { shared: 1 }],
    ["ceph-vms", { shared: 1 }],
    ["local-lvm", {}],
  ]);
  record: string | undefined;
  replications = "";
  course: Course = "well";
  /** What the job's log says at each look while it runs. */
  readonly onItsWay: string[] = [];
  /** The record that a job of a cut run writes when somebody waits for its end. */
  notedLater: string | undefined;
  private ended = "0";

  constructor(private readonly cluster: Cluster) {}

  /** Parts of a look that only moves know. */
  reply(command: string): { text: string } | undefined {
    if (command.includes("proxmox-ha-move-")) {
      return { text: this.record ?? "" };
    }
    if (command.includes("replication.cfg")) {
      return { text: this.replications };
    }
    return / \/nodes\/[\w-]+\/storage --output-format/.test(command)
      ? { text: JSON.stringify(this.listed()) }
      : undefined;
  }

  /** Scripts that are no parts: notes, and jobs with their state. */
  answer(script: string): RunResult | undefined {
    if (script.includes("systemd-run")) {
      this.perform(script);
      return done("");
    }
    if (script.includes("ActiveState")) {
      const log = this.onItsWay.shift();
      if (log === undefined) {
        this.record = this.notedLater ?? this.record;
      }
      return done(log === undefined ? `inactive\n${this.ended}\n` : `active\nnone\n${log}\n`);
    }
    const [, noted] =
      /^printf '%s\\n' '(.*)' > \/etc\/pve\/priv\/proxmox-ha-move-/.exec(script) ?? [];
    if (noted !== undefined) {
      this.record = noted;
      return done("");
    }
    if (script.startsWith("rm -f /etc/pve/priv/proxmox-ha-move-")) {
      this.record = undefined;
      return done("");
    }
    return undefined;
  }

  private listed() {
    return [...this.storages].map(([storage, one]) => ({
      storage,
      content: one.content ?? "images,rootdir",
      active: one.active ?? 1,
      shared: one.shared ?? 0,
      avail: one.avail ?? 500 * 2 ** 30,
    }));
  }

  private perform(script: string): void {
    const [, node = "", id = "", call = "", slot = "", to = ""] =
      /pvesh create \/nodes\/([\w-]+)\/(?:qemu|lxc)\/(\d+)\/(move_disk --disk|move_volume --volume) (\w+) --storage ([\w-]+)/.exec(
        script,
      ) ?? [];
    const guest = this.cluster.guests.get(Number(id));
    const [from = "", ...words] = (guest?.settings[slot] ?? "").split(",");
    this.cluster.told.push(`${call.split(" ")[0] ?? ""} ${node} ${id} ${slot} ${from} ${to}`);
    this.ended = this.course === "badly" ? "1" : "0";
    if (guest === undefined || this.course === "badly") {
      return;
    }
    if (guest.type === "lxc" && guest.running) {
      this.ended = "1";
      return;
    }
    const moved = `${to}:vm-${id}-disk-${slot}`;
    guest.settings[slot] = [moved, ...words].join(",");
    guest.settings.unused0 = from;
    const startAgain = script.includes('"startAgain":true');
    const record = { version: 1, slot, from, to, startAgain };
    this.record = JSON.stringify(this.course === "unnoted" ? record : { ...record, moved });
  }
}

const done = (stdout: string): RunResult => ({ status: 0, signal: undefined, stdout, stderr: "" });
