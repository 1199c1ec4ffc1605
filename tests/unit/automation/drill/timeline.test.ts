import { describe, expect, it } from "vitest";
import { timelineOf } from "../../../../automation/drill/timeline.js";

const LOSS = { node: "russell", id: 2, at: 1_000, guests: ["vm:100", "ct:7"] };
const line = (at: number, what: string): string => `${(1_000 + at).toFixed(6)} frege ${what}`;

const FREGE = [
  line(-5, "corosync[1]:   [TOTEM ] A new membership (1.3) was formed. Members left: 2"),
  line(4.2, "corosync[1]:   [TOTEM ] A new membership (1.4) was formed. Members left: 2"),
  line(4.3, "corosync[1]:   [TOTEM ] Failed to receive the leave message. failed: 2"),
  line(57.9, "python3[2]: FENCED: russell is off, seen twice, 53.7 s after it left the membership"),
  line(118, "pve-ha-crm[3]: status change slave => master"),
  line(178, "pve-ha-crm[3]: fencing: acknowledged - got agent lock for node 'russell'"),
  line(184, "pve-ha-lrm[4]: service status vm:100 started"),
  line(240, "corosync[1]:   [TOTEM ] A new membership (1.5) was formed. Members joined: 2"),
].join("\n");
const PLATO = [
  line(4.1, "corosync[1]:   [TOTEM ] A new membership (1.4) was formed. Members left: 2"),
  line(190.04, "pve-ha-lrm[4]: service status ct:7 started"),
].join("\n");

describe("the course of a loss", () => {
  it("is told by the journals of the others, each event by who saw it first", () => {
    expect(
      timelineOf(LOSS, [
        { by: "frege", text: FREGE },
        { by: "plato", text: PLATO },
      ]),
    ).toEqual({
      absentS: 4.1,
      selfResetS: undefined,
      offConfirmedS: 57.9,
      newMasterS: 118,
      lockS: 178,
      guestsUpS: { "vm:100": 184, "ct:7": 190 },
      memberAgainS: 240,
    });
  });

  it("takes the end of the watchdog from the node itself, and nothing else that it believes of others", () => {
    const own = [
      line(5, "corosync[1]:   [TOTEM ] A new membership (2.4) was formed. Members left: 1 3"),
      line(62, "watchdog-mux[9]: client watchdog expired - disable watchdog updates"),
      line(6, "pve-ha-crm[3]: status change slave => master"),
    ].join("\n");
    expect(timelineOf(LOSS, [{ by: "russell", text: own }])).toMatchObject({
      absentS: undefined,
      selfResetS: 62,
      newMasterS: undefined,
    });
  });

  it("does not take node 12 or 21 for node 2", () => {
    const text = line(
      4,
      "corosync[1]: [TOTEM ] A new membership (1.4) was formed. Members left: 12 21",
    );
    expect(timelineOf(LOSS, [{ by: "frege", text }]).absentS).toBeUndefined();
    const both = line(
      4,
      "corosync[1]: [TOTEM ] A new membership (1.4) was formed. Members left: 12 2",
    );
    expect(timelineOf(LOSS, [{ by: "frege", text: both }]).absentS).toBe(4);
  });

  it("tells who left from who joined in one line of both", () => {
    const text = line(
      4,
      "corosync[1]: [TOTEM ] A new membership (1.4) was formed. Members joined: 3 left: 2",
    );
    expect(timelineOf(LOSS, [{ by: "frege", text }]).absentS).toBe(4);
    expect(timelineOf({ ...LOSS, id: 3 }, [{ by: "frege", text }]).absentS).toBeUndefined();
  });

  it("knows nothing from nothing", () => {
    expect(timelineOf(LOSS, [{ by: "frege", text: "-- No entries --\n" }])).toMatchObject({
      absentS: undefined,
      guestsUpS: {},
    });
  });

  it("counts a guest that the node itself started when it was back early", () => {
    const text = line(99, "pve-ha-lrm[4]: service status vm:100 started");
    expect(timelineOf(LOSS, [{ by: "russell", text }]).guestsUpS).toEqual({ "vm:100": 99 });
  });
});
