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
    ["disk-dead a nvme1n1", { kind: "disk-dead", host: "a", disk: "nvme1n1" }],
    ["disk-slow a nvme2n1", { kind: "disk-slow", host: "a", disk: "nvme2n1", seconds: 5 }],
    ["disk-slow a nvme2n1 9", { kind: "disk-slow", host: "a", disk: "nvme2n1", seconds: 9 }],
    ["osd-full a nvme1n1", { kind: "osd-full", host: "a", disk: "nvme1n1" }],
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

  it.each([
    ["host-kill", "HOST is missing"],
    ["host-kill a b c", 'there is nothing to say with "b c"'],
    ["cable-cut", "CABLE is missing"],
    ["cable-late a.en05", "SECONDS is missing"],
    ["cable-late a.en05 soon", 'SECONDS is "soon"; write a number'],
    ["cable-late a.en05 0", 'SECONDS is "0"; write more than 0'],
    ["cable-late a.en05 1e9", 'SECONDS is "1e9"; write a number'],
    ["cable-late a.en05 601", 'SECONDS is "601"; write at most 600'],
    ["daemon-stop a", "UNIT is missing"],
    ["disk-full a relative/path", 'PATH is "relative/path"; write one that begins with "/"'],
    ["disk-dead a", "DISK is missing"],
    ["disk-slow a sda", 'DISK is "sda"; write nvme1n1, nvme2n1 ...'],
    ["ssh-drop a 0", 'N is "0"; write at least 1'],
    ["ssh-drop a 1.5", 'N is "1.5"; write a whole number'],
    ["ssh-drop a 1 later", '"later" does not fit; write before, during or after'],
    ["nas-gone", "NAS is missing"],
    ["clock-skew a", "SECONDS is missing"],
    ["clock-skew a much", 'SECONDS is "much"; write a number'],
    ["drop-packets a", "in|out is missing"],
    ["drop-packets a sideways", '"sideways" does not fit; write in or out'],
    ["bmc a", "KIND is missing"],
    ["bmc a sulks", /KIND is "sulks"; write dead, lies, .* or sleeps/],
    ["bmc a lies says=maybe", 'says is "maybe"; write on, off, powering-off or unknown'],
    ["bmc a lies loudly=1 twice=2", "this kind has no loudly, twice"],
    ["bmc a lies says", '"says" is not written as key=value'],
    ["bmc a power-lag", "seconds is missing"],
    ["bmc a rate-limit status=500", 'status is "500"; write 429 or 503'],
    ["bmc a wrong-identity uuid=x", 'uuid is "x"; write a UUID'],
  ])("say in a sentence what is wrong: %s", (words, sentence) => {
    const [kind = "", ...rest] = words.split(" ");
    expect(() => parseFault(kind, rest)).toThrow(sentence);
    expect(() => parseFault(kind, rest)).not.toThrow(/Invalid|expected|✖|→/);
  });

  it("are answered with every fault there is when the kind is unknown", () => {
    expect(() => parseFault("gremlins", [])).toThrow(/there is no fault "gremlins"; there are:/);
    for (const [usage] of FAULT_USAGE) expect(() => parseFault("gremlins", [])).toThrow(usage);
  });
});
