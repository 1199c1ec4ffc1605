import { describe, expect, it } from "vitest";
import { type Registered, type Run, runProgram } from "./recording.js";

const DATACENTER = {
  notifications: {
    mail: { local: { to: ["ops@home.example"] } },
    smtp: {
      relay: {
        server: "mail.home.example",
        username: "pve",
        password: { pulumi: "mail" },
        from: "pve@home.example",
        toUsers: ["root@pam"],
      },
    },
    gotify: { phone: { server: "https://push.home.example", token: { ssm: "/ms01/push" } } },
    webhook: {
      chat: {
        url: "https://chat.home.example/x",
        headers: { Authorization: "Bearer {{ secrets.token }}" },
        secrets: { token: { ssm: "/ms01/chat" } },
      },
    },
    matchers: { trouble: { targets: ["relay", "phone", "chat"] } },
  },
};

function declared(options: Parameters<typeof runProgram>[1] = {}): Promise<Run> {
  const changes = { datacenter: DATACENTER };
  return runProgram("frege", { changes, config: { "proxmox-ha:mail": "canary-mail" }, ...options });
}

function named(run: Run, name: string): Registered {
  const found = run.resources.find((one) => one.name === name);
  if (found === undefined) {
    throw new Error(`no resource ${name}`);
  }
  return found;
}

const privilegesOf = (run: Run): unknown =>
  run.resources.find(({ inputs }) => "privileges" in inputs)?.inputs.privileges;

describe("targets of notifications with secrets", () => {
  it("keep references and versions, and never a value", async () => {
    const run = await declared();
    expect(named(run, "datacenter-target-relay").inputs).toMatchObject({
      type: "smtp",
      target: "relay",
      account: "proxmox-ha@pve!program",
      keys: { mode: "tls", username: "pve", "mailto-user": ["root@pam"] },
      secrets: { password: { pulumi: "mail" } },
    });
    expect(named(run, "datacenter-target-phone").inputs).toMatchObject({
      secrets: { token: { ssm: "/ms01/push" } },
      secretVersions: { "ssm:/ms01/push": "1" },
    });
    expect(named(run, "datacenter-target-chat").inputs).toMatchObject({
      headers: [{ name: "Authorization", value: "Bearer {{ secrets.token }}" }],
    });
    expect(JSON.stringify(run.resources)).not.toContain("canary-mail");
  });

  it("are there before a matcher names them", async () => {
    const { dependencies } = named(await declared(), "datacenter-matcher-trouble");
    for (const target of ["local", "relay", "phone", "chat"]) {
      expect(dependencies.join()).toContain(`datacenter-target-${target}`);
    }
  });

  it("show the rotation of a secret in the preview, at that target alone", async () => {
    const store = { versions: { "/ms01/chat": 2 } };
    const [before, after] = [
      await declared({ preview: true }),
      await declared({ preview: true, store }),
    ];
    const changed = after.resources.filter(
      ({ type, name, inputs }) =>
        !before.resources.some(
          (one) =>
            one.type === type &&
            one.name === name &&
            JSON.stringify(one.inputs) === JSON.stringify(inputs),
        ),
    );
    expect(changed.map(({ name }) => name)).toEqual(["datacenter-target-chat"]);
  });

  it("give the program's account the one privilege that they need", async () => {
    expect(privilegesOf(await declared())).toContain("Mapping.Modify");
    expect(privilegesOf(await runProgram("frege"))).not.toContain("Mapping.Modify");
  });
});
