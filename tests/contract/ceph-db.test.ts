import { describe, expect, it } from "vitest";
import { SOON } from "../support/days.js";
import { OSDS, OsdRuns, pathOf } from "../support/osd-runs.js";

const GIB = 2 ** 30;
const disk = (letter: string, gib: number) => ({
  name: `proxmoxhadisk${letter}`,
  size: gib * GIB,
});
const [A, B, FAST] = [disk("a", 100), disk("b", 100), disk("f", 50)];

const runs = new OsdRuns(A, B, FAST);

const wish = (rule: object, consent: Record<string, string> = {}) => ({
  connection: runs.host.connection,
  rules: [{ by: "select", atLeastBytes: 99 * GIB, class: "hdd", encrypted: false, ...rule }],
  osdDeadlineMs: 30_000,
  drainDeadlineMs: 1_000,
  consent,
});
const DB = { by: "select", atMostBytes: 60 * GIB, count: 1, slotBytes: 20.5 * GIB };
const slots = () => runs.host.state.disks.find(({ name }) => name === FAST.name)?.slots;

describe("OSDs whose databases lie on another disk", () => {
  it("are made by Proxmox in slots of exactly that size, and are as wanted afterwards", async () => {
    const wanted = wish({ count: 2, db: DB });
    const inputs = await runs.checked(wanted);
    const { id, outs } = await runs.provider.create(inputs);
    expect(runs.host.state.calls).toEqual(
      [A, B].map(
        (data) =>
          `pvesh create /nodes/frege/ceph/osd --dev ${pathOf(data)} --crush-device-class hdd --db_dev ${pathOf(FAST)} --db_dev_size 20.5`,
      ),
    );
    await runs.next();
    expect(await runs.provider.diff(id, outs, await runs.checked(wanted, inputs))).toMatchObject({
      changes: false,
    });
    expect((await runs.provider.read(id, outs)).props).toMatchObject({ drift: [] });
    // A third has no room, and that is said before anything is done.
    runs.host.set({ disks: [...runs.host.state.disks, disk("c", 100)] });
    await runs.next();
    const { failures } = await runs.provider.check(OSDS, wish({ count: 3, db: DB }), inputs);
    expect(failures.map(({ reason }) => reason).join()).toMatch(
      /proxmoxhadiskf has no room for 1 more slot/,
    );
  });

  it("give their slot back when they leave, and the disk that takes the number gets one", async () => {
    const inputs = await runs.checked(wish({ count: 2, db: DB }));
    const { id, outs } = await runs.provider.create(inputs);
    runs.host.set({ disks: [...runs.host.state.disks, disk("c", 100)] });
    await runs.next();
    const again = await runs.checked(wish({ count: 2, db: DB }, { "osd.0": SOON }), inputs);
    await runs.provider.update(id, outs, again);
    expect(runs.host.state.calls.slice(-4)).toEqual([
      "ceph-volume lvm zap --osd-id 0 --destroy",
      "ceph auth get client.bootstrap-osd -o /var/lib/ceph/bootstrap-osd/ceph.keyring",
      `ceph-volume lvm create --osd-id 0 --data /dev/proxmoxhadiskc --crush-device-class hdd --block.db /dev/${FAST.name} --block.db-size ${20.5 * GIB}`,
      "ceph osd in 0",
    ]);
    expect(slots()?.map(({ osd }) => osd)).toEqual([1, 0]);
  }, 120_000);

  it("are made anew with their numbers where the disk with the databases is another one", async () => {
    const inputs = await runs.checked(wish({ count: 2, db: DB }));
    const { id, outs } = await runs.provider.create(inputs);
    const other = disk("g", 50);
    const down = { up: 0, in: 1, state: ["exists"] };
    const { disks, osds } = runs.host.state;
    runs.host.set({
      disks: [...disks.filter(({ name }) => name !== FAST.name), other],
      osds: Object.fromEntries(
        Object.entries(osds).map(([number, one]) => [number, { ...one, ...down }]),
      ),
    });
    await runs.next();
    const { props } = await runs.provider.read(id, outs);
    expect(props.announced).toEqual([expect.stringMatching(/`osd\.0`, `osd\.1`/)]);
    await runs.next();
    const consent = { "osd.0": SOON, "osd.1": SOON };
    const again = await runs.checked(wish({ count: 2, db: DB }, consent), inputs);
    expect((await runs.provider.update(id, props, again)).outs).toMatchObject({
      osds: { [pathOf(A)]: 0, [pathOf(B)]: 1 },
    });
    expect(runs.host.state.disks.find(({ name }) => name === other.name)?.slots).toEqual(
      [0, 1].map((osd) => ({ osd, kind: "db", bytes: 20.5 * GIB })),
    );
  }, 120_000);

  it("are refused where a volume of somebody else lies between them", async () => {
    const stranger = { osd: 77, kind: "db", bytes: GIB };
    runs.host.set({ disks: [A, B, { ...FAST, used: "LVM", slots: [stranger] }] });
    const { failures } = await runs.provider.check(OSDS, wish({ count: 2, db: DB }), {});
    expect(failures.map(({ reason }) => reason).join()).toMatch(
      /LVM with 0 parts of OSDs of this host and 1 other volume/,
    );
    expect(runs.host.state.calls).toEqual([]);
  });
});

describe("OSDs that share a disk", () => {
  it("are made in one call, and leave and are made anew together", async () => {
    const rule = { count: 1, perDevice: 2 };
    runs.host.reset(A, FAST);
    const inputs = await runs.checked(wish(rule));
    const { id, outs } = await runs.provider.create(inputs);
    expect(runs.host.state.calls).toEqual([
      `pvesh create /nodes/frege/ceph/osd --dev ${pathOf(A)} --crush-device-class hdd --osds-per-device 2`,
    ]);
    expect((await runs.provider.read(id, outs)).props).toMatchObject({ drift: [] });
    const c = disk("c", 100);
    runs.host.set({ disks: [...runs.host.state.disks, c] });
    await runs.next();
    const alone = await runs.provider.check(OSDS, wish(rule, { "osd.0": SOON }), inputs);
    expect(alone.failures.map(({ reason }) => reason).join()).toMatch(/osd\.1/);
    const again = await runs.checked(wish(rule, { "osd.0": SOON, "osd.1": SOON }), inputs);
    await runs.provider.update(id, outs, again);
    expect(runs.host.state.calls.slice(-2)).toEqual([
      `ceph-volume lvm batch --crush-device-class hdd --osds-per-device 2 --osd-ids 0 1 --yes --no-auto -- /dev/${c.name}`,
      "ceph osd in 0 1",
    ]);
  }, 120_000);
});
