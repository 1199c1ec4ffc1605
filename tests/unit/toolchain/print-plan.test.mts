import { afterEach, describe, expect, it, vi } from "vitest";
import { describeDebian, printPlan } from "../../../toolchain/print-plan.mjs";

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("what set-up would do with Debian packages", () => {
  it.each([
    [undefined, true, "not a Debian system"],
    [[], false, "all installed"],
    [["lldpd", "chrony"], true, "would be installed: lldpd chrony"],
    [
      ["lldpd", "chrony"],
      false,
      "would stay missing, because only root can install them: lldpd chrony",
    ],
  ])("with %j missing and root %j: %s", (missing, root, words) => {
    expect(describeDebian(missing, { root })).toBe(words);
  });

  it("is nothing where the twin is not wanted", async () => {
    vi.stubEnv("PROXMOX_HA_TWIN", "off");
    vi.stubEnv("PROXMOX_HA_DOWNLOADS", "off");
    const lines: string[] = [];
    await printPlan((line) => lines.push(line));
    expect(lines).toContain(
      "Debian and Python packages: not looked at, because PROXMOX_HA_TWIN is off",
    );
    expect(lines.join("\n")).not.toContain("would be installed in");
  });
});
