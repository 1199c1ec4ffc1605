import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { supportedFaults } from "../../../bmc/faults.js";
import {
  bootIdOf,
  OwnStack,
  RunningTwin,
  said,
  statusOf,
  tryOn,
  tryTwin,
} from "../../../testing/index.js";
import { BMC_FAULTS, type BmcProbe } from "../../support/bmc-probes.js";
import { faultSuite } from "../../support/fault-suite.js";
import {
  type Door,
  fenceIpmilan,
  fenceRedfish,
  ipmitool,
  type PowerClient,
} from "../../support/power-clients.js";
import { seeAndHealBmc } from "../../support/see-fault.js";
import { type DoorFromInside, ipmiOf, redfishOf } from "../../support/server-bmc-probes.js";

/** Two servers, each with another kind of controller. */
const stack = new OwnStack(path.resolve(__dirname, "..", "..", "fixtures", "Pulumi.pair.yaml"));
const ids = { castor: 1, pollux: 2 };
const atHome = (node: keyof typeof ids, address: string) =>
  `${node}: { id: ${ids[node]}, address: ${address}, hardware: ms-01 }`;
const withController = (node: keyof typeof ids, address: string, controller: string) => {
  const login = `login: { user: fence, password: { ssm: /pair/bmc/${node} } }`;
  return `${node}: { id: ${ids[node]}, address: ${address}, hardware: genoa-a16, fence: { ${controller}, ${login} } } }`;
};
stack.write([
  ["ports: [enp87s0]", "ports: [enp65s0f0np0]"],
  [
    atHome("castor", "10.20.0.11"),
    withController("castor", "10.20.0.11", "redfish: { address: 10.20.0.21"),
  ],
  [
    atHome("pollux", "10.20.0.12"),
    withController("pollux", "10.20.0.12", "ipmi: { address: 10.20.0.22, cipherSuite: 3"),
  ],
]);

const suite = faultSuite(() => RunningTwin.up("controllers", stack.stack));
const { fault, heal } = suite;
afterAll(() => stack.close());

const doorOf = (node: string, address: string): Door => ({
  address,
  user: "fence",
  password: suite.twin.secretAt(`ssm:/pair/bmc/${node}`),
});

interface Device {
  readonly kind: "redfish" | "ipmi";
  readonly node: string;
  readonly address: string;
  readonly probe: (door: DoorFromInside) => BmcProbe;
  readonly clients: readonly ((twin: RunningTwin, door: Door) => PowerClient)[];
}

const DEVICES: readonly Device[] = [
  {
    kind: "redfish",
    node: "castor",
    address: "10.20.0.21",
    probe: redfishOf,
    clients: [fenceRedfish],
  },
  {
    kind: "ipmi",
    node: "pollux",
    address: "10.20.0.22",
    probe: ipmiOf,
    clients: [fenceIpmilan, ipmitool],
  },
];

describe.each(DEVICES)("a fault of a controller of the kind $kind", (device) => {
  const { kind, node, address } = device;
  const can = (words: readonly string[]) => supportedFaults[kind].some((one) => one === words[0]);
  const possible = BMC_FAULTS.map(({ words }) => words).filter(can);
  const foreign = BMC_FAULTS.map(({ words }) => words).filter((words) => !can(words));
  const probe = () =>
    device.probe({ node, prefix: suite.twin.controller, ...doorOf(node, address) });
  const clients = () => device.clients.map((make) => make(suite.twin, doorOf(node, address)));

  it.each(possible.map((words) => ({ name: words.join(" "), words })))(
    "is seen and healed: $name",
    async ({ words }) => {
      await seeAndHealBmc(suite.twin, probe(), words);
    },
  );

  it("that this kind does not know is refused with those that it knows", async () => {
    for (const words of [...foreign, ["sleeps"]]) {
      const done = await tryTwin(["fault", suite.twin.name, "bmc", node, ...words]);
      expect(done.status, said(done)).toBe(2);
      expect(done.stderr).toContain(`"${words[0]}" cannot happen to`);
      expect(done.stderr).toContain("refuses-login");
    }
    expect((await statusOf(suite.twin)).faults).toEqual([]);
  });

  it("deceives or stops fence agents and ipmitool, until it is healed", async () => {
    for (const client of clients()) {
      expect(await client.read(), client.name).toBe("on");
      await fault("bmc", node, "lies", "says=off");
      expect(await client.read(), client.name).toBe("off");
      await heal();
      await fault("bmc", node, "refuses-login");
      await expect(client.read(), client.name).rejects.toThrow("cannot read the power");
      await heal();
      expect(await client.read(), client.name).toBe("on");
    }
  });

  it("lets a client switch that is told so and obeyed by nobody", async () => {
    const before = await bootIdOf(suite.twin, node);
    await fault("bmc", node, "ignores-power");
    for (const client of clients()) {
      await client.switchTo("off").catch((error: unknown) => {
        // An agent that waits for the state gives up; one that does not believes what it was told.
        expect(String(error)).toContain("could not switch");
      });
    }
    await heal();
    expect(await bootIdOf(suite.twin, node)).toBe(before);
  });

  it("is the pulled plug: host and controller are gone together and come back together", async () => {
    const before = await bootIdOf(suite.twin, node);
    await fault("power-pulled", node);
    expect((await probe().look()).power).toBe("none");
    expect((await tryOn(suite.twin, node, "true", { deadlineMs: 5_000 })).status).not.toBe(0);
    const hosts = (await statusOf(suite.twin)).hosts.map((one) => [one.name, one.power]);
    expect(Object.fromEntries(hosts)).toEqual({ castor: "on", pollux: "on", [node]: "off" });
    await heal();
    await expect.poll(() => probe().look(), { timeout: 30_000 }).toMatchObject({ power: "on" });
    expect(await bootIdOf(suite.twin, node)).not.toBe(before);
  });
});
