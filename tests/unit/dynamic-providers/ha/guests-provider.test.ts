import { describe, expect, it } from "vitest";
import { haGuests } from "../../../../dynamic-providers/ha/guests/provider.js";
import type { Host } from "../../../../dynamic-providers/kit/runtime.js";
import { type JsonObject, toStruct } from "../../../../dynamic-providers/kit/struct.js";
import type { RunResult } from "../../../../dynamic-providers/transport/ssh/run-options.js";
import { FREGE } from "../../../support/connection.js";
import { fakeRuntime } from "../../../support/fake-runtime.js";
import { answered } from "../../../support/said.js";

/** A member that knows guests, HA resources and rules, and the calls of `ha-manager` that this needs. */
class Member {
  readonly guests = new Set<number>();
  readonly resources = new Map<string, Record<string, string>>();
  readonly rules = new Map<string, Record<string, string>>();
  silent = false;
  looks = 0;
  /** How often the HA manager says that it has not counted its nodes yet. */
  uncounted = 0;

  run(script: string): Pick<RunResult, "status" | "stdout" | "stderr"> {
    if (this.silent) {
      throw new Error("no route to host");
    }
    if (script.includes(".vmlist")) {
      this.looks += 1;
      return answered(script, (command) => ({ text: this.tellOf(command) }));
    }
    for (const line of script.split("\n").filter((one) => one.startsWith("ha-manager"))) {
      const refusal = this.tell(line.replace(/ &&$/, "").split(" ").slice(1));
      if (refusal !== undefined) {
        return { status: 255, stdout: "", stderr: refusal };
      }
    }
    return { status: 0, stdout: "", stderr: "" };
  }

  private tellOf(command: string): string {
    if (command.includes(".vmlist")) {
      const ids = [...this.guests].map((id) => [id, { node: "russell", type: "qemu", version: 1 }]);
      return JSON.stringify({ version: 1, ids: Object.fromEntries(ids) });
    }
    if (command.includes("groups.cfg")) {
      return "done";
    }
    return JSON.stringify(
      command.includes("/cluster/ha/resources")
        ? [...this.resources].map(([sid, words]) => ({ sid, ...words }))
        : [...this.rules].map(([rule, words]) => ({ rule, ...words })),
    );
  }

  private tell(words: readonly string[]): string | undefined {
    const options = Object.fromEntries(
      words.flatMap((word, at) =>
        word.startsWith("--") ? [[word.slice(2), words[at + 1] ?? ""]] : [],
      ),
    );
    const [verb = "", kind = "", type = "", name = ""] = words;
    if (verb === "rules" && kind === "remove") {
      this.rules.delete(type);
      return undefined;
    }
    if (verb === "rules") {
      if (options.affinity === "negative" && this.uncounted > 0) {
        this.uncounted -= 1;
        return "400 Rule 'dns' is invalid. resources: rule defines more resources than available nodes";
      }
      this.rules.set(name, { ...this.rules.get(name), type, ...options });
      return undefined;
    }
    if (verb === "remove") {
      this.resources.delete(kind);
      return undefined;
    }
    if (!this.guests.has(Number(kind.slice(3)))) {
      return `resource '${kind}' does not exist in cluster`;
    }
    this.resources.set(kind, { ...this.resources.get(kind), ...options });
    return undefined;
  }
}

function serve(member: Member) {
  const said: string[] = [];
  let now = 0;
  const clock = {
    now: () => now,
    sleep: (ms: number) => {
      now += ms;
      return Promise.resolve();
    },
  };
  const host: Pick<Host, "node" | "place" | "run"> = {
    node: "frege",
    place: "frege (10.203.3.11)",
    run: async (script) => ({ signal: undefined, ...member.run(script) }),
  };
  const runtime = fakeRuntime("guests", host, clock, (line) => said.push(line));
  return { provider: haGuests.serve(runtime), said };
}

const managed = (sid: string) => ({
  sid,
  state: "started",
  maxRestart: 1,
  maxRelocate: 1,
  failback: true,
});
const wish = (resources: readonly object[], rules: readonly object[] = []): JsonObject =>
  toStruct({
    cluster: "ms01",
    major: 9,
    connection: FREGE,
    resources,
    rules,
    adopt: false,
  });
const PLACED = {
  type: "node-affinity",
  name: "ms01-cluster",
  resources: ["vm:100", "vm:101"],
  nodes: { frege: 100, russell: 50 },
  strict: false,
};

