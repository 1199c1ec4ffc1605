import https from "node:https";

/**
 * The first of these hosts, in this order, whose API answers at all; undefined when none does in time. All are asked at once, so
 * a dead one costs nothing while one before it lives. Nothing secret is sent, so certificates do not matter here.
 */
export async function firstAnswering(
  addresses: readonly string[],
  port: number,
  patienceMs: number,
): Promise<string | undefined> {
  const asked = addresses.map((address) => answers(address, port, patienceMs));
  for (const [at, address] of addresses.entries()) {
    if (await asked[at]) {
      return address;
    }
  }
  return undefined;
}

function answers(host: string, port: number, patienceMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = https.request(
      { host, port, path: "/", method: "HEAD", rejectUnauthorized: false, agent: false },
      (response) => {
        response.resume();
        resolve(true);
        request.destroy();
      },
    );
    const timer = setTimeout(() => request.destroy(new Error("no answer")), patienceMs);
    request.once("error", () => resolve(false));
    request.once("close", () => {
      clearTimeout(timer);
      resolve(false);
    });
    request.end();
  });
}
