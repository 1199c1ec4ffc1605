import type { Host } from "../../../../dynamic-providers/kit/runtime.js";
import { type JsonObject, toStruct } from "../../../../dynamic-providers/kit/struct.js";
import { TASK_MARK } from "../../../../dynamic-providers/transport/pvesh/calls.js";
import type { RunResult } from "../../../../dynamic-providers/transport/ssh/run-options.js";
import { FREGE } from "../../../support/connection.js";
import { fakeRuntime } from "../../../support/fake-runtime.js";
import { answered } from "../../../support/said.js";
import { FakeMoves } from "./fake-moves.js";

const DONE = `\n${TASK_MARK}{"status":"stopped","exitstatus":"OK"}`;

export interface FakeGuest {
  node: string;
  type: "qemu" | "lxc";
  running: boolean;
  settings: Record<string, string>;
  /** What waits for the next start. */
  pending: Record<string, string>;
  /** What stands in the file behind all that. */
  snapshots: string;
}

/** A cluster with guests, as one of its members tells of it, and the calls that change them. */
export class FakeGuests {
  readonly guests = new Map<number, FakeGuest>();
  readonly pools = new Map<string, number[]>();
  /** Every call that changes something, in order. */
  readonly told: string[] = [];
  /** Settings that this cluster keeps waiting although they could come into effect at once. */
  readonly stubborn = new Set<string>();
  /** Guests whose file is about to be somewhere else. */
  readonly moving = new Set<number>();
  silent = false;
  looks = 0;
  /** What moves, and where to. */
  readonly moves = new FakeMoves(this);

  put(id: number, guest: Partial<FakeGuest> = {}): FakeGuest {
    const whole = {
      node: "frege",
      type: "qemu" as const,
      running: false,
      settings: {},
      pending: {},
      snapshots: "",
      ...guest,
    };
    this.guests.set(id, whole);
    return whole;
  }

  run(script: string): RunResult {
    if (this.silent) {
      throw new Error("no route to host");
    }
    this.looks += script.includes(".vmlist") ? 1 : 0;
    const moved = this.moves.answer(script);
    if (moved !== undefined) {
      return moved;
    }
    return answered(script, (command) => this.reply(command));
  }

  private reply(command: string): { text?: string; status?: number; errors?: string } {
    if (command.includes("config_of")) {
      const id = Number(/config_of (\d+)$/.exec(command)?.[1]);
      const guest = this.guests.get(id);
      return { text: guest === undefined ? "none" : fileOf(guest) };
    }
    if (command.includes("for file in /etc/pve/nodes")) {
      const files = [...this.guests].map(
        ([id, guest]) =>
          `\n@@proxmox-ha configurations of guests ${id}\n${this.moving.has(id) ? "" : fileOf(guest)}`,
      );
      return { text: files.join("") };
    }
    if (command.includes("cat /etc/pve/.vmlist")) {
      const ids = [...this.guests].map(([id, { node, type }]) => [id, { node, type, version: 1 }]);
      return { text: JSON.stringify({ version: 1, ids: Object.fromEntries(ids) }) };
    }
    const ofMoves = this.moves.reply(command);
    if (ofMoves !== undefined) {
      return ofMoves;
    }
    if (command.includes("user.cfg")) {
      return {
        text: [...this.pools].map(([pool, ids]) => `${pool}::${ids.join(",")}::`).join("\n"),
      };
    }
    // What stands before it are the client's own functions.
    const line = command.slice(command.lastIndexOf("pvesh "));
    const words = [...line.matchAll(/'((?:[^']|'\\'')*)'|(\S+)/g)].map(([, quoted, plain]) =>
      quoted === undefined ? (plain ?? "") : quoted.replaceAll("'\\''", "'"),
    );
    const at = words.indexOf("pvesh");
    return this.call(words[at + 1] ?? "", words[at + 2] ?? "", words.slice(at + 3));
  }

  private call(
    verb: string,
    path: string,
    rest: readonly string[],
  ): { text?: string; status?: number; errors?: string } {
    const options = Object.fromEntries(
      rest.flatMap((word, at) =>
        word.startsWith("--") ? [[word.slice(2), rest[at + 1] ?? ""]] : [],
      ),
    );
    const [, , node = "", , id = "", ...below] = path.split("/");
    const guest = this.guests.get(Number(id));
    if (verb === "get" && below[0] === "config") {
      return { text: JSON.stringify({ ...guest?.settings, digest: "0123" }) };
    }
    if (verb === "get") {
      return guest?.node === node
        ? { text: JSON.stringify({ status: guest.running ? "running" : "stopped" }) }
        : {
            status: 2,
            errors: `Configuration file 'nodes/${node}/qemu-server/${id}.conf' does not exist`,
          };
    }
    this.told.push(
      [verb, path, ...Object.entries(options).map(([key, value]) => `${key}=${value}`)].join(" "),
    );
    if (path === "/pools") {
      this.pools.set(options.poolid ?? "", [Number(options.vms)]);
      return {};
    }
    if (verb === "create" && id === "") {
      const { vmid, pool, ...settings } = options;
      const type = path.endsWith("/lxc") ? "lxc" : "qemu";
      const { ostemplate: _template, ...kept } = settings;
      this.put(Number(vmid), { node, type, settings: allocated(Number(vmid), kept) });
      if (pool !== undefined) {
        this.pools.set(pool, [Number(vmid)]);
      }
      return { text: DONE };
    }
    if (guest === undefined || guest.node !== node) {
      return {
        status: 2,
        errors: `Configuration file 'nodes/${node}/qemu-server/${id}.conf' does not exist`,
      };
    }
    if (verb === "delete") {
      this.guests.delete(Number(id));
    } else if (below[0] === "config") {
      this.configure(Number(id), guest, allocated(Number(id), options));
    } else if (below[0] === "resize") {
      const slot = options.disk ?? "";
      guest.settings[slot] = (guest.settings[slot] ?? "").replace(
        /size=[^,]*/,
        `size=${options.size}`,
      );
    } else if (below[1] === "reboot" || below[1] === "start") {
      Object.assign(guest, {
        running: true,
        settings: { ...guest.settings, ...guest.pending },
        pending: {},
      });
    } else if (below[1] === "shutdown") {
      guest.running = false;
    }
    return { text: DONE };
  }

  private configure(
    _id: number,
    guest: FakeGuest,
    changed: Readonly<Record<string, string>>,
  ): void {
    const { delete: dropped, digest: _digest, ...set } = changed;
    if (dropped !== undefined) {
      delete guest.settings[dropped];
    }
    for (const [key, value] of Object.entries(set)) {
      const waits =
        guest.running &&
        guest.type === "qemu" &&
        (/^(cores|memory|cpu|machine|agent|balloon|numa|serial0|ide2)$/.test(key) ||
          this.stubborn.has(key));
      (waits ? guest.pending : guest.settings)[key] = value;
    }
  }
}

