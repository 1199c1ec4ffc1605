import { createServer, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { firstAnswering } from "../../dynamic-providers/transport/pve-api/first-answering.js";
import { type FakeApi, startApi } from "../support/fake-pve-api.js";

/** One port on several loopback addresses: an API, one that takes connections and is silent, and one where nobody listens. */
const [LIVING, SILENT, GONE] = ["127.0.0.1", "127.0.0.8", "127.0.0.9"];
let api: FakeApi;
let silent: Server;

beforeAll(async () => {
  api = await startApi("frege", () => ({ status: 401, body: "" }));
  silent = createServer((socket) => socket.resume().on("error", () => undefined));
  await new Promise<void>((ready) => silent.listen(api.endpoint.port, SILENT, ready));
});
afterAll(async () => {
  await new Promise((closed) => silent.close(closed));
  await api.stop();
});

const first = (addresses: readonly string[]): Promise<string | undefined> =>
  firstAnswering(addresses, api.endpoint.port, 300);

describe("the first answering API", () => {
  it("is the first of the file as long as it answers, with whatever status", async () => {
    expect(await first([LIVING, GONE, SILENT])).toBe(LIVING);
  });

  it("is the next one when those before refuse or say nothing", async () => {
    expect(await first([GONE, LIVING])).toBe(LIVING);
    expect(await first([SILENT, GONE, LIVING])).toBe(LIVING);
  });

  it("is none when nobody answers", async () => {
    expect(await first([GONE, SILENT])).toBeUndefined();
  });
});
