import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { providers } from "../../dynamic-providers/index.js";
import { toStruct } from "../../dynamic-providers/kit/struct.js";
import { type Registered, type Run, runProgram } from "./recording.js";

const record = z.record(z.string(), z.unknown());
const recorded = z.object({
  urn: z.string(),
  custom: z.boolean(),
  id: z.string().default(""),
  type: z.string(),
  inputs: record.default({}),
  outputs: record.default({}),
  parent: z.string().optional(),
});
type Recorded = z.output<typeof recorded>;

/** What version 0.1.0 kept of frege's cluster once it stood, without secrets, and the file that it was formed from. */
const earlier = z
  .object({ section: record, resources: z.array(recorded) })
  .parse(JSON.parse(readFileSync("tests/fixtures/earlier-state/frege-0.1.0.json", "utf8")));

/** Ids followed from the order of the nodes then, and stand in the file now. */
const IDS: Readonly<Record<string, number>> = { frege: 1, russell: 2, wittgenstein: 3 };

function sectionWithIds(): Readonly<Record<string, unknown>> {
  const nodes = z.record(z.string(), record).parse(earlier.section.nodes);
  const named = Object.entries(nodes).map(([name, node]) => [name, { ...node, id: IDS[name] }]);
  return { ...earlier.section, nodes: Object.fromEntries(named) };
}

const nameOf = (urn = ""): string => urn.split("::").at(-1) ?? "";
const named = (name: string) => earlier.resources.find(({ urn }) => nameOf(urn) === name);

let program: Promise<Run> | undefined;
function declared(): Promise<Run> {
  program ??= runProgram("frege", {
    changes: sectionWithIds(),
    rosterState: named("storages-roster")?.outputs ?? {},
    ids: Object.fromEntries(earlier.resources.map(({ urn, id }) => [nameOf(urn), id])),
  });
  return program;
}

/** It held no resource and claimed what nothing does; its going touches no host. */
const LEFT = "proxmox-ha:fencing:Fencing";
const ours = ({ type }: { readonly type: string }): boolean =>
  !type.startsWith("pulumi:") && type !== LEFT;

/** The resource of the program that the engine takes for the recorded one. */
function successorOf({ urn, type, parent }: Recorded, resources: readonly Registered[]) {
  const above = nameOf(parent) === "proxmox-ha-frege" ? "" : nameOf(parent);
  return resources.find(
    (one) =>
      one.name === nameOf(urn) &&
      [one.type, ...one.formerTypes].includes(type) &&
      (one.parent === above || (above === "" && one.parent === "proxmox-ha-frege")),
  );
}

const dynamic = earlier.resources.filter(({ type }) => type.startsWith("pulumi-nodejs:dynamic/"));
const native = earlier.resources.filter(({ type }) => type.startsWith("proxmoxve:"));

describe("a cluster that version 0.1.0 formed", () => {
  // The first run of the program loads all of it.
  beforeAll(declared, 60_000);

  it("has a state to be held against", () => {
    expect([dynamic.length, native.length]).toEqual([44, 3]);
  });

  it.each(earlier.resources.filter(ours).map((one) => [nameOf(one.urn), one] as const))(
    "keeps its %s",
    async (_name, one) => {
      const { resources } = await declared();
      expect(successorOf(one, resources)?.name).toBe(nameOf(one.urn));
    },
  );

  it("gets nothing that it did not have", async () => {
    const { resources } = await declared();
    const known = earlier.resources.map((one) => successorOf(one, resources));
    const added = resources.filter((one) => ours(one) && !known.includes(one));
    expect(added.map(({ type, name }) => `${type} ${name}`)).toEqual([]);
  });

  it.each(dynamic.map((one) => [nameOf(one.urn), one] as const))(
    "sees no difference in %s",
    async (_name, one) => {
      const { resources } = await declared();
      const kind = one.type.replace("pulumi-nodejs:dynamic/", "").replace(":", "/");
      expect(await differenceOf(one, successorOf(one, resources), kind)).toEqual({
        changes: false,
        replaces: [],
      });
    },
  );

  it.each(native.map((one) => [nameOf(one.urn), one] as const))(
    "asks the native provider for the same %s",
    async (_name, one) => {
      const { resources } = await declared();
      const { __defaults: _defaults, ...before } = one.inputs;
      expect(successorOf(one, resources)?.inputs).toEqual(before);
    },
  );
});

/** What the engine hears when it asks the resource's provider, as for an `up` of the same file. */
async function differenceOf(
  { id, outputs }: Recorded,
  wanted: Registered | undefined,
  kind: string,
): Promise<unknown> {
  const provider = Object.entries(providers).find(
    ([name]) => name.toLowerCase() === kind.toLowerCase(),
  )?.[1];
  if (wanted === undefined || provider === undefined) {
    throw new Error(`nobody answers for ${kind}`);
  }
  const kept = toStruct(outputs);
  const { inputs, failures } = await provider.check(kept, toStruct(wanted.inputs));
  expect(failures).toEqual([]);
  const { changes, replaces } = await provider.diff(id, kept, inputs);
  return { changes, replaces };
}
