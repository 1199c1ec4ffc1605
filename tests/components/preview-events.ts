import type { EngineEvent, OpType } from "@pulumi/pulumi/automation/index.js";
import type { Registered, Run } from "./recording.js";

const ROOT = "urn:pulumi:mock::proxmox-ha::";

/** What the engine would report of a program, beside a run of it that is recorded. */
export function previewEvents(now: Run, before?: Run): EngineEvent[] {
  const gone = before?.resources.filter((one) => find(now, one) === undefined) ?? [];
  return [
    ...now.resources.map((one) => eventOf(one, before && find(before, one), one)),
    ...gone.map((one) => eventOf(one, one, undefined)),
  ].map((event, sequence) => ({ sequence, timestamp: 0, ...event }));
}

function find(run: Run, { type, name }: Registered): Registered | undefined {
  return run.resources.find((one) => one.type === type && one.name === name);
}

function eventOf(
  { type, name }: Registered,
  old: Registered | undefined,
  wanted: Registered | undefined,
) {
  const op: OpType =
    old === undefined
      ? "create"
      : wanted === undefined
        ? "delete"
        : isSame(old, wanted)
          ? "same"
          : "update";
  const urn = `${ROOT}${type}::${name}`;
  const metadata = {
    op,
    urn,
    type,
    provider: "",
    ...(old === undefined ? {} : { old: stateOf(urn, old) }),
    ...(wanted === undefined ? {} : { new: stateOf(urn, wanted) }),
  };
  return { resourcePreEvent: { metadata } };
}

const isSame = (old: Registered, wanted: Registered): boolean =>
  JSON.stringify(old.inputs) === JSON.stringify(wanted.inputs);

const stateOf = (urn: string, { type, parentUrn, inputs }: Registered) => ({
  type,
  urn,
  id: "",
  parent: parentUrn,
  inputs: { ...inputs },
  outputs: {},
  provider: "",
});
