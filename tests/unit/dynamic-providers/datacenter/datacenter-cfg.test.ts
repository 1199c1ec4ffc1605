import { describe, expect, it } from "vitest";
import {
  parseDatacenterCfg,
  partsOf,
  planOptions,
  writeCall,
} from "../../../../dynamic-providers/datacenter/datacenter-cfg.js";

const FILE = `# Our lab
keyboard: en-us
crs: ha=basic,ha-rebalance-on-start=1
migration: secure,network=10.0.0.0/24
`;
const FOUND = parseDatacenterCfg(FILE);

function wanted(options: Record<string, string>) {
  return Object.fromEntries(
    Object.entries(options).map(([key, value]) => [key, partsOf(key, value)]),
  );
}

describe("datacenter.cfg", () => {
  it("is read by key and part, a nameless part under its default name", () => {
    expect(FOUND).toEqual({
      keyboard: { "": "en-us" },
      crs: { ha: "basic", "ha-rebalance-on-start": "1" },
      migration: { type: "secure", network: "10.0.0.0/24" },
    });
  });

  it("needs no change where it already says what is wanted, in whatever order", () => {
    const same = wanted({ migration: "network=10.0.0.0/24,type=secure", keyboard: "en-us" });
    expect(planOptions(same, FOUND, {})).toEqual([]);
  });

  it("needs no change where Proxmox does by itself what is wanted", () => {
    expect(planOptions(wanted({ ha: "shutdown_policy=conditional" }), {}, {})).toEqual([]);
  });

  it("keeps parts and keys that others wrote", () => {
    expect(planOptions(wanted({ crs: "ha=static" }), FOUND, {})).toEqual([
      {
        kind: "change",
        key: "crs",
        from: "ha=basic,ha-rebalance-on-start=1",
        to: "ha=static,ha-rebalance-on-start=1",
      },
    ]);
  });

  it("adds what is absent", () => {
    expect(planOptions(wanted({ ha: "shutdown_policy=migrate" }), FOUND, {})).toEqual([
      { kind: "add", key: "ha", from: "absent", to: "shutdown_policy=migrate" },
    ]);
  });

  it("takes back only what it wrote itself and nobody has changed since", () => {
    const before = wanted({ crs: "ha=basic", keyboard: "de", migration: "type=secure" });
    const changes = planOptions({}, parseDatacenterCfg("crs: ha=basic\nkeyboard: en-us\n"), before);
    expect(changes).toEqual([{ kind: "remove", key: "crs", from: "ha=basic", to: undefined }]);
  });

  it("is written in one call, quoted, removals included", () => {
    const call = writeCall([
      { kind: "add", key: "email_from", from: "absent", to: "it's@lab.example" },
      { kind: "remove", key: "crs", from: "ha=basic", to: undefined },
    ]);
    expect(call.name).toBe(
      "pvesh set /cluster/options --email_from 'it'\\''s@lab.example' --delete crs",
    );
  });
});
