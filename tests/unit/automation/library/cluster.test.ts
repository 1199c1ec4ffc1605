import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { withLastingKeys } from "../../../../automation/engine/lasting-keys.js";
import {
  Cluster,
  type ClusterOptions,
  type DrillRequest,
} from "../../../../automation/library/index.js";
import { textOf } from "../../config/wrong/wrong-stack.js";

let folder = "";
let stackFile = "";

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "library-"));
  stackFile = path.join(folder, "Pulumi.frege.yaml");
  writeFileSync(stackFile, textOf("frege"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const written = (text: string): void => writeFileSync(stackFile, text);
const without = (key: string): string => textOf("frege").replace(`${key}:`, `${key}x:`);

/** What a program says that no compiler has looked at. */
const unchecked = <T>(json: string): T => JSON.parse(json);

describe("a cluster", () => {
  it("is known by its file, or by its name and folder", async () => {
    for (const options of [{ stackFile }, { stack: "frege", project: folder }]) {
      const cluster = new Cluster(options);
      expect([cluster.stack, cluster.stackFile]).toEqual(["frege", stackFile]);
      expect(await cluster.validate()).toMatchObject({ isValid: true, file: stackFile });
    }
  });

  it.each([
    ["{}", /known by `stackFile`.*or by `stack` and `project`/],
    ['{"stackFile":""}', /known by/],
    ['{"stackFile":"Pulumi.x.yaml","env":{"A":1}}', /`env`.*texts/],
    ['{"stackFile":"cluster.yaml"}', /not called like a stack file.*Pulumi\.<stack>\.yaml/],
    ['{"stack":"../x","project":"."}', /known by/],
  ])("refuses to be opened by %s, as bad input", (json, message) => {
    expect(() => new Cluster(unchecked<ClusterOptions>(json))).toThrow(
      expect.objectContaining({
        name: "ClusterError",
        kind: "badInput",
        exitStatus: 2,
        message: expect.stringMatching(message),
      }),
    );
  });

  it("answers with what is wrong, and fails with it where it has to act", async () => {
    written(without("networks"));
    const cluster = new Cluster({ stackFile });
    const { isValid, findings } = await cluster.validate();
    expect(isValid).toBe(false);
    const error = { kind: "badInput", exitStatus: 2, findings };
    for (const acting of [cluster.preview(), cluster.up(), cluster.refresh()]) {
      await expect(acting.done).rejects.toMatchObject(error);
    }
    await expect(cluster.status()).rejects.toMatchObject(error);
    await expect(cluster.report()).rejects.toMatchObject(error);
    await expect(cluster.drill({ drill: "verify" }).done).rejects.toMatchObject({
      kind: "badInput",
    });
  });

  it("says so where there is no such file or folder", async () => {
    const other = new Cluster({ stack: "hegel", project: folder });
    expect((await other.validate()).findings).toMatchObject([{ code: "file/missing" }]);
    const nowhere = new Cluster({ stackFile: path.join(folder, "x", "Pulumi.frege.yaml") });
    await expect(nowhere.validate()).rejects.toMatchObject({ kind: "badInput" });
  });
});

describe("a drill", () => {
  it.each([
    ['{"drill":"shutdown","node":"russell"}', /no drill.*Nothing was done/],
    ['{"drill":"off","node":"russell"}', /write `yes: true`/],
    ['{"drill":"off","node":"russell","yes":false}', /write `yes: true`/],
    ['{"drill":"crash","yes":true}', /needs a node.*`master: true`/],
    ['{"drill":"verify","node":"russell"}', /node/],
    ['{"drill":"security","node":"russell"}', /node/],
    ['{"drill":"restore","node":"russell"}', /node/],
  ])("is refused for %s before any host is asked", async (json, message) => {
    const run = new Cluster({ stackFile }).drill(unchecked<DrillRequest>(json));
    await expect(run.done).rejects.toMatchObject({
      name: "ClusterError",
      kind: "badInput",
      message: expect.stringMatching(message),
    });
  });
});

describe("keys of the program", () => {
  const state = "/home/kant/.state";

  it("lie beside the state where the program is an installed package", () => {
    const env = withLastingKeys({ XDG_STATE_HOME: state }, "/srv/site/node_modules/proxmox-ha");
    expect(env.PROXMOX_HA_STATE).toBe(`${state}/proxmox-ha`);
  });

  it.each([{ XDG_STATE_HOME: state }, { XDG_STATE_HOME: "" }, {}])(
    "lie where the state itself is, with %j",
    async (env) => {
      const { stateFolder } = await import("../../../../toolchain/paths.mjs");
      const { PROXMOX_HA_STATE } = withLastingKeys(env, "/srv/site/node_modules/proxmox-ha");
      expect(PROXMOX_HA_STATE).toBe(stateFolder(env));
    },
  );

  it.each([
    [{ XDG_STATE_HOME: state }, "/srv/proxmox-ha"],
    [{ PROXMOX_HA_STATE: "/var/lib/state" }, "/srv/site/node_modules/proxmox-ha"],
  ])("stay where they are for %j in %s", (env, root) => {
    expect(withLastingKeys(env, root)).toBe(env);
  });
});
