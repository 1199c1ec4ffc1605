import { describe, expect, it } from "vitest";
import { FAULT_USAGE, parseFault } from "../../../cli/fault-arguments.js";

describe("the words of a fault", () => {
  it.each([
    ["cable-cut a.en05", { kind: "cable-cut", cable: "a.en05" }],
    ["cable-silent a.en05", { kind: "cable-silent", cable: "a.en05" }],
    ["cable-late a.en05 2.5", { kind: "cable-late", cable: "a.en05", seconds: 2.5 }],
    ["host-kill a", { kind: "host-kill", host: "a" }],
    ["power-pulled a", { kind: "power-pulled", host: "a" }],
    ["daemon-stop a corosync", { kind: "daemon-stop", host: "a", unit: "corosync" }],
    ["disk-full a", { kind: "disk-full", host: "a", path: "/var" }],
    ["disk-full a /srv", { kind: "disk-full", host: "a", path: "/srv" }],
    ["ssh-drop a", { kind: "ssh-drop", host: "a", at: 1, when: "during" }],
    ["ssh-drop a 3 after", { kind: "ssh-drop", host: "a", at: 3, when: "after" }],
    ["nas-gone nas", { kind: "nas-gone", nas: "nas" }],
    [
      "clock-skew a -60",
      { kind: "clock-skew", host: "a", seconds: -60, units: ["chrony.service"] },
    ],
    ["clock-skew a 9 x y", { kind: "clock-skew", host: "a", seconds: 9, units: ["x", "y"] }],
    ["drop-packets a out", { kind: "drop-packets", host: "a", direction: "out" }],
    ["bmc a lies says=on", { kind: "bmc", host: "a", fault: { kind: "lies", says: "on" } }],
    [
      "bmc a rate-limit status=429 retryAfterSeconds=5",
      { kind: "bmc", host: "a", fault: { kind: "rate-limit", status: 429, retryAfterSeconds: 5 } },
    ],
  ])("%s", (words, fault) => {
    const [kind = "", ...rest] = words.split(" ");
    expect(parseFault(kind, rest)).toEqual(fault);
  });

  it.each([
    "host-kill",
    "cable-late a.en05",
    "cable-late a.en05 soon",
    "drop-packets a sideways",
    "disk-full a relative/path",
    "ssh-drop a 0",
    "ssh-drop a 1 later",
    "bmc a sulks",
    "bmc a lies says=maybe",
  ])("are refused with how the fault is written: %s", (words) => {
    const [kind = "", ...rest] = words.split(" ");
    const usage = FAULT_USAGE.find(([one]) => one.startsWith(kind))?.[0] ?? "no usage";
    expect(() => parseFault(kind, rest)).toThrow(`this fault is written: ${usage}`);
  });

  it("are answered with every fault there is when the kind is unknown", () => {
    expect(() => parseFault("gremlins", [])).toThrow(/there is no fault "gremlins"; there are:/);
    for (const [usage] of FAULT_USAGE) expect(() => parseFault("gremlins", [])).toThrow(usage);
  });
});
