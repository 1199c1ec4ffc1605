import http from "node:http";
import { z } from "zod";

/** What the store says to a run of the program. */
export interface StoreAnswers {
  /** Versions that differ from 1, by path. */
  readonly versions?: Readonly<Record<string, number>>;
  readonly denied?: boolean;
}

const asked = z.object({ Names: z.array(z.string()), WithDecryption: z.boolean() });

/** A parameter store on the loopback address that has every parameter, and counts what it was asked. */
export class FakeParameterStore {
  readonly calls: z.infer<typeof asked>[] = [];
  private answers: StoreAnswers = {};
  private url: Promise<string> | undefined;

  /** Takes the place of AWS for this process, with new answers and an empty list of calls. */
  async standIn(answers: StoreAnswers = {}): Promise<void> {
    this.answers = answers;
    this.calls.length = 0;
    this.url ??= this.listen();
    process.env.AWS_ENDPOINT_URL_SSM = await this.url;
    process.env.AWS_ACCESS_KEY_ID = "test";
    process.env.AWS_SECRET_ACCESS_KEY = "test";
  }

  private listen(): Promise<string> {
    const server = http.createServer((incoming, outgoing) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("end", () => {
        const { status, body } = this.answer(Buffer.concat(chunks).toString());
        outgoing.writeHead(status, { "content-type": "application/x-amz-json-1.1" });
        outgoing.end(JSON.stringify(body));
      });
    });
    server.unref();
    return new Promise((resolve) =>
      server.listen(0, "127.0.0.1", () => {
        const address = server.address();
        const port = address === null || typeof address === "string" ? 0 : address.port;
        resolve(`http://127.0.0.1:${port}`);
      }),
    );
  }

  private answer(text: string): { readonly status: number; readonly body: object } {
    const call = asked.parse(JSON.parse(text));
    this.calls.push(call);
    if (this.answers.denied === true) {
      return { status: 400, body: { __type: "AccessDeniedException", message: "not you" } };
    }
    const parameters = call.Names.map((name) => ({
      Name: name,
      Value: `value of ${name}`,
      Version: this.answers.versions?.[name] ?? 1,
    }));
    return { status: 200, body: { Parameters: parameters, InvalidParameters: [] } };
  }
}
