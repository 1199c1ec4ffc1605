import { setImmediate as turn } from "node:timers/promises";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { describe, expect, it } from "vitest";
import type { RunEvent } from "../../../../automation/engine/events.js";
import { EXIT, statusOfFailures } from "../../../../automation/engine/exit-status.js";
import type { RunOutcome, Verb } from "../../../../automation/engine/outcome.js";
import type { Watcher } from "../../../../automation/engine/run-stack.js";
import { ClusterError } from "../../../../automation/library/cluster-error.js";
import { startRun } from "../../../../automation/library/start-run.js";
import { Failure } from "../../../../config/failure/failure.js";

const PARENT = "urn:pulumi:frege::proxmox-ha::proxmox-ha:cluster:CorosyncCluster";
const member = {
  op: "create",
  urn: `${PARENT}$pulumi-nodejs:dynamic/pvecm:Member::ms01-russell`,
  type: "pulumi-nodejs:dynamic/pvecm:Member",
  new: { parent: `${PARENT}::ms01`, inputs: {}, outputs: {} },
};
const gate = {
  op: "create",
  urn: `${PARENT}$pulumi-nodejs:dynamic/pvesm:Gate::storage-reach`,
  type: "pulumi-nodejs:dynamic/pvesm:Gate",
};
const MEMBER = {
  name: "ms01-russell",
  kind: "pvecm/Member",
  action: "create",
  phase: "cluster",
  of: "ms01",
  isGate: false,
};
const GATE = {
  ...MEMBER,
  name: "storage-reach",
  kind: "pvesm/Gate",
  phase: "before",
  of: "storage-reach",
  isGate: true,
};

function event(part: object): EngineEvent {
  return Object.assign({ sequence: 1, timestamp: 1 }, part);
}

const ended = (verb: Verb, part: Partial<RunOutcome> = {}): RunOutcome => ({
  status: EXIT.done,
  verb,
  stack: "frege",
  changes: {},
  errors: [],
  seconds: 1,
  outputs: {},
  runLog: "/nowhere/run.jsonl",
  ...part,
});

/** An engine that reports these events one after the other and ends as the command line's does. */
const engine =
  (verb: Verb, ...events: readonly object[]) =>
  async ({ event: report, failures }: Watcher): Promise<RunOutcome> => {
    for (const part of events) {
      await turn();
      report(event(part));
    }
    return failures.errors.length === 0
      ? ended(verb)
      : ended(verb, { status: statusOfFailures(failures.kinds), errors: failures.errors });
  };

async function heardOf(run: AsyncIterable<RunEvent>) {
  const heard: RunEvent[] = [];
  try {
    for await (const one of run) {
      heard.push(one);
    }
    return { heard, thrown: undefined };
  } catch (thrown) {
    return { heard, thrown };
  }
}

function clusterError(thrown: unknown): ClusterError {
  if (thrown instanceof ClusterError) {
    return thrown;
  }
  throw new Error("no ClusterError was thrown", { cause: thrown });
}

/** A clock that goes on by two seconds with each look at it. */
function clock(): () => number {
  let now = 0;
  return () => {
    now += 2_000;
    return now;
  };
}

describe("the events of a run", () => {
  it("tell steps and gates as they begin and end, and the summary last", async () => {
    const run = startRun(
      "up",
      engine(
        "up",
        { resourcePreEvent: { metadata: member } },
        { diagnosticEvent: { severity: "info", urn: member.urn, message: "waits for quorum" } },
        { resOutputsEvent: { metadata: member } },
        { resourcePreEvent: { metadata: gate } },
        { resOutputsEvent: { metadata: gate } },
      ),
      {},
      clock(),
    );
    expect(await heardOf(run)).toEqual({
      heard: [
        { type: "step-begun", step: MEMBER },
        { type: "message", severity: "info", subject: "ms01-russell", text: "waits for quorum" },
        { type: "step-ended", step: MEMBER, result: "done", seconds: 2 },
        { type: "gate-begun", step: GATE },
        { type: "gate-opened", step: GATE, seconds: 2 },
        { type: "summary", outcome: ended("up") },
      ],
      thrown: undefined,
    });
    expect(await run.done).toEqual(ended("up"));
  });

  it("say nothing of what stays the same, of components and of the stack itself", async () => {
    const quiet = [
      { ...member, op: "same" },
      { ...member, type: "proxmox-ha:cluster:CorosyncCluster" },
      { ...member, type: "pulumi:pulumi:Stack" },
    ].flatMap((metadata) => [
      { resourcePreEvent: { metadata } },
      { resOutputsEvent: { metadata } },
    ]);
    const { heard } = await heardOf(startRun("up", engine("up", ...quiet), {}));
    expect(heard.map(({ type }) => type)).toEqual(["summary"]);
  });

  it("tell of a preview what would be done and what differs", async () => {
    const state = { parent: "", inputs: {}, outputs: { drift: ["zone: UTC -> CET"] } };
    const changed = { ...member, op: "update", old: state };
    const run = startRun(
      "preview",
      engine(
        "preview",
        { resourcePreEvent: { metadata: changed } },
        { resOutputsEvent: { metadata: changed } },
      ),
      {},
    );
    const { heard } = await heardOf(run);
    expect(heard).toMatchObject([
      { type: "step-planned", step: { action: "update" }, why: ["zone: UTC -> CET"] },
      { type: "summary" },
    ]);
  });

  it.each([
    ["same", "as recorded"],
    ["update", "differs"],
    ["delete", "gone"],
  ] as const)("tell that a look that ends with %s has found it %s", async (op, result) => {
    const run = startRun(
      "refresh",
      engine(
        "refresh",
        { resourcePreEvent: { metadata: { ...member, op: "refresh" } } },
        { resOutputsEvent: { metadata: { ...member, op } } },
      ),
      {},
    );
    expect((await heardOf(run)).heard[1]).toMatchObject({ type: "step-ended", result });
  });
});

