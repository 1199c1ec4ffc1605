import { spawn } from "node:child_process";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { seeOff } from "../../../dynamic-providers/pvecm/see-off.js";
import type { HostShell, ShellResult } from "../../../dynamic-providers/shell/shell.js";
import { systemClock } from "../../../dynamic-providers/transport/base/clock.js";
import { type Rehearsal, rehearse, UUID } from "../../../twin/testing/index.js";
import { deviceOf } from "./fencer-device.mjs";

/** What a run asks of a member's fencer, answered by the fencer itself and a controller. */
let bmc: Rehearsal;
beforeEach(async () => {
  bmc = await rehearse({ kind: "amt" });
});
afterEach(() => bmc.end());

const FAR = "2999-12-31";
const FREGE = 1;
const RUSSELL = 2;
const script = path.join("agents", "fencer", "tests", "asked.py");

/** A member whose fencer knows the device of russell; no address of russell answers it. */
function member(present: readonly number[] = [FREGE]): HostShell {
  const config = {
    version: 1,
    cluster: "ms01",
    node: "frege",
    timings: { delayS: 50, offTimeoutS: 20, startupGraceS: 300, intervalS: 120, powerOnHoldS: 30 },
    powerOn: { perHour: 1, perDay: 3 },
    nodes: [
      { name: "frege", id: FREGE, levels: [] },
      { name: "russell", id: RUSSELL, uuid: UUID, levels: [[deviceOf("amt", bmc)]] },
      { name: "wittgenstein", id: 3, levels: [] },
    ],
  };
  return {
    node: "frege",
    run: (text) => {
      const [, words] = /main\.py (.* --json)$/m.exec(text) ?? [];
      return words === undefined
        ? Promise.resolve({ status: 1, signal: undefined, stdout: "", stderr: "" })
        : fencer(words.replaceAll("'", "").split(" "), { config, present });
    },
  };
}

function fencer(words: readonly string[], wish: object): Promise<ShellResult> {
  return new Promise((resolve, reject) => {
    const child = spawn("python3", ["-B", script, ...words], { stdio: ["pipe", "pipe", "pipe"] });
    const said = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].on("data", (chunk: Buffer) => {
        said[name] += chunk.toString("utf8");
      });
    }
    child.once("error", reject);
    child.once("close", (code) =>
      resolve({ status: (code ?? 9) > 2 ? 1 : 0, signal: undefined, ...said }),
    );
    child.stdin.end(JSON.stringify(wish));
  });
}

async function leave(
  consent: Readonly<Record<string, string>>,
  asker = member(),
  node = "russell",
) {
  const lines: string[] = [];
  const objection = await seeOff(
    { node, declared: false, consent },
    { member: false, addresses: ["10.203.3.12"] },
    [asker],
    { clock: systemClock, say: (line) => lines.push(line) },
  );
  return { objection, lines };
}

describe("a machine that leaves, asked through a member's fencer", () => {
  it("is refused while its controller says On, and switched off by consent alone", async () => {
    const refused = await leave({});
    expect(refused.objection?.why).toMatch(
      /frege asked the controller of russell at 127\.0\.0\.1 port \d+ \(amt\), which says On/,
    );
    expect(bmc.host.actions).toEqual([]);
    const { objection, lines } = await leave({ "off.russell": FAR });
    expect(objection).toBeUndefined();
    expect(lines).toEqual([
      expect.stringContaining("by the consent off.russell"),
      expect.stringContaining("which says Off"),
    ]);
    expect(bmc.host.actions).toEqual(["off"]);
  });

  it("that is off already is believed without a consent", async () => {
    await leave({ "off.russell": FAR });
    const { objection, lines } = await leave({});
    expect(objection).toBeUndefined();
    expect(lines.join()).toContain("it stays off until a person switches it on");
    expect(bmc.host.actions).toEqual(["off"]);
  });

  it.each([
    { fault: { kind: "wrong-identity" }, says: /says that its machine is/ },
    { fault: { kind: "refuses-login" }, says: /asked the controller of russell/ },
    { fault: { kind: "dead" }, says: /asked the controller of russell/ },
    { fault: { kind: "lies", says: "unknown" }, says: /nothing that counts/ },
  ] as const)("is not known to be off, and nothing is switched: $fault.kind", async (one) => {
    await bmc.fault(one.fault);
    const { objection } = await leave({ "off.russell": FAR });
    expect(objection?.why).toMatch(/^whether russell is off is not known/);
    expect(objection?.why).toMatch(one.says);
    expect(bmc.host.actions).toEqual([]);
    expect((await leave({ "seen-off.russell": FAR })).objection).toBeUndefined();
  });

  it("is never switched off while it is a member in the fencer's eyes", async () => {
    const { objection } = await leave({ "off.russell": FAR }, member([FREGE, RUSSELL]));
    expect(objection?.why).toContain("is a member of the cluster and at work");
    expect(bmc.host.actions).toEqual([]);
  });

  it("without a device, or unknown to the fencers, relies on its addresses, and that is said", async () => {
    for (const node of ["wittgenstein", "quine"]) {
      const { objection, lines } = await leave({}, member(), node);
      expect(objection).toBeUndefined();
      expect(lines.join()).toContain("is known from its addresses alone");
    }
  });
});
