import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { hostNetwork } from "../../../../../dynamic-providers/host/network/provider.js";
import { toStruct } from "../../../../../dynamic-providers/kit/struct.js";
import { FREGE } from "../../../../support/connection.js";
import { fakeRuntime } from "../../../../support/fake-runtime.js";
import { FakeClock, FakeHost } from "../../pvecm/fake-cluster.js";

const PATH = "/etc/network/interfaces";
const WANTED = "auto lo\niface lo inet loopback\n";

/** A host whose guard may still be armed by a run that was killed. */
function guardedHost(content: string, armedAtFirst: boolean): FakeHost {
  let armed = armedAtFirst;
  let now = content;
  return new FakeHost("frege", (verb) => {
    switch (verb) {
      case "read the network files":
        return (
          `\n@@proxmox-ha-network@@file 644 root:root ${PATH}\n${now}` +
          `\n@@proxmox-ha-network@@guard 0 - ${armed ? "armed" : "idle"}\n`
        );
      case "count the cluster's votes":
        return "no member\n";
      case "put the old network back":
        armed = false;
        return "";
      case "change the network under a timer":
        now = WANTED;
        armed = true;
        return "";
      case "see how the network change goes":
        return "done\n";
      case "confirm the new network":
        armed = false;
        return "";
      default:
        return "2: vmbr0    inet 10.203.3.11/24 scope global vmbr0";
    }
  });
}

function serve(shell: FakeHost) {
  return hostNetwork.serve(fakeRuntime("network", shell, new FakeClock()));
}

const wish = toStruct({
  adopt: true,
  connection: FREGE,
  part: "interfaces",
  files: [{ path: PATH, content: WANTED, mode: "0644", owner: "root:root" }],
  managementAddress: "10.203.3.11",
  addresses: ["10.203.3.11"],
  rollbackMs: 30_000,
});

describe("a network change that a killed run left under its timer", () => {
  it("is confirmed when it is the wanted one, instead of being taken for done", async () => {
    const shell = guardedHost(WANTED, true);
    await serve(shell).create(wish);
    expect(shell.asked).toContain("confirm the new network");
    expect(shell.asked).not.toContain("change the network under a timer");
  });

  it("is undone first when it is another one", async () => {
    const shell = guardedHost("auto lo\n", true);
    await serve(shell).create(wish);
    const steps = shell.asked.filter((verb) => !/^(read|see|check|count)/.test(verb));
    expect(steps).toEqual([
      "put the old network back",
      "change the network under a timer",
      "confirm the new network",
    ]);
  });

  it("asks for nothing where no timer runs and all is as wanted", async () => {
    const shell = guardedHost(WANTED, false);
    const { outs } = await serve(shell).create(wish);
    expect(shell.asked.filter((verb) => !verb.startsWith("read"))).toEqual([]);
    const digest = createHash("sha256").update(WANTED).digest("hex");
    expect(outs.files).toEqual([{ path: PATH, sha256: digest, mode: "0644", owner: "root:root" }]);
  });
});
