import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import type { JsonObject } from "../../dynamic-providers/kit/struct.js";
import { CephHost } from "../support/ceph-host.js";
import { ProviderProcess } from "../support/provider-process.js";
import { startSshd, type TestSshd } from "../support/sshd.js";

const pool = (name: string) => ({ pool: name, size: 3, minSize: 2, pgs: 32, autoscale: "on" });

const CONF =
  "[global]\n\t fsid = 1-2-3\n\t public_network = 10.1.0.0/24\n\t cluster_network = 10.2.0.0/24\n";

interface Wish {
  readonly kind: string;
  readonly wish: JsonObject;
}

const OF_NODE: readonly Wish[] = [
  {
    kind: "pveceph/installation",
    wish: { release: "squid", repository: "no-subscription", installDeadlineMs: 60_000 },
  },
  ...["monitor", "manager", "metadata server"].map((role) => ({
    kind: "pveceph/daemon",
    wish: { role, startDeadlineMs: 60_000 },
  })),
];
const OF_CLUSTER: readonly Wish[] = [
  {
    kind: "pveceph/cluster",
    wish: { publicNetwork: "10.1.0.0/24", clusterNetwork: "10.2.0.0/24" },
  },
  {
    kind: "pveceph/settings",
    wish: {
      settings: [
        { field: "recovery.backfills", section: "osd", option: "osd_max_backfills", value: "2" },
      ],
    },
  },
  {
    kind: "pveceph/crush-rule",
    wish: { rule: "replicated_nvme", failureDomain: "host", class: "nvme" },
  },
  ...["vm-disks", "vm-data", "archive"].map((name) => ({
    kind: "pveceph/pool",
    wish: { ...pool(name), application: "rbd", poolDeadlineMs: 60_000 },
  })),
  {
    kind: "pveceph/filesystem",
    wish: { filesystem: "shared", pgs: 32, hotStandby: true, filesystemDeadlineMs: 60_000 },
  },
  { kind: "pveceph/modules", wish: { modules: ["prometheus"] } },
].map(({ kind, wish }) => ({ kind, wish: { cluster: "trio", ...wish } }));

const steps = z.object({ host: z.string(), verb: z.string(), outcome: z.string() });

let ceph: CephHost;
let sshd: TestSshd;
let provider: ProviderProcess;
let runs = 0;

beforeAll(async () => {
  ceph = new CephHost();
  sshd = await startSshd({ proxmox: ceph });
});
afterAll(() => {
  sshd.stop();
  ceph.remove();
});
beforeEach(nextRun);
afterEach(() => provider.stop());

const runLog = (): string => path.join(sshd.folder, `run-${runs}.jsonl`);

async function nextRun(): Promise<void> {
  runs++;
  provider = await ProviderProcess.start({ env: { PROXMOX_HA_RUN_LOG: runLog() } });
}

/** What the hosts were asked in this run. */
const asked = () =>
  readFileSync(runLog(), "utf8")
    .split("\n")
    .flatMap((line) => {
      const step = line === "" ? undefined : steps.safeParse(JSON.parse(line));
      return step?.success === true ? [`${step.data.host}: ${step.data.verb}`] : [];
    })
    .sort();

interface Recorded {
  readonly kind: string;
  readonly id: string;
  readonly outs: JsonObject;
}

/** What an earlier run has recorded of a Ceph that stands; a refresh comes in a process of its own. */
async function recorded(node: string, wishes: readonly Wish[]): Promise<Recorded[]> {
  return await Promise.all(
    wishes.map(async ({ kind, wish }) => {
      const { inputs, failures } = await provider.check(kind, {
        connection: sshd.connection({ node }),
        ...wish,
      });
      expect(failures).toEqual([]);
      return { kind, ...(await provider.create(inputs)) };
    }),
  );
}

const refreshed = (all: readonly Recorded[]) =>
  Promise.all(all.map(({ id, outs }) => provider.read(id, outs)));

