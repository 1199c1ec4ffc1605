import { describe, expect, it } from "vitest";
import {
  fencingIsSound,
  fencingRows,
  fencingView,
  parseFencer,
} from "../../../../automation/status/fencing-view.js";
import { planCluster } from "../../../../config/plan/index.js";
import { specOf } from "../../config/plan/stacks.js";

const { fencing } = planCluster(specOf("homelab"));
const row = {
  node: "pve-ms01-02",
  kind: "amt",
  address: "10.8.16.112",
  ok: true,
  reachable: true,
  power: "on",
  why: null,
};
const said = (state: string, ...rows: object[]): string =>
  `${state}\n7300\n${JSON.stringify({ time: 100, rows })}\n`;
const viewOf = (text: string) =>
  fencingView(fencing, [{ node: "pve-ms01-01", fencer: parseFencer("pve-ms01-01", text) }]);

describe("fencing in the status", () => {
  it("tells who could switch off whom, how long ago, and who has a watchdog alone", () => {
    const view = viewOf(said("active", row));
    expect(fencingIsSound(view)).toBe(true);
    expect(fencingRows(view)).toEqual([
      ["pve-ms01-01 -> pve-ms01-02", "amt 10.8.16.112", "power on", "seen 2 h ago"],
      ["pve-aimax-01: only its own watchdog stops it"],
    ]);
  });

  it("tells a remark on a device that would obey", () => {
    const view = viewOf(said("active", { ...row, why: "", remark: "its clock is 90 s behind" }));
    expect(fencingIsSound(view)).toBe(true);
    expect(fencingRows(view)[0]?.slice(2)).toEqual([
      "power on",
      "seen 2 h ago",
      "its clock is 90 s behind",
    ]);
  });

  it.each([
    [
      "a pair that broke",
      said("active", { ...row, ok: false, why: "no route" }),
      "NOT SURE: no route",
    ],
    ["a fencer that does not run", said("failed", row), "its fencer is failed"],
    ["a node without a fencer", "inactive\n7300\n", "its fencer is inactive"],
  ])("is not sound with %s", (_what, text, words) => {
    const view = viewOf(text);
    expect(fencingIsSound(view)).toBe(false);
    expect(fencingRows(view).flat().join("\n")).toContain(words);
  });

  it("tells, and is sound, where no node has a fencer yet; one that lacks it beside others is not", () => {
    const both = (state: string) =>
      fencingView(fencing, [
        { node: "pve-ms01-01", fencer: parseFencer("pve-ms01-01", "not installed\n7300\n") },
        { node: "pve-ms01-02", fencer: parseFencer("pve-ms01-02", `${state}\n7300\n`) },
      ]);
    expect(fencingIsSound(both("not installed"))).toBe(true);
    expect(fencingRows(both("not installed"))[0]?.[0]).toMatch(/until the next `up` installs them/);
    expect(fencingIsSound(both("active"))).toBe(false);
    expect(fencingRows(both("active"))).toContainEqual([
      "pve-ms01-01: its fencer is not installed",
    ]);
  });

  it("asks nobody whose node did not answer", () => {
    const view = fencingView(fencing, [{ node: "pve-ms01-01", fencer: undefined }]);
    expect(view).toMatchObject({ fencers: [], pairs: [] });
  });
});
