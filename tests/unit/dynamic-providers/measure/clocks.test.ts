import { describe, expect, it } from "vitest";
import { compareClocks } from "../../../../dynamic-providers/health/clocks.js";
import { type ClockReading, readClock } from "../../../../dynamic-providers/measure/clocks.js";
import { FakeHost } from "../pvecm/fake-cluster.js";

const reading = (
  node: string,
  fromMs: number,
  toMs: number,
  source = "10.0.0.1",
): ClockReading => ({
  node,
  fromMs,
  toMs,
  source,
});

describe("clocks of hosts", () => {
  it("agree as long as the difference is not certain", () => {
    const { met, saw } = compareClocks(
      [reading("frege", -40, 60), reading("russell", -10, 1_900), reading("quine", 2_050, 2_100)],
      2_000,
    );
    expect(met).toBe(true);
    expect(saw).toContain("frege and russell differ by 935 ms (read to ±1005 ms)");
  });

  it("that differ are named in pairs, with what they follow", () => {
    const { met, saw } = compareClocks(
      [reading("frege", 0, 20), reading("russell", 30_000, 30_040, ""), reading("quine", 5, 15)],
      2_000,
    );
    expect(met).toBe(false);
    expect(saw).toEqual([
      "the clocks of frege and russell differ by 29980 ms or more, and 2000 ms are allowed (frege follows 10.0.0.1, russell follows no time source)",
      "the clocks of russell and quine differ by 29985 ms or more, and 2000 ms are allowed (russell follows no time source, quine follows 10.0.0.1)",
    ]);
  });

  it("are read by the quickest of three questions", async () => {
    let time = 1_700_000_000_000;
    const trips = [400, 10, 90];
    const host = new FakeHost("frege", (_verb, _script, asked) => {
      time += trips[asked.length - 1] ?? 0;
      return `${time}\n10.203.3.1\n`;
    });
    const clock = { now: () => time, sleep: () => Promise.resolve() };
    expect(await readClock(host, clock)).toEqual({
      node: "frege",
      fromMs: 0,
      toMs: 10,
      source: "10.203.3.1",
    });
  });

  it("that cannot be read are an error, not agreement", async () => {
    const clock = { now: () => 0, sleep: () => Promise.resolve() };
    await expect(readClock(new FakeHost("frege", () => "nonsense"), clock)).rejects.toThrow(
      /reading the clock on frege/,
    );
  });
});
