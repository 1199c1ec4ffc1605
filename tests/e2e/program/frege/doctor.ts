import { expect, it } from "vitest";
import { examine } from "../../support/doctor-report.js";
import type { ProgramTwin } from "../../support/program-twin.js";

/** The doctor on a formed cluster. */
export function examinedByTheDoctor(twin: () => ProgramTwin): void {
  it("measures all of it", async () => {
    const { status, seconds, report, errors } = await examine(twin(), ["--cluster"]);
    expect(errors).toEqual([]);
    expect(status).toBe(0);
    const paths = report.measurements.filter(({ what }) => what.startsWith("path "));
    // Three nodes, each to two others, in two networks.
    expect(paths).toHaveLength(12);
    expect(report.measurements.every(({ good }) => good)).toBe(true);
    console.log(`doctor --cluster: ${seconds} s, ${report.measurements.length} measurements`);
  });

  it("names a service that has stopped", async () => {
    await twin().twin(["fault", twin().name, "daemon-stop", "russell", "pvestatd"]);
    const { status, errors } = await examine(twin(), ["--cluster"]);
    await twin().twin(["heal", twin().name]);
    expect(status).toBe(1);
    expect(errors).toContainEqual({
      node: "russell",
      code: "cluster/service",
      evidence: expect.stringContaining("pvestatd"),
    });
  });
}
