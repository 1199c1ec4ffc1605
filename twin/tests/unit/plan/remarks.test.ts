import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { loadStack } from "../../../../config/load/index.js";
import { remarksOn } from "../../../plan/remarks.js";

function remarksOnPve1(fence: string): string[] {
  const text = readFileSync("Pulumi.pve1.yaml", "utf8").replace(/^( +)redfish:$/gm, `$1${fence}`);
  const { spec, findings } = loadStack({ file: "Pulumi.pve1.yaml", text: Buffer.from(text) });
  if (spec === undefined) throw new Error(JSON.stringify(findings));
  return remarksOn(spec).filter((one) => one.includes("cipher"));
}

it("an IPMI device with a cipher suite that the twin cannot speak is told with what to write", () => {
  expect(remarksOnPve1("redfish:")).toEqual([]);
  expect(remarksOnPve1("ipmi:\n$1  cipherSuite: 3")).toEqual([]);
  expect(remarksOnPve1("ipmi:")).toEqual([
    expect.stringMatching(
      /^fencing by IPMI of pve1-node1, pve1-node2, pve1-node3: .*suite 17 fail; write `cipherSuite: 3`/,
    ),
  ]);
});
