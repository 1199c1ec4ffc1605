import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { describe, expect, it } from "vitest";
import { EXIT, statusOfFailures } from "../../../automation/engine/exit-status.js";
import { LiveView } from "../../../automation/engine/live-view.js";
import { kindOf, plain } from "../../../automation/engine/steps.js";

const URN =
  "urn:pulumi:frege::proxmox-ha::proxmox-ha:cluster:CorosyncCluster$pulumi-nodejs:dynamic/pvecm:Member::ms01-russell";
const metadata = {
  op: "create",
  urn: URN,
  type: "pulumi-nodejs:dynamic/pvecm:Member",
} as const;

function event(part: object): EngineEvent {
  return Object.assign({ sequence: 1, timestamp: 1 }, part);
}

describe("the live view", () => {
  it("says what starts and how long it took", () => {
    let now = 1_000;
    const view = new LiveView(() => now);
    expect(view.lines(event({ resourcePreEvent: { metadata } }))).toEqual([
      "  create     ms01-russell (pvecm/Member); waits for the node to be a member with quorum",
    ]);
    now = 14_400;
    expect(view.lines(event({ resOutputsEvent: { metadata } }))).toEqual([
      "  done       ms01-russell in 13.4 s",
    ]);
    expect(view.changed).toBe(1);
  });

  it("says how long it took before, and what it waits for while it does", () => {
    let now = 0;
    const view = new LiveView(() => now);
    view.expect({
      of: ({ kind, action }) => (`${action} ${kind}` === "create pvecm/Member" ? 95 : undefined),
    });
    expect(view.lines(event({ resourcePreEvent: { metadata } }))[0]).toContain(
      ", about 1 min 35 s; waits",
    );
    now = 12_000;
    expect(view.waitingFor()).toEqual([
      {
        text: "create ms01-russell (pvecm/Member), 12 s of about 1 min 35 s; waits for the node to be a member with quorum",
      },
    ]);
    const type = "pulumi-nodejs:dynamic/host:Clocks";
    view.lines(
      event({ resourcePreEvent: { metadata: { ...metadata, urn: `${URN}-clocks`, type } } }),
    );
    expect(view.waitingFor()[1]).toEqual({
      text: "create ms01-russell-clocks (host/Clocks), 0 s; waits for this to hold: all clocks agree",
      atStop: "lets go",
    });
    const hook = { ...metadata, urn: `${URN}-hook`, type: "command:local:Command" };
    view.lines(event({ resourcePreEvent: { metadata: hook } }));
    expect(view.waitingFor()[2]).toMatchObject({ atStop: "is cut" });
  });

  it("leaves out how the CLI begins what a provider refuses, since the line names the resource", () => {
    const message = "pulumi-nodejs:dynamic/pvecm:Member resource 'ms01-russell' has a problem: no";
    const said = event({ diagnosticEvent: { severity: "error", urn: URN, message } });
    expect(new LiveView(() => 0).lines(said)).toEqual(["  error      ms01-russell: no"]);
  });

  it("keeps quiet about what stays the same", () => {
    const view = new LiveView(() => 0);
    const same = { ...metadata, op: "same" };
    expect(view.lines(event({ resourcePreEvent: { metadata: same } }))).toEqual([]);
    expect(view.lines(event({ resOutputsEvent: { metadata: same } }))).toEqual([]);
    expect(view.unchanged).toBe(1);
  });

  it.each([
    { beside: 3, repeated: [] },
    { beside: 12, repeated: ["", "What failed", "  error      ms01-russell: it was refused"] },
  ])(
    "repeats at the end what failed, when $beside lines came behind it",
    ({ beside, repeated }) => {
      const view = new LiveView(() => 0);
      view.lines(
        event({ diagnosticEvent: { severity: "error", urn: URN, message: "it was refused" } }),
      );
      for (let line = 0; line < beside; line += 1) {
        view.lines(event({ diagnosticEvent: { severity: "info", message: `news ${line}` } }));
      }
      expect(view.failed()).toEqual(repeated);
    },
  );

  it("names what a refresh finds different or gone, and nothing that is as it was recorded", () => {
    const view = new LiveView(() => 0);
    const seen = (found: string) => {
      view.lines(event({ resourcePreEvent: { metadata: { ...metadata, op: "refresh" } } }));
      return view.lines(event({ resOutputsEvent: { metadata: { ...metadata, op: found } } }));
    };
    expect(seen("same")).toEqual([]);
    expect(seen("update")).toEqual(["  differs    ms01-russell"]);
    expect(seen("delete")).toEqual(["  gone       ms01-russell"]);
  });

  it("leaves digests and lists of files to the log", () => {
    const digest = "sha256:4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a";
    const file = "/etc/network/interfaces";
    const state = { parent: "", inputs: { files: { [file]: digest } }, outputs: { digest } };
    const changed = { ...metadata, op: "update", old: state, new: state, diffs: ["files"] };
    for (const startsShown of [true, false]) {
      const view = new LiveView(() => 0, startsShown);
      const begun = view.lines(event({ resourcePreEvent: { metadata: changed } }));
      const shown = [
        ...begun,
        ...view.underWay().map(({ text }) => text),
        ...view.waitingFor().map(({ text }) => text),
        ...view.lines(event({ resOutputsEvent: { metadata: changed } })),
        ...view.closing(),
      ].join("\n");
      expect(shown).toContain("ms01-russell");
      expect(shown).not.toContain(digest);
      expect(shown).not.toContain(file);
    }
  });

  it("shows no debug messages", () => {
    const view = new LiveView(() => 0);
    const debug = { severity: "debug", message: "RegisterResource RPC finished", color: "" };
    expect(view.lines(event({ diagnosticEvent: debug }))).toEqual([]);
  });

  it("leaves what is under way to the terminal's own lines", () => {
    const view = new LiveView(() => 5_000, false);
    expect(view.lines(event({ resourcePreEvent: { metadata } }))).toEqual([]);
    expect(view.underWay()).toMatchObject([{ text: "create     ms01-russell (pvecm/Member)" }]);
    expect(view.lines(event({ resOpFailedEvent: { metadata } }))).toEqual([
      "  FAILED     ms01-russell",
    ]);
    expect(view.underWay()).toEqual([]);
  });

  it("keeps errors for the exit status, without Pulumi's colour marks", () => {
    const view = new LiveView(() => 0);
    view.lines(
      event({
        diagnosticEvent: {
          severity: "error",
          message: "<{%fg 1%}>no route to host [proxmox-ha: unreachable]<{%reset%}>\n",
          urn: URN,
          color: "",
        },
      }),
    );
    expect(view.failures.errors).toEqual(["no route to host"]);
    expect(statusOfFailures(view.failures.kinds)).toBe(EXIT.unreachable);
  });

  it.each([
    [[], EXIT.failed],
    [["failed"], EXIT.failed],
    [["badInput"], EXIT.badInput],
    [["failed", "refused"], EXIT.refused],
    [["refused", "unreachable"], EXIT.unreachable],
  ] as const)("gives failures of the kinds %j the status %i", (kinds, status) => {
    expect(statusOfFailures(kinds)).toBe(status);
  });

  it.each(["connect: Connection refused", "VM is protected", "nothing was changed", "ETIMEDOUT"])(
    "takes no status from the words %j",
    (message) => {
      const view = new LiveView(() => 0);
      view.lines(event({ diagnosticEvent: { severity: "error", message, color: "" } }));
      expect(statusOfFailures(view.failures.kinds)).toBe(EXIT.failed);
    },
  );

  it("names kinds as users know them", () => {
    expect(kindOf("pulumi-nodejs:dynamic/host:Files")).toBe("host/Files");
    expect(kindOf("proxmox-ha:host:HostBase")).toBe("HostBase");
    expect(plain("\u001b[31mred\u001b[0m")).toBe("red");
  });
});

