import { describe, expect, it } from "vitest";
import {
  type CephHeard,
  cephIsSound,
  cephRows,
  cephView,
  parseCeph,
} from "../../../../automation/status/ceph-view.js";
import { planCluster } from "../../../../config/plan/index.js";
import { HEALTHY_CEPH } from "../../../support/ceph-status.js";
import { fixtureSpec } from "../../config/plan/stacks.js";

const plan = planCluster(fixtureSpec("trio")).ceph;
const status = (more: object = {}, pgmap: object = {}) => ({
  ...HEALTHY_CEPH,
  pgmap: { ...HEALTHY_CEPH.pgmap, ...pgmap },
  ...more,
});
const heard = (answer: object): CephHeard => parseCeph("adele", JSON.stringify(answer));
const view = (...said: readonly (CephHeard | undefined)[]) => cephView(plan, said);

describe("Ceph on the screen", () => {
  it("is told in a few lines, and is sound with all that the file wants", () => {
    const seen = view(undefined, heard(status()));
    expect(cephIsSound(seen)).toBe(true);
    expect(cephRows(seen)).toEqual([
      ["health", "HEALTH_OK"],
      ["monitors", "adele, berta, clara in the quorum"],
      ["OSDs", "6, 6 up, 6 in"],
      ["groups", "49 active+clean"],
      ["used", "12 GB of 120 GB raw (10 %)"],
    ]);
  });

  it("names what it lacks, with what is being healed and how long that takes", () => {
    const seen = view(
      heard(
        status(
          {
            quorum_names: ["adele", "clara"],
            osdmap: { num_osds: 6, num_up_osds: 4, num_in_osds: 6 },
          },
          {
            pgs_by_state: [{ state_name: "active+undersized+degraded", count: 49 }],
            degraded_objects: 300,
            recovering_objects_per_sec: 5,
          },
        ),
      ),
    );
    expect(cephIsSound(seen)).toBe(false);
    expect(seen?.lacks).toEqual([
      "monitors that are in no quorum: berta",
      "of 6 OSDs 4 are up and 6 are in",
      "placement groups are not clean: 49 active+undersized+degraded (300 copies missing, about 1 min left at this rate)",
    ]);
  });

  it("passes Ceph's own warnings on, which stop nobody, unless somebody muted them", () => {
    const check = (message: string, muted: boolean) => ({
      severity: "HEALTH_WARN",
      summary: { message, count: 1 },
      muted,
    });
    const seen = view(
      heard(
        status({
          health: {
            status: "HEALTH_WARN",
            checks: {
              MON_CLOCK_SKEW: check("clock skew detected on mon.berta", false),
              POOL_NO_REDUNDANCY: check("1 pool(s) have no replicas configured", true),
            },
          },
        }),
      ),
    );
    expect(cephIsSound(seen)).toBe(true);
    expect(cephRows(seen).at(-1)).toEqual(["warns", "clock skew detected on mon.berta"]);
    expect(seen?.warnings).toHaveLength(1);
  });

  it("with an error of Ceph's is not sound, whatever else it says", () => {
    expect(cephIsSound(view(heard(status({ health: { status: "HEALTH_ERR" } }))))).toBe(false);
  });

  it("that answers nobody is not known, and neither is one that nobody could be asked for", () => {
    const timedOut = parseCeph("adele", "2026-11-30T03:00:00 monclient(hunting): timed out\n");
    expect(view(timedOut)?.lacks[0]).toMatch(/^Ceph does not answer: .*timed out/);
    expect(view(undefined)?.lacks).toEqual(["nobody could be asked for Ceph"]);
    expect(parseCeph("adele", "")).toEqual({ kind: "silent", why: "no answer" });
    expect(cephIsSound(view(timedOut))).toBe(false);
  });

  it("that one node does not hear is told by another", () => {
    const silent = parseCeph("adele", "timed out");
    expect(view(silent, heard(status()))?.state).toBe("told");
  });

  it("that was not made yet is said to be so, and one that the file does not have is no line at all", () => {
    expect(view(parseCeph("adele", "no ceph\n"))?.lacks).toEqual(["there is no Ceph yet"]);
    expect(cephRows(cephView(undefined, []))).toEqual([]);
    expect(cephIsSound(undefined)).toBe(true);
  });
});
