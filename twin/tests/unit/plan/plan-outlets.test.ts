import { describe, expect, it } from "vitest";
import { twinPlanSchema } from "../../../plan/twin-plan.js";
import { replacedServers } from "../../../supervisor/replaced-servers.js";
import { plannedTwin } from "../planned-twin.js";

const LOGIN = "            login: { user: admin, password: { ssm: /ms01/amt/frege } }\n";
const OUTLETS = `          pdu:
            - address: 10.203.3.60
              model: apc-snmp
              outlets: ["1", "2"]
              login: { user: fence, password: { ssm: /ms01/pdu/fence }, encryptionPassword: { ssm: /ms01/pdu/second } }
            - address: 10.203.3.61
              model: raritan-snmp
              outlets: ["4"]
              community: { ssm: /ms01/pdu/community }
`;

describe("the outlets of a twin", () => {
  const plan = plannedTwin("frege", (text) => text.replace(LOGIN, LOGIN + OUTLETS));
  const outlets = plan.bmcs.filter(({ kind }) => kind === "pdu");

  it("are those that the file names, with what their unit is asked and by which account", () => {
    expect(twinPlanSchema.parse(plan)).toEqual(plan);
    expect(outlets).toMatchObject([
      {
        node: "frege",
        address: "10.203.3.60",
        port: 161,
        outlets: ["1", "2"],
        password: { kind: "ssm", name: "/ms01/pdu/fence" },
        account: {
          user: "fence",
          encryptionPassword: { kind: "ssm", name: "/ms01/pdu/second" },
        },
      },
      { node: "frege", address: "10.203.3.61", outlets: ["4"] },
    ]);
    expect(outlets[1]).not.toHaveProperty("account");
  });

  it("leave the machine the identity of its controller, and are told as no product", () => {
    const amt = plan.bmcs.find(({ node, kind }) => node === "frege" && kind === "amt");
    expect(plan.hosts.find(({ name }) => name === "frege")?.uuid).toBe(
      amt?.kind === "pdu" ? undefined : amt?.uuid,
    );
    expect(replacedServers(plan).map(({ what }) => what)).toContain("power distribution units");
    expect(plan.remarks).toEqual([]);
  });
});
