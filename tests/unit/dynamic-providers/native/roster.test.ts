import { describe, expect, it } from "vitest";
import { wantedPool } from "../../../../components/native/wishes.js";
import type { Host, Runtime } from "../../../../dynamic-providers/kit/runtime.js";
import type { JsonObject } from "../../../../dynamic-providers/kit/struct.js";
import { toStruct } from "../../../../dynamic-providers/kit/struct.js";
import { pathOf } from "../../../../dynamic-providers/native/native-schema.js";
import { nativeRoster } from "../../../../dynamic-providers/native/roster/provider.js";
import { systemClock } from "../../../../dynamic-providers/transport/base/clock.js";
import { sshConnection } from "../../../../dynamic-providers/transport/ssh/connection.js";
import { fakeRuntime } from "../../../support/fake-runtime.js";
import { answered } from "../../../support/said.js";

type Answer = Readonly<Record<string, readonly object[]>> | Error;

/** Three nodes, of which each answers the look in its own way. */
class Cluster {
  readonly asked: string[] = [];

  constructor(private readonly answer: (node: string, script: string) => Answer) {}

  serve() {
    const one = fakeRuntime("roster", this.host("frege"), systemClock);
    const runtime: Runtime = {
      ...one,
      context: (owner) => {
        const context = one.context(owner);
        return {
          ...context,
          host: (connection) => ({ ...context.host(connection), ...this.host(connection.node) }),
        };
      },
    };
    return nativeRoster.serve(runtime);
  }

  private host(node: string): Pick<Host, "node" | "run"> {
    return {
      node,
      run: (script) => {
        this.asked.push(node);
        const answer = this.answer(node, script);
        return answer instanceof Error
          ? Promise.reject(answer)
          : Promise.resolve(
              answered(script, (command) => ({
                text: JSON.stringify(answer[/pvesh get (\S+)/.exec(command)?.[1] ?? ""] ?? ""),
              })),
            );
      },
    };
  }
}

const NODES = ["frege", "russell", "wittgenstein"];
const connections = NODES.map((node) =>
  sshConnection.parse({
    host: node,
    node,
    hostKey: "trust-first-use",
    knownHostsFile: "known_hosts",
    auth: { keyFile: "id" },
  }),
);
const pool = wantedPool("production", false);
const POOL = pathOf(pool.wish);

function wish(id: string, content = "images") {
  return {
    kind: "storage",
    name: id,
    fixed: { type: "lvmthin", vgname: "pve", thinpool: id },
    keys: { content },
    adopt: false,
  };
}

function inputs(ids: readonly string[], more: object = {}): JsonObject {
  return toStruct({
    cluster: "ms01",
    connections,
    natives: [
      ...ids.map((name) => ({
        kind: "storage",
        name,
        place: `lvmthin pve/${name}`,
        shared: false,
      })),
      pool.native,
    ],
    wishes: [...ids.map((id) => wish(id)), pool.wish],
    ...more,
  });
}

/** A cluster on which these storages, and the pool, have been made by hand. */
const has = (...ids: readonly string[]): Answer => ({
  "/storage": ids.map((id) => ({
    storage: id,
    type: "lvmthin",
    vgname: "pve",
    thinpool: id,
    content: "images",
  })),
  "/pools": [{ poolid: "production" }],
});
const silent = new Error("no route to host");

describe("the roster of natives at its first run", () => {
  it("knows before anything is made what stands already", async () => {
    const cluster = new Cluster(() => has("thin"));
    const { inputs: told, failures } = await cluster.serve().check({}, inputs(["thin", "other"]));
    expect(failures).toEqual([]);
    expect(told.takenOver).toEqual(["/storage/thin", "/pools/production"]);
  });

  it("refuses what differs, in the check, so that a preview refuses too", async () => {
    const cluster = new Cluster(() => has("thin"));
    const { failures } = await cluster
      .serve()
      .check({}, inputs(["thin"], { wishes: [wish("thin", "rootdir")] }));
    expect(failures[0]?.reason).toContain("storage thin: content: images -> rootdir");
  });

  it("asks a member when the first node is silent", async () => {
    const cluster = new Cluster((node) => (node === "wittgenstein" ? has("thin") : silent));
    const { inputs: told } = await cluster.serve().check({}, inputs(["thin"]));
    expect(told.takenOver).toEqual(["/storage/thin", "/pools/production"]);
  });

  it("goes on where nobody answers, and looks again before anything is made", async () => {
    let answer: Answer = silent;
    const cluster = new Cluster(() => answer);
    const provider = cluster.serve();
    const { inputs: told, failures } = await provider.check({}, inputs(["thin"]));
    expect(failures).toEqual([]);
    expect(told.takenOver).toEqual([]);
    answer = { "/storage": [], "/pools": [] };
    const made = await provider.create(told);
    expect(made.outs.takenOver).toEqual([]);
    answer = has("thin");
    await expect(provider.create(told)).rejects.toThrow(
      /now this is there: storage thin, resource pool production.*Run `pulumi up` again/,
    );
  });
});

