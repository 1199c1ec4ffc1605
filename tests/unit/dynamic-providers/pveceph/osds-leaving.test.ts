import { describe, expect, it } from "vitest";
import { type JsonObject, toStruct } from "../../../../dynamic-providers/kit/struct.js";
import { FREGE } from "../../../support/connection.js";
import { blank, HostWithDisks, serveOsds, TODAY } from "./host-with-disks.js";

const LATER = "2026-12-24";

const wish = (count: number, consent: Record<string, string> = {}): JsonObject =>
  toStruct({
    connection: FREGE,
    rules: [{ by: "select", model: "DATA", count, class: "ssd", encrypted: false }],
    osdDeadlineMs: 60_000,
    drainDeadlineMs: 60_000,
    consent,
  });
const problem = (checked: { failures: readonly { reason: string }[] }): string =>
  checked.failures.map(({ reason }) => reason).join();

/** A host on which two OSDs were made. */
async function withTwo() {
  const host = new HostWithDisks([blank("a"), blank("b")]);
  const served = serveOsds(host);
  const planned = await served.provider.check({}, wish(2));
  const { id, outs } = await served.provider.create(planned.inputs);
  return { host, ...served, inputs: planned.inputs, id, outs };
}

describe("an OSD that leaves", () => {
  it("and comes up again whenever it is stopped, is not stopped for ever", async () => {
    const { host, provider, id, outs, inputs } = await withTwo();
    host.disks.push(blank("c"));
    host.comesBack = true;
    const again = await provider.check(inputs, wish(2, { "osd.1": LATER }));
    await expect(provider.update(id, outs, again.inputs)).rejects.toThrow(
      /osd\.1.*is stopped.*three times.*journalctl -u ceph-osd@1/s,
    );
    expect(host.done.filter((one) => one === "stop 1")).toHaveLength(3);
  });
});

describe("an OSD that is made", () => {
  it("is waited for until Ceph counts it to its host", async () => {
    const host = new HostWithDisks([blank("a"), blank("b")]);
    host.startsAfter = 4;
    const { provider } = serveOsds(host);
    const { inputs } = await provider.check({}, wish(2));
    const { outs } = await provider.create(inputs);
    expect(outs).toMatchObject({ osds: { "/dev/disk/by-id/a": 0, "/dev/disk/by-id/b": 1 } });
    expect(host.made).toEqual(["a", "b"]);
  });
});

