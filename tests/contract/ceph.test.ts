import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../dynamic-providers/kit/struct.js";
import { CephHost } from "../support/ceph-host.js";
import { ProviderFailure, ProviderProcess } from "../support/provider-process.js";
import { startSshd, type TestSshd } from "../support/sshd.js";
import { thrownBy } from "../support/thrown.js";

let ceph: CephHost;
let sshd: TestSshd;
let provider: ProviderProcess;

beforeAll(async () => {
  ceph = new CephHost();
  sshd = await startSshd({ proxmox: ceph });
  provider = await ProviderProcess.start({});
});
afterAll(async () => {
  await provider.stop();
  sshd.stop();
  ceph.remove();
});

const CONF =
  "[global]\n\t fsid = 1-2-3\n\t public_network = 10.1.0.0/24\n\t cluster_network = 10.2.0.0/24\n";
const theirs = (more: object = {}) => ({
  size: 3,
  min_size: 2,
  pg_num: 64,
  pg_autoscale_mode: "on",
  crush_rule: "replicated_nvme",
  application: "rbd",
  quota: 1e12,
  ...more,
});
const rule = (item_name: string) => ({
  rule_name: "replicated_nvme",
  steps: [
    { op: "take", item_name },
    { op: "chooseleaf_firstn", num: 0, type: "host" },
    { op: "emit" },
  ],
});
const filesystemPools = {
  shared_data: theirs({ application: "cephfs" }),
  shared_metadata: theirs({ application: "cephfs" }),
};

interface Kind {
  readonly kind: string;
  readonly what: string;
  readonly wish: JsonObject;
  /** Changes that a first run makes, in order. */
  readonly made: readonly RegExp[];
  /** What somebody else has made alike. */
  readonly alike: object;
  readonly conf?: string;
  /** What somebody else has made otherwise, and what is said to that; absent where there is no otherwise. */
  readonly other?: {
    readonly state: object;
    readonly conf?: string;
    readonly refused: RegExp;
  };
  /** Ends the making half-way; what is left is brought to its end. */
  readonly cut: { readonly at: string; readonly behind: boolean };
}

