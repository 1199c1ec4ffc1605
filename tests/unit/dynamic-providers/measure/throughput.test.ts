import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import {
  clientScript,
  parseThroughput,
  STOP_SERVER_SCRIPT,
  serverScript,
} from "../../../../dynamic-providers/measure/throughput.js";

describe("a bounded run of iperf3", () => {
  it("gives the rate that arrived", () => {
    const end = {
      sum_sent: { bits_per_second: 1_647_663_278, retransmits: 8, seconds: 1.018 },
      sum_received: { bits_per_second: 1_646_780_245 },
    };
    expect(parseThroughput(JSON.stringify({ end }))).toEqual({
      bitsPerSecond: 1_646_780_245,
      retransmits: 8,
      seconds: 1.018,
      complaint: "",
    });
  });

  it("gives the rate that was sent when its time ended it", () => {
    const output = JSON.stringify({
      end: { sum_sent: { bits_per_second: 9e8, retransmits: 0, seconds: 10 }, sum_received: {} },
      error: "interrupt - the client has terminated by signal Interrupt(2)",
    });
    expect(parseThroughput(output)).toMatchObject({ bitsPerSecond: 9e8, complaint: "" });
  });

  it("says what was wrong instead of a rate", () => {
    expect(parseThroughput('{"error":"unable to connect to server: Connection refused"}')).toEqual({
      bitsPerSecond: undefined,
      retransmits: 0,
      seconds: 0,
      complaint: "unable to connect to server: Connection refused",
    });
    expect(parseThroughput("").complaint).toBe("iperf3 gave no report");
  });

  it("is started by scripts that a shell accepts, on one address and with an end of its own", () => {
    const server = serverScript("169.254.1.2");
    const client = clientScript("169.254.1.1", "169.254.1.2");
    for (const script of [server, client, STOP_SERVER_SCRIPT]) {
      expect(() => execFileSync("sh", ["-n"], { input: script })).not.toThrow();
    }
    expect(server).toMatch(/RuntimeMaxSec=\d+ iperf3 --server --one-off --bind 169\.254\.1\.2 /);
    expect(client).toMatch(/timeout .* 10 iperf3 .*--bytes 1G/);
  });
});
