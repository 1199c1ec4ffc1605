import { once } from "node:events";
import net from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { anyoneAnswers } from "../../../../automation/hosts/anyone-answers.js";

const NOBODY = { host: "127.0.0.1", port: 1 };

async function listening(greet: (socket: net.Socket) => void): Promise<number> {
  const server = net.createServer(greet);
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

it("asks all hosts, and one whose ssh introduces itself is enough", async () => {
  const port = await listening((socket) =>
    socket.end("Authorized use only\r\nSSH-2.0-OpenSSH_9.2\r\n"),
  );
  expect(await anyoneAnswers([NOBODY, { host: "127.0.0.1", port }])).toBe(true);
  const jump = { host: "127.0.0.1", port, user: "root" };
  expect(await anyoneAnswers([{ ...NOBODY, jump }])).toBe(true);
  expect(await anyoneAnswers([NOBODY, NOBODY])).toBe(false);
});

it("is not deceived by a firewall that takes connections for hosts that are not there", async () => {
  const hungUp = await listening((socket) => socket.destroy());
  const silent = await listening((socket) => socket.on("end", () => socket.end()));
  const web = await listening((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
  for (const port of [hungUp, silent, web]) {
    expect(await anyoneAnswers([{ host: "127.0.0.1", port }], 200)).toBe(false);
  }
});
