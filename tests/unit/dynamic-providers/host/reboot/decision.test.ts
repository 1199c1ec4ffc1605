import { describe, expect, it } from "vitest";
import {
  decideReboot,
  type RebootPolicy,
} from "../../../../../dynamic-providers/host/reboot/decision.js";
import {
  parseRebootFacts,
  type RebootFacts,
} from "../../../../../dynamic-providers/host/reboot/facts.js";
import { rebootReasons } from "../../../../../dynamic-providers/host/reboot/reasons.js";

const wish: RebootPolicy = {
  policy: "ask",
  consent: {},
  kernelParameters: ["intel_iommu=on", "iommu=pt"],
  watchdog: "iTCO_wdt",
  kernelPins: {},
};

/** A host on which everything is in effect, except what a test says. */
function facts(
  parts: Readonly<Record<string, string>> = {},
  failed: Readonly<Record<string, number>> = {},
): RebootFacts {
  const all = {
    "boot-id": "boot-1",
    host: "frege",
    loader: "grub",
    running: "BOOT_IMAGE=/vmlinuz quiet intel_iommu=on iommu=pt",
    kernel: "6.14.8-2-pve",
    watchdogs: "iTCO_wdt",
    name: "nodes/frege",
    ...parts,
  };
  const printed = [
    ...Object.entries(all).map(([name, text]) => `${name}\n${text}`),
    ...Object.entries(failed).map(([name, status]) => `${name} ${status}`),
  ];
  return parseRebootFacts(
    printed.map((one) => `\n@@proxmox-ha-reboot@@${one}\n`).join(""),
    "frege",
  );
}

const record = (parts: object): string =>
  JSON.stringify({
    before: "boot-0",
    reasons: ["the kernel runs without iommu=pt"],
    maintenance: false,
    ...parts,
  });
const LATE = { running: "quiet intel_iommu=on" };
const REASON = "the kernel runs without iommu=pt";
const decide = (one: RebootFacts, policy: Partial<RebootPolicy> = {}) =>
  decideReboot("frege", { ...wish, ...policy }, one, "2026-11-21");

describe("reasons for a restart", () => {
  it("are not known where /etc/pve is not mounted, or the record cannot be read", () => {
    expect(() => facts({ name: "" }, { name: 32 })).toThrow(
      /frege.*\/etc\/pve is not mounted.*systemctl start pve-cluster/,
    );
    expect(() => facts({}, { record: 1 })).toThrow(/reboot\.json.*cannot be read/);
    expect(facts({ name: "" }, { name: 1 }).proxmoxName).toBe("");
  });

  it("are none on a host where everything is in effect", () => {
    expect(rebootReasons(wish, facts())).toEqual([]);
  });

  it("are found all together", () => {
    const all = facts({
      running: "quiet",
      kernel: "6.8.12-1-pve",
      watchdogs: "Software Watchdog",
      name: "nodes/pve",
    });
    expect(
      rebootReasons({ ...wish, kernelPins: { "proxmox-kernel-6.14": "6.14.8-2" } }, all),
    ).toEqual([
      "Proxmox still runs under the name pve",
      "the kernel runs without intel_iommu=on",
      "the kernel runs without iommu=pt",
      "the kernel 6.8.12-1-pve runs instead of 6.14.8-2",
      "the watchdog is Software Watchdog instead of iTCO_wdt",
    ]);
  });

  it("do not take a parameter for another one that begins alike", () => {
    expect(rebootReasons({ ...wish, kernelParameters: ["iommu=p"] }, facts())).toEqual([
      "the kernel runs without iommu=p",
    ]);
  });

  it("are no kernel ones without a boot loader, and no watchdog where none is fed", () => {
    expect(rebootReasons(wish, facts({ running: "", loader: "none", watchdogs: "" }))).toEqual([]);
  });

  it("take the watchdog of an ACPI table for Intel's own, which the kernel keeps off such a board", () => {
    expect(rebootReasons(wish, facts({ watchdogs: "wdat_wdt" }))).toEqual([]);
  });

  it("accept the held kernel under its full name, and only that version", () => {
    const pinned = (version: string) =>
      rebootReasons({ ...wish, kernelPins: { "proxmox-kernel-6.14": version } }, facts());
    expect(pinned("6.14.8-2")).toEqual([]);
    expect(pinned("6.14.8-1")).toHaveLength(1);
    expect(pinned("6.14.8")).toEqual([]);
  });
});

describe("a restart", () => {
  const member = { ...LATE, member: "yes" };
  it.each([
    ["nothing is due", facts(), {}, "none"],
    ["a fresh host", facts(LATE), {}, "restart"],
    ["a fresh host, never", facts(LATE), { policy: "never" as const }, "wait"],
    ["a member", facts(member), {}, "wait"],
    [
      "a member, by consent",
      facts(member),
      { consent: { "reboot.frege": "2026-11-21" } },
      "restart",
    ],
    [
      "a member, by an old consent",
      facts(member),
      { consent: { "reboot.frege": "2026-11-20" } },
      "wait",
    ],
    [
      "a member, by another's consent",
      facts(member),
      { consent: { "reboot.plato": "2027-01-01" } },
      "wait",
    ],
    ["a member, auto", facts(member), { policy: "auto" as const }, "restart"],
    [
      "a member, never, whatever the consent",
      facts(member),
      { policy: "never" as const, consent: { "reboot.frege": "2027-01-01" } },
      "wait",
    ],
  ])("of %s: decided by policy, membership and consent", (_of, one, policy, kind) => {
    expect(decide(one, policy).kind).toBe(kind);
  });

  it("that waits says what a person writes", () => {
    const decision = decide(facts(member));
    expect(decision).toMatchObject({ reasons: [REASON] });
    expect("how" in decision && decision.how).toContain("consent: { reboot.frege: 2026-11-21 }");
  });

  it("is finished when a run was cut after it", () => {
    expect(decide(facts({ record: record({}) })).kind).toBe("finish");
    expect(decide(facts({ ...member, record: record({ maintenance: true }) })).kind).toBe("finish");
  });

  it("is made when a run was cut before it", () => {
    expect(decide(facts({ ...LATE, record: record({ before: "boot-1" }) })).kind).toBe("restart");
  });

  it("is not repeated for reasons that it did not settle, but for others it is", () => {
    const done = record({ after: "boot-1" });
    expect(decide(facts({ ...LATE, record: done })).kind).toBe("fruitless");
    expect(decide(facts({ watchdogs: "IPMI", record: done })).kind).toBe("restart");
    expect(decide(facts({ ...LATE, "boot-id": "boot-2", record: done })).kind).toBe("restart");
    expect(decide(facts({ record: done })).kind).toBe("none");
  });

  it("leaves nobody in maintenance when its reasons or its consent are gone", () => {
    const entered = record({ before: "boot-1", maintenance: true });
    expect(decide(facts({ member: "yes", record: entered })).kind).toBe("finish");
    expect(decide(facts({ ...member, record: entered })).kind).toBe("finish");
  });

  it("leaves no data held for it when its reasons or its consent are gone", () => {
    const held = record({ before: "boot-1", noout: true });
    expect(decide(facts({ member: "yes", record: held })).kind).toBe("finish");
    expect(decide(facts({ ...member, record: held })).kind).toBe("finish");
  });

  it("passes over a record that is not whole", () => {
    expect(facts({ record: '{"before":' }).record).toBeUndefined();
  });
});
