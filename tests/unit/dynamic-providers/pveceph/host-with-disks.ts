import { createHash } from "node:crypto";
import type { Runtime } from "../../../../dynamic-providers/kit/runtime.js";
import { cephOsds } from "../../../../dynamic-providers/pveceph/osds/provider.js";
import { OF_NODE } from "../../../../dynamic-providers/pveceph/shared-looks.js";
import type { RunResult } from "../../../../dynamic-providers/transport/ssh/run-options.js";
import { fakeRuntime } from "../../../support/fake-runtime.js";
import { answered, answeredTogether } from "../../../support/said.js";
import { groupsOf, volumesOf } from "./host-with-slots.js";

export interface Disk {
  readonly name: string;
  readonly size: number;
  used?: string;
  osd?: number;
  /** Those that share it. */
  also?: number[];
  /** Databases and logs of OSDs of other disks. */
  slots?: SlotOf[];
  /** Volumes of somebody else. */
  otherVolumes?: number;
  /** What `sgdisk -p` says of it. */
  table?: string;
  parts?: Part[];
}
/** A part of an OSD on a disk of its own kind. */
interface SlotOf {
  readonly osd: number;
  readonly kind: string;
  readonly bytes: number;
}
interface Part {
  readonly number: number;
  readonly size: number;
  used?: string;
  osd?: number;
}
interface Osd {
  uuid: string;
  up: number;
  in: number;
  state: string[];
}

function numbersAt(place: Disk | Part): number[] {
  const also = "also" in place ? (place.also ?? []) : [];
  return place.osd === undefined ? [] : [place.osd, ...also];
}

export const blank = (name: string): Disk => ({ name, size: 20e9 });
export const TODAY = "2026-11-30";

/** Of a disk of 2 TB, with no partition yet. */
export const TABLE =
  "First usable sector is 34, last usable sector is 3906249966\nNumber  Start (sector)    End (sector)  Size       Code  Name";
const TABLE_END =
  "Sector size (logical/physical): 512/512 bytes\nFirst usable sector is 34, last usable sector is 3906249966";

/** A host with disks and a Ceph that makes OSDs on them, one job at a time. Two other hosts have two OSDs each. */
export class HostWithDisks {
  /** What was done, in order. */
  readonly made: string[] = [];
  readonly done: string[] = [];
  readonly osds = new Map<number, Osd>();
  looks = 0;
  silent = false;
  /** A host that is no member yet knows nothing of Ceph. */
  joined = true;
  /** What becomes of the next task. */
  taskEnd = "OK";
  /** Ceph's verdicts. */
  safe = true;
  mayStop = true;
  states = ["active+clean"];
  /** So many looks pass before Ceph counts a new OSD to its host. */
  startsAfter = 0;
  /** So many looks pass before a new OSD is up. */
  upAfter = 0;
  readonly #bornAt = new Map<number, number>();
  /** Of OSDs, as far as Ceph hangs them in its tree; and the one on which the pool there is laid out, all when absent. */
  readonly classes = new Map<number, string>();
  poolsOn: string | undefined;
  /** An OSD that is stopped comes up again, as one does whose unit somebody restarts. */
  comesBack = false;
  /** Breaks off before a command that has this in it. */
  cutBefore: string | undefined;
  /** The host itself dies when so many OSDs of a disk are made. */
  cutAfter: number | undefined;
  #born = 0;

  constructor(readonly disks: Disk[]) {
    const places: (Disk | Part)[] = disks.flatMap((disk) => [disk, ...(disk.parts ?? [])]);
    for (const osd of places.flatMap(numbersAt)) {
      this.osds.set(osd, { uuid: `u${osd}`, up: 1, in: 1, state: ["exists", "up"] });
    }
  }

  /** The disk is pulled, or dead. */
  pull(name: string): void {
    const at = this.disks.findIndex((one) => one.name === name);
    const osd = this.disks[at]?.osd;
    this.disks.splice(at, 1);
    const known = osd === undefined ? undefined : this.osds.get(osd);
    if (known !== undefined) {
      known.up = 0;
    }
  }

