import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../dynamic-providers/kit/struct.js";
import { SOON } from "../support/days.js";
import { OsdHost } from "../support/osd-host.js";
import { ProviderProcess } from "../support/provider-process.js";

const KIND = "pveceph/osds";
const A = { name: "proxmoxhadiska", size: 20e9 };
const B = { name: "proxmoxhadiskb", size: 20e9 };
const pathOf = ({ name }: { readonly name: string }) => `/dev/disk/by-id/${name}`;

let host: OsdHost;
let provider: ProviderProcess;

beforeAll(async () => {
  host = await OsdHost.start();
}, 60_000);
afterAll(() => host.stop());
beforeEach(async () => {
  host.reset(A, B);
  await startRun();
}, 60_000);
afterEach(() => provider.stop());

async function startRun(): Promise<void> {
  provider = await ProviderProcess.start({ env: { PROXMOX_HA_RUN_LOG: "/dev/null" } });
}

/** Within one run a host is asked once what disks it has. */
async function nextRun(): Promise<void> {
  await provider.stop();
  await startRun();
}

const wish = (count: number, consent: Record<string, string> = {}) => ({
  connection: host.connection,
  rules: [
    { by: "select", model: "DATA", atLeastBytes: 19e9, count, class: "ssd", encrypted: false },
  ],
  osdDeadlineMs: 30_000,
  drainDeadlineMs: 1_000,
  consent,
});

async function checked(news: object, olds: JsonObject = {}): Promise<JsonObject> {
  const { inputs, failures } = await provider.check(KIND, news, olds);
  expect(failures).toEqual([]);
  return inputs;
}

describe("the OSDs of a host", () => {
  it("are made on the disks of the preview, do not differ afterwards, and stay at a removal", async () => {
    const inputs = await checked(wish(2));
    const { id, outs } = await provider.create(inputs);
    expect(outs).toMatchObject({ osds: { [pathOf(A)]: 0, [pathOf(B)]: 1 }, announced: [] });
    expect(host.state.calls).toEqual(
      [A, B].map(
        (disk) =>
          `pvesh create /nodes/frege/ceph/osd --dev ${pathOf(disk)} --crush-device-class ssd`,
      ),
    );
    expect(await provider.diff(id, outs, await checked(wish(2), inputs))).toMatchObject({
      changes: false,
    });
    expect((await provider.read(id, outs)).props).toMatchObject({ drift: [] });
    await provider.delete(id, outs);
    await provider.delete(id, outs);
    expect(host.state.calls).toHaveLength(2);
  });

  it("are made by the next run where a task failed, although its command ended well", async () => {
    const inputs = await checked(wish(2));
    host.set({ taskEnd: "command 'ceph-volume' failed" });
    await expect(provider.create(inputs)).rejects.toThrow(/ceph-volume' failed/);
    host.set({ taskEnd: "OK" });
    expect((await provider.create(inputs)).outs).toMatchObject({ osds: { [pathOf(B)]: 1 } });
  });

  it("show in a refresh that a disk is gone, and its number goes to the next one by consent", async () => {
    const inputs = await checked(wish(2));
    const { id, outs } = await provider.create(inputs);
    const { osds } = host.state;
    const lost = { ...osds["1"], uuid: osds["1"]?.uuid ?? "", in: 1, up: 0, state: ["exists"] };
    const c = { name: "proxmoxhadiskc", size: 20e9 };
    host.set({ disks: [{ ...A, used: "LVM", osds: [0] }, c], osds: { ...osds, 1: lost } });
    const { props } = await provider.read(id, outs);
    expect(props).toMatchObject({
      drift: [`osds["${pathOf(B)}"]: gone -> OSD`],
      announced: [
        expect.stringContaining(c.name),
        expect.stringContaining("osd.1 lies on no disk"),
      ],
    });
    await nextRun();
    const again = await checked(wish(2, { "osd.1": SOON }), inputs);
    const { outs: after } = await provider.update(id, props, again);
    expect(after).toMatchObject({ osds: { [pathOf(A)]: 0, [pathOf(c)]: 1 }, announced: [] });
    expect(host.state.calls.slice(2)).toEqual([
      "ceph osd destroy 1 --yes-i-really-mean-it",
      "ceph auth get client.bootstrap-osd -o /var/lib/ceph/bootstrap-osd/ceph.keyring",
      `ceph-volume lvm create --osd-id 1 --data /dev/${c.name} --crush-device-class ssd`,
      "ceph osd in 1",
    ]);
  });

  it("leave in the safe order, and no step is made before the one in front of it", async () => {
    const inputs = await checked(wish(2));
    const { id, outs } = await provider.create(inputs);
    host.set({ disks: [...host.state.disks, { name: "proxmoxhadiskc", size: 20e9 }] });
    await nextRun();
    const again = await checked(wish(2, { "osd.0": SOON }), inputs);
    host.set({ safe: false });
    await expect(provider.update(id, outs, again)).rejects.toThrow(
      /does not lie elsewhere in full yet: OSD\(s\) 0 have 3 pgs/,
    );
    expect(host.state.calls.slice(2)).toEqual(["ceph osd out 0"]);
    host.set({ safe: true });
    await provider.update(id, outs, await checked(wish(2, { "osd.0": SOON }), again));
    expect(host.state.calls.slice(3).map((call) => call.split(" --data")[0])).toEqual([
      "systemctl stop ceph-osd@0.service",
      "ceph osd down 0",
      "ceph osd destroy 0 --yes-i-really-mean-it",
      "ceph-volume lvm zap --osd-id 0 --destroy",
      "ceph auth get client.bootstrap-osd -o /var/lib/ceph/bootstrap-osd/ceph.keyring",
      "ceph-volume lvm create --osd-id 0",
      "ceph osd in 0",
    ]);
  }, 240_000);
});
