import { describe, expect, it } from "vitest";
import { type JsonObject, toStruct } from "../../../../dynamic-providers/kit/struct.js";
import { FREGE } from "../../../support/connection.js";
import { SOON } from "../../../support/days.js";
import { blank, HostWithDisks, serveOsds as serve } from "./host-with-disks.js";

const wish = (model: string, more: object = {}): JsonObject =>
  toStruct({
    connection: FREGE,
    rules: [
      {
        by: "name",
        path: `/dev/disk/by-id/${model}`,
        class: "nvme",
        encrypted: false,
        perDevice: 2,
      },
    ],
    osdDeadlineMs: 60_000,
    drainDeadlineMs: 60_000,
    ...more,
  });
const problem = (checked: { failures: readonly { reason: string }[] }): string =>
  checked.failures.map(({ reason }) => reason).join();
const A = "/dev/disk/by-id/a";

describe("OSDs that share a disk", () => {
  it("are made by one task, told as a list, and left alone afterwards", async () => {
    const host = new HostWithDisks([blank("a"), blank("b")]);
    const { provider } = serve(host);
    const planned = await provider.check({}, wish("a"));
    expect(planned.inputs).toMatchObject({ disks: [{ path: A, perDevice: 2 }] });
    const { id, outs } = await provider.create(planned.inputs);
    expect(host.made).toEqual(["a"]);
    expect(outs).toMatchObject({ osds: { [A]: [0, 1] } });
    const again = await provider.check(planned.inputs, wish("a"));
    expect(await provider.diff(id, outs, again.inputs)).toMatchObject({ changes: false });
    expect((await provider.read(id, outs)).props).toMatchObject({ drift: [] });
  });

  it("are taken over as many as the file says, and refused otherwise", async () => {
    const two = new HostWithDisks([{ ...blank("a"), used: "LVM", osd: 3, also: [4] }]);
    expect((await serve(two).provider.check({}, wish("a"))).failures).toEqual([]);
    const one = new HostWithDisks([{ ...blank("a"), used: "LVM", osd: 3 }]);
    expect(problem(await serve(one).provider.check({}, wish("a")))).toContain(
      "/dev/a carries osd.3, and the stack file says 2 on each; a disk is divided only when its OSDs are made, so let it leave first (with the consent `osd.3`)",
    );
  });

  it("leave together or not at all, and hand both numbers to the disk that takes the place", async () => {
    const host = new HostWithDisks([{ ...blank("a"), used: "LVM", osd: 3, also: [4] }, blank("b")]);
    const planned = await serve(host).provider.check({}, wish("a"));
    const { id, outs } = await serve(host).provider.create(planned.inputs);
    const half = { ...wish("b"), consent: { "osd.3": SOON } };
    expect(problem(await serve(host).provider.check(planned.inputs, half))).toContain(
      "osd.3 cannot leave /dev/a alone, which osd.4 shares: they leave together (with the consent `osd.4` as well)",
    );
    const both = { ...wish("b"), consent: { "osd.3": SOON, "osd.4": SOON } };
    const again = await serve(host).provider.check(planned.inputs, both);
    expect(problem(again)).toBe("");
    host.cutBefore = "ceph osd destroy 4";
    await expect(serve(host).provider.update(id, outs, again.inputs)).rejects.toThrow(
      "connection lost",
    );
    const resumed = await serve(host).provider.check(again.inputs, both);
    const { outs: after } = await serve(host).provider.update(id, outs, resumed.inputs);
    expect(after).toMatchObject({ osds: { "/dev/disk/by-id/b": [3, 4] } });
    expect(host.done).toEqual([
      ...["out 3", "stop 3", "destroy 3", "wipe 3"],
      ...["out 4", "stop 4", "destroy 4", "wipe 4"],
      "remake 3 and 4 on b",
    ]);
    expect(host.disks[0]).toEqual(blank("a"));
  });

  it("of which the host itself made one only are named, with the way out", async () => {
    const host = new HostWithDisks([blank("a")]);
    const planned = await serve(host).provider.check({}, wish("a"));
    host.cutAfter = 1;
    await expect(serve(host).provider.create(planned.inputs)).rejects.toThrow(
      "it carries osd.0 alone",
    );
    await expect(serve(host).provider.create(planned.inputs)).rejects.toThrow(
      "Run `pulumi up` again with the consent `osd.0`",
    );
  });
});
