import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { renderDoctorReport } from "../../../../automation/doctor/render.js";
import { statusOf } from "../../../../automation/doctor/run.js";
import { EXIT } from "../../../../automation/engine/exit-status.js";
import { DOCTOR_CODES } from "../../../../config/findings/doctor-codes.js";
import { CASES, restoredAgo, saved } from "./cases.js";
import { corosyncConf, soundDevice, votesOf } from "./sound.js";
import { formedWorld, freshWorld, memberOn, onNode, reportOf, type World } from "./world.js";

const NODES = ["frege", "russell", "wittgenstein"];

describe("the doctor's judgement", () => {
  it.each(CASES)("says $code ($severity) when $when", (one) => {
    const found = reportOf(one.world()).findings.filter(
      ({ node, code, severity }) =>
        node === one.node && code === one.code && severity === one.severity,
    );
    expect(found.map(({ evidence }) => evidence).join("\n")).toContain(one.evidence);
    for (const { severity, fix } of found) {
      expect(severity === "info" || fix !== "").toBe(true);
    }
  });

  it.each(["frege", "pve1", "homelab", "gtr7"] as const)(
    "finds nothing wrong on sound hosts of %s, fresh or formed",
    (stack) => {
      for (const world of [freshWorld(stack), formedWorld(stack)]) {
        const { errors, findings } = reportOf(world);
        expect(findings.filter(({ severity }) => severity !== "info")).toEqual([]);
        expect(errors).toBe(0);
      }
    },
  );

  it("says nothing of a guest whose newest backup is as young as its job promises", () => {
    const codes = reportOf(saved(25, 60)()).findings.map(({ code }) => code);
    expect(codes).not.toContain("backup/overdue");
  });

  it("says nothing of restores when one was good within a month, and counts none that failed", () => {
    const codesOf = (world: World) => reportOf(world).findings.map(({ code }) => code);
    expect(codesOf(restoredAgo(30, true))).not.toContain("backup/never-restored");
    expect(codesOf(restoredAgo(30, false))).toContain("backup/never-restored");
  });

  it("has a case for every code", () => {
    expect(new Set(CASES.map(({ code }) => code))).toEqual(new Set(Object.keys(DOCTOR_CODES)));
  });

  it("has every code with its meaning in the documentation", () => {
    const text = readFileSync("docs/doctor.md", "utf8");
    for (const [code, meaning] of Object.entries(DOCTOR_CODES)) {
      expect(text).toContain(`| \`${code}\` | ${meaning} |`);
    }
  });

  it("takes a host that cannot tell its cluster for none that has to join", () => {
    const unread = "/etc/pve is not mounted (pve-cluster is inactive)";
    const conf = corosyncConf("ms01", 3);
    const stopped = { conf: undefined, localConf: conf, unread, guests: ["900"] };
    for (const formed of [false, true]) {
      const world = { ...memberOn(formedWorld(), "russell", stopped), formed };
      const { findings } = reportOf(world);
      const ofRussell = findings.filter(({ node }) => node === "russell");
      const said = ofRussell.map(({ code, evidence }) => `${code}: ${evidence}`).join("\n");
      expect(said).toContain(
        `cluster/service: what russell says of its cluster is not known: ${unread}`,
      );
      expect(said).not.toMatch(
        /cluster\/leftovers|cluster\/guests|in no cluster|no member of ms01/,
      );
    }
  });

  it("has nobody renew a certificate that is only hidden, with the rest of /etc/pve", () => {
    const stopped = { unread: "/etc/pve is not mounted (pve-cluster is inactive)" };
    const hidden = [{ path: "/etc/pve/local/pve-ssl.pem", endsAt: "" }];
    const codesOf = (member: object) =>
      reportOf(
        onNode(memberOn(formedWorld(), "russell", member), "russell", () => ({
          certificates: hidden,
        })),
      ).findings.map(({ code }) => code);
    expect(codesOf({})).toContain("cluster/certificate");
    expect(codesOf(stopped)).not.toContain("cluster/certificate");
  });

  it("lets the founder keep its guests", () => {
    const { findings } = reportOf(memberOn(freshWorld(), "frege", { guests: ["100"] }));
    expect(findings.map(({ code }) => code)).not.toContain("cluster/guests");
  });

  it("does not take a slow question for a wrong clock", () => {
    const world = onNode(freshWorld(), "russell", () => ({
      clock: { fromMs: -4_000, toMs: 100 },
    }));
    expect(reportOf(world).findings.map(({ code }) => code)).not.toContain("host/clock");
  });

  it("holds clocks to the tolerance of the plan, which Ceph makes a small one", () => {
    const world = onNode(freshWorld(), "russell", () => ({ clock: { fromMs: 400, toMs: 500 } }));
    const codes = (toleranceMs: number): string[] => {
      const clocks = { ...world.plan.clocks, toleranceMs };
      return reportOf({ ...world, plan: { ...world.plan, clocks } }).findings.map(
        ({ code }) => code,
      );
    };
    expect(codes(2_000)).not.toContain("host/clock");
    expect(codes(50)).toContain("host/clock");
  });

  it("lets a power device be missed where nothing relies on it", () => {
    const world = freshWorld();
    const fencing = { ...world.plan.fencing, power: false };
    const outcome = { kind: "failed", failure: "timeout", why: "silence", doNext: "" } as const;
    const devices = [{ ...soundDevice("frege"), outcome }];
    const report = reportOf({ ...world, plan: { ...world.plan, fencing }, devices });
    expect(report.findings.find(({ code }) => code === "bmc/unreachable")?.severity).toBe(
      "warning",
    );
  });

  it("measures a formed cluster, each value in a line of its own", () => {
    const { measurements } = reportOf(formedWorld());
    expect(measurements.every(({ good }) => good)).toBe(true);
    const lines = measurements.filter(({ node }) => node === "russell");
    expect(lines.map(({ what, value }) => `${what}: ${value}`)).toEqual([
      "quorum: quorate, 3 of 3 votes",
      "corosync links: all of 2 connected to every member",
      expect.stringMatching(/^path management to frege: 1500 bytes .* 5 of 5, 0.2 ms$/),
      expect.stringMatching(/^path management to wittgenstein: 1500 bytes/),
      expect.stringMatching(/^path ring to frege: 65520 bytes/),
      expect.stringMatching(/^path ring to wittgenstein: 65520 bytes/),
      "services: all of 8 active",
      "certificate pve-ssl.pem: ends in 730 days",
      "storage nfs-backups: active",
      "storage nfs-isos: active",
      "storage nfs-vms: active",
      "corosync.conf: config_version 3, 3 in corosync's copy",
    ]);
    // One node is what the others are compared with.
    expect(measurements.filter(({ what }) => what === "clock")).toHaveLength(NODES.length - 1);
  });

  it("names lost quorum once, also where it is measured", () => {
    const world = memberOn(formedWorld(), "russell", { quorate: false, votes: votesOf(1, 3) });
    const lost = reportOf(world).findings.filter(({ code }) => code === "cluster/quorum");
    expect(lost.map(({ node }) => node)).toEqual(["russell"]);
  });
});

