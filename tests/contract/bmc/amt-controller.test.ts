import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { amtController } from "../../../dynamic-providers/transport/amt/amt-controller.js";
import { Secret } from "../../../dynamic-providers/transport/base/secret.js";
import { PASSWORD, type Rehearsal, rehearse, USER, UUID } from "../../../twin/testing/index.js";

let bmc: Rehearsal;
beforeEach(async () => {
  bmc = await rehearse({ kind: "amt" });
});
afterEach(() => bmc.end());

const controller = () =>
  amtController({
    host: "127.0.0.1",
    port: bmc.port,
    fingerprints: [bmc.fingerprint],
    deadlineMs: 10_000,
    login: { user: USER, password: new Secret(PASSWORD) },
    uuid: UUID,
  });

describe("the AMT controller", () => {
  it("answers a second challenge when the engine forgot its nonce", async () => {
    await bmc.fault({ kind: "forgets-nonces" });
    const power = controller();
    expect(await power.identity()).toMatchObject({ uuid: UUID });
    expect(await power.state()).toBe("on");
  });

  it("wakes a sleeping engine and asks again", async () => {
    await bmc.fault({ kind: "sleeps", idleSeconds: 3600 });
    expect(await controller().state()).toBe("on");
    const outcomes = (await bmc.requests()).map(({ outcome }) => outcome);
    expect(outcomes[0]).toBe("connection dropped");
  });
});