/** What every image of this cluster holds. */
const SIZE_OF_IMAGE = "2G";

/** A new disk becomes a volume. */
function allocated(id: number, settings: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).map(([key, value], at) => {
      const [, storage, size, rest = ""] = /^([\w-]+):(\d+|cloudinit)(,.*)?$/.exec(value) ?? [];
      if (storage !== undefined) {
        if (rest.includes("import-from=")) {
          const words = rest.replace(/,import-from=[^,]*/, "");
          return [key, `${storage}:${id}/vm-${id}-disk-${at}.raw${words},size=${SIZE_OF_IMAGE}`];
        }
        const name = size === "cloudinit" ? `vm-${id}-cloudinit` : `vm-${id}-disk-${at}.raw`;
        return [
          key,
          `${storage}:${id}/${name}${rest},size=${size === "cloudinit" ? "4M" : `${size}G`}`,
        ];
      }
      return [
        key,
        /^net\d+$/.test(key)
          ? value.replace(/^(model=)?virtio,/, "virtio=BC:24:11:AA:BB:CC,")
          : value,
      ];
    }),
  );
}

function fileOf({ type, settings, pending, snapshots }: FakeGuest): string {
  const lines = (part: Readonly<Record<string, string>>): string =>
    Object.entries(part)
      .map(([key, value]) =>
        key === "description"
          ? value
              .split("\n")
              .map((line) => `#${encodeURIComponent(line)}`)
              .join("\n")
          : `${key}: ${value}`,
      )
      .join("\n");
  return `${lines(settings)}\n${Object.keys(pending).length === 0 ? "" : `\n[${type === "qemu" ? "PENDING" : "pve:pending"}]\n${lines(pending)}\n`}\n[before]\ncores: 99\n${snapshots}`;
}

export function runtimeOf(cluster: FakeGuests, today = "2026-06-01") {
  const said: string[] = [];
  let now = Date.parse(today);
  const clock = {
    now: () => now,
    sleep: (ms: number) => {
      now += ms;
      return Promise.resolve();
    },
  };
  const host: Pick<Host, "node" | "run"> = {
    node: "frege",
    run: async (script) => cluster.run(script),
  };
  return { said, runtime: fakeRuntime("guest", host, clock, (line) => said.push(line)) };
}

/** What the program would hand over for the guest of these tests. */
export function wished(changes: Readonly<Record<string, unknown>> = {}): JsonObject {
  return toStruct({
    kind: "vm",
    cluster: "ms01",
    connection: FREGE,
    vmid: 100,
    name: "test-vm",
    node: "russell",
    settings: { name: "test-vm", cores: "2" },
    worded: { memory: { current: "2048" } },
    disks: [{ slot: "scsi0", storage: "nfs-vms", gib: 32, words: {}, initial: { discard: "on" } }],
    cards: { net0: { bridge: "vmbr0", tag: "" } },
    initial: { ostype: "l26", cpu: "x86-64-v2-AES", onboot: "1" },
    initialCards: { net0: { model: "virtio" } },
    startsItself: false,
    mayRestart: false,
    consents: { removal: "guest.test-vm", restart: "restart.test-vm" },
    ...changes,
  });
}