describe("a run that fails", () => {
  it("throws its kind and status behind the summary, and tells each failure once", async () => {
    const said = {
      severity: "error",
      urn: gate.urn,
      message: "no route to nas [proxmox-ha: unreachable]",
    };
    const run = startRun(
      "up",
      engine(
        "up",
        { resourcePreEvent: { metadata: gate } },
        { diagnosticEvent: said },
        { resOpFailedEvent: { metadata: gate } },
        { diagnosticEvent: said },
        { diagnosticEvent: { severity: "error", message: "update failed" } },
      ),
      {},
    );
    const { heard, thrown } = await heardOf(run);
    expect(heard.map(({ type }) => type)).toEqual([
      "gate-begun",
      "message",
      "gate-failed",
      "summary",
    ]);
    expect(heard[1]).toMatchObject({ severity: "error", text: "no route to nas" });
    const error = clusterError(thrown);
    expect(error).toMatchObject({
      kind: "unreachable",
      exitStatus: EXIT.unreachable,
      errors: ["no route to nas"],
      outcome: { status: EXIT.unreachable },
    });
    await expect(run.done).rejects.toBe(error);
  });

  it("keeps the kind of a failure before the engine, and has no summary", async () => {
    const refusal = { tried: "to begin", where: "frege", cameBack: "it is taken", doNext: "Wait." };
    const before = () => Promise.reject(new Failure("refused", refusal));
    const { heard, thrown } = await heardOf(startRun("up", before, {}));
    expect(heard).toEqual([]);
    expect(clusterError(thrown)).toMatchObject({
      kind: "refused",
      exitStatus: EXIT.refused,
      message: "Failed to begin on frege: it is taken. Wait.",
    });
  });

  it("is typed also where it is a fault of the program, with what was thrown as its cause", async () => {
    const fault = new TypeError("x is undefined");
    const { thrown } = await heardOf(startRun("up", () => Promise.reject(fault), {}));
    expect(clusterError(thrown)).toMatchObject({
      kind: "failed",
      exitStatus: EXIT.failed,
      cause: fault,
    });
  });
});

describe("a run that is stopped", () => {
  /** Waits for the signal as the engine does: the step under way still ends. */
  const stopped = async ({ event: report, stops, waitingFor }: Watcher): Promise<RunOutcome> => {
    const { signal, over } = stops({ say: () => undefined, waitingFor });
    report(event({ resourcePreEvent: { metadata: member } }));
    if (!signal.aborted) {
      await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    }
    report(event({ resOutputsEvent: { metadata: member } }));
    over();
    return ended("up", { status: EXIT.interrupted, errors: ["update canceled"] });
  };

  it("hears the signal, ends the step under way and throws that it was interrupted", async () => {
    const stop = new AbortController();
    const run = startRun("up", stopped, { signal: stop.signal });
    const heard: string[] = [];
    const listening = (async () => {
      for await (const { type } of run) {
        heard.push(type);
        stop.abort();
      }
    })();
    await expect(listening).rejects.toMatchObject({
      name: "ClusterError",
      kind: "interrupted",
      exitStatus: EXIT.interrupted,
    });
    expect(heard).toEqual(["step-begun", "step-ended", "summary"]);
  });

  it("hears a signal that was given before it began", async () => {
    const run = startRun("up", stopped, { signal: AbortSignal.abort() });
    await expect(run.done).rejects.toMatchObject({ kind: "interrupted" });
  });
});