const KINDS: readonly Kind[] = [
  {
    kind: "pveceph/installation",
    what: "packages",
    wish: { release: "squid", repository: "no-subscription", installDeadlineMs: 60_000 },
    made: [/^pveceph install --version squid$/],
    alike: { installed: "squid" },
    other: { state: { installed: "reef" }, refused: /Ceph 19.2.6 \(reef\) is installed there/ },
    cut: { at: "install", behind: true },
  },
  {
    kind: "pveceph/cluster",
    what: "the configuration",
    wish: { cluster: "trio", publicNetwork: "10.1.0.0/24", clusterNetwork: "10.2.0.0/24" },
    made: [/ceph\/init --network 10.1.0.0\/24 --cluster-network 10.2.0.0\/24$/],
    alike: {},
    conf: CONF,
    other: {
      state: {},
      conf: CONF.replace("10.2.", "10.9."),
      refused: /cluster 10.9.0.0\/24 -> .*cluster 10.2.0.0\/24/,
    },
    cut: { at: "init", behind: true },
  },
  {
    kind: "pveceph/daemon",
    what: "a monitor",
    wish: { role: "monitor", startDeadlineMs: 60_000 },
    made: [/ceph\/mon\/frege$/],
    alike: { mon: ["frege"] },
    cut: { at: "ceph/mon", behind: false },
  },
  {
    kind: "pveceph/daemon",
    what: "a manager, which knows where its page is before it starts",
    wish: { role: "manager", pageAddress: "10.1.0.11", startDeadlineMs: 60_000 },
    made: [
      /^ceph config set mgr mgr\/dashboard\/frege\/server_addr 10\.1\.0\.11/,
      /ceph\/mgr\/frege$/,
    ],
    alike: { mgr: ["frege"] },
    cut: { at: "ceph/mgr", behind: true },
  },
  {
    kind: "pveceph/daemon",
    what: "a metadata server",
    wish: { role: "metadata server", startDeadlineMs: 60_000 },
    made: [/ceph\/mds\/frege$/],
    alike: { mds: ["frege"] },
    cut: { at: "ceph/mds", behind: true },
  },
  {
    kind: "pveceph/settings",
    what: "settings",
    wish: {
      cluster: "trio",
      settings: [
        {
          field: "recovery",
          section: "osd",
          option: "osd_mclock_override_recovery_settings",
          value: "true",
        },
        { field: "recovery.backfills", section: "osd", option: "osd_max_backfills", value: "2" },
      ],
    },
    made: [/^ceph config set osd osd_mclock_override/, /^ceph config set osd osd_max_backfills 2$/],
    alike: {
      config: [
        {
          section: "global",
          name: "osd_mclock_override_recovery_settings",
          value: "true",
          mask: "",
        },
        { section: "osd", name: "osd_max_backfills", value: "2", mask: "" },
      ],
    },
    conf: CONF,
    other: {
      state: { config: [{ section: "osd", name: "osd_max_backfills", value: "5", mask: "" }] },
      conf: CONF,
      refused: /recovery.backfills: 5 -> 2/,
    },
    cut: { at: "osd_max_backfills", behind: false },
  },
  {
    kind: "pveceph/crush-rule",
    what: "a CRUSH rule",
    wish: { cluster: "trio", rule: "replicated_nvme", failureDomain: "host", class: "nvme" },
    made: [/^ceph osd crush rule create-replicated replicated_nvme default host nvme$/],
    alike: { rules: [rule("default~nvme")] },
    other: {
      state: { rules: [rule("default")] },
      refused: /take default; .* -> take default~nvme/,
    },
    cut: { at: "create-replicated", behind: true },
  },
  {
    kind: "pveceph/pool",
    what: "a pool",
    wish: {
      cluster: "trio",
      pool: "vm-disks",
      size: 3,
      minSize: 2,
      pgs: 32,
      autoscale: "on",
      application: "rbd",
      quotaBytes: 1e12,
      compression: { mode: "aggressive", algorithm: "zstd" },
      crushRule: "replicated_nvme",
      poolDeadlineMs: 60_000,
    },
    made: [
      /ceph\/pool --name vm-disks/,
      /^ceph osd pool set-quota vm-disks max_bytes 10{12}$/,
      /^ceph osd pool set vm-disks compression_mode aggressive$/,
      /^ceph osd pool set vm-disks compression_algorithm zstd$/,
    ],
    alike: {
      pools: {
        "vm-disks": theirs({
          options: { compression_mode: "aggressive", compression_algorithm: "zstd" },
        }),
      },
    },
    other: {
      state: {
        pools: {
          "vm-disks": theirs({
            size: 2,
            min_size: 1,
            pg_autoscale_mode: "off",
            crush_rule: "by-hand",
            quota: 0,
            options: { compression_algorithm: "lz4" },
          }),
        },
      },
      refused:
        /size: 2 -> 3; minSize: 1 -> 2; autoscale: off -> on; class: by-hand -> replicated_nvme; quota: none -> 10{12} bytes; compression.mode: none -> aggressive; compression.algorithm: lz4 -> zstd/,
    },
    // The pool is there, and nothing else of it is as it was told.
    cut: { at: "--name vm-disks", behind: true },
  },
  {
    kind: "pveceph/pool",
    what: "a pool by an erasure code",
    wish: {
      cluster: "trio",
      pool: "archive",
      size: 3,
      minSize: 2,
      autoscale: "on",
      share: 0.2,
      application: "rbd",
      quotaBytes: 1e12,
      erasure: { data: 2, parity: 1, failureDomain: "host" },
      poolDeadlineMs: 60_000,
    },
    made: [
      /ceph\/pool --name archive .*--erasure-coding k=2,m=1,failure-domain=host$/,
      /ceph\/pool\/archive-data --min_size 3 --target_size_ratio 0.2$/,
      /^ceph osd pool set-quota archive-data max_bytes 10{12}$/,
    ],
    alike: {
      pools: {
        "archive-data": theirs({
          type: "erasure",
          profile: "by-hand",
          min_size: 3,
          target_size_ratio: 0.2,
        }),
        "archive-metadata": theirs({ quota: 0 }),
      },
      profiles: { "by-hand": { k: "2", m: "1", "crush-failure-domain": "host" } },
    },
    other: {
      state: { profiles: { pve_ec_archive: { k: "4", m: "2", "crush-failure-domain": "host" } } },
      refused: /the profile pve_ec_archive is another one .*k 4 -> 2; m 2 -> 1/,
    },
    // The pool for data is there, and the one for metadata is not.
    cut: { at: "--name archive", behind: true },
  },
  {
    kind: "pveceph/modules",
    what: "modules",
    wish: { cluster: "trio", modules: ["prometheus", "dashboard"] },
    made: [/^ceph mgr module enable prometheus$/, /^ceph mgr module enable dashboard$/],
    alike: { modules: ["restful", "dashboard", "prometheus"] },
    cut: { at: "enable dashboard", behind: false },
  },
  {
    kind: "pveceph/filesystem",
    what: "a file system",
    wish: {
      cluster: "trio",
      filesystem: "shared",
      pgs: 32,
      share: 0.1,
      hotStandby: true,
      filesystemDeadlineMs: 60_000,
    },
    made: [
      /ceph\/fs\/shared --pg_num 32$/,
      /^ceph fs set shared allow_standby_replay true$/,
      /ceph\/pool\/shared_data --target_size_ratio 0.1$/,
    ],
    alike: {
      pools: {
        ...filesystemPools,
        shared_data: theirs({ application: "cephfs", target_size_ratio: 0.1 }),
      },
      fs: { shared: { flags: 50, data: 1, metadata: 2 } },
    },
    other: {
      state: { pools: filesystemPools, fs: { shared: { flags: 18, data: 1, metadata: 2 } } },
      refused: /standby: false -> true; share: not set -> 0.1/,
    },
    // Both pools are there and no file system, as a host leaves them that is lost in between.
    cut: { at: "ceph/fs", behind: true },
  },
];

