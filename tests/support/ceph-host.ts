import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";

const TOOLS = [
  "pvesh",
  "ceph",
  "pveceph",
  "dpkg-query",
  "dpkg",
  "apt-get",
  "systemd-run",
  "systemctl",
  "rbd",
  "rados",
  "pvesm",
  "umount",
  "findmnt",
];
const kept = z.looseObject({
  fs: z.record(z.string(), z.looseObject({})),
  pools: z.record(z.string(), z.looseObject({})),
  log: z.array(z.string()),
  marks: z.record(z.string(), z.string()),
  users: z.record(z.string(), z.looseObject({})),
  keys: z.record(z.string(), z.string()),
  status: z.looseObject({}),
});

/** What a host knows of its Ceph, before anything is made. */
const NOTHING = {
  installed: null,
  mon: [],
  mgr: [],
  mds: [],
  /** Nodes that do not answer, and those of them whose monitor the map has no more. */
  silent: [],
  traces: [],
  /** What a run has begun to make. */
  marks: {},
  /** Commands of Ceph that get no answer: "osd dump". */
  unanswered: [],
  /** Of managers and metadata servers, where it is not the usual one. */
  states: {},
  /** What runs, by "osd.3"; what may not be stopped of it now; and below what OSDs may not be. */
  daemons: {},
  neededNow: [],
  required: "squid",
  status: {
    health: { status: "HEALTH_OK" },
    quorum_names: ["frege", "russell", "wittgenstein"],
    monmap: { num_mons: 3 },
    osdmap: { num_up_osds: 3, num_in_osds: 3 },
    pgmap: { pgs_by_state: [{ state_name: "active+clean", count: 33 }] },
  },
  pools: {},
  storages: [],
  /** By pool; and what a storage lists. */
  images: {},
  objects: {},
  volumes: {},
  /** Places that file systems are mounted at, with what is there; and those of them in use. */
  mounts: {},
  busy: [],
  /** Machines that have a file system open. */
  clients: [],
  fs: {},
  rules: [],
  config: [],
  modules: [],
  /** Modules of the managers that are packages of their own. */
  packages: [],
  /** Of the managers' page. */
  users: {},
  /** What the monitors keep for it. */
  keys: {},
  log: [],
};

/** Folders for a test's sshd that make it a Proxmox host with a Ceph; what the Ceph is lies in one file. */
export class CephHost {
  readonly etcPve: string;
  readonly tools: string;

  constructor() {
    const folder = mkdtempSync(path.join(tmpdir(), "proxmox-ha-ceph-"));
    this.etcPve = path.join(folder, "etc-pve");
    this.tools = path.join(folder, "tools");
    mkdirSync(this.etcPve);
    mkdirSync(this.tools);
    copyFileSync("tests/fixtures/ceph-host/tool.py", path.join(this.tools, "tool.py"));
    for (const tool of TOOLS) {
      symlinkSync("tool.py", path.join(this.tools, tool));
    }
    this.become({});
  }

  /** Starts from nothing, with what is given. */
  become(state: object): void {
    writeFileSync(this.#state, JSON.stringify({ ...NOTHING, ...state }));
    rmSync(path.join(this.etcPve, "ceph.conf"), { force: true });
    for (const folder of ["priv", "nodes"]) {
      rmSync(path.join(this.etcPve, folder), { force: true, recursive: true });
    }
  }

  /** A machine of that number, as one line of its configuration. */
  guest(id: number, line: string): void {
    const folder = path.join(this.etcPve, "nodes", "frege", "qemu-server");
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, `${id}.conf`), `${line}\n`);
  }

  configured(text: string): void {
    writeFileSync(path.join(this.etcPve, "ceph.conf"), text);
    mkdirSync(path.join(this.etcPve, "priv"), { recursive: true });
    writeFileSync(path.join(this.etcPve, "priv", "ceph.client.admin.keyring"), "key\n");
  }

  /** Changes one thing beside the program, as a hand does; the log of changes begins anew. */
  change(state: object): void {
    writeFileSync(this.#state, JSON.stringify({ ...this.#read(), ...state, log: [] }));
  }

  /** Every command that changed something, in order. */
  changes(): readonly string[] {
    return this.#read().log;
  }

  /** What the host knows by now. */
  state(): z.output<typeof kept> {
    return this.#read();
  }

  remove(): void {
    rmSync(path.dirname(this.tools), { recursive: true, force: true });
  }

  get #state(): string {
    return path.join(this.tools, "state.json");
  }

  #read(): z.output<typeof kept> {
    return kept.parse(JSON.parse(readFileSync(this.#state, "utf8")));
  }
}
