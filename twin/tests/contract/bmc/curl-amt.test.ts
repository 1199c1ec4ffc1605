import { afterEach, describe, expect, it } from "vitest";
import { PASSWORD, type Rehearsal, rehearse, USER } from "../../../testing/index.js";
import { runClient } from "../../support/run-client.js";

let rehearsal: Rehearsal | undefined;
afterEach(async () => {
  await rehearsal?.end();
  rehearsal = undefined;
});

const IDENTIFY =
  '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" ' +
  'xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd">' +
  "<s:Header/><s:Body><i:Identify/></s:Body></s:Envelope>";
const CIM = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2";

function envelope(action: string, className: string, body = ""): string {
  return (
    '<Envelope xmlns="http://www.w3.org/2003/05/soap-envelope" ' +
    'xmlns:x="http://schemas.xmlsoap.org/ws/2004/08/addressing" ' +
    'xmlns:y="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd">' +
    `<Header><x:Action>${action}</x:Action><x:To>/wsman</x:To><x:MessageID>7</x:MessageID>` +
    `<y:ResourceURI>${CIM}/${className}</y:ResourceURI></Header><Body>${body}</Body></Envelope>`
  );
}
const GET_POWER = envelope(
  "http://schemas.xmlsoap.org/ws/2004/09/transfer/Get",
  "CIM_AssociatedPowerManagementService",
);
const requestPower = (state: number) =>
  envelope(
    `${CIM}/CIM_PowerManagementService/RequestPowerStateChange`,
    "CIM_PowerManagementService",
    `<h:RequestPowerStateChange_INPUT xmlns:h="${CIM}/CIM_PowerManagementService">` +
      `<h:PowerState>${state}</h:PowerState></h:RequestPowerStateChange_INPUT>`,
  );
const ENUMERATION = "http://schemas.xmlsoap.org/ws/2004/09/enumeration";

/** The answer's body, then the status on a line of its own. */
async function curl(bmc: Rehearsal, message: string, options: { password?: string } = {}) {
  const config = [
    `url = "https://127.0.0.1:${bmc.port}/wsman"`,
    "digest",
    `user = "${USER}:${options.password ?? PASSWORD}"`,
    `cacert = "${bmc.caFile}"`,
    'header = "content-type: application/soap+xml;charset=UTF-8"',
    `data-binary = "${message.replaceAll('"', '\\"')}"`,
    'write-out = "\\n%{http_code}"',
    "silent",
    "show-error",
    "max-time = 5",
  ].join("\n");
  const { output } = await runClient("curl", ["--config", "-"], { input: config });
  return output;
}

describe("curl --digest against the simulated AMT", () => {
  it("identifies it, and switches the machine off and on", async () => {
    rehearsal = await rehearse({ kind: "amt" });
    expect(await curl(rehearsal, IDENTIFY)).toMatch(/ProductVendor>Intel\(r\)</);
    expect(await curl(rehearsal, GET_POWER)).toMatch(/PowerState>2</);
    expect(await curl(rehearsal, requestPower(8))).toMatch(/ReturnValue>0</);
    await expect.poll(() => rehearsal?.host.state).toBe("off");
    expect(await curl(rehearsal, GET_POWER)).toMatch(/PowerState>8</);
    expect(await curl(rehearsal, requestPower(10))).toMatch(/ReturnValue>4097</);
    expect(await curl(rehearsal, requestPower(2))).toMatch(/ReturnValue>0</);
    await expect.poll(() => rehearsal?.host.state).toBe("on");
  });

  it("enumerates and pulls the power service", async () => {
    rehearsal = await rehearse({ kind: "amt" });
    const className = "CIM_ServiceAvailableToElement";
    const opened = await curl(rehearsal, envelope(`${ENUMERATION}/Enumerate`, className));
    const context = /EnumerationContext>([^<]+)</.exec(opened)?.[1] ?? "";
    const pull =
      `<e:Pull xmlns:e="${ENUMERATION}"><e:EnumerationContext>${context}</e:EnumerationContext>` +
      "</e:Pull>";
    const pulled = await curl(rehearsal, envelope(`${ENUMERATION}/Pull`, className, pull));
    expect(pulled).toMatch(/PowerState>2</);
    expect(pulled).toContain("EndOfSequence");
  });

  it("answers an unknown class with a fault, a wrong password with 401", async () => {
    rehearsal = await rehearse({ kind: "amt" });
    const unknown = envelope("http://schemas.xmlsoap.org/ws/2004/09/transfer/Get", "CIM_Nothing");
    expect(await curl(rehearsal, unknown)).toMatch(/DestinationUnreachable[\s\S]*\n400$/);
    expect(await curl(rehearsal, GET_POWER, { password: "wrong" })).toMatch(/401$/);
  });

  it("rejects off while a redirection session is open, until redirection is switched off", async () => {
    rehearsal = await rehearse({ kind: "amt" });
    await rehearsal.fault({ kind: "redirection-open" });
    expect(await curl(rehearsal, requestPower(8))).toMatch(/ReturnValue>4</);
    expect(rehearsal.host.actions).toEqual([]);
    const amt = "http://intel.com/wbem/wscim/1/amt-schema/1/AMT_RedirectionService";
    const close = envelope(
      `${amt}/RequestStateChange`,
      "AMT_RedirectionService",
      `<h:RequestStateChange_INPUT xmlns:h="${amt}"><h:RequestedState>32768</h:RequestedState>` +
        "</h:RequestStateChange_INPUT>",
    );
    expect(await curl(rehearsal, close)).toMatch(/ReturnValue>0</);
    expect(await curl(rehearsal, requestPower(8))).toMatch(/ReturnValue>0</);
  });
});