describe("the roster of natives later", () => {
  const taken = { takenOver: ["/storage/thin", POOL] };

  it("asks nobody when nothing is new, and remembers what stood", async () => {
    const cluster = new Cluster(() => silent);
    const provider = cluster.serve();
    const before = inputs(["other", "thin"], taken);
    const { inputs: told } = await provider.check(before, inputs(["other", "thin"]));
    expect(told.takenOver).toEqual(taken.takenOver);
    expect(cluster.asked).toEqual([]);
    const { outs } = await provider.create(before);
    expect((await provider.diff("ms01/storages", outs, told)).changes).toBe(false);
  });

  it("looks for a storage that is new in the file, and for that one alone", async () => {
    const cluster = new Cluster(() => has("thin", "new"));
    const before = inputs(["thin"], { takenOver: [] });
    const { inputs: told } = await cluster.serve().check(before, inputs(["new", "thin"]));
    expect(told.takenOver).toEqual(["/storage/new"]);
  });

  it("takes everything for made by the program that an earlier program's state names", async () => {
    const cluster = new Cluster(() => has("thin"));
    const { natives: _natives, wishes: _wishes, ...common } = inputs(["thin"]);
    const before = {
      ...common,
      storages: [{ id: "thin", place: "lvmthin pve/thin", shared: false }],
    };
    const { inputs: told } = await cluster.serve().check(before, inputs(["thin"]));
    expect(told.takenOver).toEqual([]);
    expect(cluster.asked).toEqual([]);
  });

  it("forgets what left the file, so that it is looked for when it comes back", async () => {
    const cluster = new Cluster(() => has());
    const { inputs: told } = await cluster
      .serve()
      .check(inputs(["thin"], taken), inputs([], { natives: [] }));
    expect(told.takenOver).toEqual([]);
  });
});

describe("a state of the first version", () => {
  const { natives: _natives, wishes: _wishes, ...common } = inputs(["other", "thin"]);
  const version1 = {
    ...common,
    adopt: false,
    consent: {},
    secretVersions: {},
    storages: ["other", "thin"].map((id) => ({ id, place: `lvmthin pve/${id}`, shared: false })),
    objects: [POOL],
    standing: { storages: ["thin"], objects: [POOL] },
  };
  const wishesThen = {
    wishes: { storages: [], objects: [] },
    unseen: { storages: [], objects: [] },
  };

  it("shows no difference and asks nobody, and what was taken over stays so", async () => {
    const cluster = new Cluster(() => silent);
    const provider = cluster.serve();
    const { inputs: told, failures } = await provider.check(
      { ...version1, ...wishesThen },
      inputs(["other", "thin"]),
    );
    expect(failures).toEqual([]);
    expect(told.takenOver).toEqual(["/storage/thin", POOL]);
    const recorded = { ...version1, schemaVersion: 1, drift: [], adopted: true };
    const { changes } = await provider.diff("ms01/storages", recorded, told);
    expect(changes).toBe(false);
    expect((await provider.read("ms01/storages", recorded)).props).toEqual(recorded);
    expect(cluster.asked).toEqual([]);
  });

  it("refuses what it can't read, rather than take everything for new", async () => {
    const cluster = new Cluster(() => silent);
    const { failures } = await cluster
      .serve()
      .check({ cluster: "ms01", lists: ["thin"] }, inputs(["thin"]));
    expect(failures[0]?.reason).toMatch(/shape that this program does not know/);
  });
});