describe("the doctor's report", () => {
  const sick = memberOn(
    onNode(freshWorld(), "russell", () => ({ memoryBytes: 48 * 2 ** 30 })),
    "russell",
    { conf: corosyncConf("other", 1) },
  );

  it("groups by node, errors first, and ends with one sentence", () => {
    const text = renderDoctorReport(reportOf(sick), NODES);
    expect(text.split("\n").filter((line) => NODES.includes(line.split(":")[0] ?? ""))).toEqual([
      "frege",
      "russell",
      "wittgenstein",
    ]);
    expect(text.indexOf("error    cluster/foreign")).toBeLessThan(
      text.indexOf("warning  host/memory"),
    );
    expect(text.trimEnd().split("\n").at(-1)).toBe(
      "ms01: 1 error and 1 warning; mend the errors first.",
    );
  });

  it("ends with a status that scripts can use", () => {
    expect(statusOf(reportOf(freshWorld()))).toBe(EXIT.done);
    expect(statusOf(reportOf(sick))).toBe(EXIT.failed);
    const dead = { node: "frege", reachable: false, why: "silence", doNext: "" } as const;
    const half = { ...sick, nodes: [dead, ...sick.nodes.slice(1)] };
    const report = reportOf(half);
    expect(statusOf(report)).toBe(EXIT.unreachable);
    expect(report.findings.map(({ code }) => code)).toContain("cluster/foreign");
    expect(renderDoctorReport(report, NODES)).toContain("Nothing is known about frege.");
  });
});

describe("a warning that the stack file acknowledges", () => {
  const low = (freeBytes: number, mount = "/") =>
    onNode(freshWorld(), "frege", () => ({ space: [{ mount, sizeBytes: 100e9, freeBytes }] }));

  it("is counted and not told", () => {
    const report = reportOf({ ...low(4e9), acknowledged: ["host/space"] });
    expect(report).toMatchObject({ warnings: 0, acknowledged: 1 });
    expect(report.findings.filter(({ code }) => code === "host/space")).toEqual([]);
    expect(renderDoctorReport(report, NODES)).toContain(
      "1 warning acknowledged in the stack file: not told.\n",
    );
  });

  it("is told again when it has become an error", () => {
    expect(reportOf({ ...low(1e9), acknowledged: ["host/space"] })).toMatchObject({
      errors: 1,
      acknowledged: 0,
    });
  });

  it("is none in a small /tmp, and an error in a full one", () => {
    expect(reportOf(low(1e9, "/tmp"))).toMatchObject({ errors: 0, warnings: 0 });
    expect(reportOf(low(0, "/tmp"))).toMatchObject({ errors: 1 });
  });
});
