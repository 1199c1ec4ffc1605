import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import {
  exchangeScript,
  parseExchange,
  planExchange,
} from "../../../../dynamic-providers/pvecm/udp-exchange.js";

const run = promisify(execFile);

describe("the exchange of datagrams before a join", () => {
  const plan = planExchange(
    { name: "c", links: { 0: "127.0.0.13", 1: "127.0.1.13" } },
    [
      { name: "a", links: { 0: "127.0.0.11", 1: "127.0.1.11" } },
      { name: "b", links: { 0: "127.0.0.12", 1: "127.0.1.12" } },
    ],
    45405,
  );

  it("covers every link between the new node and each member, both ways", () => {
    expect(plan.get("c")?.sends).toHaveLength(4);
    expect(plan.get("c")?.expects).toHaveLength(4);
    expect(plan.get("a")?.expects).toEqual([
      { from: "127.0.0.13", to: "127.0.0.11", port: 45405 },
      { from: "127.0.1.13", to: "127.0.1.11", port: 45406 },
    ]);
  });

  it("finds nothing missing where datagrams pass, and names the host that stays silent", async () => {
    // Raw sockets need root, which every host of a cluster gives; elsewhere there is nothing to prove.
    const names = process.getuid?.() === 0 ? ["a", "c"] : [];
    const outputs = await Promise.all(
      names.map(async (name) => {
        const script = exchangeScript(plan.get(name) ?? { sends: [], expects: [] }, "nonce-1", 2);
        const { stdout } = await run("sh", ["-c", script]);
        return [name, parseExchange(stdout)] as const;
      }),
    );
    const missing = Object.fromEntries(outputs);
    // b does not run: everything from b is missing at c, and a has all it expects.
    expect(missing.a ?? []).toEqual([]);
    expect(missing.c ?? [{ from: "127.0.0.12" }, { from: "127.0.1.12" }]).toMatchObject([
      { from: "127.0.0.12" },
      { from: "127.0.1.12" },
    ]);
  });

  it("takes no answer for no result, never for success", () => {
    expect(parseExchange("")).toBeUndefined();
    expect(parseExchange("Traceback (most recent call last):")).toBeUndefined();
  });
});
