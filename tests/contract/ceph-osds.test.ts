import { describe, expect, it } from "vitest";
import { SOON } from "../support/days.js";
import { OsdRuns, pathOf } from "../support/osd-runs.js";

const A = { name: "proxmoxhadiska", size: 20e9 };
const B = { name: "proxmoxhadiskb", size: 20e9 };

const runs = new OsdRuns(A, B);

const wish = (count: number, consent: Record<string, string> = {}) => ({
  connection: runs.host.connection,
  rules: [
    { by: "select", model: "DATA", atLeastBytes: 19e9, count, class: "ssd", encrypted: false },
  ],
  osdDeadlineMs: 30_000,
  drainDeadlineMs: 1_000,
  consent,
});

describe("the OSDs of a host", () => {
  it("are made on the disks of the preview, do not differ afterwards, and stay at a removal", async () => {
    const inputs = await runs.checked(wish(2));
    const { id, outs } = await runs.provider.create(inputs);
    expect(outs).toMatchObject({ osds: { [pathOf(A)]: 0, [pathOf(B)]: 1 }, announced: [] });
    expect(runs.host.state.calls).toEqual(
      [A, B].map(
        (disk) =>
          `pvesh create /nodes/frege/ceph/osd --dev ${pathOf(disk)} --crush-device-class ssd`,
      ),
    );
    expect(await runs.provider.diff(id, outs, await runs.checked(wish(2), inputs))).toMatchObject({
      changes: false,
    });
    expect((await runs.provider.read(id, outs)).props).toMatchObject({ drift: [] });
    await runs.provider.delete(id, outs);
    await runs.provider.delete(id, outs);
    expect(runs.host.state.calls).toHaveLength(2);
  });

  it("are made by the next run where a task failed, although its command ended well", async () => {
    const inputs = await runs.checked(wish(2));
    runs.host.set({ taskEnd: "command 'ceph-volume' failed" });
    await expect(runs.provider.create(inputs)).rejects.toThrow(/ceph-volume' failed/);
    runs.host.set({ taskEnd: "OK" });
    expect((await runs.provider.create(inputs)).outs).toMatchObject({ osds: { [pathOf(B)]: 1 } });
  });

  it("show in a refresh that a disk is gone, and its number goes to the next one by consent", async () => {
    const inputs = await runs.checked(wish(2));
    const { id, outs } = await runs.provider.create(inputs);
    const { osds } = runs.host.state;
    const lost = { ...osds["1"], uuid: osds["1"]?.uuid ?? "", in: 1, up: 0, state: ["exists"] };
    const c = { name: "proxmoxhadiskc", size: 20e9 };
    runs.host.set({ disks: [{ ...A, used: "LVM", osds: [0] }, c], osds: { ...osds, 1: lost } });
    const { props } = await runs.provider.read(id, outs);
    expect(props).toMatchObject({
      drift: [`osds["${pathOf(B)}"]: gone with osd.1 -> OSD`],
      announced: [
        expect.stringContaining(c.name),
        expect.stringContaining("osd.1 lies on no disk"),
      ],
    });
    await runs.next();
    const again = await runs.checked(wish(2, { "osd.1": SOON }), inputs);
    const { outs: after } = await runs.provider.update(id, props, again);
    expect(after).toMatchObject({ osds: { [pathOf(A)]: 0, [pathOf(c)]: 1 }, announced: [] });
    expect(runs.host.state.calls.slice(2)).toEqual([
      "ceph osd destroy 1 --yes-i-really-mean-it",
      "ceph auth get client.bootstrap-osd -o /var/lib/ceph/bootstrap-osd/ceph.keyring",
      `ceph-volume lvm create --osd-id 1 --data /dev/${c.name} --crush-device-class ssd`,
      "ceph osd in 1",
    ]);
  });

  it("leave in the safe order, and no step is made before the one in front of it", async () => {
    const inputs = await runs.checked(wish(2));
    const { id, outs } = await runs.provider.create(inputs);
    runs.host.set({ disks: [...runs.host.state.disks, { name: "proxmoxhadiskc", size: 20e9 }] });
    await runs.next();
    const again = await runs.checked(wish(2, { "osd.0": SOON }), inputs);
    runs.host.set({ safe: false });
    await expect(runs.provider.update(id, outs, again)).rejects.toThrow(
      /does not lie elsewhere in full yet: OSD\(s\) 0 have 3 pgs/,
    );
    expect(runs.host.state.calls.slice(2)).toEqual(["ceph osd out 0"]);
    runs.host.set({ safe: true });
    await runs.provider.update(id, outs, await runs.checked(wish(2, { "osd.0": SOON }), again));
    expect(runs.host.state.calls.slice(3).map((call) => call.split(" --data")[0])).toEqual([
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
