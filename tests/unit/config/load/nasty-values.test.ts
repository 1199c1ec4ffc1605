import { describe, expect, it } from "vitest";
import { isMap, isScalar, isSeq, parseDocument } from "yaml";
import { loadStack } from "../../../../config/load/index.js";
import { patched, type StackName, TODAY, textOf } from "../wrong/wrong-stack.js";

const STACKS: readonly StackName[] = ["frege", "pve1", "homelab", "gtr7"];
/** One after the other, so that each leaf meets some of them and all of them meet every kind of leaf. */
const NASTY: readonly unknown[] = [
  null,
  "",
  "  ",
  "constructor",
  "__proto__",
  "toString",
  0,
  -1,
  1e308,
  1.5,
  true,
  [],
  {},
  [[]],
  { constructor: 1 },
  "a\nb",
  "\u001b[2J\u0007",
  "$(reboot)",
  "'; reboot #",
  "010",
  "2026-12-01",
  "999.999.999.999",
  "fe80::1%eth0",
  "javascript:alert(1)",
  "x".repeat(70_000),
  "é".repeat(100),
  "../../etc/passwd",
  "-oProxyCommand=x",
];

/** The way to every value of a stack file that is no mapping and no list. */
function leaves(node: unknown, at: string): string[] {
  if (isMap(node)) {
    return node.items.flatMap(({ key, value }) =>
      leaves(value, `${at}${at === "" ? "" : "/"}${isScalar(key) ? String(key.value) : ""}`),
    );
  }
  return isSeq(node) ? node.items.flatMap((one, index) => leaves(one, `${at}/${index}`)) : [at];
}

describe.each(STACKS)("each value of %s", (stack) => {
  const root = parseDocument(textOf(stack)).getIn(["config", "proxmox-ha:cluster"]);
  const places = leaves(root, "");

  function judge(place: string, value: unknown): void {
    const text = patched(stack, { [place]: value });
    const { findings } = loadStack({ file: "Pulumi.x.yaml", text, today: TODAY });
    for (const finding of findings) {
      expect(finding.what, `${place} ${JSON.stringify(value)}`).not.toMatch(/\p{Cc}/u);
      expect(finding.fix, place).not.toMatch(/undefined|\[object|NaN/);
      expect(finding.line, `${place} ${finding.code}`).toBeGreaterThan(0);
    }
  }

  it("may be anything: there is a report, with places, and no crash", () => {
    expect(places.length).toBeGreaterThan(30);
    const every = Math.ceil(places.length / 60);
    for (const [index, place] of places.entries()) {
      if (index % every === 0) {
        judge(place, NASTY[index % NASTY.length]);
      }
    }
  }, 240_000);
});
