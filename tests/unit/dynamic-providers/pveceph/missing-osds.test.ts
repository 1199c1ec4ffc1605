import { expect, it } from "vitest";
import { missingOsds } from "../../../../dynamic-providers/pveceph/gate/missing-osds.js";
import type { KnownOsd } from "../../../../dynamic-providers/pveceph/own-osds.js";

const osd = (id: number, more: Partial<KnownOsd> = {}): KnownOsd => ({
  id,
  host: "adele",
  uuid: `u${id}`,
  up: true,
  in: true,
  destroyed: false,
  neverStarted: false,
  ...more,
});
const of = (...osds: KnownOsd[]) => missingOsds({ host: "adele", osds, mostCopies: 3, pools: [] });

it("names OSDs that do not serve with their hosts, and none where all do", () => {
  expect(of(osd(0), osd(1))).toEqual([]);
  expect(
    of(osd(0), osd(1, { up: false }), osd(2, { up: false, host: "berta" }), osd(3, { in: false })),
  ).toEqual(["down: osd.1 of adele, osd.2 of berta", "out: osd.3 of adele"]);
});

it("says of one that a cut making has left how its number comes back", () => {
  const [said, ...others] = of(osd(4, { host: "", up: false, neverStarted: true }));
  expect(others).toEqual([]);
  expect(said).toMatch(/^osd\.4 never started and hangs on no host.*holds nothing/);
  expect(said).toContain("`ceph osd purge 4 --yes-i-really-mean-it`");
  // It has its place already, so it is one that comes up soon.
  expect(of(osd(5, { up: false, neverStarted: true }))).toEqual(["down: osd.5 of adele"]);
});
