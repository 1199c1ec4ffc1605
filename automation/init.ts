import type { Command } from "commander";
import { describeUse } from "./use/use.js";

/** What commander hands over: a word, or all words of an option that takes several. */
type Options = Readonly<Record<string, string | readonly string[] | boolean | undefined>>;

const HARDWARE = ["ms-01", "gtr7", "genoa-a16", "ai-max", "generic"];

/** `init`: the first stack file, from hosts that are there or from answers. */
export function registerInit(program: Command): void {
  describeUse(
    program
      .command("init")
      .description(
        "write a stack file that validates: from hosts that run Proxmox VE already, from options, or by asking",
      )
      .argument("<stack>", "name of the new stack; its file Pulumi.<stack>.yaml must not be there")
      .option(
        "--from <address...>",
        "look at these hosts and begin with what is there; writes nothing on them",
      )
      .option(
        "--host-key <fingerprint...>",
        "ssh keys that the hosts must show, SHA256:…; asked for when left out",
      )
      .option("--password <where>", "where root's password is: env:NAME, ssm:/path or pulumi:key")
      .option(
        "--key <where>",
        "where a private ssh key is that the hosts accept: env:NAME or ssm:/path",
      )
      .option("--region <region>", "AWS region of ssm:/path")
      .option("--ssh-port <number>", "ssh port of the hosts, where it is not 22")
      .option("--name <cluster>", "name of the cluster; that of the stack when left out")
      .option("--node <name=address...>", "without --from: the hosts, the founder first")
      .option("--hardware <profile>", `without --from: ${HARDWARE.join(", ")}`)
      .option("--port <interface>", "without --from: network port of the hosts' addresses")
      .option("--network <cidr>", "without --from: network of the hosts")
      .option("--gateway <address>", "without --from: default gateway")
      .option("--dns <address...>", "without --from: name servers; the gateway when left out")
      .option("--ntp <host...>", "without --from: time sources; the gateway when left out")
      .option("--domain <domain>", "without --from: DNS domain of the hosts")
      .option("--timezone <zone>", "without --from: time zone, Europe/Vienna")
      .option("--major <number>", "without --from: major version of Proxmox VE, 9 when left out")
      .option("--json", "print one JSON object at the end, and ask nothing")
      .action(async (stack: string, options: Options) => {
        const json = options.json === true;
        const { told } = await import("./engine/told.js");
        await told(json, async () => {
          const { requestOf } = await import("./init/request.js");
          const { runInit } = await import("./init/run.js");
          const { promptAt } = await import("./init/terminal.js");
          const prompt = json ? undefined : promptAt();
          try {
            return await runInit({ ...requestOf(stack, options), json, prompt });
          } finally {
            prompt?.leave();
          }
        });
      }),
    {
      examples: [
        ["init lab", "asks what it has to know"],
        [
          "init lab --from 10.0.0.11 10.0.0.12 10.0.0.13 --password env:ROOT_PASSWORD",
          "from hosts that are there, fresh or a cluster already",
        ],
        [
          "init lab --node one=10.0.0.11 two=10.0.0.12 three=10.0.0.13 --gateway 10.0.0.1 --domain home.example --timezone Europe/Vienna",
          "for hosts that are still to be installed",
        ],
      ],
      exits: {
        done: "written, and it validates",
        failed: "a host could not be read",
        badInput: "something is missing or wrong, or the file is there; nothing was written",
        refused: "a host shows another key than was named, or keys were not agreed to",
        unreachable: "a host cannot be reached",
      },
      // A new stack has no name that is there already.
      choices: { hardware: HARDWARE, stack: [] },
    },
  );
}
