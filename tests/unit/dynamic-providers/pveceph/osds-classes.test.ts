import { describe, expect, it } from "vitest";
import { type JsonObject, toStruct } from "../../../../dynamic-providers/kit/struct.js";
import { FREGE } from "../../../support/connection.js";
import { blank, HostWithDisks, serveOsds as serve } from "./host-with-disks.js";

const wish = (deviceClass: string, more: object = {}): JsonObject =>
  toStruct({
    connection: FREGE,
    rules: [{ by: "name", path: "/dev/disk/by-id/a", class: deviceClass, encrypted: false }],
    osdDeadlineMs: 60_000,
    drainDeadlineMs: 60_000,
    ...more,
  });

function hostWith(deviceClass: string): HostWithDisks {
  const host = new HostWithDisks([{ ...blank("a"), used: "LVM", osd: 3 }]);
  host.classes.set(3, deviceClass);
  return host;
}

async function taken(host: HostWithDisks) {
  const { inputs } = await serve(host).provider.check({}, wish("nvme"));
  const { id, outs } = await serve(host).provider.create(inputs);
  return { inputs, id, outs };
}

describe("the class of an OSD", () => {
  it("follows the stack file, as long as no pool is kept on the old one", async () => {
    const host = hostWith("nvme");
    const { inputs, id, outs } = await taken(host);
    expect(host.done).toEqual([]);
    const { inputs: news, failures } = await serve(host).provider.check(inputs, wish("ssd"));
    expect(failures).toEqual([]);
    await serve(host).provider.update(id, outs, news);
    expect(host.done).toEqual(["rm class of 3", "set ssd of 3"]);
  });

  it("that a pool is kept on stays, which the preview says with both ways out", async () => {
    const host = hostWith("nvme");
    const { inputs } = await taken(host);
    host.poolsOn = "nvme";
    const { failures } = await serve(host).provider.check(inputs, wish("ssd"));
    expect(failures.map(({ reason }) => reason).join()).toContain(
      "osd.3 is of the class nvme, and vm-disks is kept on that class alone; the stack file says ssd (give the pool another class or none first, or write `class: nvme` for the disk)",
    );
  });

  it("that was cut away is given by the next run", async () => {
    const host = hostWith("nvme");
    const { inputs, id, outs } = await taken(host);
    const { inputs: news } = await serve(host).provider.check(inputs, wish("ssd"));
    host.cutBefore = "set-device-class";
    host.classes.set(3, "");
    await serve(host)
      .provider.update(id, outs, news)
      .catch(() => undefined);
    await serve(host).provider.update(id, outs, news);
    expect(host.classes.get(3)).toBe("ssd");
  });

  it("that a hand changed is drift, and refuses a take-over that does not say so", async () => {
    const host = hostWith("nvme");
    const { inputs, id, outs } = await taken(host);
    host.classes.set(3, "hdd");
    expect((await serve(host).provider.read(id, outs)).props).toMatchObject({
      drift: ["osd.3.class: hdd -> nvme"],
    });
    await expect(serve(host).provider.create(inputs)).rejects.toThrow(/osd\.3\.class: hdd -> nvme/);
  });
});