describe("a long run", () => {
  const of = (phase: string, op = "create"): EngineEvent => {
    const parent = `urn:pulumi:frege::proxmox-ha::proxmox-ha:${phase}:Part::${phase}-part`;
    const state = { parent, inputs: {}, outputs: {} };
    const urn = `${URN}-${phase}`;
    return event({ resourcePreEvent: { metadata: { ...metadata, op, urn, new: state } } });
  };

  it("says once when it reaches a phase: which of how many, what is done, since when", () => {
    let now = 0;
    const view = new LiveView(() => now);
    expect(view.lines(of("host"))[0]).toBe("phase 1 of 9, Hosts: 0 done, 1 under way, 0 s");
    expect(view.lines(of("host"))).toHaveLength(1);
    now = 35_000;
    expect(view.lines(of("cluster"))[0]).toMatch(
      /^phase 3 of 9, Cluster: 0 done, \d under way, 35 s$/,
    );
    expect(view.lines(of("network"))).toHaveLength(1);
  });

  it("is refused where the engine is to delete what is protected, whatever it says of it", () => {
    const view = new LiveView(() => 0);
    const old = { parent: "", protect: true, inputs: {}, outputs: {} };
    view.lines(event({ resourcePreEvent: { metadata: { ...metadata, op: "delete", old } } }));
    expect(statusOfFailures(view.failures.kinds)).toBe(EXIT.refused);
  });
});