describe("guests that the file puts under HA", () => {
  it("wait until somebody makes them, and the next run sees to it, in its preview too", async () => {
    const member = new Member();
    member.guests.add(100);
    const { provider, said } = serve(member);
    const wanted = wish([managed("vm:100"), managed("vm:101")], [PLACED]);
    const first = await provider.check({}, wanted);
    expect(first).toMatchObject({ failures: [], inputs: { present: ["vm:100"] } });
    expect(said).toEqual([
      "vm:101 waits to come under HA, because it does not exist yet; the first `up` after it is made sees to it.",
    ]);
    const { id, outs } = await provider.create(first.inputs);
    expect(outs).toMatchObject({
      managed: ["vm:100"],
      waiting: ["vm:101"],
      placedBy: ["ms01-cluster"],
    });
    expect(member.rules.get("ms01-cluster")?.resources).toBe("vm:100");

    const again = await provider.check(first.inputs, wanted);
    expect(await provider.diff(id, outs, again.inputs)).toMatchObject({ changes: false });

    member.guests.add(101);
    const later = await provider.check(again.inputs, wanted);
    expect(await provider.diff(id, outs, later.inputs)).toMatchObject({
      changes: true,
      replaces: [],
    });
    const updated = await provider.update(id, outs, later.inputs);
    expect(updated.outs).toMatchObject({ managed: ["vm:100", "vm:101"], waiting: [] });
    expect(member.rules.get("ms01-cluster")?.resources).toBe("vm:100,vm:101");
  });

  it("cost no look any more once all of them are there", async () => {
    const member = new Member();
    member.guests.add(100);
    const { provider } = serve(member);
    const wanted = wish([managed("vm:100")]);
    const { inputs } = await provider.check({}, wanted);
    const { id, outs } = await provider.create(inputs);
    const looks = member.looks;
    const next = await provider.check(inputs, wanted);
    expect(await provider.diff(id, outs, next.inputs)).toMatchObject({ changes: false });
    expect(member.looks).toBe(looks);
  });

  it("stay under HA when no host can be asked", async () => {
    const member = new Member();
    member.guests.add(100);
    const { provider, said } = serve(member);
    const wanted = wish([managed("vm:100"), managed("vm:101")]);
    const { inputs } = await provider.check({}, wanted);
    const { id, outs } = await provider.create(inputs);
    member.silent = true;
    const next = await provider.check(inputs, wanted);
    expect(next).toMatchObject({ failures: [], inputs: { present: ["vm:100"] } });
    expect(await provider.diff(id, outs, next.inputs)).toMatchObject({ changes: false });
    expect(said.at(-1)).toMatch(/^Whether vm:101 exist by now is not known.*no route to host/);
  });

  it("that stand there with other settings are refused, unless adopted", async () => {
    const member = new Member();
    member.guests.add(100);
    member.resources.set("vm:100", { state: "ignored" });
    const { provider } = serve(member);
    const { inputs } = await provider.check({}, wish([managed("vm:100")]));
    await expect(provider.create(inputs)).rejects.toThrow(/state ignored/);
    expect(member.resources.get("vm:100")).toEqual({ state: "ignored" });
    await provider.create({ ...inputs, adopt: true });
    expect(member.resources.get("vm:100")).toMatchObject({ state: "started" });
  });

  it("come apart as soon as the HA manager has counted its nodes", async () => {
    const member = new Member();
    member.guests.add(100).add(101);
    member.uncounted = 3;
    const { provider } = serve(member);
    const apart = {
      type: "resource-affinity",
      name: "dns",
      resources: ["vm:100", "vm:101"],
      affinity: "negative",
    };
    const wanted = wish([managed("vm:100"), managed("vm:101")], [apart]);
    const { inputs } = await provider.check({}, wanted);
    expect((await provider.create(inputs)).outs).toMatchObject({ placedBy: ["dns"] });
    member.rules.clear();
    member.uncounted = 1000;
    await expect(provider.create(inputs)).rejects.toThrow(/more resources than available nodes/);
  });

  it("show as drift when somebody changed them, not when HA moved them", async () => {
    const member = new Member();
    member.guests.add(100);
    const { provider } = serve(member);
    const { inputs } = await provider.check({}, wish([managed("vm:100")]));
    const { id, outs } = await provider.create(inputs);
    expect((await provider.read(id, outs)).props.drift).toEqual([]);
    member.resources.set("vm:100", { state: "stopped", max_restart: "1" });
    expect((await provider.read(id, outs)).props.drift).toEqual([
      "guests[vm:100]: state stopped -> state started",
    ]);
    await provider.delete(id, outs);
    expect(member.resources.size).toBe(0);
  });
});
