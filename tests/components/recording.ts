import { readFileSync } from "node:fs";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import { vi } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { withoutPresence } from "../../dynamic-providers/kit/presence.js";
import type { JsonObject } from "../../dynamic-providers/kit/struct.js";
import { FakeParameterStore, type StoreAnswers } from "./fake-parameter-store.js";

/** One resource as the engine was asked to register it. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly parent: string;
  /** Names of two components of different kinds may be the same. */
  readonly parentUrn: string;
  readonly dependencies: readonly string[];
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly deletedWith: string;
  readonly provider: string;
  readonly ignoreChanges: readonly string[];
  readonly deleteBeforeReplace: boolean;
  /** How many hooks the engine calls before it makes the resource. */
  readonly hooksBeforeCreate: number;
  /** Calls of the program that the engine is to keep with it. */
  readonly callsKept: number;
  /** Types that states of earlier programs have for it. */
  readonly formerTypes: readonly string[];
  /** Whether the program waits for word that it is in the run. */
  readonly hasToBePresent: boolean;
  /** As sent: secrets are wrapped, unknown values are the SDK's marker. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

export interface Observed {
  readonly known: boolean;
  readonly secret: boolean;
  readonly value: unknown;
}

export interface Run {
  readonly resources: readonly Registered[];
  readonly outputs: Readonly<Record<string, Observed>>;
}

export interface RunOptions {
  readonly preview?: boolean;
  /** Changes to the cluster's section, by key at its top. */
  readonly changes?: Readonly<Record<string, unknown>>;
  readonly config?: Readonly<Record<string, string>>;
  /** One more node at the end of the file, like the last one: its name and address. */
  readonly node?: readonly [string, string];
  readonly store?: StoreAnswers;
  /** Paths of what the look at the cluster finds there. */
  readonly takenOver?: readonly string[];
  /** What an earlier program's state has of the roster, where nothing has changed since. */
  readonly rosterState?: Readonly<Record<string, unknown>>;
  /** Ids that the providers gave, by the name of the resource. */
  readonly ids?: Readonly<Record<string, string>>;
}

/** Stands in the place of AWS for every run of the program. */
export const parameterStore = new FakeParameterStore();

const stackFile = z.object({
  config: z.object({ "proxmox-ha:cluster": z.record(z.string(), z.unknown()) }),
});

export const SECRET_TOKEN = "proxmox-ha@pve!program=11111111-2222-3333-4444-555555555555";

/** The cluster's section of one of the repository's stack files, as it is written. */
export function sectionOf(stack: string): Readonly<Record<string, unknown>> {
  const file = path.join(process.cwd(), `Pulumi.${stack}.yaml`);
  return stackFile.parse(parse(readFileSync(file, "utf8"))).config["proxmox-ha:cluster"];
}

/** Runs the whole program as Pulumi would, with an engine that only takes notes. */
export async function runProgram(stack: string, options: RunOptions = {}): Promise<Run> {
  const written = sectionOf(stack);
  const section = { ...written, ...withNode(written.nodes, options.node), ...options.changes };
  const resources: Registered[] = [];
  const { takenOver } = options;
  const roster = options.rosterState ?? (takenOver === undefined ? {} : { takenOver });
  await parameterStore.standIn(options.store);
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => ({
        id: options.ids?.[name] ?? `${name}-id`,
        state: {
          ...withoutPresence(inputs),
          ...(name === "storages-roster" ? roster : toldBy(type)),
        },
      }),
      call: ({ inputs }) => inputs,
    },
    "proxmox-ha",
    stack,
    options.preview ?? false,
  );
  pulumi.runtime.setAllConfig(
    {
      "proxmox-ha:cluster": JSON.stringify(section),
      "proxmox-ha:apiToken": SECRET_TOKEN,
      ...options.config,
    },
    ["proxmox-ha:apiToken"],
  );
  takeNotes(resources);
  // No host is there to answer.
  vi.doMock("../../dynamic-providers/transport/pve-api/first-answering.js", () => ({
    firstAnswering: () => Promise.resolve(undefined),
  }));
  const { default: program } = await import("../../index.js");
  const declared = await program();
  await settled();
  const outputs: Record<string, Observed> = {};
  for (const [name, value] of Object.entries(declared)) {
    outputs[name] = await observe(pulumi.output<unknown>(value));
  }
  return { resources, outputs };
}

