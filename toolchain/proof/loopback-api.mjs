import { createServer } from "node:https";
import { loopbackCertificate } from "./loopback-certificate.mjs";

/**
 * As much of the Proxmox VE API as one create of a storage needs: it remembers what was posted and gives it back.
 * @returns {Promise<{ endpoint: string, requests: string[], close: () => Promise<void> }>}
 */
export async function startLoopbackApi() {
  /** @type {Map<string, Record<string, string>>} */
  const storages = new Map();
  /** @type {string[]} */
  const requests = [];
  const server = createServer(loopbackCertificate(), async (request, response) => {
    const place = (request.url ?? "").split("?")[0] ?? "";
    requests.push(`${request.method} ${place}`);
    const data = answer(storages, request.method ?? "GET", place, await bodyOf(request));
    response.writeHead(data === undefined ? 500 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify({ data: data ?? null }));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no loopback port");
  return {
    endpoint: `https://127.0.0.1:${address.port}/`,
    requests,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/**
 * @param {Map<string, Record<string, string>>} storages
 * @param {string} method
 * @param {string} place
 * @param {string} body
 * @returns {unknown} undefined for what does not exist
 */
function answer(storages, method, place, body) {
  if (place === "/api2/json/version")
    return { version: "9.1.4", release: "9.1", repoid: "loopback" };
  if (place === "/api2/json/storage" && method === "POST") {
    const fields = Object.fromEntries(new URLSearchParams(body));
    storages.set(fields.storage ?? "", fields);
    return { storage: fields.storage, type: fields.type };
  }
  const id = /^\/api2\/json\/storage\/([^/]+)$/.exec(place)?.[1];
  return id === undefined ? undefined : storages.get(id);
}

/** @param {import("node:http").IncomingMessage} request */
async function bodyOf(request) {
  let body = "";
  request.setEncoding("utf8");
  for await (const chunk of request) body += chunk;
  return body;
}
