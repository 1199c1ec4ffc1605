import { describe, expect, it } from "vitest";
import { longestGapMs } from "../../../toolchain/rehearsal/ring-gap.mjs";
import { screen } from "../../../toolchain/rehearsal/screen.mjs";

/** What `ping -D` prints for answers at these seconds. */
const answers = (times: readonly number[]): string =>
  [
    "PING 169.254.1.2 (169.254.1.2) 56(84) bytes of data.",
    ...times.map((at, n) => `[${at.toFixed(6)}] 64 bytes from 169.254.1.2: icmp_seq=${n} ttl=64`),
    "--- 169.254.1.2 ping statistics ---",
  ].join("\n");

describe("the gap of a cut", () => {
  const steady = Array.from({ length: 100 }, (_, at) => 1_700_000_000 + at * 0.02);

  it("is the longest time between two answers", () => {
    const cut = steady.map((at, n) => (n < 40 ? at : at + 0.35));
    expect(longestGapMs(answers(cut))).toBe(370);
  });

  it("is unknown when hardly anything came back", () => {
    expect(longestGapMs(answers(steady.slice(0, 10)))).toBeUndefined();
    expect(longestGapMs("")).toBeUndefined();
  });
});

describe("the screen at the end", () => {
  const twin = {
    phase: "ready",
    hosts: [{ name: "frege", power: "on" }],
    cables: [],
    real: ["systemd", "corosync"],
    replaced: [{ what: "Proxmox VE", by: "a stand-in" }],
    remarks: [],
  };

  it("says how the cluster is, what is real, how to go in and how to stop", () => {
    const gap = { cable: "frege.en06-russell.en05", gapMs: 64 };
    const text = screen({
      stack: "frege",
      cluster: "ms01: healthy\n",
      gap,
      twin,
      report: "/checkout/.proxmox-ha/reports/frege.html",
    });
    expect(text).toContain("ms01: healthy");
    expect(text).toContain("stood still for 64 ms");
    expect(text).toContain("systemd; corosync");
    expect(text).toContain("Proxmox VE: a stand-in");
    expect(text).toContain("npx proxmox-ha twin ssh frege frege");
    expect(text).toContain("npx proxmox-ha twin down frege");
    expect(text).toMatch(/Report.*\n +\/checkout\/\.proxmox-ha\/reports\/frege\.html\n/);
  });

  it("says why the gap was not measured, and nothing of a ring where there is none", () => {
    const facts = { stack: "frege", cluster: "ms01: healthy", twin, report: "none" };
    expect(screen({ ...facts, gap: "russell has no loopback address" })).toContain("not measured");
    expect(screen({ ...facts, gap: undefined })).not.toContain("Ring cable");
  });
});