  run(script: string): RunResult {
    if (script.includes("@@proxmox-ha apart")) {
      return answeredTogether(OF_NODE.scripts("frege"), (one) =>
        one.includes("/disks/list") ? this.run(one) : undefined,
      );
    }
    if (this.silent) {
      throw new Error("no route to host");
    }
    if (this.cutBefore !== undefined && script.includes(this.cutBefore)) {
      this.cutBefore = undefined;
      throw new Error("connection lost");
    }
    if (
      script.includes("/disks/list") ||
      script.includes("sha256sum") ||
      script.includes("safe-to-destroy")
    ) {
      this.looks += 1;
      return answered(script, (command) => ({ text: this.tell(command) }));
    }
    if (script.includes("systemd-run")) {
      this.work(script);
      return { status: 0, signal: undefined, stdout: "", stderr: "" };
    }
    if (script.includes("device-class")) {
      return answered(script, (command) => this.classify(command));
    }
    if (/ceph osd|systemctl stop/.test(script)) {
      this.work(script);
      return { status: 0, signal: undefined, stdout: "", stderr: "" };
    }
    return { status: 0, signal: undefined, stdout: `inactive\n0\n${this.log()}`, stderr: "" };
  }

  /** Ceph gives a class only to an OSD that has none. */
  private classify(command: string) {
    const [, verb, to, osd] = /(rm|set)-device-class (?:(\w+) )?osd\.(\d+)/.exec(command) ?? [];
    const now = this.classes.get(Number(osd));
    if (verb === "set" && now !== undefined && now !== "") {
      return { text: "", status: 16, errors: `osd.${osd} has already bound to class '${now}'` };
    }
    this.classes.set(Number(osd), to ?? "");
    this.done.push(`${verb} ${to ?? "class"} of ${osd}`);
    return { text: "" };
  }

  private tell(command: string): string {
    if (command.includes("/disks/list")) {
      return JSON.stringify(
        this.disks.flatMap(
          ({ name, size, used, osd, also = [], parts = [], slots = [], otherVolumes = 0 }) => [
            {
              devpath: `/dev/${name}`,
              by_id_link: `/dev/disk/by-id/${name}`,
              size,
              model: "DATA",
              serial: name,
              osdid: parts.find((part) => part.osd !== undefined)?.osd ?? osd ?? -1,
              ...(slots.length + otherVolumes === 0 ? {} : { db: slots.length + otherVolumes }),
              ...(osd === undefined ? {} : { "osdid-list": [osd, ...also].map(String) }),
              ...(parts.length > 0 ? { used: "partitions" } : used === undefined ? {} : { used }),
            },
            ...parts.map((part) => ({
              devpath: `/dev/${name}p${part.number}`,
              parent: `/dev/${name}`,
              size: part.size,
              osdid: part.osd ?? -1,
              ...(part.used === undefined ? {} : { used: part.used }),
            })),
          ],
        ),
      );
    }
    if (command.includes("ceph-volume lvm list")) {
      return volumesOf(this.disks, this.osds);
    }
    if (command.includes("/disks/lvm")) {
      return groupsOf(this.disks);
    }
    if (command.includes("sgdisk -p")) {
      return this.disks
        .map(({ name, table = "Creating new GPT entries in memory." }) =>
          [`@@table /dev/${name}`, table, TABLE_END, "@@exit 0"].join("\n"),
        )
        .join("\n");
    }
    if (command.includes("/by-id/*")) {
      return this.disks
        .flatMap(({ name, parts = [] }) =>
          parts.map(({ number }) => `/dev/disk/by-id/${name}-part${number}|/dev/${name}p${number}`),
        )
        .join("\n");
    }
    if (command.includes("sha256sum")) {
      const name = /\/dev\/(\w+)/.exec(command)?.[1] ?? "";
      const used = this.disks.find((disk) => disk.name === name)?.used ?? "";
      return createHash("sha256").update(used).digest("hex");
    }
    if (command.includes("safe-to-destroy")) {
      const groups = this.states.map((state_name) => ({ state_name, count: 8 }));
      return `${JSON.stringify({ pgmap: { pgs_by_state: groups } })}\n@@safe\nOSD(s) have 3 pgs\nexit ${this.safe ? 0 : 16}\n@@stop\nfine\nexit ${this.mayStop ? 0 : 16}\n`;
    }
    return command.includes("osd tree") && this.joined ? this.tree() : "";
  }

