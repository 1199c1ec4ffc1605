import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JsonObject } from "../../dynamic-providers/kit/struct.js";
import { CephHost } from "../support/ceph-host.js";
import { ProviderFailure, ProviderProcess } from "../support/provider-process.js";
import { startSshd, type TestSshd } from "../support/sshd.js";
import { thrownBy } from "../support/thrown.js";

const NODES = ["frege", "russell", "wittgenstein"];

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

const monitorOf = (node: string) => ({ role: "monitor", node, consent: `monitor.${node}` });

async function wish(
  daemon: { readonly consent: string },
  lastDay = "2999-12-31",
): Promise<JsonObject> {
  const { inputs, failures } = await provider.check("pveceph/retired", {
    connection: sshd.connection(),
    cluster: "trio",
    daemons: [daemon],
    consent: { [daemon.consent]: lastDay },
    adopt: true,
    stepDeadlineMs: 60_000,
  });
  expect(failures).toEqual([]);
  return inputs;
}

describe("a daemon of Ceph that leaves by consent", () => {
  it("is taken away by Proxmox on its own node, once", async () => {
    ceph.become({ mon: NODES });
    const inputs = await wish(monitorOf("russell"));
    const { id, outs } = await provider.create(inputs);
    expect(ceph.changes()).toEqual(["delete /nodes/russell/ceph/mon/russell"]);
    expect(await provider.diff(id, outs, inputs)).toMatchObject({ changes: false });
    await provider.create(inputs);
    expect(ceph.changes()).toHaveLength(1);
  });

  it("stays once the last day of the consent is over", async () => {
    ceph.become({ mon: NODES });
    const late = await wish(monitorOf("russell"), "2020-01-01");
    const failure = await thrownBy(ProviderFailure, provider.create(late));
    expect(failure.message).toMatch(/the consent ended on 2020-01-01/);
    expect(ceph.changes()).toEqual([]);
  });

  it("that was cut in between is gone after the next run", async () => {
    ceph.become({ mon: NODES, cut: { at: "mon/russell", behind: true } });
    const inputs = await wish(monitorOf("russell"));
    await thrownBy(ProviderFailure, provider.create(inputs));
    const { outs } = await provider.create(inputs);
    expect(outs.left).toEqual([]);
    expect(ceph.changes()).toEqual(["delete /nodes/russell/ceph/mon/russell"]);
  });

  it("of a lost node is taken out of Ceph's books by Proxmox on a node that lives", async () => {
    ceph.become({ mon: NODES, silent: ["wittgenstein"] });
    const inputs = await wish(monitorOf("wittgenstein"));
    const { id, outs } = await provider.create(inputs);
    expect(ceph.changes()).toEqual(["delete /nodes/frege/ceph/mon/wittgenstein"]);
    const { props } = await provider.read(id, outs);
    expect(props).toMatchObject({ drift: [], left: [] });
  });

  it("of a lost node is gone when somebody has left nothing of it but lines of the configuration", async () => {
    ceph.become({ mon: NODES, silent: ["wittgenstein"], traces: ["wittgenstein"] });
    const { outs } = await provider.create(await wish(monitorOf("wittgenstein")));
    expect(outs).toMatchObject({ left: [] });
    expect(ceph.changes()).toEqual([]);
  });

  it.each([
    {
      what: "a monitor without which there is no majority",
      state: { mon: NODES, silent: ["wittgenstein"] },
      daemon: monitorOf("russell"),
      why: /of the 2 other monitors 1 are in the quorum, which is no majority/,
    },
    {
      what: "the last manager",
      state: { mgr: ["russell"], states: { russell: "active" } },
      daemon: { role: "manager", node: "russell", consent: "manager.russell" },
      why: /no other manager is there to take over/,
    },
    {
      what: "the metadata server that serves, with none behind it",
      state: { mds: ["frege", "russell"], states: { frege: "up:active", russell: "up:active" } },
      daemon: {
        role: "metadata server",
        node: "russell",
        consent: "metadataServer.russell",
      },
      why: /it is up:active, and no other one stands by/,
    },
    {
      what: "the manager of a node that does not answer",
      state: { mgr: ["frege", "russell"], silent: ["russell"] },
      daemon: { role: "manager", node: "russell", consent: "manager.russell" },
      why: /its node does not answer/,
    },
  ])("stays when it is $what", async ({ state, daemon, why }) => {
    ceph.become(state);
    const failure = await thrownBy(ProviderFailure, provider.create(await wish(daemon)));
    expect(failure.message).toMatch(why);
    expect(ceph.changes()).toEqual([]);
  });
});
