import { PHASES } from "../../config/phases.js";

/** One step of Pulumi's engine in the words of this program. */
export interface StepLine {
  readonly verb: string;
  readonly name: string;
  readonly kind: string;
}

interface StepState {
  readonly parent: string;
  /** The engine refuses to delete it. */
  readonly protect?: boolean;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** What this reads of the engine's description of a step. */
export interface StepMetadata {
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  readonly old?: StepState;
  readonly new?: StepState;
}

const VERBS: Readonly<Record<string, string>> = {
  create: "create",
  update: "update",
  delete: "remove",
  replace: "replace",
  "create-replacement": "replace",
  "delete-replaced": "remove old",
  read: "read",
  refresh: "look at",
  discard: "forget",
  same: "",
};

/** An operation of the engine in the words of this program; none for what stays as it is. */
export const stepWord = (op: string): string => VERBS[op] ?? op;

/** Steps that change nothing, and the stack itself, are no news. */
export function stepOf(metadata: StepMetadata): StepLine | undefined {
  const verb = stepWord(metadata.op);
  return verb === "" || metadata.type.startsWith("pulumi:")
    ? undefined
    : { verb, name: nameOf(metadata.urn), kind: kindOf(metadata.type) };
}

export const nameOf = (urn: string): string => urn.split("::").at(-1) ?? urn;

/** Components say where a step belongs; they are no work themselves. */
export const isComponent = (type: string): boolean => type.startsWith("proxmox-ha:");

/** `pulumi-nodejs:dynamic/pvecm:Member` is a pvecm/Member to the user. */
export function kindOf(type: string): string {
  const [pkg = "", module = "", name = ""] = type.split(":");
  if (pkg === "pulumi-nodejs") {
    return `${module.replace(/^dynamic\/?/, "")}/${name}`;
  }
  return pkg === "proxmox-ha" ? name : `${pkg}/${name}`;
}

/** What steps are shown under. */
const GROUPS: readonly { readonly area: string; readonly title: string }[] = [
  { area: "before", title: "Before anything" },
  ...PHASES,
  { area: "hooks", title: "Hooks" },
];
/** The phases in which a cluster is built up, one after the other; hooks stand between any two of them. */
export const BUILD_UP: readonly string[] = PHASES.map(({ area }) => area);

export const isBuildUp = (phase: string): boolean => BUILD_UP.includes(phase);

/** A phase of the build-up and whose part of it, such as the network of russell. */
export interface StepPlace {
  readonly phase: string;
  readonly of: string;
}

/** Where a step belongs, by the component that declares it. */
export function placeOf(metadata: StepMetadata): StepPlace {
  const parent = metadata.new?.parent ?? metadata.old?.parent ?? "";
  const type = parent.split("::")[2]?.split("$").at(-1) ?? "";
  const [pkg, area] = type.split(":");
  return pkg === "proxmox-ha" && area !== undefined
    ? { phase: area, of: nameOf(parent) }
    : { phase: "before", of: nameOf(metadata.urn) };
}

/** In the order of the phases, counted from 0; what belongs to none comes first. */
export function phaseOrder(phase: string): number {
  return [...BUILD_UP, "hooks"].indexOf(phase);
}

export function phaseTitle(phase: string): string {
  return GROUPS.find(({ area }) => area === phase)?.title ?? phase;
}

/** Pulumi marks colours as `<{%…%}>`; escape sequences come from child processes. */
export function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
  return text.replace(/<\{%[^%]*%\}>/g, "").replace(/\u001b\[[0-9;]*m/g, "");
}

/** A step that the engine itself refuses, whatever words it has for it. */
export function isRefusedByEngine({ op, old }: StepMetadata): boolean {
  return op === "delete" && old?.protect === true;
}

/** What a refresh has found different on the hosts, line by line. */
export function driftOf({ old }: Pick<StepMetadata, "old">): string[] {
  const drift = old?.outputs.drift;
  return Array.isArray(drift) ? drift.map(String) : [];
}

/** Names of the inputs that are others than those of the last run; the engine's own do not count. */
export function touchedInputs({ old, new: wanted }: Pick<StepMetadata, "old" | "new">): string[] {
  const keys = new Set([...Object.keys(old?.inputs ?? {}), ...Object.keys(wanted?.inputs ?? {})]);
  return [...keys]
    .filter(
      (key) =>
        !key.startsWith("__") &&
        JSON.stringify(old?.inputs[key]) !== JSON.stringify(wanted?.inputs[key]),
    )
    .sort();
}

/** What makes an update necessary: what a refresh found, else the inputs that are others now. */
export function reasonsOf(metadata: StepMetadata): string[] {
  const drift = driftOf(metadata);
  if (drift.length > 0) {
    return drift;
  }
  const changed = touchedInputs(metadata);
  return changed.length === 0 ? [] : [`the stack file differs: ${changed.join(", ")}`];
}
