import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../../../testing/eventually.js";
import { bootIdOf, closeAll, RunningTwin, statusOf, tryOn } from "../../../testing/index.js";
import {
  curlAmt,
  type Door,
  fenceIpmilan,
  fenceRedfish,
  ipmitool,
  type PowerClient,
} from "../../support/power-clients.js";

const repository = path.resolve(__dirname, "..", "..", "..", "..");

interface Device {
  readonly kind: "amt" | "redfish" | "ipmi";
  readonly stack: string;
  readonly node: string;
  readonly door: (twin: RunningTwin) => Door;
  readonly clients: readonly ((twin: RunningTwin, door: Door) => PowerClient)[];
}

const fencerOfPve1 = (twin: RunningTwin): Door => ({
  address: "10.30.100.12",
  user: "fence",
  password: twin.secretAt("ssm:/pve1/nodes/node2/ipmi_password"),
});

const DEVICES: readonly Device[] = [
  {
    kind: "amt",
    stack: "frege",
    node: "russell",
    door: (twin) => ({
      address: "10.203.3.22",
      user: "admin",
      password: twin.secretAt("ssm:/ms01/amt/russell"),
    }),
    clients: [curlAmt],
  },
  {
    kind: "redfish",
    stack: "pve1",
    node: "pve1-node2",
    door: fencerOfPve1,
    clients: [fenceRedfish],
  },
  {
    kind: "ipmi",
    stack: "pve1-ipmi",
    node: "pve1-node2",
    door: fencerOfPve1,
    clients: [fenceIpmilan, ipmitool],
  },
];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "proxmox-ha-power-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(DEVICES)("the power through $kind", ({ kind, stack, node, door, clients }) => {
  let twin: RunningTwin;
  beforeAll(async () => {
    twin = await RunningTwin.up(`power-${kind}`, stack === "pve1-ipmi" ? ipmiStack() : stack);
  });
  afterAll(() => closeAll(twin));

  it("is read and switched by independent clients, and the host obeys", async () => {
    expect((await statusOf(twin)).bmcs.find((one) => one.node === node)?.kind).toBe(kind);
    for (const make of clients) {
      const client = make(twin, door(twin));
      const before = await bootIdOf(twin, node);
      expect(await client.read(), client.name).toBe("on");
      await client.switchTo("off");
      await untilPower(twin, node, client, "off");
      expect((await tryOn(twin, node, "true", { deadlineMs: 5_000 })).status).not.toBe(0);
      await client.switchTo("on");
      await untilPower(twin, node, client, "on");
      expect(await bootIdOf(twin, node)).not.toBe(before);
    }
  });

  it("is told by the device when somebody else switches, and to nobody without the password", async () => {
    for (const make of clients) {
      const client = make(twin, door(twin));
      await twin.twin(["power", twin.name, node, "off"]);
      expect(await client.read(), client.name).toBe("off");
      await twin.twin(["power", twin.name, node, "on"]);
      expect(await client.read(), client.name).toBe("on");
      expect((await client.readWith("not-the-password")).status, client.name).not.toBe(0);
    }
  });
});

/** The host itself, the twin and the client's own question agree. */
async function untilPower(
  twin: RunningTwin,
  node: string,
  client: PowerClient,
  power: "on" | "off",
): Promise<void> {
  let last: readonly unknown[] = [];
  await eventually(
    async () => {
      const { hosts } = await statusOf(twin);
      last = [hosts.find(({ name }) => name === node)?.power, await client.read()];
      return last.every((one) => one === power);
    },
    () => `${node} should be ${power}; the twin and ${client.name} say ${last.join(" and ")}`,
    60_000,
  );
}

/** pve1's stack file with IPMI instead of Redfish; one that a user would write for older boards. */
function ipmiStack(): string {
  const text = readFileSync(path.join(repository, "Pulumi.pve1.yaml"), "utf8");
  const edited = text.replace(/^( +)redfish:$/gm, "$1ipmi:\n$1  cipherSuite: 3");
  expect(edited).not.toBe(text);
  const file = path.join(folder, "Pulumi.pve1-ipmi.yaml");
  writeFileSync(file, edited);
  return file;
}
