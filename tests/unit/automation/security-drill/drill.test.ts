import { describe, expect, it } from "vitest";
import { SSHD, UPDATES } from "../../../../automation/security-drill/host-parts.js";
import { parseListeners } from "../../../../automation/security-drill/listeners.js";
import { portsToTry } from "../../../../automation/security-drill/observe.js";
import { renderSecurity } from "../../../../automation/security-drill/report.js";
import { drillSecurity, statusOf } from "../../../../automation/security-drill/run.js";
import { planCluster } from "../../../../config/plan/index.js";
import { NotReachable } from "../../../../dynamic-providers/transport/ssh/dial.js";
import type { Shell } from "../../../../dynamic-providers/transport/ssh/run-options.js";
import { specOf } from "../../config/plan/stacks.js";

const result = (text: string, status = 0, errors = "") => ({ text, status, errors });

describe("a look", () => {
  it("that failed is not known, and never well", () => {
    expect(SSHD.read(result("", 127, "sshd: not found"))).toMatchObject({
      known: false,
      why: expect.stringContaining("sshd: not found"),
    });
    expect(SSHD.read(result("port 22\n"))).toMatchObject({ known: false });
    expect(UPDATES.read(result("age \nInst what is this\n"))).toEqual({
      known: true,
      value: { ageDays: undefined, security: [] },
    });
  });
  it("at updates counts those of Debian's security alone", () => {
    const text =
      "age 2\nInst openssl [3.5.1] (3.5.2 Debian-Security:13/stable-security [amd64])\nInst nano [8.4-1] (8.4-2 Debian:13.2/stable [amd64])\n";
    expect(UPDATES.read(result(text))).toEqual({
      known: true,
      value: { ageDays: 2, security: ["openssl"] },
    });
  });
  it("at sockets reads addresses of every form, and the kernel's", () => {
    const text = [
      'tcp   LISTEN 0 128 *:8006 *:* users:(("pveproxy",pid=1,fd=6))',
      "udp   UNCONN 0 0 0.0.0.0:2049 0.0.0.0:*",
      'udp   UNCONN 0 0 [fe80::1]%eth0:546 [::]:* users:(("dhclient",pid=2,fd=5))',
    ].join("\n");
    expect(parseListeners(text)).toEqual([
      { protocol: "tcp", address: "*", port: 8006, program: "pveproxy" },
      { protocol: "udp", address: "0.0.0.0", port: 2049, program: "" },
      { protocol: "udp", address: "[fe80::1]%eth0", port: 546, program: "dhclient" },
    ]);
    expect(() => parseListeners("what is this")).toThrow("this is no socket");
  });
});

it("tries from here a bounded list of ports, and none that the file needs", () => {
  const many = Array.from({ length: 500 }, (_, at) => ({
    protocol: "tcp" as const,
    address: "0.0.0.0",
    port: 10_000 + at,
    program: "many",
  }));
  const tried = portsToTry(
    many,
    [{ protocol: "tcp", from: 111, to: 111, why: "rpcbind for NFS" }],
    true,
  );
  expect(tried).toHaveLength(100);
  expect(tried).not.toContain(111);
});

describe("the drill", () => {
  it("is passed with warnings, and not with errors or what nobody knows", () => {
    expect(statusOf([{ severity: "warning" }], false)).toBe(0);
    expect(statusOf([{ severity: "error" }], false)).toBe(1);
    expect(statusOf([{ severity: "unknown" }], false)).toBe(1);
    expect(statusOf([], true)).toBe(5);
  });

  it("says of hosts that do not answer that nothing is known", async () => {
    const spec = specOf("frege");
    const plan = planCluster(spec, { folder: "/keys" });
    // Behind a jump host nothing is tried from here.
    const nodes = plan.nodes.map((node) => ({
      ...node,
      connection: { ...node.connection, jump: { host: "192.0.2.9", port: 22, user: "ops" } },
    }));
    const silent = (node: string): Shell => ({
      node,
      run: () =>
        Promise.reject(
          new NotReachable(
            { tried: "to connect", where: node, cameBack: "no answer", doNext: "" },
            false,
          ),
        ),
    });
    const report = await drillSecurity({
      stack: "frege",
      plan: { ...plan, nodes },
      looks: silent,
      changes: silent,
      say: () => undefined,
      json: true,
    });
    expect(report.status).toBe(5);
    expect(report.unreachable).toEqual(["frege", "russell", "wittgenstein"]);
    expect(new Set(report.findings.map(({ severity }) => severity))).toEqual(new Set(["unknown"]));
    expect(renderSecurity(report)).toMatch(
      /0 errors, \d+ not known, 0 warnings\. Not seen: frege, russell, wittgenstein\. Nothing was changed\.\n$/,
    );
  });

  it("tells where, what and the way out, and of nothing that it found nothing", () => {
    const findings = [
      { severity: "error", node: "frege", at: "tcp 4444", found: "open", fix: "close it" },
    ] as const;
    const report = { status: 1, drill: "security", nodes: ["frege"], unreachable: [] } as const;
    expect(renderSecurity({ ...report, findings })).toBe(
      "error      frege, tcp 4444: open\n           -> close it\n1 error, 0 not known, 0 warnings. Nothing was changed.\n",
    );
    expect(renderSecurity({ ...report, findings: [] })).toBe(
      "Nothing was found on frege, and every look was answered.\n",
    );
  });
});
