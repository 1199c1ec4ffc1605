import { describe, expect, it } from "vitest";
import { datacenterOptions } from "../../../../dynamic-providers/datacenter/options/provider.js";
import type { Host } from "../../../../dynamic-providers/kit/runtime.js";
import { toStruct } from "../../../../dynamic-providers/kit/struct.js";
import { systemClock } from "../../../../dynamic-providers/transport/base/clock.js";
import { fakeRuntime } from "../../../support/fake-runtime.js";
import { answered } from "../../../support/said.js";

/** A member that knows `datacenter.cfg` and what pvesh does to it. */
class Member {
  writes = 0;
  constructor(private lines: Record<string, string>) {}

  read(): Record<string, string> {
    return this.lines;
  }

  run(script: string): string {
    if (script.includes("cat /etc/pve/datacenter.cfg")) {
      return Object.entries(this.lines)
        .map(([key, value]) => `${key}: ${value}\n`)
        .join("");
    }
    this.writes += 1;
    const set = [...script.matchAll(/ --(?!delete)(\S+) '?([^' ]*)'?/g)];
    const gone = / --delete (\S+)/.exec(script)?.[1]?.split(",") ?? [];
    const kept = Object.entries(this.lines).filter(([key]) => !gone.includes(key));
    const changed = set.flatMap(([, key, value]) => (key && value ? [[key, value]] : []));
    this.lines = { ...Object.fromEntries(kept), ...Object.fromEntries(changed) };
    return "";
  }
}

function serve(member: Member) {
  const host: Pick<Host, "node" | "run"> = {
    node: "frege",
    run: async (script) => answered(script, (command) => ({ text: member.run(command) })),
  };
  return datacenterOptions.serve(fakeRuntime("options", host, systemClock));
}

function wish(options: Record<string, string>, adopt = false) {
  return toStruct({
    cluster: "ms01",
    adopt,
    connection: {
      host: "10.203.3.11",
      node: "frege",
      port: 22,
      user: "root",
      hostKey: "trust-first-use",
      knownHostsFile: "known_hosts",
      auth: { keyFile: "key" },
    },
    options,
  });
}

describe("the cluster's options", () => {
  it("are added beside what the installer wrote", async () => {
    const member = new Member({ keyboard: "en-us" });
    const { outs } = await serve(member).create(wish({ ha: "shutdown_policy=migrate" }));
    expect(member.read()).toEqual({ keyboard: "en-us", ha: "shutdown_policy=migrate" });
    expect(outs.current).toEqual({ ha: "shutdown_policy=migrate" });
  });

  it("are taken over without a write where they are already so", async () => {
    const member = new Member({ migration: "secure,network=10.0.0.0/24" });
    await serve(member).create(wish({ migration: "type=secure,network=10.0.0.0/24" }));
    expect(member.writes).toBe(0);
  });

  it("of somebody else are refused at first contact, and changed when the stack says adopt", async () => {
    const member = new Member({ crs: "ha=basic,ha-rebalance-on-start=1" });
    const provider = serve(member);
    await expect(provider.create(wish({ crs: "ha=static" }))).rejects.toThrow(/adopt: true/);
    expect(member.writes).toBe(0);
    await provider.create(wish({ crs: "ha=static" }, true));
    expect(member.read()).toEqual({ crs: "ha=static,ha-rebalance-on-start=1" });
  });

  it("edited by hand show as drift and are put back", async () => {
    const member = new Member({});
    const provider = serve(member);
    const { id, outs } = await provider.create(wish({ crs: "ha=static" }));
    member.run("pvesh set /cluster/options --crs 'ha=basic'");
    const { props } = await provider.read(id, outs);
    expect(props.drift).toEqual(["crs: ha=basic -> ha=static"]);
    await provider.update(id, props, wish({ crs: "ha=static" }));
    expect(member.read()).toEqual({ crs: "ha=static" });
  });

  it("go with the resource, and nothing else does", async () => {
    const member = new Member({ keyboard: "en-us" });
    const provider = serve(member);
    const { id, outs } = await provider.create(wish({ crs: "ha=static" }));
    await provider.delete(id, outs);
    expect(member.read()).toEqual({ keyboard: "en-us" });
  });
});