describe("a disk that is dead", () => {
  it("is named with its OSD by a refresh, which changes nothing", async () => {
    const { host, provider, id, outs } = await withTwo();
    host.pull("b");
    const { props } = await provider.read(id, outs);
    expect(props).toMatchObject({
      announced: [
        expect.stringMatching(
          /by-id\/b \(serial b\) is gone, and osd\.1 lies on no disk.*`osd\.1`/,
        ),
      ],
      drift: [expect.stringContaining("gone with osd.1 -> OSD")],
    });
    expect(host.done).toEqual([]);
  });

  it("is told by a preview that changes nothing, with disks that came; a run asks nobody", async () => {
    const { host, said, provider, inputs } = await withTwo();
    const preview = serveOsds(host, { previews: true });
    await preview.provider.check(inputs, wish(2));
    expect(preview.said).toEqual([]);
    host.pull("b");
    host.disks.push(blank("c"));
    await preview.provider.check(inputs, wish(2));
    expect(preview.said).toEqual([
      expect.stringMatching(/^frege: a rule means .*\bc\b.*, which is not taken by itself$/),
      expect.stringMatching(/^frege: .*by-id\/b \(serial b\) is gone, and osd\.1 lies on no disk/),
    ]);
    const before = said.length;
    await provider.check(inputs, wish(2));
    expect(said.length).toBe(before);
    const silent = serveOsds(host, { previews: true });
    host.run = () => {
      throw new Error("no route to host");
    };
    await silent.provider.check(inputs, wish(2));
    expect(silent.said).toEqual(["frege: no answer, so whether disks came or went is not known"]);
  });

  it("is refused without consent, and nothing is touched", async () => {
    const { host, provider, id, outs, inputs } = await withTwo();
    host.pull("b");
    host.disks.push(blank("c"));
    const again = await provider.check(inputs, wish(2));
    await expect(
      provider.update(id, (await provider.read(id, outs)).props ?? {}, again.inputs),
    ).rejects.toThrow(
      /by-id\/b \(serial b\) is gone, and osd\.1 lies on no disk.*consent `osd\.1`/,
    );
    expect([host.done, host.made]).toEqual([[], ["a", "b"]]);
  });

  it("is replaced by the disk that the rule then means, which takes the number over", async () => {
    const { host, provider, said, id, outs, inputs } = await withTwo();
    host.pull("b");
    host.disks.push(blank("c"));
    host.safe = false;
    host.states = ["active+undersized+degraded"];
    const again = await provider.check(inputs, wish(2, { "osd.1": LATER }));
    expect(problem(again)).toBe("");
    expect(said.join("\n")).toContain(
      "osd.1 leaves a disk that is gone, and /dev/disk/by-id/c takes its number over",
    );
    const { outs: after } = await provider.update(id, outs, again.inputs);
    expect(host.done).toEqual(["destroy 1", "remake 1 on c"]);
    expect(after).toMatchObject({ osds: { "/dev/disk/by-id/a": 0, "/dev/disk/by-id/c": 1 } });

    const looks = host.looks;
    const silent = await provider.check(again.inputs, wish(2, { "osd.1": LATER }));
    expect(await provider.diff(id, after, silent.inputs)).toMatchObject({ changes: false });
    expect(host.looks).toBe(looks);
  });

  it("is not given up while placement groups do not serve", async () => {
    const { host, provider, id, outs, inputs } = await withTwo();
    host.pull("b");
    host.disks.push(blank("c"));
    host.safe = false;
    host.states = ["undersized+degraded+peered"];
    const again = await provider.check(inputs, wish(2, { "osd.1": LATER }));
    await expect(provider.update(id, outs, again.inputs)).rejects.toThrow(
      /does not lie elsewhere in full yet.*8 undersized\+degraded\+peered/,
    );
    expect(host.done).toEqual([]);
  });
});

describe("a disk that lives", () => {
  it("is emptied in the safe order, and another one takes the number over", async () => {
    const { host, provider, id, outs, inputs } = await withTwo();
    host.disks.push(blank("c"));
    const again = await provider.check(inputs, wish(2, { "osd.0": LATER }));
    expect(problem(again)).toBe("");
    await provider.update(id, outs, again.inputs);
    expect(host.done).toEqual(["out 0", "stop 0", "destroy 0", "wipe 0", "remake 0 on c"]);
    expect(host.disks.find(({ name }) => name === "a")).toEqual(blank("a"));
  });

  it.each(["osd out", "systemctl stop", "osd destroy", "lvm zap", "lvm create"])(
    "is emptied to the end by the run after one that broke off before `%s`",
    async (cut) => {
      const { host, provider, id, outs, inputs } = await withTwo();
      host.disks.push(blank("c"));
      const again = await provider.check(inputs, wish(2, { "osd.0": LATER }));
      host.cutBefore = cut;
      await expect(provider.update(id, outs, again.inputs)).rejects.toThrow(/connection lost/);
      const next = await provider.check(again.inputs, wish(2, { "osd.0": LATER }));
      await provider.update(id, outs, next.inputs);
      expect(host.done).toEqual(["out 0", "stop 0", "destroy 0", "wipe 0", "remake 0 on c"]);
    },
  );

  it("leaves for good where the rule means one fewer", async () => {
    const { host, provider, id, outs, inputs } = await withTwo();
    const again = await provider.check(inputs, wish(1, { "osd.1": LATER }));
    expect(problem(again)).toBe("");
    const { outs: after } = await provider.update(id, outs, again.inputs);
    expect(host.done).toEqual(["out 1", "stop 1", "remove 1"]);
    expect(after).toMatchObject({ osds: { "/dev/disk/by-id/a": 0 } });
    expect([...host.osds.keys()]).toEqual([0]);
  });

  it("stays where the consent has ended, and one that was used up allows nothing more", async () => {
    const { host, provider, id, outs, inputs } = await withTwo();
    host.disks.push(blank("c"));
    const ended = await provider.check(inputs, wish(2, { "osd.0": "2026-11-29" }));
    expect(await provider.diff(id, outs, ended.inputs)).toMatchObject({ changes: false });

    const again = await provider.check(inputs, wish(2, { "osd.0": TODAY }));
    const { outs: after } = await provider.update(id, outs, again.inputs);
    const silent = await provider.check(again.inputs, wish(2, { "osd.0": TODAY }));
    expect(await provider.diff(id, after, silent.inputs)).toMatchObject({ changes: false });
    expect(host.done.filter((one) => one === "out 0")).toHaveLength(1);
  });

  it("is not taken out where too few copies would be left to serve", async () => {
    const { host, provider, id, outs, inputs } = await withTwo();
    host.disks.push(blank("c"));
    host.mayStop = false;
    const again = await provider.check(inputs, wish(2, { "osd.0": LATER }));
    await expect(provider.update(id, outs, again.inputs)).rejects.toThrow(
      /refused, nothing was changed: placement groups would have too few copies/,
    );
    expect(host.done).toEqual([]);
  });

  it("keeps its data while that does not lie elsewhere, and the wait has an end", async () => {
    const { host, provider, id, outs, inputs } = await withTwo();
    host.disks.push(blank("c"));
    host.safe = false;
    const again = await provider.check(inputs, wish(2, { "osd.0": LATER }));
    await expect(provider.update(id, outs, again.inputs)).rejects.toThrow(
      /does not lie elsewhere in full yet: OSD\(s\) have 3 pgs/,
    );
    expect(host.done).toEqual(["out 0"]);
  });

  it("is refused in the preview where its data has nowhere to go", async () => {
    const host = new HostWithDisks([blank("a")]);
    const { provider } = serveOsds(host);
    const planned = await provider.check({}, wish(1));
    await provider.create(planned.inputs);
    host.disks.push(blank("c"));
    const again = await provider.check(planned.inputs, wish(1, { "osd.0": LATER }));
    expect(problem(again)).toContain("osd.0 cannot give its data away: without it 2 hosts");
  });
});

