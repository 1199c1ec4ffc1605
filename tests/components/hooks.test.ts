import { describe, expect, it } from "vitest";
import { type Registered, type Run, runProgram } from "./recording.js";

const COMMAND = "command:local:Command";

const hook = (when: string, phase: string, command: string, on = "controller") => ({
  when,
  phase,
  on,
  command,
});

const run = (...hooks: readonly object[]): Promise<Run> =>
  runProgram("frege", { changes: { hooks } });

const commands = ({ resources }: Run): Registered[] =>
  resources.filter(({ type }) => type === COMMAND);

function running(result: Run, command: string): Registered {
  const found = commands(result).find(({ inputs }) => inputs.create === command);
  if (found === undefined) {
    throw new Error(`no hook runs ${command}`);
  }
  return found;
}

/** Everything that must be done before, through any number of others. */
function behind(result: Run, resource: Registered): Set<string> {
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (!seen.has(name)) {
      seen.add(name);
      const one = result.resources.find((other) => other.name === name);
      for (const next of [...(one?.dependencies ?? []), one?.parent ?? ""]) {
        visit(next);
      }
    }
  };
  for (const next of [...resource.dependencies, resource.parent]) {
    visit(next);
  }
  return seen;
}

const named = (result: Run, pattern: RegExp): Registered[] =>
  result.resources.filter(({ name }) => pattern.test(name));

describe("the hooks of a stack", () => {
  it("are none where the file has none", async () => {
    expect(commands(await runProgram("frege"))).toEqual([]);
  });

  it.each([
    ["hosts", /^(frege|russell|wittgenstein)-settings$/],
    ["cluster", /^ms01-(founded|russell|links)$/],
    ["storage", /^(nfs-vms|datacenter)/],
    ["ha", /^ha$/],
  ])("before the phase %s come behind the one before it and gate it", async (phase, begins) => {
    const result = await run(hook("before", phase, "gate"));
    const gate = running(result, "gate");
    const gated = named(result, begins);
    expect(gated.length).toBeGreaterThan(0);
    for (const one of gated) {
      expect(behind(result, one)).toContain(gate.name);
      expect(behind(result, gate)).not.toContain(one.name);
    }
  });

  it("before the phase network gate the network of every host", async () => {
    const result = await run(hook("before", "network", "gate"));
    const networks = result.resources.filter(({ type }) => type.endsWith(":BondedNetwork"));
    expect(networks.length).toBe(3);
    for (const { dependencies } of networks) {
      expect(dependencies).toContain(running(result, "gate").name);
    }
  });

  it.each([
    ["hosts", "network"],
    ["network", "cluster"],
    ["cluster", "ceph"],
    ["ceph", "storage"],
    ["storage", "ha"],
  ])("after the phase %s come in front of those before the phase %s", async (phase, next) => {
    const result = await run(hook("before", next, "next"), hook("after", phase, "done"));
    expect(behind(result, running(result, "next"))).toContain(running(result, "done").name);
    expect(behind(result, running(result, "done"))).not.toContain(running(result, "next").name);
  });

  it("after the last phase come behind the placements", async () => {
    const result = await runProgram("frege", {
      changes: {
        hooks: [hook("after", "ha", "done")],
        guests: {},
        ha: {
          placements: { all: { frege: 100, russell: 50, wittgenstein: 50 } },
          resources: { "vm:100": { placement: "all" } },
        },
      },
    });
    const before = [...behind(result, running(result, "done"))];
    expect(before.some((name) => name.startsWith("ha-"))).toBe(true);
  });

  it("of one point run in the order of the file", async () => {
    const result = await run(
      hook("after", "cluster", "first"),
      hook("after", "cluster", "second"),
      hook("after", "cluster", "third"),
    );
    const [first, second, third] = ["first", "second", "third"].map((one) => running(result, one));
    expect(second?.dependencies).toContain(first?.name);
    expect(third?.dependencies).toContain(second?.name);
  });

  it("are told where they run by references alone, and are not run again for that", async () => {
    const result = await run(hook("after", "cluster", "uptime", "russell"));
    const { inputs, ignoreChanges } = running(result, "uptime");
    const request: unknown = JSON.parse(String(inputs.stdin));
    expect(request).toMatchObject({
      place: "hooks[0]",
      stack: "frege",
      connection: {
        host: "10.203.3.12",
        node: "russell",
        hostKey: "trust-first-use",
        auth: { password: { ssm: "/ms01/hosts/root_password" } },
      },
    });
    expect(ignoreChanges).toEqual(["interpreter", "dir", "stdin"]);
    expect(inputs).toMatchObject({ logging: "none", addPreviousOutputInEnv: false });
    expect(inputs.environment).toBeUndefined();
  });

  it("are told the names of variables that hold secrets, and no value", async () => {
    const access = { installerPassword: { env: "SITE_WORD" } };
    const result = await runProgram("frege", {
      preview: true,
      changes: { access, hooks: [hook("after", "cluster", "true")] },
    });
    const request: unknown = JSON.parse(String(running(result, "true").inputs.stdin));
    expect(request).toMatchObject({ secretNames: ["SITE_WORD"] });
  });

  it("on the controller are told no way to any host", async () => {
    const result = await run(hook("after", "cluster", "true"));
    expect(String(running(result, "true").inputs.stdin)).not.toContain("connection");
  });
});