const standing = (name: string) => ({
  pg_num: 32,
  size: 3,
  min_size: 2,
  pg_autoscale_mode: "on",
  crush_rule: "replicated_rule",
  application: name.startsWith("shared") ? "cephfs" : "rbd",
  quota: 0,
});
const POOLS = ["shared_data", "shared_metadata", "vm-disks", "vm-data", "archive"];
const MEMBERS = ["frege", "russell"];

describe("a refresh of a stack with Ceph", { timeout: 180_000 }, () => {
  beforeEach(async () => {
    ceph.become({
      installed: "squid",
      mon: MEMBERS,
      mgr: MEMBERS,
      mds: MEMBERS,
      config: [{ section: "osd", name: "osd_max_backfills", value: "2", mask: "" }],
      rules: [
        {
          rule_name: "replicated_nvme",
          steps: [
            { op: "take", item_name: "default~nvme" },
            { op: "chooseleaf_firstn", num: 0, type: "host" },
            { op: "emit" },
          ],
        },
      ],
      pools: Object.fromEntries(POOLS.map((name) => [name, standing(name)])),
      fs: { shared: { flags: 50, data: 1, metadata: 2 } },
      modules: ["prometheus"],
    });
    ceph.configured(CONF);
  });

  it("asks a node once for its own part, and one member once more for the cluster's", async () => {
    const founder = await recorded("frege", [...OF_NODE, ...OF_CLUSTER]);
    const other = await recorded("russell", OF_NODE);
    await provider.stop();
    await nextRun();
    const found = await refreshed([...founder, ...other]);
    expect(found.map(({ props }) => props.drift)).toEqual(found.map(() => []));
    expect(found).toHaveLength(OF_CLUSTER.length + 2 * OF_NODE.length);
    expect(asked()).toEqual([
      "frege: look at the cluster's Ceph",
      "frege: look at the node's part in Ceph",
      "russell: look at the node's part in Ceph",
    ]);
  });

  it("fails for what was not answered and for nothing else, and takes none of it for absent", async () => {
    const all = await recorded("frege", OF_CLUSTER);
    await provider.stop();
    await nextRun();
    ceph.change({ unanswered: ["osd dump"] });
    const found = await Promise.allSettled(all.map(({ id, outs }) => provider.read(id, outs)));
    const failed = all.filter((_one, at) => found[at]?.status === "rejected");
    expect(failed.map(({ kind }) => kind)).toEqual([
      "pveceph/pool",
      "pveceph/pool",
      "pveceph/pool",
    ]);
    const [first] = found.flatMap((one) => (one.status === "rejected" ? [String(one.reason)] : []));
    expect(first).toMatch(/to look at the pools/);
    expect(first).toMatch(/`ceph osd dump`: .*error connecting to the cluster/);
    expect(asked()).toEqual(["frege: look at the cluster's Ceph"]);
  });

  it("gives a run, which changes things, no answer of before", async () => {
    const [settings] = OF_CLUSTER.filter(({ kind }) => kind === "pveceph/settings");
    const [one] = await recorded("frege", settings === undefined ? [] : [settings]);
    const read = () => provider.read(one?.id ?? "", one?.outs ?? {});
    await read();
    ceph.change({ config: [{ section: "osd", name: "osd_max_backfills", value: "9", mask: "" }] });
    const { props } = await read();
    expect(props.drift).toEqual([]);
    const { inputs } = await provider.check("pveceph/settings", {
      connection: sshd.connection({ node: "frege" }),
      ...settings?.wish,
    });
    await provider.update(one?.id ?? "", one?.outs ?? {}, inputs);
    expect(ceph.changes()).toEqual(["ceph config set osd osd_max_backfills 2"]);
    ceph.change({ config: [{ section: "osd", name: "osd_max_backfills", value: "7", mask: "" }] });
    expect((await read()).props.drift).toEqual(["recovery.backfills: 7 -> 2"]);
  });
});
