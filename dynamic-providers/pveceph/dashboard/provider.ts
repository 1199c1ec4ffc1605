import { Failure } from "../../../config/failure/failure.js";
import { defineProvider } from "../../kit/define-provider.js";
import { told } from "../../kit/outputs.js";
import type { Context, Host } from "../../kit/runtime.js";
import { CEPH } from "../../shell/ceph.js";
import { until } from "../../shell/until.js";
import { ask } from "../../transport/pvesh/ask.js";
import { look } from "../../transport/pvesh/part.js";
import { sh } from "../../transport/ssh/quoting.js";
import { tellAll, tellCeph } from "../ceph-command.js";
import { MODULES, SERVICES } from "../modules/sight.js";
import { STORED } from "../settings/sight.js";
import { type DashboardFacts, type DashboardStep, elsewhere, planDashboard } from "./plan.js";
import { type CephDashboardInputs, cephDashboardInputs, cephDashboardOutputs } from "./schema.js";
import { secretsOf } from "./secrets.js";
import { CERTIFICATE, MANAGERS, USERS, userLines } from "./sight.js";
import { pageWork, RESTART, settingsWork } from "./work.js";

const DO_NEXT =
  "Look at `ceph mgr module ls`, `ceph health detail` and `journalctl -u 'ceph-mgr@*'` there, then run `pulumi up` again.";
/** Managers start over for each module that is switched on. */
const START_MS = 120_000;

/** The page of Ceph's managers. What leaves the file stays: its users, its certificate and the page itself. */
export const cephDashboard = defineProvider<
  CephDashboardInputs,
  CephDashboardInputs,
  DashboardFacts,
  DashboardStep
>({
  kind: "pveceph/dashboard",
  schemaVersion: 1,
  inputs: cephDashboardInputs,
  state: cephDashboardInputs,
  identity: [],
  deadlineMs: 600_000,
  foundFirst: true,
  subject: ({ cluster }) => `the page of Ceph in ${cluster}`,
  id: ({ cluster }) => `${cluster}/ceph-dashboard`,
  remember: (inputs) => inputs,
  async observe(state, context, inputs) {
    const secrets = inputs === undefined ? undefined : await secretsOf(inputs, context);
    const asked = [MODULES, STORED, SERVICES, MANAGERS, CERTIFICATE, USERS];
    const said = await ask(context.host(state.connection), asked, {
      verb: "look at Ceph's page",
      timeoutMs: 300_000,
      stdin: userLines(
        state.users.map(({ name }) => name),
        secrets?.passwords ?? {},
      ),
      tried: "to look at Ceph's page",
      doNext: DO_NEXT,
    });
    return {
      enabled: said.of(MODULES).enabled_modules.includes("dashboard"),
      stored: said.of(STORED),
      url: said.of(SERVICES).dashboard,
      activeManager: said.of(MANAGERS).active_name,
      certificate: said.of(CERTIFICATE),
      wantedFingerprint: secrets?.certificate?.fingerprint,
      users: said.of(USERS),
    };
  },
  plan: planDashboard,
  async apply(changes, state, context, inputs) {
    if (inputs === undefined) {
      return;
    }
    const host = context.host(state.connection);
    const steps = changes.map(({ step }) => step);
    const secrets = await secretsOf(inputs, context);
    const starts = steps.some((step) => step.do === "enable");
    const settings = settingsWork(steps);
    const restarts =
      !starts &&
      (settings.length > 0 ||
        steps.some((step) => step.do === "certificate" || step.do === "restart"));
    await offered(host, context);
    await tellAll(
      host,
      [...settings, ...(starts ? [tellCeph("mgr", "module", "enable", "dashboard")] : [])],
      { verb: "set where Ceph's page is served", doNext: DO_NEXT },
    );
    await answered(host, context, () => undefined);
    const { told: page, stdin } = pageWork(steps, inputs, secrets);
    await ask(host, [...page, ...(restarts ? RESTART : [])], {
      verb: "give Ceph's page its certificate and its users",
      timeoutMs: 60_000 + 60_000 * steps.length,
      stdin,
      tried: "to give Ceph's page its certificate and its users",
      doNext: `A password that Ceph finds too weak has to be changed where it is kept. ${DO_NEXT}`,
    });
    await answered(host, context, (where) => elsewhere(inputs, where)?.url);
  },
  outputs: told(cephDashboardOutputs, ({ certificate, url }) => ({
    url: url ?? "",
    fingerprint: certificate?.fingerprint ?? "",
  })),
  forgotten: (_facts, { cluster }) =>
    `the page of Ceph in ${cluster} stays as it is, with its users`,
});

/** A manager that has just got the package starts over before it knows the module. */
async function offered(host: Host, context: Context): Promise<void> {
  const waited = await until(
    async () => {
      const said = await ask(host, [MODULES], {
        verb: "wait until Ceph's managers know their page",
        timeoutMs: 120_000,
        tried: "to look at the modules of Ceph's managers",
        doNext: DO_NEXT,
      });
      const { enabled_modules, disabled_modules } = said.of(MODULES);
      return [...enabled_modules, ...disabled_modules.map(({ name }) => name)].includes(
        "dashboard",
      );
    },
    (known) => known,
    { deadlineMs: START_MS, everyMs: 2_000, clock: context.clock },
  );
  if (!waited.last) {
    throw silent(host, "the managers know no module of this name; is ceph-mgr-dashboard there?");
  }
}

const ANSWER = look(
  "ceph dashboard ac-user-show",
  sh`if said=$(${CEPH} dashboard ac-user-show 2>&1 < /dev/null); then echo answers; else printf '%s\\n' "$said" | tail -n 3; fi`,
  (text) => text.trim(),
);

/** `wrongPlace` is told where the page is served by the managers' word, and tells what is wrong with that. */
async function answered(
  host: Host,
  context: Context,
  wrongPlace: (where: Pick<DashboardFacts, "activeManager" | "url">) => string | undefined,
): Promise<void> {
  const waited = await until(
    async () => {
      const said = await ask(host, [ANSWER, SERVICES, MANAGERS], {
        verb: "wait for Ceph's page",
        timeoutMs: 120_000,
        tried: "to ask Ceph's page for its users",
        doNext: DO_NEXT,
      });
      const answer = said.of(ANSWER);
      const wrong = wrongPlace({
        url: said.of(SERVICES).dashboard,
        activeManager: said.of(MANAGERS).active_name,
      });
      return answer === "answers" && wrong !== undefined
        ? `it is still served at ${wrong}`
        : answer;
    },
    (said) => said === "answers",
    { deadlineMs: START_MS, everyMs: 2_000, clock: context.clock },
  );
  if (waited.last !== "answers") {
    throw silent(host, waited.last);
  }
}

function silent(host: Host, said: string): Failure {
  return new Failure("failed", {
    tried: "to start Ceph's page",
    where: host.node,
    cameBack: `after ${START_MS / 1_000} s: ${said}`,
    doNext: DO_NEXT,
  });
}
