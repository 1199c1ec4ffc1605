import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { describe, expect, it } from "vitest";
import { PreviewView } from "../../../automation/engine/preview-view.js";
import { groundsOf } from "../../../automation/preview/grounds.js";
import { ringCluster } from "../config/plan/stacks.js";

const grounds = () => groundsOf(ringCluster(3), { today: "2026-11-30", diff: false });

const ROOT = "urn:pulumi:frege::proxmox-ha::";
const PARENTS: Readonly<Record<string, string>> = {
  frege: `${ROOT}proxmox-ha:host:HostBase::frege`,
  russell: `${ROOT}proxmox-ha:host:HostBase::russell`,
  ring: `${ROOT}proxmox-ha:network:ThunderboltRing::ring`,
  ms01: `${ROOT}proxmox-ha:cluster:CorosyncCluster::ms01`,
  none: `${ROOT}pulumi:pulumi:Stack::frege`,
};

function event(part: object): EngineEvent {
  return Object.assign({ sequence: 1, timestamp: 1 }, part);
}
function step(op: string, kind: string, name: string, of: string, more: object = {}): EngineEvent {
  const type = `pulumi-nodejs:dynamic/${kind.replace("/", ":")}`;
  const state = { parent: PARENTS[of] ?? "", inputs: {}, outputs: {} };
  const metadata = { op, urn: `${ROOT}${type}::${name}`, type, new: state, old: state, ...more };
  return event({ resourcePreEvent: { metadata } });
}
function said(severity: string, message: string): EngineEvent {
  return event({ diagnosticEvent: { severity, message, color: "" } });
}

function preview(events: readonly EngineEvent[]): {
  now: string[];
  text: string;
  errors: readonly string[];
} {
  const view = new PreviewView(grounds);
  const now = events.flatMap((event) => view.lines(event));
  return { now, text: view.closing().join("\n"), errors: view.failures.errors };
}

describe("a preview", () => {
  it("begins with the plan for a cluster that is still to be made, then goes phase by phase", () => {
    const { now, text } = preview([
      step("create", "pvecm/Member", "ms01-russell", "ms01"),
      step("create", "host/Files", "russell-names", "russell"),
      step("create", "host/Files", "frege-system", "frege"),
      step("create", "pvecm/Cluster", "ms01-founded", "ms01"),
      step("create", "host/Files", "ring-frege", "ring"),
      step("create", "host/Files", "frege-names", "frege"),
      step("create", "pvecm/Roster", "nodes", "none"),
      said("warning", "the NAS is one machine"),
      said("info", "frege is freshly installed"),
    ]);
    expect(now).toEqual([]);
    expect(text).toMatch(/^\nCluster shape: 3 nodes, Proxmox VE 9\n/);
    expect(text.slice(text.indexOf("\nWhat `up`"))).toBe(
      [
        "",
        "What `up` would do",
        "  Before anything",
        "    create     nodes",
        "  Hosts",
        "    create     frege: names, system",
        "    create     russell: names",
        "  Networks",
        "    create     ring: frege",
        "  Cluster",
        "    create     ms01: founded, russell",
        "      founded: risk: irreversible",
        "      russell: risk: irreversible",
        "",
        "Before and after",
        "  votes  no cluster on record -> 3 votes, 2 needed",
        "",
        "Time",
        "  no earlier run has made such steps, so nobody knows",
        "",
        "Seen on the hosts",
        "  frege is freshly installed",
        "",
        "To think about",
        "  warning    the NAS is one machine",
        "",
      ].join("\n"),
    );
  });

  it("of a cluster that stands says only what differs, and why", () => {
    const drift = ['files["/etc/hosts"].content: 120 bytes -> 98 bytes'];
    const { text } = preview([
      step("update", "host/Files", "russell-names", "russell", {
        old: { parent: PARENTS.russell, inputs: {}, outputs: { drift } },
      }),
      step("update", "host/Settings", "frege-settings", "frege", {
        old: { parent: PARENTS.frege, inputs: { timezone: "UTC", __provider: 1 }, outputs: {} },
      }),
      step("same", "host/Files", "frege-names", "frege"),
    ]);
    expect(text.split("\n").slice(0, 8)).toEqual([
      "",
      "What `up` would do",
      "  Hosts",
      "    update     frege: settings",
      "      settings: the stack file differs: timezone",
      "    update     russell: names",
      '      names: files["/etc/hosts"].content: 120 bytes -> 98 bytes',
      "",
    ]);
  });

  it("shows an error at once and keeps it for the exit status", () => {
    const { now, errors } = preview([said("error", "[refused] it would lose quorum")]);
    expect(now).toEqual(["  error      [refused] it would lose quorum"]);
    expect(errors).toEqual(["[refused] it would lose quorum"]);
  });

  it("tells programs the same, in the order of the phases and without a screen's marks", () => {
    const view = new PreviewView(grounds);
    const drift = ['files["/etc/hosts"].content: 120 bytes -> 98 bytes'];
    for (const one of [
      step("create", "pvecm/Member", "ms01-russell", "ms01"),
      step("update", "host/Files", "russell-names", "russell", {
        old: { parent: PARENTS.russell, inputs: {}, outputs: { drift } },
      }),
      step("create", "host/Files", "frege-names", "frege"),
      step("same", "host/Files", "frege-system", "frege"),
      said("warning", "<{%fg 3%}>the NAS is one machine<{%reset%}>"),
      said("info", "frege is freshly installed"),
    ]) {
      view.lines(one);
    }
    const none = { risks: ["none"], consents: [] };
    const host = { phase: "host", title: "Hosts", kind: "host/Files", ...none };
    expect(view.details()).toMatchObject({
      version: 1,
      steps: [
        { ...host, of: "frege", action: "create", name: "frege-names", why: [] },
        { ...host, of: "russell", action: "update", name: "russell-names", why: drift },
        {
          phase: "cluster",
          title: "Cluster",
          of: "ms01",
          action: "create",
          name: "ms01-russell",
          kind: "pvecm/Member",
          why: [],
          risks: ["irreversible"],
        },
      ],
      notes: [{ text: "frege is freshly installed" }],
      warnings: [{ text: "the NAS is one machine" }],
    });
  });
});
