import { describe, expect, it } from "vitest";
import { toStruct } from "../../../../dynamic-providers/kit/struct.js";
import { nativeGuard } from "../../../../dynamic-providers/native/guard/provider.js";
import { systemClock } from "../../../../dynamic-providers/transport/base/clock.js";
import { sshConnection } from "../../../../dynamic-providers/transport/ssh/connection.js";
import { fakeRuntime } from "../../../support/fake-runtime.js";

const connection = sshConnection.parse({
  host: "10.203.3.11",
  node: "frege",
  hostKey: "trust-first-use",
  knownHostsFile: "known_hosts",
  auth: { keyFile: "id" },
});
const common = { definition: "nfs-vms", connections: [connection], consent: {} };
const place = { place: "nfs 10.203.3.99:/volume1/vms", shared: true };
const now = toStruct({ ...common, native: { kind: "storage", name: "nfs-vms", ...place } });
/** As the first version kept it. */
const then = toStruct({
  ...common,
  adopt: false,
  secretVersions: {},
  storage: { id: "nfs-vms", ...place },
  schemaVersion: 1,
  drift: [],
  adopted: true,
});

function guard(holds: string) {
  const asked: string[] = [];
  const host = {
    node: "frege",
    run: (script: string) => {
      asked.push(script);
      const stdout = `@@storage nfs-vms\nVolid Format\n${holds}@@status 0\n@@guests\n`;
      return Promise.resolve({ status: 0, signal: undefined, stdout, stderr: "" });
    },
  };
  return { provider: nativeGuard.serve(fakeRuntime("guard", host, systemClock)), asked };
}

describe("the guard of what the native provider made", () => {
  it("keeps it while it holds something, and says how to consent", async () => {
    const { provider } = guard("nfs-vms:100/vm-100-disk-0.raw raw\n");
    const { outs } = await provider.create(now);
    await expect(provider.delete("nfs-vms", outs)).rejects.toThrow(
      /nfs-vms:100\/vm-100-disk-0\.raw.*consent: \{"storage\.nfs-vms"/s,
    );
  });

  it("lets it go when it holds nothing", async () => {
    const { provider, asked } = guard("");
    await provider.delete("nfs-vms", (await provider.create(now)).outs);
    expect(asked).toHaveLength(1);
  });

  it("reads a state of the first version, without a difference, and guards by it", async () => {
    const { provider } = guard("nfs-vms:100/vm-100-disk-0.raw raw\n");
    const { inputs } = await provider.check({}, now);
    expect(await provider.diff("nfs-vms", then, inputs)).toMatchObject({
      changes: false,
      replaces: [],
    });
    // A refresh finds nothing different either.
    expect(await provider.read("nfs-vms", then)).toEqual({ id: "nfs-vms", props: then });
    await expect(provider.delete("nfs-vms", then)).rejects.toThrow(/refused, nothing was changed/);
  });
});