/** What providers tell that the program itself reads. */
function toldBy(type: string): object {
  const pins = { amt: "ab".repeat(32), redfish: "cd".repeat(32) };
  return type === "pulumi-nodejs:dynamic/fencing:Machine"
    ? { systemUuid: "4c4c4544-0042-4a10-8051-b4c04f4d3332", pins, saw: [] }
    : {};
}

function withNode(written: unknown, node: RunOptions["node"]): object {
  if (node === undefined) {
    return {};
  }
  const nodes = z.record(z.string(), z.record(z.string(), z.unknown())).parse(written);
  const [name, address] = node;
  const { fence: _fence, ...like } = Object.values(nodes).at(-1) ?? {};
  const id = Object.keys(nodes).length + 1;
  return {
    nodes: { ...nodes, [name]: { ...like, id, address } },
    corosync: { links: ["management", "ring"], evenNodesAccepted: true },
  };
}

/** The mock monitor passes on only inputs; parents, dependencies and protection stand in the request itself. */
function takeNotes(resources: Registered[]): void {
  const monitor = pulumi.runtime.getMonitor();
  const register: unknown = monitor && Reflect.get(monitor, "registerResource");
  if (monitor === undefined || typeof register !== "function") {
    throw new Error("the SDK's mock monitor has no registerResource any more");
  }
  // The SDK's mocks know of no hooks, and a registration that nobody answers is waited for.
  Reflect.set(
    monitor,
    "registerResourceHook",
    (_hook: unknown, done: (error: null, reply: undefined) => void): void => done(null, undefined),
  );
  Reflect.set(
    monitor,
    "registerResource",
    (request: RegisterResourceRequest, ...rest: readonly unknown[]): unknown => {
      resources.push({
        type: request.getType(),
        name: request.getName(),
        parent: nameOf(request.getParent()),
        parentUrn: request.getParent(),
        dependencies: request.getDependenciesList().map(nameOf).sort(),
        protect: request.getProtect() === true,
        retainOnDelete: request.getRetainondelete() === true,
        deletedWith: nameOf(request.getDeletedwith()),
        provider: nameOf(request.getProvider().split("::").slice(0, -1).join("::")),
        ignoreChanges: request.getIgnorechangesList(),
        deleteBeforeReplace: request.getDeletebeforereplace(),
        hooksBeforeCreate: request.getHooks()?.getBeforeCreateList().length ?? 0,
        callsKept: request.getStacktrace()?.getFramesList().length ?? 0,
        formerTypes: request.getAliasesList().flatMap((one) => one.getSpec()?.getType() ?? []),
        ...askedFor(request.getObject()?.toJavaScript() ?? {}),
      });
      return Reflect.apply(register, monitor, [request, ...rest]);
    },
  );
}

/** Where word is left is another place in each run. */
function askedFor(sent: JsonObject): Pick<Registered, "inputs" | "hasToBePresent"> {
  const inputs = withoutPresence(sent);
  return { inputs, hasToBePresent: Object.keys(inputs).length < Object.keys(sent).length };
}

function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? "";
}

/** Registrations are asynchronous; the SDK itself waits for them in this way at the end of a program. */
async function settled(): Promise<void> {
  const wait: unknown = Reflect.get(pulumi.runtime, "waitForRPCs");
  if (typeof wait !== "function") {
    throw new Error("the SDK has no waitForRPCs any more");
  }
  await Reflect.apply(wait, pulumi.runtime, []);
}

async function observe(output: pulumi.Output<unknown>): Promise<Observed> {
  const known: unknown = await Reflect.get(output, "isKnown");
  const promise: unknown = Reflect.get(output, "promise");
  return {
    known: known === true,
    secret: await pulumi.isSecret(output),
    value: typeof promise === "function" ? await Reflect.apply(promise, output, []) : undefined,
  };
}
