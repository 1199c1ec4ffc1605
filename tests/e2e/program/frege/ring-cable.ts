import { expect, it } from "vitest";
import { eventually } from "../../../../twin/testing/index.js";
import type { ProgramTwin } from "../../support/program-twin.js";

export function ringCableCut(twin: () => ProgramTwin): void {
  it("carries the ring's traffic over the other path when a cable is cut", async () => {
    const cable = await cableBetween(twin(), "frege", "russell");
    const target = await loopbackOf(twin(), "russell");
    // Twenty a second, so that the gap is known to 50 ms.
    await twin().on(
      "frege",
      `systemd-run --quiet --unit=gap sh -c 'timeout -s INT 12 ping -D -n -i 0.05 ${target} > /run/gap'`,
    );
    await eventually(
      async () => Number(await twin().on("frege", "wc -l < /run/gap")) > 20,
      () => "ping does not run",
      10_000,
    );
    await twin().twin(["fault", twin().name, "cable-cut", cable]);
    await eventually(
      async () => (await twin().on("frege", "systemctl is-active gap || true")).trim() !== "active",
      () => "ping does not end",
      30_000,
    );
    const gapMs = longestGapMs(await twin().on("frege", "cat /run/gap"));
    console.log(`ring cable ${cable} cut: traffic stood still for ${gapMs} ms`);
    expect(gapMs).toBeLessThan(5_000);
    const hop = await twin().on("frege", `ip -o route get ${target}`);
    const through = (await twin().status()).rings.find(
      (one) => one.from === "frege" && one.to === "wittgenstein",
    )?.through;
    expect(hop).toContain(`dev ${through}`);
    await twin().twin(["heal", twin().name]);
    const seconds = await twin().untilHealthy(60_000);
    await eventually(
      async () => {
        const { rings } = await twin().status();
        return (
          new Set(rings.filter(({ from }) => from === "frege").map((one) => one.through)).size === 2
        );
      },
      () => "the direct path does not come back",
      60_000,
    );
    console.log(`ring healed: healthy after ${seconds} s`);
  });
}

async function cableBetween(twin: ProgramTwin, one: string, other: string): Promise<string> {
  const status: unknown = JSON.parse(await twin.twin(["status", twin.name, "--json"]));
  const names = JSON.stringify(status).match(/"name":"[^"]*","state":"plugged"/g) ?? [];
  const found = names
    .map((text) => text.split('"')[3] ?? "")
    .find((name) => name.includes(one) && name.includes(other));
  if (found === undefined) {
    throw new Error(`there is no cable between ${one} and ${other} in ${names.join(", ")}`);
  }
  return found;
}

async function loopbackOf(twin: ProgramTwin, node: string): Promise<string> {
  const address = /inet (169\.254\.\d+\.\d+)\/32/.exec(
    await twin.on(node, "ip -o addr show lo"),
  )?.[1];
  if (address === undefined) {
    throw new Error(`${node} has no loopback of the ring`);
  }
  return address;
}

/** The longest time between two answers of `ping -D`. */
function longestGapMs(output: string): number {
  const times = [...output.matchAll(/^\[(\d+\.\d+)\].*bytes from/gm)].map(([, at]) => Number(at));
  if (times.length < 20) {
    throw new Error(`too few answers to measure anything: ${output.slice(-500)}`);
  }
  const gaps = times.slice(1).map((at, before) => at - (times[before] ?? at));
  return Math.round(Math.max(...gaps) * 1000);
}
