import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import {
  crashScript,
  endIsolationScript,
  instantOf,
  isolateScript,
} from "../../../../automation/drill/faults.js";

it("isolation orders its own end first, and touches corosync's ports alone, both ways", () => {
  const script = isolateScript([5405, 5406]);
  const [end, begin] = [script.indexOf("nft delete table"), script.indexOf("nft -f -")];
  expect(end).toBeGreaterThan(0);
  expect(begin).toBeGreaterThan(end);
  expect(script).toMatch(/--on-active=300 nft delete table inet proxmox_ha_drill/);
  expect(script.match(/udp dport \{ 5405, 5406 \} drop/g)).toHaveLength(2);
  expect(script).toMatch(/hook input .* drop; \}\nchain outgoing .*hook output .* drop; \}\n\}/);
});

it.each([
  ["crash", crashScript()],
  ["isolate", isolateScript([5405])],
  ["end of isolation", endIsolationScript()],
])("the script of %s is one that a shell reads", (_what, script) => {
  execFileSync("bash", ["-n"], { input: script });
});

it("the crash comes after the answer, and its instant is the last line", () => {
  expect(crashScript()).toMatch(
    /systemd-run .*--on-active=1 .*sysrq-trigger'\ndate -d '\+1 sec' \+%s\.%N$/,
  );
  expect(instantOf("noise\n1764000000.123456789\n")).toBeCloseTo(1_764_000_000.123, 2);
  expect(() => instantOf("\n")).toThrow();
});
