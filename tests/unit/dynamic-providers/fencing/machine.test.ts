import { describe, expect, it } from "vitest";
import { fencedMachine } from "../../../../dynamic-providers/fencing/machine/provider.js";
import { machineInputs } from "../../../../dynamic-providers/fencing/machine/schema.js";
import { toStruct } from "../../../../dynamic-providers/kit/struct.js";
import { FREGE } from "../../../support/connection.js";
import { fakeRuntime } from "../../../support/fake-runtime.js";
import { FakeClock } from "../pvecm/fake-cluster.js";

const UUID = "4c4c4544-0042-4a10-8051-b4c04f4d3332";
const PIN = Array<string>(32).fill("AB").join(":");

async function known(answer: string, more: object = {}) {
  const run = () => Promise.resolve({ status: 0, signal: undefined, stdout: answer, stderr: "" });
  const controllers = [{ kind: "amt", address: "10.203.3.21", port: 16993, fingerprint: PIN }];
  const inputs = machineInputs.parse({
    connection: FREGE,
    installation: 1,
    controllers,
    ...more,
  });
  const runtime = fakeRuntime("machine", { node: "frege", run }, new FakeClock());
  return (await fencedMachine.serve(runtime).create(toStruct(inputs))).outs;
}

describe("a node's machine", () => {
  it("is known by its own UUID, also behind a remark of the tool", async () => {
    const outs = await known(`# SMBIOS implementations newer than 3.5\n${UUID.toUpperCase()}\n`);
    expect(outs).toMatchObject({ systemUuid: UUID, pins: { amt: "ab".repeat(32) } });
  });

  it("may be written in either byte order in the file, and is refused when it is another one", async () => {
    const swapped = "44454c4c-4200-104a-8051-b4c04f4d3332";
    expect(await known(UUID, { uuid: swapped })).toMatchObject({ systemUuid: UUID });
    const other = known(UUID, { uuid: "00000000-0000-4000-8000-000000000001" });
    await expect(other).rejects.toThrow(/says that its uuid is 0{8}-.*and the machine says 4c4c/);
  });

  it("without a UUID is refused", async () => {
    await expect(known("Not Settable\n")).rejects.toThrow(/Not Settable.*set it in the firmware/s);
  });

  it("whose controller shows its certificate nowhere is waited for, and then told", async () => {
    const controllers = [{ kind: "redfish", address: "127.0.0.1", port: 9 }];
    await expect(known(UUID, { controllers })).rejects.toThrow(/redfish 127.0.0.1: .*9/);
  });
});