describe("a disk with something on it", () => {
  const used = () => new HostWithDisks([blank("a"), { ...blank("b"), used: "ext4" }]);

  it("is refused with the name of the consent that wipes it", async () => {
    const said = problem(await serveOsds(used()).provider.check({}, wish(2)));
    expect(said).toContain("is in use: ext4 (with the consent `wipe.frege.b` it is wiped)");
  });

  it("is wiped with that consent, and told so beforehand", async () => {
    const host = used();
    const { provider, said } = serveOsds(host);
    const planned = await provider.check({}, wish(2, { "wipe.frege.b": LATER }));
    expect(problem(planned)).toBe("");
    expect(said.join("\n")).toContain(
      "/dev/disk/by-id/b (serial b) is wiped with what lies on it: ext4",
    );
    await provider.create(planned.inputs);
    expect([host.done, host.made]).toEqual([["wipe b"], ["a", "b"]]);
  });

  it("stays when it is something else than what was consented to, or the consent is for another disk", async () => {
    const host = used();
    const { provider } = serveOsds(host);
    const planned = await provider.check({}, wish(2, { "wipe.frege.b": LATER }));
    host.disks[1] = { ...blank("b"), used: "xfs" };
    await expect(provider.create(planned.inputs)).rejects.toThrow(/is in use: xfs/);
    expect(problem(await provider.check({}, wish(2, { "wipe.frege.a": LATER })))).toContain(
      "in use",
    );
    expect([host.done, host.made]).toEqual([[], []]);
  });

  it("stays when the host may live on it", async () => {
    const host = new HostWithDisks([blank("a"), { ...blank("b"), used: "ZFS" }]);
    const said = problem(
      await serveOsds(host).provider.check({}, wish(2, { "wipe.frege.b": LATER })),
    );
    expect(said).toContain("no consent empties it, because /dev/b holds ZFS");
  });
});

describe("a disk that is put in later", () => {
  it("is announced by a refresh and by nothing else, and is never taken", async () => {
    const { host, provider, id, outs, inputs } = await withTwo();
    host.disks.push(blank("c"));
    const { props } = await provider.read(id, outs);
    expect(props).toMatchObject({
      announced: [expect.stringMatching(/^a rule means \/dev\/c .* is not taken by itself$/)],
      drift: [],
    });
    const again = await provider.check(inputs, wish(2));
    expect(await provider.diff(id, props ?? {}, again.inputs)).toMatchObject({ changes: false });
    expect(host.made).toEqual(["a", "b"]);
  });
});
