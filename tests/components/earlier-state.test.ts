import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { providers } from "../../dynamic-providers/index.js";
import { toStruct } from "../../dynamic-providers/kit/struct.js";
import { earlier, LEFT, type Recorded, sectionWithIds } from "../support/earlier-state.js";
import { type Registered, type Run, runProgram } from "./recording.js";

const nameOf = (urn = ""): string => urn.split("::").at(-1) ?? "";
const named = (name: string) => earlier.resources.find(({ urn }) => nameOf(urn) === name);

let program: Promise<Run> | undefined;
function declared(): Promise<Run> {
  program ??= runProgram("frege", {
    // The file of then had no guest.
    changes: { ...sectionWithIds(), guests: {} },
    rosterState: named("storages-roster")?.outputs ?? {},
    ids: Object.fromEntries(earlier.resources.map(({ urn, id }) => [nameOf(urn), id])),
  });
  return program;
}

/** A host gets this file since: what its watchdog's driver needs. */
const SINCE = "/etc/modprobe.d/proxmox-ha-watchdog.conf";
/** Of a gate that is measured again when what carries its network changes; nobody kept what it was before. */
const CARRIED_BY = "carriedBy";

/** Consoles of FRR that are shut since. */
const SHUT = /^(staticd|mgmtd)_options=.*\n/gm;
const ringFiles = z.array(z.looseObject({ path: z.string(), content: z.string() }));

function withoutNew(resource: Registered | undefined): Registered | undefined {
  const routed = ringFiles.safeParse(resource?.inputs.files).data;
  if (resource !== undefined && routed?.some(({ content }) => content.search(SHUT) >= 0)) {
    const files = routed.map((file) => ({ ...file, content: file.content.replace(SHUT, "") }));
    return { ...resource, inputs: { ...resource.inputs, files } };
  }
  if (resource?.inputs[CARRIED_BY] !== undefined) {
    const { [CARRIED_BY]: _carriedBy, ...before } = resource.inputs;
    return { ...resource, inputs: before };
  }
  const files = z.record(z.string(), z.unknown()).safeParse(resource?.inputs.files).data;
  if (resource === undefined || files?.[SINCE] === undefined) {
    return resource;
  }
  const { [SINCE]: _since, ...before } = files;
  return { ...resource, inputs: { ...resource.inputs, files: before } };
}

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

  it("gets what its watchdog's driver needs on each host, consoles that are shut, and its networks measured once more", async () => {
    const { resources } = await declared();
    const having = resources.filter((one) => withoutNew(one) !== one);
    expect(having.map(({ name }) => name).sort()).toEqual(
      [
        ...["frege", "russell", "wittgenstein"].map((node) => `${node}-system`),
        ...["frege", "russell", "wittgenstein"].map((node) => `ring-${node}`),
        ...["management-gate", "ring-paths"],
      ].sort(),
    );
  });

  it("gets nothing that it did not have, but for the phases that are new and packages that come first", async () => {
    const { resources } = await declared();
    const known = earlier.resources.map((one) => successorOf(one, resources));
    const added = resources.filter((one) => ours(one) && !known.includes(one));
    expect(added.map(({ name }) => name).sort()).toEqual(
      [
        ...["frege", "russell", "wittgenstein"].map((node) => `fencing-${node}`),
        ...["frege", "russell", "wittgenstein"].map((node) => `fencing-machine-${node}`),
        ...["frege", "russell", "wittgenstein"].map((node) => `${node}-first-packages`),
        "fencing-proof",
        "guests-roster",
      ].sort(),
    );
  });

  it.each(dynamic.map((one) => [nameOf(one.urn), one] as const))(
    "sees no other difference in %s",
    async (_name, one) => {
      const { resources } = await declared();
      expect(await differenceOf(one, withoutNew(successorOf(one, resources)))).toEqual({
        changes: false,
        replaces: [],
      });
    },
  );

  it.each(dynamic.map((one) => [nameOf(one.urn), one] as const))(
    "sees none in %s when a refresh comes before the first run",
    async (_name, one) => {
      // The engine compares what was found with the inputs of the last run, whose shape is as old.
      const difference = await providerOf(one).diff(
        one.id,
        toStruct(one.outputs),
        toStruct(one.inputs),
      );
      expect(difference).toMatchObject({ changes: false, replaces: [] });
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

function providerOf({ type }: Recorded) {
  const kind = type.replace("pulumi-nodejs:dynamic/", "").replace(":", "/");
  const provider = Object.entries(providers).find(
    ([name]) => name.toLowerCase() === kind.toLowerCase(),
  )?.[1];
  if (provider === undefined) {
    throw new Error(`nobody answers for ${kind}`);
  }
  return provider;
}

/** What the engine hears when it asks the resource's provider, as for an `up` of the same file. */
async function differenceOf(one: Recorded, wanted: Registered | undefined): Promise<unknown> {
  if (wanted === undefined) {
    throw new Error(`nothing is declared in the place of ${one.urn}`);
  }
  const provider = providerOf(one);
  const kept = toStruct(one.outputs);
  const { inputs, failures } = await provider.check(kept, toStruct(wanted.inputs));
  expect(failures).toEqual([]);
  const { changes, replaces } = await provider.diff(one.id, kept, inputs);
  return { changes, replaces };
}