  private tree(): string {
    const host = (id: number, name: string, children: number[]) => ({
      id,
      name,
      type: "host",
      children,
    });
    const others = [90, 91, 92, 93].map((osd) => ({
      osd,
      uuid: `u${osd}`,
      up: 1,
      in: 1,
      state: [],
    }));
    const nodes = [
      host(
        -2,
        "frege",
        [...this.osds.keys()].filter(
          (osd) => this.looks >= (this.#bornAt.get(osd) ?? 0) + this.startsAfter,
        ),
      ),
      host(-3, "b", [90, 91]),
      host(-4, "c", [92, 93]),
    ];
    const osds = [...this.osds].map(([osd, more]) => ({
      osd,
      ...more,
      up: this.looks >= (this.#bornAt.get(osd) ?? -this.upAfter) + this.upAfter ? more.up : 0,
    }));
    const classed = [...this.classes].map(([id, device_class]) => ({
      id,
      name: `osd.${id}`,
      type: "osd",
      ...(device_class === "" ? {} : { device_class }),
    }));
    const rule = (rule_id: number, item_name: string) => ({
      rule_id,
      steps: [{ op: "take", item_name }, { op: "emit" }],
    });
    return [
      "frege",
      JSON.stringify({ nodes: [...nodes, ...classed] }),
      JSON.stringify({
        osds: [...osds, ...others],
        pools: [{ size: 3, pool_name: "vm-disks", crush_rule: 7 }],
      }),
      JSON.stringify([rule(7, this.poolsOn === undefined ? "default" : `default~${this.poolsOn}`)]),
    ].join("\n");
  }

  private work(script: string): void {
    const osd = Number(
      /(?:osd out|osd destroy|--osd-id|ceph\/osd\/|ceph-osd@)\D*(\d+)/.exec(script)?.[1],
    );
    const known = this.osds.get(osd);
    const places: (Disk | Part)[] = this.disks.flatMap((disk) => [disk, ...(disk.parts ?? [])]);
    const on = places.find((place) => numbersAt(place).includes(osd));
    const [, name, part] =
      /(?:--dev|(?:--data|--) "\$\(readlink -f) \/dev\/disk\/by-id\/(\w+)(?:-part(\d+))?/.exec(
        script,
      ) ?? [];
    const whole = this.disks.find((one) => one.name === name);
    const disk =
      part === undefined ? whole : whole?.parts?.find(({ number }) => number === Number(part));
    if (script.includes("sgdisk")) {
      this.divide(script);
      return;
    }
    if (script.includes("lvm activate")) {
      const started = Number(/lvm activate (\d+)/.exec(script)?.[1]);
      this.done.push(`activate ${started}`);
      Object.assign(this.osds.get(started) ?? {}, { up: 1 });
    } else if (script.includes("lvm create") && disk !== undefined) {
      this.done.push(`remake ${osd} on ${name}`);
      this.put(disk, osd);
      this.lay(script, osd);
    } else if (script.includes("lvm zap --osd-id")) {
      this.done.push(`wipe ${osd}`);
      this.empty(on, osd);
      this.free(osd);
    } else if (/wipedisk|lvm zap --destroy/.test(script)) {
      const device = /\/dev\/(\w+)/.exec(
        script.slice(script.search(/wipedisk|lvm zap --destroy/)),
      )?.[1];
      this.done.push(`wipe ${device}`);
      this.empty(this.disks.find((one) => one.name === device));
    } else if (script.includes("lvm batch") && disk !== undefined) {
      const ids = (/--osd-ids ([\d ]+)/.exec(script)?.[1] ?? "").trim().split(" ").map(Number);
      this.done.push(`remake ${ids.join(" and ")} on ${name}`);
      for (const id of ids) {
        this.put(disk, id);
      }
    } else if (script.includes("osd out") && known !== undefined) {
      this.done.push(`out ${osd}`);
      known.in = 0;
    } else if (script.includes("systemctl stop") && known !== undefined) {
      this.done.push(`stop ${osd}`);
      known.up = this.comesBack ? 1 : 0;
    } else if (script.includes("osd destroy") && known !== undefined) {
      this.done.push(`destroy ${osd}`);
      Object.assign(known, { uuid: "0", state: ["destroyed", "exists"] });
    } else if (script.includes("pvesh delete")) {
      this.done.push(`remove ${osd}`);
      this.osds.delete(osd);
      this.empty(on, osd);
      this.free(osd);
    } else if (name !== undefined) {
      this.made.push(part === undefined ? name : `${name}-part${part}`);
      if (disk !== undefined && this.taskEnd === "OK") {
        const all = Number(/--osds-per-device (\d+)/.exec(script)?.[1] ?? 1);
        for (let made = 0; made < Math.min(all, this.cutAfter ?? all); made += 1) {
          let next = 0;
          while (this.osds.has(next)) {
            next += 1;
          }
          this.put(disk, next);
          this.lay(script, next);
        }
      }
    }
  }

  /** A new partition, or another type of one. */
  private divide(script: string): void {
    const name = /by-id\/(\w+)\)/.exec(script)?.[1];
    const disk = this.disks.find((one) => one.name === name);
    const [, number, first, kibibytes] = /sgdisk -n (\d+):(\d+):\+(\d+)K/.exec(script) ?? [];
    if (number === undefined || disk === undefined) {
      this.done.push(`retype ${name}`);
      return;
    }
    const size = Number(kibibytes) * 1024;
    this.done.push(`divide ${name} at ${first}`);
    disk.parts = [...(disk.parts ?? []), { number: Number(number), size }];
    const last = Math.max(Number(first), 2048) + size / 512 - 1;
    const row = `   ${number}  ${first}  ${last}   1.6 TiB     8300  proxmox-ha-osd`;
    disk.table = `${disk.table ?? TABLE}\n${row}`;
  }

  private put(disk: Disk | Part, osd: number): void {
    if (disk.osd === undefined) {
      Object.assign(disk, { used: "LVM", osd });
    } else {
      Object.assign(disk, { also: [...numbersAt(disk).slice(1), osd] });
    }
    this.#born += 1;
    this.#bornAt.set(osd, this.looks);
    this.osds.set(osd, { uuid: `new${this.#born}`, up: 1, in: 1, state: ["exists", "up"] });
  }

  /** Parts of an OSD on other disks, as its command asks for them. */
  private lay(script: string, osd: number): void {
    const asked = script.matchAll(
      /--(?:block\.)?(db|wal)(?:_dev)? "?(?:\$\(readlink -f )?\/dev\/disk\/by-id\/(\w+)\)?"? --(?:block\.)?(?:db|wal)(?:_dev|-)?_?size ([\d.]+)/g,
    );
    for (const [, kind = "", name = "", size = ""] of asked) {
      const bytes = script.includes("pvesh create") ? Number(size) * 2 ** 30 : Number(size);
      const carrier = this.disks.find((one) => one.name === name);
      Object.assign(carrier ?? {}, {
        used: "LVM",
        slots: [...(carrier?.slots ?? []), { osd, kind, bytes }],
      });
    }
  }

  private free(osd: number): void {
    for (const disk of this.disks) {
      if (disk.slots !== undefined) {
        disk.slots = disk.slots.filter((slot) => slot.osd !== osd);
        if (disk.slots.length === 0) {
          delete disk.slots;
          delete disk.used;
        }
      }
    }
  }

  /** Of one OSD, or as a whole. */
  private empty(disk: Disk | Part | undefined, osd?: number): void {
    const [first, ...also] =
      disk === undefined || osd === undefined ? [] : numbersAt(disk).filter((one) => one !== osd);
    if (first !== undefined) {
      Object.assign(disk ?? {}, { osd: first, also });
      return;
    }
    delete disk?.used;
    delete disk?.osd;
    if (disk !== undefined && "also" in disk) {
      delete disk.also;
    }
  }

  private log(): string {
    const end = JSON.stringify({ status: "stopped", exitstatus: this.taskEnd });
    return `create OSD\nUPID:frege:1:2:3:cephcreateosd:x:root@pam:\n\n@@proxmox-ha task ${end}\n\n@@proxmox-ha said 0 0\n`;
  }
}

export function serveOsds(host: HostWithDisks, { previews = false } = {}) {
  const said: string[] = [];
  let now = Date.parse(TODAY);
  const clock = {
    now: () => now,
    sleep: (ms: number) => {
      now += ms;
      return Promise.resolve();
    },
  };
  const shell = { node: "frege", run: async (script: string) => host.run(script) };
  const runtime = fakeRuntime("osds", shell, clock, (line) => said.push(line));
  const context: Runtime["context"] = (owner) => ({
    ...runtime.context(owner),
    ...(previews ? { previews } : {}),
  });
  return { provider: cephOsds.serve({ ...runtime, context }), said };
}
