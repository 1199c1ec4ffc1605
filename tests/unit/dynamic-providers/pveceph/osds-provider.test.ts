import { describe, expect, it } from "vitest";
import { type JsonObject, toStruct } from "../../../../dynamic-providers/kit/struct.js";
import { FREGE } from "../../../support/connection.js";
import { blank, HostWithDisks, serveOsds as serve } from "./host-with-disks.js";

const wish = (count: number): JsonObject =>
  toStruct({
    connection: FREGE,
    rules: [
      { by: "select", model: "DATA", sizeBytes: 20e9, count, class: "ssd", encrypted: false },
    ],
    osdDeadlineMs: 60_000,
    drainDeadlineMs: 60_000,
  });
const problem = (checked: { failures: readonly { reason: string }[] }): string =>
  checked.failures.map(({ reason }) => reason).join();

describe("the OSDs of a host", () => {
  it("are planned on named disks in the preview, made in turn, and asked about no more", async () => {
    const host = new HostWithDisks([blank("a"), blank("b")]);
    const { provider, said } = serve(host);
    const planned = await provider.check({}, wish(2));
    expect(planned.failures).toEqual([]);
    expect(planned.inputs).toMatchObject({
      disks: [
        { path: "/dev/disk/by-id/a", model: "DATA", serial: "a", sizeBytes: 20e9, class: "ssd" },
        { path: "/dev/disk/by-id/b", model: "DATA", serial: "b", sizeBytes: 20e9, class: "ssd" },
      ],
    });
    expect(said).toEqual([
      "frege: the stack file means 2 disks for OSDs",
      "frege: /dev/disk/by-id/a (DATA, serial a, 20 GB, blank)",
      "frege: /dev/disk/by-id/b (DATA, serial b, 20 GB, blank)",
    ]);
    expect(host.made).toEqual([]);

    const { id, outs } = await provider.create(planned.inputs);
    expect(host.made).toEqual(["a", "b"]);
    expect(outs).toMatchObject({ osds: { "/dev/disk/by-id/a": 0, "/dev/disk/by-id/b": 1 } });

    const looks = host.looks;
    const again = await provider.check(planned.inputs, wish(2));
    expect(await provider.diff(id, outs, again.inputs)).toMatchObject({ changes: false });
    expect(host.looks).toBe(looks);
  });

  it("stay on the disks that were chosen, whatever is put in later", async () => {
    const host = new HostWithDisks([blank("a")]);
    const { provider } = serve(host);
    const planned = await provider.check({}, wish(1));
    const { id, outs } = await provider.create(planned.inputs);
    host.disks.unshift(blank("0"));
    const again = await provider.check(planned.inputs, wish(1));
    expect(again.inputs).toMatchObject({ disks: [{ path: "/dev/disk/by-id/a" }] });
    expect(await provider.diff(id, outs, again.inputs)).toMatchObject({ changes: false });
  });

  it("become more by another rule, and the disks in use stay", async () => {
    const host = new HostWithDisks([blank("a")]);
    const { provider } = serve(host);
    const planned = await provider.check({}, wish(1));
    const { id, outs } = await provider.create(planned.inputs);
    host.disks.push(blank("b"));
    const more = await provider.check(planned.inputs, wish(2));
    expect(more.failures).toEqual([]);
    expect(await provider.update(id, outs, more.inputs)).toBeDefined();
    expect(host.made).toEqual(["a", "b"]);
  });

  it("are not made fewer: the disk, its OSD and what a person does are named", async () => {
    const host = new HostWithDisks([blank("a"), { ...blank("b"), size: 10e9 }]);
    const { provider } = serve(host);
    const both = toStruct({
      connection: FREGE,
      rules: [{ by: "select", model: "DATA", count: 2, class: "ssd", encrypted: false }],
      osdDeadlineMs: 60_000,
      drainDeadlineMs: 60_000,
    });
    const planned = await provider.check({}, both);
    await provider.create(planned.inputs);
    const said = problem(await provider.check(planned.inputs, wish(1)));
    expect(said).toContain("osd.1 lies on /dev/disk/by-id/b, which the stack file means no longer");
    expect(said).toContain("with the consent `osd.1` it leaves");
  });

  it("are refused in the preview with what lies on a disk, and none is touched", async () => {
    const host = new HostWithDisks([blank("a"), { ...blank("b"), used: "ext4" }]);
    const said = problem(await serve(host).provider.check({}, wish(2)));
    expect(said).toContain("/dev/b (DATA, serial b, 20 GB, ext4) is in use: ext4");
    expect(said).toContain("No disk was touched");
    expect(host.made).toEqual([]);
  });

  it("are refused when a chosen disk has got something on it since", async () => {
    const host = new HostWithDisks([blank("a"), blank("b")]);
    const { provider } = serve(host);
    const planned = await provider.check({}, wish(2));
    host.disks[1] = { ...blank("b"), used: "zfs_member" };
    await expect(provider.create(planned.inputs)).rejects.toThrow(/zfs_member/);
    expect(host.made).toEqual([]);
  });

  it("that an earlier run has made are taken over, and the rest is made", async () => {
    const host = new HostWithDisks([{ ...blank("a"), used: "LVM", osd: 0 }, blank("b")]);
    const { provider } = serve(host);
    const planned = await provider.check({}, wish(2));
    await provider.create(planned.inputs);
    expect(host.made).toEqual(["b"]);
  });

  it("end with what the task said when it failed, although its command ended well", async () => {
    const host = new HostWithDisks([blank("a")]);
    host.taskEnd = "command 'ceph-volume' failed";
    const { provider } = serve(host);
    const planned = await provider.check({}, wish(1));
    await expect(provider.create(planned.inputs)).rejects.toThrow(/ceph-volume' failed/);
  });

  it("are chosen later on a host that does not answer, and never by guess", async () => {
    const host = new HostWithDisks([blank("a")]);
    host.silent = true;
    const { provider } = serve(host);
    const planned = await provider.check({}, wish(1));
    expect(planned).toMatchObject({ failures: [], inputs: { disks: [] } });
    host.silent = false;
    await expect(provider.create(planned.inputs)).rejects.toThrow(/did not tell its disks/);
    expect(host.made).toEqual([]);
    expect((await provider.check({}, wish(1))).inputs).toMatchObject({ disks: [{ serial: "a" }] });
  });

  it("are not recorded for other rules that a silent host could not tell the disks of", async () => {
    const host = new HostWithDisks([blank("a")]);
    const { provider } = serve(host);
    const planned = await provider.check({}, wish(1));
    const { id, outs } = await provider.create(planned.inputs);
    host.disks.push(blank("b"));
    host.silent = true;
    const later = await provider.check(planned.inputs, wish(2));
    host.silent = false;
    await expect(provider.update(id, outs, later.inputs)).rejects.toThrow(/did not tell its disks/);
    expect(host.made).toEqual(["a"]);
  });

  it.each([
    [1, { by: "model" }],
    [2, { by: "select", encrypted: false }],
  ])("stay, and nobody is asked, where a state of version %i knows them", async (version, rule) => {
    const host = new HostWithDisks([{ ...blank("a"), used: "LVM", osd: 0 }]);
    const { provider } = serve(host);
    const use = version === 1 ? {} : { encrypted: false };
    const disk = {
      path: "/dev/disk/by-id/a",
      model: "DATA",
      serial: "a",
      sizeBytes: 20e9,
      class: "ssd",
    };
    const earlier = toStruct({
      connection: FREGE,
      rules: [{ ...rule, model: "DATA", sizeBytes: 20e9, count: 1, class: "ssd" }],
      disks: [{ ...disk, ...use }],
      osdDeadlineMs: 60_000,
    });
    const checked = await provider.check(earlier, wish(1));
    expect(checked.failures).toEqual([]);
    expect(host.looks).toBe(0);
    const kept = { ...earlier, osds: { [disk.path]: 0 }, schemaVersion: version, drift: [] };
    const { outs } = await provider.update("frege/osds", kept, checked.inputs);
    expect([host.made, host.done]).toEqual([[], []]);
    expect(outs).toMatchObject({ disks: [{ ...disk, encrypted: false }] });
  });
});
