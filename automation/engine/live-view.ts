import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";

/** One step of Pulumi's engine in the words of this program. */
export interface StepLine {
  readonly verb: string;
  readonly name: string;
  readonly kind: string;
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

/** Steps that change nothing, and the stack itself, are no news. */
function step(metadata: {
  readonly op: string;
  readonly urn: string;
  readonly type: string;
}): StepLine | undefined {
  const verb = VERBS[metadata.op] ?? metadata.op;
  return verb === "" || metadata.type.startsWith("pulumi:")
    ? undefined
    : {
        verb,
        name: metadata.urn.split("::").at(-1) ?? metadata.urn,
        kind: kindOf(metadata.type),
      };
}

/** `pulumi-nodejs:dynamic/pvecm:Member` is a pvecm/Member to the user. */
export function kindOf(type: string): string {
  const [pkg = "", module = "", name = ""] = type.split(":");
  if (pkg === "pulumi-nodejs") {
    return `${module.replace(/^dynamic\/?/, "")}/${name}`;
  }
  return pkg === "proxmox-ha" ? name : `${pkg}/${name}`;
}

/**
 * Turns engine events into plain lines: what starts, what ended after how long, what failed and what the run came to.
 * Holds only the start times, so that the same code serves a terminal, a log and a test.
 */
export class LiveView {
  private readonly started = new Map<string, number>();
  readonly errors: string[] = [];
  changed = 0;
  unchanged = 0;

  constructor(
    private readonly now: () => number,
    /** A preview starts nothing, so nothing ends in it. */
    private readonly mode: "run" | "preview" = "run",
  ) {}

  lines(event: EngineEvent): string[] {
    if (event.resourcePreEvent !== undefined) {
      const { metadata } = event.resourcePreEvent;
      const line = step(metadata);
      if (line === undefined || metadata.type.startsWith("proxmox-ha:")) {
        return [];
      }
      this.started.set(metadata.urn, this.now());
      return [`  ${pad(line.verb)} ${line.name} (${line.kind})`];
    }
    if (event.resOutputsEvent !== undefined) {
      return this.ended(event.resOutputsEvent.metadata);
    }
    if (event.resOpFailedEvent !== undefined) {
      const { metadata } = event.resOpFailedEvent;
      return [`  ${pad("FAILED")} ${step(metadata)?.name ?? metadata.urn}`];
    }
    if (event.diagnosticEvent !== undefined) {
      return this.diagnostic(event.diagnosticEvent);
    }
    return [];
  }

  private ended(metadata: {
    readonly op: string;
    readonly urn: string;
    readonly type: string;
  }): string[] {
    const line = step(metadata);
    if (metadata.op === "same" && !metadata.type.startsWith("pulumi:")) {
      this.unchanged += 1;
    }
    const start = this.started.get(metadata.urn);
    if (line === undefined || start === undefined || this.mode === "preview") {
      return [];
    }
    this.changed += 1;
    const seconds = ((this.now() - start) / 1000).toFixed(1);
    return [`  ${pad("done")} ${line.name} in ${seconds} s`];
  }

  private diagnostic(event: {
    readonly severity: string;
    readonly message: string;
    readonly urn?: string;
    readonly ephemeral?: boolean;
  }): string[] {
    const text = plain(event.message).trimEnd();
    // The Automation API asks the engine for debug messages as well.
    if (text.trim() === "" || event.ephemeral === true || event.severity === "debug") {
      return [];
    }
    const name = event.urn?.split("::").at(-1);
    const prefix = name === undefined ? "" : `${name}: `;
    if (event.severity === "error") {
      this.errors.push(text);
      return [`  ${pad("error")} ${prefix}${text}`];
    }
    return event.severity === "warning"
      ? [`  ${pad("warning")} ${prefix}${text}`]
      : [`  ${prefix}${text}`];
  }
}

/** Pulumi marks colours as `<{%…%}>`; escape sequences come from child processes. */
export function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
  return text.replace(/<\{%[^%]*%\}>/g, "").replace(/\u001b\[[0-9;]*m/g, "");
}

const pad = (verb: string): string => verb.padEnd(10);
