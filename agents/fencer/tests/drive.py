"""Asks one device once, as the contract tests want it: {"device", "uuid", "operation", ...} in, one JSON line out.

What is waited for is seen twice, as the fencer does, within `patienceS` seconds. `refused` names the file of refused logins.
"""

import json
import sys
import time
from dataclasses import asdict

import harness  # noqa: F401  (finds the fencer)
from proxmox_ha_fencer.config import NodeConfig, _device
from proxmox_ha_fencer.drivers import devices
from proxmox_ha_fencer.drivers.device import DeviceError
from proxmox_ha_fencer.strict import Part


def main() -> None:
    wish = json.load(sys.stdin)
    device = _device(Part(wish["device"], "device"))
    node = NodeConfig("alpha", 1, wish["uuid"], ((device,),))
    devices.OPERATION_S = wish.get("seconds", devices.OPERATION_S)
    refused = devices.RefusedLogins(__file__, wish.get("refused", "/nonexistent/refused.json"))
    asked = devices.Device(device, node, refused)
    permits = []

    def permit() -> None:
        permits.append(time.monotonic())
        if wish.get("withdrawn"):
            raise DeviceError("withdrawn", "withdrawn by the test")

    began = time.monotonic()
    answer: dict[str, object] = {}
    try:
        match wish["operation"]:
            case "look":
                answer["report"] = asdict(asked.look())
            case "read":
                answer["state"] = asked.read()
            case "off":
                asked.off(permit)
            case "on":
                asked.on(permit)
            case "off-and-wait" | "on-and-wait" as both:
                wanted = both.partition("-")[0]
                (asked.off if wanted == "off" else asked.on)(permit)
                seen = 0
                while seen < 2 and time.monotonic() < began + wish.get("patienceS", 10):
                    seen = seen + 1 if asked.read() == wanted else 0
                    time.sleep(0.05)
                answer["state"] = wanted if seen >= 2 else f"not {wanted}"
    except DeviceError as error:
        answer |= {"failure": error.failure, "why": error.why}
    answer |= {"permits": len(permits), "seconds": time.monotonic() - began}
    print(json.dumps(answer))


main()
