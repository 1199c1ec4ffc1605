import { describe, expect, it } from "vitest";
import { serversOf } from "../../../plan/twin-plan.js";
import { plannedTwin } from "../planned-twin.js";

describe("the backup server of a twin", () => {
  it("stands at the address of the file, in its network, with its datastore and login", () => {
    const { pbs, remarks } = plannedTwin("pve1");
    expect(pbs).toEqual([
      {
        name: "pbs",
        address: "10.30.0.50",
        network: "management",
        datastores: ["pve1"],
        accounts: [
          {
            user: "pve1@pbs!backup",
            secret: { kind: "ssm", name: "/pve1/backup/pbs_token" },
            datastores: ["pve1"],
          },
        ],
      },
    ]);
    expect(remarks.filter((one) => one.includes("pbs"))).toEqual([]);
  });

  it("is there only for a stack that has a storage on one", () => {
    expect(plannedTwin("frege").pbs).toEqual([]);
    expect(serversOf(plannedTwin("frege")).map(({ name }) => name)).toEqual(["nas"]);
  });

  it("tells the certificate that the file pins, because it has to show another one", () => {
    const pin = Array.from({ length: 32 }, () => "AB").join(":");
    const pinned = plannedTwin("pve1", (text) =>
      text.replace("user: pve1@pbs!backup", `user: pve1@pbs!backup\n          fingerprint: ${pin}`),
    );
    expect(pinned.pbs[0]?.pinned).toBe(pin);
  });

  it("gets a key where Proxmox takes no password", () => {
    const { all } = plannedTwin("pve1").secrets;
    expect(all.filter(({ form }) => form === "backup-key").map(({ secret }) => secret)).toEqual([
      { kind: "ssm", name: "/pve1/backup/encryption_key" },
    ]);
    expect(all.filter(({ form }) => form === "public-key").map(({ secret }) => secret)).toEqual([
      { kind: "ssm", name: "/pve1/ssh_keys/ansible_public_key" },
    ]);
  });
});
