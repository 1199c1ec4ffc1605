import { describe, expect, it } from "vitest";
import { fencingProof } from "../../../../dynamic-providers/fencing/proof/provider.js";
import { proofInputs } from "../../../../dynamic-providers/fencing/proof/schema.js";
import { toStruct } from "../../../../dynamic-providers/kit/struct.js";
import { FREGE } from "../../../support/connection.js";
import { fakeRuntime } from "../../../support/fake-runtime.js";
import { FakeClock } from "../pvecm/fake-cluster.js";

const row = {
  node: "russell",
  device: "level 1: amt",
  kind: "amt",
  address: "10.203.3.22",
  ok: true,
  reachable: true,
  pin: true,
  login: true,
  power: "on",
  why: null,
};
const GOOD: Readonly<Record<string, string>> = {
  mux: "active",
  opened: "Watchdog driver 'iTCO_wdt'",
  kernel: "iTCO_wdt active",
  fencer: "active",
  timer: "active",
};

/** One gate over one node whose answers are given, one after the other; the last one stays. */
function proof(answers: readonly Readonly<Record<string, string>>[], fencers = ["frege"]) {
  const asked: string[] = [];
  const run = (script: string) => {
    asked.push(script);
    const parts = answers[Math.min(asked.length, answers.length) - 1] ?? {};
    const stdout = Object.entries(parts)
      .map(([name, text]) => `\n@@proxmox-ha-fencing@@${name}\n${text}\n`)
      .join("");
    return Promise.resolve({ status: 0, signal: undefined, stdout, stderr: "" });
  };
  const inputs = proofInputs.parse({
    cluster: "ms01",
    nodes: [{ connection: FREGE, watchdog: "iTCO_wdt", restartReasons: [] }],
    fencers,
    devices: [
      {
        node: "russell",
        kind: "amt",
        address: "10.203.3.22",
        port: 16993,
        user: "admin",
        password: { ssm: "/ms01/amt/russell" },
        pins: ["ab"],
        uuid: "u",
      },
    ],
    agent: "1",
  });
  const runtime = fakeRuntime("proof", { node: "frege", run }, new FakeClock());
  const done = fencingProof.serve(runtime).create(toStruct(inputs));
  return { done: done.then(({ outs }) => outs), asked };
}
const seen = (...rows: object[]) => ({
  ...GOOD,
  matrix: JSON.stringify({ version: 1, node: "frege", time: 1, rows }),
});

describe("the proof of fencing", () => {
  it("tells who can switch off whom, and what the watchdog is", async () => {
    const outs = await proof([seen(row)]).done;
    expect(outs.saw).toEqual([
      "frege can switch off russell (amt 10.203.3.22, power on)",
      "frege: only its own watchdog stops it",
    ]);
    expect(outs.matrix).toMatchObject([{ by: "frege", node: "russell", ok: true, power: "on" }]);
    expect(outs.watchdogs).toEqual({ frege: "watchdog-mux feeds 'iTCO_wdt'" });
  });

  it("asks a controller again that did not answer, until it does", async () => {
    const silent = { ...row, ok: false, reachable: false, pin: null, login: null, why: "no route" };
    const busy = { ...row, ok: false, login: null, power: null, why: "busy" };
    const { done, asked } = proof([seen(silent), seen(busy), seen(row)]);
    await done;
    expect(asked).toHaveLength(3);
  });

  it.each([
    ["another certificate", { pin: false, login: null, power: null }],
    ["a refused login", { login: false, power: null }],
    ["a login that is not tried any more", { reachable: null, pin: null, login: false }],
    ["another machine", { identity: false }],
    ["an account that may not", { login: true }],
  ])("asks only once for %s", async (why, how) => {
    const { done, asked } = proof([seen({ ...row, ok: false, why, ...how })]);
    await expect(done).rejects.toThrow(`frege cannot switch off russell (amt 10.203.3.22): ${why}`);
    expect(asked).toHaveLength(1);
  });

  it.each([
    ["a fencer that does not run", { ...seen(row), fencer: "failed" }, /the fencer is failed/],
    ["no timer", { ...seen(row), timer: "" }, /the timer is silent/],
    ["a device that nobody spoke of", seen(), /frege said nothing of amt 10.203.3.22/],
    ["words that are no answer", { ...GOOD, matrix: "Traceback" }, /said nothing of amt/],
    ["a dead watchdog-mux", { ...seen(row), mux: "failed" }, /watchdog-mux is failed/],
    ["a watchdog that nobody sees", { ...seen(row), opened: "", kernel: "" }, /that it feeds/],
  ])("stays shut for %s", async (_what, answer, words) => {
    await expect(proof([answer]).done).rejects.toThrow(words);
  });

  it("tells what is to be thought about although a device would obey", async () => {
    const remark = "its certificate has expired; the pinned one goes on working";
    const { saw } = await proof([seen({ ...row, why: "", remark })]).done;
    expect(JSON.stringify(saw)).toContain(`power on; ${remark})`);
  });

  it("takes the watchdog of an ACPI table for Intel's own", async () => {
    const opened = "Watchdog driver 'wdat_wdt'";
    const { watchdogs } = await proof([{ ...seen(row), opened }]).done;
    expect(watchdogs).toEqual({ frege: "watchdog-mux feeds 'wdat_wdt'" });
  });

  it("asks no fencer where none belongs, and takes a watchdog that a restart will change", async () => {
    const { done, asked } = proof([{ ...GOOD, opened: "Watchdog driver 'Software Watchdog'" }], []);
    const { watchdogs, matrix } = await done;
    expect(watchdogs).toEqual({
      frege:
        "watchdog-mux feeds 'Software Watchdog' instead of iTCO_wdt, which takes a restart of the host",
    });
    expect(matrix).toEqual([]);
    expect(asked[0]).not.toContain("main.py");
  });
});
