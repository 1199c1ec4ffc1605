import { expect, it } from "vitest";
import { parseHaStatus, recovered } from "../../../../dynamic-providers/membership/ha-status.js";

const SAID = [
  "quorum OK",
  "master russell (active, Sun Nov 29 16:00:00 2026)",
  "fencing armed (CRM watchdog active)",
  "lrm frege (active, watchdog active, Sun Nov 29 16:00:00 2026)",
  "service vm:100 (russell, started)",
  "service vm:101 (russell, disabled)",
  "service ct:7 (russell, fence)",
  "service vm:102 (frege, started)",
];

it("HA's status names the master and what it starts elsewhere when a node is lost", () => {
  const status = parseHaStatus(SAID);
  expect(status).toMatchObject({ known: true, master: "russell" });
  expect(status.services).toHaveLength(4);
  expect(recovered(status, "russell")).toEqual(["vm:100", "ct:7"]);
});

it("silence of HA is not known to be no services", () => {
  expect(parseHaStatus(["frege did not tell within 5 s"])).toEqual({
    known: false,
    master: undefined,
    services: [],
  });
});
