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

const on = (host: string, release = "squid") => ({ host, release });
/** Packages of the new release are there on every host, and what runs is the old one. */
const BEFORE = {
  fs: { shared: { flags: 50, data: 1, metadata: 2 } },
  installed: "tentacle",
  daemons: {
    "mds.frege": on("frege"),
    "osd.10": on("frege"),
    "osd.2": on("russell"),
    "osd.9": on("frege"),
    "mgr.russell": on("russell"),
    "mon.russell": on("russell"),
    "mon.frege": on("frege"),
  },
};
const follow = (may: boolean): string => `ceph fs set shared allow_standby_replay ${may}`;
const ORDER = ["mon.frege", "mon.russell", "mgr.russell", "osd.9", "osd.10", "osd.2", "mds.frege"];
const restarted = (name: string): string => {
  const host = name === "osd.2" || name.endsWith("russell") ? "russell" : "frege";
  return `create /nodes/${host}/ceph/restart --service ${name}`;
};
const WHOLE = [
  ...ORDER.slice(0, 6).map(restarted),
  follow(false),
  restarted("mds.frege"),
  follow(true),
  "ceph osd require-osd-release tentacle",
];
const CONF = "[global]\n\t fsid = 1-2-3\n";

beforeEach(() => {
  ceph.become(BEFORE);
  ceph.configured(CONF);
});

async function wish(
  consent: Readonly<Record<string, string>> = { "ceph.release": "2999-12-31" },
): Promise<JsonObject> {
  const { inputs, failures } = await provider.check("pveceph/release", {
    connection: sshd.connection(),
    cluster: "trio",
    release: "tentacle",
    followed: ["shared"],
    stepDeadlineMs: 60_000,
    waitDeadlineMs: 1_000,
    consent,
    adopt: true,
  });
  expect(failures).toEqual([]);
  return inputs;
}

describe("Ceph that goes to the next release", () => {
  it("restarts monitors, managers, OSDs host by host and metadata servers, then shuts older OSDs out", async () => {
    const inputs = await wish();
    const { id, outs } = await provider.create(inputs);
    const made = WHOLE;
    expect(ceph.changes()).toEqual(made);
    expect(outs.behind).toEqual([]);
    expect(await provider.diff(id, outs, inputs)).toMatchObject({ changes: false });
    await provider.create(inputs);
    expect(ceph.changes()).toHaveLength(made.length);
  });

  it("touches nothing without the consent, or after its last day", async () => {
    for (const consent of [{}, { "ceph.release": "2020-01-01" }]) {
      const failure = await thrownBy(ProviderFailure, provider.create(await wish(consent)));
      expect(failure.message).toMatch(/consent/);
      expect(ceph.changes()).toEqual([]);
    }
  });

  it.each([
    [
      { quorum_names: ["frege", "russell"] },
      /the upgrade pauses after \d+ s: 2 of 3 monitors are in the quorum/,
    ],
    [{ osdmap: { num_up_osds: 2, num_in_osds: 3 } }, /2 of 3 OSDs are up/],
    [
      { pgmap: { pgs_by_state: [{ state_name: "active+undersized", count: 4 }] } },
      /4 placement groups active\+undersized/,
    ],
    [{ health: { status: "HEALTH_ERR" } }, /its health is HEALTH_ERR/],
  ])("pauses while Ceph says %j", async (sick, why) => {
    ceph.change({ status: { ...ceph.state().status, ...sick } });
    const failure = await thrownBy(ProviderFailure, provider.create(await wish()));
    expect(failure.message).toMatch(why);
    expect(ceph.changes()).toEqual([]);
  });

  it("pauses at a daemon that the others need, and goes on behind those that are done", async () => {
    ceph.change({ neededNow: ["osd.9"] });
    const inputs = await wish();
    const failure = await thrownBy(ProviderFailure, provider.create(inputs));
    expect(failure.message).toMatch(/to bring osd.9 to tentacle.*osd.9 is needed/s);
    expect(ceph.changes()).toEqual(ORDER.slice(0, 3).map(restarted));
    ceph.change({ neededNow: [] });
    await provider.create(inputs);
    expect(ceph.changes()).toEqual(WHOLE.slice(3));
  });

  it("lets a server follow again when a run was cut before that", async () => {
    ceph.change({ cut: { at: "allow_standby_replay true", behind: false } });
    const inputs = await wish();
    await thrownBy(ProviderFailure, provider.create(inputs));
    ceph.change({});
    await provider.create(inputs);
    expect(ceph.changes()).toEqual(WHOLE.slice(-2));
  });

  it("does each restart once when a run is cut behind one", async () => {
    ceph.change({ cut: { at: "service mgr.russell", behind: true } });
    const inputs = await wish();
    await thrownBy(ProviderFailure, provider.create(inputs));
    await provider.create(inputs);
    expect(ceph.changes()).toEqual(WHOLE);
  });

  it("is nothing on hosts that have no Ceph yet", async () => {
    ceph.become({});
    await provider.create(await wish());
    expect(ceph.changes()).toEqual([]);
  });
});

describe("packages of the next release", () => {
  const packages = async (release: string, consent: Readonly<Record<string, string>>) => {
    const { inputs } = await provider.check("pveceph/installation", {
      connection: sshd.connection(),
      release,
      repository: "no-subscription",
      installDeadlineMs: 60_000,
      consent,
      adopt: true,
    });
    return inputs;
  };
  const consent = { "ceph.release": "2999-12-31" };

  it("are installed by consent alone, one release at a time, and never older ones", async () => {
    ceph.become({ installed: "squid" });
    for (const [release, given] of [
      ["tentacle", {}],
      ["reef", consent],
    ] as const) {
      const failure = await thrownBy(
        ProviderFailure,
        provider.create(await packages(release, given)),
      );
      expect(failure.message).toMatch(/squid\) is installed there/);
    }
    expect(ceph.changes()).toEqual([]);
    await provider.create(await packages("tentacle", consent));
    expect(ceph.changes()).toEqual(["pveceph install --version tentacle"]);
  });
});
