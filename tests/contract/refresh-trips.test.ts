import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import type { JsonObject } from "../../dynamic-providers/kit/struct.js";
import { CephHost } from "../support/ceph-host.js";
import { ProviderProcess } from "../support/provider-process.js";
import { startSshd, type TestSshd } from "../support/sshd.js";

const SETS = ["names", "system", "ssh", "kernel", "services", "fencer"] as const;
const HIDDEN = "canary-2b7e-refresh";

/** A line of the run's log about one round trip. */
const step = z.object({ host: z.string(), verb: z.string() });

let ceph: CephHost;
let sshd: TestSshd;
let provider: ProviderProcess;
let folder: string;
let runs = 0;

beforeAll(async () => {
  ceph = new CephHost();
  sshd = await startSshd({ proxmox: ceph });
  folder = mkdtempSync(path.join(tmpdir(), "proxmox-ha-refresh-"));
});
afterAll(() => {
  sshd.stop();
  ceph.remove();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  ceph.become({
    installed: "squid",
    mon: ["frege"],
    config: [{ section: "osd", name: "osd_max_backfills", value: "2", mask: "" }],
  });
  ceph.configured(
    "[global]\n\t fsid = 1-2-3\n\t public_network = 10.1.0.0/24\n\t cluster_network = 10.2.0.0/24\n",
  );
  await nextRun();
});
afterEach(() => provider.stop());

const runLog = (): string => path.join(sshd.folder, `trips-${runs}.jsonl`);
const file = (set: string): string => path.join(folder, `${set}.conf`);

/** A refresh comes in a process of its own. */
async function nextRun(): Promise<void> {
  runs++;
  provider = await ProviderProcess.start({
    env: { PROXMOX_HA_RUN_LOG: runLog(), PROXMOX_HA_TRACE: "1", HIDDEN },
  });
}

/** What the host was asked in this run, a round trip each. */
const asked = (): string[] =>
  readFileSync(runLog(), "utf8")
    .split("\n")
    .flatMap((line) => (line === "" ? [] : (step.safeParse(JSON.parse(line)).data?.verb ?? [])))
    .sort();

interface Recorded {
  readonly kind: string;
  readonly id: string;
  readonly outs: JsonObject;
}

async function made(kind: string, wish: JsonObject): Promise<Recorded> {
  const { inputs, failures } = await provider.check(kind, {
    connection: sshd.connection({ node: "frege" }),
    ...wish,
  });
  expect(failures).toEqual([]);
  return { kind, ...(await provider.create(inputs)) };
}

/** The founder of a cluster with Ceph, as an earlier run has made it. */
async function aFounder(): Promise<Recorded[]> {
  const sets = SETS.map((set) =>
    made("host/files", {
      set,
      files: {
        [file(set)]:
          set === "fencer"
            ? { content: "{{KEY}}\n", secrets: { KEY: { env: "HIDDEN" } }, mode: "0600" }
            : { content: `${set}\n` },
      },
    }),
  );
  const rest: readonly (readonly [string, JsonObject])[] = [
    ["host/packages", { packages: ["chrony", "lldpd"], pins: {}, installDeadlineMs: 60_000 }],
    [
      "pveceph/installation",
      { release: "squid", repository: "no-subscription", installDeadlineMs: 60_000 },
    ],
    ["pveceph/daemon", { role: "monitor", startDeadlineMs: 60_000 }],
    [
      "pveceph/cluster",
      { cluster: "trio", publicNetwork: "10.1.0.0/24", clusterNetwork: "10.2.0.0/24" },
    ],
    [
      "pveceph/settings",
      {
        cluster: "trio",
        settings: [
          { field: "recovery.backfills", section: "osd", option: "osd_max_backfills", value: "2" },
        ],
      },
    ],
  ];
  const all = await Promise.all([...sets, ...rest.map(([kind, wish]) => made(kind, wish))]);
  await provider.stop();
  await nextRun();
  return all;
}

const refreshed = (all: readonly Recorded[]) =>
  Promise.allSettled(all.map(({ id, outs }) => provider.read(id, outs)));

describe("a refresh of a host with sets of files, packages and Ceph", { timeout: 180_000 }, () => {
  it("asks it three times: for what is its own, for its part in Ceph, and for the cluster's Ceph", async () => {
    const all = await aFounder();
    const found = await refreshed(all);
    expect(found.map((one) => one.status === "fulfilled" && one.value.props.drift)).toEqual(
      all.map(() => []),
    );
    expect(all).toHaveLength(SETS.length + 5);
    expect(asked()).toEqual([
      "look at files; read installed packages",
      "look at the cluster's Ceph",
      "look at the node's part in Ceph",
    ]);
  });

  it("finds what differs where it differs, and tells no secret", async () => {
    const all = await aFounder();
    writeFileSync(file("kernel"), "by hand\n");
    writeFileSync(file("fencer"), "by hand\n");
    const found = await refreshed(all);
    const different = all.flatMap(({ id }, at) => {
      const one = found[at];
      const drift = one?.status === "fulfilled" ? one.value.props.drift : "failed";
      return JSON.stringify(drift) === "[]" ? [] : [id];
    });
    expect(different).toEqual(["frege:kernel", "frege:fencer"]);
    expect(`${provider.output()}${readFileSync(runLog(), "utf8")}`).not.toContain(HIDDEN);
  });
});
