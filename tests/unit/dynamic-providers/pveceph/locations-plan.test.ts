import { describe, expect, it } from "vitest";
import {
  commandsOf,
  type LocationFacts,
  planLocations,
} from "../../../../dynamic-providers/pveceph/locations/plan.js";
import type { CephLocationsInputs } from "../../../../dynamic-providers/pveceph/locations/schema.js";
import { FREGE } from "../../../support/connection.js";

type Bucket = LocationFacts["tree"]["nodes"][number];
const bucket = (id: number, type: string, name: string, children: number[] = []): Bucket => ({
  id,
  name,
  type,
  children,
});
const facts = (nodes: Bucket[], more: Partial<LocationFacts> = {}): LocationFacts => ({
  tree: { nodes },
  unclean: [],
  today: "2026-11-30",
  ...more,
});
const wanted = (
  hosts: CephLocationsInputs["hosts"],
  consent: Record<string, string> = {},
): CephLocationsInputs => ({
  cluster: "trio",
  connection: FREGE,
  hosts,
  consent,
  adopt: false,
  secretVersions: {},
});
const RACK = { node: "adele", rack: "r1" };
/** One host with an OSD, directly below the root. */
const FLAT = [bucket(-1, "root", "default", [-2]), bucket(-2, "host", "adele", [0])];
const IN_RACK = [
  bucket(-1, "root", "default", [-4]),
  bucket(-4, "datacenter", "west", [-3]),
  bucket(-3, "rack", "r1", [-2]),
  bucket(-2, "host", "adele", [0]),
];

describe("where hosts stand for Ceph", () => {
  it("is told before their first OSD, which moves nothing", () => {
    const [change] = planLocations(
      wanted([{ ...RACK, datacenter: "west" }]),
      facts([FLAT[0] ?? bucket(-1, "root", "default")]),
    );
    expect(change).toMatchObject({
      kind: "add",
      path: "hosts.adele",
      from: "absent",
      to: "datacenter west, rack r1",
    });
    expect(
      change === undefined ? [] : commandsOf(change.step).map((words) => words.join(" ")),
    ).toEqual([
      "osd crush add-bucket adele host",
      "osd crush add-bucket r1 rack",
      "osd crush move r1 datacenter=west root=default",
      "osd crush move adele rack=r1 datacenter=west root=default",
    ]);
  });

  it("is as wanted when it is, and also for a host without a word on its datacenter", () => {
    expect(planLocations(wanted([{ ...RACK, datacenter: "west" }]), facts(IN_RACK))).toEqual([]);
    expect(planLocations(wanted([]), facts(FLAT))).toEqual([]);
    expect(planLocations(undefined, facts(FLAT))).toEqual([]);
  });

  it("needs a consent that holds, and a Ceph that is whole, once data lies there", () => {
    const move = (consent: Record<string, string>, more: Partial<LocationFacts> = {}) =>
      planLocations(wanted([RACK], consent), facts(FLAT, more));
    expect(() => move({})).toThrow(
      /moves the data of every OSD.*consent: \{ move.adele: 2026-11-30 \}/,
    );
    expect(() => move({ "move.adele": "2026-11-29" })).toThrow(/ended on 2026-11-29/);
    const agreed = { "move.adele": "2026-11-30" };
    expect(() => move(agreed, { unclean: ["3 active+degraded"] })).toThrow(
      /not clean: 3 active\+degraded.*Nothing was moved/s,
    );
    expect(move(agreed)).toMatchObject([
      { kind: "change", from: "nowhere in particular", to: "rack r1" },
    ]);
  });

  it("needs none for a host that has no OSD yet", () => {
    const empty = [bucket(-1, "root", "default", [-2]), bucket(-2, "host", "adele")];
    const [change] = planLocations(wanted([RACK]), facts(empty));
    expect(
      change === undefined ? [] : commandsOf(change.step).map((words) => words.join(" ")),
    ).toEqual(["osd crush move adele rack=r1 root=default"]);
  });
});
