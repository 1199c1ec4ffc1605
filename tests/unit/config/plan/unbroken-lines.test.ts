import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isMap, isScalar, isSeq, parseDocument } from "yaml";
import { loadStack } from "../../../../config/load/index.js";
import { planCluster } from "../../../../config/plan/cluster.js";
import { renderFrrConf, renderFrrDaemons } from "../../../../config/plan/render/frr.js";
import { renderInterfaces } from "../../../../config/plan/render/interfaces.js";
import { renderRingFiles } from "../../../../config/plan/render/ring-files.js";
import type { ClusterSpec } from "../../../../config/schema/cluster.js";
import { patched, type StackName, TODAY, textOf } from "../wrong/wrong-stack.js";

/** What ends a line, continues it, or begins a directive, for the readers of these files; each text meets each of these. */
const SIGNS = ["\\", "\n    post-up reboot", "\nexit\nrouter bgp 1", "\u2028up reboot", "\r"];
const TAIL = fc
  .array(
    fc.oneof(
      fc.constantFrom(...SIGNS, " # ", " ! ", "'; reboot #", "$(reboot)", "|", "%i", "-x", "7"),
      fc.string({ unit: "binary", maxLength: 4 }),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((parts) => parts.join(""));

interface Place {
  readonly path: string;
  readonly text: string;
}

/** Every text below the sections that end up in the files of a node's network; one node stands for all. */
function placesIn(node: unknown, at: string): Place[] {
  if (isMap(node)) {
    return node.items
      .slice(0, at === "nodes" ? 1 : undefined)
      .flatMap(({ key, value }) =>
        placesIn(value, `${at}/${isScalar(key) ? String(key.value) : ""}`),
      );
  }
  if (isSeq(node)) {
    return node.items.flatMap((one, index) => placesIn(one, `${at}/${index}`));
  }
  return isScalar(node) && typeof node.value === "string" ? [{ path: at, text: node.value }] : [];
}

function filesOf(spec: ClusterSpec): string[] {
  const { nodes, rings, major } = planCluster(spec);
  return [
    ...nodes.map(({ network }) => renderInterfaces(network)),
    ...rings.flatMap((ring) => [
      renderFrrDaemons(ring),
      ...ring.nodes.flatMap((node) => [
        renderFrrConf(ring, node, { major, hostname: node.node }),
        ...renderRingFiles(ring, node).map(({ content }) => content),
      ]),
    ]),
  ];
}

/** What a file's reader makes of it: a directive a line, whatever its values are, and no line that runs into the next. */
const directives = (file: string): string[] =>
  file
    .split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/u)
    .map((line) => `${line.trim().split(/\s+/)[0] ?? ""}${line.endsWith("\\") ? " and on" : ""}`)
    // Names of ports stand in a directive's place in two of the files.
    .map((word) => word.replace(/^(ACTION|case|Name|Path).*/, "$1"));

function specFrom(stack: StackName, patch: Readonly<Record<string, unknown>>) {
  return loadStack({ file: `Pulumi.${stack}.yaml`, text: patched(stack, patch), today: TODAY })
    .spec;
}

/** What the file does not say stands in it for this test, so that there is a text to change. */
const SAID: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  frege: { "interfaces/vmbr0/bridge/vlanAware": true, "interfaces/vmbr0/bridge/vlans": "2-4094" },
  gtr7: {},
  pve1: {},
};

describe.each(["frege", "gtr7", "pve1"] as const)("whatever text %s holds", (stack) => {
  const said = SAID[stack] ?? {};
  const root = parseDocument(patched(stack, said)).getIn(["config", "proxmox-ha:cluster"]);
  const sections = isMap(root)
    ? root.items.filter(({ key }) =>
        ["interfaces", "networks", "nodes"].includes(isScalar(key) ? String(key.value) : ""),
      )
    : [];
  const places = sections.flatMap(({ key, value }) => placesIn(value, String(key)));
  const good = specFrom(stack, said);
  const before = good === undefined ? [] : filesOf(good).map(directives);

  it("no line of a network file is broken, and none is added", () => {
    expect(textOf(stack)).not.toBe("");
    expect(places.length).toBeGreaterThan(10);
    expect(before.length).toBeGreaterThan(2);
    let accepted = 0;
    const holds = ({ path, text }: Place, tail: string): void => {
      const spec = specFrom(stack, { ...said, [path]: `${text}${tail}` });
      if (spec !== undefined) {
        accepted += 1;
        expect(filesOf(spec).map(directives), `${path}: ${text}${tail}`).toEqual(before);
      }
    };
    for (const place of places) {
      for (const sign of SIGNS) {
        holds(place, sign);
      }
    }
    fc.assert(fc.property(fc.constantFrom(...places), TAIL, holds), { numRuns: 100 });
    expect(accepted).toBeGreaterThan(0);
  }, 240_000);
});