/** Inputs as the engine holds them after check. */
async function checked({ kind, wish }: Pick<Kind, "kind" | "wish">): Promise<JsonObject> {
  const { inputs, failures } = await provider.check(kind, {
    connection: sshd.connection(),
    ...wish,
  });
  expect(failures).toEqual([]);
  return inputs;
}

describe.each(KINDS)("$what of Ceph through the provider process", (one) => {
  const { kind, made, alike, conf, cut } = one;
  const isAsMade = (): void => {
    const seen = ceph.changes();
    expect(seen).toHaveLength(made.length);
    for (const [at, pattern] of made.entries()) {
      expect(seen[at]).toMatch(pattern);
    }
  };

  beforeEach(() => {
    ceph.become({});
    if (kind !== "pveceph/cluster" && conf !== undefined) {
      ceph.configured(conf);
    }
  });

  it("is made once, and a second time nothing happens", async () => {
    const inputs = await checked(one);
    const { id, outs } = await provider.create(inputs);
    expect(outs.adopted).toBe(false);
    isAsMade();
    expect(await provider.diff(id, outs, inputs)).toMatchObject({ changes: false, replaces: [] });
    const { props } = await provider.read(id, outs);
    expect(props.drift).toEqual([]);
    await provider.create(inputs);
    isAsMade();
  });

  it("is found alike and taken over", async () => {
    ceph.become(alike);
    if (conf !== undefined) {
      ceph.configured(conf);
    }
    const { outs } = await provider.create(await checked(one));
    expect(outs.adopted).toBe(true);
    expect(ceph.changes()).toEqual([]);
  });

  it("is left alone when it goes", async () => {
    const { id, outs } = await provider.create(await checked(one));
    await provider.delete(id, outs);
    isAsMade();
  });

  it("is brought to its end after a cut", async () => {
    ceph.change({ cut });
    const inputs = await checked(one);
    const failure = await thrownBy(ProviderFailure, provider.create(inputs));
    const again =
      failure.kept === undefined
        ? await provider.create(inputs)
        : await provider.update(failure.kept.id, failure.kept.properties, inputs);
    const { props } = await provider.read("again", again.outs);
    expect(props.drift).toEqual([]);
    const told = ceph.changes().length;
    await provider.create(inputs);
    expect(ceph.changes()).toHaveLength(told);
  });
});

describe("what a run has begun in Ceph that was killed, so that nobody recorded it", () => {
  it.each(KINDS)("is known as one's own, and $what is finished by the next run", async (one) => {
    ceph.become({});
    if (one.kind !== "pveceph/cluster" && one.conf !== undefined) {
      ceph.configured(one.conf);
    }
    ceph.change({ cut: one.cut });
    const inputs = await checked(one);
    await thrownBy(ProviderFailure, provider.create(inputs));
    const { id, outs } = await provider.create(inputs);
    const { props } = await provider.read(id, outs);
    expect(props.drift).toEqual([]);
    expect(ceph.state().marks).toEqual({});
  });
});

const OTHERWISE = KINDS.flatMap(({ kind, what, wish, other }) =>
  other === undefined ? [] : [{ kind, what, wish, other }],
);

describe.each(OTHERWISE)("$what of Ceph that somebody has made otherwise", (one) => {
  it("is refused with the difference, and stays", async () => {
    ceph.become(one.other.state);
    if (one.other.conf !== undefined) {
      ceph.configured(one.other.conf);
    }
    const failure = await thrownBy(ProviderFailure, provider.create(await checked(one)));
    expect(failure.message).toMatch(one.other.refused);
    expect(ceph.changes()).toEqual([]);
  });
});

describe("a setting that a hand has changed", () => {
  it("is drift at a refresh, and set again by the next run", async () => {
    ceph.become({});
    ceph.configured(CONF);
    const option = "osd_memory_target";
    const { inputs } = await provider.check("pveceph/settings", {
      connection: sshd.connection(),
      cluster: "trio",
      settings: [{ field: "osds.memoryTarget", section: "osd", option, value: "4294967296" }],
    });
    const { id, outs } = await provider.create(inputs);
    ceph.change({ config: [{ section: "osd", name: option, value: "8G", mask: "" }] });
    const { props } = await provider.read(id, outs);
    expect(props.drift).toEqual(["osds.memoryTarget: 8G -> 4294967296"]);
    expect(await provider.diff(id, props, inputs)).toMatchObject({ changes: true, replaces: [] });
    await provider.update(id, props, inputs);
    expect(ceph.changes()).toEqual([`ceph config set osd ${option} 4294967296`]);
  });
});
