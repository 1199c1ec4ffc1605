import { describe, expect, it } from "vitest";
import { toStruct } from "../../../../dynamic-providers/kit/struct.js";
import { firstDisks } from "../../../../dynamic-providers/pveceph/first-disks/provider.js";
import { FREGE } from "../../../support/connection.js";
import { SOON } from "../../../support/days.js";
import { fakeRuntime } from "../../../support/fake-runtime.js";
import { blank, HostWithDisks, TODAY } from "./host-with-disks.js";

const RUSSELL = { ...FREGE, node: "russell" };
const clock = { now: () => Date.parse(TODAY), sleep: () => Promise.resolve() };

const serve = (host: HostWithDisks) =>
  firstDisks.serve(
    fakeRuntime("disks", { node: "frege", run: async (script: string) => host.run(script) }, clock),
  );
const wish = (count: number, { connections = [FREGE], consent = {}, db = {} } = {}) =>
  toStruct({
    cluster: "ms01",
    nodes: connections.map(({ node }) => node),
    hosts: connections.map((connection) => ({
      connection,
      rules: [{ by: "select", model: "DATA", count, class: "nvme", encrypted: false, ...db }],
    })),
    consent,
  });
async function said(host: HostWithDisks, wanted: ReturnType<typeof wish>, before = {}) {
  const { failures } = await serve(host).check(before, wanted);
  return failures.map(({ reason }) => reason).join();
}

describe("disks for Ceph, before anything is touched", () => {
  it("are let pass where the rules fit them", async () => {
    expect(await said(new HostWithDisks([blank("a"), blank("b")]), wish(2))).toBe("");
  });

  it("are refused with what is there, for all hosts at once, where they do not", async () => {
    const host = new HostWithDisks([blank("a"), { ...blank("b"), used: "ext4" }]);
    const one = await said(host, wish(3));
    expect(one).toMatch(/on frege: refused: the rule for 3 disks "DATA" means 2 there/);
    expect(one).toMatch(/No disk was touched/);
    const both = await said(host, wish(2, { connections: [FREGE, RUSSELL] }));
    expect(both).toMatch(/on frege, russell: refused: on frege \/dev\/b .* is in use: ext4/);
    expect(both).toMatch(/; on russell \/dev\/b .* is in use: ext4/);
    expect([...host.made, ...host.done]).toEqual([]);
  });

  it("may be in use where a consent names the one that is wiped", async () => {
    const host = new HostWithDisks([blank("a"), { ...blank("b"), used: "ext4" }]);
    expect(await said(host, wish(2, { consent: { "wipe.frege.b": SOON } }))).toBe("");
  });

  it("are looked at once, and again for a host that is new", async () => {
    const host = new HostWithDisks([blank("a"), blank("b")]);
    const first = await serve(host).check({}, wish(2));
    await serve(host).create(first.inputs);
    const looks = host.looks;
    host.disks.pop();
    expect(await said(host, wish(2), first.inputs)).toBe("");
    expect(host.looks).toBe(looks);
    expect(await said(host, wish(2, { connections: [FREGE, RUSSELL] }), first.inputs)).toMatch(
      /on russell: refused/,
    );
  });

  it.each([
    { what: "is silent", silent: true, more: {} },
    { what: "has OSDs already", osd: 3, more: {} },
    { what: "takes another machine's place", more: { installation: 2 } },
  ])("are the affair of the OSDs themselves on a host that $what", async (state) => {
    const { osd, silent = false, more } = state;
    const disk = osd === undefined ? blank("a") : { ...blank("a"), used: "LVM", osd };
    const host = new HostWithDisks([disk]);
    host.silent = silent;
    expect(await said(host, wish(2, { connections: [{ ...FREGE, ...more }] }))).toBe("");
  });
});
