import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import {
  certificateIsOver,
  MACHINE_SCRIPT,
  machineRow,
  parseMachine,
} from "../../../../automation/status/machine-view.js";

const MARK = "\n@@proxmox-ha-machine@@";
const DAY = 86_400;
const NOW = 1_800_000_000;
const WHOLE = {
  load: "0.42 0.50 0.61 1/900 12345",
  threads: "20",
  memory: "MemTotal:       100663296 kB\nMemFree: 1 kB\nMemAvailable:   75497472 kB",
  up: "259200.12 100.00",
  kernel: "6.14.8-2-pve",
  kernels: "6.14.8-1-pve\n6.14.8-2-pve",
  now: String(NOW),
  certificate: String(NOW + 700 * DAY),
  updates: `${NOW - 3_600}\n${NOW - 9_000}\n0`,
};
const seen = (changes: Partial<Record<keyof typeof WHOLE, string>> = {}) =>
  parseMachine(
    Object.entries({ ...WHOLE, ...changes })
      .map(([name, text]) => `${MARK}${name}\n${text}\n`)
      .join(""),
  );
const row = (changes?: Partial<Record<keyof typeof WHOLE, string>>): string =>
  machineRow("frege", seen(changes)).join(" | ");

describe("a machine, as `status` shows it", () => {
  it("is load, memory and time since its start, and nothing else where nothing waits", () => {
    expect(row()).toBe("frege | load 0.4 on 20 threads | 24 GiB of 96 GiB used | up 3 days | ");
  });

  it("names a kernel that waits for a restart", () => {
    expect(row({ kernel: "6.14.8-1-pve" })).toContain(
      "kernel 6.14.8-2-pve waits for a restart, 6.14.8-1-pve runs",
    );
  });

  it("names a certificate that was not renewed, and one that is over", () => {
    expect(row({ certificate: String(NOW + 4 * DAY) })).toContain(
      "certificate ends in 4 days and should have been renewed",
    );
    expect(row({ certificate: String(NOW - 5 * DAY) })).toContain("CERTIFICATE ENDED 5 days ago");
    expect(certificateIsOver(seen({ certificate: String(NOW - 1) }))).toBe(true);
    expect(certificateIsOver(seen())).toBe(false);
  });

  it("counts updates as of Proxmox's own list, and says when that is no longer true", () => {
    expect(row({ updates: `${NOW - 3_600}\n${NOW - 9_000}\n12` })).toContain(
      "12 updates as of 60 min ago",
    );
    expect(row({ updates: `${NOW - 3_600}\n${NOW - 60}\n1` })).toContain(
      "1 update as of 60 min ago, before the last installation",
    );
    expect(row({ updates: `${NOW - 9 * DAY}\n${NOW - 10 * DAY}\n0` })).toContain(
      "0 updates as of 9 days ago",
    );
  });

  it("says what the host did not tell, and takes none of it for well", () => {
    const nothing = parseMachine("");
    expect(nothing).toEqual({});
    expect(machineRow("frege", nothing).join(" | ")).toBe(
      "frege | load not known | memory not known |  | certificate not read; updates not known",
    );
    // A list that could not be read has no count behind it.
    expect(row({ updates: "" })).toContain("updates not known");
    expect(row({ kernels: "" })).not.toContain("waits");
  });

  it("is read by a script that any host can run", () => {
    const said = execFileSync("sh", ["-c", MACHINE_SCRIPT]).toString();
    expect(parseMachine(said)).toMatchObject({
      load: expect.any(Number),
      threads: expect.any(Number),
      memoryBytes: expect.any(Number),
      upSeconds: expect.any(Number),
      kernel: expect.stringMatching(/^\d/),
    });
  });
});
